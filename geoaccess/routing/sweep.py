"""
Many-to-many times by restricted sweeps (RPHAST: Delling, Goldberg, Werneck 2011).

Sixteen places of the smaller side climb to the root of the elimination tree, each in a lane
of its own; then one sweep down the ranks gives all of them their times to every node that
the other side needs. The sweep reads memory in order, and its innermost step, sixteen
additions and minima, is a few processor instructions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import config, njit, types
from numba.core.errors import NumbaError
from numba.extending import intrinsic

from geoaccess.errors import InputError
from geoaccess.routing.graph import Csr, DirectTrips, Seeds, require_threads, sealed_int32
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.restriction import Part, restricted
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray

P = ParamSpec("P")
R = TypeVar("R")

FlagArray = npt.NDArray[np.uint8]

LANES = 16
CACHE_LINE_BYTES = 64


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


class Lanes(NamedTuple):
    """
    Room of one worker: times in lanes, one row a node, and one row to spare.

    A row holds something where it is ``touched`` before the sweep, or ``alive`` after a
    sweep within a cutoff; elsewhere it is left over from another batch.
    """

    ms: IntArray
    touched: FlagArray
    alive: FlagArray
    climb_ms: IntArray
    climber: IntArray


class Side(NamedTuple):
    """What climbs, and through what: needed up-arcs, tree, and places with their seeds."""

    arcs: Csr
    parent: IntArray
    seeds: Csr


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
    rank, parent = hierarchy.topology.rank, hierarchy.topology.parent
    start, goal = origins.renumbered(rank), destinations.renumbered(rank)
    ms = _require_room((origins.n_places, destinations.n_places), out)
    if origins.n_places < destinations.n_places:
        side = Side(hierarchy.forward, parent, start)
        _sweep_all(side, restricted(hierarchy.backward, goal), ms, by_row=True, threads=threads)
    else:
        side = Side(hierarchy.backward, parent, goal)
        _sweep_all(side, restricted(hierarchy.forward, start), ms, by_row=False, threads=threads)
    np.minimum.at(ms, (trips.origin, trips.destination), trips.ms)
    return ms


def _require_room(shape: tuple[int, int], out: IntArray | None) -> IntArray:
    if out is None:
        return np.empty(shape, np.int32)
    if out.shape != shape or out.dtype != np.int32 or not out.flags.c_contiguous:
        msg = f"out is {out.dtype} {out.shape}; it must be contiguous int32 {shape}"
        raise InputError(msg)
    return out


def _sweep_all(side: Side, part: Part, ms: IntArray, *, by_row: bool, threads: int) -> None:
    n_batches = -(-(len(side.seeds.first) - 1) // LANES)

    def task(batch: int, room: Lanes) -> None:
        n_lanes = sweep_batch(side, part, room, batch)
        if by_row:
            _write_rows(part.seeds, room.ms, ms[batch * LANES : batch * LANES + n_lanes])
        else:
            _write_columns(part.seeds, room.ms, ms, batch * LANES, n_lanes)

    if ms.size:
        run_tasks(task, n_batches, workspace=lambda: lanes_for(side, part), threads=threads)


def lanes_for(side: Side, part: Part) -> Lanes:
    """Make room for a worker; each row of lanes begins at a cache line."""
    n_rows = len(part.arcs.first)
    per_line = CACHE_LINE_BYTES // 4
    raw = np.empty(n_rows * LANES + per_line, np.int32)
    start = (-raw.ctypes.data % CACHE_LINE_BYTES) // 4
    most_seeds = int(np.diff(side.seeds.first).max(initial=1))
    return Lanes(
        raw[start : start + n_rows * LANES].reshape(n_rows, LANES),
        np.zeros(n_rows, np.uint8),
        np.zeros(n_rows, np.uint8),
        np.full(len(side.parent), UNREACHED_MS, np.int32),
        np.empty(most_seeds, np.int32),
    )


def _relax_lanes_plainly(
    ms: IntArray, x: int, start: int, stop: int, head: IntArray, weight: IntArray, held: int
) -> None:
    """
    Lower every lane of row x to the best way over a row that an arc of it leads to.

    Where the row holds nothing, its lanes begin at ``UNREACHED_MS``.
    """
    if not held:
        for lane in range(LANES):
            ms[x, lane] = UNREACHED_MS
    for e in range(start, stop):
        for lane in range(LANES):
            way = np.int32(ms[head[e], lane] + weight[e])
            ms[x, lane] = min(ms[x, lane], way)


def _relax_lanes_code(context: Any, b: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
    """Write the same loop in the compiler's own language, lanes in one vector register."""
    i32, i64 = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(i32, LANES)
    undefined = ir.Constant(vector, ir.Undefined)
    ms, head, weight = (
        context.make_array(signature.args[k])(context, b, args[k]).data for k in (0, 4, 5)
    )
    x, start, stop = (b.sext(v, i64) if v.type.width < i64.width else v for v in args[1:4])

    def row(number: Any) -> Any:  # noqa: ANN401
        lane = b.gep(ms, [b.mul(number, ir.Constant(i64, LANES))])
        return b.bitcast(lane, vector.as_pointer())

    target = row(x)
    unreached = ir.Constant(vector, [UNREACHED_MS] * LANES)
    is_held = b.icmp_unsigned("!=", args[6], ir.Constant(args[6].type, 0))
    before = b.select(is_held, b.load(target, align=4), unreached)
    entry, test = b.block, b.append_basic_block("test")
    body, done = b.append_basic_block("body"), b.append_basic_block("done")
    b.branch(test)
    b.position_at_end(test)
    e, best = b.phi(i64), b.phi(vector)
    e.add_incoming(start, entry)
    best.add_incoming(before, entry)
    b.cbranch(b.icmp_signed("<", e, stop), body, done)
    b.position_at_end(body)
    above = b.load(row(b.sext(b.load(b.gep(head, [e])), i64)), align=4)
    extra = b.insert_element(undefined, b.load(b.gep(weight, [e])), ir.Constant(i32, 0))
    extra = b.shuffle_vector(extra, undefined, ir.Constant(ir.VectorType(i32, LANES), [0] * LANES))
    way = b.add(above, extra)
    e.add_incoming(b.add(e, ir.Constant(i64, 1)), body)
    best.add_incoming(b.select(b.icmp_signed("<", way, best), way, best), body)
    b.branch(test)
    b.position_at_end(done)
    b.store(best, target, align=4)
    return context.get_dummy_value()


