"""The local plane: metres around a point in the open Baltic Sea, and back to lon/lat."""

from __future__ import annotations

import zlib

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Far from any shore, so that nobody takes the region for a real place.
CENTRE_LON, CENTRE_LAT = 20.1, 57.3
_FORWARD = Transformer.from_crs(
    "EPSG:4326",
    f"+proj=tmerc +lat_0={CENTRE_LAT} +lon_0={CENTRE_LON} +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m",
    always_xy=True,
)


def to_plane(lonlat: FloatArray) -> FloatArray:
    """Turn degrees, shape (n, 2), into metres of the local plane."""
    x, y = _FORWARD.transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([x, y])


def to_lonlat(xy: FloatArray, *, decimals: int = 7) -> FloatArray:
    """Turn metres of the local plane, shape (n, 2), into rounded degrees."""
    lon, lat = _FORWARD.transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    return np.round(np.column_stack([lon, lat]), decimals)


def geometry_to_lonlat(geometry: BaseGeometry, *, decimals: int = 6) -> BaseGeometry:
    """Turn a geometry in metres into one in rounded degrees."""
    return shapely.transform(geometry, lambda xy: to_lonlat(xy, decimals=decimals))


def polygon_to_lonlat(outline: Polygon, *, decimals: int = 6) -> Polygon:
    """Turn a polygon in metres, holes too, into one in rounded degrees."""
    rings = [outline.exterior, *outline.interiors]
    outer, *holes = (to_lonlat(shapely.get_coordinates(ring), decimals=decimals) for ring in rings)
    return Polygon(outer, holes)


def stream(seed: int, topic: str) -> np.random.Generator:
    """
    Random numbers of one topic, so that a change in one topic leaves the others alone.

    Parameters
    ----------
    seed
        Seed of the whole region.
    topic
        Any text; two topics give independent streams.

    Returns
    -------
    A generator at its start.
    """
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])
