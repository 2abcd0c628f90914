"""A map of change as plain geometry: outlines of zones, and a mark for every settlement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geoaccess.model.territory import Territory
from geoaccess.report.document.charts import WIDTH
from geoaccess.units import FloatArray, TextArray

_MARGIN = 10.0
_HIGHEST = 900.0
_SMALLEST, _LARGEST = 2.0, 11.0
# Half a unit of the drawing is under half a pixel of most screens.
_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A settlement: where, how large, and what happened there."""

    x: float
    y: float
    radius: float
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMap:
    """Outlines and new roads as paths, marks in the order in which they are drawn."""

    height: float
    outlines: tuple[str, ...]
    roads: tuple[str, ...]
    marks: tuple[Mark, ...]


def change_map(
    lon: FloatArray,
    lat: FloatArray,
    people: FloatArray,
    word: TextArray | Sequence[str],
    territory: Territory | None,
    *,
    roads: Sequence[Sequence[tuple[float, float]]] = (),
) -> ChangeMap:
    """
    Lay out a map of what happened where.

    Parameters
    ----------
    lon, lat
        Degrees of the settlements, shape (n,).
    people
        Who live there; the area of a mark grows with them.
    word
        What happened to each: ``unchanged`` is drawn first, so that nothing hides a change.
    territory
        Zones to draw around them.
    roads
        New roads, each a line of longitudes and latitudes.
    """
    ends = [np.array(line, dtype=np.float64).reshape(-1, 2).T for line in roads]
    flat = _Plane.over(
        np.concatenate([lon, *(one[0] for one in ends)]),
        np.concatenate([lat, *(one[1] for one in ends)]),
        territory,
    )
    x, y = flat.at(lon, lat)
    most = float(people.max()) if len(people) and people.max() > 0 else 1.0
    radius = np.maximum(_LARGEST * np.sqrt(people / most), _SMALLEST)
    words = np.asarray(word, dtype=object).astype(str)
    order = np.lexsort((-radius, words != "unchanged"))
    marks = tuple(
        Mark(
            x=round(float(x[i]), 1),
            y=round(float(y[i]), 1),
            radius=round(float(radius[i]), 1),
            word=str(words[i]),
        )
        for i in order
    )
    outlines = () if territory is None else tuple(_path(flat, zone) for zone in territory.geometry)
    return ChangeMap(
        height=round(flat.height, 1),
        outlines=outlines,
        roads=tuple(_line(*flat.at(*one)) for one in ends),
        marks=marks,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """From degrees to units of the drawing; a degree east is shrunk to its length."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: float

    @classmethod
    def over(cls, lon: FloatArray, lat: FloatArray, territory: Territory | None) -> _Plane:
        west, south, east, north = (
            (lon.min(), lat.min(), lon.max(), lat.max()) if len(lon) else (0.0, 0.0, 1.0, 1.0)
        )
        if territory is not None:
            zone = shapely.total_bounds(territory.geometry)
            west, south = min(west, zone[0]), min(south, zone[1])
            east, north = max(east, zone[2]), max(north, zone[3])
        squeeze = float(np.cos(np.radians((south + north) / 2)))
        wide = max(float(east - west) * squeeze, 1e-6)
        tall = max(float(north - south), 1e-6)
        scale = min((WIDTH - 2 * _MARGIN) / wide, (_HIGHEST - 2 * _MARGIN) / tall)
        return cls(
            west=float(west),
            north=float(north),
            scale=scale,
            squeeze=squeeze,
            height=tall * scale + 2 * _MARGIN,
        )

    def at(self, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
        return (
            _MARGIN + (lon - self.west) * self.squeeze * self.scale,
            _MARGIN + (self.north - lat) * self.scale,
        )


def _path(flat: _Plane, zone: shapely.Geometry) -> str:
    rings = []
    for part in shapely.get_parts(zone):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                xy = shapely.get_coordinates(ring)
                x, y = flat.at(xy[:, 0], xy[:, 1])
                plain = shapely.simplify(shapely.linestrings(np.column_stack([x, y])), _TOLERANCE)
                rings.append(_line(*shapely.get_coordinates(plain).T) + "Z")
    return "".join(rings)


def _line(x: FloatArray, y: FloatArray) -> str:
    points = np.round(np.column_stack([x, y]), 1).tolist()
    return "M" + "L".join(f"{a:g},{b:g}" for a, b in points)
