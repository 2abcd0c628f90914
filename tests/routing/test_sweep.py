from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geoaccess.errors import InputError
from geoaccess.routing import vectors
from geoaccess.routing.dijkstra import (
    dijkstra_many_to_many,
    dijkstra_nearest,
    dijkstra_reached_within,
)
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.kernels import kernel
from geoaccess.routing.nearest import nearest, nearest_of_nodes
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.reach import reached_within
from geoaccess.routing.search_graph import SearchGraph
from geoaccess.routing.sweep import many_to_many
from geoaccess.units import UNREACHED_MS, IntArray, LongArray
from tests import naive_routing as naive
from tests.routing.strategies import Roads, graph_from_arcs, roads, seeds, trips

SMALL_CUTOFFS = st.sampled_from([0, 3, 500, 9_000, UNREACHED_MS - 1, UNREACHED_MS])


@given(roads(), st.data())
def test_many_to_many_equals_naive(case: Roads, data: st.DataObject) -> None:
    origins = data.draw(seeds(case.graph.n_nodes))
    destinations = data.draw(seeds(case.graph.n_nodes))
    direct = data.draw(trips(origins.n_places, destinations.n_places))
    twin = naive.many_to_many(case.graph, origins, destinations)
    for o, d, ms in zip(direct.origin, direct.destination, direct.ms, strict=True):
        twin[o][d] = min(twin[o][d], int(ms))
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    search = SearchGraph.lay_out(case.graph, x=case.x, y=case.y)
    for threads in (1, 2):
        swept = many_to_many(hierarchy, origins, destinations, direct=direct, threads=threads)
        searched = dijkstra_many_to_many(
            search, origins, destinations, direct=direct, threads=threads
        )
        assert swept.shape == (origins.n_places, destinations.n_places)
        assert swept.tolist() == twin
        assert searched.tolist() == twin


@given(roads(), st.data(), st.integers(1, 4), st.booleans())
def test_nearest_equals_naive(case: Roads, data: st.DataObject, k: int, reverse: bool) -> None:  # noqa: FBT001
    origins = data.draw(seeds(case.graph.n_nodes))
    destinations = data.draw(seeds(case.graph.n_nodes))
    direct = data.draw(trips(origins.n_places, destinations.n_places))
    listed = list(
        zip(
            *(part.tolist() for part in (direct.origin, direct.destination, direct.ms)), strict=True
        )
    )
    twin = naive.k_nearest(case.graph, origins, destinations, k=k, direct=listed, reverse=reverse)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    search = SearchGraph.lay_out(case.graph, x=case.x, y=case.y)
    answers = [
        nearest(
            hierarchy, origins, destinations, k=k, direct=direct, reverse=reverse, threads=threads
        )
        for threads in (1, 2)
    ]
    answers.append(
        dijkstra_nearest(search, origins, destinations, k=k, direct=direct, reverse=reverse)
    )
    for answer in answers:
        assert answer.ms.shape == (origins.n_places, k)
        assert answer.ms.tolist() == [[ms for ms, _ in row] for row in twin]
        assert answer.place.tolist() == [[place for _, place in row] for row in twin]


@given(roads(), st.data(), SMALL_CUTOFFS, st.booleans())
def test_reached_within_equals_naive(
    case: Roads,
    data: st.DataObject,
    cutoff_ms: int,
    reverse: bool,  # noqa: FBT001
) -> None:
    places = data.draw(seeds(case.graph.n_nodes))
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    search = SearchGraph.lay_out(case.graph, x=case.x, y=case.y)
    for threads in (1, 2):
        swept = reached_within(
            hierarchy, places, cutoff_ms=cutoff_ms, reverse=reverse, threads=threads
        )
        searched = dijkstra_reached_within(
            search, places, cutoff_ms=cutoff_ms, reverse=reverse, threads=threads
        )
        for answer in (swept, searched):
            assert len(answer.first) == places.n_places + 1
            for p in range(places.n_places):
                best = naive.dijkstra_from_seeds(
                    case.graph, naive.seeds_of(places, p), reverse=reverse
                )
                row = slice(answer.first[p], answer.first[p + 1])
                found = list(zip(answer.node[row].tolist(), answer.ms[row].tolist(), strict=True))
                within = min(cutoff_ms, UNREACHED_MS - 1)
                assert found == [(v, ms) for v, ms in enumerate(best) if ms <= within]


