"""Theil's L index, the mean logarithmic deviation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, mean_of
from geoaccess.errors import InputError
from geoaccess.units import FloatArray


def theil_l(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """
    Theil's L index, the mean logarithmic deviation: mean over people of ln(mean / value).

    It looks at the low end of the values: with minutes, at those who live next door; with
    access, at those who have least. Its parts between and within zones weigh zones by people.

    Parameters
    ----------
    values
        Shape (n,), finite, above 0: raise smaller ones to a floor first and say to what.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    0 or more; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, or a value is 0, negative, NaN or ``inf``.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. North-Holland.

    Examples
    --------
    >>> round(theil_l([10, 10, 10, 20, 50]), 7)
    0.2326302
    """
    value, weight = ascending(values, weights)
    if len(value) and value[0] == 0:
        people = weight[value == 0].sum()
        msg = f"{people:g} people have 0, which has no logarithm; raise them to a floor, and say so"
        raise InputError(msg)
    return float(theil_l_of(value, weight)) if len(value) else float("nan")


def theil_l_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Theil's L for each row of weights (..., n) of values above 0 (n,), at least one."""
    gap = np.log(mean_of(value, weight)) - mean_of(np.log(value), weight)
    return np.maximum(gap, 0.0)
