"""The part of the roads that is studied, and lines that no road crosses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from pyproj import Transformer

from geoaccess.errors import InputError
from geoaccess.io.osm import OUTSIDE_AREA, RawRoads
from geoaccess.io.pieces import ranges
from geoaccess.units import LAT_LIMIT, LON_LIMIT, M_PER_KM, AnyArray, BoolArray, LongArray

if TYPE_CHECKING:
    import geopandas as gpd

Shapes: TypeAlias = "gpd.GeoDataFrame | gpd.GeoSeries | Iterable[Any]"
_AREAS = ("Polygon", "MultiPolygon")
_LINES = ("LineString", "LinearRing", "MultiLineString")
# Lines made at once, so that a country's steps are never all in memory as objects.
_BATCH = 250_000


def widened_area(
    area: shapely.Polygon | shapely.MultiPolygon | Shapes, *, buffer_km: float = 0.0
) -> Any:  # noqa: ANN401 - shapely's union may be any
    """
    Join the polygons of an area, with a strip around it.

    Parameters
    ----------
    area
        Polygons: EPSG:4326, or with a CRS of their own.
    buffer_km
        Width of the strip, kilometres.

    Returns
    -------
    One polygon or several, in degrees.

    Raises
    ------
    InputError
        If the area is no polygon in degrees, or the width is negative.
    """
    if not buffer_km >= 0 or not np.isfinite(buffer_km):
        msg = f"buffer_km must be 0 or more, not {buffer_km:g}"
        raise InputError(msg)
    return _widened(shapely.union_all(_shapes(area, _AREAS, "area")), buffer_km * M_PER_KM)


def within_area(roads: RawRoads, whole: Any) -> RawRoads:  # noqa: ANN401
    """
    Keep whole the ways that touch an area.

    Parameters
    ----------
    roads
        Ways.
    whole
        Polygon or polygons in degrees, as :func:`widened_area` gives them.
    """
    shapely.prepare(whole)
    way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.first))
    inside = shapely.contains_xy(whole, roads.lon, roads.lat)
    touched = np.bincount(way[inside], minlength=len(roads.way_id)) > 0
    steps = _steps_near(roads, whole.bounds)
    for some in _batches(steps[~touched[way[steps]]]):
        touched[way[some[shapely.intersects(whole, _lines(roads, some))]]] = True
    return _only(roads, touched)


def closed_across(roads: RawRoads, barriers: Shapes) -> RawRoads:
    """
    Close every step of a way, from one of its nodes to the next, that meets a line.

    On both sides the road stays, as a dead end.

    Parameters
    ----------
    roads
        Ways.
    barriers
        Lines: EPSG:4326, or with a CRS of their own.

    Raises
    ------
    InputError
        If something is not a line in degrees.
    """
    lines = shapely.get_parts(_shapes(barriers, _LINES, "barriers"))
    blocked = np.zeros(len(roads.node_id), dtype=np.bool_)
    pieces = np.concatenate([_pairs(shapely.get_coordinates(line)) for line in lines])
    tree = shapely.STRtree(np.asarray(shapely.linestrings(pieces)))
    for some in _batches(_steps_near(roads, tuple(shapely.total_bounds(lines)))):
        met, _ = tree.query(_lines(roads, some), predicate="intersects")
        blocked[some[met]] = True
    counts = {**roads.counts, "steps_closed_by_barriers": int(blocked.sum())}
    return replace(roads, blocked=blocked, counts=counts)


def _shapes(told: Any, kinds: tuple[str, ...], name: str) -> AnyArray:  # noqa: ANN401
    """Geometries of the wanted kinds, in degrees."""
    if getattr(told, "crs", None) is not None:
        told = told.to_crs("EPSG:4326")
    told = getattr(told, "geometry", told)
    several: list[Any] = [told] if isinstance(told, shapely.Geometry) else list(told)
    bad = [one for one in several if getattr(one, "geom_type", None) not in kinds or one.is_empty]
    if bad or not several:
        found = getattr(bad[0], "geom_type", repr(bad[0])) if bad else "nothing"
        msg = f"{name} must be {' or '.join(kinds)}, not {found}"
        raise InputError(msg)
    shapes: AnyArray = np.array(several, dtype=np.object_)
    bounds = np.abs(shapely.total_bounds(shapes))
    if not (bounds <= [LON_LIMIT, LAT_LIMIT] * 2).all():
        msg = f"{name} lie outside the globe; give degrees (EPSG:4326), or a table with its CRS"
        raise InputError(msg)
    return shapes


def _widened(area: Any, width_m: float) -> Any:  # noqa: ANN401 - shapely's union may be any
    """Widen an area by metres, measured around its middle."""
    if width_m == 0:
        return area
    middle = area.centroid
    plane = f"+proj=aeqd +lat_0={middle.y} +lon_0={middle.x} +datum=WGS84 +units=m"
    there = Transformer.from_crs("EPSG:4326", plane, always_xy=True)
    back = Transformer.from_crs(plane, "EPSG:4326", always_xy=True)
    flat = _moved(area, there).buffer(width_m)
    return _moved(flat, back)


def _moved(shape: Any, by: Transformer) -> Any:  # noqa: ANN401
    return shapely.transform(shape, lambda xy: np.column_stack(by.transform(xy[:, 0], xy[:, 1])))


def _steps_near(roads: RawRoads, bounds: tuple[float, ...]) -> LongArray:
    """Positions at which steps begin whose rectangle meets another; never across ways."""
    west, south, east, north = bounds
    lon, lat = roads.lon, roads.lat
    # Where a node is missing, NaN compares as false.
    near = (np.minimum(lon[:-1], lon[1:]) <= east) & (np.maximum(lon[:-1], lon[1:]) >= west)
    near &= (np.minimum(lat[:-1], lat[1:]) <= north) & (np.maximum(lat[:-1], lat[1:]) >= south)
    last = roads.first[1:-1] - 1
    near[last[(last >= 0) & (last < len(near))]] = False
    return np.flatnonzero(near)


def _batches(steps: LongArray) -> Iterator[LongArray]:
    for start in range(0, len(steps), _BATCH):
        yield steps[start : start + _BATCH]


def _lines(roads: RawRoads, steps: LongArray) -> AnyArray:
    ends = np.stack([steps, steps + 1], axis=1)
    points = np.stack([roads.lon[ends], roads.lat[ends]], axis=2)
    return np.asarray(shapely.linestrings(points))


def _pairs(points: AnyArray) -> AnyArray:
    return np.stack([points[:-1], points[1:]], axis=1)


def _only(roads: RawRoads, kept: BoolArray) -> RawRoads:
    ways = np.flatnonzero(kept)
    first = np.concatenate([[0], np.cumsum(np.diff(roads.first)[ways])])
    at = ranges(roads.first[ways], roads.first[ways + 1]) if len(ways) else ways
    used = set(roads.node_id[at].tolist()) if roads.node_tags else set()
    return replace(
        roads,
        way_id=roads.way_id[ways],
        tags=[roads.tags[way] for way in ways.tolist()],
        first=first,
        node_id=roads.node_id[at],
        lon=roads.lon[at],
        lat=roads.lat[at],
        node_tags={id_: tags for id_, tags in roads.node_tags.items() if id_ in used},
        speed_kmh=None if roads.speed_kmh is None else roads.speed_kmh[ways],
        blocked=None if roads.blocked is None else roads.blocked[at],
        counts={
            **roads.counts,
            OUTSIDE_AREA: roads.counts.get(OUTSIDE_AREA, 0) + int((~kept).sum()),
        },
    )
