"""Theil's indices taken apart over levels of zones within zones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import finite
from geoaccess.equity.nesting import Nesting, summed
from geoaccess.equity.theil import theil, theil_between_of, theil_l_between_of
from geoaccess.equity.theil_l import theil_l
from geoaccess.errors import InputError
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import pandas as pd

SETTLEMENT = "settlement"
Index = Literal["theil_t", "theil_l"]
BETWEEN: dict[Index, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "theil_t": theil_between_of,
    "theil_l": theil_l_between_of,
}


def theil_by_level(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike,
    levels: Mapping[str, npt.ArrayLike],
    index: Index = "theil_t",
) -> pd.DataFrame:
    """
    Theil's T or L over zones within zones: how much of the inequality arises at each level.

    Each level adds one step: regions differ, municipalities differ within their region,
    parishes within their municipality, settlements within their parish. The steps add up to
    the whole.

    Parameters
    ----------
    values, weights
        As for :func:`theil` and :func:`theil_l`.
    levels
        Zone of each value by level, shape (n,), the smallest zones first, for example
        ``{"parish": ..., "municipality": ..., "region": ...}``. An empty code is outside
        every zone; those outside count as one zone of their own in the larger zone.
    index
        ``"theil_t"`` or ``"theil_l"``.

    Returns
    -------
    Columns ``level, component, value``, the largest zones first. ``between`` is what would
    remain if everybody in a zone had its mean, ``within`` the rest, ``step`` what the level
    adds to the level above it. The last level, ``settlement``, is what is left in the
    smallest zones (``step``), and the ``total``.

    Raises
    ------
    InputError
        As for :func:`theil` and :func:`theil_l`, or if no level is given.
    MismatchError
        If a level is not as long as the values, or a zone lies in two larger ones.

    References
    ----------
    Akita, T. (2003). Decomposing regional income inequality in China and Indonesia using
    two-stage nested Theil decomposition method. Annals of Regional Science 37, 55-77.

    Examples
    --------
    >>> parts = theil_by_level(
    ...     [1, 3, 2, 2], weights=[1, 1, 1, 1], levels={"municipality": ["a", "a", "b", "b"]}
    ... )
    >>> parts.round(4).to_numpy().tolist()[0]
    ['municipality', 'between', 0.0]
    >>> parts[parts["component"] == "step"].round(4).to_numpy().tolist()
    [['municipality', 'step', 0.0], ['settlement', 'step', 0.0654]]
    """
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    if not levels:
        msg = "no levels; give zones by level, the smallest first"
        raise InputError(msg)
    total = (theil if index == "theil_t" else theil_l)(values, weights=weights)
    nesting = Nesting.of(levels, np.asarray(weights, dtype=np.float64) > 0)
    value, weight = finite(values, weights)
    rows = parts_by_level(value, weight, nesting, BETWEEN[index], np.asarray(total))
    table = [(level, component, float(one)) for level, component, one in rows]
    return pd.DataFrame(table, columns=["level", "component", "value"])


def parts_by_level(
    value: FloatArray,
    weight: FloatArray,
    nesting: Nesting,
    between_of: Callable[[FloatArray, FloatArray], FloatArray],
    total: FloatArray,
) -> list[tuple[str, str, FloatArray]]:
    """
    Parts by level for each row of weights.

    Parameters
    ----------
    value
        Shape (n,).
    weight
        Shape (..., n).
    nesting
        Zones of the values.
    between_of
        Part between zones, of their people and sums.
    total
        The whole index, shape (...).

    Returns
    -------
    Level, component and values, the largest zones first.
    """
    rows: list[tuple[str, str, FloatArray]] = []
    above = np.zeros_like(total)
    for level in reversed(list(nesting.member)):
        sums = nesting.sums(level)
        between = between_of(summed(sums, weight), summed(sums, weight * value))
        if not len(value):
            between = np.full_like(total, np.nan)
        rows += [
            (level, "between", between),
            (level, "within", _left(total, between)),
            (level, "step", _left(between, above)),
        ]
        above = between
    return [*rows, (SETTLEMENT, "step", _left(total, above)), (SETTLEMENT, "total", total)]


def _left(whole: FloatArray, part: FloatArray) -> FloatArray:
    """Take a part from a whole; a rounding error below 0 is none."""
    return np.maximum(whole - part, 0.0)
