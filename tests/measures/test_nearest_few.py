from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import CutoffError, InputError
from geoaccess.measures.basket import basket
from geoaccess.measures.coverage import coverage
from geoaccess.measures.cumulative import cumulative
from geoaccess.measures.cumulative_interval import cumulative_interval
from geoaccess.measures.mean_of_nearest import mean_of_nearest
from geoaccess.measures.time_to_nearest import nearest_destinations
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.times import TravelTimes
from tests import naive_measures as naive
from tests.measures.cases import CUTOFF_MIN, Case, cases


@given(cases(), st.data())
def test_the_mean_of_nearest_is_its_formula(case: Case, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(case.supply)))
    told = mean_of_nearest(case.times, k=k)
    assert told.tolist() == pytest.approx(naive.mean_of_nearest(case.known, k))


@given(cases(), st.data())
def test_the_kth_nearest_is_named_ties_by_position(case: Case, data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(case.supply)))
    told = nearest_destinations(case.times, k=k)
    expected = naive.kth_nearest(case.known, k)
    assert told["nearest_min"].tolist() == [minutes for minutes, _ in expected]
    assert told["nearest_id"].tolist() == [f"d{j}" if j >= 0 else "" for _, j in expected]


def test_fewer_than_k_reached_is_unreached_and_no_k_is_refused() -> None:
    times = TravelTimes.from_minutes([[5, 20, 90]], cutoff_min=60)
    assert mean_of_nearest(times, k=2).tolist() == [12.5]
    assert mean_of_nearest(times, k=3).tolist() == [math.inf]
    for k in (0, 4):
        with pytest.raises(InputError, match=f"k must be from 1 to 3 destinations, but is {k}"):
            mean_of_nearest(times, k=k)


@given(cases(), st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.1, 0.5, 1.0]))
def test_the_interval_is_the_mean_over_its_cutoffs(
    case: Case, a: int, b: int, step_min: float
) -> None:
    low, high = sorted((a, b))
    cutoffs = [low + k * step_min for k in range(round((high - low) / step_min) + 1)]
    # A cutoff such as 30 * 0.1 must not miss 3 minutes for the rounding of a product.
    exact = [round(cutoff, 9) for cutoff in cutoffs]
    expected = naive.cumulative_interval(case.known, case.supply, exact)
    told = cumulative_interval(
        case.times, opportunities=case.supply, from_min=low, to_min=high, step_min=step_min
    )
    assert told.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(cases(), st.integers(1, 60))
def test_an_interval_of_one_cutoff_is_cumulative(case: Case, cutoff_min: int) -> None:
    one = cumulative(case.times, opportunities=case.supply, cutoff_min=cutoff_min)
    told = cumulative_interval(
        case.times, opportunities=case.supply, from_min=cutoff_min, to_min=cutoff_min
    )
    assert told.tolist() == pytest.approx(one.tolist())


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ((30, 20, 1), "is no span of cutoffs"),
        ((-5, 20, 1), "is no span of cutoffs"),
        ((10, 20, 0), "is no span of cutoffs"),
        ((10, math.nan, 1), "is no span of cutoffs"),
        ((10, 20, 3), "no whole number of steps of 3 min; choose another step_min"),
    ],
)
def test_what_is_no_span_is_refused(span: tuple[float, float, float], says: str) -> None:
    times = TravelTimes.from_minutes([[5]], cutoff_min=60)
    low, high, step = span
    with pytest.raises(InputError, match=says):
        cumulative_interval(times, opportunities=[1], from_min=low, to_min=high, step_min=step)
    with pytest.raises(CutoffError):
        cumulative_interval(times, opportunities=[1], from_min=50, to_min=61)


