"""Concentration curve and index: who bears the minutes, the old or the young, poor or rich."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import divided, finite
from geoaccess.errors import InputError
from geoaccess.units import FloatArray, LongArray

if TYPE_CHECKING:
    import pandas as pd


def concentration_index(
    values: npt.ArrayLike, *, rank_by: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """
    Concentration index of values over people ranked by something else.

    With minutes and people ranked by income: below 0 where the poor travel more, above 0
    where the rich do. With access the signs read the other way round: above 0, the rich have
    more of it. 0 does not mean equality, only that the ranking does not tell who has what.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more: minutes (a burden) or access (a good); say which.
    rank_by
        What people are ranked by, low first, shape (n,), finite; equal ranks are shared.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    From above -1 to below 1; 0 where all values are 0; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, a rank is not finite, or a value is negative, NaN or ``inf``.

    References
    ----------
    Kakwani, N., Wagstaff, A., van Doorslaer, E. (1997). Socioeconomic inequalities in health:
    measurement, computation, and statistical inference. Journal of Econometrics 77, 87-103.

    Examples
    --------
    >>> concentration_index([30, 10], rank_by=[1, 2])
    -0.25
    """
    value, weight, rank = _ranked(values, weights, rank_by)
    if not len(value):
        return float("nan")
    order, starts = by_rank(rank)
    return float(concentration_of(value[order], weight[order], starts))


def concentration_curve(
    values: npt.ArrayLike, *, rank_by: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """
    Points of the concentration curve.

    The first so many people by rank hold such a share of the total. Above the straight line
    those ranked low hold more than their part, below it less.

    Parameters
    ----------
    values, rank_by, weights
        As for :func:`concentration_index`.

    Returns
    -------
    Columns ``people_share`` and ``value_share``, from (0, 0) to (1, 1), one row for each
    different rank; the straight line where all values are 0, no rows where nobody is.

    Raises
    ------
    InputError
        As for :func:`concentration_index`.

    References
    ----------
    Wagstaff, A., Paci, P., van Doorslaer, E. (1991). On the measurement of inequalities in
    health. Social Science & Medicine 33(5), 545-557.

    Examples
    --------
    >>> curve = concentration_curve([30, 10], rank_by=[1, 2])
    >>> curve["value_share"].tolist()
    [0.0, 0.75, 1.0]
    """
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    value, weight, rank = _ranked(values, weights, rank_by)
    if not len(value):
        return pd.DataFrame({"people_share": [], "value_share": []}, dtype=np.float64)
    order, starts = by_rank(rank)
    people = np.cumsum(np.add.reduceat(weight[order], starts))
    total = np.cumsum(np.add.reduceat((weight * value)[order], starts))
    people_share = people / people[-1]
    value_share = total / total[-1] if total[-1] > 0 else people_share
    return pd.DataFrame(
        {
            "people_share": np.append(0.0, people_share),
            "value_share": np.append(0.0, value_share),
        }
    )


def by_rank(rank: FloatArray) -> tuple[LongArray, LongArray]:
    """Positions from low to high rank, and where in them each different rank begins."""
    order = np.argsort(rank, kind="stable").astype(np.int64)
    ranked = rank[order]
    return order, np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])).astype(np.int64)


def concentration_of(value: FloatArray, weight: FloatArray, starts: LongArray) -> FloatArray:
    """
    Concentration index for each row of weights.

    Parameters
    ----------
    value
        Shape (n,), in order of rank, at least one.
    weight
        Shape (..., n), in the same order.
    starts
        Where each different rank begins, as :func:`by_rank` tells.
    """
    people = np.add.reduceat(weight, starts, axis=-1)
    held = np.add.reduceat(weight * value, starts, axis=-1)
    middle = np.cumsum(people, axis=-1) - people / 2
    area = 2 * (held * middle).sum(axis=-1)
    return divided(area, people.sum(axis=-1) * held.sum(axis=-1), otherwise=1.0) - 1


def _ranked(
    values: npt.ArrayLike, weights: npt.ArrayLike | None, rank_by: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    every = np.asarray(values, dtype=np.float64)
    people = np.ones_like(every) if weights is None else np.asarray(weights, dtype=np.float64)
    rank = np.asarray(rank_by, dtype=np.float64)
    if rank.shape != every.shape:
        msg = f"rank_by {rank.shape} and values {every.shape} must be equally long"
        raise InputError(msg)
    value, weight = finite(every, people)
    rank = rank[people > 0]
    if not bool(np.isfinite(rank).all()):
        msg = "rank_by must be a number for everybody; leave out those without one, and say so"
        raise InputError(msg)
    return value, weight, rank
