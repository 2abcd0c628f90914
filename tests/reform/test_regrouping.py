from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.reform.change import service_change
from geoaccess.reform.permutations import (
    PERMUTATION_COLUMNS,
    beside_permutations,
    own_minutes_when_merged,
)
from geoaccess.reform.regrouping import neighbours_of
from tests import naive_reform as naive
from tests.reform import line_town as town
from tests.reform.test_change import reform

STEP = 0.1


def squares(*cells: tuple[int, int]) -> ga.Territory:
    """One zone a cell of a grid, in degrees around 24 E, 57 N."""
    boxes = [
        shapely.box(24 + x * STEP, 57 + y * STEP, 24 + (x + 1) * STEP, 57 + (y + 1) * STEP)
        for x, y in cells
    ]
    codes = [f"{i:02}" for i in range(len(cells))]
    return ga.Territory(date="2021-06-30", code=codes, name=codes, geometry=boxes)


GRID = [(x, y) for y in range(4) for x in range(5)]


def test_zones_that_meet_at_a_corner_are_no_neighbours() -> None:
    assert neighbours_of(squares((0, 0), (1, 0), (0, 1), (1, 1))) == [
        [1, 2],
        [0, 3],
        [0, 3],
        [1, 2],
    ]


def test_a_city_inside_its_novads_is_its_neighbour_only() -> None:
    city = shapely.box(24.1, 57.1, 24.2, 57.2)
    ring = shapely.box(24, 57, 24.3, 57.3).difference(city)
    beside = shapely.box(24.3, 57, 24.4, 57.3)
    territory = ga.Territory(
        date="2021-06-30", code=list("abc"), name=list("abc"), geometry=[city, ring, beside]
    )
    assert neighbours_of(territory) == [[1], [0, 2], [1]]


def test_islands_are_joined_at_their_shortest_distance() -> None:
    """Cells in a row: 0 1, then 3 by itself, then 6 7; 3 is one cell from 1 and two from 6."""
    territory = squares((0, 0), (1, 0), (3, 0), (6, 0), (7, 0))
    assert neighbours_of(territory) == [[1], [0, 2], [1, 3], [2, 4], [3]]


@settings(max_examples=20)
@given(
    st.lists(st.sampled_from(GRID), min_size=1, max_size=14, unique=True),
    st.integers(1, 14),
    st.integers(0, 99),
)
def test_every_draw_is_complete_and_contiguous_with_so_many_groups(
    cells: list[tuple[int, int]], n_groups: int, seed: int
) -> None:
    territory = squares(*sorted(cells))
    n_groups = min(n_groups, len(territory))
    drawn = ga.random_regroupings(territory, n_groups, n_draws=5, seed=seed)
    neighbours = neighbours_of(territory)
    assert drawn.shape == (5, len(territory))
    for group in drawn:
        assert set(group) == set(range(n_groups))
        for one in range(n_groups):
            assert naive.is_connected({i for i, g in enumerate(group) if g == one}, neighbours)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    territory = squares(*GRID)
    first, again, other = (
        ga.random_regroupings(territory, 6, n_draws=8, seed=seed) for seed in (4, 4, 5)
    )
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


def test_all_mergers_of_a_row_of_three_are_drawn() -> None:
    """Of three in a row two can be made in two ways: the first alone, or the last."""
    territory = squares((0, 0), (1, 0), (2, 0))
    drawn = ga.random_regroupings(territory, 2, n_draws=400, seed=1)
    told = Counter("".join("=" if a == b else "|" for a, b in pairwise(g)) for g in drawn)
    assert set(told) == {"=|", "|="}
    assert min(told.values()) > 140


@pytest.mark.parametrize(("n_groups", "n_draws"), [(0, 1), (4, 1), (2, 0)])
def test_mergers_that_cannot_be_drawn_are_refused(n_groups: int, n_draws: int) -> None:
    with pytest.raises(ga.InputError, match="but is"):
        ga.random_regroupings(squares((0, 0), (1, 0), (2, 0)), n_groups, n_draws=n_draws, seed=1)


@settings(max_examples=40)
@given(st.data())
def test_merged_minutes_equal_their_slow_twin(data: st.DataObject) -> None:
    n_zones = data.draw(st.integers(1, 5))
    zone = data.draw(st.lists(st.integers(-1, n_zones - 1), min_size=1, max_size=6))
    one = st.integers(0, 50).map(float) | st.just(np.inf)
    by_zone = [[data.draw(one) for _ in range(n_zones)] for _ in zone]
    group = data.draw(st.lists(st.integers(0, 2), min_size=n_zones, max_size=n_zones))
    told = own_minutes_when_merged(np.array(by_zone), np.array(zone), np.array(group))
    assert told.tolist() == naive.merged_minutes(by_zone, zone, group)


def test_the_line_town_beside_all_of_its_mergers() -> None:
    """
    Two of three can be A with B or B with C, as the zones lie in a row.

    A with B: nothing gets nearer, for places 3 and 4 stay with the schools 1 and 6. B with
    C: place 8 is 4 minutes from school 6 instead of 6 from school 11, so 10 people save 2
    minutes, and the mean of 150 falls by 20/150. The reform itself adds 1.6.
    """
    one = reform()
    change = service_change(one, "school", {frozenset(): town.times()})
    assert change.by_owner.shape == (12, 3)
    drawn = np.array([[0, 0, 1], [0, 1, 1]], dtype=np.int32)
    told = beside_permutations(one, change, drawn)
    assert tuple(told.columns) == PERMUTATION_COLUMNS
    told = told.set_index("statistic")
    mean = told.loc["mean_change_min"]
    assert mean["observed"] == pytest.approx(1.6)
    assert mean["median"] == pytest.approx(-20 / 150 / 2)
    assert mean["share_as_large"] == 1
    gain = told.loc["gain_share"]
    assert gain["observed"] == pytest.approx(10 / 150)
    assert gain["share_as_large"] == 0.5


def test_a_reform_that_is_one_of_the_mergers_is_as_large_as_itself() -> None:
    merged = town.borders("2021-07-01", Rest=(4, 11), A=(0, 3))
    people = town.settlements()
    one = reform(after=merged, zone_after=merged.locate(people.lon, people.lat))
    change = service_change(one, "school", {frozenset(): town.times()})
    told = beside_permutations(one, change, np.array([[0, 1, 1]], dtype=np.int32))
    assert (told["observed"] == told["median"]).all()
    assert (told["share_as_large"] == 1).all()
