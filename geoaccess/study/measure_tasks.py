"""From the measures that a study file lists to plans that run together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from geoaccess.errors import StudyError, nearest_known, some_ids
from geoaccess.measures.balanced_floating_catchment import balanced_floating_catchment_plan
from geoaccess.measures.basket import basket
from geoaccess.measures.catchment_leakage import leakage_plan
from geoaccess.measures.cumulative import cumulative_plan
from geoaccess.measures.cumulative_interval import cumulative_interval_plan
from geoaccess.measures.floating_catchment import floating_catchment_plan
from geoaccess.measures.fold import Plan
from geoaccess.measures.gravity import gravity_plan
from geoaccess.measures.mean_of_nearest import mean_of_nearest
from geoaccess.measures.modified_floating_catchment import modified_floating_catchment_plan
from geoaccess.measures.raam import AgentRules, raam
from geoaccess.measures.spatial_availability import spatial_availability_plan
from geoaccess.measures.three_step_floating_catchment import three_step_floating_catchment_plan
from geoaccess.measures.time_to_nearest import time_to_nearest
from geoaccess.model.times import TravelTimes
from geoaccess.study.measures_schema import CAPACITY, EVERYBODY, ONE_EACH, MeasureTable
from geoaccess.units import FloatArray

_CATCHMENTS = {
    "floating_catchment": floating_catchment_plan,
    "modified_floating_catchment": modified_floating_catchment_plan,
    "three_step_floating_catchment": three_step_floating_catchment_plan,
    "balanced_floating_catchment": balanced_floating_catchment_plan,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Amounts of one measure by origin, and what else there is to tell of it."""

    amounts: FloatArray
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """One measure of one kind of service for one group of people."""

    table: MeasureTable
    service: str
    group: str
    plan: Plan[Answer]


def tasks_of(table: MeasureTable, times: TravelTimes, service: str) -> Iterator[Task]:
    """
    List what one measure asks of the services of one kind, or of several together.

    Parameters
    ----------
    table
        The measure.
    times
        Travel times to those services.
    service
        What they are called in the tables.
    """
    groups = table.groups if table.recipe.by_demand else [EVERYBODY]
    for group in groups:
        plan = _plan(table, times, people_of(times, group))
        yield Task(table=table, service=service, group=group, plan=plan)


def people_of(times: TravelTimes, group: str) -> FloatArray:
    """
    People of a group, by origin.

    Raises
    ------
    StudyError
        If there is no such group; the message names the nearest.
    """
    if group == EVERYBODY:
        return times.origins.population
    if group not in times.origins.groups:
        known = [EVERYBODY, *times.origins.groups]
        msg = (
            f"measures: no group {group!r} among settlements.groups; {nearest_known(group, known)}"
        )
        raise StudyError(msg)
    return times.origins.groups[group]


def _plan(table: MeasureTable, times: TravelTimes, people: FloatArray) -> Plan[Answer]:
    """Say how one measure is found."""
    if table.kind in _AT_ONCE:
        return _at_once(lambda: _AT_ONCE[table.kind](table, times, people))
    return _summed(table, times, people)


def _summed(table: MeasureTable, times: TravelTimes, people: FloatArray) -> Plan[Answer]:
    """Plan for a measure that sums over all pairs."""
    usual = CAPACITY if table.recipe.by_demand else ONE_EACH
    supply = supply_of(times, table.supply or usual)
    if table.kind == "cumulative":
        assert table.cutoff_min is not None  # noqa: S101 - the schema holds it, here and below
        return _values(cumulative_plan(times, opportunities=supply, cutoff_min=table.cutoff_min))
    if table.kind == "cumulative_interval":
        assert table.from_min is not None  # noqa: S101
        assert table.to_min is not None  # noqa: S101
        return _values(
            cumulative_interval_plan(
                times,
                opportunities=supply,
                from_min=table.from_min,
                to_min=table.to_min,
                step_min=table.step_min or 1.0,
            )
        )
    assert table.decay is not None  # noqa: S101
    decay = table.decay.decay()
    if table.kind == "gravity":
        return _values(gravity_plan(times, opportunities=supply, decay=decay))
    if table.kind == "spatial_availability":
        return _values(
            spatial_availability_plan(times, opportunities=supply, demand=people, decay=decay)
        )
    plan = _CATCHMENTS[table.kind]
    return _values(plan(times, supply=supply, demand=people, decay=decay))


