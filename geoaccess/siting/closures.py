"""
What closing each service would cost the people who use it.

People whose nearest service closes go to their next nearest, so the two nearest services of
every settlement tell all single closures exactly, in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.equity.distribution import capped
from geoaccess.equity.gini import gini
from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.model.times import TravelTimes
from geoaccess.units import BoolArray, FloatArray, IntArray

Objective = Literal["minutes", "norm"]
CLOSURE_COLUMNS = (
    "id",
    "name",
    "people_moved",
    "added_min_mean",
    "added_min_max",
    "added_person_min",
    "people_newly_beyond",
    "people_newly_unreached",
    "worst_place_id",
    "worst_place_min",
    "gini_before",
    "gini_after",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Places:
    """Settlements with their k nearest services, nearest first; -1 where there is none."""

    minutes: FloatArray
    position: IntArray
    people: FloatArray

    def without(self, closed: BoolArray) -> _Places:
        """Leave out services that are closed; the order of the others stays."""
        gone = np.append(closed, np.False_)[self.position]
        order = np.argsort(gone, axis=1, kind="stable")
        minutes = np.where(gone, np.inf, self.minutes)
        position = np.where(gone, np.int32(-1), self.position)
        return _Places(
            minutes=np.take_along_axis(minutes, order, axis=1),
            position=np.take_along_axis(position, order, axis=1),
            people=self.people,
        )


def closures(
    times: TravelTimes,
    *,
    weights: npt.ArrayLike | None = None,
    norm_min: float | None = None,
    fixed: Sequence[str] = (),
) -> pd.DataFrame:
    """
    Tell what closing each service alone would do.

    Residents who lose their nearest school drive to the next one: how many they are, how
    much longer they drive, and who is beyond the norm then.

    Parameters
    ----------
    times
        Travel times to the services of one kind.
    weights
        People behind each settlement, shape (n_origins,), for example pupils; the
        population if left out.
    norm_min
        Minutes within which the service should be; people newly beyond it are counted.
    fixed
        Ids of services that stay whatever happens.

    Returns
    -------
    One row for each service that may close, columns ``CLOSURE_COLUMNS``, the least harm
    first: by people newly unreached, newly beyond the norm, added person-minutes, then id.
    ``added_min_mean`` and ``_max`` are over people who still reach another; minutes of
    people who reach none afterwards count as the cutoff in ``added_person_min`` and Gini.

    Raises
    ------
    InputError
        If an id of ``fixed`` is not there, or a weight is negative.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 20], [9, 3]], cutoff_min=60)
    >>> closures(times)[["id", "added_person_min"]].values.tolist()
    [['d1', 6.0], ['d0', 15.0]]
    """
    places = _places(times, weights, k=2)
    table = _table(times, places, ~_fixed(times, fixed), norm_min)
    return table.sort_values(
        ["people_newly_unreached", "people_newly_beyond", "added_person_min", "id"],
        ignore_index=True,
    )


def closing_sequence(
    times: TravelTimes,
    n: int,
    *,
    weights: npt.ArrayLike | None = None,
    norm_min: float | None = None,
    fixed: Sequence[str] = (),
    objective: Objective = "minutes",
) -> pd.DataFrame:
    """
    Close n services one after another, the one that harms least each time.

    Parameters
    ----------
    times, weights, norm_min, fixed
        As for :func:`closures`.
    n
        How many close.
    objective
        ``"minutes"``: least added person-minutes, which spares crowds; ``"norm"``: fewest
        people newly beyond the norm, then minutes, which spares the far away.

    Returns
    -------
    One row a closure in order, columns ``step`` and those of :func:`closures`; each row is
    measured against what stands just before it.

    Raises
    ------
    InputError
        If fewer than n services may close, or the objective has no norm.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 20, 6], [9, 3, 9]], cutoff_min=60)
    >>> closing_sequence(times, 2)["id"].tolist()
    ['d2', 'd1']
    """
    open_ = ~_fixed(times, fixed)
    if not 1 <= n <= int(open_.sum()):
        msg = f"n must be from 1 to the {int(open_.sum())} services that may close, but is {n}"
        raise InputError(msg)
    if objective == "norm" and norm_min is None:
        msg = "objective 'norm' needs norm_min; give the minutes of the norm"
        raise InputError(msg)
    # Of n + 2 nearest services, n may be gone and two are left.
    places = _places(times, weights, k=n + 2)
    rows = []
    for step in range(1, n + 1):
        table = _table(times, places, open_, norm_min)
        by = ["added_person_min", "id"]
        if objective == "norm":
            by = ["people_newly_unreached", "people_newly_beyond", *by]
        best = table.sort_values(by).iloc[0]
        rows.append({"step": step, **best})
        chosen = np.asarray(times.destinations.id == best["id"])
        open_ &= ~chosen
        places = places.without(chosen)
    return pd.DataFrame(rows, columns=["step", *CLOSURE_COLUMNS])


def _places(times: TravelTimes, weights: npt.ArrayLike | None, *, k: int) -> _Places:
    people = times.origins.population if weights is None else np.asarray(weights, np.float64)
    if people.shape != (len(times.origins),) or bool((people < 0).any()):
        msg = f"weights must be {len(times.origins)} numbers of people, 0 or more"
        raise InputError(msg)
    held = min(k, len(times.destinations))
    minutes = np.full((len(people), k), np.inf)
    position = np.full((len(people), k), -1, dtype=np.int32)
    if held:
        minutes[:, :held], position[:, :held] = times.nearest(held)
    return _Places(minutes=minutes, position=position, people=people)


def _fixed(times: TravelTimes, fixed: Sequence[str]) -> BoolArray:
    known = [str(id_) for id_ in times.destinations.id]
    unknown = sorted(set(fixed) - set(known))
    if unknown:
        msg = f"no service {some_ids(unknown)} to keep; {nearest_known(unknown[0], known)}"
        raise InputError(msg)
    return np.isin(np.array(known, dtype=object).astype(str), list(fixed))


def _table(
    times: TravelTimes, places: _Places, open_: BoolArray, norm_min: float | None
) -> pd.DataFrame:
    """Figures of every single closure, in the order of the services."""
    before = gini(capped(places.minutes[:, 0], times.cutoff_min), weights=places.people)
    rows = [
        (*_closure(times, places, service, norm_min), before)
        for service in np.flatnonzero(open_).tolist()
    ]
    columns = [name for name in CLOSURE_COLUMNS if name != "gini_before"]
    return pd.DataFrame(rows, columns=[*columns, "gini_before"])[list(CLOSURE_COLUMNS)]


def _closure(
    times: TravelTimes, places: _Places, service: int, norm_min: float | None
) -> tuple[object, ...]:
    cutoff = times.cutoff_min
    losing = np.flatnonzero((places.position[:, 0] == service) & (places.people > 0))
    before, after = places.minutes[losing, 0], places.minutes[losing, 1]
    people = places.people[losing]
    reach = np.isfinite(after)
    added = after[reach] - before[reach]
    moved = float(people[reach].sum())
    all_before = capped(places.minutes[:, 0], cutoff)
    all_after = all_before.copy()
    all_after[losing] = capped(after, cutoff)
    worst = int(losing[np.argmax(all_after[losing])]) if len(losing) else -1
    limit = np.inf if norm_min is None else norm_min
    beyond = people[(before <= limit) & (after > limit)].sum() if norm_min is not None else 0.0
    return (
        str(times.destinations.id[service]),
        str(times.destinations.name[service]),
        float(people.sum()),
        float(added @ people[reach] / moved) if moved > 0 else np.nan,
        float(added.max()) if len(added) else np.nan,
        float((all_after[losing] - all_before[losing]) @ people),
        float(beyond),
        float(people[~reach].sum()),
        str(times.origins.id[worst]) if worst >= 0 else "",
        float(places.minutes[worst, 1]) if worst >= 0 and np.isfinite(after).any() else np.nan,
        gini(all_after, weights=places.people),
    )
