"""Coefficient of variation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, divided, mean_of
from geoaccess.units import FloatArray


def coefficient_of_variation(
    values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None
) -> float:
    """
    Coefficient of variation: standard deviation over people, over the mean.

    Large values weigh heavily in it: one far place moves it more than it moves the Gini
    index.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more: minutes (a burden) or access (a good); say which.
    weights
        People behind each value, shape (n,); one each if left out. All of them are known, so
        the deviation is that of a population, not of a sample.

    Returns
    -------
    0 or more; 0 where all values are 0; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Cowell, F. A. (2011). Measuring Inequality, 3rd edition. Oxford University Press.

    Examples
    --------
    >>> coefficient_of_variation([1, 3])
    0.5
    """
    value, weight = ascending(values, weights)
    return float(variation_of(value, weight)) if len(value) else float("nan")


def variation_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Coefficient for each row of weights (..., n) of values (n,), at least one."""
    mean = mean_of(value, weight)
    squares = (weight * (value - mean[..., None]) ** 2).sum(axis=-1)
    return divided(np.sqrt(squares / weight.sum(axis=-1)), mean, otherwise=0.0)