def leakage_of(task: Task, times: TravelTimes) -> Plan[Any] | None:
    """Plan for what a measure of supply and demand leaves out; None where it tells itself."""
    table = task.table
    if not table.recipe.by_demand or table.decay is None:
        return None
    return leakage_plan(
        times,
        supply=supply_of(times, table.supply or CAPACITY),
        demand=people_of(times, task.group),
        decay=table.decay.decay(),
    )


def supply_of(times: TravelTimes, column: str) -> FloatArray:
    """
    Tell what each service offers, from a column of its table.

    Raises
    ------
    StudyError
        If there is no such column, or it holds no number for some.
    """
    places = times.destinations
    if column == ONE_EACH:
        return np.ones(len(places))
    if column == CAPACITY:
        amounts = np.array(places.capacity)
    elif column in places.attributes:
        amounts = np.array([_number(text) for text in places.attributes[column]])
    else:
        known = nearest_known(column, [ONE_EACH, CAPACITY, *places.attributes])
        msg = f"measures: services have no column {column!r} for supply; {known}"
        raise StudyError(msg)
    bad = ~(np.isfinite(amounts) & (amounts >= 0))
    if bad.any():
        msg = (
            f"measures: {column} is no number of 0 or more for service {some_ids(places.id[bad])}; "
            f'fill it in, or write supply = "{ONE_EACH}"'
        )
        raise StudyError(msg)
    return amounts


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _values(plan: Plan[Any]) -> Plan[Answer]:
    series = yield from plan
    return Answer(amounts=np.asarray(series, np.float64), facts={})


def _at_once(work: Callable[[], Answer]) -> Plan[Answer]:
    """Plan that needs no sums over all pairs."""
    yield []
    return work()


def _nearest(table: MeasureTable, times: TravelTimes, _: FloatArray) -> Answer:
    k = table.k or 1
    if k > len(times.destinations):
        return Answer(amounts=np.full(len(times.origins), np.inf), facts={})
    find = time_to_nearest if table.kind == "time_to_nearest" else mean_of_nearest
    return Answer(amounts=np.asarray(find(times, k=k), np.float64), facts={})


def _raam(table: MeasureTable, times: TravelTimes, people: FloatArray) -> Answer:
    rules = AgentRules(tau_min=table.tau_min or 60.0, n_choices=table.n_choices or 10)
    supply = supply_of(times, table.supply or CAPACITY)
    found = raam(times, supply=supply, demand=people, rules=rules)
    facts = {
        "converged": found.converged,
        "unreached_demand": found.unreached_demand,
        "unreached_supply": found.unreached_supply,
    }
    return Answer(amounts=np.asarray(found.cost, np.float64), facts=facts)


def _basket(table: MeasureTable, times: TravelTimes, _: FloatArray) -> Answer:
    assert table.norms_min is not None  # noqa: S101
    told = basket(times, norms_min=table.norms_min, weights=table.weights)
    fails = told["fails_first"].to_numpy(dtype=object)
    people = times.origins.population
    first = {kind: float(people[fails == kind].sum()) for kind in table.norms_min}
    return Answer(
        amounts=np.asarray(told["share_met"], np.float64),
        facts={"people_by_what_fails_first": first},
    )


def _coverage(table: MeasureTable, times: TravelTimes, _: FloatArray) -> Answer:
    assert table.cutoff_min is not None  # noqa: S101
    times.require_cutoff(table.cutoff_min)
    within = np.asarray(time_to_nearest(times)) <= table.cutoff_min
    return Answer(amounts=within.astype(np.float64), facts={})


_AT_ONCE: dict[str, Callable[[MeasureTable, TravelTimes, FloatArray], Answer]] = {
    "time_to_nearest": _nearest,
    "mean_of_nearest": _nearest,
    "raam": _raam,
    "basket": _basket,
    "coverage": _coverage,
}
