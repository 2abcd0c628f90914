"""What a reform changed for municipalities, regions and the country, in means over people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.model.territory import Territory
from geoaccess.reform.change import (
    TABLE_STEPS_PER_MINUTE,
    VERDICTS,
    Reform,
    ServiceChange,
)
from geoaccess.reform.effect import PARTS, State, effect_on_grid, in_units, subsets
from geoaccess.units import BoolArray, FloatArray, IntArray, TextArray

REFORM_ZONE_COLUMNS = (
    "territory",
    "zone_id",
    "zone_name",
    "service",
    "population_before",
    "population",
    "own_before_min",
    "own_after_min",
    "agreements_after_min",
    "borderless_min",
    "border_cost_after_min",
    "change_min",
    *PARTS,
    *(f"people_{verdict}" for verdict in VERDICTS),
    "people_over_cutoff_before",
    "people_over_cutoff_after",
    "rank_before",
    "rank_after",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """
    Areas whose settlements stay the same while things around them change.

    Attributes
    ----------
    territory
        What they are areas of: ``all``, ``before``, ``after``, ``region``.
    code, name
        Shape (n_areas,).
    of
        Area of each settlement, from 0 to n_areas - 1.
    """

    territory: str
    code: TextArray
    name: TextArray
    of: IntArray

    @classmethod
    def of_zones(cls, role: str, territory: Territory, zone: IntArray) -> Areas:
        """Zones of a border set, and one without a code for who lives outside."""
        more = [""] if (zone < 0).any() else []
        return cls(
            territory=role,
            code=np.append(territory.code, more),
            name=np.append(territory.name, more),
            of=np.where(zone < 0, len(territory), zone),
        )

    @classmethod
    def whole(cls, n_settlements: int) -> Areas:
        """Everybody."""
        empty = np.array([""], dtype=object)
        return cls(
            territory="all", code=empty, name=empty, of=np.zeros(n_settlements, dtype=np.int32)
        )

    def sums(self, values: FloatArray) -> FloatArray:
        """Sum by area."""
        told = np.bincount(self.of, weights=values, minlength=len(self.code))
        return np.asarray(told, dtype=np.float64)

    def means(self, values: FloatArray, people: FloatArray) -> FloatArray:
        """Mean over people by area; NaN where there are none."""
        heads = self.sums(people)
        with np.errstate(invalid="ignore"):
            told: FloatArray = self.sums(values * people) / heads
        return told


def zone_rows(
    reform: Reform, change: ServiceChange, areas: Areas, verdict: TextArray
) -> pd.DataFrame:
    """
    Rows of ``reform_zones.csv`` for one service.

    Parameters
    ----------
    reform
        What was before and what is after.
    change
        What it changed for each settlement.
    areas
        Fixed areas to sum up by.
    verdict
        Of each settlement, as :func:`verdicts` gives them.

    Returns
    -------
    Columns ``REFORM_ZONE_COLUMNS``; means over people, of before with the people of before,
    unreached people counted as the cutoff.
    """
    now, then = reform.people_after, reform.people_before
    told = _effect(reform, change, areas)
    cap = change.cutoff_min
    free, agreed = (np.minimum(one.minutes, cap) for one in (change.borderless, change.agreements))
    own = np.minimum(change.after.minutes, cap)
    people = {f"people_{one}": areas.sums(now * (verdict == one)) for one in VERDICTS}
    columns = {
        "territory": areas.territory,
        "zone_id": areas.code,
        "zone_name": areas.name,
        "service": change.service,
        "population_before": areas.sums(then),
        "population": areas.sums(now),
        "own_before_min": told["before_min"],
        "own_after_min": told["after_min"],
        "agreements_after_min": areas.means(agreed, now),
        "borderless_min": areas.means(free, now),
        "border_cost_after_min": areas.means(own - free, now),
        "change_min": told["change_min"],
        **{name: told[name] for name in PARTS},
        **people,
        "people_over_cutoff_before": areas.sums(then * np.isinf(change.before.minutes)),
        "people_over_cutoff_after": areas.sums(now * np.isinf(change.after.minutes)),
        **_ranks(areas, told),
    }
    return pd.DataFrame(columns)[list(REFORM_ZONE_COLUMNS)]


def _effect(reform: Reform, change: ServiceChange, areas: Areas) -> dict[str, FloatArray]:
    """Effect on the mean of each area, NaN where nobody lives before or after."""
    lived = (areas.sums(reform.people_before) > 0) & (areas.sums(reform.people_after) > 0)
    states: dict[State, FloatArray] = {}
    for some in subsets(reform.changed):
        state = frozenset(some)
        people = reform.people_after if "population" in state else reform.people_before
        states[state] = areas.means(change.own[state - {"population"}], people)[lived]
    whole = {state: in_units(means) for state, means in states.items()}
    told = effect_on_grid(whole, reform.changed, per_minute=TABLE_STEPS_PER_MINUTE)
    return {name: _spread(values, lived) for name, values in told.items()}


def _spread(values: FloatArray, lived: BoolArray) -> FloatArray:
    every = np.full(len(lived), np.nan)
    every[lived] = values
    return every


def _ranks(areas: Areas, told: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Rank of each named area by its mean minutes, 1 the nearest; equal means share one."""
    ranks: dict[str, FloatArray] = {}
    for when in ("before", "after"):
        means = pd.Series(told[f"{when}_min"]).where(areas.code != "")
        rank = means.rank(method="min")
        ranks[f"rank_{when}"] = np.asarray(rank, dtype=np.float64)
    return ranks


def rank_agreement(before_min: FloatArray, after_min: FloatArray) -> float:
    """
    Kendall's tau-b between the means of areas before and after.

    1 where the order of municipalities stayed, -1 where it turned round.

    Parameters
    ----------
    before_min, after_min
        Shape (n,); areas of which one is NaN do not count.

    Returns
    -------
    NaN where fewer than two areas are left, or all are equal.

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33, 239-251.

    Examples
    --------
    >>> round(rank_agreement(np.array([5.0, 9.0, 20.0]), np.array([6.0, 15.0, 9.0])), 3)
    0.333
    """
    from scipy.stats import kendalltau  # noqa: PLC0415 - slow to import

    both = np.isfinite(before_min) & np.isfinite(after_min)
    a, b = before_min[both], after_min[both]
    if len(a) < 2 or len(np.unique(a)) < 2 or len(np.unique(b)) < 2:  # noqa: PLR2004
        return float("nan")
    return float(kendalltau(a, b).statistic)
