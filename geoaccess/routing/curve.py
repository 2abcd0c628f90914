"""Neighbours on the map made neighbours in memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.routing.graph import sealed_int32
from geoaccess.units import IntArray

MORTON_STEPS = 2**16 - 1


def morton_order(x: npt.ArrayLike, y: npt.ArrayLike) -> IntArray:
    """
    Place of each point along a Morton curve (Z-order).

    Parameters
    ----------
    x, y
        Finite coordinates, shape (n,).

    Returns
    -------
    Numbers 0 to n - 1, shape (n,); points that fall together keep their order.

    Examples
    --------
    >>> morton_order([0, 1, 0, 1], [0, 1, 1, 0]).tolist()
    [0, 3, 2, 1]
    """
    code = _spread(_steps(x)) | (_spread(_steps(y)) << np.uint64(1))
    rank = np.empty(len(code), np.int32)
    rank[np.argsort(code, kind="stable")] = np.arange(len(code), dtype=np.int32)
    return sealed_int32(rank)


def _steps(values: npt.ArrayLike) -> npt.NDArray[np.uint64]:
    array = np.asarray(values, np.float64)
    if not array.size:
        return np.empty(0, np.uint64)
    extent = float(np.ptp(array)) or 1.0
    steps: npt.NDArray[np.uint64] = np.floor((array - array.min()) / extent * MORTON_STEPS).astype(
        np.uint64
    )
    return steps


def _spread(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Put a zero before each of sixteen bits."""
    spread: npt.NDArray[np.uint64] = values
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        shifted = np.left_shift(spread, np.uint64(shift))
        spread = np.bitwise_and(np.bitwise_or(spread, shifted), np.uint64(mask))
    return spread
