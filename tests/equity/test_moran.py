from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geoaccess.equity import neighbours
from geoaccess.equity.local_moran import local_moran
from geoaccess.equity.moran import moran
from geoaccess.equity.neighbours import (
    Neighbours,
    nearest_neighbours,
    neighbours_by_time,
    neighbours_within,
)
from geoaccess.errors import CutoffError, InputError, MismatchError
from geoaccess.model.times import TravelTimes
from tests import naive_equity

numbers = st.one_of(st.integers(0, 3).map(float), st.floats(0, 100).map(lambda x: round(x, 2)))


@st.composite
def maps(draw: st.DrawFn) -> tuple[list[float], list[list[int]]]:
    n = draw(st.integers(4, 8))
    values = draw(st.lists(numbers, min_size=n, max_size=n))
    near = [
        sorted(draw(st.sets(st.sampled_from([j for j in range(n) if j != i]), max_size=n - 3)))
        for i in range(n)
    ]
    return values, near


def as_neighbours(near: list[list[int]]) -> Neighbours:
    pairs = [(i, j) for i, others in enumerate(near) for j in others]
    place, other = (np.array([pair[end] for pair in pairs], dtype=np.int64) for end in (0, 1))
    return Neighbours.from_pairs(place, other, n=len(near), told="as drawn")


def uneven(values: list[float]) -> bool:
    return float(np.std(values)) > 1e-3


@given(maps(), st.integers(0, 3))
def test_morans_i_and_its_p_value_equal_their_definitions(
    case: tuple[list[float], list[list[int]]], seed: int
) -> None:
    values, near = case
    told = moran(values, neighbours=as_neighbours(near), n_permutations=29, seed=seed)
    if not uneven(values) or not any(near):
        return
    assert told.value == pytest.approx(naive_equity.moran(values, near), abs=1e-9)
    random = np.random.default_rng(seed)
    z = np.asarray(values) - np.mean(values)
    own, beyond = abs(naive_equity.moran(values, near) - told.expected), 0
    for _ in range(29):
        other = abs(naive_equity.moran(random.permutation(z).tolist(), near) - told.expected)
        beyond += other >= own - 1e-9
    assert told.p_value == pytest.approx((beyond + 1) / 30)


@given(maps(), st.integers(0, 3))
def test_local_moran_equals_its_definition(
    case: tuple[list[float], list[list[int]]], seed: int
) -> None:
    values, near = case
    if not uneven(values) or not any(near):
        return
    table = local_moran(values, neighbours=as_neighbours(near), n_permutations=19, seed=seed)
    random = np.random.default_rng(seed)
    wide = max(len(others) for others in near) + 1
    draws = [random.choice(len(values), wide, replace=False).tolist() for _ in range(19)]
    # On the scale of the standard deviation, as rounding errors are judged.
    scaled = (np.asarray(values) / np.std(values)).tolist()
    expected = naive_equity.local_p_values(scaled, near, draws)
    assert table["p_value"].to_numpy() == pytest.approx(expected, nan_ok=True)
    middle = naive_equity.mean(values)
    z = [value - middle for value in values]
    m2 = naive_equity.mean([one * one for one in z])
    for i, others in enumerate(near):
        local = z[i] * naive_equity.lag(z, near, i) / m2 if others else math.nan
        assert table["local_i"].iloc[i] == pytest.approx(local, nan_ok=True, abs=1e-9)
        assert table["n_neighbours"].iloc[i] == len(others)
    known = table["p_value"].dropna()
    q_values = naive_equity.false_discovery(known.tolist())
    assert table["q_value"].dropna().to_numpy() == pytest.approx(q_values)
    rows = [i for i, others in enumerate(near) if others]
    whole = table["local_i"].sum() / len(rows)
    assert whole == pytest.approx(naive_equity.moran(values, near), abs=1e-9)


def test_by_hand() -> None:
    # A line of four with 1, 2, 3, 4: deviations -1.5 to 1.5, sum of squares 5; means over
    # neighbours -0.5, -0.5, 0.5, 0.5: products 0.75 + 0.25 + 0.25 + 0.75 = 2.
    line = as_neighbours([[1], [0, 2], [1, 3], [2]])
    assert moran([1, 2, 3, 4], neighbours=line).value == pytest.approx(2 / 5)
    assert moran([1, 2, 3, 4], neighbours=line).expected == pytest.approx(-1 / 3)


