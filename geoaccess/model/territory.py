"""One dated set of borders; which unit owns each place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar_date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoaccess.errors import InputError, some_ids
from geoaccess.model.frozen import (
    require_equal_lengths,
    require_unique,
    sealed_text,
)
from geoaccess.units import AnyArray, FloatArray, IntArray, TextArray

if TYPE_CHECKING:
    import geopandas as gpd


def is_day(text: str) -> bool:
    """
    Whether a text is a day of the calendar, written as ISO 8601 extended.

    Examples
    --------
    >>> is_day("2021-06-30"), is_day("2021-06-31"), is_day("20210630")
    (True, False, False)
    """
    try:
        return calendar_date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Territory:
    """
    Administrative zones as they stood on one day.

    Attributes
    ----------
    date
        Day on which these borders held, ISO 8601, for example ``"2021-06-30"``.
    code, name
        Text, shape (n,), sorted by code; leading zeros of codes are kept.
    geometry
        Polygons in EPSG:4326, shape (n,).

    Raises
    ------
    InputError
        If there is no zone, a code stands twice, or the date is not a day.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(24, 56, 25, 57)
    >>> borders = Territory(
    ...     date="2021-06-30", code=["01"], name=["Alka"], geometry=[square]
    ... )
    >>> borders.locate([24.5, 30.0], [56.5, 56.5])
    array([ 0, -1], dtype=int32)
    """

    date: str
    code: TextArray
    name: TextArray
    geometry: AnyArray

    def __post_init__(self) -> None:
        """Check the parts and put the zones in order of code."""
        if not is_day(self.date):
            msg = f"territory: date must be a day such as 2021-06-30, but is {self.date!r}"
            raise InputError(msg)
        label = f"territory {self.date}"
        require_equal_lengths(label, code=self.code, name=self.name, geometry=self.geometry)
        code = sealed_text(self.code)
        if not len(code):
            msg = f"{label}: no zones; give a file with at least one polygon"
            raise InputError(msg)
        require_unique(label, code)
        order = np.argsort(code.astype(str), kind="stable")
        geometry = np.empty(len(code), dtype=object)
        geometry[:] = [self.geometry[i] for i in order]
        missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
        if missing.any():
            msg = f"{label}: no polygon for {some_ids(code[order][missing])}; give every zone one"
            raise InputError(msg)
        geometry.flags.writeable = False
        object.__setattr__(self, "geometry", geometry)
        object.__setattr__(self, "name", sealed_text([self.name[i] for i in order]))
        object.__setattr__(self, "code", sealed_text(code[order]))

    def __len__(self) -> int:
        """Count the zones."""
        return len(self.code)

    def locate(self, lon: FloatArray, lat: FloatArray) -> IntArray:
        """
        Zone that holds each point.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,).

        Returns
        -------
        Positions of zones, shape (n,), -1 outside every zone. A point on a border, or in
        two zones that overlap, belongs to the one whose code sorts first.
        """
        points = np.asarray(shapely.points(np.asarray(lon), np.asarray(lat)))
        point, zone = shapely.STRtree(self.geometry).query(points, predicate="intersects")
        nobody = len(self)
        owner = np.full(len(points), nobody, dtype=np.int32)
        np.minimum.at(owner, point, zone.astype(np.int32))
        return np.where(owner < nobody, owner, np.int32(-1))

    def codes_at(self, zone: IntArray) -> TextArray:
        """Codes for positions as :meth:`locate` gives them, empty for -1."""
        return np.append(self.code, "")[zone]

    def names_at(self, zone: IntArray) -> TextArray:
        """Names for positions as :meth:`locate` gives them, empty for -1."""
        return np.append(self.name, "")[zone]

    def to_gdf(self) -> gpd.GeoDataFrame:
        """Copy as a GeoDataFrame: ``code``, ``name``, ``geometry`` in EPSG:4326."""
        import geopandas as gpd  # noqa: PLC0415 - heavy, and loading a noun must stay light

        return gpd.GeoDataFrame(
            {"code": np.array(self.code), "name": np.array(self.name)},
            geometry=list(self.geometry),
            crs="EPSG:4326",
        )
