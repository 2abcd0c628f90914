"""Coefficient of variation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.crowd import Crowd
from geoaccess.equity.distribution import divided
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
    crowd = Crowd.of(values, weights)
    return float(variation_of(crowd)[0]) if len(crowd) else float("nan")


def variation_of(crowd: Crowd) -> FloatArray:
    """Coefficient of each row of a crowd that is not empty, shape (k,)."""
    mean = crowd.mean(crowd.value)
    # Squares of distances from a point near every mean keep their digits.
    near = crowd.value - mean[0]
    variance = np.maximum(crowd.mean(near**2) - crowd.mean(near) ** 2, 0.0)
    return divided(np.sqrt(variance), mean, otherwise=0.0)
