"""Gini index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, divided
from geoaccess.units import FloatArray


def gini(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """
    Gini index of values over people.

    0 when everybody has the same; towards 1 when few have all. Half the mean difference
    between two people drawn at random, over the mean.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more: minutes (a burden) or access (a good); say which.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    From 0 to below 1; 0 where all values are 0; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Gini, C. (1912). Variabilità e mutabilità.

    Examples
    --------
    >>> round(gini([1, 2, 3]), 4)
    0.2222
    >>> gini([10, 40], weights=[3, 1])
    0.3214285714285714
    """
    value, weight = ascending(values, weights)
    return float(gini_of(value, weight)) if len(value) else float("nan")


def gini_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """
    Gini index for each row of weights.

    Parameters
    ----------
    value
        Shape (n,), ascending, at least one.
    weight
        Shape (..., n).
    """
    # Each person's rank from below, at the middle of those who share a value.
    rank = np.cumsum(weight, axis=-1) - weight / 2
    area = 2 * ((weight * rank) @ value)
    index = divided(area, weight.sum(axis=-1) * (weight @ value), otherwise=1.0) - 1
    return np.maximum(index, 0.0)
