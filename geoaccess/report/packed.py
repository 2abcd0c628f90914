"""Arrays as short texts: whole numbers of a step, little-endian, in base64."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from geoaccess.units import AnyArray, FloatArray

_WIDTHS = (("i1", 2**7), ("i2", 2**15), ("i4", 2**31))
Packed = dict[str, Any]


def packed(values: AnyArray, *, step: float = 1.0, breaks: tuple[float, ...] = ()) -> Packed:
    """
    Array of numbers as the page reads it.

    Parameters
    ----------
    values
        Numbers, shape (n,), NaN where there is none.
    step
        What a stored whole number counts, in the unit of ``values``.
    breaks
        Upper ends of classes: a value above one stays above it, however it is rounded.

    Returns
    -------
    ``step``, and under ``i1``, ``i2`` or ``i4`` the whole numbers in the least width that
    holds them; the least number of that width stands for NaN.

    Examples
    --------
    >>> packed(np.array([1.0, np.nan, 2.5]), step=0.5)
    {'step': 0.5, 'i1': 'AoAF'}
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = np.isfinite(numbers)
    steps = np.zeros(len(numbers), dtype=np.int64)
    steps[known] = np.rint(numbers[known] / step)
    for limit in breaks:
        steps[known & (numbers > limit) & (steps * step <= limit)] += 1
    largest = int(np.abs(steps).max(initial=0))
    width, end = next((w, end) for w, end in _WIDTHS if largest < end)
    steps[~known] = -end
    text = base64.b64encode(steps.astype(f"<{width}").tobytes()).decode("ascii")
    return {"step": step, width: text}


def unpacked(known: Packed) -> FloatArray:
    """
    Array that :func:`packed` wrote.

    Examples
    --------
    >>> unpacked(packed(np.array([1.0, np.nan, 2.5]), step=0.5))
    array([1. , nan, 2.5])
    """
    width = next(name for name, _ in _WIDTHS if name in known)
    steps = np.frombuffer(base64.b64decode(known[width]), dtype=f"<{width}").astype(np.float64)
    least = -float(dict(_WIDTHS)[width])
    numbers: FloatArray = np.where(steps == least, np.nan, steps * known["step"])
    return numbers
