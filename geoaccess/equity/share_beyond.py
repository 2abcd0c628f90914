"""Share of people beyond so many minutes."""

from __future__ import annotations

import numpy.typing as npt

from geoaccess.equity.distribution import checked


def share_beyond(minutes: npt.ArrayLike, *, weights: npt.ArrayLike, cutoff_min: float) -> float:
    """
    Share of people who need longer than so many minutes, or do not arrive at all.

    Parameters
    ----------
    minutes
        Shape (n,), ``inf`` where unreached.
    weights
        People behind each value, shape (n,).
    cutoff_min
        Minutes that are still near enough.

    Returns
    -------
    From 0 to 1; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ or a value is negative or NaN.

    Examples
    --------
    >>> share_beyond([10, 40, float("inf")], weights=[2, 1, 1], cutoff_min=30)
    0.5
    """
    value, weight = checked(minutes, weights)
    return float(weight[value > cutoff_min].sum() / weight.sum()) if len(value) else float("nan")
