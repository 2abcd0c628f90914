"""Who has what, made ready for every index, and the figures of a row of weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoaccess.equity.atkinson import atkinson_of
from geoaccess.equity.concentration import by_rank, concentration_of, require_ranks
from geoaccess.equity.crowd import Crowd
from geoaccess.equity.decomposition import BETWEEN, SETTLEMENT, Index, parts_by_level
from geoaccess.equity.fgt import fgt_of
from geoaccess.equity.gini import gini_of
from geoaccess.equity.hoover import hoover_of
from geoaccess.equity.nesting import Nesting
from geoaccess.equity.palma import palma_of
from geoaccess.equity.percentile_ratio import percentile_ratio_of
from geoaccess.equity.theil import theil_of
from geoaccess.equity.theil_l import theil_l_of
from geoaccess.equity.variation import variation_of
from geoaccess.errors import InputError
from geoaccess.units import FloatArray, LongArray

# Where borders do not matter.
EVERYWHERE = "all"
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """
    Values in ascending order, with all that the indices need beside them.

    Attributes
    ----------
    value, floored
        Shape (n,), the second with small values raised to the floor; both ascending.
    gap
        Shortfall from the norm, shape (n,), or None without one.
    ranked
        Order by the ranking variable and where each different rank begins, or None.
    nestings
        Zones by set of borders.
    beyond_min
        Bounds of ``share_beyond_min``.
    """

    value: FloatArray
    floored: FloatArray
    gap: FloatArray | None
    ranked: tuple[LongArray, LongArray] | None
    nestings: Mapping[str, Nesting]
    beyond_min: Sequence[float]


def ranked(rank_by: npt.ArrayLike, n: int, rows: LongArray) -> tuple[LongArray, LongArray]:
    """
    Order some of n values by rank, and tell where each different rank begins.

    Raises
    ------
    InputError
        If there is not one rank for each value, or one that counts is no finite number.
    """
    rank = np.asarray(rank_by, dtype=np.float64)
    if rank.shape != (n,):
        msg = f"rank_by {rank.shape} and {n} values must be equally long"
        raise InputError(msg)
    require_ranks(rank[rows])
    return by_rank(rank[rows])


def figures(spread: Spread, weight: FloatArray, indices: Sequence[str]) -> dict[Key, FloatArray]:
    """
    Compute every index asked for.

    Parameters
    ----------
    spread
        The values, at least one.
    weight
        People behind them, shape (k, n).
    indices
        Names of ``INDEX_NAMES``.

    Returns
    -------
    By territory, level, index and component, each of shape (k,).
    """
    crowd = Crowd.sorted(spread.value, weight)
    found = {index: _PLAIN[index](crowd, spread) for index in indices if index in _PLAIN}
    if spread.gap is not None:
        found |= {one: _OF_NORM[one](crowd, spread.gap) for one in indices if one in _OF_NORM}
    if spread.ranked is not None and "concentration" in indices:
        order, starts = spread.ranked
        found["concentration"] = concentration_of(spread.value[order], weight[:, order], starts)
    totals = {(EVERYWHERE, SETTLEMENT, index, "total"): one for index, one in found.items()}
    bounds = spread.beyond_min if "share_beyond_min" in indices else ()
    for bound in bounds:
        key = (EVERYWHERE, SETTLEMENT, "share_beyond_min", f"{bound:g}")
        totals[key] = crowd.mean((spread.value > bound).astype(np.float64))
    return {**totals, **_parts(spread, weight, found)}


def _parts(
    spread: Spread, weight: FloatArray, totals: Mapping[str, FloatArray]
) -> dict[Key, FloatArray]:
    """Theil's indices by level, for every set of borders."""
    asked: list[Index] = [index for index in BETWEEN if index in totals]
    if not asked or not spread.nestings:
        return {}
    columns = np.ascontiguousarray(weight.T)
    amounts = {"theil_t": spread.value, "theil_l": spread.floored}
    held = {index: columns * amounts[index][:, None] for index in asked}
    found: dict[Key, FloatArray] = {}
    for territory, nesting in spread.nestings.items():
        people = nesting.sums(columns)
        for index in asked:
            rows = parts_by_level(
                people, nesting.sums(held[index]), between_of=BETWEEN[index], total=totals[index]
            )
            found |= {(territory, level, index, part): one for level, part, one in rows}
    return found


def _theil_l(crowd: Crowd, spread: Spread) -> FloatArray:
    if spread.floored[0] <= 0:
        return np.full(len(crowd.weight), np.nan)
    return theil_l_of(crowd, spread.floored)


_PLAIN: dict[str, Callable[[Crowd, Spread], FloatArray]] = {
    "gini": lambda crowd, _: gini_of(crowd),
    "hoover": lambda crowd, _: hoover_of(crowd),
    "palma": lambda crowd, _: palma_of(crowd),
    "p90_p10": lambda crowd, _: percentile_ratio_of(crowd),
    "cv": lambda crowd, _: variation_of(crowd),
    "theil_t": lambda crowd, _: theil_of(crowd),
    "theil_l": _theil_l,
    "atkinson_0.5": lambda crowd, spread: atkinson_of(crowd, spread.value, 0.5),
    "atkinson_1": lambda crowd, spread: atkinson_of(crowd, spread.floored, 1.0),
    "atkinson_2": lambda crowd, spread: atkinson_of(crowd, spread.floored, 2.0),
}
_OF_NORM: dict[str, Callable[[Crowd, FloatArray], FloatArray]] = {
    "fgt_0": lambda crowd, gap: fgt_of(crowd, gap, 0.0),
    "fgt_1": lambda crowd, gap: fgt_of(crowd, gap, 1.0),
    "fgt_2": lambda crowd, gap: fgt_of(crowd, gap, 2.0),
    "sufficiency": lambda crowd, gap: crowd.mean((gap <= 0).astype(np.float64)),
}
