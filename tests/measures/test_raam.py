from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.measures.raam import AgentRules, RationalAccess, raam
from geoaccess.model.times import HeldTimes, TravelTimes
from tests import naive_measures as naive
from tests.measures.cases import Case, cases

EXACT = AgentRules(tolerance=1e-12, max_rounds=100_000)


def settled(case: Case) -> RationalAccess:
    assume(sum(case.supply) > 0 and sum(case.demand) > 0)
    return raam(case.times, supply=case.supply, demand=case.demand, rules=EXACT)


@settings(max_examples=50)
@given(cases())
def test_costs_are_those_of_moving_people_one_pair_at_a_time(case: Case) -> None:
    told = settled(case)
    expected = naive.raam(case.known, case.supply, case.demand, tau_min=60.0)
    assert told.converged
    assert told.cost.tolist() == pytest.approx(expected, rel=1e-4, abs=1e-4)


@settings(max_examples=50)
@given(cases())
def test_everybody_goes_somewhere_or_is_counted(case: Case) -> None:
    told = settled(case)
    assert told.load.sum() + told.unreached_demand == pytest.approx(sum(case.demand))
    assert (
        np.isinf(told.cost)
        == [
            not any(t < math.inf and s > 0 for t, s in zip(row, case.supply, strict=True))
            for row in case.known
        ]
    ).all()


@settings(max_examples=50)
@given(cases(), st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(case: Case, order: list[int]) -> None:
    before = settled(case)
    rows = [i for i in order if i < len(case.demand)]
    times = case.times
    other = dataclasses.replace(
        times,
        origins=times.origins.take(rows),
        source=HeldTimes(ms=times.source.block_ms(0, len(case.supply))[rows]),
    )
    after = raam(other, supply=case.supply, demand=np.array(case.demand)[rows], rules=EXACT)
    assert after.load.tolist() == before.load.tolist()
    assert after.cost[before.cost.index].tolist() == before.cost.tolist()


def test_a_case_worked_by_hand() -> None:
    """
    100 people, doctors at 0 and 30 minutes: x / 50 = (100 - x) / 50 + 30 / 60, so x = 62.5.

    With three times the doctors at 30 minutes, x / 25 = (100 - x) / 75 + 0.5, so x = 34.375.
    """
    times = TravelTimes.from_minutes([[0, 30]], cutoff_min=60)
    even = raam(times, supply=[1, 1], demand=[100])
    assert even.load.tolist() == pytest.approx([62.5, 37.5])
    assert even.cost.tolist() == pytest.approx([1.25])
    more = raam(times, supply=[1, 3], demand=[100])
    assert more.load.tolist() == pytest.approx([34.375, 65.625])
    assert more.cost.tolist() == pytest.approx([34.375 / 25])


def test_giving_up_is_said() -> None:
    rng = np.random.default_rng(1)
    times = TravelTimes.from_minutes(rng.uniform(0, 60, (30, 8)), cutoff_min=60)
    given_all = {"supply": rng.uniform(1, 5, 8), "demand": rng.uniform(1, 90, 30)}
    hurried = raam(times, **given_all, rules=AgentRules(tolerance=1e-15, max_rounds=1))
    assert not hurried.converged
    assert hurried.gap > 0
    assert raam(times, **given_all).converged


def test_what_cannot_be_weighed_is_refused() -> None:
    times = TravelTimes.from_minutes([[0, 30]], cutoff_min=60)
    for supply, demand in (([0, 0], [5]), ([1, 1], [0])):
        with pytest.raises(InputError, match="raam needs some supply and some demand"):
            raam(times, supply=supply, demand=demand)
    for name in ("tau_min", "n_choices", "tolerance", "max_rounds"):
        with pytest.raises(InputError, match=f"{name} must be a number above 0, but is 0"):
            AgentRules(**{name: 0})


def test_unused_supply_is_counted() -> None:
    times = TravelTimes.from_minutes([[0, 60, 90]], cutoff_min=60)
    told = raam(times, supply=[10, 1, 5], demand=[1])
    assert told.unreached_supply == 5
    assert told.unreached_demand == 0
