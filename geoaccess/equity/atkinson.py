"""Atkinson's index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, divided, mean_of
from geoaccess.errors import InputError
from geoaccess.units import FloatArray


def atkinson(
    values: npt.ArrayLike, *, epsilon: float, weights: npt.ArrayLike | None = None
) -> float:
    """
    Atkinson's index: what share of the mean is lost to inequality.

    With access (a good): everybody could do with so much less of it and be as well off, were
    it shared equally. With minutes (a burden) it has no such meaning, for it looks hardest at
    those with the *fewest* minutes; it is then a mere measure of spread.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more.
    epsilon
        How much more the low values count; above 0, commonly 0.5, 1 and 2.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    From 0 to 1; 1 if epsilon is 1 or more and somebody has 0, for then nothing makes up for
    them; 0 where all values are 0; NaN where there are no people.

    Raises
    ------
    InputError
        If epsilon is not above 0, shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Atkinson, A. B. (1970). On the measurement of inequality. Journal of Economic Theory 2(3),
    244-263.

    Examples
    --------
    >>> round(atkinson([1, 3], epsilon=1), 6)
    0.133975
    """
    if not 0 < epsilon < float("inf"):
        msg = f"epsilon must be above 0, but is {epsilon:g}; 0.5, 1 and 2 are common"
        raise InputError(msg)
    value, weight = ascending(values, weights)
    return float(atkinson_of(value, weight, epsilon)) if len(value) else float("nan")


def atkinson_of(value: FloatArray, weight: FloatArray, epsilon: float) -> FloatArray:
    """Atkinson's index for each row of weights (..., n) of values (n,), at least one."""
    mean = mean_of(value, weight)
    positive = value > 0
    power = 1.0 - epsilon
    bent = np.zeros_like(value)
    bent[positive] = np.log(value[positive]) if power == 0 else value[positive] ** power
    level = mean_of(bent, weight)
    if power > 0:
        equal = level ** (1.0 / power)
    else:
        lost = weight @ (~positive).astype(np.float64) > 0
        safe = np.where(lost, 1.0, level)
        equal = np.where(lost, 0.0, np.exp(safe) if power == 0 else safe ** (1.0 / power))
    return np.clip(1.0 - divided(equal, mean, otherwise=1.0), 0.0, 1.0)
