from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.measures.balanced_floating_catchment import balanced_floating_catchment
from geoaccess.measures.catchment_leakage import catchment_leakage
from geoaccess.measures.decay import decay_binary, decay_exponential, decay_inverse_power
from geoaccess.measures.floating_catchment import floating_catchment
from geoaccess.measures.modified_floating_catchment import modified_floating_catchment
from geoaccess.measures.spatial_availability import spatial_availability
from geoaccess.measures.three_step_floating_catchment import three_step_floating_catchment
from geoaccess.model.times import TravelTimes
from tests import naive_measures as naive
from tests.measures.cases import Case, Twins, cases, decays

Measure = Callable[..., "pd.Series[float]"]


def availability(
    times: TravelTimes, *, supply: object, demand: object, decay: object
) -> pd.Series[float]:
    return spatial_availability(times, opportunities=supply, demand=demand, decay=decay)


EVERY = {
    floating_catchment: naive.floating_catchment,
    modified_floating_catchment: naive.modified_floating_catchment,
    three_step_floating_catchment: naive.three_step_floating_catchment,
    balanced_floating_catchment: naive.balanced_floating_catchment,
    availability: naive.spatial_availability,
}
BALANCED = [floating_catchment, three_step_floating_catchment]


def reached_supply(case: Case, twins: Twins) -> float:
    left = naive.leakage(case.known, case.supply, case.demand, twins[1])[1]
    return math.fsum(case.supply) - left


@pytest.mark.parametrize("measure", EVERY)
@given(case=cases(), twins=decays())
def test_every_catchment_is_its_formula(measure: Measure, case: Case, twins: Twins) -> None:
    expected = EVERY[measure](case.known, case.supply, case.demand, twins[1])
    told = measure(case.times, supply=case.supply, demand=case.demand, decay=twins[0])
    assert told.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert told.index.tolist() == case.times.origins.id.tolist()


@pytest.mark.parametrize("measure", BALANCED)
@given(case=cases(), twins=decays())
def test_all_supply_that_is_reached_is_handed_out(
    measure: Measure, case: Case, twins: Twins
) -> None:
    told = measure(case.times, supply=case.supply, demand=case.demand, decay=twins[0])
    handed_out = float(np.array(case.demand) @ told.to_numpy())
    assert handed_out == pytest.approx(reached_supply(case, twins), rel=1e-9, abs=1e-9)


@given(cases(), decays())
def test_availability_adds_up_to_the_supply_that_is_reached(case: Case, twins: Twins) -> None:
    told = spatial_availability(
        case.times, opportunities=case.supply, demand=case.demand, decay=twins[0]
    )
    assert float(told.sum()) == pytest.approx(reached_supply(case, twins), rel=1e-9, abs=1e-9)


@given(cases(), decays())
def test_the_balanced_form_adds_up_to_the_ratios_of_destinations(case: Case, twins: Twins) -> None:
    """Paez et al. (2019): people and levels of service are each counted once."""
    told = balanced_floating_catchment(
        case.times, supply=case.supply, demand=case.demand, decay=twins[0]
    )
    weights = naive.weights_of(case.known, twins[1])
    drawn = [0.0] * len(case.supply)
    for people, row in zip(case.demand, weights, strict=True):
        for j, weight in enumerate(row):
            drawn[j] += people * weight / math.fsum(row) if math.fsum(row) > 0 else 0.0
    reaching = math.fsum(p for p, row in zip(case.demand, weights, strict=True) if any(row))
    assert math.fsum(drawn) == pytest.approx(reaching)
    ratios = [s / d for s, d in zip(case.supply, drawn, strict=True) if d > 0]
    assert float(told.sum()) == pytest.approx(math.fsum(ratios), rel=1e-9, abs=1e-12)


@given(cases(), decays())
def test_the_modified_form_never_hands_out_more(case: Case, twins: Twins) -> None:
    given_out, kept = (
        measure(case.times, supply=case.supply, demand=case.demand, decay=twins[0]).to_numpy()
        for measure in (floating_catchment, modified_floating_catchment)
    )
    assert (kept <= given_out * (1 + 1e-9) + 1e-12).all()


@pytest.mark.parametrize("measure", EVERY)
@given(case=cases(), twins=decays(), data=st.data())
def test_more_supply_never_lowers_access(
    measure: Measure, case: Case, twins: Twins, data: st.DataObject
) -> None:
    j = data.draw(st.integers(0, len(case.supply) - 1))
    more = [s + 10.0 * (k == j) for k, s in enumerate(case.supply)]
    before, after = (
        measure(case.times, supply=s, demand=case.demand, decay=twins[0]).to_numpy()
        for s in (case.supply, more)
    )
    assert (before <= after * (1 + 1e-12)).all()


