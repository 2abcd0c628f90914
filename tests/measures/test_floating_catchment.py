from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.measures.decay import decay_binary
from geoaccess.measures.floating_catchment import floating_catchment
from geoaccess.model.times import TravelTimes
from tests import naive_measures as naive
from tests.measures.cases import Case, Twins, cases, decays


@given(cases(), decays())
def test_floating_catchment_is_its_formula(case: Case, twins: Twins) -> None:
    decay, one = twins
    expected = naive.floating_catchment(case.known, case.supply, case.demand, one)
    told = floating_catchment(case.times, supply=case.supply, demand=case.demand, decay=decay)
    assert told.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(cases(), decays())
def test_what_is_handed_out_is_the_supply_that_anybody_reaches(case: Case, twins: Twins) -> None:
    decay, one = twins
    told = floating_catchment(case.times, supply=case.supply, demand=case.demand, decay=decay)
    reached = math.fsum(
        offered
        for j, offered in enumerate(case.supply)
        if any(d * one(row[j]) > 0 for d, row in zip(case.demand, case.known, strict=True))
    )
    assert float(np.array(case.demand) @ told) == pytest.approx(reached, rel=1e-9, abs=1e-9)


@given(cases(), decays(), st.data())
def test_more_supply_never_lowers_access(case: Case, twins: Twins, data: st.DataObject) -> None:
    j = data.draw(st.integers(0, len(case.supply) - 1))
    more = [s + 10.0 * (k == j) for k, s in enumerate(case.supply)]
    before, after = (
        floating_catchment(case.times, supply=s, demand=case.demand, decay=twins[0]).to_numpy()
        for s in (case.supply, more)
    )
    assert (before <= after).all()


def test_the_published_case_of_the_r_package_fca() -> None:
    """
    Places of 1 to 4 people that all reach six of 1 to 6 doctors: 2.1 for everybody.

    Test of `spai_2sfca` in the R package fca (egrueebler/fca).
    """
    times = TravelTimes.from_minutes(np.full((4, 6), 10.0), cutoff_min=60)
    told = floating_catchment(
        times, supply=np.arange(1, 7), demand=np.arange(1, 5), decay=decay_binary(30)
    )
    assert told.tolist() == pytest.approx([2.1] * 4)