def test_a_map_of_two_halves_has_two_clusters() -> None:
    side = 12
    lon = np.tile(np.arange(side) * 0.01 + 25, side)
    lat = np.repeat(np.arange(side) * 0.006 + 57, side)
    values = np.where(np.arange(side * side) % side < side // 2, 10.0, 60.0)
    near = nearest_neighbours(lon, lat, k=8)
    assert moran(values, neighbours=near).p_value == pytest.approx(1 / 1000)
    table = local_moran(values, neighbours=near)
    inner = (np.arange(side * side) % side > 0) & (np.arange(side * side) % side < 4)
    assert set(table["cluster"][inner]) == {"low-low"}
    assert set(table["cluster"]) - {""} == {"low-low", "high-high"}
    scattered = np.random.default_rng(3).permutation(values)
    assert moran(scattered, neighbours=near).p_value > 0.05
    assert (local_moran(scattered, neighbours=near)["cluster"] == "").all()


def test_seeds_repeat() -> None:
    near = nearest_neighbours([25, 25.1, 25.3, 25.4, 25.6], [57] * 5, k=2)
    values = [1, 4, 2, 8, 5]
    one, two = (moran(values, neighbours=near, seed=7).p_value for _ in range(2))
    assert one == two
    first, second = (local_moran(values, neighbours=near, seed=7) for _ in range(2))
    assert first.equals(second)


def test_places_alike_have_no_statistic() -> None:
    near = as_neighbours([[1], [0], [1], [0]])
    assert math.isnan(moran([5, 5, 5, 5], neighbours=near).value)
    table = local_moran([5, 5, 5, 5], neighbours=near)
    assert table["p_value"].isna().all()
    assert (table["cluster"] == "").all()
    alone = as_neighbours([[], [], [], []])
    assert math.isnan(moran([1, 2, 3, 4], neighbours=alone).p_value)
    assert local_moran([1, 2, 3, 4], neighbours=alone)["q_value"].isna().all()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=9, unique=True),
    st.integers(1, 3),
)
def test_neighbours_are_those_of_a_ruler(points: list[tuple[int, int]], k: int) -> None:
    k = min(k, len(points) - 1)
    lon = [25 + 0.013 * x for x, _ in points]
    lat = [57 + 0.01 * y for _, y in points]
    ruler = Geod(a=6371008.8, b=6371008.8)
    gap = [
        [round(ruler.inv(lon[i], lat[i], lon[j], lat[j])[2], 2) for j in range(len(points))]
        for i in range(len(points))
    ]
    near = nearest_neighbours(lon, lat, k=k)
    within = neighbours_within(lon, lat, within_km=1.5)
    for i in range(len(points)):
        others = [j for j in range(len(points)) if j != i]
        chosen = sorted(others, key=lambda j: (gap[i][j], j))[:k]
        assert near.of[near.first[i] : near.first[i + 1]].tolist() == sorted(chosen)
        close = [j for j in others if gap[i][j] <= 1500]
        assert within.of[within.first[i] : within.first[i + 1]].tolist() == close


def test_places_on_one_spot_are_neighbours_of_each_other_but_not_of_themselves() -> None:
    near = nearest_neighbours([25.0] * 4, [57.0] * 4, k=2)
    assert near.of.reshape(4, 2).tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]


def test_neighbours_by_time_are_those_reached() -> None:
    minutes = [[0, 5, 12], [5, 0, math.inf], [9, 30, 0]]
    times = TravelTimes.from_minutes(minutes, cutoff_min=60)
    near = neighbours_by_time(times, within_min=10)
    assert [near.of[a:b].tolist() for a, b in zip(near.first, near.first[1:], strict=False)] == [
        [1],
        [0],
        [0],
    ]
    with pytest.raises(CutoffError):
        neighbours_by_time(times, within_min=61)
    with pytest.raises(MismatchError, match="give the same places twice"):
        neighbours_by_time(TravelTimes.from_minutes([[1, 2]], cutoff_min=60), within_min=10)


def test_too_many_neighbours_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_MOST_PAIRS", 5)
    with pytest.raises(InputError, match="within_km=50 makes 9 pairs of neighbours or more"):
        neighbours_within([25.0, 25.1, 25.2], [57.0] * 3, within_km=50)
    times = TravelTimes.from_minutes(np.zeros((3, 3)), cutoff_min=60)
    with pytest.raises(InputError, match="within_min=10 makes 9 pairs"):
        neighbours_by_time(times, within_min=10)


def test_what_cannot_be_tested_is_refused() -> None:
    near = as_neighbours([[1], [0], [1]])
    with pytest.raises(MismatchError, match="give one for each"):
        moran([1, 2], neighbours=near)
    with pytest.raises(InputError, match="cap unreached"):
        moran([1, 2, math.inf], neighbours=near)
    with pytest.raises(InputError, match="three places or more"):
        moran([1, 2], neighbours=as_neighbours([[1], [0]]))
    with pytest.raises(InputError, match="nothing to compare"):
        local_moran([1, 2, 3], neighbours=as_neighbours([[1, 2], [0], [1]]))
    with pytest.raises(InputError, match="k must be from 1 to 2"):
        nearest_neighbours([1, 2, 3], [1, 2, 3], k=3)
    with pytest.raises(InputError, match="within_km must be above 0"):
        neighbours_within([1, 2, 3], [1, 2, 3], within_km=0)
    with pytest.raises(InputError, match="finite degrees"):
        nearest_neighbours([1, 2, math.nan], [1, 2, 3], k=1)
