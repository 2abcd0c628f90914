"""Lakes, rivers and coasts of an OpenStreetMap file, for maps to be read by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely

from geoaccess.io.osm import is_osm_path, readable
from geoaccess.model.backdrop import WATER, Backdrop
from geoaccess.units import FloatArray

_AREAS = (("natural", "water"), ("waterway", "riverbank"))
_LINES = {("waterway", "river"): "river", ("natural", "coastline"): "coast"}
_FEWEST = 2
Bounds = tuple[float, float, float, float]


def read_water(path: Path, *, bounds: Bounds) -> Backdrop:
    """
    Water that is drawn under a map.

    Parameters
    ----------
    path
        Any file; one that is not OpenStreetMap's has no water.
    bounds
        West, south, east and north edge, degrees: what lies wholly outside is left out.

    Returns
    -------
    Lakes and banks of rivers as rings, rivers and coasts as lines, in the order of the file.

    Raises
    ------
    InputError
        If the file is missing or cut short.
    """
    found = [
        (kind, line)
        for kind, line in (_found(path) if is_osm_path(path) else ())
        if _meets(line, bounds)
    ]
    kinds = np.array([WATER.index(kind) for kind, _ in found], dtype=np.int32)
    return Backdrop.of_lines(kinds, [line for _, line in found])


def _meets(line: FloatArray, bounds: Bounds) -> bool:
    west, south, east, north = bounds
    low, high = line.min(axis=0), line.max(axis=0)
    return bool(low[0] <= east and high[0] >= west and low[1] <= north and high[1] >= south)


def _found(path: Path) -> Iterator[tuple[str, FloatArray]]:
    wanted = osmium.filter.TagFilter(*_AREAS, *_LINES)
    with readable(path):
        things: Any = (
            osmium.FileProcessor(str(path))
            .with_locations()
            .with_areas(osmium.filter.TagFilter(*_AREAS))
            .with_filter(wanted)
        )
        wkb = osmium.geom.WKBFactory()
        for thing in things:
            if thing.is_area():
                yield from (("lake", ring) for ring in _rings(thing, wkb))
            elif thing.is_way():
                kind = _line_kind(thing)
                line = _line(thing, wkb) if kind else np.empty((0, 2))
                if len(line) >= _FEWEST:
                    yield kind, line


def _line_kind(way: Any) -> str:  # noqa: ANN401 - pyosmium objects have no types
    told = (_LINES.get((key, way.tags.get(key, "")), "") for key in ("waterway", "natural"))
    return next((kind for kind in told if kind), "")


def _line(way: Any, wkb: Any) -> FloatArray:  # noqa: ANN401
    try:
        line = shapely.from_wkb(wkb.create_linestring(way))
    except (RuntimeError, osmium.InvalidLocationError):  # a way that the extract cut
        return np.empty((0, 2))
    points: FloatArray = shapely.get_coordinates(line)
    return points


def _rings(area: Any, wkb: Any) -> Iterator[FloatArray]:  # noqa: ANN401
    # A coast that closes is an area too, but of land.
    if not any(area.tags.get(key) == value for key, value in _AREAS):
        return
    try:
        polygons = shapely.get_parts(shapely.from_wkb(wkb.create_multipolygon(area)))
    except RuntimeError:
        return
    for polygon in polygons:
        for i, ring in enumerate((polygon.exterior, *polygon.interiors)):
            points: FloatArray = shapely.get_coordinates(ring)
            yield points if ring.is_ccw == (i == 0) else points[::-1]
