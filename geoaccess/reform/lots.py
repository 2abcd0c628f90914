"""What a reform gained, beside what random mergers of the same municipalities gain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.equity.theil import theil
from geoaccess.reform.change import Reform, ServiceChange
from geoaccess.units import FloatArray, IntArray, min_to_ms, ms_to_min

LOTS_COLUMNS = (
    "service",
    "statistic",
    "observed",
    "draws",
    "p05",
    "median",
    "p95",
    "share_as_large",
)
_QUANTILES = {"p05": 0.05, "median": 0.5, "p95": 0.95}


def own_minutes_when_merged(by_zone_min: FloatArray, zone: IntArray, group: IntArray) -> FloatArray:
    """
    Minutes within the own group of zones, without routing anything again.

    Parameters
    ----------
    by_zone_min
        Minutes from each settlement to the nearest service in each zone, (n, n_zones).
    zone
        Zone of each settlement, -1 outside.
    group
        Group of each zone, shape (n_zones,).

    Returns
    -------
    Shape (n,), ``inf`` where unreached.
    """
    own = np.full(len(zone), np.inf)
    home = np.append(group, -1)[zone]
    by_home = np.argsort(home, kind="stable")
    ends = np.searchsorted(home[by_home], np.arange(group.max() + 2))
    for one in range(group.max() + 1):
        rows = by_home[ends[one] : ends[one + 1]]
        if len(rows):
            own[rows] = by_zone_min[np.ix_(rows, np.flatnonzero(group == one))].min(axis=1)
    return own


def beside_lots(reform: Reform, change: ServiceChange, drawn: IntArray) -> pd.DataFrame:
    """
    Compare what borders did with what random mergers of the old zones do.

    Parameters
    ----------
    reform
        What was before and what is after.
    change
        What it changed for each settlement.
    drawn
        Groups of the old zones, shape (n_draws, n_zones), as
        :func:`geoaccess.random_regroupings` draws them.

    Returns
    -------
    Columns ``LOTS_COLUMNS``, a row for each statistic: ``mean_change_min`` (own minutes,
    unreached capped), ``gain_share`` (of people, by the verdict of the reform) and
    ``between_theil`` (inequality between zones). Services, roads and people are those of
    after on both sides. ``share_as_large`` is the share of draws with a gain, or a fall of
    inequality, as large as that of the reform or larger.
    """
    cutoff_ms = min_to_ms(change.cutoff_min)
    by_zone = ms_to_min(change.by_owner, longest_ms=cutoff_ms).astype(np.float64)
    alone = np.arange(len(reform.before), dtype=np.int32)
    before = own_minutes_when_merged(by_zone, reform.zone_before, alone)
    observed = _statistics(reform, change, before, change.after.minutes, reform.zone_after)
    rows = []
    for group in drawn:
        merged = own_minutes_when_merged(by_zone, reform.zone_before, group)
        home = np.append(group, -1)[reform.zone_before]
        rows.append(_statistics(reform, change, before, merged, home))
    table = pd.DataFrame(rows)
    return pd.DataFrame(
        [
            _compared(change.service, name, value, table[name].to_numpy())
            for name, value in observed.items()
        ],
        columns=list(LOTS_COLUMNS),
    )


def _statistics(
    reform: Reform, change: ServiceChange, before: FloatArray, own: FloatArray, home: IntArray
) -> dict[str, float]:
    """Figures of one set of borders, each smaller the larger the gain but for the shares."""
    people, cap = reform.people_after, change.cutoff_min
    told, was = np.minimum(own, cap), np.minimum(before, cap)
    gains = (told - was < -reform.unchanged_min) | (np.isfinite(own) & np.isinf(before))
    gains &= ~(np.isinf(own) & np.isfinite(before))
    heads = people.sum()
    return {
        "mean_change_min": float((told - was) @ people / heads) if heads else float("nan"),
        "gain_share": float(people[gains].sum() / heads) if heads else float("nan"),
        "between_theil": _between(told, people, home),
    }


def _between(minutes: FloatArray, people: FloatArray, home: IntArray) -> float:
    """Theil's index of the means of zones; who lives in none counts as one zone more."""
    zone = home - home.min(initial=0)
    heads = np.bincount(zone, weights=people)
    lived = heads > 0
    means = np.bincount(zone, weights=people * minutes)[lived] / heads[lived]
    return theil(means, weights=heads[lived])


def _compared(service: str, name: str, observed: float, drawn: FloatArray) -> dict[str, object]:
    large = drawn >= observed if name == "gain_share" else drawn <= observed
    quantiles = {one: float(np.quantile(drawn, share)) for one, share in _QUANTILES.items()}
    return {
        "service": service,
        "statistic": name,
        "observed": observed,
        "draws": len(drawn),
        **quantiles,
        "share_as_large": float(large.mean()),
    }
