"""Pieces of road segments as lines on the map, and the areas around them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geoaccess.model.network import Network
from geoaccess.units import AnyArray, FloatArray, IntArray, LongArray

# Places meet roads on this plane, so a fraction of a segment is a fraction of it here.
_CONFORMAL = "EPSG:3395"
_ARC_STEPS = 8


def cut_lines(network: Network, segment: IntArray, start: FloatArray, end: FloatArray) -> AnyArray:
    """
    Draw pieces of segments.

    Parameters
    ----------
    network
        Roads.
    segment
        Segment of each piece, shape (n,).
    start, end
        From where to where, as fractions of the segment, ``start < end``.

    Returns
    -------
    Lines in EPSG:4326, longitude first, shape (n,).
    """
    used, row = np.unique(segment, return_inverse=True)
    shape = _Shapes(network, used)
    begin, first_lon, first_lat = shape.locate(row, start, side="right")
    finish, last_lon, last_lat = shape.locate(row, end, side="left")
    # Between the two cuts lie the shape points after the first and up to the last.
    inner = np.maximum(finish - begin, 0)
    owner = np.repeat(np.arange(len(segment)), inner)
    at = _ranges(begin + 1, inner)
    lines = np.concatenate([np.arange(len(segment)), owner, np.arange(len(segment))])
    lon = np.concatenate([first_lon, shape.lon[at], last_lon])
    lat = np.concatenate([first_lat, shape.lat[at], last_lat])
    order = np.argsort(lines, kind="stable")
    return np.asarray(shapely.linestrings(np.column_stack([lon, lat])[order], indices=lines[order]))


class _Shapes:
    """Shape points of some segments, with how far along their segment they lie."""

    __slots__ = ("key", "lat", "lon", "plane", "x", "y")

    def __init__(self, network: Network, segments: IntArray) -> None:
        first = network.shape_first
        size = first[segments + 1] - first[segments]
        at = _ranges(first[segments], size)
        owner = np.repeat(np.arange(len(segments)), size)
        self.lon, self.lat = network.shape_lon[at], network.shape_lat[at]
        self.plane = Transformer.from_crs("EPSG:4326", _CONFORMAL, always_xy=True)
        self.x, self.y = self.plane.transform(self.lon, self.lat)
        inside = owner[1:] == owner[:-1]
        step = np.where(inside, np.hypot(np.diff(self.x), np.diff(self.y)), 0.0)
        run = np.concatenate([[0.0], np.cumsum(step)])
        begin = np.cumsum(size) - size
        length = run[begin + size - 1] - run[begin]
        along = run - run[begin][owner]
        fraction = np.divide(along, length[owner], out=np.zeros_like(along), where=along > 0)
        fraction[begin + size - 1] = 1.0
        # Segments stand two apart, so that the end of one is not the start of the next.
        self.key: FloatArray = 2.0 * owner + np.minimum(fraction, 1.0)

    def locate(
        self, row: LongArray, at: FloatArray, *, side: Literal["left", "right"]
    ) -> tuple[LongArray, FloatArray, FloatArray]:
        """
        Find points by fraction: the shape point before each, its longitude and latitude.

        A point upon a shape point lies after that one (``right``), or before it (``left``).
        """
        wanted = 2.0 * row + at
        before = np.searchsorted(self.key, wanted, side=side) - 1
        before = np.maximum(before, np.searchsorted(self.key, 2.0 * row, side="left"))
        after = np.minimum(before + 1, len(self.key) - 1)
        step = self.key[after] - self.key[before]
        share = np.divide(wanted - self.key[before], step, out=np.zeros(len(at)), where=step > 0)
        x = self.x[before] + share * (self.x[after] - self.x[before])
        y = self.y[before] + share * (self.y[after] - self.y[before])
        lon, lat = self.plane.transform(x, y, direction="INVERSE")
        # Where the cut is at a shape point, the point is that one to the last digit.
        here = np.where(share <= 0, before, after)
        exact = (share <= 0) | (share >= 1)
        lon, lat = np.where(exact, self.lon[here], lon), np.where(exact, self.lat[here], lat)
        return before, lon, lat


def _ranges(start: LongArray, count: LongArray) -> LongArray:
    offset = np.repeat(start - (np.cumsum(count) - count), count)
    positions: LongArray = np.arange(int(count.sum())) + offset
    return positions


def metric_crs(network: Network) -> str:
    """
    UTM zone of the middle of the roads.

    Parameters
    ----------
    network
        Roads.

    Returns
    -------
    Its code, such as ``"EPSG:32635"``.
    """
    west, south, east, north = network.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    zones = query_utm_crs_info(
        datum_name="WGS 84", area_of_interest=AreaOfInterest(lon, lat, lon, lat)
    )
    return f"{zones[0].auth_name}:{zones[0].code}"


def areas_around(
    lines: AnyArray, band: IntArray, *, n_bands: int, width_m: float, crs: str
) -> AnyArray:
    """
    Areas within some metres of roads, each band with all that come before it.

    Parameters
    ----------
    lines
        Roads in EPSG:4326, shape (n,).
    band
        Band of each, shape (n,).
    n_bands
        How many there are.
    width_m
        How far the areas reach to both sides of a road, metres.
    crs
        Plane to work on, in metres.

    Returns
    -------
    Polygons of one or several parts in EPSG:4326, ``None`` where there is no road,
    shape (n_bands,). Holes are those of the roads: nothing is filled.
    """
    to_plane = Transformer.from_crs("EPSG:4326", CRS(crs), always_xy=True)
    on_plane = _moved(lines, to_plane, "FORWARD")
    area: AnyArray = np.empty(0, dtype=object)
    found = np.full(n_bands, None, dtype=object)
    for k in range(n_bands):
        # Lines that go on from one another are one line, with fewer round ends to join.
        roads = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(on_plane[band == k])))
        fresh = shapely.buffer(roads, width_m, quad_segs=_ARC_STEPS)
        area = shapely.get_parts(shapely.union_all([*area, shapely.union_all(fresh)]))
        if len(area):
            shape = shapely.multipolygons(_moved(area, to_plane, "INVERSE"))
            found[k] = shapely.orient_polygons(shape, exterior_cw=False)
    return found


def _moved(
    shapes: AnyArray, plane: Transformer, direction: Literal["FORWARD", "INVERSE"]
) -> AnyArray:
    """Copy shapes from degrees to a plane or back."""
    at = shapely.get_coordinates(shapes)
    x, y = plane.transform(at[:, 0], at[:, 1], direction=direction)
    return np.asarray(shapely.set_coordinates(shapes.copy(), np.column_stack([x, y])))
