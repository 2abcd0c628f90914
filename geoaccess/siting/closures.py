"""
What closing each service would cost the people who use it.

People whose nearest service closes go to their next nearest, so the two nearest services of
every settlement tell all single closures exactly, in one pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.equity.distribution import capped
from geoaccess.equity.gini import gini
from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.model.times import TravelTimes
from geoaccess.units import BoolArray, FloatArray, IntArray, LongArray

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


# What counts as harm, first to last, and ids for ties.
_HARM: dict[Objective, tuple[str, ...]] = {
    "minutes": ("added_person_min", "id"),
    "norm": ("people_newly_unreached", "people_newly_beyond", "added_person_min", "id"),
}


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
    stand = _Stand(times, places, norm_min)
    before = stand.gini_now()
    rows = [
        stand.harm(service) | {"gini_before": before, "gini_after": stand.gini_without(service)}
        for service in np.flatnonzero(~_fixed(times, fixed)).tolist()
    ]
    table = pd.DataFrame(rows, columns=list(CLOSURE_COLUMNS))
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
        stand = _Stand(times, places, norm_min)
        harms = {service: stand.harm(service) for service in np.flatnonzero(open_).tolist()}
        best = min(harms, key=lambda one: [harms[one][name] for name in _HARM[objective]])
        ginis = {"gini_before": stand.gini_now(), "gini_after": stand.gini_without(best)}
        rows.append({"step": step, **harms[best], **ginis})
        open_[best] = False
        closed = np.zeros(len(open_), dtype=np.bool_)
        closed[best] = True
        places = places.without(closed)
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


class _Stand:
    """What every single closure would do to what stands."""

    def __init__(self, times: TravelTimes, places: _Places, norm_min: float | None) -> None:
        self._times = times
        self._places = places
        self._norm_min = norm_min
        self._counted = capped(places.minutes[:, 0], times.cutoff_min)
        # Settlements by the service that they use, so that each is looked at once in all.
        used = np.where(places.people > 0, places.position[:, 0], np.int32(-1))
        self._order = np.argsort(used, kind="stable")
        services = np.arange(len(times.destinations))
        self._first = np.searchsorted(used[self._order], services, side="left")
        self._last = np.searchsorted(used[self._order], services, side="right")

    def losing(self, service: int) -> LongArray:
        """Rows of the settlements whose people use a service."""
        rows: LongArray = self._order[self._first[service] : self._last[service]]
        return rows

    def harm(self, service: int) -> dict[str, Any]:
        """Figures of a closure, those of equality left out."""
        times, places, losing = self._times, self._places, self.losing(service)
        before, after = places.minutes[losing, 0], places.minutes[losing, 1]
        people = places.people[losing]
        reach = np.isfinite(after)
        added = after[reach] - before[reach]
        moved = float(people[reach].sum())
        counted = capped(after, times.cutoff_min)
        worst = int(losing[np.argmax(counted)]) if len(losing) else -1
        limit = np.inf if self._norm_min is None else self._norm_min
        return {
            "id": str(times.destinations.id[service]),
            "name": str(times.destinations.name[service]),
            "people_moved": float(people.sum()),
            "added_min_mean": float(added @ people[reach] / moved) if moved > 0 else np.nan,
            "added_min_max": float(added.max()) if len(added) else np.nan,
            "added_person_min": float((counted - self._counted[losing]) @ people),
            "people_newly_beyond": float(people[(before <= limit) & (after > limit)].sum()),
            "people_newly_unreached": float(people[~reach].sum()),
            "worst_place_id": str(times.origins.id[worst]) if worst >= 0 else "",
            "worst_place_min": _reached_min(places.minutes[worst, 1]) if worst >= 0 else np.nan,
        }

    def gini_now(self) -> float:
        """Gini index of minutes as they are."""
        return gini(self._counted, weights=self._places.people)

    def gini_without(self, service: int) -> float:
        """Gini index of minutes after a closure."""
        after, losing = self._counted.copy(), self.losing(service)
        after[losing] = capped(self._places.minutes[losing, 1], self._times.cutoff_min)
        return gini(after, weights=self._places.people)


def _reached_min(minutes: float) -> float:
    return float(minutes) if np.isfinite(minutes) else float("nan")
