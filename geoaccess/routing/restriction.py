"""The part of a hierarchy that a sweep has to pass, renumbered without gaps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geoaccess.routing.graph import Csr, sealed_int32, sealed_int64
from geoaccess.routing.kernels import kernel
from geoaccess.units import IntArray, LongArray


class Part(NamedTuple):
    """
    What is swept: the rows that places need, and the places, row by row.

    ``row`` gives the row of each rank, -1 for those left out, and ``seat`` the seat of each
    row, one of ``n_seats``. Places ``place[i]`` for i from ``written[x]`` to ``written[x + 1]``
    have row x as their lowest seed; those without any seed follow behind the last row.
    ``legs`` holds the seeds of ``place[i]`` as row i; heads are rows.
    """

    arcs: Csr
    row: IntArray
    seat: IntArray
    n_seats: int
    written: LongArray
    place: IntArray
    legs: Csr


def restricted(arcs: Csr, seeds: Csr, seat: IntArray) -> Part:
    """
    Take the part of the arcs that places need; all of them if there is a seed a node.

    Parameters
    ----------
    arcs
        Needed up-arcs in ranks.
    seeds
        Seeds of each place, in ranks.
    seat
        Seat of each rank.
    """
    n_nodes = len(arcs.first) - 1
    if len(seeds.head) >= n_nodes:
        row, moved = sealed_int32(np.arange(n_nodes)), seeds.head
    else:
        row, arcs = _restricted(arcs, seeds)
        moved, seat = row[seeds.head], seat[row >= 0]
    written, place, legs, most_legs = _sorted_places(
        Csr(seeds.first, sealed_int32(moved), seeds.weight), len(seat)
    )
    n_seats = int(seat.max(initial=-1)) + 1
    if most_legs > 1:
        seat, n_seats = _with_own_seats(sealed_int32(seat), n_seats, written, legs)
    return Part(
        arcs,
        sealed_int32(row),
        sealed_int32(seat),
        n_seats,
        written,
        place,
        legs,
    )


def whole(arcs: Csr) -> Part:
    """Take all rows, each on a seat of its own, and no place: what a row holds stays there."""
    every = sealed_int32(np.arange(len(arcs.first) - 1))
    nowhere = _csr(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))
    written, nobody = np.zeros(len(every) + 2, np.int64), np.empty(0, np.int32)
    return Part(arcs, every, every, len(every), written, nobody, nowhere)


def _csr(first: LongArray, head: IntArray, weight: IntArray) -> Csr:
    return Csr(sealed_int64(first), sealed_int32(head), sealed_int32(weight))


def _restricted(arcs: Csr, seeds: Csr) -> tuple[IntArray, Csr]:
    """Keep the rows that seeds need, directly or through others, and renumber them."""
    row, kept = np.full((2, len(arcs.first) - 1), -1, np.int32)
    n_rows, n_arcs = _needed(arcs, seeds.head, row, kept)
    head, weight = np.empty((2, n_arcs), np.int32)
    fewer = Csr(np.zeros(n_rows + 1, np.int64), head, weight)
    _take_rows(arcs, kept, row, fewer)
    return row, _csr(*fewer)


def _sorted_places(seeds: Csr, n_rows: int) -> tuple[LongArray, IntArray, Csr, int]:
    """Sort places by their lowest seed; gives the most seeds of one as well."""
    n_places = len(seeds.first) - 1
    lowest, place = np.full((2, n_places), n_rows, np.int32)
    written = np.zeros(n_rows + 2, np.int64)
    head, weight = np.empty((2, len(seeds.head)), np.int32)
    legs = Csr(np.zeros(n_places + 1, np.int64), head, weight)
    most_legs = _by_lowest(seeds, lowest, written, place, legs)
    return written, place, _csr(*legs), most_legs


@kernel
def _needed(arcs: Csr, seed: IntArray, row: IntArray, kept: IntArray) -> tuple[int, int]:
    """Find the row of each rank that seeds need, -1 for others; list them, count their arcs."""
    for s in range(len(seed)):
        row[seed[s]] = 0
    n_rows = n_arcs = 0
    for x in range(len(row)):
        if row[x] == 0:
            row[x] = n_rows
            kept[n_rows] = x
            n_rows += 1
            n_arcs += arcs.first[x + 1] - arcs.first[x]
            for e in range(arcs.first[x], arcs.first[x + 1]):
                row[arcs.head[e]] = 0
    return n_rows, n_arcs


@kernel
def _take_rows(arcs: Csr, kept: IntArray, row: IntArray, fewer: Csr) -> None:
    """Write the rows that are kept, heads renumbered."""
    at = 0
    for r in range(len(fewer.first) - 1):
        for e in range(arcs.first[kept[r]], arcs.first[kept[r] + 1]):
            fewer.head[at] = row[arcs.head[e]]
            fewer.weight[at] = arcs.weight[e]
            at += 1
        fewer.first[r + 1] = at


@kernel
def _by_lowest(seeds: Csr, lowest: IntArray, written: LongArray, place: IntArray, legs: Csr) -> int:
    """
    Sort places by their lowest seed, those without any last; counts the most seeds of one.

    ``lowest`` is the number of rows at first, and ``written`` 0; ``legs`` gets the seeds.
    """
    n_places = len(seeds.first) - 1
    for p in range(n_places):
        for s in range(seeds.first[p], seeds.first[p + 1]):
            lowest[p] = min(lowest[p], seeds.head[s])
        written[lowest[p] + 1] += 1
    for x in range(len(written) - 1):
        written[x + 1] += written[x]
    for p in range(n_places):
        place[written[lowest[p]]] = p
        written[lowest[p]] += 1
    for x in range(len(written) - 1, 0, -1):
        written[x] = written[x - 1]
    written[0] = 0
    at = most = 0
    for i in range(n_places):
        for s in range(seeds.first[place[i]], seeds.first[place[i] + 1]):
            legs.head[at] = seeds.head[s]
            legs.weight[at] = seeds.weight[s]
            at += 1
        legs.first[i + 1] = at
        most = max(most, at - legs.first[i])
    return most


@kernel
def _with_own_seats(
    seat: IntArray, n_seats: int, written: LongArray, legs: Csr
) -> tuple[IntArray, int]:
    """
    Give a seat of its own to each row that has left its seat when a place needs it.

    Rows that lie above one another sit at the same time; the ends of a road always do.
    """
    taken = np.full(n_seats, -1, np.int32)
    seats = seat.copy()
    for x in range(len(seat) - 1, -1, -1):
        taken[seat[x]] = x
        for s in range(legs.first[written[x]], legs.first[written[x + 1]]):
            row = legs.head[s]
            if taken[seat[row]] != row and seats[row] == seat[row]:
                seats[row] = n_seats
                n_seats += 1
    return seats, n_seats
