"""
Names of units and the only place where one is turned into another.

Inside, travel time is a whole number of milliseconds (int32), so that every algorithm
agrees to the last bit; outside it is minutes (float32), ``inf`` where unreached.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
MinutesArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
TextArray = npt.NDArray[np.object_]
AnyArray = npt.NDArray[Any]

LON_LIMIT = 180.0
LAT_LIMIT = 90.0

MS_PER_MIN = 60_000
MS_PER_S = 1_000
M_PER_KM = 1_000.0

# Twice this still fits in int32, so two unreached times can be added without wrapping.
UNREACHED_MS = 1_000_000_000
LONGEST_MIN = (UNREACHED_MS - 1) / MS_PER_MIN


def min_to_ms(minutes: float) -> int:
    """
    Whole milliseconds in so many minutes, never more than the longest time that is kept.

    Examples
    --------
    >>> min_to_ms(1.5)
    90000
    """
    return min(round(minutes * MS_PER_MIN), UNREACHED_MS - 1)


def longest_within_ms(minutes: float) -> int:
    """
    Most whole milliseconds that, as minutes, are at most so many.

    Examples
    --------
    >>> longest_within_ms(1.5), longest_within_ms(0.1)
    (90000, 6000)
    """
    ms = math.floor(minutes * MS_PER_MIN)
    # The product is rounded, and so is the way back; either may be off by one.
    while (ms + 1) / MS_PER_MIN <= minutes:
        ms += 1
    while ms / MS_PER_MIN > minutes:
        ms -= 1
    return ms


def ms_to_min(ms: IntArray, *, longest_ms: int = UNREACHED_MS - 1) -> MinutesArray:
    """
    Minutes for times in milliseconds; what takes longer than the longest becomes ``inf``.

    Examples
    --------
    >>> ms_to_min(np.array([90_000, UNREACHED_MS], dtype=np.int32))
    array([1.5, inf], dtype=float32)
    """
    minutes = np.empty(ms.shape, dtype=np.float32)
    # Divided as float64 and rounded once, piece by piece, without a copy of the whole.
    np.divide(ms, float(MS_PER_MIN), out=minutes, casting="unsafe", dtype=np.float64)
    np.copyto(minutes, np.inf, where=ms > longest_ms)
    return minutes


def drive_ms(length_m: FloatArray, speed_kmh: FloatArray) -> IntArray:
    """
    Whole milliseconds to cover lengths at speeds, at least one for a positive length.

    Examples
    --------
    >>> drive_ms(np.array([1000.0, 0.0]), np.array([60.0, 60.0]))
    array([60000,     0], dtype=int32)
    """
    exact = np.asarray(length_m) * 3600.0 / np.asarray(speed_kmh)
    floor = (np.asarray(length_m) > 0).astype(np.float64)
    return np.minimum(np.maximum(np.rint(exact), floor), UNREACHED_MS - 1).astype(np.int32)
