from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geoaccess.errors import InputError
from geoaccess.routing.curve import morton_order
from geoaccess.routing.dijkstra import (
    dijkstra_many_to_many,
    dijkstra_nearest,
    dijkstra_reached_within,
)
from geoaccess.routing.graph import Seeds
from geoaccess.routing.search_graph import SearchGraph
from geoaccess.units import UNREACHED_MS
from tests.routing.strategies import Roads, graph_from_arcs, roads


@given(roads())
def test_morton_order_is_a_permutation(case: Roads) -> None:
    rank = morton_order(case.x, case.y)
    assert sorted(rank.tolist()) == list(range(case.graph.n_nodes))


def test_morton_order_keeps_neighbours_together() -> None:
    x, y = np.divmod(np.arange(256), 16)
    rank = morton_order(x, y)
    quarter = (x < 8) & (y < 8)
    assert sorted(rank[quarter].tolist()) == list(range(64))


@given(roads())
def test_all_pairs_equal_scipy(case: Roads) -> None:
    graph = case.graph
    n = graph.n_nodes
    search = SearchGraph.lay_out(graph, x=case.x, y=case.y)
    every = Seeds.at_nodes(np.arange(n))
    times = dijkstra_many_to_many(search, every, every)
    if n == 0:
        assert times.shape == (0, 0)
        return
    # SciPy reads a stored zero as an arc of no length only when built from the CSR triple;
    # closed arcs must be absent.
    open_arcs = graph.weight < UNREACHED_MS
    counts = np.add.reduceat(np.append(open_arcs, 0), graph.first_out[:-1]) * (
        np.diff(graph.first_out) > 0
    )
    first = np.concatenate([[0], np.cumsum(counts)])
    matrix = csr_matrix(
        (graph.weight[open_arcs].astype(np.float64), graph.head[open_arcs], first), shape=(n, n)
    )
    expected = dijkstra(matrix)
    expected[expected >= UNREACHED_MS] = UNREACHED_MS
    assert times.tolist() == expected.tolist()


def test_no_search_beyond_the_cutoff() -> None:
    graph = graph_from_arcs(4, [(0, 1, 10), (1, 2, 10), (2, 3, 10)])
    search = SearchGraph.lay_out(graph, x=np.arange(4), y=np.zeros(4))
    found = dijkstra_reached_within(search, Seeds.at_nodes([0]), cutoff_ms=20)
    assert found.node.tolist() == [0, 1, 2]
    assert found.ms.tolist() == [0, 10, 20]


def test_what_cannot_be_asked() -> None:
    graph = graph_from_arcs(2, [(0, 1, 10)])
    search = SearchGraph.lay_out(graph, x=[0, 1], y=[0, 0])
    here = Seeds.at_nodes([0])
    with pytest.raises(InputError, match="threads"):
        dijkstra_many_to_many(search, here, here, threads=0)
    with pytest.raises(InputError, match="k=0"):
        dijkstra_nearest(search, here, here, k=0)
    with pytest.raises(InputError, match="cutoff_ms"):
        dijkstra_reached_within(search, here, cutoff_ms=-5)
    with pytest.raises(InputError, match="outside the graph"):
        dijkstra_nearest(search, here, Seeds.at_nodes([2]))
