from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.reform.effect import (
    FACTORS,
    PARTS,
    PER_MINUTE,
    State,
    effect_on_grid,
    in_units,
    subsets,
)
from tests import naive_reform as naive

ALL = frozenset(FACTORS)


def minutes_of(some: State) -> float:
    """Place 5 of the line town, roads twice as fast after, a school moved from 4 to 6."""
    own = 8.0 if {"borders", "services"} <= some else 2.0
    return own if "roads" in some else 2 * own


def test_three_causes_by_hand() -> None:
    """
    Borders add 0, 12, 0 or 12 minutes and 6 after both others: (0*2+12+0+6*2)/6 = 4.

    Services alike; roads save 2, 2, 2 and 8 minutes: -(2*2 + 2 + 2 + 8*2)/6 = -4.
    """
    told = ga.reform_effect(
        lambda after: [minutes_of(after)], changed=["roads", "borders", "services"]
    )
    assert told.loc[0].to_dict() == {
        "before_min": 4,
        "after_min": 8,
        "change_min": 4,
        "borders_min": 4,
        "services_min": 4,
        "roads_min": -4,
        "population_min": 0,
    }


@st.composite
def games(draw: st.DrawFn) -> tuple[tuple[str, ...], dict[State, list[float]]]:
    factors = tuple(draw(st.lists(st.sampled_from(FACTORS), unique=True, max_size=4)))
    ms = st.integers(0, 1440 * 60_000)
    n = draw(st.integers(1, 3))
    one = st.lists(ms.map(lambda t: float(np.float32(t / 60_000))), min_size=n, max_size=n)
    ordered = tuple(factor for factor in FACTORS if factor in factors)
    return ordered, {frozenset(some): draw(one) for some in subsets(ordered)}


@settings(max_examples=40)
@given(games())
def test_parts_equal_their_slow_twin_and_add_up_to_the_last_bit(
    game: tuple[tuple[str, ...], dict[State, list[float]]],
) -> None:
    factors, values = game
    told = ga.reform_effect(lambda after: values[after], changed=factors)
    for order in permutations(PARTS):
        total = np.zeros(len(told))
        for name in order:
            total = total + told[name].to_numpy()
        assert total.tolist() == told["change_min"].tolist()
    assert (told["after_min"] - told["before_min"]).tolist() == told["change_min"].tolist()
    assert told["before_min"].tolist() == values[frozenset()]
    assert told["after_min"].tolist() == values[frozenset(factors)]
    for i in range(len(told)):
        slow = naive.shapley({state: Fraction(one[i]) for state, one in values.items()}, factors)
        for factor in FACTORS:
            exact = slow.get(factor, Fraction(0))
            assert abs(Fraction(told[f"{factor}_min"][i]) - exact) <= Fraction(3, PER_MINUTE)
            if exact == 0:
                assert told[f"{factor}_min"][i] == 0


@settings(max_examples=40)
@given(games())
def test_in_steps_of_a_table_the_written_decimals_add_up(
    game: tuple[tuple[str, ...], dict[State, list[float]]],
) -> None:
    factors, values = game
    whole = {state: in_units(minutes) for state, minutes in values.items()}
    told = effect_on_grid(whole, factors, per_minute=10**6)
    steps = {name: np.rint(column * 1e6).astype(int) for name, column in told.items()}
    total = np.sum([steps[name] for name in PARTS], axis=0)
    assert total.tolist() == steps["change_min"].tolist()
    assert (steps["after_min"] - steps["before_min"] == steps["change_min"]).all()
    finer = effect_on_grid(whole, factors, per_minute=PER_MINUTE)
    for name in told:
        assert np.abs(told[name] - finer[name]).max() <= 3e-6


@settings(max_examples=40)
@given(games())
def test_a_cause_that_changes_nothing_has_nothing(
    game: tuple[tuple[str, ...], dict[State, list[float]]],
) -> None:
    factors, values = game
    told = ga.reform_effect(lambda after: values[after - {"roads", "population"}], changed=factors)
    assert not told[["roads_min", "population_min"]].to_numpy().any()


def test_a_reform_that_changes_nothing_changes_nothing() -> None:
    told = ga.reform_effect(lambda _: [7.25, 0.1], changed=FACTORS)
    assert not told[["change_min", *PARTS]].to_numpy().any()


def test_each_state_is_asked_for_once_and_an_index_is_kept() -> None:
    asked = []

    def value(after: State) -> pd.Series:
        asked.append(after)
        return pd.Series([1.0, 2.0], index=["a", "b"])

    told = ga.reform_effect(value, changed=["services", "population"])
    assert told.index.tolist() == ["a", "b"]
    every = [[], ["population"], ["population", "services"], ["services"]]
    assert sorted(sorted(one) for one in asked) == every


@pytest.mark.parametrize("bad", [float("inf"), float("nan"), 9000.0])
def test_minutes_that_cannot_be_taken_apart_are_refused(bad: float) -> None:
    with pytest.raises(ga.InputError, match="cap unreached settlements"):
        ga.reform_effect(lambda _: [bad], changed=[])


def test_an_unknown_cause_is_named() -> None:
    with pytest.raises(ga.InputError, match="'border'; did you mean 'borders'"):
        ga.reform_effect(lambda _: [1.0], changed=["border"])