def _best_relax_lanes() -> Callable[[IntArray, int, int, int, IntArray, IntArray, int], None]:
    """
    Choose vector code where it can be built, and the plain loop elsewhere.

    numba does not turn the plain loop into vector instructions: it is six times slower.
    """
    plain = _kernel(_relax_lanes_plainly)
    if vars(config).get("DISABLE_JIT"):
        return plain

    # numba reads the number of arguments off the signature; their types are its own objects.
    def typed(_: Any, ms: Any, x: Any, a: Any, b: Any, head: Any, weight: Any, held: Any) -> Any:  # noqa: ANN401
        return types.void(ms, x, a, b, head, weight, held), _relax_lanes_code

    vectored = cast("Callable[..., None]", intrinsic(typed))

    def probe(ms: IntArray, head: IntArray) -> None:
        vectored(ms, 0, 0, 1, head, head, 1)

    try:
        _kernel(probe)(np.zeros((1, LANES), np.int32), sealed_int32([0]))
    except (NumbaError, AttributeError, TypeError):
        return plain
    return vectored


_relax_lanes = _best_relax_lanes()


@_kernel
def sweep_batch(side: Side, part: Part, room: Lanes, batch: int) -> int:
    """Climb from up to sixteen places and sweep down; gives how many lanes are in use."""
    n_lanes = _climb_all(side, part.place, room, batch)
    first, head, weight = part.arcs.first, part.arcs.head, part.arcs.weight
    ms, touched = room.ms, room.touched
    for x in range(len(first) - 2, -1, -1):
        _relax_lanes(ms, x, first[x], first[x + 1], head, weight, touched[x])
        touched[x] = 0
    return n_lanes


