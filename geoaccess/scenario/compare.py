"""What a scenario changes: minutes, who crosses a norm, who goes elsewhere, and loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.equity.distribution import capped
from geoaccess.errors import MismatchError
from geoaccess.scenario.solve import Solved
from geoaccess.units import AnyArray, FloatArray

SETTLEMENT_COLUMNS = (
    "id",
    "name",
    "service",
    "population_before",
    "population",
    "before_min",
    "after_min",
    "change_min",
    "before_id",
    "after_id",
    "verdict",
    "norm_before",
    "norm_after",
    "before_reason",
    "after_reason",
)
REASSIGNMENT_COLUMNS = (
    "service",
    "group",
    "from_id",
    "from_name",
    "to_id",
    "to_name",
    "settlements",
    "people",
    "added_min_mean",
    "added_min_max",
)
LOAD_COLUMNS = (
    "service",
    "group",
    "id",
    "name",
    "capacity_before",
    "capacity",
    "people_before",
    "people",
    "load_before",
    "load",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """
    What stood before a scenario and what stands after it.

    Attributes
    ----------
    before, after
        Nearest services of the same settlements.
    unchanged_min
        A change of at most so many minutes counts as none.
    norm_min
        Minutes within which a kind of service should be, by kind; none for others.

    Raises
    ------
    MismatchError
        If the settlements differ.
    """

    before: Solved
    after: Solved
    unchanged_min: float = 1.0
    norm_min: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        """Refuse to compare other settlements, or other kinds of service."""
        if not np.array_equal(self.before.origins.id, self.after.origins.id):
            msg = "the two runs have different settlements; compare scenarios of one study"
            raise MismatchError(msg)
        if tuple(self.before.nearest) != tuple(self.after.nearest):
            msg = "the two runs have different kinds of service; compare scenarios of one study"
            raise MismatchError(msg)


def settlement_table(pair: Pair) -> pd.DataFrame:
    """
    Minutes gained and lost by every settlement and service.

    Parameters
    ----------
    pair
        Before and after.

    Returns
    -------
    Columns ``SETTLEMENT_COLUMNS``, one row for each settlement and service, by settlement.
    ``change_min`` counts unreached minutes as the cutoff; ``verdict`` is ``gain``,
    ``loss``, ``unchanged``, ``newly_reached``, ``newly_unreached`` or ``unreached``; the
    norm's columns are ``within``, ``beyond``, or empty where there is none.
    """
    tables = [_of_kind(pair, kind) for kind in pair.before.nearest]
    together = pd.concat(tables, ignore_index=True)
    return together.sort_values("id", kind="stable", ignore_index=True)


def _of_kind(pair: Pair, kind: str) -> pd.DataFrame:
    one, other = pair.before.nearest[kind], pair.after.nearest[kind]
    before, after = (near.minutes[:, 0].astype(np.float64) for near in (one, other))
    cutoff = pair.before.limits.cutoff_min
    change = capped(after, cutoff) - capped(before, cutoff)
    limit = (pair.norm_min or {}).get(kind)
    columns: dict[str, AnyArray | str] = {
        "id": pair.before.origins.id,
        "name": pair.before.origins.name,
        "service": kind,
        "population_before": pair.before.origins.population,
        "population": pair.after.origins.population,
        "before_min": _told(before),
        "after_min": _told(after),
        "change_min": change,
        "before_id": one.id[:, 0],
        "after_id": other.id[:, 0],
        "verdict": verdicts(before, after, change, unchanged_min=pair.unchanged_min),
        "norm_before": _judged(before, limit),
        "norm_after": _judged(after, limit),
        "before_reason": one.reason,
        "after_reason": other.reason,
    }
    return pd.DataFrame(columns)[list(SETTLEMENT_COLUMNS)]


def verdicts(
    before: FloatArray, after: FloatArray, change: FloatArray, *, unchanged_min: float
) -> AnyArray:
    """
    Say in a word what happened to each settlement.

    Examples
    --------
    >>> import numpy as np
    >>> inf = float("inf")
    >>> before, after = np.array([5.0, 5.0, inf]), np.array([9.0, 5.5, 7.0])
    >>> verdicts(before, after, after - before, unchanged_min=1).tolist()
    ['loss', 'unchanged', 'newly_reached']
    """
    was, is_ = np.isfinite(before), np.isfinite(after)
    word = np.full(len(before), "unchanged", dtype=object)
    word[was & is_ & (change < -unchanged_min)] = "gain"
    word[was & is_ & (change > unchanged_min)] = "loss"
    word[~was & is_] = "newly_reached"
    word[was & ~is_] = "newly_unreached"
    word[~was & ~is_] = "unreached"
    return word


def reassignment_table(pair: Pair) -> pd.DataFrame:
    """
    Tell who goes to another service than before, and by how many minutes farther.

    Parameters
    ----------
    pair
        Before and after.

    Returns
    -------
    Columns ``REASSIGNMENT_COLUMNS``, one row for each pair of services and group of
    people (``all``, and each group, of after). An empty id is no service within reach;
    minutes are over people who reach one both times.
    """
    rows = [
        row
        for kind in pair.before.nearest
        for group, people in _groups(pair.after).items()
        for row in _reassigned(pair, kind, group, people)
    ]
    return pd.DataFrame(rows, columns=list(REASSIGNMENT_COLUMNS))


def _reassigned(
    pair: Pair, kind: str, group: str, people: FloatArray
) -> list[tuple[str | int | float, ...]]:
    one, other = pair.before.nearest[kind], pair.after.nearest[kind]
    left, right = one.id[:, 0].astype(str), other.id[:, 0].astype(str)
    moved = np.flatnonzero((left != right) & (people > 0))
    names = {**_names(pair.before), **_names(pair.after)}
    with np.errstate(invalid="ignore"):
        added = other.minutes[:, 0].astype(np.float64) - one.minutes[:, 0]
    rows: list[tuple[str | int | float, ...]] = []
    for pair_of in sorted(set(zip(left[moved], right[moved], strict=True))):
        who = moved[(left[moved] == pair_of[0]) & (right[moved] == pair_of[1])]
        known = who[np.isfinite(added[who])]
        heads = float(people[known].sum())
        rows.append(
            (
                kind,
                group,
                pair_of[0],
                names.get(pair_of[0], ""),
                pair_of[1],
                names.get(pair_of[1], ""),
                len(who),
                float(people[who].sum()),
                float(added[known] @ people[known] / heads) if heads > 0 else np.nan,
                float(added[known].max()) if len(known) else np.nan,
            )
        )
    return rows


def load_table(pair: Pair) -> pd.DataFrame:
    """
    Tell how many people use each service, were all to go to their nearest.

    Parameters
    ----------
    pair
        Before and after.

    Returns
    -------
    Columns ``LOAD_COLUMNS``, one row for each service of either and group of people;
    loads are people for each unit of capacity, NaN where the capacity is not known or 0.
    """
    rows = [
        row
        for kind in pair.before.nearest
        for group in _groups(pair.before)
        for row in _loads(pair, kind, group)
    ]
    return pd.DataFrame(rows, columns=list(LOAD_COLUMNS))


def _loads(pair: Pair, kind: str, group: str) -> list[tuple[str | float, ...]]:
    used = [_users(solved, kind, group) for solved in (pair.before, pair.after)]
    room = [_capacities(solved, kind) for solved in (pair.before, pair.after)]
    names = {**_names(pair.before), **_names(pair.after)}
    rows: list[tuple[str | float, ...]] = []
    for id_ in sorted({*room[0], *room[1]}):
        capacity = [one.get(id_, np.nan) for one in room]
        people = [one.get(id_, 0.0) for one in used]
        loads = [
            heads / places if places > 0 else np.nan
            for heads, places in zip(people, capacity, strict=True)
        ]
        rows.append((kind, group, id_, names[id_], *capacity, *people, *loads))
    return rows


def _users(solved: Solved, kind: str, group: str) -> dict[str, float]:
    people = _groups(solved)[group]
    ids, row = np.unique(solved.nearest[kind].id[:, 0].astype(str), return_inverse=True)
    heads = np.bincount(row, people, minlength=len(ids))
    return {str(id_): float(n) for id_, n in zip(ids, heads, strict=True) if id_}


def _capacities(solved: Solved, kind: str) -> dict[str, float]:
    rows = np.flatnonzero(solved.destinations.kind == kind)
    places = solved.destinations
    return {str(places.id[i]): float(places.capacity[i]) for i in rows}


def _groups(solved: Solved) -> dict[str, FloatArray]:
    return {"all": solved.origins.population, **solved.origins.groups}


def _names(solved: Solved) -> dict[str, str]:
    places = solved.destinations
    return {str(id_): str(name) for id_, name in zip(places.id, places.name, strict=True)}


def _judged(minutes: FloatArray, limit: float | None) -> AnyArray:
    if limit is None:
        return np.full(len(minutes), "", dtype=object)
    return np.where(minutes <= limit, "within", "beyond").astype(object)


def _told(minutes: FloatArray) -> FloatArray:
    return np.where(np.isfinite(minutes), minutes, np.nan)
