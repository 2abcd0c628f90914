"""What lies within a cutoff: sweeps over the graph, sixteen places at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from numba import njit

from geoaccess.errors import InputError
from geoaccess.routing.answers import Reached
from geoaccess.routing.graph import Csr, Seeds, require_threads, sealed_int32
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.seeds import take_rows
from geoaccess.routing.sweep import LANES, Lanes, Part, Side, lanes_for, restricted, sweep_batch
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

P = ParamSpec("P")
R = TypeVar("R")


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


def reached_within(
    hierarchy: Hierarchy,
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
    hierarchy
        Roads ready for sweeps.
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
    topology = hierarchy.topology
    up, down = hierarchy.forward, hierarchy.backward
    arcs, climbed = (up, down) if reverse else (down, up)
    side = Side(climbed, topology.parent, places.renumbered(topology.rank))
    every = sealed_int32(np.arange(topology.n_nodes))
    part = Part(arcs, every, Csr(np.zeros(1, np.int64), every[:0], every[:0]))
    pieces: dict[int, tuple[LongArray, IntArray, IntArray]] = {}

    def task(batch: int, room: Lanes) -> None:
        n_lanes = sweep_batch(side, part, room, batch)
        pieces[batch] = _within(room.ms, topology.rank, n_lanes, cutoff)

    n_batches = -(-places.n_places // LANES)
    run_tasks(task, n_batches, workspace=lambda: lanes_for(side, part), threads=threads)
    return _joined([pieces[batch] for batch in range(n_batches)])


def reached_amounts(
    hierarchy: Hierarchy,
    places: Seeds,
    origins: Seeds,
    *,
    amount: npt.ArrayLike,
    cutoff_ms: int,
    reverse: bool = False,
    threads: int = 1,
) -> LongArray:
    """
    Add up what lies within a cutoff of each place: the people of its catchment.

    Nothing is stored for a pair, so memory does not grow with the number of pairs.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    places
        Where places enter the network.
    origins
        Where what is added up enters the network.
    amount
        How much there is at each origin, whole numbers, shape (n_origins,).
    cutoff_ms
        Longest time that counts, milliseconds.
    reverse
        Whether times run from the origin to the place.
    threads
        How many threads may work.

    Returns
    -------
    Sums, shape (n_places,); the same for any number of threads.

    Raises
    ------
    InputError
        If there is not one whole amount an origin.
    """
    require_threads(threads)
    cutoff = require_cutoff(cutoff_ms)
    amounts = _require_amounts(amount, origins.n_places)
    topology = hierarchy.topology
    by_rank = _by_first_head(origins.renumbered(topology.rank), topology.n_nodes)
    up, down = hierarchy.forward, hierarchy.backward
    arcs, climbed = (up, down) if reverse else (down, up)
    side = Side(climbed, topology.parent, places.renumbered(topology.rank))
    part = restricted(arcs, take_rows(origins, by_rank).renumbered(topology.rank))
    sums = np.zeros((-(-places.n_places // LANES), LANES), np.int64)
    held = amounts[by_rank]

    def task(batch: int, room: Lanes) -> None:
        sweep_batch(side, part, room, batch)
        _add_within(part.seeds, room.ms, held, cutoff, sums[batch])

    run_tasks(task, len(sums), workspace=lambda: lanes_for(side, part), threads=threads)
    return sums.reshape(-1)[: places.n_places]


def _require_amounts(amount: npt.ArrayLike, n_origins: int) -> LongArray:
    amounts = np.asarray(amount)
    if amounts.shape != (n_origins,) or (n_origins and amounts.dtype.kind not in "iu"):
        msg = f"amount is {amounts.dtype} {amounts.shape}; {n_origins} whole numbers are needed"
        raise InputError(msg)
    return amounts.astype(np.int64)


@_kernel
def _by_first_head(places: Csr, n_nodes: int) -> LongArray:
    """Sort places by the head of their first seed, those without any last; ties by number."""
    first, head = places.first, places.head
    end = np.zeros(n_nodes + 2, np.int64)
    for p in range(len(first) - 1):
        v = head[first[p]] if first[p] < first[p + 1] else n_nodes
        end[v + 1] += 1
    for v in range(n_nodes + 1):
        end[v + 1] += end[v]
    order = np.empty(len(first) - 1, np.int64)
    for p in range(len(first) - 1):
        v = head[first[p]] if first[p] < first[p + 1] else n_nodes
        order[end[v]] = p
        end[v] += 1
    return order


@_kernel
def _add_within(seeds: Csr, ms: IntArray, amount: LongArray, cutoff: int, out: LongArray) -> None:
    """Add to each lane the amounts of the origins that it reaches in time."""
    first, node, leg = seeds.first, seeds.head, seeds.weight
    for t in range(len(first) - 1):
        a, b = first[t], first[t + 1]
        if b == a + 1:
            least = np.int32(cutoff - leg[a])
            row = ms[node[a]]
            for lane in range(LANES):
                out[lane] += amount[t] if row[lane] <= least else 0
            continue
        for lane in range(LANES):
            for s in range(a, b):
                if ms[node[s], lane] <= np.int32(cutoff - leg[s]):
                    out[lane] += amount[t]
                    break


def require_cutoff(cutoff_ms: int) -> int:
    """
    Check a cutoff.

    Parameters
    ----------
    cutoff_ms
        Longest time that counts, milliseconds.

    Returns
    -------
    The same, below ``UNREACHED_MS``.

    Raises
    ------
    InputError
        If it is negative.
    """
    if cutoff_ms < 0:
        msg = f"cutoff_ms={cutoff_ms} lets nothing through; it must be 0 or more"
        raise InputError(msg)
    return min(cutoff_ms, UNREACHED_MS - 1)


def _joined(pieces: list[tuple[LongArray, IntArray, IntArray]]) -> Reached:
    counts = [piece[0] for piece in pieces]
    empty = np.empty(0, np.int32)
    return Reached(
        first=np.concatenate([[0], *counts]).astype(np.int64).cumsum(),
        node=np.concatenate([empty, *(piece[1] for piece in pieces)]),
        ms=np.concatenate([empty, *(piece[2] for piece in pieces)]),
    )


@_kernel
def _within(
    ms: IntArray, rank: IntArray, n_lanes: int, cutoff: int
) -> tuple[LongArray, IntArray, IntArray]:
    """
    List the nodes of each lane that lie within a cutoff: how many, which, and when.

    Lanes out of use hold ``UNREACHED_MS`` and count nothing; loops over all lanes are vector code.
    """
    count = np.zeros(LANES, np.int64)
    for x in range(len(rank)):
        for lane in range(LANES):
            count[lane] += ms[x, lane] <= cutoff
    at = np.cumsum(count) - count
    node = np.empty(count.sum(), np.int32)
    found = np.empty(count.sum(), np.int32)
    for v in range(len(rank)):
        x = rank[v]
        least = ms[x, 0]
        for lane in range(1, LANES):
            least = min(least, ms[x, lane])
        if least <= cutoff:
            for lane in range(n_lanes):
                if ms[x, lane] <= cutoff:
                    node[at[lane]] = v
                    found[at[lane]] = ms[x, lane]
                    at[lane] += 1
    return count[:n_lanes], node, found
