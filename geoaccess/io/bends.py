"""Which points of a road's shape are needed to draw it within a tolerance."""

from __future__ import annotations

import numpy as np
import shapely

from geoaccess.errors import InputError
from geoaccess.units import BoolArray, FloatArray, LongArray

# Length of a degree along a meridian; only a tolerance is measured with it.
_M_PER_DEGREE = 111_195.0
# Lines made at once, so that a country's roads are never all in memory as objects.
_BATCH = 100_000


def needed_points(
    lon: FloatArray, lat: FloatArray, first: LongArray, *, tolerance_m: float
) -> BoolArray:
    """
    Mark the points that keep every line within a tolerance of itself.

    Parameters
    ----------
    lon, lat
        Degrees, line after line, shape (n_points,).
    first
        Line l holds points ``first[l]`` to ``first[l + 1]``, shape (n_lines + 1,).
    tolerance_m
        Metres by which a line may move; 0 keeps every point.

    Returns
    -------
    Shape (n_points,); both ends of every line are kept.

    Raises
    ------
    InputError
        If the tolerance is negative or not a number.

    References
    ----------
    Douglas, D. and Peucker, T. (1973). Algorithms for the reduction of the number of points
    required to represent a digitized line. Cartographica 10(2).

    Examples
    --------
    >>> lon, lat = np.array([24.0, 24.001, 24.002]), np.array([57.0, 57.000001, 57.0])
    >>> needed_points(lon, lat, np.array([0, 3]), tolerance_m=1.0)
    array([ True, False,  True])
    """
    if not tolerance_m >= 0:
        msg = f"shape_tolerance_m must be 0 or more, not {tolerance_m:g}"
        raise InputError(msg)
    if tolerance_m == 0:
        return np.ones(len(lon), dtype=np.bool_)
    kept = np.zeros(len(lon), dtype=np.bool_)
    kept[first[:-1]] = kept[first[1:] - 1] = True
    bent = np.flatnonzero(np.diff(first) > 2)  # noqa: PLR2004 - between two points is no bend
    for start in range(0, len(bent), _BATCH):
        kept[_points_left(lon, lat, first, bent[start : start + _BATCH], tolerance_m)] = True
    return kept


def _points_left(
    lon: FloatArray, lat: FloatArray, first: LongArray, lines: LongArray, tolerance_m: float
) -> LongArray:
    """Positions of the points that simplified lines still have, carried as their height."""
    length = first[lines + 1] - first[lines]
    begin = np.cumsum(length) - length
    at = np.arange(length.sum()) + np.repeat(first[lines] - begin, length)
    # A straight line in degrees, stretched at each line's own latitude.
    squeeze = np.repeat(np.cos(np.radians(lat[first[lines]])), length)
    flat = np.column_stack([lon[at] * squeeze, lat[at], at.astype(np.float64)])
    drawn = np.asarray(shapely.linestrings(flat, indices=np.repeat(np.arange(len(lines)), length)))
    simple = shapely.simplify(drawn, tolerance_m / _M_PER_DEGREE, preserve_topology=False)
    left = shapely.get_coordinates(simple, include_z=True)[:, 2]
    return at if np.isnan(left).any() else left.astype(np.int64)
