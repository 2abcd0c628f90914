"""Forbidden turns, against a plain search over ways with a memory."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.io.turns import Expansion, Run, forbid
from geoaccess.units import UNREACHED_MS
from tests.naive import dijkstra, restricted

Arc = tuple[int, int, int]


@st.composite
def restricted_networks(draw: st.DrawFn) -> tuple[int, list[Arc], set[Run]]:
    """Directed multigraphs, loops and turning back included, and runs of 2 to 4 arcs."""
    n = draw(st.integers(2, 6))
    node = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(node, node, st.integers(0, 9)), min_size=1, max_size=14))
    runs: set[Run] = set()
    for _ in range(draw(st.integers(0, 8))):
        run = [draw(st.integers(0, len(arcs) - 1))]
        for _ in range(draw(st.integers(1, 3))):
            onward = [a for a, arc in enumerate(arcs) if arc[0] == arcs[run[-1]][1]]
            if onward:
                run.append(draw(st.sampled_from(onward)))
        if len(run) > 1:
            runs.add(tuple(run))
    return n, arcs, runs


def _expanded(n: int, arcs: list[Arc], runs: set[Run]) -> Expansion:
    return forbid(n, np.array([a[0] for a in arcs]), np.array([a[1] for a in arcs]), runs)


def _by_expansion(n: int, arcs: list[Arc], runs: set[Run], start: int) -> list[int]:
    """Milliseconds from the start of an arc, unbound, to the end of every arc or its copies."""
    out = _expanded(n, arcs, runs)
    ends: list[list[tuple[int, int, int]]] = [[] for _ in arcs]
    graph: list[list[tuple[int, int]]] = [[] for _ in range(n + len(out.twin_of))]
    for arc, (_, _, ms) in enumerate(arcs):
        ends[arc].append((int(out.tail[arc]), int(out.head[arc]), ms))
    for tail, head, of in zip(out.extra_tail, out.extra_head, out.extra_of, strict=True):
        if of >= 0:
            ends[of].append((int(tail), int(head), arcs[of][2]))
        else:
            graph[tail].append((int(head), 0))
    for each in ends:
        for tail, head, ms in each:
            graph[tail].append((head, ms))
    found = dijkstra(graph, {int(out.head[start]): arcs[start][2]})
    times = []
    for arc, each in enumerate(ends):
        by_copy = [found[tail] + ms for tail, _, ms in each if found[tail] < UNREACHED_MS]
        mine = [arcs[start][2]] if arc == start else []
        times.append(min(by_copy + mine, default=UNREACHED_MS))
    return times


@given(restricted_networks(), st.data())
def test_times_equal_a_search_over_ways(
    case: tuple[int, list[Arc], set[Run]], data: st.DataObject
) -> None:
    n, arcs, runs = case
    start = data.draw(st.integers(0, len(arcs) - 1))
    assert _by_expansion(n, arcs, runs, start) == restricted(arcs, runs, start)


@given(restricted_networks())
def test_only_nodes_that_a_run_passes_are_split(case: tuple[int, list[Arc], set[Run]]) -> None:
    n, arcs, runs = case
    out = _expanded(n, arcs, runs)
    passed = {arcs[arc][1] for run in runs for arc in run[:-1]}
    assert set(out.twin_of.tolist()) <= passed
    middles = {arc for run in runs for arc in run[1:-1]}
    assert {int(of) for of in out.extra_of if of >= 0} <= middles
    for arc, (tail, head, _) in enumerate(arcs):
        places = [*range(n), *out.twin_of.tolist()]
        assert (places[out.tail[arc]], places[out.head[arc]]) == (tail, head)


def test_nothing_forbidden_changes_nothing() -> None:
    out = _expanded(3, [(0, 1, 5), (1, 2, 5)], set())
    assert (out.tail.tolist(), out.head.tolist()) == ([0, 1], [1, 2])
    assert not len(out.twin_of)
    assert not len(out.extra_of)
