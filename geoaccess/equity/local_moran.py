"""Local Moran: which places make up the clusters of far and of near ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.equity.moran import deviations
from geoaccess.equity.neighbours import Neighbours
from geoaccess.errors import InputError
from geoaccess.units import BoolArray, FloatArray, LongArray

if TYPE_CHECKING:
    import pandas as pd

LOCAL_COLUMNS = ("value", "neighbour_mean", "n_neighbours", "local_i", "p_value", "q_value")
_HAIR = 1e-9


def local_moran(
    values: npt.ArrayLike,
    *,
    neighbours: Neighbours,
    n_permutations: int = 9999,
    seed: int = 0,
    max_false_share: float = 0.05,
) -> pd.DataFrame:
    """
    Local Moran of every place, tested by permutation, false discoveries held down.

    Clusters of minutes: ``high-high`` is a remote place among remote ones, ``low-low`` a
    near one among near ones, ``high-low`` and ``low-high`` stand out from their neighbours.
    Of access the words turn round: ``low-low`` is the badly served region.

    Parameters
    ----------
    values
        Of each place, shape (n,), finite.
    neighbours
        Of each place.
    n_permutations
        How often to draw other neighbours for a place, which itself stays as it is. The
        smallest p-value is 2 / (n_permutations + 1).
    seed
        The same seed gives the same p-values.
    max_false_share
        Share of the places called clusters that may be so by chance.

    Returns
    -------
    One row for each place: ``value``, ``neighbour_mean``, ``n_neighbours``, ``local_i``,
    ``p_value`` (two-sided), ``q_value`` (Benjamini and Hochberg) and ``cluster``, empty where
    the q-value is above the share. NaN where a place has no neighbours, or all are alike.

    Raises
    ------
    MismatchError
        If there are not as many values as places.
    InputError
        If a value is not finite, there are fewer than three places, or a place has so many
        neighbours that there are no others to draw.

    References
    ----------
    Anselin, L. (1995). Local indicators of spatial association. Geographical Analysis 27,
    93-115. Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal
    of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> from geoaccess.equity.neighbours import neighbours_within
    >>> line = neighbours_within([25.0, 25.1, 25.2, 25.3], [57.0] * 4, within_km=7)
    >>> local_moran([1, 2, 3, 4], neighbours=line)["local_i"].round(3).tolist()
    [0.6, 0.2, 0.2, 0.6]
    """
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    z = deviations(values, neighbours)
    known = (neighbours.count > 0) & bool(z.any())
    lag = np.where(known, neighbours.mean_of(z[:, None])[:, 0], np.nan)
    p_value = np.full(len(z), np.nan)
    if known.any():
        _require_others(neighbours, len(z))
        p_value = _p_values(z, lag, neighbours.count, n_permutations, seed)
    q_value = _false_discovery(p_value, known)
    value = np.asarray(values, dtype=np.float64)
    around = neighbours.mean_of(value[:, None])[:, 0]
    return pd.DataFrame(
        {
            "value": value,
            "neighbour_mean": np.where(neighbours.count > 0, around, np.nan),
            "n_neighbours": neighbours.count,
            "local_i": z * lag,
            "p_value": p_value,
            "q_value": q_value,
            "cluster": _clusters(z, lag, q_value <= max_false_share),
        }
    )


def _p_values(
    z: FloatArray, lag: FloatArray, count: LongArray, n_permutations: int, seed: int
) -> FloatArray:
    """
    Two-sided p-values of places with so many neighbours, shape (n,); NaN where none.

    The same draws serve all places: a row holds one more than the most neighbours, drawn
    from all places without replacement, and each place takes the first ones that are not
    itself. So means need be sorted but once for each number of neighbours, and counts put
    right only in the few rows that drew the place itself.
    """
    wide = int(count.max()) + 1
    random = np.random.default_rng(seed)
    drawn = np.array([random.choice(len(z), wide, replace=False) for _ in range(n_permutations)])
    sums = np.cumsum(z[drawn.reshape(n_permutations, wide)], axis=1)
    low, high = np.zeros(len(z), dtype=np.int64), np.zeros(len(z), dtype=np.int64)
    # Means that differ by a rounding error are the same.
    above, below = lag + _HAIR, lag - _HAIR
    for many in np.unique(count[count > 0]):
        places = np.flatnonzero(count == many)
        ranked = np.sort(sums[:, many - 1] / many)
        low[places] = np.searchsorted(ranked, above[places], side="right")
        high[places] = n_permutations - np.searchsorted(ranked, below[places], side="left")
    place, row = drawn.ravel(), np.repeat(np.arange(n_permutations), wide)
    own = np.tile(np.arange(wide), n_permutations) < count[place]
    place, row = place[own], row[own]
    many = count[place]
    told, meant = sums[row, many - 1] / many, (sums[row, many] - z[place]) / many
    np.add.at(low, place, (meant <= above[place]).astype(int) - (told <= above[place]))
    np.add.at(high, place, (meant >= below[place]).astype(int) - (told >= below[place]))
    p_value = np.minimum(2.0 * (np.minimum(low, high) + 1) / (n_permutations + 1), 1.0)
    return np.where(count > 0, p_value, np.nan)


def _false_discovery(p_value: FloatArray, known: BoolArray) -> FloatArray:
    from scipy.stats import false_discovery_control  # noqa: PLC0415 - heavy

    q_value = np.full(len(p_value), np.nan)
    if known.any():
        q_value[known] = false_discovery_control(p_value[known], method="bh")
    return q_value


def _clusters(z: FloatArray, lag: FloatArray, certain: BoolArray) -> npt.NDArray[np.object_]:
    words = np.array(["low", "high"], dtype=object)
    own, near = words[(z > 0).astype(int)], words[(lag > 0).astype(int)]
    return np.where(certain, own + "-" + near, "")


def _require_others(neighbours: Neighbours, n: int) -> None:
    most = int(neighbours.count.max())
    if most + 1 >= n:
        msg = (
            f"a place has {most} of {n - 1} others as neighbours, so that there is nothing to "
            f"compare with; take fewer or nearer neighbours"
        )
        raise InputError(msg)
