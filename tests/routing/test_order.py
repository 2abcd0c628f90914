from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.routing.order import elimination_order, undirected_links
from tests.routing.strategies import Roads, graph_from_arcs, roads


@given(roads())
def test_links_are_the_undirected_simple_graph(case: Roads) -> None:
    graph = case.graph
    near: list[set[int]] = [set() for _ in range(graph.n_nodes)]
    for v in range(graph.n_nodes):
        for u in graph.head[graph.first_out[v] : graph.first_out[v + 1]]:
            if u != v:
                near[v].add(int(u))
                near[u].add(v)
    links = undirected_links(graph)
    rows = [links.head[links.first[v] : links.first[v + 1]].tolist() for v in range(graph.n_nodes)]
    assert rows == [sorted(row) for row in near]


@given(roads(max_nodes=60))
def test_order_takes_every_node_once(case: Roads) -> None:
    links = undirected_links(case.graph)
    rank = elimination_order(links, case.x, case.y)
    assert sorted(rank.tolist()) == list(range(case.graph.n_nodes))
    again = elimination_order(links, case.x, case.y)
    assert np.array_equal(rank, again)


@given(st.integers(2, 12), st.integers(2, 12))
def test_order_of_a_grid_is_a_permutation(width: int, height: int) -> None:
    def node(i: int, j: int) -> int:
        return i * height + j

    right = [(node(i, j), node(i + 1, j), 1) for i in range(width - 1) for j in range(height)]
    ahead = [(node(i, j), node(i, j + 1), 1) for i in range(width) for j in range(height - 1)]
    graph = graph_from_arcs(width * height, right + ahead)
    x, y = np.divmod(np.arange(width * height), height)
    rank = elimination_order(undirected_links(graph), x, y)
    assert sorted(rank.tolist()) == list(range(width * height))


def test_dead_ends_go_before_the_hub() -> None:
    graph = graph_from_arcs(6, [(0, leaf, 1) for leaf in range(1, 6)])
    rank = elimination_order(undirected_links(graph), np.arange(6), np.zeros(6))
    assert rank[0] >= 4


def test_coordinates_must_fit() -> None:
    links = undirected_links(graph_from_arcs(2, [(0, 1, 1)]))
    with pytest.raises(InputError, match="finite coordinate"):
        elimination_order(links, [0.0], [0.0])
    with pytest.raises(InputError, match="finite coordinate"):
        elimination_order(links, [0.0, np.nan], [0.0, 0.0])
