"""What up-arcs carry, which of their rows are alike, and where ranks sit in a sweep."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geoaccess.routing.graph import Graph
from geoaccess.routing.kernels import kernel
from geoaccess.units import IntArray, LongArray

SMALLEST_GROUP = 2
SHORTEST_GROUP_ROW = 8


class Up(NamedTuple):
    """Up-arcs as kernels take them: rows are ranks, heads ascend in a row."""

    first: LongArray
    head: IntArray


def road_slots(graph: Graph, rank: IntArray, up: Up) -> tuple[IntArray, IntArray, IntArray]:
    """
    Find which up-arc each road arc goes to.

    Parameters
    ----------
    graph
        Directed roads.
    rank
        Rank of each node, shape (n_nodes,).
    up
        Up-arcs.

    Returns
    -------
    ``slot``, ``bearer`` and ``spare`` as a topology holds them.
    """
    slot = np.full(len(graph.head), -1, np.int32)
    _slots(graph.first_out, graph.head, rank, up, slot)
    bearer, spare = np.full((len(up.head), 2), len(slot), np.int32), np.empty_like(slot)
    spare = spare[: _bearers(slot, bearer, spare)]
    return slot, bearer, spare[np.argsort(slot[spare], kind="stable")]


def wide_groups(up: Up, start: int, stop: int) -> LongArray:
    """Find the groups of a stretch of ranks; see ``Topology.stretches``."""
    found = np.empty((stop - start + 2, 2), np.int64)
    return found[: _wide_groups(up, start, stop, found)].copy()


def seats(parent: IntArray, top: int) -> IntArray:
    """Seat each rank; see ``Topology.seat``."""
    seat = np.empty(len(parent), np.int32)
    _seats(parent, top, seat)
    return seat


@kernel
def _seats(parent: IntArray, top: int, seat: IntArray) -> None:
    """Seat each rank from ``top`` on by itself, the others by their depth below it."""
    n = len(parent)
    for v in range(n - 1, -1, -1):
        if v >= top:
            seat[v] = v - top
        elif parent[v] < 0 or parent[v] >= top:
            seat[v] = n - top
        else:
            seat[v] = seat[parent[v]] + 1


@kernel
def _slots(first_out: LongArray, head: IntArray, rank: IntArray, up: Up, slot: IntArray) -> None:
    """Find the slot of each road arc; that of a loop stays -1."""
    for v in range(len(rank)):
        for a in range(first_out[v], first_out[v + 1]):
            low = min(rank[v], rank[head[a]])
            high = max(rank[v], rank[head[a]])
            if low < high:
                e, stop = up.first[low], up.first[low + 1]
                while e < stop:
                    middle = (e + stop) >> 1
                    if up.head[middle] < high:
                        e = middle + 1
                    else:
                        stop = middle
                slot[a] = 2 * e + (rank[v] == high)


@kernel
def _bearers(slot: IntArray, bearer: IntArray, spare: IntArray) -> int:
    """Give each slot its first road arc; the others are spare: gives their number."""
    n_arcs = len(slot)
    n_spare = 0
    for a in range(n_arcs):
        if slot[a] >= 0:
            up, direction = slot[a] >> 1, slot[a] & 1
            if bearer[up, direction] == n_arcs:
                bearer[up, direction] = a
            else:
                spare[n_spare] = a
                n_spare += 1
    return n_spare


@kernel
def _wide_groups(up: Up, start: int, stop: int, found: LongArray) -> int:
    """
    Find the groups worth treating as blocks: first and one past the last rank, a row each.

    Members follow one another; each one's row is its successor and the successor's row.
    An empty group stands at each end of the stretch. Gives how many there are.
    """
    found[0, 0] = found[0, 1] = start
    n_found = 1
    x = start
    while x < stop:
        end = x + 1
        length = up.first[end] - up.first[x]
        while (
            end < stop
            and length > 0
            and up.head[up.first[end - 1]] == end
            and up.first[end + 1] - up.first[end] == length - 1
        ):
            end += 1
            length -= 1
        if end - x >= SMALLEST_GROUP and up.first[x + 1] - up.first[x] >= SHORTEST_GROUP_ROW:
            found[n_found, 0], found[n_found, 1] = x, end
            n_found += 1
        x = end
    found[n_found, 0] = found[n_found, 1] = stop
    return n_found + 1
