from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.model.network import Network
from geoaccess.routing.bulk_snap import REASONS, BulkSnapper
from geoaccess.routing.road_bins import bins_over, feet_of
from geoaccess.routing.road_index import RoadIndex, plane_points, points_of_plane
from geoaccess.routing.snap import Snapper
from tests.routing.test_snap import line_network

Point = tuple[float, float]
# On a coarse lattice many distances are equal, and many lines meet, so ties are common.
LATTICE = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(
    lambda at: (24.0 + at[0] * 0.01, 57.0 + at[1] * 0.01)
)
LINES = st.lists(st.lists(LATTICE, min_size=2, max_size=5), min_size=1, max_size=8)
PLACES = st.lists(st.one_of(LATTICE, st.tuples(st.floats(23.9, 24.2), st.floats(56.9, 57.2))))


@given(LINES, PLACES)
def test_a_place_finds_the_very_road_that_the_tree_finds(
    lines: list[list[Point]], places: list[Point]
) -> None:
    network = line_network(*lines)
    index = RoadIndex.over(network, np.arange(network.n_segments))
    lon, lat = np.array(places).reshape(-1, 2).T
    x, y = plane_points(lon, lat)
    feet = feet_of(bins_over(index.line), x, y, np.full(len(x), 1e6))
    wanted = index.nearest(lon, lat)
    assert np.array_equal(feet.line, wanted.segment)
    assert np.array_equal(feet.fraction, wanted.fraction)
    foot_lon, foot_lat = points_of_plane(feet.x, feet.y)
    assert np.array_equal(foot_lon, wanted.lon)
    assert np.array_equal(foot_lat, wanted.lat)


@given(LINES, PLACES, st.sampled_from([50.0, 700.0, 5000.0]), st.sets(st.integers(0, 7)))
def test_many_places_are_snapped_as_each_is(
    lines: list[list[Point]], places: list[Point], limit_m: float, oneway: set[int]
) -> None:
    snapper = Snapper.over(line_network(*lines, oneway=tuple(oneway)), min_component_km=1.0)
    lon, lat = np.array(places).reshape(-1, 2).T
    found = BulkSnapper.over(snapper).snap(lon, lat, max_snap_m=limit_m)
    wanted = snapper.snap(np.arange(len(lon)).astype(object), lon, lat, max_snap_m=limit_m)
    assert np.array_equal(found.segment, wanted.segment)
    assert np.array_equal(found.fraction, wanted.fraction)
    assert np.array_equal(found.access_ms, wanted.access_ms)
    assert [REASONS[code] for code in found.code] == list(wanted.reason)


def test_the_order_of_places_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    ends = rng.uniform([24, 57], [24.3, 57.2], (60, 3, 2))
    network = line_network(*[[tuple(point) for point in line] for line in ends.tolist()])
    snapper = BulkSnapper.over(Snapper.over(network))
    lon, lat = rng.uniform([23.9, 56.9], [24.4, 57.3], (500, 2)).T
    there = snapper.snap(lon, lat, max_snap_m=900)
    back = snapper.snap(lon[::-1], lat[::-1], max_snap_m=900)
    assert 0 < (there.segment >= 0).sum() < 500
    assert np.array_equal(there.segment, back.segment[::-1])
    assert np.array_equal(there.fraction, back.fraction[::-1])
    assert np.array_equal(there.access_ms, back.access_ms[::-1])


def test_places_off_the_map_meet_no_road() -> None:
    snapper = BulkSnapper.over(Snapper.over(line_network([(24.0, 57.0), (24.1, 57.0)])))
    found = snapper.snap(
        np.array([np.inf, np.nan, 24.05]), np.array([57.0, 57.0, 90.0]), max_snap_m=1e5
    )
    assert (found.segment == -1).all()


@pytest.mark.parametrize("line", [[(24.0, 57.0), (24.0, 57.0)], [(24.0, 57.0), (24.0, 57.001)]])
def test_one_short_line_is_enough(line: list[Point]) -> None:
    network: Network = line_network(line)
    index = RoadIndex.over(network, np.arange(1))
    x, y = plane_points(np.array([24.001]), np.array([57.0005]))
    feet = feet_of(bins_over(index.line), x, y, np.full(1, 1e5))
    assert feet.line[0] == 0
    assert 0.0 <= feet.fraction[0] <= 1.0
