"""Classes that values are shown in: few, round, and with the norm as a limit."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from geoaccess.units import FloatArray

# Upper ends of the classes, minutes; the first row that holds nearly all times is taken, so
# that an island and a country both get a map with shades. The middle one opens the summary.
_MINUTES = (
    (2, 4, 6, 8, 10),
    (5, 10, 15, 20, 30),
    (10, 20, 30, 45, 60),
    (15, 30, 45, 60, 90),
    (30, 60, 90, 120, 180),
)
# Limits of small, middling and large changes, both ways from nought.
_CHANGES = ((0.5, 1, 2), (0.5, 2, 5), (1, 5, 10), (1, 5, 15), (5, 15, 30), (5, 30, 60))
_NEARLY_ALL = 0.95
_ACCESS_CLASSES = 6


def class_breaks(minutes: FloatArray, *, norms_min: Sequence[float] = ()) -> list[float]:
    """
    Upper ends of all classes of minutes but the last, which is open.

    Parameters
    ----------
    minutes
        Times, NaN where unreached.
    norms_min
        Limits that a norm sets; each takes the place of the nearest round one.

    Examples
    --------
    >>> class_breaks(np.array([3.0, 12.0, 48.0, np.nan]), norms_min=[25.0])
    [10, 25.0, 30, 45, 60]
    """
    high = _high(minutes, default=_MINUTES[2][-1])
    fitting = (row for row in _MINUTES if high <= row[-1])
    breaks: list[float] = list(next(fitting, _MINUTES[-1]))
    for norm in sorted(set(norms_min))[: len(breaks)]:
        if norm not in breaks:
            free = [one for one in breaks if one not in norms_min]
            breaks[breaks.index(min(free, key=lambda one: abs(one - norm)))] = norm
    return sorted(breaks)


def change_breaks(changes: FloatArray) -> list[float]:
    """
    Limits of seven classes of change, the middle one around nought.

    Examples
    --------
    >>> change_breaks(np.array([-3.0, 0.0, 8.0]))
    [-10, -5, -1, 1, 5, 10]
    """
    high = _high(np.abs(changes), default=_CHANGES[2][-1])
    limits = next((row for row in _CHANGES if high <= row[-1]), _CHANGES[-1])
    return [*(-one for one in reversed(limits)), *limits]


def access_breaks(values: FloatArray) -> list[float]:
    """
    Upper ends of classes with about as many settlements each, rounded to two digits.

    Examples
    --------
    >>> access_breaks(np.arange(1.0, 61.0))
    [11.0, 21.0, 30.0, 40.0, 50.0]
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return [1.0]
    shares = np.arange(1, _ACCESS_CLASSES) / _ACCESS_CLASSES
    ends = sorted({_two_digits(float(end)) for end in np.quantile(known, shares)})
    low, high = float(known.min()), float(known.max())
    return [end for end in ends if low <= end < high] or [_two_digits(high)]


def _high(values: FloatArray, *, default: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.quantile(known, _NEARLY_ALL)) if len(known) else float(default)


def _two_digits(value: float) -> float:
    if value == 0 or not math.isfinite(value):
        return 0.0
    return float(f"{value:.2g}")
