"""
Values and the people behind them: what every index checks and counts with.

An unreached value is ``inf``. Nobody is dropped: quantiles and shares count unreached
people as worse off than any minute; where an index needs a number for them, the caller
caps the values with :func:`capped` and says so.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.units import FloatArray

_HAIR = 1e-12


def checked(values: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """
    Values and weights as arrays, without those that weigh nothing.

    Parameters
    ----------
    values
        Shape (n,), 0 or more, ``inf`` where unreached.
    weights
        People behind each value, shape (n,), finite, 0 or more.

    Raises
    ------
    InputError
        If the shapes differ, a value is negative or NaN, or a weight is not a number of
        people.

    Examples
    --------
    >>> checked([5.0, 9.0], [0, 2])
    (array([9.]), array([2.]))
    """
    value = np.asarray(values, dtype=np.float64)
    weight = np.asarray(weights, dtype=np.float64)
    if value.shape != weight.shape or value.ndim != 1:
        msg = f"values {value.shape} and weights {weight.shape} must be two equally long lists"
        raise InputError(msg)
    if bool((np.isnan(value) | (value < 0)).any()):
        msg = "values must be 0 or more; mark unreached people with inf, not with NaN"
        raise InputError(msg)
    if bool((~np.isfinite(weight) | (weight < 0)).any()):
        msg = "weights must be finite and 0 or more"
        raise InputError(msg)
    heavy = weight > 0
    return value[heavy], weight[heavy]


def finite(values: npt.ArrayLike, weights: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """
    Check as :func:`checked` does, and refuse unreached values.

    Raises
    ------
    InputError
        Also if a value that weighs something is ``inf``.
    """
    value, weight = checked(values, weights)
    if bool(np.isinf(value).any()):
        people = weight[np.isinf(value)].sum()
        msg = f"{people:g} people are unreached (inf); cap them first and say at what"
        raise InputError(msg)
    return value, weight


def ascending(
    values: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """
    Check as :func:`finite` does, and sort by value.

    The formulas of the indices take their values so, with weights of shape (..., n), and
    answer for every row of weights at once: that is how a bootstrap stays quick.

    Parameters
    ----------
    values, weights
        As for :func:`finite`; one each if weights are left out.

    Examples
    --------
    >>> ascending([9.0, 5.0], [2, 1])
    (array([5., 9.]), array([1., 2.]))
    """
    value = np.asarray(values, dtype=np.float64)
    weight = np.ones_like(value) if weights is None else np.asarray(weights, dtype=np.float64)
    value, weight = finite(value, weight)
    order = np.argsort(value, kind="stable")
    return value[order], weight[order]


def divided(part: FloatArray, whole: FloatArray, *, otherwise: float) -> FloatArray:
    """
    Divide, and give another number where the divisor is 0.

    Examples
    --------
    >>> divided(np.array([1.0, 1.0]), np.array([2.0, 0.0]), otherwise=0.0)
    array([0.5, 0. ])
    """
    part, whole = np.broadcast_arrays(part, whole)
    result = np.full(part.shape, otherwise, dtype=np.float64)
    np.divide(part, whole, out=result, where=whole != 0)
    return result


def mean_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Mean over people for each row of weights."""
    return np.asarray((weight @ value) / weight.sum(axis=-1))


def capped(values: npt.ArrayLike, cap: float) -> FloatArray:
    """
    Count unreached values, and those above, as the cap: a lower bound of their burden.

    Examples
    --------
    >>> capped([5.0, float("inf")], 120)
    array([  5., 120.])
    """
    return np.minimum(np.asarray(values, dtype=np.float64), cap)


def weighted_mean(values: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """
    Mean over people; NaN where there are none.

    Examples
    --------
    >>> weighted_mean([10, 40], [3, 1])
    17.5
    """
    value, weight = checked(values, weights)
    return float(value @ weight / weight.sum()) if len(value) else float("nan")


def weighted_quantile(values: npt.ArrayLike, weights: npt.ArrayLike, share: float) -> float:
    """
    Smallest value that at least a share of the people do not exceed.

    Parameters
    ----------
    values, weights
        As for :func:`checked`.
    share
        Between 0 and 1; 0.5 is the median.

    Returns
    -------
    One of the values; ``inf`` where the share falls among the unreached, NaN where there
    are no people.

    Examples
    --------
    >>> weighted_quantile([10, 40], [3, 1], 0.5)
    10.0
    """
    value, weight = checked(values, weights)
    if not len(value):
        return float("nan")
    order = np.argsort(value, kind="stable")
    return float(quantile_of(value[order], weight[order], share))


def quantile_of(value: FloatArray, weight: FloatArray, share: float) -> FloatArray:
    """
    Quantile for each row of weights, as :func:`weighted_quantile` defines it.

    Parameters
    ----------
    value
        Shape (n,), ascending, at least one.
    weight
        Shape (..., n).
    share
        Between 0 and 1.
    """
    people = np.cumsum(weight, axis=-1)
    # A hair below, so that a share met exactly is not missed for a rounding error.
    wanted = share * people[..., -1:] * (1 - _HAIR)
    return np.asarray(value[(people < wanted).sum(axis=-1)])