@given(roads(), st.data())
def test_node_numbers_do_not_matter(case: Roads, data: st.DataObject) -> None:
    n = case.graph.n_nodes
    shuffle = np.array(data.draw(st.permutations(range(n))), np.int64)
    tail = np.repeat(np.arange(n), np.diff(case.graph.first_out))
    moved = graph_from_arcs(
        n,
        list(
            zip(
                shuffle[tail].tolist(),
                shuffle[case.graph.head].tolist(),
                case.graph.weight.tolist(),
                strict=True,
            )
        ),
    )
    x, y = np.empty(n), np.empty(n)
    x[shuffle], y[shuffle] = case.x, case.y
    every = np.arange(n)
    before = many_to_many(
        build_hierarchy(case.graph, x=case.x, y=case.y),
        Seeds.at_nodes(every),
        Seeds.at_nodes(every),
    )
    after = many_to_many(
        build_hierarchy(moved, x=x, y=y), Seeds.at_nodes(shuffle), Seeds.at_nodes(shuffle)
    )
    assert np.array_equal(before, after)


def _town(n: int, seed: int) -> Roads:
    """Points joined to a few near numbers, one-way here and there."""
    rng = np.random.default_rng(seed)
    x, y = rng.random((2, n))
    by_x = np.argsort(x)
    arcs = []
    for step in (1, 2, 7):
        tails, heads = by_x[:-step], by_x[step:]
        both = rng.random(len(tails)) < 0.8
        ms = rng.integers(0, 1000, len(tails))
        arcs += list(zip(tails.tolist(), heads.tolist(), ms.tolist(), strict=True))
        arcs += list(
            zip(heads[both].tolist(), tails[both].tolist(), ms[both].tolist(), strict=True)
        )
    return Roads(graph=graph_from_arcs(n, arcs), x=x, y=y)


@pytest.mark.parametrize("n_destinations", [1, 7, 16, 17, 1000])
def test_equal_to_scipy_for_any_number_of_destinations(n_destinations: int) -> None:
    case = _town(1500, n_destinations)
    graph = case.graph
    rng = np.random.default_rng(n_destinations)
    origins = rng.choice(graph.n_nodes, 40)
    destinations = rng.choice(graph.n_nodes, n_destinations)
    # From the CSR triple: building from COO would add parallel arcs together.
    weight = np.maximum(graph.weight, 1).astype(np.float64)
    matrix = csr_matrix((weight, graph.head, graph.first_out), shape=(graph.n_nodes,) * 2)
    expected = dijkstra(matrix, indices=origins)[:, destinations]
    positive = type(graph)(
        first_out=graph.first_out, head=graph.head, weight=np.maximum(graph.weight, 1)
    )
    hierarchy = build_hierarchy(positive, x=case.x, y=case.y, threads=2)
    for threads in (1, 2):
        for o, d, times in (
            (origins, destinations, expected),
            (destinations, origins, None),
        ):
            got = many_to_many(hierarchy, Seeds.at_nodes(o), Seeds.at_nodes(d), threads=threads)
            if times is not None:
                assert np.array_equal(np.where(got == UNREACHED_MS, np.inf, got), times)
            else:
                back = dijkstra(matrix, indices=o[:20])[:, d]
                assert np.array_equal(np.where(got[:20] == UNREACHED_MS, np.inf, got[:20]), back)


def test_nearest_of_nodes_is_nearest_at_every_node() -> None:
    case = _town(800, 3)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    destinations = Seeds.at_nodes([5, 5, 100, 700])
    every = Seeds.at_nodes(np.arange(case.graph.n_nodes))
    for k in (1, 3):
        for reverse in (False, True):
            at_nodes = nearest_of_nodes(hierarchy, destinations, k=k, reverse=reverse, threads=2)
            at_places = nearest(hierarchy, every, destinations, k=k, reverse=reverse)
            assert np.array_equal(at_nodes.ms, at_places.ms)
            assert np.array_equal(at_nodes.place, at_places.place)


def test_ties_go_to_the_lower_number() -> None:
    case = Roads(graph=graph_from_arcs(3, [(0, 1, 4), (0, 2, 4)]), x=np.arange(3.0), y=np.zeros(3))
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    for destinations in ([1, 2], [2, 1]):
        answer = nearest(hierarchy, Seeds.at_nodes([0]), Seeds.at_nodes(destinations), k=2)
        assert answer.place.tolist() == [[0, 1]]


