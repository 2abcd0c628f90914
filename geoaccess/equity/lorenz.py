"""Lorenz curve: what share of the total the nearest so many people hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import pandas as pd


def lorenz_curve(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> pd.DataFrame:
    """
    Points of the Lorenz curve.

    With minutes: the nearest half of the people bear so large a share of all minutes. The
    straight line is equality; the farther below it, the more the last ones bear. With access,
    the worst-off come first.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    Columns ``people_share`` and ``value_share``, from (0, 0) to (1, 1), one row for each
    different value; the straight line where all values are 0, no rows where nobody is.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publications of
    the American Statistical Association 9(70), 209-219.

    Examples
    --------
    >>> lorenz_curve([10, 40], weights=[3, 1]).round(3).to_numpy().tolist()
    [[0.0, 0.0], [0.75, 0.429], [1.0, 1.0]]
    """
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    value, weight = ascending(values, weights)
    people, total = np.cumsum(weight), np.cumsum(weight * value)
    if not len(value):
        return pd.DataFrame({"people_share": [], "value_share": []}, dtype=np.float64)
    people_share = people / people[-1]
    value_share = total / total[-1] if total[-1] > 0 else people_share
    last = np.append(value[1:] != value[:-1], True)
    return pd.DataFrame(
        {
            "people_share": np.append(0.0, people_share[last]),
            "value_share": np.append(0.0, value_share[last]),
        }
    )


def held_by_lowest(value: FloatArray, weight: FloatArray, share: float) -> FloatArray:
    """
    Sum of the values of the lowest share of people, for each row of weights.

    Parameters
    ----------
    value
        Shape (n,), ascending, at least one.
    weight
        Shape (..., n). Who stands at the edge of the share counts with the part inside it.
    share
        Between 0 and 1.
    """
    people = np.cumsum(weight, axis=-1)
    inside = np.clip(share * people[..., -1:] - (people - weight), 0.0, weight)
    return np.asarray(inside @ value)
