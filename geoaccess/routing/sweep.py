"""
Many-to-many times by restricted sweeps (RPHAST: Delling, Goldberg, Werneck 2011).

The places of the smaller side climb to the root of the elimination tree, each in a lane of
its own; sweeps down the ranks then give them their times to every node that the other side
needs, many lanes at a time.
"""

from __future__ import annotations

import numpy as np

from geoaccess.errors import InputError
from geoaccess.routing.graph import DirectTrips, Seeds, require_threads
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.lanes import (
    MOST_VECTORS,
    Lanes,
    Sheet,
    Side,
    lanes_for,
    sweep_into,
)
from geoaccess.routing.restriction import Part, restricted
from geoaccess.routing.vectors import LANES
from geoaccess.routing.workers import run_tasks
from geoaccess.units import IntArray

# Seats stay in a processor core's own cache.
SEATS_BYTES = 2**21
TURNED_ROWS = 2048


def many_to_many(
    hierarchy: Hierarchy,
    origins: Seeds,
    destinations: Seeds,
    *,
    direct: DirectTrips | None = None,
    threads: int = 1,
    out: IntArray | None = None,
) -> IntArray:
    """
    Time from every origin to every destination.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    origins, destinations
        Where places enter and leave the network.
    direct
        Trips known beforehand, from origin to destination.
    threads
        How many threads may work.
    out
        Where to write, int32 of the answer's shape, rows contiguous; made if not given.

    Returns
    -------
    Milliseconds, ``UNREACHED_MS`` where there is no way, shape (n_origins, n_destinations).
    """
    require_threads(threads)
    trips = direct if direct is not None else DirectTrips.none()
    trips.require_places(origins.n_places, destinations.n_places)
    topology = hierarchy.topology
    start, goal = origins.renumbered(topology.rank), destinations.renumbered(topology.rank)
    ms = _require_room((origins.n_places, destinations.n_places), out)
    if not ms.size:
        return ms
    if origins.n_places < destinations.n_places:
        side = Side(hierarchy.forward, topology.parent, start)
        part = restricted(hierarchy.backward, goal, topology.seat)
        _sweep_rows(side, part, ms, threads=threads)
    else:
        side = Side(hierarchy.backward, topology.parent, goal)
        part = restricted(hierarchy.forward, start, topology.seat)
        _sweep_columns(side, part, ms, threads=threads)
    np.minimum.at(ms, (trips.origin, trips.destination), trips.ms)
    return ms


def _require_room(shape: tuple[int, int], out: IntArray | None) -> IntArray:
    if out is None:
        return np.empty(shape, np.int32)
    if out.shape != shape or out.dtype != np.int32 or not out.flags.c_contiguous:
        msg = f"out is {out.dtype} {out.shape}; it must be contiguous int32 {shape}"
        raise InputError(msg)
    return out


def lane_width(part: Part, n_places: int, *, threads: int) -> int:
    """
    Choose how many places share a sweep: as many as the cache holds, all threads busy.

    Parameters
    ----------
    part
        What is swept.
    n_places
        How many places sweep.
    threads
        How many threads may work.

    Returns
    -------
    A multiple of ``LANES``.
    """
    n_vectors = -(-n_places // LANES)
    most = min(MOST_VECTORS, max(1, SEATS_BYTES // (4 * LANES * max(part.n_seats, 1))))
    n_sweeps = -(-n_vectors // most)
    n_sweeps = min(n_vectors, -(-n_sweeps // threads) * threads)
    return LANES * max(1, -(-n_vectors // max(n_sweeps, 1)))


def _sweep_columns(side: Side, part: Part, ms: IntArray, *, threads: int) -> None:
    """Sweep with destinations in lanes, and write their columns straight to the matrix."""
    n_places = ms.shape[1]
    width = lane_width(part, n_places, threads=threads)
    flat = ms.reshape(-1)

    def task(number: int, room: Lanes) -> None:
        start = number * width
        sweep_into(side, part, room, start, Sheet(flat, n_places, start))

    run_tasks(
        task,
        -(-n_places // width),
        workspace=lambda: lanes_for(side, part, width=width),
        threads=threads,
    )


def _sweep_rows(side: Side, part: Part, ms: IntArray, *, threads: int) -> None:
    """Sweep with origins in lanes, and turn what they find into rows of the matrix."""
    n_places, n_swept = ms.shape
    width = lane_width(part, n_places, threads=threads)

    def workspace() -> tuple[Lanes, IntArray]:
        return lanes_for(side, part, width=width), np.empty((n_swept, width), np.int32)

    def task(number: int, room: tuple[Lanes, IntArray]) -> None:
        lanes, found = room
        start = number * width
        rows = ms[start : start + width]
        sweep_into(side, part, lanes, start, Sheet(found.reshape(-1), width, 0))
        for first in range(0, n_swept, TURNED_ROWS):
            stop = first + TURNED_ROWS
            rows[:, first:stop] = found[first:stop, : len(rows)].T

    run_tasks(task, -(-n_places // width), workspace=workspace, threads=threads)