@_kernel
def sweep_batch_within(side: Side, part: Part, room: Lanes, batch: int, cutoff: int) -> int:
    """
    Do the same within a cutoff: rows that no lane reaches in time are passed over.

    Times in rows that are not alive, and those beyond the cutoff, mean nothing.
    """
    n_lanes = _climb_all(side, part.place, room, batch)
    first, head, weight = part.arcs.first, part.arcs.head, part.arcs.weight
    ms, touched, alive = room.ms, room.touched, room.alive
    for x in range(len(first) - 2, -1, -1):
        held = touched[x]
        for e in range(first[x], first[x + 1]):
            if alive[head[e]]:
                _relax_lanes(ms, x, e, e + 1, head, weight, held)
                held = np.uint8(1)
        touched[x] = alive[x] = 0
        if held:
            least = ms[x, 0]
            for lane in range(1, LANES):
                least = min(least, ms[x, lane])
            alive[x] = least <= cutoff
    return n_lanes


@_kernel
def _climb_all(side: Side, place: IntArray, room: Lanes, batch: int) -> int:
    n_lanes = min(LANES, len(side.seeds.first) - 1 - batch * LANES)
    for lane in range(n_lanes):
        _climb(side, place, room, batch * LANES + lane, lane)
    return n_lanes


@_kernel
def _climb(side: Side, place: IntArray, room: Lanes, start: int, lane: int) -> None:
    """
    Give one lane its times to all ancestors of its seeds, lowest rank first.

    A climber stands at every seed; the lowest one steps to its parent, and climbers that
    meet go on as one.
    """
    first, head, weight, parent = side.arcs.first, side.arcs.head, side.arcs.weight, side.parent
    ms, climber, lanes = room.climb_ms, room.climber, room.ms
    n = 0
    for s in range(side.seeds.first[start], side.seeds.first[start + 1]):
        x = side.seeds.head[s]
        ms[x] = min(ms[x], side.seeds.weight[s])
        climber[n] = x
        n += 1
    while n > 0:
        x = climber[0]
        for c in range(1, n):
            x = min(x, climber[c])
        if ms[x] < UNREACHED_MS:
            row = place[x]
            if row >= 0:
                if not room.touched[row]:
                    room.touched[row] = 1
                    lanes[row] = UNREACHED_MS
                lanes[row, lane] = ms[x]
            for e in range(first[x], first[x + 1]):
                ms[head[e]] = min(ms[head[e]], np.int32(ms[x] + weight[e]))
            ms[x] = UNREACHED_MS
        n = _step_up(climber, n, x, parent[x])


@_kernel
def _step_up(climber: IntArray, n: int, x: int, parent: int) -> int:
    """Move the climbers at x to its parent as one; gives how many are left."""
    left = 0
    for c in range(n):
        if climber[c] != x:
            climber[left] = climber[c]
            left += 1
    if parent >= 0:
        climber[left] = parent
        left += 1
    return left


@_kernel
def _write_columns(seeds: Csr, ms: IntArray, out: IntArray, start: int, n_lanes: int) -> None:
    """
    Write the times of all lanes to and from each swept place beside one another.

    Most places have one seed or two, and are written in one go; for others the last legs are
    added up in the spare row, as if the place were one more node. A loop over all lanes, a
    number known beforehand, compiles to vector code.
    """
    first, node, leg = seeds.first, seeds.head, seeds.weight
    spare, unreached = len(ms) - 1, np.int32(UNREACHED_MS)
    for t in range(len(first) - 1):
        a, b = first[t], first[t + 1] - 1
        if n_lanes == LANES and a == b:
            row, extra, to = ms[node[a]], leg[a], out[t, start : start + LANES]
            for lane in range(LANES):
                to[lane] = min(np.int32(row[lane] + extra), unreached)
        elif a <= b <= a + 1:
            row_a, row_b, leg_a, leg_b = node[a], node[b], leg[a], leg[b]
            for lane in range(n_lanes):
                way = min(np.int32(ms[row_a, lane] + leg_a), np.int32(ms[row_b, lane] + leg_b))
                out[t, start + lane] = min(way, unreached)
        else:
            _relax_lanes(ms, spare, a, b + 1, node, leg, 0)
            for lane in range(n_lanes):
                out[t, start + lane] = ms[spare, lane]


@_kernel
def _write_rows(seeds: Csr, ms: IntArray, out: IntArray) -> None:
    """Write the times of each lane as a row of its own."""
    first, node, leg = seeds.first, seeds.head, seeds.weight
    spare = len(ms) - 1
    for t in range(len(first) - 1):
        _relax_lanes(ms, spare, first[t], first[t + 1], node, leg, 0)
        for lane in range(len(out)):
            out[lane, t] = ms[spare, lane]
