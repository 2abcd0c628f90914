"""Palma ratio: the highest tenth against the lowest four tenths."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending
from geoaccess.equity.lorenz import held_by_lowest
from geoaccess.units import FloatArray

_LOWEST, _BELOW_TOP = 0.4, 0.9


def palma(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """
    Sum held by the tenth with the highest values, over that of the four tenths with the lowest.

    With minutes: what the farthest tenth travel, over what the nearest 40 % travel. With
    access: what the best-served tenth have, over what the worst-served 40 % have. 0.25 when
    everybody has the same.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more.
    weights
        People behind each value, shape (n,); one each if left out. Who stands at the edge of
        a tenth counts on both sides of it, each with their part.

    Returns
    -------
    0.25 or more; ``inf`` where the lowest 40 % have 0; NaN where all have 0 or nobody is.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Palma, J. G. (2011). Homogeneous middles vs. heterogeneous tails, and the end of the
    'inverted-U'. Development and Change 42(1), 87-153.

    Examples
    --------
    >>> palma([1] * 4 + [2] * 5 + [6])
    1.5
    """
    value, weight = ascending(values, weights)
    return float(palma_of(value, weight)) if len(value) else float("nan")


def palma_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Palma ratio for each row of weights (..., n) of ascending values (n,), at least one."""
    lowest = held_by_lowest(value, weight, _LOWEST)
    highest = weight @ value - held_by_lowest(value, weight, _BELOW_TOP)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.true_divide(highest, lowest))
