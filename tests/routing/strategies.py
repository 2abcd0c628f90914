"""Roads and places for property tests: as odd as real ones, and odder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from geoaccess.routing.graph import DirectTrips, Graph, Seeds
from geoaccess.units import UNREACHED_MS, FloatArray

MS = st.one_of(
    st.integers(0, 5),
    st.integers(0, 10_000),
    st.sampled_from([0, UNREACHED_MS // 2, UNREACHED_MS - 1, UNREACHED_MS, 2**31 - 1]),
)


@dataclass(frozen=True, kw_only=True)
class Roads:
    """A graph and where its nodes lie."""

    graph: Graph
    x: FloatArray
    y: FloatArray


def graph_from_arcs(n: int, arcs: list[tuple[int, int, int]]) -> Graph:
    """Directed multigraph from (tail, head, ms)."""
    ordered = sorted(arcs, key=lambda arc: arc[0])
    counts = np.bincount([tail for tail, _, _ in ordered], minlength=n)
    return Graph(
        first_out=np.concatenate([[0], np.cumsum(counts[:n])]).astype(np.int64),
        head=np.array([head for _, head, _ in ordered], np.int32),
        weight=np.array([ms for _, _, ms in ordered], np.int64),
    )


@st.composite
def roads(draw: st.DrawFn, *, max_nodes: int = 24) -> Roads:
    """
    Any directed multigraph.

    Parallel arcs, loops, zero and closed weights, one-way trees, components and lonely nodes
    all turn up; coordinates may coincide.
    """
    n = draw(st.integers(0, max_nodes))
    if n == 0:
        return Roads(graph=graph_from_arcs(0, []), x=np.empty(0), y=np.empty(0))
    node = st.integers(0, n - 1)
    arcs = draw(st.lists(st.tuples(node, node, MS), max_size=4 * n))
    if draw(st.booleans()):
        tree = [(draw(st.integers(0, v - 1)), v, draw(MS)) for v in range(1, n)]
        arcs += tree
        if draw(st.booleans()):
            arcs += [(head, tail, ms) for tail, head, ms in tree]
    place = st.integers(-3, 3)
    return Roads(
        graph=graph_from_arcs(n, arcs),
        x=np.array(draw(st.lists(place, min_size=n, max_size=n)), np.float64),
        y=np.array(draw(st.lists(place, min_size=n, max_size=n)), np.float64),
    )


@st.composite
def seeds(draw: st.DrawFn, n_nodes: int, *, max_places: int = 5) -> Seeds:
    """Places with up to three seeds each; some have none and lie nowhere."""
    n_places = draw(st.integers(0, max_places))
    entry = st.tuples(st.integers(0, max(n_nodes - 1, 0)), MS)
    most = 3 if n_nodes else 0
    rows = [draw(st.lists(entry, max_size=most)) for _ in range(n_places)]
    return seeds_from_rows(rows)


def seeds_from_rows(rows: list[list[tuple[int, int]]]) -> Seeds:
    """Places from lists of (node, ms)."""
    flat = [entry for row in rows for entry in row]
    return Seeds(
        first=np.cumsum([0, *(len(row) for row in rows)]),
        node=np.array([node for node, _ in flat], np.int32),
        ms=np.array([ms for _, ms in flat], np.int64),
    )


@st.composite
def trips(draw: st.DrawFn, n_origins: int, n_destinations: int) -> DirectTrips:
    """A few trips known beforehand."""
    if not n_origins or not n_destinations:
        return DirectTrips.none()
    trip = st.tuples(st.integers(0, n_origins - 1), st.integers(0, n_destinations - 1), MS)
    found = draw(st.lists(trip, max_size=4))
    return DirectTrips(
        origin=np.array([o for o, _, _ in found], np.int32),
        destination=np.array([d for _, d, _ in found], np.int32),
        ms=np.array([ms for _, _, ms in found], np.int64),
    )
