"""Foster-Greer-Thorbecke measures around a norm, and the share who have enough."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, mean_of
from geoaccess.errors import InputError
from geoaccess.units import FloatArray

Variable = Literal["minutes", "access"]


def fgt(
    values: npt.ArrayLike,
    *,
    norm: float,
    alpha: float,
    variable: Variable,
    weights: npt.ArrayLike | None = None,
    worst_min: float | None = None,
) -> float:
    """
    Foster-Greer-Thorbecke measure of falling short of a norm.

    Alpha 0 counts the people who fall short; 1 adds how far they fall short; 2 counts those
    who fall farthest short the most.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more.
    norm
        What everybody should have: at most so many minutes, or at least so much access.
        Whoever meets it exactly does not fall short.
    alpha
        0, 1 or 2; any number from 0.
    variable
        ``"minutes"`` (a burden) or ``"access"`` (a good). The shortfall of access runs from
        0 at the norm to 1 at none; that of minutes from 0 at the norm to 1 at ``worst_min``.
    weights
        People behind each value, shape (n,); one each if left out.
    worst_min
        For minutes, those that count as the whole shortfall: the cutoff, which is what
        unreached people count as. Values must not be above it.

    Returns
    -------
    From 0 to 1, and the smaller the larger alpha is; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, a value is negative, NaN or ``inf``, the norm is not above 0 (of
        minutes: not below ``worst_min``), or a value is above ``worst_min``.

    References
    ----------
    Foster, J., Greer, J., Thorbecke, E. (1984). A class of decomposable poverty measures.
    Econometrica 52(3), 761-766.

    Examples
    --------
    >>> round(fgt([100, 110, 150, 160], norm=125, alpha=1, variable="access"), 4)
    0.08
    >>> fgt([10, 30, 75, 120], norm=30, alpha=1, variable="minutes", worst_min=120)
    0.375
    """
    if not alpha >= 0:
        msg = f"alpha must be 0 or more, but is {alpha:g}; 0, 1 and 2 are common"
        raise InputError(msg)
    value, weight = ascending(values, weights)
    gap = shortfall(value, norm=norm, variable=variable, worst_min=worst_min)
    return float(fgt_of(gap, weight, alpha)) if len(value) else float("nan")


def sufficiency_share(
    values: npt.ArrayLike,
    *,
    norm: float,
    variable: Variable,
    weights: npt.ArrayLike | None = None,
) -> float:
    """
    Share of people who meet a norm.

    Parameters
    ----------
    values
        Shape (n,), 0 or more; of minutes, ``inf`` where unreached.
    norm
        At most so many minutes, or at least so much access; meeting it exactly is enough.
    variable
        ``"minutes"`` (a burden) or ``"access"`` (a good).
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    From 0 to 1; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ or a value is negative or NaN.

    References
    ----------
    Frankfurt, H. (1987). Equality as a moral ideal. Ethics 98(1), 21-43.

    Examples
    --------
    >>> sufficiency_share([10, 40, float("inf")], norm=30, variable="minutes", weights=[2, 1, 1])
    0.5
    """
    value = np.asarray(values, dtype=np.float64)
    # An unreached person meets no norm of minutes, whatever number stands for them.
    beyond = np.minimum(value, np.finfo(np.float64).max) if variable == "minutes" else value
    value, weight = ascending(beyond, weights)
    enough = value <= norm if variable == "minutes" else value >= norm
    return float(mean_of(enough.astype(np.float64), weight)) if len(value) else float("nan")


def shortfall(
    value: FloatArray, *, norm: float, variable: Variable, worst_min: float | None
) -> FloatArray:
    """
    How far each value falls short of a norm: from 0, met, to 1, wholly missed.

    Raises
    ------
    InputError
        As for :func:`fgt`.
    """
    if not 0 < norm < float("inf"):
        msg = f"norm must be above 0, but is {norm:g}"
        raise InputError(msg)
    if variable == "access":
        return np.maximum((norm - value) / norm, 0.0)
    if worst_min is None or not norm < worst_min < float("inf"):
        msg = f"worst_min must be above the norm of {norm:g} min; give the cutoff of the times"
        raise InputError(msg)
    if len(value) and value.max() > worst_min:
        msg = f"{value.max():g} min is above worst_min={worst_min:g}; cap the values there first"
        raise InputError(msg)
    return np.maximum((value - norm) / (worst_min - norm), 0.0)


def fgt_of(gap: FloatArray, weight: FloatArray, alpha: float) -> FloatArray:
    """Foster-Greer-Thorbecke measure for each row of weights (..., n) of shortfalls (n,)."""
    return mean_of(np.where(gap > 0, gap**alpha, 0.0), weight)
