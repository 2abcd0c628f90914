"""All nodes within a cutoff: sweeps over the whole graph, sixteen places at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

from geoaccess.errors import InputError
from geoaccess.routing.answers import Reached
from geoaccess.routing.graph import Csr, Seeds, require_threads, sealed_int32
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.sweep import LANES, Lanes, Part, Side, lanes_for, sweep_batch
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
