"""One dated set of borders; which unit owns each place, at every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.model.frozen import (
    require_equal_lengths,
    require_unique,
    sealed_text,
)
from geoaccess.model.nesting import (
    Membership,
    Parts,
    aligned_above,
    joined,
    sealed_polygons,
    shortened,
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
    level
        What the zones are called, as a level of the hierarchy.
    parts
        The smaller units that the zones are made of, or None where nobody gave them.
    above
        Larger units by level, the smallest first; each zone stands in one of each level.

    Raises
    ------
    InputError
        If there is no zone, a code stands twice, the date is not a day, a part belongs to
        no zone, or the levels do not nest.

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
    level: str = "municipality"
    parts: Parts | None = None
    above: Mapping[str, Membership] = field(default_factory=dict)

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
        object.__setattr__(self, "geometry", sealed_polygons(label, self.geometry, code, order))
        object.__setattr__(self, "name", sealed_text([self.name[i] for i in order]))
        object.__setattr__(self, "code", sealed_text(code[order]))
        object.__setattr__(self, "above", aligned_above(self.above, self.code))
        _require_levels_apart(label, self.levels)
        if self.parts is not None:
            _require_same_zones(label, self.parts, self.code)

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

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels of the hierarchy, the smallest units first."""
        finer = () if self.parts is None else (self.parts.level,)
        return (*finer, self.level, *self.above)

    def zone_of_parts(self) -> IntArray:
        """Position of the zone of each part, shape (n_parts,); the zones' own without parts."""
        if self.parts is None:
            return np.arange(len(self), dtype=np.int32)
        place = {code: i for i, code in enumerate(self.code)}
        return np.array([place[code] for code in self.parts.zone], dtype=np.int32)

    def locate_nested(self, lon: FloatArray, lat: FloatArray) -> dict[str, IntArray]:
        """
        Find the unit that holds each point, at every level.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,).

        Returns
        -------
        For each of :attr:`levels`, the smallest units first, positions of units, shape (n,),
        as :meth:`at_level` numbers them; -1 outside every zone. The levels always nest: the
        zone is that of :meth:`locate`, and the part is one of that zone.
        """
        zone = self.locate(lon, lat)
        found: dict[str, IntArray] = {}
        if self.parts is not None:
            found[self.parts.level] = self._part_at(np.asarray(lon), np.asarray(lat), zone)
        found[self.level] = zone
        for level, larger in self.above.items():
            found[level] = np.append(larger.positions(), np.int32(-1))[zone]
        return found

    def _part_at(self, lon: FloatArray, lat: FloatArray, zone: IntArray) -> IntArray:
        """Part of each zone that holds, or for a hair's breadth is nearest to, each point."""
        assert self.parts is not None  # noqa: S101 - for the type checker
        owner, nobody = self.zone_of_parts(), len(self.parts)
        points = np.asarray(shapely.points(lon, lat))
        point, part = shapely.STRtree(self.parts.geometry).query(points, predicate="intersects")
        own = owner[part] == zone[point]
        found = np.full(len(points), nobody, dtype=np.int32)
        np.minimum.at(found, point[own], part[own].astype(np.int32))
        for i in np.flatnonzero((found == nobody) & (zone >= 0)):
            near = np.flatnonzero(owner == zone[i])
            found[i] = near[shapely.distance(self.parts.geometry[near], points[i]).argmin()]
        return np.where(found < nobody, found, np.int32(-1))

    def at_level(self, level: str) -> Territory:
        """
        Take the units of another level as zones.

        Parameters
        ----------
        level
            One of :attr:`levels`.

        Returns
        -------
        The same borders with those units as zones: larger units are joined, and keep the
        zones as their parts.

        Raises
        ------
        InputError
            If there is no such level.
        """
        if level == self.level:
            return self
        if self.parts is not None and level == self.parts.level:
            return self._by_parts(self.parts)
        if level in self.above:
            return self._by_larger(level)
        msg = f"territory {self.date} has no level {level!r}; {nearest_known(level, self.levels)}"
        raise InputError(msg)

    def _by_parts(self, parts: Parts) -> Territory:
        owner = self.zone_of_parts()
        own = Membership(zone=parts.code, code=self.code[owner], name=self.name[owner])
        larger = {
            level: Membership(zone=parts.code, code=one.code[owner], name=one.name[owner])
            for level, one in self.above.items()
        }
        return Territory(
            date=self.date,
            code=parts.code,
            name=parts.name,
            geometry=parts.geometry,
            level=parts.level,
            above={self.level: own, **larger},
        )

    def _by_larger(self, level: str) -> Territory:
        wanted, at = self.above[level], list(self.above).index(level)
        codes, place = wanted.codes, wanted.positions()
        first = [int(np.flatnonzero(place == i)[0]) for i in range(len(codes))]
        return Territory(
            date=self.date,
            code=codes,
            name=wanted.names,
            geometry=joined(self.geometry, place, len(codes)),
            level=level,
            parts=Parts(
                code=self.code,
                name=self.name,
                zone=wanted.code,
                geometry=self.geometry,
                level=self.level,
            ),
            above={
                name: Membership(zone=codes, code=one.code[first], name=one.name[first])
                for name, one in list(self.above.items())[at + 1 :]
            },
        )

    def position(self, text: str) -> int:
        """
        Position of the zone of that code, or of that name where only one zone has it.

        Raises
        ------
        InputError
            If there is none, naming the nearest known, or several.
        """
        found = np.flatnonzero(self.code == text)
        if not len(found):
            found = np.flatnonzero(self.name == text)
        if len(found) == 1:
            return int(found[0])
        if len(found):
            msg = f"{text!r} names {len(found)} zones ({some_ids(self.code[found])}); give the code"
            raise InputError(msg)
        known = nearest_known(text, list(self.name))
        msg = f"territory {self.date} has no {self.level} {text!r}; {shortened(known)}"
        raise InputError(msg)

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


def _require_levels_apart(label: str, levels: tuple[str, ...]) -> None:
    if len(set(levels)) < len(levels):
        msg = f"{label}: two levels are called alike ({', '.join(levels)}); name them apart"
        raise InputError(msg)


def _require_same_zones(label: str, parts: Parts, code: TextArray) -> None:
    unknown = [one for one in dict.fromkeys(parts.zone) if one not in set(code)]
    if unknown:
        msg = (
            f"{label}: no polygon has code {some_ids(unknown)}, in which a {parts.level} "
            f"stands; correct it"
        )
        raise InputError(msg)
    bare = [one for one in code if one not in set(parts.zone)]
    if bare:
        msg = f"{label}: no {parts.level} in zone {some_ids(bare)}; give every zone one"
        raise InputError(msg)
