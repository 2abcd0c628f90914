"""RoutingKit, where it is installed, as a judge that shares no line of code with us."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoaccess.io.build import read_network
from geoaccess.routing.graph import Graph, Seeds
from geoaccess.routing.hierarchy import customize
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.sweep import many_to_many
from geoaccess.units import UNREACHED_MS, FloatArray, IntArray

pyroutingkit = pytest.importorskip(
    "pyroutingkit", reason="pyroutingkit, the independent oracle, is not installed"
)


def _oracle(
    graph: Graph, x: FloatArray, y: FloatArray, origins: IntArray, destinations: IntArray
) -> list[list[int]]:
    hierarchy = pyroutingkit.CCH()
    tail = np.repeat(np.arange(graph.n_nodes, dtype=np.uint32), np.diff(graph.first_out))
    head, weight = graph.head.astype(np.uint32), graph.weight.astype(np.uint32)
    lat, lon = y.astype(np.float32), x.astype(np.float32)
    hierarchy.build_topology(tail, head, lat, lon, graph.n_nodes)
    hierarchy.customize_weights(weight)
    ms = hierarchy.distances_many_to_many(origins.astype(np.uint32), destinations.astype(np.uint32))
    answer: list[list[int]] = np.minimum(ms.astype(np.int64), UNREACHED_MS).tolist()
    return answer


def _random_graph(n: int, seed: int) -> tuple[Graph, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    tail = np.sort(rng.integers(0, n, 3 * n))
    graph = Graph(
        first_out=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]),
        head=rng.integers(0, n, 3 * n),
        weight=rng.integers(0, 1000, 3 * n),
    )
    return graph, rng.random(n), rng.random(n)


@settings(max_examples=30)
@given(st.integers(2, 200), st.integers(0, 2**31 - 1))
def test_random_graphs(n: int, seed: int) -> None:
    graph, x, y = _random_graph(n, seed)
    hierarchy = build_hierarchy(graph, x=x, y=y)
    every = np.arange(n, dtype=np.int32)
    ours = many_to_many(hierarchy, Seeds.at_nodes(every), Seeds.at_nodes(every))
    assert ours.tolist() == _oracle(graph, x, y, every, every)


def test_andorra_before_and_after_new_weights(shared: Callable[[str], Path]) -> None:
    network = read_network(shared("data/osm/andorra.osm.pbf"))
    rng = np.random.default_rng(1)
    origins = rng.choice(network.n_nodes, 300, replace=False).astype(np.int32)
    destinations = rng.choice(network.n_nodes, 100, replace=False).astype(np.int32)
    graph = Graph(first_out=network.first_out, head=network.head, weight=network.travel_time_ms)
    x, y = network.node_lon, network.node_lat
    hierarchy = build_hierarchy(graph, x=x, y=y, threads=2)
    for weight in (graph.weight, rng.permutation(graph.weight)):
        again = Graph(first_out=graph.first_out, head=graph.head, weight=weight)
        ready = customize(hierarchy.topology, weight, threads=2)
        ours = many_to_many(ready, Seeds.at_nodes(origins), Seeds.at_nodes(destinations))
        assert ours.tolist() == _oracle(again, x, y, origins, destinations)
