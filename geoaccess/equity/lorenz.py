"""Lorenz curve: what share of the total the nearest so many people hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.equity.crowd import Crowd

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

    crowd = Crowd.of(values, weights)
    if not len(crowd):
        return pd.DataFrame({"people_share": [], "value_share": []}, dtype=np.float64)
    people_share = crowd.people[0] / crowd.everybody[0]
    value_share = crowd.held[0] / crowd.total[0] if crowd.total[0] > 0 else people_share
    last = np.append(crowd.value[1:] != crowd.value[:-1], True)
    return pd.DataFrame(
        {
            "people_share": np.append(0.0, people_share[last]),
            "value_share": np.append(0.0, value_share[last]),
        }
    )