def test_plain_lanes_are_the_vector_lanes() -> None:
    rng = np.random.default_rng(0)
    lanes = vectors.LANES
    ms = rng.integers(0, UNREACHED_MS, (6, 2 * lanes), dtype=np.int32)
    seat, head = np.array([4, 0, 3, 1, 2], np.int32), np.array([1, 2, 4], np.int32)
    ways = vectors.Ways(ms, seat, head, np.array([0, UNREACHED_MS, 77], np.int32))
    for start, stop in ((0, 3), (1, 2), (2, 2)):
        plain, fast = np.zeros((2, 3 * lanes), np.int32)
        vectors.lowest_sums(plain, 5, ways, lanes, start, stop)
        _by_vectors(fast, 5, ways, lanes, start, stop)
        assert fast.tolist() == plain.tolist()
    sums = rng.integers(0, 10**12, (2, 3 * lanes))
    sums[1] = sums[0]
    for most in (-1, 0, int(np.median(ms)), UNREACHED_MS):
        bits = vectors.lanes_within(ms.reshape(-1), 3, most)
        vectors.add_to_lanes(sums[0], 7, bits, 10**10)
        _add_by_vectors(ms.reshape(-1), most, sums[1])
        assert bits.bit_count() == int((ms.reshape(-1)[3 : 3 + lanes] <= most).sum())
        assert sums[0].tolist() == sums[1].tolist()


@kernel
def _by_vectors(
    target: IntArray, at: int, ways: vectors.Ways, column: int, start: int, stop: int
) -> None:
    vectors.lowest_sums(target, at, ways, column, start, stop)


@kernel
def _add_by_vectors(ms: IntArray, most: int, sums: LongArray) -> None:
    vectors.add_to_lanes(sums, 7, vectors.lanes_within(ms, 3, most), 10**10)


def test_nothing_asked_nothing_answered() -> None:
    empty = graph_from_arcs(0, [])
    hierarchy = build_hierarchy(empty, x=[], y=[])
    nowhere = Seeds.at_nodes(np.empty(0, np.int32))
    assert many_to_many(hierarchy, nowhere, nowhere).shape == (0, 0)
    assert nearest(hierarchy, nowhere, nowhere, k=2).ms.shape == (0, 2)
    assert nearest_of_nodes(hierarchy, nowhere).ms.shape == (0, 1)
    assert reached_within(hierarchy, nowhere, cutoff_ms=5).first.tolist() == [0]
    case = _town(20, 0)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    somewhere = Seeds.at_nodes([1, 2, 3])
    assert many_to_many(hierarchy, nowhere, somewhere).shape == (0, 3)
    assert many_to_many(hierarchy, somewhere, nowhere).shape == (3, 0)
    none = nearest(hierarchy, somewhere, nowhere)
    assert none.ms.tolist() == [[UNREACHED_MS]] * 3
    assert none.place.tolist() == [[-1]] * 3


def test_what_cannot_be_asked() -> None:
    case = _town(20, 0)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    somewhere = Seeds.at_nodes([1, 2, 3])
    beyond = Seeds.at_nodes([20])
    trips = DirectTrips(
        origin=np.array([3], np.int32), destination=np.array([0], np.int32), ms=np.array([0])
    )
    with pytest.raises(InputError, match="threads=0"):
        many_to_many(hierarchy, somewhere, somewhere, threads=0)
    with pytest.raises(InputError, match="outside the graph's 20"):
        many_to_many(hierarchy, beyond, somewhere)
    with pytest.raises(InputError, match="outside the graph's 20"):
        nearest(hierarchy, somewhere, beyond)
    with pytest.raises(InputError, match="k=0"):
        nearest(hierarchy, somewhere, somewhere, k=0)
    with pytest.raises(InputError, match="direct trips"):
        many_to_many(hierarchy, somewhere, somewhere, direct=trips)
    with pytest.raises(InputError, match="direct trips"):
        nearest(hierarchy, somewhere, somewhere, direct=trips)
    with pytest.raises(InputError, match="cutoff_ms=-1"):
        reached_within(hierarchy, somewhere, cutoff_ms=-1)
