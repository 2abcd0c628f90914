"""Hoover index, also called Schutz, Pietra or Robin Hood index."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, divided, mean_of
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
    value, weight = ascending(values, weights)
    return float(hoover_of(value, weight)) if len(value) else float("nan")


def hoover_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Hoover index for each row of weights (..., n) of values (n,), at least one."""
    mean = mean_of(value, weight)
    apart = (weight * np.abs(value - mean[..., None])).sum(axis=-1)
    return divided(apart, 2 * weight.sum(axis=-1) * mean, otherwise=0.0)
