"""Origins (settlements, cells) and destinations (service points)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from geoaccess.errors import InputError, nearest_known
from geoaccess.model.frozen import (
    require_counts,
    require_equal_lengths,
    require_on_globe,
    require_unique,
    sealed,
    sealed_text,
)
from geoaccess.units import AnyArray, FloatArray, TextArray

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Origins:
    """
    Where people set out from: settlements, or cells of a population grid.

    Attributes
    ----------
    id, name
        Text, shape (n,); ids are unique.
    lon, lat
        Degrees, EPSG:4326, shape (n,).
    population
        People, shape (n,); 0 where nobody knows, of which readers warn.
    groups
        People by group (for example ``age_7_15``), each of shape (n,).

    Raises
    ------
    InputError
        If an id stands twice, a coordinate is missing or off the globe, or a number of
        people is negative or not a number; the message names the rows.

    Examples
    --------
    >>> people = Origins(id=["a"], name=["Alka"], lon=[25.0], lat=[57.0], population=[40])
    >>> len(people)
    1
    """

    id: TextArray
    name: TextArray
    lon: FloatArray
    lat: FloatArray
    population: FloatArray
    groups: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Seal the arrays and check them."""
        require_equal_lengths(
            "settlements",
            id=self.id,
            name=self.name,
            lon=self.lon,
            lat=self.lat,
            population=self.population,
            **self.groups,
        )
        _seal(self, text=("id", "name"), numbers=("lon", "lat", "population"))
        groups = {name: sealed(people, "float64") for name, people in self.groups.items()}
        object.__setattr__(self, "groups", groups)
        require_unique("settlements", self.id)
        require_on_globe("settlements", self.id, self.lon, self.lat)
        require_counts("settlements", "population", self.id, self.population)
        for name, people in groups.items():
            require_counts("settlements", name, self.id, people)

    def __len__(self) -> int:
        """Count the origins."""
        return len(self.id)

    def take(self, rows: AnyArray) -> Self:
        """Only these rows, given as positions or as a mask."""
        return type(self)(
            id=self.id[rows],
            name=self.name[rows],
            lon=self.lon[rows],
            lat=self.lat[rows],
            population=self.population[rows],
            groups={name: people[rows] for name, people in self.groups.items()},
        )

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Copy as a GeoDataFrame.

        Returns
        -------
        Columns ``id``, ``name``, ``population``, one for each group, and point
        ``geometry`` in EPSG:4326.
        """
        columns = {"id": self.id, "name": self.name, "population": self.population}
        return _points({**columns, **self.groups}, self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Destinations:
    """
    Where people go: service points of one or several kinds.

    Attributes
    ----------
    id, name, kind
        Text, shape (n,); ids are unique, ``kind`` is a service of the taxonomy.
    lon, lat
        Degrees, EPSG:4326, shape (n,).
    capacity
        What the point offers in units of its kind (places, beds), NaN where unknown.
    attributes
        Further text columns of the source, each of shape (n,).

    Raises
    ------
    InputError
        If an id stands twice, a coordinate is missing or off the globe, or a capacity is
        negative.
    """

    id: TextArray
    name: TextArray
    kind: TextArray
    lon: FloatArray
    lat: FloatArray
    capacity: FloatArray
    attributes: Mapping[str, TextArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Seal the arrays and check them."""
        require_equal_lengths(
            "services",
            id=self.id,
            name=self.name,
            kind=self.kind,
            lon=self.lon,
            lat=self.lat,
            capacity=self.capacity,
            **self.attributes,
        )
        _seal(self, text=("id", "name", "kind"), numbers=("lon", "lat", "capacity"))
        attributes = {name: sealed_text(texts) for name, texts in self.attributes.items()}
        object.__setattr__(self, "attributes", attributes)
        require_unique("services", self.id)
        require_on_globe("services", self.id, self.lon, self.lat)
        known = ~np.isnan(self.capacity)
        require_counts("services", "capacity", self.id[known], self.capacity[known])

    def __len__(self) -> int:
        """Count the destinations."""
        return len(self.id)

    @property
    def kinds(self) -> list[str]:
        """Kinds of service that occur, sorted."""
        return sorted(set(self.kind))

    def of_kind(self, kind: str) -> Self:
        """
        Only the services of one kind.

        Raises
        ------
        InputError
            If there is none of that kind.
        """
        mask = self.kind == kind
        if not mask.any():
            msg = f"no service of kind {kind!r}; {nearest_known(kind, self.kinds)}"
            raise InputError(msg)
        return self.take(mask)

    def take(self, rows: AnyArray) -> Self:
        """Only these rows, given as positions or as a mask."""
        return type(self)(
            id=self.id[rows],
            name=self.name[rows],
            kind=self.kind[rows],
            lon=self.lon[rows],
            lat=self.lat[rows],
            capacity=self.capacity[rows],
            attributes={name: texts[rows] for name, texts in self.attributes.items()},
        )

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Copy as a GeoDataFrame.

        Returns
        -------
        Columns ``id``, ``name``, ``kind``, ``capacity``, the attributes, and point
        ``geometry`` in EPSG:4326.
        """
        columns = {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "capacity": self.capacity,
        }
        return _points({**columns, **self.attributes}, self.lon, self.lat)


def _seal(noun: object, *, text: Sequence[str], numbers: Sequence[str]) -> None:
    for name in text:
        object.__setattr__(noun, name, sealed_text(getattr(noun, name)))
    for name in numbers:
        object.__setattr__(noun, name, sealed(getattr(noun, name), "float64"))


def _points(columns: Mapping[str, AnyArray], lon: FloatArray, lat: FloatArray) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - heavy, and loading a noun must stay light

    return gpd.GeoDataFrame(
        {name: np.array(values) for name, values in columns.items()},
        geometry=gpd.points_from_xy(lon, lat),
        crs="EPSG:4326",
    )
