"""What a reform changed for each settlement, for one kind of service."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.errors import MismatchError
from geoaccess.model.places import Destinations
from geoaccess.model.territory import Territory
from geoaccess.model.times import TravelTimes
from geoaccess.reform.effect import PARTS, State, effect_on_grid, in_units, subsets
from geoaccess.reform.folds import NearestByOwner, NearestOpen, fold_blocks
from geoaccess.reform.regimes import Reached, border_cost, owners_of, reached, rules_of
from geoaccess.units import FloatArray, IntArray, TextArray

# Six decimals, as tables are written: there the parts add up to the last decimal.
TABLE_STEPS_PER_MINUTE = 10**6
VERDICTS = ("gain", "loss", "unchanged", "unreached")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reform:
    """
    What was before and what is after.

    Attributes
    ----------
    before, after
        The two border sets.
    zone_before, zone_after
        Zone of each settlement in each, -1 outside.
    people_before, people_after
        Residents of each settlement.
    changed
        Which of ``borders``, ``services``, ``roads``, ``population`` are given twice.
    unchanged_min
        A change of at most so many minutes counts as none.
    agreements
        Agreements between the zones after the reform, or None.
    owner_before, owner_after
        Columns of the services with the code of their owner, or None.

    Raises
    ------
    MismatchError
        If the dates stand the wrong way round.
    """

    before: Territory
    after: Territory
    zone_before: IntArray
    zone_after: IntArray
    people_before: FloatArray
    people_after: FloatArray
    changed: tuple[str, ...]
    unchanged_min: float
    agreements: pd.DataFrame | None = None
    owner_before: str | None = None
    owner_after: str | None = None

    def __post_init__(self) -> None:
        """Refuse a reform that ends before it begins."""
        if self.before.date > self.after.date:
            msg = (
                f"the borders before the reform are of {self.before.date} and those after it of "
                f"{self.after.date}; exchange them, or correct the dates"
            )
            raise MismatchError(msg)

    @property
    def by_place(self) -> tuple[str, ...]:
        """Causes that change the minutes of a settlement: all but who lives there."""
        return tuple(one for one in self.changed if one != "population")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServiceChange:
    """
    What a reform changed for one kind of service.

    Attributes
    ----------
    service
        Its kind.
    cutoff_min
        What unreached settlements count as in every difference and mean.
    own
        Minutes within the own municipality for every state of what changed, unreached
        capped; a state is the set of causes that are as after the reform.
    before, after
        Own municipality before and after.
    agreements, borderless
        The other regimes, after.
    borderless_before
        Without borders, with the services and roads of before.
    serving_zone, agreed_zone
        Code of the zone, after, that owns the nearest service of all, and by agreement.
    capacity
        What the services of each zone after offer in all, NaN where none says.
    by_owner
        Minutes, services and roads as after, to the nearest service in each zone of before.
    """

    service: str
    cutoff_min: float
    own: Mapping[State, FloatArray]
    before: Reached
    after: Reached
    agreements: Reached
    borderless: Reached
    borderless_before: Reached
    serving_zone: TextArray
    agreed_zone: TextArray
    capacity: FloatArray
    by_owner: IntArray


def service_change(
    reform: Reform, service: str, times: Mapping[State, TravelTimes]
) -> ServiceChange:
    """
    Fold travel times to one kind of service, once for each state of services and roads.

    Parameters
    ----------
    reform
        What was before and what is after.
    service
        Kind of service.
    times
        Travel times to all services for every subset of ``services`` and ``roads`` that
        changed; a kind that a state lacks is reached by nobody.
    """
    whole = frozenset(reform.by_place)
    folded = {state: _folded(reform, service, some) for state, some in times.items()}
    own = {state: one.found["before"] for state, one in folded.items()}
    if "borders" in whole:
        own |= {state | {"borders"}: one.found["after"] for state, one in folded.items()}
    now, then = folded[whole - {"borders"}], folded[frozenset()]
    cutoff_min = next(iter(times.values())).cutoff_min
    return ServiceChange(
        service=service,
        cutoff_min=cutoff_min,
        own={state: np.minimum(one.minutes, cutoff_min) for state, one in own.items()},
        before=own[frozenset()],
        after=own[whole],
        agreements=now.found["agreements"],
        borderless=now.found["borderless"],
        borderless_before=then.found["borderless"],
        serving_zone=_codes_of(reform.after, now.owner, now.found["borderless"]),
        agreed_zone=_codes_of(reform.after, now.owner, now.found["agreements"]),
        capacity=now.capacity,
        by_owner=now.by_owner,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Folded:
    """One state of services and roads: who reaches what, and whose it is after the reform."""

    found: Mapping[str, Reached]
    owner: IntArray
    capacity: FloatArray
    by_owner: IntArray


def _folded(reform: Reform, service: str, all_times: TravelTimes) -> _Folded:
    """Ask all questions of one pass over the blocks of times to one kind of service."""
    times = times_of(all_times, service)
    folds = _folds(reform, service, times)
    by_owner = NearestByOwner.over(len(times.origins), folds["before"].owner, len(reform.before))
    fold_blocks(times, *folds.values(), by_owner)
    owner = folds["after"].owner
    return _Folded(
        found={name: reached(times, fold) for name, fold in folds.items()},
        owner=owner,
        capacity=_capacities(times.destinations, owner, len(reform.after)),
        by_owner=by_owner.ms,
    )


def _codes_of(territory: Territory, owner: IntArray, found: Reached) -> TextArray:
    return territory.codes_at(np.append(owner, np.int32(-1))[found.position])


def _capacities(services: Destinations, owner: IntArray, n_zones: int) -> FloatArray:
    told = np.isfinite(services.capacity) & (owner >= 0)
    total = np.full(n_zones, np.nan)
    total[owner[told]] = 0.0
    np.add.at(total, owner[told], services.capacity[told])
    return total


def _folds(reform: Reform, service: str, times: TravelTimes) -> dict[str, NearestOpen]:
    """Four questions to the same blocks of times."""
    old = owners_of(times.destinations, reform.before, column=reform.owner_before)
    new = owners_of(times.destinations, reform.after, column=reform.owner_after)
    rules = rules_of(reform.after, service, reform.agreements)
    own_before = rules_of(reform.before, service, None)["own"]
    zone = reform.zone_after
    return {
        "before": NearestOpen.over(reform.zone_before, old, own_before),
        "after": NearestOpen.over(zone, new, rules["own"]),
        "agreements": NearestOpen.over(zone, new, rules["agreements"]),
        "borderless": NearestOpen.over(zone, new, rules["borderless"]),
    }


def times_of(times: TravelTimes, service: str) -> TravelTimes:
    """Travel times to one kind of service, which may be none at all."""
    rows = np.flatnonzero(times.destinations.kind == service)
    return dataclasses.replace(
        times,
        destinations=times.destinations.take(rows),
        destination_snap=times.destination_snap.take(rows),
        source=times.source.take(rows),
    )


def settlement_rows(reform: Reform, change: ServiceChange) -> dict[str, object]:
    """
    Columns of ``reform.csv`` for one service, minutes of unreached settlements ``inf``.

    The change and its parts count unreached settlements as the cutoff, in steps of a
    millionth of a minute, so that the written parts add up to the written change.
    """
    factors = reform.by_place
    states = {frozenset(some): in_units(change.own[frozenset(some)]) for some in subsets(factors)}
    told = effect_on_grid(states, factors, per_minute=TABLE_STEPS_PER_MINUTE)
    cost_before = border_cost(change.before.minutes, change.borderless_before.minutes)
    cost_after = border_cost(change.after.minutes, change.borderless.minutes)
    return {
        "own_before_min": np.where(np.isinf(change.before.minutes), np.inf, told["before_min"]),
        "own_after_min": np.where(np.isinf(change.after.minutes), np.inf, told["after_min"]),
        "borderless_before_min": change.borderless_before.minutes,
        "borderless_min": change.borderless.minutes,
        "agreements_after_min": change.agreements.minutes,
        "border_cost_before_min": cost_before,
        "border_cost_after_min": cost_after,
        "serving_zone": change.serving_zone,
        "change_min": told["change_min"],
        **{name: told[name] for name in PARTS},
        "verdict": verdicts(reform, change, told["change_min"]),
        "own_before_reason": change.before.reason,
        "own_after_reason": change.after.reason,
        "agreements_after_reason": change.agreements.reason,
    }


def verdicts(reform: Reform, change: ServiceChange, change_min: FloatArray) -> TextArray:
    """
    Gain, loss or unchanged, and unreached where nothing is reached before or after.

    A settlement that is reached newly gains and one that is no longer reached loses,
    whatever the minutes.
    """
    was, now = (np.isfinite(one.minutes) for one in (change.before, change.after))
    told = np.full(len(was), "unchanged", dtype=object)
    told[change_min < -reform.unchanged_min] = "gain"
    told[change_min > reform.unchanged_min] = "loss"
    told[now & ~was] = "gain"
    told[was & ~now] = "loss"
    told[~was & ~now] = "unreached"
    return told