@given(cases(), st.integers(1, 60))
def test_coverage_is_its_formula_and_drops_nobody(case: Case, cutoff_min: int) -> None:
    people = Origins(
        id=[f"o{i}" for i in range(len(case.demand))],
        name=[""] * len(case.demand),
        lon=np.zeros(len(case.demand)),
        lat=np.zeros(len(case.demand)),
        population=case.demand,
        groups={
            "age_7_15": np.array(case.demand[::-1]),
            "nobody": np.zeros(len(case.demand)),
        },
    )
    times = TravelTimes.from_minutes(case.minutes, cutoff_min=CUTOFF_MIN, origins=people)
    table = coverage(times, cutoff_min=cutoff_min)
    assert table.index.tolist() == ["all", "age_7_15", "nobody"]
    for group, amounts in (("all", case.demand), ("age_7_15", case.demand[::-1])):
        row = table.loc[group]
        expected = naive.coverage(case.known, amounts, cutoff_min)
        assert tuple(row[["within", "beyond", "unreached"]]) == pytest.approx(expected)
        assert row["people"] == pytest.approx(math.fsum(expected))
    assert math.isnan(table.loc["nobody", "share_within"])


def test_coverage_refuses_minutes_that_are_not_known() -> None:
    times = TravelTimes.from_minutes([[5]], cutoff_min=60)
    with pytest.raises(CutoffError, match="cutoff_min=61"):
        coverage(times, cutoff_min=61)
    with pytest.raises(InputError, match="cutoff_min must be above 0, but is 0"):
        coverage(times, cutoff_min=0)


KINDS = ("school", "doctor", "shop")


def of_kinds(minutes: list[list[float]]) -> TravelTimes:
    """Columns in turn a school, a doctor and a shop; at least one of each."""
    n = len(minutes[0])
    return TravelTimes.from_minutes(
        minutes,
        cutoff_min=CUTOFF_MIN,
        destinations=Destinations(
            id=[f"d{j}" for j in range(n)],
            name=[""] * n,
            kind=[KINDS[j % 3] for j in range(n)],
            lon=np.zeros(n),
            lat=np.zeros(n),
            capacity=np.zeros(n),
        ),
    )


@given(cases(), st.tuples(*[st.integers(1, 60)] * 3), st.tuples(*[st.integers(1, 9)] * 3))
def test_a_basket_is_its_formula(
    case: Case, norms: tuple[int, int, int], weights: tuple[int, int, int]
) -> None:
    rows = [(row * 3)[: max(len(row), 3)] for row in case.known]
    norms_min = {kind: float(norm) for kind, norm in zip(KINDS, norms, strict=True)}
    counted = {kind: float(weight) for kind, weight in zip(KINDS, weights, strict=True)}
    by_kind = {kind: [row[k::3] for row in rows] for k, kind in enumerate(KINDS)}
    told = basket(of_kinds(rows), norms_min=norms_min, weights=counted)
    expected = naive.basket(by_kind, norms_min, counted)
    assert told["share_met"].tolist() == pytest.approx([share for share, _, _ in expected])
    assert told["n_met"].tolist() == [n for _, n, _ in expected]
    assert told["fails_first"].tolist() == [kind for _, _, kind in expected]
    assert ((told["worst_ratio"] <= 1) == (told["n_met"] == 3)).all()


def test_a_basket_worked_by_hand() -> None:
    """School 20 of 40 min, doctor 45 of 30, shop unreached; then all exactly at their norms."""
    times = of_kinds([[20, 45, 99], [40, 30, 15]])
    told = basket(times, norms_min={"school": 40, "doctor": 30, "shop": 15})
    assert told["share_met"].tolist() == pytest.approx([1 / 3, 1])
    assert told["fails_first"].tolist() == ["shop", ""]
    assert told["worst_ratio"].tolist() == [math.inf, 1.0]


@pytest.mark.parametrize(
    ("norms", "weights", "says"),
    [
        ({}, None, "norms_min lists no service"),
        ({"scool": 30}, None, "no service of kind 'scool'; did you mean 'school'?"),
        ({"school": 0}, None, "school must be above 0, but is 0"),
        ({"school": 61}, None, "is above the 60 min"),
        ({"school": 30}, {"shop": 1}, "must list the same kinds, but 'shop' is in one"),
        ({"school": 30}, {"school": 0}, "weights must be 0 or more, and not all 0"),
    ],
)
def test_what_is_no_basket_is_refused(
    norms: dict[str, float], weights: dict[str, float] | None, says: str
) -> None:
    with pytest.raises((InputError, CutoffError), match=says):
        basket(of_kinds([[1, 2, 3]]), norms_min=norms, weights=weights)
