"""
Sweeps down a hierarchy for many places at a time, each in a *lane* of its own.

Places climb to the root of the elimination tree and leave a note at each row that the sweep
is to pass. The sweep goes down the ranks: the times of a row are the least sums of an arc and
the times of a row above, or what the notes say. Ranks are numbered through the tree in
post-order, so the sweep only ever needs the rows between the root and where it stands: rows
take turns on *seats*, all of which stay in the processor's cache, and a row is written out or
added up while it sits. The innermost step, sixteen additions and minima, is a few instructions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geoaccess.routing.graph import Csr
from geoaccess.routing.kernels import Whole, lean_inner_kernel, lean_kernel
from geoaccess.routing.restriction import Part
from geoaccess.routing.vectors import (
    FOUR,
    LANES,
    Ways,
    add_to_lanes,
    lanes_within,
    lowest_sums,
    lowest_sums_of_four,
)
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

CACHE_LINE_BYTES = 64
MOST_VECTORS = 62


class Lanes(NamedTuple):
    """
    Room of one worker.

    ``ms`` holds a row of lanes for each seat, and a last one to spare; ``flat`` is the same.
    Of a row, ``width`` lanes are for use; some more may keep rows from sharing cache lines.
    In ``alive``, bit v of a seat tells that some lane of its v-th sixteen is within the cutoff;
    where the bit is not set, all those lanes are beyond it, whatever they say. Notes of a row
    are a list from ``first_note`` along ``next_note``.
    """

    ms: IntArray
    flat: IntArray
    width: int
    alive: LongArray
    first_note: IntArray
    next_note: IntArray
    note_lane: IntArray
    note_ms: IntArray
    climb_ms: IntArray
    climber: IntArray


class Sheet(NamedTuple):
    """Where times are written: lane l of place p at ``p * n_columns + column + l``."""

    ms: IntArray
    n_columns: int
    column: int


class Side(NamedTuple):
    """What climbs, and through what: needed up-arcs, tree, and places with their seeds."""

    arcs: Csr
    parent: IntArray
    seeds: Csr


def lanes_for(side: Side, part: Part, *, width: int) -> Lanes:
    """Make room for a worker with so many lanes; each row of lanes begins at a cache line."""
    n_seats, n_rows = part.n_seats, len(part.seat)
    per_line = CACHE_LINE_BYTES // 4
    # Rows an even number of lines apart would crowd one another out of the cache.
    step = width + per_line * (1 - width // per_line % 2)
    raw = np.full((n_seats + 1) * step + per_line, UNREACHED_MS, np.int32)
    start = (-raw.ctypes.data % CACHE_LINE_BYTES) // 4
    flat = raw[start : start + (n_seats + 1) * step]
    most_seeds = int(np.diff(side.seeds.first).max(initial=1))
    n_notes = width * min(n_rows, most_seeds * n_seats)
    return Lanes(
        ms=flat.reshape(n_seats + 1, step),
        flat=flat,
        width=width,
        alive=np.zeros(n_seats, np.int64),
        first_note=np.full(n_rows, -1, np.int32),
        next_note=np.empty(n_notes, np.int32),
        note_lane=np.empty(n_notes, np.int32),
        note_ms=np.empty(n_notes, np.int32),
        climb_ms=np.full(len(side.parent), UNREACHED_MS, np.int32),
        climber=np.empty(most_seeds, np.int32),
    )


@lean_kernel
def sweep_into(side: Side, part: Part, room: Lanes, start: int, sheet: Sheet) -> None:
    """Write the times of the places from one on to every place of the part: a column each."""
    n_lanes = _climb_all(side, part.row, room, start, UNREACHED_MS - 1)
    whole = LANES * -(-n_lanes // LANES)
    arcs = Ways(room.ms, part.seat, part.arcs.head, part.arcs.weight)
    legs = Ways(room.ms, part.seat, part.legs.head, part.legs.weight)
    first, step, n_rows = part.arcs.first, room.ms.shape[1], len(part.seat)
    for x in range(n_rows - 1, -1, -1):
        base = part.seat[x] * step
        _fill(room.flat, base, arcs, first[x], first[x + 1], whole)
        _read_notes(room, x, base)
        for i in range(part.written[x], part.written[x + 1]):
            at = np.int64(part.place[i]) * sheet.n_columns + sheet.column
            a, b = part.legs.first[i], part.legs.first[i + 1]
            _write(sheet.ms, at, legs, room.flat, a, b, n_lanes)
    for i in range(part.written[n_rows], part.written[n_rows + 1]):
        at = np.int64(part.place[i]) * sheet.n_columns + sheet.column
        for lane in range(n_lanes):
            sheet.ms[at + lane] = UNREACHED_MS


@lean_inner_kernel
def _fill(out: IntArray, at: Whole, ways: Ways, a: int, b: int, n_lanes: int) -> None:
    """Write least sums to so many lanes, a multiple of sixteen, four times sixteen at a time."""
    column, last_four = 0, n_lanes - FOUR * LANES
    while column <= last_four:
        lowest_sums_of_four(out, at + column, ways, column, a, b)
        column += FOUR * LANES
    while column < n_lanes:
        lowest_sums(out, at + column, ways, column, a, b)
        column += LANES


@lean_inner_kernel
def _write(
    out: IntArray, at: Whole, legs: Ways, flat: IntArray, a: int, b: int, n_lanes: int
) -> None:
    whole = n_lanes - n_lanes % LANES
    _fill(out, at, legs, a, b, whole)
    if whole < n_lanes:
        spare = len(flat) - LANES
        lowest_sums(flat, spare, legs, whole, a, b)
        for lane in range(n_lanes - whole):
            out[at + whole + lane] = flat[spare + lane]


@lean_inner_kernel
def _read_notes(room: Lanes, x: int, base: int) -> None:
    note = room.first_note[x]
    room.first_note[x] = -1
    while note >= 0:
        at = base + room.note_lane[note]
        room.flat[at] = min(room.flat[at], room.note_ms[note])
        note = room.next_note[note]


@lean_kernel
def sweep_within(
    side: Side,
    part: Part,
    room: Lanes,
    start: int,
    cutoff: int,
    amount: LongArray,
    sums: LongArray,
) -> None:
    """
    Add up what each place, from one on, reaches within a cutoff.

    Rows that no lane of a sixteen reaches in time are passed over for all sixteen.
    """
    _climb_all(side, part.row, room, start, cutoff)
    arcs = Ways(room.ms, part.seat, part.arcs.head, part.arcs.weight)
    first, seat, step = part.arcs.first, part.seat, room.ms.shape[1]
    for x in range(len(seat) - 1, -1, -1):
        near = _alive_over(room, arcs, first[x], first[x + 1]) | _noted(room, x)
        if near | room.alive[seat[x]]:
            base = seat[x] * step
            _fill_within(room, base, arcs, first[x], first[x + 1], near, room.alive[seat[x]])
            _read_notes(room, x, base)
            room.alive[seat[x]] = _still_alive(room.flat, base, near, cutoff)
        for i in range(part.written[x], part.written[x + 1]):
            _add(room, part, i, cutoff, amount[i], sums)


@lean_inner_kernel
def _fill_within(
    room: Lanes, base: int, arcs: Ways, start: int, stop: int, near: Whole, before: int
) -> None:
    """Write least sums to the sixteens that are near, and forget those that were before."""
    left, column = near | before, 0
    while left:
        if near >> (column // LANES) & 1:
            lowest_sums(room.flat, base + column, arcs, column, start, stop)
        elif left & 1:
            lowest_sums(room.flat, base + column, arcs, column, start, start)
        left >>= 1
        column += LANES


@lean_inner_kernel
def _alive_over(room: Lanes, ways: Ways, start: int, stop: int) -> Whole:
    near = np.int64(0)
    for e in range(start, stop):
        near |= room.alive[ways.seat[ways.head[e]]]
    return near


@lean_inner_kernel
def _noted(room: Lanes, x: int) -> Whole:
    near = np.int64(0)
    note = room.first_note[x]
    while note >= 0:
        near |= np.int64(1) << np.int64(room.note_lane[note] // LANES)
        note = room.next_note[note]
    return near


@lean_inner_kernel
def _still_alive(flat: IntArray, base: int, near: Whole, cutoff: int) -> Whole:
    alive, vector = np.int64(0), np.int64(0)
    while near >> vector:
        if near >> vector & 1 and lanes_within(flat, base + vector * LANES, cutoff):
            alive |= np.int64(1) << vector
        vector += 1
    return alive


@lean_inner_kernel
def _add(room: Lanes, part: Part, i: int, cutoff: int, more: int, sums: LongArray) -> None:
    """Add an amount to the lanes that reach its place in time; one leg needs no sums."""
    legs = Ways(room.ms, part.seat, part.legs.head, part.legs.weight)
    a, b = part.legs.first[i], part.legs.first[i + 1]
    spare, column = len(room.flat) - LANES, 0
    near = _alive_over(room, legs, a, b)
    if b == a + 1:
        base = legs.seat[legs.head[a]] * room.ms.shape[1]
        while near:
            if near & 1:
                bits = lanes_within(room.flat, base + column, cutoff - legs.weight[a])
                add_to_lanes(sums, column, bits, more)
            near >>= 1
            column += LANES
        return
    while near:
        if near & 1:
            lowest_sums(room.flat, spare, legs, column, a, b)
            add_to_lanes(sums, column, lanes_within(room.flat, spare, cutoff), more)
        near >>= 1
        column += LANES


@lean_inner_kernel
def _climb_all(side: Side, row: IntArray, room: Lanes, start: int, cutoff: int) -> int:
    """Let as many places climb as there are lanes; gives how many lanes are in use."""
    n_lanes = min(room.width, len(side.seeds.first) - 1 - start)
    n_notes: Whole = np.int64(0)
    for lane in range(n_lanes):
        n_notes = _climb(side, row, room, start + lane, lane, n_notes, cutoff)
    return n_lanes


@lean_inner_kernel
def _climb(
    side: Side, row: IntArray, room: Lanes, start: int, lane: int, n_notes: Whole, cutoff: int
) -> Whole:
    """
    Note the times of one place to all ancestors of its seeds, lowest rank first.

    A climber stands at every seed; the lowest one steps to its parent, and climbers that
    meet go on as one. Gives the number of notes so far.
    """
    first, head, weight, parent = side.arcs.first, side.arcs.head, side.arcs.weight, side.parent
    ms, climber = room.climb_ms, room.climber
    n: Whole = np.int64(0)
    for s in range(side.seeds.first[start], side.seeds.first[start + 1]):
        x = side.seeds.head[s]
        ms[x] = min(ms[x], side.seeds.weight[s])
        climber[n] = x
        n += 1
    while n > 0:
        x = climber[0]
        for c in range(1, n):
            x = min(x, climber[c])
        if ms[x] <= cutoff:
            if row[x] >= 0:
                room.note_lane[n_notes] = lane
                room.note_ms[n_notes] = ms[x]
                room.next_note[n_notes] = room.first_note[row[x]]
                room.first_note[row[x]] = n_notes
                n_notes += 1
            for e in range(first[x], first[x + 1]):
                ms[head[e]] = min(ms[head[e]], np.int32(ms[x] + weight[e]))
        ms[x] = UNREACHED_MS
        n = _step_up(climber, n, x, parent[x])
    return n_notes


@lean_inner_kernel
def _step_up(climber: IntArray, n: Whole, x: int, parent: int) -> Whole:
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
