"""Gini index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import finite


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
    value = np.asarray(values, dtype=np.float64)
    weight = np.ones_like(value) if weights is None else np.asarray(weights, dtype=np.float64)
    value, weight = finite(value, weight)
    if not len(value):
        return float("nan")
    order = np.argsort(value, kind="stable")
    value, weight = value[order], weight[order]
    total = float(value @ weight)
    if total == 0:
        return 0.0
    people = float(weight.sum())
    # Each person's rank from below, at the middle of those who share a value.
    rank = np.cumsum(weight) - weight / 2
    index = 2 * float((value * weight) @ rank) / (people * total) - 1
    return float(max(index, 0.0))
