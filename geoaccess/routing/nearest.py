"""
The nearest places of every place: one sweep for all.

Time and number of a destination are packed into one key, ``ms * 2^32 + number``, so that
the smaller key is the better one under the tie rule (time, number). All destinations climb
together, best key first come; then one sweep down the ranks tells every node. For k nearest
each node holds its k best keys of different destinations. The answer is the same whatever
the order of the arcs or the number of threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.routing.answers import Nearest
from geoaccess.routing.graph import Csr, DirectTrips, Seeds, require_threads, sealed_int32
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, BoolArray, IntArray, LongArray

NUMBER_BITS = 32
NUMBER_MASK = 2**NUMBER_BITS - 1
NO_KEY = UNREACHED_MS << NUMBER_BITS
UNPACKED_AT_ONCE = 4096


class _Out(NamedTuple):
    """Where answers are written."""

    ms: IntArray
    place: IntArray


def nearest(
    hierarchy: Hierarchy,
    origins: Seeds,
    destinations: Seeds,
    *,
    k: int = 1,
    direct: DirectTrips | None = None,
    reverse: bool = False,
    threads: int = 1,
) -> Nearest:
    """
    Find the k nearest destinations of each origin.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    origins, destinations
        Where places enter and leave the network.
    k
        How many destinations for each origin.
    direct
        Trips known beforehand, in the direction that is asked for.
    reverse
        Whether times run from the destination to the origin.
    threads
        How many threads may work.

    Returns
    -------
    Times and numbers of destinations, each (n_origins, k), by (time, number).

    Raises
    ------
    InputError
        If k or threads is below 1, or a seed or trip is out of range.
    """
    require_k(k)
    rank = hierarchy.topology.rank
    starts = origins.renumbered(rank)
    keys = _node_keys(hierarchy, destinations, k=k, reverse=reverse, threads=threads)
    return keys_at_places(keys, starts, direct, destinations.n_places)


def nearest_of_nodes(
    hierarchy: Hierarchy,
    destinations: Seeds,
    *,
    k: int = 1,
    reverse: bool = False,
    threads: int = 1,
) -> Nearest:
    """
    Find the k nearest destinations of every node.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    destinations
        Where places leave the network.
    k
        How many destinations for each node.
    reverse
        Whether times run from the destination to the node.
    threads
        How many threads may work.

    Returns
    -------
    Times and numbers of destinations, each (n_nodes, k), by (time, number).
    """
    require_k(k)
    keys = _node_keys(hierarchy, destinations, k=k, reverse=reverse, threads=threads)
    return _unpacked(keys, hierarchy.topology.rank, threads=threads)


def require_k(k: int) -> None:
    """
    Refuse to look for fewer than one destination.

    Parameters
    ----------
    k
        How many are asked for.

    Raises
    ------
    InputError
        If k is below 1.
    """
    if k < 1:
        msg = f"k={k} asks for nothing; ask for 1 or more"
        raise InputError(msg)


def _unpacked(keys: LongArray, row: IntArray, *, threads: int) -> Nearest:
    k = keys.shape[1]
    # Together: numpy asks for large pages for large arrays, which spares page faults.
    out = _Out(*np.empty((2, len(row) * k), np.int32))
    step = max(1, -(-len(row) // threads))

    def task(part: int, _: None) -> None:
        stop = min((part + 1) * step, len(row))
        some = row[part * step : stop]
        if k == 1:
            # Numbers without a sign spare a test at each of the random reads.
            room = np.empty(UNPACKED_AT_ONCE, np.int64)
            _unpack_one(keys.reshape(-1), some.view(np.uint32), out, part * step, room)
        else:
            _unpack(keys.reshape(-1), k, some, out, part * step * k)

    run_tasks(task, -(-len(row) // step), workspace=lambda: None, threads=threads)
    return Nearest(ms=out.ms.reshape(-1, k), place=out.place.reshape(-1, k))


def keys_at_places(
    keys: LongArray, places: Csr, direct: DirectTrips | None, n_destinations: int
) -> Nearest:
    """
    Go from keys at nodes to the answer at places.

    Parameters
    ----------
    keys
        Best keys of each node, ascending, shape (n_nodes, k).
    places
        Seeds of each place; heads number the rows of ``keys``.
    direct
        Trips known beforehand.
    n_destinations
        How many destinations there are.

    Returns
    -------
    Times and numbers, each (n_places, k).
    """
    if keys.shape[1] == 1:
        best = _gather_one(keys.reshape(-1), places).reshape(-1, 1)
    else:
        best = _gather(keys, places)
    if direct is not None:
        direct.require_places(len(best), n_destinations)
        _offer_trips(best, direct.origin, direct.destination, direct.ms)
    every = sealed_int32(np.arange(len(best)))
    return _unpacked(best, every, threads=1)


def _node_keys(
    hierarchy: Hierarchy, destinations: Seeds, *, k: int, reverse: bool, threads: int
) -> LongArray:
    """Best keys of each rank: climb together, sweep the top, then the blocks side by side."""
    require_threads(threads)
    topology = hierarchy.topology
    climbed, swept = hierarchy.backward, hierarchy.forward
    if reverse:
        climbed, swept = swept, climbed
    keys = np.full((topology.n_nodes, k), NO_KEY, np.int64)
    places = destinations.renumbered(topology.rank)
    _plant(keys, places)
    climb, sweep = (_climb_one, _sweep_one) if k == 1 else (_climb_many, _sweep_many)
    held = keys.reshape(-1) if k == 1 else keys
    above = np.zeros(topology.n_nodes, np.bool_)
    _mark_above(places.head, topology.parent, above)
    climb(held, climbed, np.flatnonzero(above))
    row = topology.block_first
    sweep(held, swept, int(row[-1]), topology.n_nodes)
    # The largest block first: at the end no thread waits long for another.
    blocks = np.argsort(-np.diff(row), kind="stable").tolist()

    def task(number: int, _: None) -> None:
        block = blocks[number]
        sweep(held, swept, int(row[block]), int(row[block + 1]))

    run_tasks(task, len(blocks), workspace=lambda: None, threads=threads)
    return keys


@kernel
def _mark_above(seed: IntArray, parent: IntArray, above: BoolArray) -> None:
    """Mark the ranks of some seeds, and all above them in the tree."""
    for x in seed:
        while x >= 0 and not above[x]:
            above[x] = True
            x = parent[x]  # noqa: PLW2901 - a climber


@inner_kernel
def _offer(keys: LongArray, x: int, key: int | np.int64) -> None:
    """Put a key in its place among the best of x, one key a destination."""
    k = keys.shape[1]
    if key >= keys[x, k - 1]:
        return
    number = key & NUMBER_MASK
    at = k - 1
    for q in range(k):
        if keys[x, q] >= NO_KEY:
            at = q
            break
        if keys[x, q] & NUMBER_MASK == number:
            if keys[x, q] <= key:
                return
            at = q
            break
    while at > 0 and keys[x, at - 1] > key:
        keys[x, at] = keys[x, at - 1]
        at -= 1
    keys[x, at] = key


@kernel
def _plant(keys: LongArray, destinations: Csr) -> None:
    """Give the nodes at which destinations stand their keys."""
    for place in range(len(destinations.first) - 1):
        for s in range(destinations.first[place], destinations.first[place + 1]):
            key = (np.int64(destinations.weight[s]) << NUMBER_BITS) | place
            _offer(keys, destinations.head[s], key)


@kernel
def _climb_one(keys: LongArray, arcs: Csr, rows: LongArray) -> None:
    first, head, weight = arcs.first, arcs.head, arcs.weight
    for x in rows:
        if keys[x] < NO_KEY:
            for e in range(first[x], first[x + 1]):
                key = keys[x] + (np.int64(weight[e]) << NUMBER_BITS)
                keys[head[e]] = min(keys[head[e]], key)


@kernel
def _sweep_one(keys: LongArray, arcs: Csr, start: int, stop: int) -> None:
    first, head, weight = arcs.first, arcs.head, arcs.weight
    for x in range(stop - 1, start - 1, -1):
        best = keys[x]
        for e in range(first[x], first[x + 1]):
            best = min(best, keys[head[e]] + (np.int64(weight[e]) << NUMBER_BITS))
        keys[x] = best


@kernel
def _climb_many(keys: LongArray, arcs: Csr, rows: LongArray) -> None:
    for x in rows:
        if keys[x, 0] < NO_KEY:
            for e in range(arcs.first[x], arcs.first[x + 1]):
                _offer_all(keys, arcs.head[e], x, np.int64(arcs.weight[e]) << NUMBER_BITS)


@kernel
def _sweep_many(keys: LongArray, arcs: Csr, start: int, stop: int) -> None:
    for x in range(stop - 1, start - 1, -1):
        for e in range(arcs.first[x], arcs.first[x + 1]):
            _offer_all(keys, x, arcs.head[e], np.int64(arcs.weight[e]) << NUMBER_BITS)


@inner_kernel
def _offer_all(keys: LongArray, to: int, source: int, extra: int | np.int64) -> None:
    """Offer one node the keys of another, best first, until one comes too late."""
    last = keys.shape[1] - 1
    for q in range(last + 1):
        key = keys[source, q] + extra
        if key >= keys[to, last]:
            return
        _offer(keys, to, key)


@kernel
def _gather(keys: LongArray, places: Csr) -> LongArray:
    """Best keys of each place over its seeds."""
    k = keys.shape[1]
    n_places = len(places.first) - 1
    best = np.full((n_places, k), NO_KEY, np.int64)
    for place in range(n_places):
        for s in range(places.first[place], places.first[place + 1]):
            extra = np.int64(places.weight[s]) << NUMBER_BITS
            for q in range(k):
                if keys[places.head[s], q] < NO_KEY:
                    _offer(best, place, keys[places.head[s], q] + extra)
    return best


@kernel
def _gather_one(keys: LongArray, places: Csr) -> LongArray:
    """Best key of each place over its seeds, where one is kept."""
    n_places = len(places.first) - 1
    best = np.empty(n_places, np.int64)
    for place in range(n_places):
        key = np.int64(NO_KEY)
        for s in range(places.first[place], places.first[place + 1]):
            key = min(key, keys[places.head[s]] + (np.int64(places.weight[s]) << NUMBER_BITS))
        best[place] = key
    return best


@kernel
def _offer_trips(best: LongArray, origin: IntArray, destination: IntArray, ms: IntArray) -> None:
    for t in range(len(origin)):
        _offer(best, origin[t], (np.int64(ms[t]) << NUMBER_BITS) | destination[t])


@kernel
def _unpack(keys: LongArray, k: int, row: IntArray, out: _Out, start: int) -> None:
    """Write the times and numbers that rows of keys hold, from one place of the answer on."""
    ms, place = out.ms, out.place
    for v in range(len(row)):
        for q in range(k):
            key = keys[row[v] * k + q]
            to = start + v * k + q
            ms[to] = min(key >> NUMBER_BITS, UNREACHED_MS)
            place[to] = np.int32(key & NUMBER_MASK) if key < NO_KEY else np.int32(-1)


@kernel
def _unpack_one(
    keys: LongArray, row: npt.NDArray[np.uint32], out: _Out, start: int, room: LongArray
) -> None:
    """
    Do the same where one key is kept.

    Keys are first fetched to ``room``, some at a time: nothing but reading waits for memory.
    """
    for begin in range(0, len(row), len(room)):
        some = row[begin : begin + len(room)]
        for i in range(len(some)):
            room[i] = keys[some[i]]
        at = start + begin
        ms, place = out.ms[at : at + len(some)], out.place[at : at + len(some)]
        for i in range(len(some)):
            ms[i] = min(room[i] >> NUMBER_BITS, UNREACHED_MS)
            place[i] = np.int32(room[i] & NUMBER_MASK) if room[i] < NO_KEY else np.int32(-1)
