from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.engine import road_times
from geoaccess.units import UNREACHED_MS
from tests import naive
from tests.routing.graphs import network_of, networks, places_on, snapped_at, split_graph

CLOSED = UNREACHED_MS


def slow_matrix(network: Network, origins: Snapped, destinations: Snapped) -> list[list[int]]:
    graph = split_graph(network, origins, destinations)
    n, o = network.n_nodes, len(origins)
    # A place is passed through by nobody: it is entered to arrive and left to set out.
    rows = []
    for i in range(o):
        open_graph = [
            [] if node >= n and node != n + i else arcs for node, arcs in enumerate(graph)
        ]
        times = naive.dijkstra(open_graph, {n + i: 0})
        rows.append(times[n + o :])
    return rows


@given(st.data())
def test_times_equal_a_search_on_the_cut_network(data: st.DataObject) -> None:
    network = data.draw(networks())
    origins = data.draw(places_on(network))
    destinations = data.draw(places_on(network))
    engine = road_times(network, origins, destinations)
    expected = slow_matrix(network, origins, destinations)
    told = engine.block_ms(0, len(destinations))
    assert told.shape == (len(origins), len(destinations))
    assert told.tolist() == expected


@given(st.data())
def test_blocks_and_nearest_agree_with_the_whole(data: st.DataObject) -> None:
    network = data.draw(networks())
    origins = data.draw(places_on(network))
    destinations = data.draw(places_on(network))
    engine = road_times(network, origins, destinations)
    whole = engine.block_ms(0, len(destinations))
    for j in range(len(destinations)):
        assert np.array_equal(engine.block_ms(j, j + 1)[:, 0], whole[:, j])
    for k in range(1, len(destinations) + 1):
        ms, position = engine.nearest_ms(k)
        told = [
            list(zip(*row, strict=True)) for row in zip(ms.tolist(), position.tolist(), strict=True)
        ]
        assert told == naive.nearest(whole.tolist(), k)


def test_two_places_on_one_segment() -> None:
    # 100 ms along, 60 against; a at a quarter, b at three quarters.
    network = network_of(2, [(0, 1, 100, 60)])
    both = snapped_at([0, 0], [0.25, 0.75], [1, 2])
    times = road_times(network, both, both).block_ms(0, 2)
    assert times[0, 1] == 1 + 50 + 2
    assert times[1, 0] == 2 + 30 + 1
    # A place to itself: out to the road and back, no driving.
    assert times[0, 0] == 2


def test_a_one_way_segment_is_left_at_its_end_only() -> None:
    network = network_of(3, [(0, 1, 100, CLOSED), (1, 2, 10, 10), (2, 0, 10, 10)])
    both = snapped_at([0, 0], [0.25, 0.75], [0, 0])
    times = road_times(network, both, both).block_ms(0, 2)
    assert times[0, 1] == 50
    # Back: on to the end, round the other two, and in again.
    assert times[1, 0] == 25 + 10 + 10 + 25


def test_the_faster_of_two_parallel_roads_counts() -> None:
    network = network_of(2, [(0, 1, 5, 5), (0, 1, 2, 2)])
    times = road_times(network, snapped_at([0], [0.0], [0]), snapped_at([0], [1.0], [0]))
    assert times.block_ms(0, 1)[0, 0] == 2


def test_no_places_give_empty_times() -> None:
    network = network_of(2, [(0, 1, 5, 5)])
    none = snapped_at([], [], [])
    one = snapped_at([0], [0.5], [0])
    assert road_times(network, none, one).block_ms(0, 1).shape == (0, 1)
    assert road_times(network, one, none).block_ms(0, 0).shape == (1, 0)
