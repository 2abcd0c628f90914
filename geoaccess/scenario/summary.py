"""A scenario summed up by zone, by group of people, and as a difference in equality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from geoaccess.equity.bootstrap import Strata, resampled
from geoaccess.equity.distribution import capped
from geoaccess.equity.gini import gini
from geoaccess.equity.theil import theil
from geoaccess.model.territory import Territory
from geoaccess.scenario.compare import Pair, verdicts
from geoaccess.scenario.solve import Solved
from geoaccess.units import AnyArray, FloatArray, IntArray

ZONE_COLUMNS = (
    "territory",
    "zone_id",
    "zone_name",
    "service",
    "group",
    "people_before",
    "people",
    "mean_before_min",
    "mean_min",
    "change_min",
    "people_gain",
    "people_loss",
    "people_unchanged",
    "people_newly_reached",
    "people_newly_unreached",
    "people_unreached",
    "people_newly_within",
    "people_newly_beyond",
)
EQUITY_COLUMNS = ("service", "index", "before", "after", "difference", "ci_low", "ci_high")
_INDICES = {"gini": gini, "theil_t": theil}


def zone_table(pair: Pair, territories: Mapping[str, Territory]) -> pd.DataFrame:
    """
    Sum a scenario up for the whole, and for every zone and group of people.

    Parameters
    ----------
    pair
        Before and after.
    territories
        Border sets by role, those of after the edits.

    Returns
    -------
    Columns ``ZONE_COLUMNS``; ``territory`` is ``all`` for the whole, and a row without
    zone is of people outside every zone. Means are over everybody, unreached minutes as
    the cutoff; people by what happens to them are those of after.
    """
    n = len(pair.before.origins)
    whole = np.zeros(n, dtype=np.int32)
    rows = [
        row
        for kind in pair.before.nearest
        for group in ("all", *pair.before.origins.groups)
        for row in (
            *_rows(pair, kind, group, ("all", [""], ["all"]), whole),
            *_by_territory(pair, kind, group, territories),
        )
    ]
    return pd.DataFrame(rows, columns=list(ZONE_COLUMNS))


def _by_territory(
    pair: Pair, kind: str, group: str, territories: Mapping[str, Territory]
) -> Iterator[tuple[str | float, ...]]:
    origins = pair.before.origins
    for role, territory in territories.items():
        zone = territory.locate(origins.lon, origins.lat)
        named = (role, [*territory.code, ""], [*territory.name, ""])
        yield from _rows(pair, kind, group, named, np.where(zone < 0, len(territory), zone))


def _rows(
    pair: Pair,
    kind: str,
    group: str,
    named: tuple[str, list[str], list[str]],
    zone: IntArray,
) -> Iterator[tuple[str | float, ...]]:
    """Figures of every zone that has settlements."""
    role, codes, names = named
    one, other = pair.before.nearest[kind], pair.after.nearest[kind]
    before, after = (near.minutes[:, 0].astype(np.float64) for near in (one, other))
    then, now = (_people(solved, group) for solved in (pair.before, pair.after))
    cutoff = pair.before.limits.cutoff_min
    capped_before, capped_after = capped(before, cutoff), capped(after, cutoff)
    word = verdicts(before, after, capped_after - capped_before, unchanged_min=pair.unchanged_min)
    limit = (pair.norm_min or {}).get(kind)
    crossing = _crossing(before, after, limit)
    for z in np.unique(zone).tolist():
        here = np.asarray(zone == z)
        means = _mean(capped_before, then, here), _mean(capped_after, now, here)
        yield (
            role,
            str(codes[z]),
            str(names[z]),
            kind,
            group,
            float(then[here].sum()),
            float(now[here].sum()),
            *means,
            means[1] - means[0],
            *(
                float(now[here & (word == one_word)].sum())
                for one_word in (
                    "gain",
                    "loss",
                    "unchanged",
                    "newly_reached",
                    "newly_unreached",
                    "unreached",
                )
            ),
            *(float(now[here & across].sum()) for across in crossing),
        )


def equity_difference(
    pair: Pair, *, zones: IntArray | None = None, n_boot: int = 200, seed: int = 0
) -> pd.DataFrame:
    """
    Measure equality before and after, with intervals of the difference.

    Both sides are measured on the same draws of settlements, so that what the draws have in
    common falls out of the difference.

    Parameters
    ----------
    pair
        Before and after.
    zones
        Zone within which settlements are drawn, shape (n_origins,); the whole if left out.
    n_boot
        How many draws; 0 for no intervals.
    seed
        The same seed gives the same draws.

    Returns
    -------
    Columns ``EQUITY_COLUMNS``, of minutes (a burden), unreached minutes as the cutoff;
    ``ci_low`` and ``ci_high`` hold 95 % of the differences.
    """
    rows = []
    for kind in pair.before.nearest:
        sides = [
            (
                capped(solved.nearest[kind].minutes[:, 0], pair.before.limits.cutoff_min),
                solved.origins.population,
            )
            for solved in (pair.before, pair.after)
        ]
        draws = _draws(sides[0][1].shape[0], zones, n_boot=n_boot, seed=seed)
        for name, index in _INDICES.items():
            told = [index(value, weights=people) for value, people in sides]
            drawn = [
                index(sides[1][0], weights=sides[1][1] * count)
                - index(sides[0][0], weights=sides[0][1] * count)
                for count in draws
            ]
            low, high = np.quantile(drawn, [0.025, 0.975]) if drawn else (np.nan, np.nan)
            rows.append((kind, name, *told, told[1] - told[0], float(low), float(high)))
    return pd.DataFrame(rows, columns=list(EQUITY_COLUMNS))


def _draws(n: int, zones: IntArray | None, *, n_boot: int, seed: int) -> list[FloatArray]:
    """How often each settlement is drawn, draw by draw."""
    number = np.zeros(n, dtype=np.int64) if zones is None else zones.astype(np.int64)
    number = np.unique(number, return_inverse=True)[1].astype(np.int64)
    strata = Strata(name="", number=number, order=np.arange(n, dtype=np.int64))
    some = resampled(np.ones(n), strata, n_boot=n_boot, seed=seed)
    return [row for rows in some for row in rows]


def _people(solved: Solved, group: str) -> FloatArray:
    origins = solved.origins
    return origins.population if group == "all" else origins.groups[group]


def _crossing(
    before: FloatArray, after: FloatArray, limit: float | None
) -> tuple[AnyArray, AnyArray]:
    if limit is None:
        nobody = np.zeros(len(before), dtype=np.bool_)
        return nobody, nobody
    return (before > limit) & (after <= limit), (before <= limit) & (after > limit)


def _mean(minutes: FloatArray, people: FloatArray, here: AnyArray) -> float:
    heads = float(people[here].sum())
    return float(minutes[here] @ people[here] / heads) if heads > 0 else float("nan")
