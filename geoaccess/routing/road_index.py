"""Roads laid out so that the nearest usable one to a point is found quickly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from pyproj import Geod, Transformer

from geoaccess.model.network import Network
from geoaccess.routing.curve import morton_order
from geoaccess.units import AnyArray, FloatArray, IntArray, LongArray

_EARTH = Geod(ellps="WGS84")
# Mercator on the ellipsoid keeps angles, so around any point all directions stretch
# alike, and the nearest road on this plane is the nearest road on the ground.
_CONFORMAL = "EPSG:3395"
_POINTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestRoad:
    """
    The nearest of some segments to each of some points.

    Attributes
    ----------
    segment
        Segment, -1 where there is none at all, shape (n,).
    fraction
        Where along it, from 0 to 1, shape (n,).
    distance_m
        Geodesic metres, ``inf`` where there is none, shape (n,).
    lon, lat
        The point on the road, degrees, NaN where there is none.
    """

    segment: IntArray
    fraction: FloatArray
    distance_m: FloatArray
    lon: FloatArray
    lat: FloatArray

    @classmethod
    def none(cls, n: int) -> NearestRoad:
        """No road for any of n points."""
        return cls(
            segment=np.full(n, -1, dtype=np.int32),
            fraction=np.zeros(n),
            distance_m=np.full(n, np.inf),
            lon=np.full(n, np.nan),
            lat=np.full(n, np.nan),
        )

    def replaced(self, rows: LongArray, other: NearestRoad) -> NearestRoad:
        """Take those rows from the other where it is nearer."""
        nearer = other.distance_m < self.distance_m[rows]
        parts = {}
        for name in self.__slots__:
            values = getattr(self, name).copy()
            values[rows[nearer]] = getattr(other, name)[nearer]
            parts[name] = values
        return NearestRoad(**parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadIndex:
    """
    Some segments of a network, ready to be asked for the nearest.

    Attributes
    ----------
    segment
        Which segments of the network, ascending, shape (n_lines,).
    line
        Their lines on the conformal plane, shape (n_lines,).
    tree
        Search tree over the lines.
    """

    segment: LongArray
    line: AnyArray
    tree: shapely.STRtree

    @classmethod
    def over(cls, network: Network, segments: LongArray) -> RoadIndex:
        """
        Lay out some segments.

        Parameters
        ----------
        network
            Roads.
        segments
            Positions of segments, ascending.
        """
        lines = _lines(network, segments)
        return cls(segment=segments, line=lines, tree=shapely.STRtree(lines))

    def nearest(self, lon: FloatArray, lat: FloatArray, *, threads: int = 1) -> NearestRoad:
        """
        Find the nearest segment to each point.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,).
        threads
            How many threads may work; the answer does not depend on it.

        Returns
        -------
        In the order of the points; of equally near segments the first.
        """
        found = NearestRoad.none(len(lon))
        if not len(self.segment) or not len(lon):
            return found
        x, y = plane_points(lon, lat)
        points = np.asarray(shapely.points(x, y))
        line = self._nearest_lines(points, x, y, threads)
        on = self.line[line]
        # Where a line has no length, its fraction is not a number.
        fraction = np.nan_to_num(shapely.line_locate_point(on, points, normalized=True))
        foot = shapely.line_interpolate_point(on, fraction, normalized=True)
        foot_lon, foot_lat = points_of_plane(shapely.get_x(foot), shapely.get_y(foot))
        return NearestRoad(
            segment=self.segment[line].astype(np.int32),
            fraction=fraction,
            distance_m=metres_between(lon, lat, foot_lon, foot_lat),
            lon=foot_lon,
            lat=foot_lat,
        )

    def _nearest_lines(
        self, points: AnyArray, x: FloatArray, y: FloatArray, threads: int
    ) -> LongArray:
        """Position of the nearest line of each point; neighbours are asked together."""
        order = np.argsort(morton_order(x, y))
        chunks = [
            order[start : start + _POINTS_AT_ONCE]
            for start in range(0, len(points), _POINTS_AT_ONCE)
        ]
        line = np.full(len(points), len(self.line), dtype=np.int64)

        def ask(chunk: LongArray) -> None:
            point, candidate = self.tree.query_nearest(points[chunk], all_matches=True)
            np.minimum.at(line, chunk[point], candidate)

        with ThreadPoolExecutor(max_workers=threads) as pool:
            list(pool.map(ask, chunks))
        return line


def plane_points(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Points on the conformal plane."""
    x, y = _plane().transform(lon, lat)
    return np.asarray(x), np.asarray(y)


def points_of_plane(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Longitude and latitude of points on the conformal plane, degrees."""
    lon, lat = _plane().transform(x, y, direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)


def metres_between(
    lon: FloatArray, lat: FloatArray, other_lon: FloatArray, other_lat: FloatArray
) -> FloatArray:
    """Geodesic metres between points, pair by pair."""
    _, _, metres = _EARTH.inv(lon, lat, other_lon, other_lat)
    return np.asarray(metres, dtype=np.float64)


@cache
def _plane() -> Transformer:
    return Transformer.from_crs("EPSG:4326", _CONFORMAL, always_xy=True)


def _lines(network: Network, segments: LongArray) -> AnyArray:
    first = network.shape_first
    sizes = first[segments + 1] - first[segments]
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    points = np.arange(int(sizes.sum())) + np.repeat(first[segments] - start, sizes)
    if not len(points):
        return np.empty(0, dtype=object)
    x, y = _plane().transform(network.shape_lon[points], network.shape_lat[points])
    owner = np.repeat(np.arange(len(segments)), sizes)
    return np.asarray(shapely.linestrings(np.column_stack([x, y]), indices=owner))
