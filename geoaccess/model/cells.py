"""Cells of a population grid, as they lie in the grid's own coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import shapely
from pyproj import Transformer

from geoaccess.model.frozen import require_counts, require_equal_lengths, sealed, sealed_text
from geoaccess.units import AnyArray, BoolArray, FloatArray, LongArray, TextArray

# Cells of one grid may differ a little in width; those of another grid differ by this at least.
_LARGER = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """
    Inhabited cells of a grid.

    Attributes
    ----------
    crs
        Coordinate reference system of the grid, as pyproj reads it.
    id
        Text, shape (n,).
    x, y
        Centres in that CRS, shape (n,).
    width, height
        Sizes in units of that CRS, 0 where nobody says, shape (n,).
    people
        People, shape (n,).
    groups
        People by group, each of shape (n,).
    shape
        Polygons in that CRS, shape (n,), where cells are no upright rectangles; or None.

    Raises
    ------
    InputError
        If a number of people is negative or not a number.
    """

    crs: str
    id: TextArray
    x: FloatArray
    y: FloatArray
    width: FloatArray
    height: FloatArray
    people: FloatArray
    groups: Mapping[str, FloatArray] = field(default_factory=dict)
    shape: AnyArray | None = None

    def __post_init__(self) -> None:
        """Seal the arrays and check the people."""
        numbers = ("x", "y", "width", "height", "people")
        require_equal_lengths(
            "cells", id=self.id, **{name: getattr(self, name) for name in numbers}, **self.groups
        )
        for name in numbers:
            object.__setattr__(self, name, sealed(getattr(self, name), "float64"))
        object.__setattr__(self, "id", sealed_text(self.id))
        groups = {name: sealed(people, "float64") for name, people in self.groups.items()}
        object.__setattr__(self, "groups", groups)
        for name, people in {"people": self.people, **groups}.items():
            require_counts("population grid", name, self.id, people)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.id)

    def take(self, rows: AnyArray) -> Self:
        """Only these cells, given as positions or as a mask."""
        return type(self)(
            crs=self.crs,
            id=self.id[rows],
            x=self.x[rows],
            y=self.y[rows],
            width=self.width[rows],
            height=self.height[rows],
            people=self.people[rows],
            groups={name: people[rows] for name, people in self.groups.items()},
            shape=None if self.shape is None else self.shape[rows],
        )

    @property
    def sized(self) -> BoolArray:
        """Which cells have an area, shape (n,)."""
        return np.asarray((self.width > 0) & (self.height > 0))

    def outlines(self) -> AnyArray:
        """Polygons in the grid's CRS, points where a cell has no size, shape (n,)."""
        if self.shape is not None:
            return self.shape
        half_x, half_y = self.width / 2.0, self.height / 2.0
        boxes = np.asarray(
            shapely.box(self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y)
        )
        bare = ~self.sized
        boxes[bare] = shapely.points(self.x[bare], self.y[bare])
        return boxes

    def nested(self) -> LongArray:
        """Find the cells whose middle lies in a much larger cell, where people count twice."""
        sized = np.flatnonzero(self.sized)
        if not len(sized) or self.width[sized].max() < _LARGER * self.width[sized].min():
            return np.empty(0, dtype=np.int64)
        large = sized[self.width[sized] >= _LARGER * self.width[sized].min()]
        middles = np.asarray(shapely.points(self.x[sized], self.y[sized]))
        small, big = shapely.STRtree(self.outlines()[large]).query(middles, predicate="within")
        inside = self.width[large[big]] >= _LARGER * self.width[sized[small]]
        return np.asarray(np.unique(sized[small[inside]]))

    def to_degrees(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Longitude and latitude of points in the grid's CRS."""
        there = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)
        lon, lat = there.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    def from_degrees(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Points in the grid's CRS of longitudes and latitudes."""
        there = Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        x, y = there.transform(lon, lat)
        return np.asarray(x), np.asarray(y)

    def outlines_in_degrees(self) -> AnyArray:
        """Polygons in EPSG:4326, whose corners are those of the cells, shape (n,)."""
        there = Transformer.from_crs(self.crs, "EPSG:4326", always_xy=True)

        def move(xy: AnyArray) -> AnyArray:
            return np.column_stack(there.transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(self.outlines(), move))
