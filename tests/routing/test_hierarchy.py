from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError, NetworkError
from geoaccess.routing.graph import Csr, Graph, Seeds
from geoaccess.routing.hierarchy import Hierarchy, customize, perfected, recustomize
from geoaccess.routing.nearest import nearest_of_nodes
from geoaccess.routing.order import undirected_links
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.reach import reached_within
from geoaccess.routing.sweep import many_to_many
from geoaccess.routing.topology import build_topology
from geoaccess.units import UNREACHED_MS
from tests.naive_routing import basic_customization, chordal_completion, dijkstra_from_seeds
from tests.routing.strategies import MS, Roads, roads


def _arrays(hierarchy: Hierarchy) -> dict[str, object]:
    arrays: dict[str, object] = {
        name: getattr(hierarchy, name).tolist() for name in ("weight", "basic_up", "basic_down")
    }
    arrays["forward"] = [part.tolist() for part in hierarchy.forward]
    arrays["backward"] = [part.tolist() for part in hierarchy.backward]
    arrays["is_perfect"] = hierarchy.is_perfect
    return arrays


@given(roads(), st.randoms(use_true_random=False), st.booleans())
def test_up_arcs_are_the_chordal_completion(case: Roads, random: object, own: bool) -> None:  # noqa: FBT001
    graph = case.graph
    order = None
    if not own:
        order = list(range(graph.n_nodes))
        random.shuffle(order)  # type: ignore[attr-defined]
    topology = build_topology(graph, x=case.x, y=case.y, order=order)
    links = undirected_links(graph)
    pairs = [
        (v, int(u))
        for v in range(graph.n_nodes)
        for u in links.head[links.first[v] : links.first[v + 1]]
    ]
    rows = chordal_completion(graph.n_nodes, pairs, topology.rank)
    first = topology.first_up
    assert [topology.up_head[first[v] : first[v + 1]].tolist() for v in range(len(rows))] == rows
    assert topology.parent.tolist() == [row[0] if row else -1 for row in rows]
    block = np.searchsorted(topology.block_first, np.arange(len(rows)), side="right")
    for v, row in enumerate(rows):
        for u in row:
            assert u >= topology.block_first[-1] or block[u] == block[v]


@given(roads())
def test_basic_and_perfect_weights(case: Roads) -> None:
    graph = case.graph
    hierarchy = build_hierarchy(graph, x=case.x, y=case.y)
    topology = hierarchy.topology
    twin = basic_customization(graph, topology)
    node = np.argsort(topology.rank)
    true = [dijkstra_from_seeds(graph, [(int(v), 0)]) for v in node]
    for v in range(graph.n_nodes):
        for e in range(topology.first_up[v], topology.first_up[v + 1]):
            u = int(topology.up_head[e])
            assert hierarchy.basic_up[e] == twin[v, u]
            assert hierarchy.basic_down[e] == twin[u, v]
    for v in range(graph.n_nodes):
        for u, ms in _row(hierarchy.forward, v):
            assert ms == true[v][node[u]] < UNREACHED_MS
        for u, ms in _row(hierarchy.backward, v):
            assert ms == true[u][node[v]] < UNREACHED_MS


def _row(arcs: Csr, v: int) -> list[tuple[int, int]]:
    row = slice(arcs.first[v], arcs.first[v + 1])
    return list(zip(arcs.head[row].tolist(), arcs.weight[row].tolist(), strict=True))


@given(roads(), st.integers(1, 5))
def test_basic_weights_alone_answer_the_same(case: Roads, k: int) -> None:
    perfect = build_hierarchy(case.graph, x=case.x, y=case.y)
    basic = customize(perfect.topology, case.graph.weight)
    assert perfect.is_perfect
    assert not basic.is_perfect
    every = Seeds.at_nodes(np.arange(case.graph.n_nodes))
    assert _answers(basic, every, k) == _answers(perfect, every, k)
    assert _arrays(perfected(basic, threads=2)) == _arrays(perfect)
    assert perfected(perfect) is perfect


def _answers(hierarchy: Hierarchy, places: Seeds, k: int) -> list[list[int]]:
    found = nearest_of_nodes(hierarchy, places, k=k)
    back = nearest_of_nodes(hierarchy, places, k=k, reverse=True)
    lists = reached_within(hierarchy, places, cutoff_ms=700)
    told = [array.ravel().tolist() for array in (found.ms, found.place, back.ms, back.place)]
    told += [lists.first.tolist(), lists.node.tolist(), lists.ms.tolist()]
    return [*told, many_to_many(hierarchy, places, places).ravel().tolist()]


