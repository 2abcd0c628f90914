from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity.atkinson import atkinson
from geoaccess.equity.gini import gini
from geoaccess.equity.hoover import hoover
from geoaccess.equity.lorenz import lorenz_curve
from geoaccess.equity.palma import palma
from geoaccess.equity.percentile_ratio import percentile_ratio
from geoaccess.equity.theil import theil
from geoaccess.equity.theil_l import theil_l
from geoaccess.equity.variation import coefficient_of_variation
from geoaccess.errors import InputError
from tests import naive, naive_equity
from tests.equity.cases import Case, populations, positive

INDICES: dict[str, Callable[..., float]] = {
    "gini": gini,
    "hoover": hoover,
    "palma": palma,
    "percentile_ratio": percentile_ratio,
    "coefficient_of_variation": coefficient_of_variation,
    "theil_t": theil,
    "theil_l": theil_l,
    "atkinson_0.5": partial(atkinson, epsilon=0.5),
    "atkinson_1": partial(atkinson, epsilon=1),
    "atkinson_2": partial(atkinson, epsilon=2),
}
# The ratio of two percentiles sees only those two, so a transfer may move it either way.
TRANSFER = sorted(set(INDICES) - {"percentile_ratio"})


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True)


@given(populations())
def test_indices_equal_their_definitions(case: Case) -> None:
    values, weights = case
    assert gini(values, weights=weights) == near(naive.gini(values, weights))
    for name in ("hoover", "palma", "percentile_ratio", "coefficient_of_variation"):
        told = INDICES[name](values, weights=weights)
        assert told == near(getattr(naive_equity, name)(values, weights)), name
    assert theil(values, weights=weights) == near(
        naive_equity.theil_t(naive.people(values, weights))
    )


@given(populations(), st.sampled_from([0.3, 0.5, 1, 1.5, 2]))
def test_atkinson_equals_its_definition(case: Case, epsilon: float) -> None:
    values, weights = case
    told = atkinson(values, weights=weights, epsilon=epsilon)
    assert told == near(naive_equity.atkinson(values, weights, epsilon))
    assert 0 <= told <= 1


@given(populations(values=positive))
def test_theil_l_equals_its_definition(case: Case) -> None:
    values, weights = case
    told = theil_l(values, weights=weights)
    assert told == near(naive_equity.theil_l(naive.people(values, weights)))


@given(populations())
def test_the_lorenz_curve_is_a_walk_past_everybody_and_has_the_gini_beside_it(case: Case) -> None:
    values, weights = case
    points = lorenz_curve(values, weights=weights).to_numpy()
    expected = naive_equity.lorenz(values, weights)
    assert len(points) == len(expected)
    for told, walked in zip(points, expected, strict=True):
        assert tuple(told) == pytest.approx(walked, abs=1e-9)
    assert naive_equity.gini_of_curve(expected) == pytest.approx(
        gini(values, weights=weights), abs=1e-9
    )


@given(populations(values=positive), st.floats(0.1, 50), st.permutations(range(8)))
def test_scale_copies_and_order_do_not_matter(case: Case, factor: float, order: list[int]) -> None:
    values, weights = case
    rows = [i for i in order if i < len(values)]
    for name, index in INDICES.items():
        base = near(index(values, weights=weights))
        assert index([values[i] for i in rows], weights=[weights[i] for i in rows]) == base, name
        assert index(values * 2, weights=weights * 2) == base, name
        assert index(values, weights=[3 * w for w in weights]) == base, name
        assert index([v * factor for v in values], weights=weights) == base, name


@given(populations(values=positive), st.data())
def test_a_transfer_to_the_worse_off_never_raises_an_index(case: Case, data: st.DataObject) -> None:
    everybody = sorted(naive.people(*case))
    if len(everybody) < 2:
        return
    rich = data.draw(st.integers(1, len(everybody) - 1))
    poor = data.draw(st.integers(0, rich - 1))
    gift = (everybody[rich] - everybody[poor]) * data.draw(st.floats(0, 0.5))
    after = list(everybody)
    after[rich] -= gift
    after[poor] += gift
    for name in TRANSFER:
        before = INDICES[name](everybody)
        assert INDICES[name](after) <= before * (1 + 1e-9) + 1e-9, name


