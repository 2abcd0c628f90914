"""Straight distance to the nearest place, on the ellipsoid."""

from __future__ import annotations

import numpy as np
from pyproj import Geod
from scipy.spatial import KDTree

from geoaccess.units import M_PER_KM, FloatArray

_EARTH = Geod(ellps="WGS84")
# Nearest on a sphere is not always nearest on the ellipsoid; among so many it is.
_CANDIDATES = 8


def straight_km_to_nearest(
    lon: FloatArray, lat: FloatArray, to_lon: FloatArray, to_lat: FloatArray
) -> FloatArray:
    """
    Kilometres as the crow flies from each point to the nearest place.

    Parameters
    ----------
    lon, lat
        Points, degrees, shape (n,).
    to_lon, to_lat
        Places, degrees, at least one.

    Returns
    -------
    Kilometres, shape (n,).

    Examples
    --------
    >>> one = np.array([24.0]), np.array([57.0])
    >>> there = np.array([24.0, 24.0]), np.array([57.5, 58.0])
    >>> straight_km_to_nearest(*one, *there).round(1).tolist()
    [55.7]
    """
    k = min(_CANDIDATES, len(to_lon))
    _, at = KDTree(_on_sphere(to_lon, to_lat)).query(_on_sphere(lon, lat), k=[*range(1, k + 1)])
    from_lon, from_lat = np.repeat(lon, k), np.repeat(lat, k)
    _, _, metres = _EARTH.inv(from_lon, from_lat, to_lon[at.ravel()], to_lat[at.ravel()])
    nearest_m: FloatArray = np.asarray(metres, dtype=np.float64).reshape(-1, k).min(axis=1)
    return nearest_m / M_PER_KM


def _on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
    )
