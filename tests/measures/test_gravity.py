from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import CutoffError, InputError
from geoaccess.measures.cumulative import cumulative
from geoaccess.measures.decay import decay_binary, decay_exponential, decay_linear
from geoaccess.measures.gravity import gravity
from geoaccess.model.times import TravelTimes
from tests import naive_measures as naive
from tests.measures.cases import CUTOFF_MIN, Case, Twins, cases, decays


@given(cases(), decays())
def test_gravity_is_its_formula(case: Case, twins: Twins) -> None:
    decay, one = twins
    expected = naive.gravity(case.known, case.supply, one)
    told = gravity(case.times, opportunities=case.supply, decay=decay)
    assert told.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert told.index.tolist() == case.times.origins.id.tolist()


@given(cases(), st.integers(1, 60))
def test_cumulative_is_its_formula(case: Case, cutoff_min: int) -> None:
    expected = naive.cumulative(case.known, case.supply, cutoff_min)
    told = cumulative(case.times, opportunities=case.supply, cutoff_min=cutoff_min)
    assert told.tolist() == pytest.approx(expected)


@given(cases(), st.integers(1, 60), st.integers(1, 60))
def test_a_larger_cutoff_never_lowers_cumulative(case: Case, a: int, b: int) -> None:
    near, far = (
        cumulative(case.times, opportunities=case.supply, cutoff_min=c).to_numpy()
        for c in sorted((a, b))
    )
    assert (near <= far).all()


@given(cases(), decays(), st.data())
def test_more_opportunities_never_lower_gravity(
    case: Case, twins: Twins, data: st.DataObject
) -> None:
    j = data.draw(st.integers(0, len(case.supply) - 1))
    more = [s + 10.0 * (k == j) for k, s in enumerate(case.supply)]
    before = gravity(case.times, opportunities=case.supply, decay=twins[0]).to_numpy()
    after = gravity(case.times, opportunities=more, decay=twins[0]).to_numpy()
    assert (before <= after).all()


def test_hansens_measure_as_published() -> None:
    """
    Three towns, three centres of jobs, exp(-0.1 t): Hansen-type accessibility of Soukhov,
    Páez, Higgins and Mohamed (2023), Introducing spatial availability, PLOS ONE 18(1),
    e0278468; their input is repeated in the tests of the R package `accessibility`.
    By hand: 100,000 e^-1.5 + 100,000 e^-3 + 10,000 e^-10 = 27,292.
    """
    minutes = [[15, 30, 100], [30, 15, 100], [100, 100, 15]]
    times = TravelTimes.from_minutes(minutes, cutoff_min=120)
    told = gravity(times, opportunities=[1e5, 1e5, 1e4], decay=decay_exponential(0.1))
    by_hand = 1e5 * math.exp(-1.5) + 1e5 * math.exp(-3) + 1e4 * math.exp(-10)
    assert told.tolist() == pytest.approx([by_hand, by_hand, 2240.38], abs=0.01)
    assert told.round().tolist() == [27292, 27292, 2240]


def test_a_decay_beyond_the_known_times_is_refused() -> None:
    times = TravelTimes.from_minutes([[5]], cutoff_min=CUTOFF_MIN)
    for decay in (decay_binary(61), decay_linear(90)):
        with pytest.raises(CutoffError, match="is above the 60 min"):
            gravity(times, opportunities=[1], decay=decay)
    with pytest.raises(CutoffError, match="cutoff_min=61"):
        cumulative(times, opportunities=[1], cutoff_min=61)


@pytest.mark.parametrize(
    ("opportunities", "says"),
    [
        ([1, 2], "opportunities is 2 for 1 destinations; give one for each"),
        (3, "opportunities is one number for 1 destinations"),
        ([-2], "opportunities must be 0 or more, but is -2 for d0; correct it"),
        ([math.nan], "opportunities must be 0 or more, but is nan for d0"),
        ([math.inf], "opportunities must be 0 or more, but is inf for d0"),
    ],
)
def test_amounts_that_fit_no_place_are_refused(opportunities: object, says: str) -> None:
    times = TravelTimes.from_minutes([[5]], cutoff_min=CUTOFF_MIN)
    with pytest.raises(InputError, match=says):
        gravity(times, opportunities=opportunities, decay=decay_binary(30))


@pytest.mark.parametrize(
    ("decay", "says"),
    [
        (np.ones_like, "must give 0 for inf"),
        (lambda minutes: np.where(np.isinf(minutes), 0.0, -1.0), "one finite weight of 0 or more"),
        (lambda _: np.zeros(1), "one finite weight of 0 or more for each"),
        (lambda minutes: minutes * 0.0, "one finite weight"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_callable_that_is_no_decay_is_refused(decay: object, says: str) -> None:
    times = TravelTimes.from_minutes([[5]], cutoff_min=CUTOFF_MIN)
    with pytest.raises(InputError, match=says):
        gravity(times, opportunities=[1], decay=decay)


def test_a_callable_of_ones_own_is_a_decay() -> None:
    times = TravelTimes.from_minutes([[5, 10]], cutoff_min=CUTOFF_MIN)
    half = gravity(times, opportunities=[8, 4], decay=lambda t: np.where(t < 7, 0.5, 0.0))
    assert half.tolist() == [4.0]