@given(cases(), decays())
def test_availability_per_head_is_the_two_step_catchment(case: Case, twins: Twins) -> None:
    shared, per_head = (
        measure(case.times, supply=case.supply, demand=case.demand, decay=twins[0]).to_numpy()
        for measure in (availability, floating_catchment)
    )
    assert shared.tolist() == pytest.approx((per_head * np.array(case.demand)).tolist())


@given(cases(), decays())
def test_what_is_left_out_is_counted(case: Case, twins: Twins) -> None:
    told = catchment_leakage(case.times, supply=case.supply, demand=case.demand, decay=twins[0])
    expected = naive.leakage(case.known, case.supply, case.demand, twins[1])
    assert (told.unreached_demand, told.unreached_supply) == pytest.approx(expected)


def test_the_published_cases_of_the_r_package_fca() -> None:
    """
    Places of 1 to 4 people and six of 1 to 6 doctors.

    Tests of `spai_2sfca` and `spai_3sfca` in the R package fca (egrueebler/fca). The former
    takes all weights as 1: 2.1 for everybody. The latter takes weights 1 to 24 by columns.
    """
    people, doctors = np.arange(1, 5), np.arange(1, 7)
    times = TravelTimes.from_minutes(np.arange(1.0, 25).reshape(4, 6), cutoff_min=60)
    two = floating_catchment(times, supply=doctors, demand=people, decay=decay_binary(30))
    assert two.tolist() == pytest.approx([2.1] * 4)
    three = three_step_floating_catchment(
        times,
        supply=doctors,
        demand=people,
        decay=np.positive,
    )
    published = [0.6686168, 1.3565093, 2.0921208, 2.8355005]
    assert three.tolist() == pytest.approx(published, abs=5e-8)


def test_the_published_cases_of_spatial_availability() -> None:
    """
    Three towns and three centres of jobs, exp(-0.1 t), of Soukhov et al. (2023).

    Input and figures as the tests of the R package `accessibility` (ipeaGIT) give them; the
    second case, with powers of minutes, from its notes on the authors' later example.
    """
    minutes = [[15, 30, 100], [30, 15, 100], [100, 100, 15]]
    told = spatial_availability(
        TravelTimes.from_minutes(minutes, cutoff_min=120),
        opportunities=[100_000, 100_000, 10_000],
        demand=[50_000, 150_000, 10_000],
        decay=decay_exponential(0.1),
    )
    assert told.tolist() == pytest.approx([66833.466, 133203.363, 9963.171], abs=1e-3)
    later = TravelTimes.from_minutes([[10, 30, 15], [30, 10, 25], [15, 25, 10]], cutoff_min=120)
    for power, published in (
        (3, [133.4687, 166.7813, 189.7499]),
        (2, [122.2546, 185.0957, 182.6497]),
    ):
        shared = spatial_availability(
            later,
            opportunities=[160, 150, 180],
            demand=[4, 10, 6],
            decay=decay_inverse_power(power),
        )
        assert shared.tolist() == pytest.approx(published, abs=5e-5)


def test_a_case_worked_by_hand() -> None:
    """
    Villages of 100 and 200, the second reaching the first school only.

    2SFCA: 30 / 300 and 20 / 100. BFCA: the first village sends 50 to each school, so ratios
    are 30 / 250 and 20 / 50; the first ratio is halved between two villages.
    """
    times = TravelTimes.from_minutes([[10, 20], [15, 90]], cutoff_min=60)
    given_all = {"supply": [30, 20], "demand": [100, 200], "decay": decay_binary(30)}
    assert floating_catchment(times, **given_all).tolist() == pytest.approx([0.3, 0.1])
    balanced = balanced_floating_catchment(times, **given_all)
    assert balanced.tolist() == pytest.approx([0.06 + 0.4, 0.06])
    # As published it shares out levels of service, not places: 58 of 50 (docs/methods.md).
    assert float(balanced @ np.array([100.0, 200.0])) == pytest.approx(58)
    assert float(
        floating_catchment(times, **given_all) @ np.array([100.0, 200.0])
    ) == pytest.approx(50)


def test_nobody_and_nothing_give_0() -> None:
    times = TravelTimes.from_minutes([[10, 90], [90, 90]], cutoff_min=60)
    for measure in EVERY:
        for supply, demand in (([3, 2], [0, 0]), ([0, 0], [5, 5])):
            told = measure(times, supply=supply, demand=demand, decay=decay_binary(30))
            assert told.tolist() == [0.0, 0.0]
