"""The plane of Latvian maps: metres of LKS-92 (EPSG:3059), and back to lon/lat."""

from __future__ import annotations

import numpy as np
import shapely
from demo_region.plane import BoolArray, FloatArray, IntArray
from numpy.typing import NDArray
from pyproj import Transformer

CRS = "EPSG:3059"
_TO_DEGREES = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
_TO_METRES = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)


def to_lonlat(xy: FloatArray, *, decimals: int = 7) -> FloatArray:
    """Turn metres, shape (n, 2), into rounded degrees."""
    lon, lat = _TO_DEGREES.transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), decimals)


def to_plane(lonlat: FloatArray) -> FloatArray:
    """Turn degrees, shape (n, 2), into metres."""
    x, y = _TO_METRES.transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([x, y])


def area_at(xy: FloatArray, outlines: NDArray[np.object_]) -> IntArray:
    """
    Find the area in which each point lies, or the nearest where it lies in none.

    Parameters
    ----------
    xy
        Points, metres, shape (n, 2).
    outlines
        Polygons that do not overlap, metres, shape (k,).

    Returns
    -------
    Position of each point's polygon, shape (n,).
    """
    area = np.full(len(xy), -1, dtype=np.int64)
    for k, outline in enumerate(outlines):
        shapely.prepare(outline)
        near = np.flatnonzero(_within(xy, outline.bounds) & (area < 0))
        area[near[shapely.contains_xy(outline, xy[near, 0], xy[near, 1])]] = k
    lost = np.flatnonzero(area < 0)
    if len(lost):
        area[lost] = shapely.STRtree(outlines).nearest(shapely.points(xy[lost]))
    return area


def _within(xy: FloatArray, bounds: tuple[float, float, float, float]) -> BoolArray:
    west, south, east, north = bounds
    return np.asarray(
        (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    )
