"""Whole milliseconds on real roads, equal to SciPy's and NetworkX's Dijkstra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import geoaccess as ga
from geoaccess.model.network import Network
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.router import Method, Router
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

pytestmark = pytest.mark.shared
COUNTRIES = ("malta", "andorra", "porto")


@pytest.fixture(scope="module", params=COUNTRIES)
def network(request: pytest.FixtureRequest, shared: Callable[[str], Path]) -> Network:
    return ga.read_network(shared(f"data/osm/{request.param}.osm.pbf"))


def some_nodes(network: Network, n: int, seed: int) -> LongArray:
    return np.random.default_rng(seed).integers(0, network.n_nodes, n)


def from_scipy(network: Network, sources: LongArray) -> IntArray:
    n = network.n_nodes
    # From rows, not from coordinates, which would add parallel arcs together.
    graph = csr_array(
        (network.travel_time_ms.astype(float), network.head, network.first_out), shape=(n, n)
    )
    found = dijkstra(graph, indices=sources)
    return np.minimum(found, UNREACHED_MS).astype(np.int32)


def from_engine(
    network: Network, sources: LongArray, goals: LongArray, *, method: Method, threads: int
) -> IntArray:
    router = Router(network, method=method, threads=threads)
    return router.matrix_ms(
        Seeds.at_nodes(sources), Seeds.at_nodes(goals), DirectTrips.none(), n_searches=1
    )


def test_times_to_all_nodes_equal_scipy(network: Network) -> None:
    sources = some_nodes(network, 20, seed=1)
    everywhere = np.arange(network.n_nodes)
    expected = from_scipy(network, sources)
    for method in ("dijkstra", "hierarchy"):
        told = from_engine(network, sources, everywhere, method=method, threads=2)
        assert np.array_equal(told, expected), method


@pytest.mark.parametrize("n_goals", [1, 7, 16, 17, 1000])
def test_any_number_of_goals_and_threads_gives_the_same(network: Network, n_goals: int) -> None:
    sources, goals = some_nodes(network, 33, seed=2), some_nodes(network, n_goals, seed=3)
    expected = from_scipy(network, sources)[:, goals]
    for threads in (1, 2):
        told = from_engine(network, sources, goals, method="hierarchy", threads=threads)
        assert np.array_equal(told, expected), threads
        turned = from_engine(network, goals, sources, method="hierarchy", threads=threads)
        assert np.array_equal(turned[:3], from_scipy(network, goals[:3])[:, sources]), threads


def test_a_few_times_equal_networkx(network: Network) -> None:
    (source,) = some_nodes(network, 1, seed=4)
    found = nx.single_source_dijkstra_path_length(
        network.to_networkx(), int(source), weight="travel_time_s"
    )
    told = from_engine(
        network, np.array([source]), np.arange(network.n_nodes), method="hierarchy", threads=1
    )[0]
    reached = np.flatnonzero(told < UNREACHED_MS)
    assert set(reached.tolist()) == set(found)
    assert [round(found[int(v)] * 1000) for v in reached] == told[reached].tolist()


def test_nearest_equal_the_least_of_the_matrix(network: Network) -> None:
    places, goals = some_nodes(network, 500, seed=5), some_nodes(network, 40, seed=6)
    matrix = from_engine(network, places, goals, method="hierarchy", threads=2)
    order = np.argsort(matrix, axis=1, kind="stable")[:, :3]
    for method in ("dijkstra", "hierarchy"):
        found = Router(network, method=method).nearest(
            Seeds.at_nodes(places), Seeds.at_nodes(goals), DirectTrips.none(), k=3, reverse=False
        )
        assert np.array_equal(found.ms, np.take_along_axis(matrix, order, axis=1)), method
        told = found.ms < UNREACHED_MS
        assert np.array_equal(found.place[told], order[told]), method
