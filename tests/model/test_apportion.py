"""Whole people, and counts that stand for a range."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.model.apportion import largest_remainder
from geoaccess.model.small_counts import SmallCounts, tightened, within_bounds
from tests.naive_grids import naive_largest_remainder, naive_small_counts

people = st.floats(0, 5000, allow_nan=False).map(lambda one: round(one, 3))


@given(st.lists(people, max_size=40))
def test_rounding_is_that_of_the_twin_and_keeps_the_total(values: list[float]) -> None:
    whole = largest_remainder(np.array(values, dtype=float))
    assert whole.tolist() == naive_largest_remainder(values)
    assert whole.sum() == math.floor(math.fsum(values) + 0.5)
    assert all(abs(a - b) < 1 for a, b in zip(whole, values, strict=True))


def test_a_hand_worked_rounding() -> None:
    # 10 people: floors make 8, the two largest remainders (0.7 and 0.6) go up.
    assert largest_remainder([1.7, 2.6, 3.3, 2.4]).tolist() == [2, 3, 3, 2]


def test_of_equal_remainders_the_first_go_up() -> None:
    assert largest_remainder([0.5, 0.5, 0.5, 0.5]).tolist() == [1, 1, 0, 0]


def test_a_total_that_rounding_cannot_meet_is_refused() -> None:
    with pytest.raises(InputError, match="a total of 9 cannot be met"):
        largest_remainder([1.5, 2.5], total=9)


@given(st.integers(1, 8), st.lists(st.integers(11, 500), max_size=8), st.floats(0, 1))
def test_small_counts_share_a_total_as_the_twin_does(
    n_small: int, known: list[int], part: float
) -> None:
    small = SmallCounts()
    published = np.array([5.0] * n_small + [float(one) for one in known])
    low, high = small.interval(published)
    total = low.sum() + part * (high.sum() - low.sum())
    shared = within_bounds(low, high, total=total)
    expected = naive_small_counts(published.tolist(), total, small=(5, 1 - 1e-9, 10 + 1e-9))
    np.testing.assert_allclose(shared, expected)
    least, most = tightened(low, high, total=total)
    assert (least <= shared + 1e-9).all()
    assert (shared <= most + 1e-9).all()


@given(st.integers(2, 5), st.data())
def test_the_bounds_left_by_a_total_are_those_of_all_ways_to_meet_it(
    n: int, data: st.DataObject
) -> None:
    total = data.draw(st.integers(n, 3 * n))
    ways = [
        way
        for way in np.ndindex(*([3] * n))
        if sum(way) + n == total  # each from 1 to 3
    ]
    least, most = tightened(np.ones(n), np.full(n, 3.0), total=total)
    assert least[0] == 1 + min(way[0] for way in ways)
    assert most[0] == 1 + max(way[0] for way in ways)


def test_the_least_that_is_shown_is_above_the_range() -> None:
    assert SmallCounts(published=5, low=1, high=10).least_shown == 11


@pytest.mark.parametrize(
    ("published", "low", "high"), [(0, 1, 10), (11, 1, 10), (5, 0, 10), (5, 1, math.inf)]
)
def test_a_range_that_does_not_hold_its_number_is_refused(
    published: float, low: float, high: float
) -> None:
    with pytest.raises(InputError, match="published must lie from low to high"):
        SmallCounts(published=published, low=low, high=high)
