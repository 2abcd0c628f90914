"""Hoover index, also called Schutz, Pietra or Robin Hood index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.crowd import Crowd
from geoaccess.equity.distribution import divided
from geoaccess.units import FloatArray


def hoover(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """
    Share of the total that would have to change hands for everybody to have the same.

    Half the mean distance from the mean, over the mean. It reads easily, but does not see
    transfers between two people on the same side of the mean.

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
    Hoover, E. M. (1936). The measurement of industrial localization. Review of Economics and
    Statistics 18(4), 162-171.

    Examples
    --------
    >>> hoover([1, 3])
    0.25
    """
    crowd = Crowd.of(values, weights)
    return float(hoover_of(crowd)[0]) if len(crowd) else float("nan")


def hoover_of(crowd: Crowd) -> FloatArray:
    """Hoover index of each row of a crowd that is not empty, shape (k,)."""
    mean = crowd.total / crowd.everybody
    row = np.arange(len(mean))
    # Those below the mean: what they lack is half of all distances from it.
    last = np.searchsorted(crowd.value, mean) - 1
    lacking = crowd.people[row, last] * mean - crowd.held[row, last]
    return np.where(last < 0, 0.0, np.maximum(divided(lacking, crowd.total, otherwise=0.0), 0.0))