@given(populations())
def test_shares_of_a_whole_stay_below_one(case: Case) -> None:
    values, weights = case
    assert 0 <= gini(values, weights=weights) < 1
    assert 0 <= hoover(values, weights=weights) < 1
    # The largest gap between curve and line is no more than the area beside the curve allows.
    assert hoover(values, weights=weights) <= gini(values, weights=weights) + 1e-9


@given(populations(values=positive))
def test_atkinson_grows_with_epsilon_and_goes_with_theil_l(case: Case) -> None:
    values, weights = case
    told = [atkinson(values, weights=weights, epsilon=e) for e in (0.1, 0.5, 1, 1.5, 2, 3)]
    assert all(low <= high + 1e-9 for low, high in pairwise(told))
    assert told[2] == near(1 - math.exp(-theil_l(values, weights=weights)))


@given(positive, st.integers(1, 5))
def test_one_value_is_equality(value: float, weight: int) -> None:
    for name, index in INDICES.items():
        even = {"palma": 0.25, "percentile_ratio": 1.0}.get(name, 0.0)
        assert index([value], weights=[weight]) == pytest.approx(even, abs=1e-9), name


@pytest.mark.parametrize("name", sorted(INDICES))
def test_nobody_gives_no_number(name: str) -> None:
    assert math.isnan(INDICES[name]([]))
    assert math.isnan(INDICES[name]([5.0], weights=[0]))


def test_nobody_has_no_curve() -> None:
    assert lorenz_curve([]).empty


def test_zeros_are_told_apart() -> None:
    assert palma([0, 0, 0, 0, 1]) == math.inf
    assert math.isnan(palma([0, 0]))
    assert percentile_ratio([0, 0, 4]) == math.inf
    assert math.isnan(percentile_ratio([0, 0]))
    assert atkinson([0, 5], epsilon=1) == 1.0
    assert atkinson([0, 5], epsilon=2) == 1.0
    assert atkinson([0, 0], epsilon=2) == 0.0
    assert coefficient_of_variation([0, 0]) == 0.0
    assert lorenz_curve([0, 0]).to_numpy().tolist() == [[0, 0], [1, 1]]
    with pytest.raises(InputError, match="3 people have 0, which has no logarithm"):
        theil_l([0, 5], weights=[3, 1])


@pytest.mark.parametrize("epsilon", [0, -1, math.inf, math.nan])
def test_epsilon_must_be_above_0(epsilon: float) -> None:
    with pytest.raises(InputError, match="epsilon must be above 0"):
        atkinson([1, 2], epsilon=epsilon)


@pytest.mark.parametrize("name", sorted(INDICES))
def test_unreached_people_must_be_capped_first(name: str) -> None:
    with pytest.raises(InputError, match="2 people are unreached"):
        INDICES[name]([5, math.inf], weights=[1, 2])


def test_hand_worked_figures() -> None:
    # Ten people: four with 1 hold 4, the last tenth, one with 6, holds 6.
    assert palma([1] * 4 + [2] * 5 + [6]) == pytest.approx(6 / 4)
    # Three with 10 and one with 40: mean 17.5, three are 7.5 below: 22.5 of 70 must move.
    assert hoover([10, 40], weights=[3, 1]) == pytest.approx(22.5 / 70)
    # Means 2, variance 1.
    assert coefficient_of_variation([1, 3]) == 0.5
    # Geometric mean of 1 and 3 over 2.
    assert atkinson([1, 3], epsilon=1) == pytest.approx(1 - math.sqrt(3) / 2)
    # Harmonic mean of 1 and 3 is 1.5.
    assert atkinson([1, 3], epsilon=2) == pytest.approx(0.25)
