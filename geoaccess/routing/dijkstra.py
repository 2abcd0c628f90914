"""
Dijkstra's algorithm, for small or one-off work, and as what the tests trust.

Nodes are numbered along a Morton curve, so that neighbours on the map are neighbours in
memory; that alone halves the time. The heap is four-ary with lazy deletion.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geoaccess.routing.answers import Nearest, Reached
from geoaccess.routing.graph import Csr, DirectTrips, Seeds, require_threads, sealed_int32
from geoaccess.routing.k_search import k_nearest_keys
from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.nearest import (
    NO_KEY,
    NUMBER_BITS,
    NUMBER_MASK,
    keys_at_places,
    require_k,
)
from geoaccess.routing.reach import require_cutoff
from geoaccess.routing.search_graph import SearchGraph
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray, LongArray


class _Tree(NamedTuple):
    """Room of one search: times, nodes in the order they were found, and what is awaited."""

    ms: IntArray
    found: IntArray
    awaited: IntArray


def dijkstra_many_to_many(
    search: SearchGraph,
    origins: Seeds,
    destinations: Seeds,
    *,
    direct: DirectTrips | None = None,
    threads: int = 1,
) -> IntArray:
    """
    Time from every origin to every destination, by searches from the smaller side.

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
    keys = _nearest_keys(arcs, seeds) if k == 1 else k_nearest_keys(arcs, seeds, k)
    return keys_at_places(keys, origins.renumbered(search.rank), direct, destinations.n_places)


def _tree(arcs: Csr) -> _Tree:
    n = len(arcs.first) - 1
    return _Tree(np.full(n, UNREACHED_MS, np.int32), np.empty(n, np.int32), np.zeros(n, np.int32))


@inner_kernel
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


@inner_kernel
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


@inner_kernel
def _roomy(heap: LongArray, size: int, more: int) -> LongArray:
    if size + more <= len(heap):
        return heap
    longer = np.empty(2 * len(heap) + more, np.int64)
    longer[:size] = heap[:size]
    return longer


@inner_kernel
def _await(awaited: IntArray, wanted: IntArray, value: int) -> int:
    """Mark wanted nodes; gives how many were marked otherwise."""
    n = 0
    for s in range(len(wanted)):
        n += awaited[wanted[s]] != value
        awaited[wanted[s]] = value
    return n


@kernel
def _search(  # noqa: C901 - one loop; calls in it would cost
    arcs: Csr, seeds: Csr, place: int, cutoff: int, wanted: IntArray, tree: _Tree
) -> int:
    """
    Search from one place up to a cutoff, or until all wanted nodes are settled.

    Gives the number of nodes found. With no wanted node, the search runs to the cutoff.
    """
    n_awaited = _await(tree.awaited, wanted, 1)
    heap = np.empty(1024, np.int64)
    size = n_found = 0
    for s in range(seeds.first[place], seeds.first[place + 1]):
        v, ms = seeds.head[s], seeds.weight[s]
        if ms < tree.ms[v] and ms <= cutoff:
            if tree.ms[v] == UNREACHED_MS:
                tree.found[n_found] = v
                n_found += 1
            tree.ms[v] = ms
            if size == len(heap):
                heap = _roomy(heap, size, 1)
            size = _push(heap, size, (np.int64(ms) << NUMBER_BITS) | v)
    while size > 0:
        at, u = np.int32(heap[0] >> NUMBER_BITS), np.int32(heap[0] & NUMBER_MASK)
        size = _pop(heap, size)
        if at > tree.ms[u]:
            continue
        if tree.awaited[u]:
            tree.awaited[u] = 0
            n_awaited -= 1
            if n_awaited == 0:
                break
        more = arcs.first[u + 1] - arcs.first[u]
        if size + more > len(heap):
            heap = _roomy(heap, size, more)
        for e in range(arcs.first[u], arcs.first[u + 1]):
            v, ms = arcs.head[e], np.int32(at + arcs.weight[e])
            if ms < tree.ms[v] and ms <= cutoff:
                if tree.ms[v] == UNREACHED_MS:
                    tree.found[n_found] = v
                    n_found += 1
                tree.ms[v] = ms
                size = _push(heap, size, (np.int64(ms) << NUMBER_BITS) | v)
    _await(tree.awaited, wanted, 0)
    return n_found


@kernel
def _write_times(places: Csr, tree: _Tree, n_found: int, out: IntArray) -> None:
    """Read off the time of each place over its seeds and leave the tree clean."""
    for p in range(len(places.first) - 1):
        best = np.int32(UNREACHED_MS)
        for s in range(places.first[p], places.first[p + 1]):
            best = min(best, np.int32(tree.ms[places.head[s]] + places.weight[s]))
        out[p] = best
    for f in range(n_found):
        tree.ms[tree.found[f]] = UNREACHED_MS


@kernel
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


@kernel
def _nearest_keys(arcs: Csr, seeds: Csr) -> LongArray:  # noqa: C901 - one loop
    """Best key of each node; a smaller number at the same time travels on as well."""
    first, head, weight = arcs.first, arcs.head, arcs.weight
    keys = np.full(len(first) - 1, NO_KEY, np.int64)
    heap = np.empty(len(arcs.head) + len(seeds.head) + 1, np.int64)
    size = 0
    for place in range(len(seeds.first) - 1):
        for s in range(seeds.first[place], seeds.first[place + 1]):
            ms, v = np.int64(seeds.weight[s]), seeds.head[s]
            if (ms << NUMBER_BITS) | place < keys[v]:
                keys[v] = (ms << NUMBER_BITS) | place
                size = _push(heap, size, (ms << NUMBER_BITS) | v)
    while size > 0:
        at, u = heap[0] >> NUMBER_BITS, heap[0] & NUMBER_MASK
        size = _pop(heap, size)
        if at > keys[u] >> NUMBER_BITS:
            continue
        more = first[u + 1] - first[u]
        if size + more > len(heap):
            heap = _roomy(heap, size, more)
        for e in range(first[u], first[u + 1]):
            v = head[e]
            key = keys[u] + (np.int64(weight[e]) << NUMBER_BITS)
            if key < keys[v]:
                keys[v] = key
                size = _push(heap, size, (key >> NUMBER_BITS << NUMBER_BITS) | v)
    return keys.reshape(-1, 1)
