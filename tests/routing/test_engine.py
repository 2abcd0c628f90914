from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.engine import RoadTimes, road_times
from geoaccess.routing.router import Router
from geoaccess.units import UNREACHED_MS
from tests import naive
from tests.routing.graphs import network_of, networks, places_on, snapped_at, split_graph

CLOSED = UNREACHED_MS
METHODS = ("dijkstra", "hierarchy")


def times_of(
    network: Network,
    origins: Snapped,
    destinations: Snapped,
    *,
    method: str = "auto",
    direction: str = "to_service",
) -> RoadTimes:
    router = Router(network, method=method, threads=2)
    return road_times(router, origins, destinations, direction=direction)


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


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_times_equal_a_search_on_the_cut_network(method: str, data: st.DataObject) -> None:
    network = data.draw(networks())
    origins = data.draw(places_on(network))
    destinations = data.draw(places_on(network))
    engine = times_of(network, origins, destinations, method=method)
    told = engine.block_ms(0, len(destinations))
    assert told.shape == (len(origins), len(destinations))
    assert told.tolist() == slow_matrix(network, origins, destinations)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_from_the_service_is_the_other_way_round(method: str, data: st.DataObject) -> None:
    network = data.draw(networks())
    origins = data.draw(places_on(network))
    destinations = data.draw(places_on(network))
    away = times_of(network, origins, destinations, method=method, direction="from_service")
    told = away.block_ms(0, len(destinations))
    expected = np.array(slow_matrix(network, destinations, origins)).reshape(
        len(destinations), len(origins)
    )
    assert np.array_equal(told, expected.T)
    if len(destinations):
        ms, position = away.nearest_ms(1)
        pairs = zip(ms.tolist(), position.tolist(), strict=True)
        assert [[(m[0], p[0])] for m, p in pairs] == naive.nearest(told.tolist(), 1)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_blocks_subsets_and_nearest_agree_with_the_whole(method: str, data: st.DataObject) -> None:
    network = data.draw(networks())
    origins = data.draw(places_on(network))
    destinations = data.draw(places_on(network))
    engine = times_of(network, origins, destinations, method=method)
    whole = engine.block_ms(0, len(destinations))
    for j in range(len(destinations)):
        assert np.array_equal(engine.block_ms(j, j + 1)[:, 0], whole[:, j])
    some = np.flatnonzero(
        data.draw(st.lists(st.booleans(), min_size=len(destinations), max_size=len(destinations)))
    )
    assert np.array_equal(engine.take(some).block_ms(0, len(some)), whole[:, some])
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
    times = times_of(network, both, both).block_ms(0, 2)
    assert times[0, 1] == 1 + 50 + 2
    assert times[1, 0] == 2 + 30 + 1
    # A place to itself: out to the road and back, no driving.
    assert times[0, 0] == 2


def test_a_one_way_segment_is_left_at_its_end_only() -> None:
    network = network_of(3, [(0, 1, 100, CLOSED), (1, 2, 10, 10), (2, 0, 10, 10)])
    both = snapped_at([0, 0], [0.25, 0.75], [0, 0])
    times = times_of(network, both, both).block_ms(0, 2)
    assert times[0, 1] == 50
    # Back: on to the end, round the other two, and in again.
    assert times[1, 0] == 25 + 10 + 10 + 25


def test_the_faster_of_two_parallel_roads_counts() -> None:
    network = network_of(2, [(0, 1, 5, 5), (0, 1, 2, 2)])
    times = times_of(network, snapped_at([0], [0.0], [0]), snapped_at([0], [1.0], [0]))
    assert times.block_ms(0, 1)[0, 0] == 2


@pytest.mark.parametrize("method", METHODS)
def test_no_places_give_empty_times(method: str) -> None:
    network = network_of(2, [(0, 1, 5, 5)])
    none = snapped_at([], [], [])
    one = snapped_at([0], [0.5], [0])
    assert times_of(network, none, one, method=method).block_ms(0, 1).shape == (0, 1)
    assert times_of(network, one, none, method=method).block_ms(0, 0).shape == (1, 0)


def test_the_digest_tells_roads_places_and_direction_apart() -> None:
    network = network_of(2, [(0, 1, 5, 5)])
    slower = network_of(2, [(0, 1, 6, 5)])
    one, other = snapped_at([0], [0.5], [0]), snapped_at([0], [0.25], [0])
    digests = {
        times_of(network, one, one).digest(),
        times_of(slower, one, one).digest(),
        times_of(network, one, other).digest(),
        times_of(network, one, one, direction="from_service").digest(),
    }
    assert len(digests) == 4
    assert times_of(network, one, one, method="dijkstra").digest() in digests


def test_small_work_searches_and_large_work_prepares(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="geoaccess")
    network = network_of(2, [(0, 1, 5, 5)])
    few, many = snapped_at([0], [0.5], [0]), snapped_at([0] * 400, [0.5] * 400, [0] * 400)
    times_of(network, few, few).block_ms(0, 1)
    assert "dijkstra: 1 searches" in caplog.text
    times_of(network, many, many).block_ms(0, 1)
    assert "hierarchy: 400 searches" in caplog.text


def test_unknown_methods_and_no_threads_are_refused() -> None:
    network = network_of(2, [(0, 1, 5, 5)])
    with pytest.raises(InputError, match="unknown method 'dijkstr'; did you mean 'dijkstra'"):
        Router(network, method="dijkstr")
    with pytest.raises(InputError, match="threads must be 1 or more"):
        Router(network, threads=0)


@given(along=st.integers(0, 10_000), against=st.integers(0, 10_000), quarters=st.integers(0, 4))
def test_a_place_reaches_both_ends_of_its_road_in_the_proportional_time(
    along: int, against: int, quarters: int
) -> None:
    network = network_of(2, [(0, 1, along, against)])
    share = quarters / 4
    ends = snapped_at([0, 0], [0.0, 1.0], [0, 0])
    place = snapped_at([0], [share], [0])
    to_ends = times_of(network, place, ends).block_ms(0, 2)[0]
    from_ends = times_of(network, ends, place).block_ms(0, 1)[:, 0]
    # Rounded to the millisecond, and by as much wherever the place is passed.
    assert to_ends.tolist() == pytest.approx([against * share, along * (1 - share)], abs=1)
    assert from_ends.tolist() == pytest.approx([along * share, against * (1 - share)], abs=1)
