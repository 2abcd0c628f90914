"""
Dijkstra's algorithm, for small or one-off work, and as what the tests trust.

Nodes are numbered along a Morton curve, so that neighbours on the map are neighbours in
memory; that alone halves the time. The heap is four-ary with lazy deletion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, ParamSpec, Self, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from geoaccess.routing.answers import Nearest, Reached
from geoaccess.routing.curve import morton_order
from geoaccess.routing.graph import (
    Csr,
    DirectTrips,
    Graph,
    Seeds,
    require_threads,
    sealed_int32,
    sealed_int64,
)
from geoaccess.routing.nearest import (
    NO_KEY,
    NUMBER_BITS,
    NUMBER_MASK,
    keys_at_places,
    require_k,
)
from geoaccess.routing.sweep import require_cutoff
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

P = ParamSpec("P")
R = TypeVar("R")
BoolArray = npt.NDArray[np.bool_]


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


class _Tree(NamedTuple):
    """Room of one search: times, nodes in the order they were found, and what is awaited."""

    ms: IntArray
    found: IntArray
    awaited: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchGraph:
    """
    Roads laid out for searches in both directions.

    Attributes
    ----------
    rank
        Place of each node along the Morton curve, shape (n_nodes,).
    forward, backward
        Arcs in rank order; backward rows are heads.
    """

    rank: IntArray
    forward: Csr
    backward: Csr

    @classmethod
    def lay_out(cls, graph: Graph, *, x: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """
        Renumber roads along a Morton curve.

        Parameters
        ----------
        graph
            Directed roads.
        x, y
            Planar coordinates, any unit, shape (n_nodes,).

        Returns
        -------
        The roads in both directions.
        """
        rank = morton_order(x, y)
        forward = _renumber(graph.csr, rank)
        return cls(rank=rank, forward=_sealed(*forward), backward=_sealed(*_turn_over(*forward)))

    def arcs(self, *, reverse: bool) -> Csr:
        """Arcs to follow forwards, or backwards."""
        return self.backward if reverse else self.forward


def _sealed(first: LongArray, head: IntArray, weight: IntArray) -> Csr:
    return Csr(sealed_int64(first), sealed_int32(head), sealed_int32(weight))


def dijkstra_many_to_many(
    search: SearchGraph,
    origins: Seeds,
    destinations: Seeds,
    *,
    direct: DirectTrips | None = None,
    threads: int = 1,
) -> IntArray:
    """
    Time from every origin to every destination, one search a place of the smaller side.

    Parameters
    ----------
    search
        Roads laid out for searches.
    origins, destinations
        Where places enter and leave the network.
    direct
        Trips known beforehand, from origin to destination.
    threads
        How many threads may work.

    Returns
    -------
    Milliseconds, ``UNREACHED_MS`` where there is no way, shape (n_origins, n_destinations).
    """
    require_threads(threads)
    trips = direct if direct is not None else DirectTrips.none()
    trips.require_places(origins.n_places, destinations.n_places)
    starts, goals = origins.renumbered(search.rank), destinations.renumbered(search.rank)
    ms = np.full((origins.n_places, destinations.n_places), UNREACHED_MS, np.int32)
    reverse = destinations.n_places < origins.n_places
    rows, near, far = (ms.T, goals, starts) if reverse else (ms, starts, goals)
    arcs = search.arcs(reverse=reverse)

    def task(place: int, tree: _Tree) -> None:
        n_found = _search(arcs, near, place, UNREACHED_MS - 1, far.head, tree)
        _write_times(far, tree, n_found, rows[place])

    run_tasks(task, len(near.first) - 1, workspace=lambda: _tree(arcs), threads=threads)
    np.minimum.at(ms, (trips.origin, trips.destination), trips.ms)
    return ms


def dijkstra_reached_within(
    search: SearchGraph,
    places: Seeds,
    *,
    cutoff_ms: int,
    reverse: bool = False,
    threads: int = 1,
) -> Reached:
    """
    All nodes within a cutoff of each place.

    Parameters
    ----------
    search
        Roads laid out for searches.
    places
        Where places enter the network.
    cutoff_ms
        Longest time that counts, milliseconds.
    reverse
        Whether times run from the node to the place.
    threads
        How many threads may work.

    Returns
    -------
    Nodes and times, in node order for each place.
    """
    require_threads(threads)
    cutoff = require_cutoff(cutoff_ms)
    arcs, starts = search.arcs(reverse=reverse), places.renumbered(search.rank)
    node = sealed_int32(np.argsort(search.rank))
    pieces: dict[int, tuple[IntArray, IntArray]] = {}

    def task(place: int, tree: _Tree) -> None:
        n_found = _search(arcs, starts, place, cutoff, starts.head[:0], tree)
        pieces[place] = _take_found(tree, n_found, node)

    run_tasks(task, places.n_places, workspace=lambda: _tree(arcs), threads=threads)
    found = [pieces[place] for place in range(places.n_places)]
    empty = np.empty(0, np.int32)
    return Reached(
        first=np.cumsum([0, *(len(nodes) for nodes, _ in found)], dtype=np.int64),
        node=np.concatenate([empty, *(nodes for nodes, _ in found)]),
        ms=np.concatenate([empty, *(ms for _, ms in found)]),
    )


def dijkstra_nearest(
    search: SearchGraph,
    origins: Seeds,
    destinations: Seeds,
    *,
    k: int = 1,
    direct: DirectTrips | None = None,
    reverse: bool = False,
) -> Nearest:
    """
    Find the k nearest destinations of each origin by one search from all destinations.

    Parameters
    ----------
    search
        Roads laid out for searches.
    origins, destinations
        Where places enter and leave the network.
    k
        How many destinations for each origin.
    direct
        Trips known beforehand, in the direction that is asked for.
    reverse
        Whether times run from the destination to the origin.

    Returns
    -------
    Times and numbers of destinations, each (n_origins, k), by (time, number).
    """
    require_k(k)
    arcs = search.arcs(reverse=not reverse)
    seeds = destinations.renumbered(search.rank)
    keys = _nearest_keys(arcs, seeds) if k == 1 else _k_nearest_keys(arcs, seeds, k)
    return keys_at_places(keys, origins.renumbered(search.rank), direct, destinations.n_places)


def _tree(arcs: Csr) -> _Tree:
    n = len(arcs.first) - 1
    return _Tree(np.full(n, UNREACHED_MS, np.int32), np.empty(n, np.int32), np.zeros(n, np.bool_))


@_kernel
def _renumber(graph: Csr, rank: IntArray) -> tuple[LongArray, IntArray, IntArray]:
    n = len(rank)
    first = np.zeros(n + 1, np.int64)
    for v in range(n):
        first[rank[v] + 1] = graph.first[v + 1] - graph.first[v]
    for r in range(n):
        first[r + 1] += first[r]
    head = np.empty(len(graph.head), np.int32)
    weight = np.empty(len(graph.head), np.int32)
    for v in range(n):
        at = first[rank[v]]
        for e in range(graph.first[v], graph.first[v + 1]):
            head[at] = rank[graph.head[e]]
            weight[at] = graph.weight[e]
            at += 1
    return first, head, weight


@_kernel
def _turn_over(
    first: LongArray, head: IntArray, weight: IntArray
) -> tuple[LongArray, IntArray, IntArray]:
    """Group arcs by head, tails ascending."""
    n = len(first) - 1
    new_first = np.zeros(n + 1, np.int64)
    for e in range(len(head)):
        new_first[head[e] + 1] += 1
    for v in range(n):
        new_first[v + 1] += new_first[v]
    end = new_first[:n].copy()
    tail = np.empty(len(head), np.int32)
    new_weight = np.empty(len(head), np.int32)
    for v in range(n):
        for e in range(first[v], first[v + 1]):
            tail[end[head[e]]] = v
            new_weight[end[head[e]]] = weight[e]
            end[head[e]] += 1
    return new_first, tail, new_weight


@_kernel
def _push(heap: LongArray, size: int, entry: int) -> int:
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if heap[above] <= entry:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = entry
    return size + 1


@_kernel
def _pop(heap: LongArray, size: int) -> int:
    """Take the smallest entry out of heap[:size]; the caller has read heap[0]."""
    size -= 1
    entry = heap[size]
    at = 0
    while 4 * at + 1 < size:
        least = 4 * at + 1
        for child in range(least + 1, min(least + 4, size)):
            if heap[child] < heap[least]:
                least = child
        if heap[least] >= entry:
            break
        heap[at] = heap[least]
        at = least
    heap[at] = entry
    return size


@_kernel
def _roomy(heap: LongArray, size: int, more: int) -> LongArray:
    if size + more <= len(heap):
        return heap
    longer = np.empty(2 * len(heap) + more, np.int64)
    longer[:size] = heap[:size]
    return longer


@_kernel
def _await(awaited: BoolArray, wanted: IntArray, value: bool) -> int:  # noqa: FBT001
    """Mark wanted nodes; gives how many were marked otherwise."""
    n = 0
    for s in range(len(wanted)):
        n += awaited[wanted[s]] != value
        awaited[wanted[s]] = value
    return n


@_kernel
def _search(arcs: Csr, seeds: Csr, place: int, cutoff: int, wanted: IntArray, tree: _Tree) -> int:
    """
    Search from one place up to a cutoff, or until all wanted nodes are settled.

    Gives the number of nodes found. With no wanted node, the search runs to the cutoff.
    """
    n_awaited = _await(tree.awaited, wanted, True)
    heap = np.empty(1024, np.int64)
    size = n_found = 0
    for s in range(seeds.first[place], seeds.first[place + 1]):
        v, ms = seeds.head[s], seeds.weight[s]
        if ms < tree.ms[v] and ms <= cutoff:
            if tree.ms[v] == UNREACHED_MS:
                tree.found[n_found] = v
                n_found += 1
            tree.ms[v] = ms
            heap = _roomy(heap, size, 1)
            size = _push(heap, size, (np.int64(ms) << NUMBER_BITS) | v)
    while size > 0:
        at, u = np.int32(heap[0] >> NUMBER_BITS), np.int32(heap[0] & NUMBER_MASK)
        size = _pop(heap, size)
        if at > tree.ms[u]:
            continue
        if tree.awaited[u]:
            tree.awaited[u] = False
            n_awaited -= 1
            if n_awaited == 0:
                break
        heap = _roomy(heap, size, arcs.first[u + 1] - arcs.first[u])
        for e in range(arcs.first[u], arcs.first[u + 1]):
            v, ms = arcs.head[e], np.int32(at + arcs.weight[e])
            if ms < tree.ms[v] and ms <= cutoff:
                if tree.ms[v] == UNREACHED_MS:
                    tree.found[n_found] = v
                    n_found += 1
                tree.ms[v] = ms
                size = _push(heap, size, (np.int64(ms) << NUMBER_BITS) | v)
    _await(tree.awaited, wanted, False)
    return n_found


@_kernel
def _write_times(places: Csr, tree: _Tree, n_found: int, out: IntArray) -> None:
    """Read off the time of each place over its seeds and leave the tree clean."""
    for p in range(len(places.first) - 1):
        best = np.int32(UNREACHED_MS)
        for s in range(places.first[p], places.first[p + 1]):
            best = min(best, np.int32(tree.ms[places.head[s]] + places.weight[s]))
        out[p] = best
    for f in range(n_found):
        tree.ms[tree.found[f]] = UNREACHED_MS


@_kernel
def _take_found(tree: _Tree, n_found: int, node: IntArray) -> tuple[IntArray, IntArray]:
    """Read off the nodes that were found, in node order, and leave the tree clean."""
    nodes = node[tree.found[:n_found]]
    order = np.argsort(nodes)
    ms = np.empty(n_found, np.int32)
    for f in range(n_found):
        ms[f] = tree.ms[tree.found[order[f]]]
    for f in range(n_found):
        tree.ms[tree.found[f]] = UNREACHED_MS
    return nodes[order], ms


@_kernel
def _nearest_keys(arcs: Csr, seeds: Csr) -> LongArray:
    """Best key of each node; a smaller number at the same time travels on as well."""
    keys = np.full((len(arcs.first) - 1, 1), NO_KEY, np.int64)
    heap = np.empty(len(arcs.head) + len(seeds.head) + 1, np.int64)
    size = 0
    for place in range(len(seeds.first) - 1):
        for s in range(seeds.first[place], seeds.first[place + 1]):
            ms, v = np.int64(seeds.weight[s]), seeds.head[s]
            if (ms << NUMBER_BITS) | place < keys[v, 0]:
                keys[v, 0] = (ms << NUMBER_BITS) | place
                size = _push(heap, size, (ms << NUMBER_BITS) | v)
    while size > 0:
        at, u = heap[0] >> NUMBER_BITS, heap[0] & NUMBER_MASK
        size = _pop(heap, size)
        if at > keys[u, 0] >> NUMBER_BITS:
            continue
        heap = _roomy(heap, size, arcs.first[u + 1] - arcs.first[u])
        for e in range(arcs.first[u], arcs.first[u + 1]):
            v = arcs.head[e]
            key = keys[u, 0] + (np.int64(arcs.weight[e]) << NUMBER_BITS)
            if key < keys[v, 0]:
                keys[v, 0] = key
                size = _push(heap, size, (key >> NUMBER_BITS << NUMBER_BITS) | v)
    return keys


@_kernel
def _has_number(keys: LongArray, v: int, n: int, number: int) -> bool:
    for q in range(n):
        if keys[v, q] & NUMBER_MASK == number:
            return True
    return False


@_kernel
def _push_pair(heap: LongArray, size: int, key: int, node: int) -> int:
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if heap[above, 0] <= key:
            break
        heap[at, 0], heap[at, 1] = heap[above, 0], heap[above, 1]
        at = above
    heap[at, 0], heap[at, 1] = key, node
    return size + 1


@_kernel
def _pop_pair(heap: LongArray, size: int) -> int:
    """Take the smallest pair out of heap[:size]; the caller has read heap[0]."""
    size -= 1
    key, node = heap[size, 0], heap[size, 1]
    at = 0
    while 4 * at + 1 < size:
        least = 4 * at + 1
        for child in range(least + 1, min(least + 4, size)):
            if heap[child, 0] < heap[least, 0]:
                least = child
        if heap[least, 0] >= key:
            break
        heap[at, 0], heap[at, 1] = heap[least, 0], heap[least, 1]
        at = least
    heap[at, 0], heap[at, 1] = key, node
    return size


@_kernel
def _roomy_pairs(heap: LongArray, size: int, more: int) -> LongArray:
    if size + more <= len(heap):
        return heap
    longer = np.empty((2 * len(heap) + more, 2), np.int64)
    longer[:size] = heap[:size]
    return longer


@_kernel
def _k_nearest_keys(arcs: Csr, seeds: Csr, k: int) -> LongArray:
    """Best k keys of each node: it is settled up to k times, by different destinations."""
    n = len(arcs.first) - 1
    keys = np.full((n, k), NO_KEY, np.int64)
    n_settled = np.zeros(n, np.int32)
    heap = np.empty((len(seeds.head) + 1, 2), np.int64)
    size = 0
    for place in range(len(seeds.first) - 1):
        for s in range(seeds.first[place], seeds.first[place + 1]):
            key = (np.int64(seeds.weight[s]) << NUMBER_BITS) | place
            size = _push_pair(heap, size, key, seeds.head[s])
    while size > 0:
        key, u = heap[0, 0], heap[0, 1]
        size = _pop_pair(heap, size)
        number = key & NUMBER_MASK
        if key >= NO_KEY or n_settled[u] == k or _has_number(keys, u, n_settled[u], number):
            continue
        keys[u, n_settled[u]] = key
        n_settled[u] += 1
        heap = _roomy_pairs(heap, size, arcs.first[u + 1] - arcs.first[u])
        for e in range(arcs.first[u], arcs.first[u + 1]):
            v = arcs.head[e]
            if n_settled[v] < k and not _has_number(keys, v, n_settled[v], number):
                onward = key + (np.int64(arcs.weight[e]) << NUMBER_BITS)
                size = _push_pair(heap, size, onward, v)
    return keys