def _grid(side: int, seed: int) -> Roads:
    """A town big enough for blocks, groups and a top."""
    rng = np.random.default_rng(seed)
    n = side * side
    x, y = np.divmod(np.arange(n), side)
    tail = np.repeat(np.arange(n), 4)
    head = np.stack([x * side + y + 1, x * side + y - 1, (x + 1) * side + y, (x - 1) * side + y])
    inside = np.stack([y + 1 < side, y > 0, x + 1 < side, x > 0]).T.ravel()
    inside &= rng.random(len(inside)) < 0.95
    first_out = np.concatenate([[0], np.cumsum(np.bincount(tail[inside], minlength=n))])
    weight = rng.integers(0, 1000, int(inside.sum())).astype(np.int32)
    graph = Graph(first_out=first_out, head=head.T.ravel()[inside], weight=weight)
    return Roads(graph=graph, x=x.astype(np.float64), y=y.astype(np.float64))


@pytest.mark.parametrize("side", [3, 12, 40])
def test_threads_change_nothing(side: int) -> None:
    case = _grid(side, side)
    one = build_hierarchy(case.graph, x=case.x, y=case.y, threads=1)
    two = build_hierarchy(case.graph, x=case.x, y=case.y, threads=2)
    assert _arrays(one) == _arrays(two)


def test_perfect_weights_of_a_town() -> None:
    case = _grid(30, 5)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    topology = hierarchy.topology
    twin = basic_customization(case.graph, topology)
    tail = np.repeat(np.arange(topology.n_nodes), np.diff(topology.first_up)).tolist()
    head = topology.up_head.tolist()
    assert hierarchy.basic_up.tolist() == [twin[t, h] for t, h in zip(tail, head, strict=True)]
    assert hierarchy.basic_down.tolist() == [twin[h, t] for t, h in zip(tail, head, strict=True)]
    node = np.argsort(topology.rank)
    n_dropped = len(head) - len(hierarchy.forward.head)
    assert n_dropped > len(head) / 10
    for v in range(topology.n_nodes - 40, topology.n_nodes):
        true = dijkstra_from_seeds(case.graph, [(int(node[v]), 0)])
        assert all(ms == true[node[h]] for h, ms in _row(hierarchy.forward, v))


@given(roads(), st.data())
def test_new_weights_equal_a_new_hierarchy(case: Roads, data: st.DataObject) -> None:
    graph = case.graph
    hierarchy = build_hierarchy(graph, x=case.x, y=case.y)
    n_arcs = len(graph.head)
    n_changed = data.draw(st.integers(0, min(n_arcs, 5)))
    arcs = data.draw(st.permutations(range(n_arcs)))[:n_changed]
    values = data.draw(st.lists(MS, min_size=n_changed, max_size=n_changed))
    weight = graph.weight.astype(np.int64)
    weight[arcs] = values
    full = customize(hierarchy.topology, weight)
    part = recustomize(hierarchy, arcs=arcs, weight=values)
    assert _arrays(part) == _arrays(full)
    assert _arrays(recustomize(perfected(full), arcs=[], weight=[])) == _arrays(full)


@pytest.mark.parametrize("n_changed", [1, 3, 200])
def test_few_new_weights_in_a_town(n_changed: int) -> None:
    case = _grid(40, 1)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    rng = np.random.default_rng(n_changed)
    arcs = rng.choice(len(case.graph.head), n_changed, replace=False)
    weight = case.graph.weight.copy()
    weight[arcs] = rng.choice([0, 500, 2000, UNREACHED_MS], n_changed)
    full = customize(hierarchy.topology, weight)
    part = recustomize(hierarchy, arcs=arcs, weight=weight[arcs])
    assert _arrays(part) == _arrays(full)


def test_what_cannot_be_customized() -> None:
    case = _grid(3, 0)
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    n_arcs = len(case.graph.head)
    with pytest.raises(InputError, match="weights were given"):
        customize(hierarchy.topology, np.zeros(n_arcs + 1, np.int32))
    with pytest.raises(NetworkError, match="-1 ms"):
        customize(hierarchy.topology, np.full(n_arcs, -1))
    with pytest.raises(NetworkError, match="whole numbers"):
        customize(hierarchy.topology, np.full(n_arcs, np.nan))
    with pytest.raises(InputError, match="threads=0"):
        customize(hierarchy.topology, case.graph.weight, threads=0)
    with pytest.raises(NetworkError, match="outside"):
        recustomize(hierarchy, arcs=[n_arcs], weight=[1])
    with pytest.raises(InputError, match="order must hold"):
        build_topology(case.graph, x=case.x, y=case.y, order=np.zeros(9, np.int32))
