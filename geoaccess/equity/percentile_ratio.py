"""Ratio of two percentiles, by default P90 over P10."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, quantile_of
from geoaccess.units import FloatArray


def percentile_ratio(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    high: float = 0.9,
    low: float = 0.1,
) -> float:
    """
    How many times the value at a high percentile is that at a low one.

    With minutes and P90/P10: nine people in ten have at most the upper value, one in ten at
    most the lower. It tells nothing of who lies beyond the two.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more: minutes (a burden) or access (a good); say which.
    weights
        People behind each value, shape (n,); one each if left out.
    high, low
        Shares of people, between 0 and 1. A quantile is the smallest value that so large a
        share does not exceed.

    Returns
    -------
    1 or more; ``inf`` where the lower is 0; NaN where both are 0 or nobody is.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    Examples
    --------
    >>> percentile_ratio([5, 10, 10, 20, 40], weights=[1, 3, 3, 2, 1])
    4.0
    """
    value, weight = ascending(values, weights)
    if not len(value):
        return float("nan")
    return float(percentile_ratio_of(value, weight, high=high, low=low))


def percentile_ratio_of(
    value: FloatArray, weight: FloatArray, *, high: float = 0.9, low: float = 0.1
) -> FloatArray:
    """Ratio for each row of weights (..., n) of ascending values (n,), at least one."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            np.true_divide(quantile_of(value, weight, high), quantile_of(value, weight, low))
        )
