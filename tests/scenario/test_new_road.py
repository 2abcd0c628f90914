"""A new road changes no trip but those that take it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.model.network import Network
from geoaccess.scenario.new_road import Joint, split_at, with_road
from geoaccess.units import UNREACHED_MS
from tests.naive import Graph, dijkstra
from tests.routing.graphs import networks


def graph_of(network: Network) -> Graph:
    rows: Graph = [[] for _ in range(network.n_nodes)]
    for arc, tail in enumerate(network.tail.tolist()):
        rows[tail].append((int(network.head[arc]), int(network.travel_time_ms[arc])))
    return rows


def all_times(network: Network, n: int) -> list[list[int]]:
    graph = graph_of(network)
    return [dijkstra(graph, {v: 0})[:n] for v in range(n)]


def joint_at(network: Network, segment: int, fraction: float) -> tuple[Network, Joint]:
    return split_at(network, segment % network.n_segments, fraction)


FRACTION = st.floats(0, 1)


@given(networks(), st.integers(0, 99), FRACTION)
def test_splitting_a_road_changes_no_trip(network: Network, segment: int, fraction: float) -> None:
    split, joint = joint_at(network, segment, fraction)
    assert all_times(split, network.n_nodes) == all_times(network, network.n_nodes)
    assert split.n_segments == network.n_segments + 1
    assert split.segment_length_m.sum() == pytest.approx(network.segment_length_m.sum())
    assert joint.leave == joint.enter == network.n_nodes
    for s in range(split.n_segments):
        for arc, ends in (
            (split.forward_arc[s], (split.segment_from[s], split.segment_to[s])),
            (split.backward_arc[s], (split.segment_to[s], split.segment_from[s])),
        ):
            if arc >= 0:
                assert (split.tail[arc], split.head[arc]) == ends
                assert split.arc_segment[arc] == s


@given(
    network=networks(),
    one=st.integers(0, 99),
    at_one=FRACTION,
    other=st.integers(0, 99),
    at_other=FRACTION,
    one_way=st.booleans(),
)
def test_a_new_road_is_one_more_way_between_its_joints(
    network: Network, one: int, at_one: float, other: int, at_other: float, *, one_way: bool
) -> None:
    n = network.n_nodes
    joined, start = joint_at(network, one, at_one)
    joined, end = joint_at(joined, other, at_other)
    built = with_road(joined, start, end, between=(), time_ms=lambda _m: 7, one_way=one_way)
    before = all_times(joined, joined.n_nodes)
    after = all_times(built, n)
    for a in range(n):
        for b in range(n):
            along = before[a][start.leave] + 7 + before[end.enter][b]
            against = before[a][end.leave] + 7 + before[start.enter][b]
            ways = [before[a][b], along, *([] if one_way else [against])]
            # Two ways over one road never help, but both joints may lie on one segment.
            assert after[a][b] == min(*ways, UNREACHED_MS)


@pytest.fixture(scope="module")
def town() -> Network:
    """Roads of the demo region with turn restrictions on two crossings made by hand."""
    return ga.read_network(bundled("roads", "demo.osm.pbf"))


def test_shapes_lengths_and_places_stay_where_they_were(town: Network) -> None:
    middle = int(np.argmax(np.diff(town.shape_first)))
    split, joint = split_at(town, middle, 0.3)
    assert len(split.shape_lon) == len(town.shape_lon) + 2
    last = split.n_segments - 1
    halves = split.segment_length_m[[middle, last]]
    assert halves.sum() == pytest.approx(town.segment_length_m[middle])
    assert split.shape_lon[split.shape_first[last]] == joint.lon
    assert split.shape_lon[split.shape_first[middle + 1] - 1] == joint.lon
    others = np.delete(np.arange(town.n_segments), middle)
    for s in others[:: max(1, len(others) // 200)]:
        was = town.shape_lon[town.shape_first[s] : town.shape_first[s + 1]]
        now = split.shape_lon[split.shape_first[s] : split.shape_first[s + 1]]
        assert np.array_equal(was, now)
