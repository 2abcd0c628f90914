from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity.distribution import (
    capped,
    checked,
    finite,
    weighted_mean,
    weighted_quantile,
)
from geoaccess.equity.gini import gini
from geoaccess.equity.share_beyond import share_beyond
from geoaccess.equity.theil import theil, theil_decomposition
from geoaccess.errors import InputError
from tests import naive

amounts = st.one_of(st.just(0.0), st.floats(0.01, 1000.0))


@st.composite
def populations(draw: st.DrawFn) -> tuple[list[float], list[int]]:
    n = draw(st.integers(1, 8))
    values = draw(st.lists(amounts, min_size=n, max_size=n))
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    weights[0] = max(weights[0], 1)
    return values, weights


@given(populations())
def test_gini_equals_its_definition(case: tuple[list[float], list[int]]) -> None:
    values, weights = case
    assert gini(values, weights=weights) == pytest.approx(naive.gini(values, weights), abs=1e-9)


@given(populations(), st.floats(0.1, 50))
def test_gini_keeps_when_all_is_scaled_or_everybody_doubled(
    case: tuple[list[float], list[int]], factor: float
) -> None:
    values, weights = case
    base = gini(values, weights=weights)
    assert 0.0 <= base < 1.0
    assert gini([v * factor for v in values], weights=weights) == pytest.approx(base, abs=1e-9)
    assert gini(values * 2, weights=weights * 2) == pytest.approx(base, abs=1e-9)


@given(populations(), st.data())
def test_a_transfer_to_the_worse_off_never_raises_an_index(
    case: tuple[list[float], list[int]], data: st.DataObject
) -> None:
    everybody = sorted(naive.people(*case))
    if len(everybody) < 2:
        return
    rich = data.draw(st.integers(1, len(everybody) - 1))
    poor = data.draw(st.integers(0, rich - 1))
    gift = (everybody[rich] - everybody[poor]) * data.draw(st.floats(0, 0.5))
    after = list(everybody)
    after[rich] -= gift
    after[poor] += gift
    assert gini(after) <= gini(everybody) + 1e-9
    assert theil(after) <= theil(everybody) + 1e-9


@given(populations(), st.data())
def test_theil_and_its_parts_equal_their_definitions(
    case: tuple[list[float], list[int]], data: st.DataObject
) -> None:
    values, weights = case
    zones = data.draw(st.lists(st.sampled_from("ab"), min_size=len(values), max_size=len(values)))
    parts = theil_decomposition(values, weights=weights, zones=zones)
    assert parts["total"] == pytest.approx(naive.theil(values, weights), abs=1e-9)
    assert parts["within"] == pytest.approx(naive.theil_within(values, weights, zones), abs=1e-9)
    assert parts["between"] + parts["within"] == pytest.approx(parts["total"], abs=1e-9)
    assert theil(values, weights=weights) == parts["total"]


@given(populations(), st.integers(1, 10))
def test_quantile_equals_a_count_of_heads(case: tuple[list[float], list[int]], tenths: int) -> None:
    values, weights = case
    values = [*values, math.inf]
    weights = [*weights, 1]
    expected = naive.quantile(values, weights, tenths)
    assert weighted_quantile(values, weights, tenths / 10) == expected


@given(populations(), st.floats(0, 100))
def test_share_beyond_equals_a_count_of_heads(
    case: tuple[list[float], list[int]], cutoff: float
) -> None:
    values, weights = case
    told = share_beyond(values, weights=weights, cutoff_min=cutoff)
    assert told == pytest.approx(naive.share_beyond(values, weights, cutoff))


def test_hand_worked_figures() -> None:
    # Three have 10, one has 40: mean 17.5; 6 of 16 ordered pairs differ, by 30 each.
    assert gini([10, 40], weights=[3, 1]) == pytest.approx(6 * 30 / (2 * 16 * 17.5))
    # Two people with 1 and 3: mean 2, (0.5 ln 0.5 + 1.5 ln 1.5) / 2.
    assert theil([1, 3]) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)


def test_nobody_gives_no_number() -> None:
    assert math.isnan(gini([], weights=[]))
    assert math.isnan(theil([5.0], weights=[0]))
    assert math.isnan(weighted_mean([5.0], [0]))
    assert math.isnan(weighted_quantile([], [], 0.5))
    assert math.isnan(share_beyond([], weights=[], cutoff_min=5))


def test_everybody_at_zero_is_equal() -> None:
    assert gini([0, 0]) == 0.0
    assert theil([0, 0]) == 0.0


@pytest.mark.parametrize(
    ("values", "weights", "told"),
    [
        ([1, 2], [1], "equally long"),
        ([[1]], [[1]], "equally long"),
        ([-1], [1], "0 or more"),
        ([math.nan], [1], "not with NaN"),
        ([1], [-1], "weights must be finite"),
        ([1], [math.inf], "weights must be finite"),
    ],
)
def test_what_is_no_distribution_is_refused(
    values: list[float], weights: list[float], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        checked(values, weights)


def test_unreached_people_must_be_capped_before_an_index() -> None:
    with pytest.raises(InputError, match="3 people are unreached"):
        gini([5, math.inf], weights=[1, 3])
    assert finite(capped([5, math.inf], 60), [1, 3])[0].tolist() == [5, 60]


def test_an_unreached_value_that_weighs_nothing_does_not_matter() -> None:
    assert gini([5, np.inf], weights=[1, 0]) == 0.0


def test_zones_must_be_as_many_as_values() -> None:
    with pytest.raises(InputError, match="zones"):
        theil_decomposition([1, 2], weights=[1, 1], zones=["a"])
