"""Point to the nearest usable road segment."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod, Transformer

from geoaccess.model.network import Network
from geoaccess.model.snap import Reason, Snapped
from geoaccess.routing.components import Components, components, drivable_segments
from geoaccess.units import (
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    LongArray,
    TextArray,
    drive_ms,
)

_EARTH = Geod(ellps="WGS84")
# Mercator on the ellipsoid keeps angles, so around any point all directions stretch
# alike, and the nearest road on this plane is the nearest road on the ground.
_CONFORMAL = "EPSG:3395"


def snap_points(
    network: Network,
    ids: TextArray,
    lon: FloatArray,
    lat: FloatArray,
    *,
    max_snap_m: float,
    min_component_km: float = 2.0,
) -> Snapped:
    """
    Put places on the road network.

    A place goes to the nearest segment that can be driven to and from the rest of a
    network of ``min_component_km`` or more. Only where none lies within ``max_snap_m``
    does it go to a road that is cut off, and then the reason says so.

    Parameters
    ----------
    network
        Roads.
    ids
        Ids of the places, shape (n,).
    lon, lat
        Degrees, shape (n,).
    max_snap_m
        Farthest that a place may lie from its road, metres.
    min_component_km
        Least length of a strongly connected component that counts as a road network.

    Returns
    -------
    Snapped places, in the order given.
    """
    parts = components(network)
    drivable = drivable_segments(network, parts, min_component_km=min_component_km)
    best = _nearest(network, np.flatnonzero(drivable), lon, lat)
    far = best.distance_m > max_snap_m
    if far.any():
        cut_off = np.flatnonzero(network.snappable & ~drivable)
        best = best.replaced_where(far, _nearest(network, cut_off, lon[far], lat[far]))
    on_road = best.distance_m <= max_snap_m
    segment = np.where(on_road, best.segment, np.int32(-1))
    component = np.append(parts.segment, np.int32(-1))[segment]
    access_ms = drive_ms(
        np.where(on_road, best.distance_m, 0.0), np.asarray(network.access_speed_kmh)
    )
    return Snapped(
        id=ids,
        segment=segment,
        fraction=np.where(on_road, best.fraction, 0.0),
        distance_m=best.distance_m,
        lon=np.where(on_road, best.lon, np.nan),
        lat=np.where(on_road, best.lat, np.nan),
        access_ms=access_ms,
        component=component,
        reason=_reasons(network, parts, drivable, segment, lon, lat),
    )


class _Nearest:
    """The nearest of some segments to each point."""

    __slots__ = ("distance_m", "fraction", "lat", "lon", "segment")

    def __init__(self, n: int) -> None:
        self.segment: IntArray = np.full(n, -1, dtype=np.int32)
        self.fraction: FloatArray = np.zeros(n)
        self.distance_m: FloatArray = np.full(n, np.inf)
        self.lon: FloatArray = np.full(n, np.nan)
        self.lat: FloatArray = np.full(n, np.nan)

    def replaced_where(self, rows: BoolArray, other: _Nearest) -> _Nearest:
        """Take those rows from the other where it is nearer."""
        merged = _Nearest(len(rows))
        positions = np.flatnonzero(rows)
        nearer = other.distance_m < self.distance_m[positions]
        for name in self.__slots__:
            values = getattr(self, name).copy()
            values[positions[nearer]] = getattr(other, name)[nearer]
            setattr(merged, name, values)
        return merged


def _nearest(network: Network, segments: LongArray, lon: FloatArray, lat: FloatArray) -> _Nearest:
    found = _Nearest(len(lon))
    if not len(segments) or not len(lon):
        return found
    plane = Transformer.from_crs("EPSG:4326", _CONFORMAL, always_xy=True)
    lines = _lines(network, segments, plane)
    x, y = plane.transform(lon, lat)
    points = shapely.points(x, y)
    point, line = shapely.STRtree(lines).query_nearest(points, all_matches=True)
    # Of equally near segments the first counts, so that the order of work never shows.
    order = np.lexsort((line, point))
    point, line = point[order], line[order]
    first = np.concatenate([[True], point[1:] != point[:-1]])
    point, line = point[first], line[first]
    fraction = shapely.line_locate_point(lines[line], points[point], normalized=True)
    # Where a line has no length, its fraction is not a number.
    fraction = np.nan_to_num(fraction)
    foot = shapely.line_interpolate_point(lines[line], fraction, normalized=True)
    foot_lon, foot_lat = plane.transform(
        shapely.get_x(foot), shapely.get_y(foot), direction="INVERSE"
    )
    _, _, distance_m = _EARTH.inv(lon[point], lat[point], foot_lon, foot_lat)
    found.segment[point] = segments[line]
    found.fraction[point] = fraction
    found.distance_m[point] = distance_m
    found.lon[point] = foot_lon
    found.lat[point] = foot_lat
    return found


def _lines(network: Network, segments: LongArray, plane: Transformer) -> AnyArray:
    first = network.shape_first
    sizes = first[segments + 1] - first[segments]
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    points = np.arange(int(sizes.sum())) + np.repeat(first[segments] - start, sizes)
    x, y = plane.transform(network.shape_lon[points], network.shape_lat[points])
    owner = np.repeat(np.arange(len(segments)), sizes)
    return np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=owner))


def _reasons(
    network: Network,
    parts: Components,
    drivable: BoolArray,
    segment: IntArray,
    lon: FloatArray,
    lat: FloatArray,
) -> TextArray:
    """Why a place has no road, or only one that is cut off; empty where all is well."""
    reason = np.full(len(segment), "", dtype=object)
    nowhere = segment < 0
    west, south, east, north = network.bounds
    outside = (lon < west) | (lon > east) | (lat < south) | (lat > north)
    reason[nowhere] = Reason.TOO_FAR_FROM_ROAD
    reason[nowhere & outside] = Reason.OUTSIDE_EXTRACT
    cut_off = ~nowhere & ~drivable[segment]
    joined = parts.weak[network.segment_from[segment]] == parts.main_weak()
    reason[cut_off] = Reason.ISOLATED_ROAD
    reason[cut_off & joined] = Reason.ONE_WAY_TRAP
    return reason
