"""
The part of a contraction hierarchy that weights do not touch.

Taking nodes away in some order joins those that are left: the *up-arcs* of a node are its
higher neighbours at the moment it goes. The lowest of them is its parent; parents make the
elimination tree, and all up-arcs of a node lead to its ancestors.

Ranks run through the tree in post-order, so a subtree is one stretch of memory. The last
ranks are the *top*: the cuts that part the rest into *blocks*, subtrees that share no
arc and that threads may work on side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.routing.graph import Graph, sealed_int32, sealed_int64
from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.order import Links, elimination_order, renumbered_links, undirected_links
from geoaccess.routing.up_arcs import Up, road_slots, seats, wide_groups
from geoaccess.units import IntArray, LongArray

LARGEST_BLOCK_SHARE = 1 / 8


class _Kin(NamedTuple):
    """
    The elimination tree while it grows, -1 where unknown, shape (n_nodes,) each.

    ``youngest`` is the last child found, ``brother`` the child found before; ``seen_by`` is
    the last row that holds a node.
    """

    parent: IntArray
    youngest: IntArray
    brother: IntArray
    seen_by: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Topology:
    """
    Up-arcs of a road graph, and which road arc each of them carries.

    Attributes
    ----------
    rank
        When each node goes, 0 first, shape (n_nodes,).
    first_up
        Up-arcs of rank v are ``first_up[v]`` to ``first_up[v + 1]``, shape (n_nodes + 1,).
    up_head
        Rank where each up-arc ends, ascending in a row, shape (n_up,).
    parent
        Lowest up-neighbour of each rank, -1 at a root, shape (n_nodes,).
    block_first
        Block b holds ranks ``block_first[b]`` to ``block_first[b + 1]``; the ranks from
        ``block_first[-1]`` on are the top. Shape (n_blocks + 1,).
    stretches
        Groups of each block, and of the top: nodes of one cut, whose rows are alike. First
        and one past the last rank, a row each, an empty group at each end.
    slot
        Where each road arc goes: twice its up-arc, plus 1 if it runs downwards; -1 for a
        loop. Shape (n_arcs,).
    bearer
        One road arc that runs up and one that runs down each up-arc; n_arcs where there is
        none. Shape (n_up, 2).
    spare
        Road arcs that share their slot with a bearer, sorted by slot, shape (n_spare,).
    seat
        Where each rank sits during a sweep, shape (n_nodes,). Ranks that no other rank needs
        at the same time share a seat: a rank of a block sits by its depth below the top.
    """

    rank: IntArray
    first_up: LongArray
    up_head: IntArray
    parent: IntArray
    block_first: LongArray
    stretches: tuple[LongArray, ...]
    slot: IntArray
    bearer: IntArray
    spare: IntArray
    seat: IntArray

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.rank)

    @property
    def up(self) -> Up:
        """Up-arcs as kernels take them."""
        return Up(self.first_up, self.up_head)

    @property
    def n_up(self) -> int:
        """Number of up-arcs."""
        return len(self.up_head)


def build_topology(
    graph: Graph, *, x: npt.ArrayLike, y: npt.ArrayLike, order: npt.ArrayLike | None = None
) -> Topology:
    """
    Order the nodes and find the up-arcs.

    Parameters
    ----------
    graph
        Directed roads; weights do not matter.
    x, y
        Planar coordinates, any unit, shape (n_nodes,).
    order
        When each node goes, if known already, shape (n_nodes,).

    Returns
    -------
    The topology, good for any weights on these arcs.
    """
    links = undirected_links(graph)
    if order is None:
        order = elimination_order(links, x, y)
    return _topology(graph, links, _require_order(order, graph.n_nodes))


def _require_order(order: npt.ArrayLike, n: int) -> IntArray:
    ranks = sealed_int32(order)
    if len(ranks) != n or not np.array_equal(np.sort(ranks), np.arange(n)):
        msg = f"order must hold every number from 0 to {n - 1} once"
        raise InputError(msg)
    return ranks


def _topology(graph: Graph, links: Links, order: IntArray) -> Topology:
    n = len(order)
    parent, ancestor = np.full((2, n), -1, np.int32)
    _elimination_tree(*renumbered_links(links, order), parent, ancestor)
    moved, block_first = _renumbered_blocks(parent, max(1, int(n * LARGEST_BLOCK_SHARE)))
    rank = moved[order]
    first_up, up_head, parent = _completed(renumbered_links(links, rank))
    if len(up_head) > np.iinfo(np.int32).max // 2:
        msg = f"{len(up_head)} up-arcs are more than int32 can number; use a smaller region"
        raise InputError(msg)
    up = Up(first_up, up_head)
    slot, bearer, spare = road_slots(graph, rank, up)
    borders = [*block_first.tolist(), n]
    return Topology(
        rank=sealed_int32(rank),
        first_up=sealed_int64(first_up),
        up_head=sealed_int32(up_head),
        parent=sealed_int32(parent),
        block_first=sealed_int64(block_first),
        stretches=tuple(
            sealed_int64(wide_groups(up, start, stop)) for start, stop in pairwise(borders)
        ),
        slot=sealed_int32(slot),
        bearer=sealed_int32(bearer),
        spare=sealed_int32(spare),
        seat=sealed_int32(seats(parent, int(block_first[-1]))),
    )


def _renumbered_blocks(parent: IntArray, largest_block: int) -> tuple[IntArray, LongArray]:
    """Give each rank its new rank, top last, and tell where the blocks begin."""
    n = len(parent)
    moved, end, starts = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n + 1, np.int64)
    size, kept = np.ones(n, np.int64), np.empty(n + 1, np.int64)
    n_kept = _top_last(parent, largest_block, size, moved, end, starts, kept)
    return moved, kept[:n_kept].copy()


def _completed(links: Links) -> tuple[LongArray, IntArray, IntArray]:
    """Give up-arcs by row, and the parent of each rank."""
    n = len(links.first) - 1
    first_up, up = np.zeros(n + 1, np.int64), np.empty(len(links.head) + n, np.int32)
    parent, youngest, brother, seen_by = np.full((4, n), -1, np.int32)
    up = _complete(links.first, links.head, first_up, up, _Kin(parent, youngest, brother, seen_by))
    return first_up, up[: first_up[n]], parent


@kernel
def _elimination_tree(
    first: LongArray, head: IntArray, parent: IntArray, ancestor: IntArray
) -> None:
    """
    Find the parent of each rank without the up-arcs (Liu 1986).

    The parent of v is the first later node whose elimination v's subtree touches.
    ``ancestor`` shortens the climb to the root of the subtree known so far. Both are -1 at first.
    """
    for v in range(len(parent)):
        for e in range(first[v], first[v + 1]):
            u = head[e]
            if u >= v:
                continue
            while ancestor[u] not in (-1, v):
                above = ancestor[u]
                ancestor[u] = v
                u = above
            if ancestor[u] == -1:
                ancestor[u] = v
                parent[u] = v


@kernel
def _top_last(
    parent: IntArray,
    largest_block: int,
    size: LongArray,
    moved: IntArray,
    end: LongArray,
    block_start: LongArray,
    kept: LongArray,
) -> int:
    """
    Renumber in post-order, nodes of subtrees beyond the largest block last.

    Going down from the highest rank, each subtree gets the stretch that ends where the
    stretch of its last placed brother begins; that is a post-order. ``size`` is 1 at first;
    ``moved`` gets the new ranks, and ``kept`` where blocks begin; gives how many it holds.
    """
    n = len(parent)
    for v in range(n):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    n_top = 0
    for v in range(n):
        n_top += size[v] > largest_block
    n_blocks = 0
    free_top, free = n, n - n_top
    for v in range(n - 1, -1, -1):
        p = parent[v]
        if size[v] > largest_block:
            free_top -= 1
            moved[v] = free_top
            continue
        if p < 0 or size[p] > largest_block:
            stop = free
            free -= size[v]
            block_start[n_blocks] = free
            n_blocks += 1
        else:
            stop = end[p]
            end[p] -= size[v]
        moved[v] = stop - 1
        end[v] = stop - 1
    return _merged(block_start[:n_blocks], n - n_top, largest_block, kept)


@inner_kernel
def _merged(start: LongArray, end: int, largest_block: int, kept: LongArray) -> int:
    """Join neighbouring blocks, of which the last begins first, while below the largest."""
    n_kept = 0
    for b in range(len(start) - 1, -1, -1):
        stop = start[b - 1] if b > 0 else end
        if n_kept == 0 or stop - kept[n_kept - 1] > largest_block:
            kept[n_kept] = start[b]
            n_kept += 1
    kept[n_kept] = end
    return n_kept + 1


@inner_kernel
def _longer(row: IntArray, needed: int) -> IntArray:
    if needed <= len(row):
        return row
    longer = np.empty(max(needed, len(row) + len(row) // 2), np.int32)
    for i in range(len(row)):
        longer[i] = row[i]
    return longer


@inner_kernel
def _sort_row(row: IntArray, start: int, stop: int) -> None:
    """
    Sort in place (Shell 1959); most rows are short.

    numba's own sort is no quicker on these, and takes seconds to compile.
    """
    gap = 1
    while 3 * gap < stop - start:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(start + gap, stop):
            value = row[i]
            j = i
            while j >= start + gap and row[j - gap] > value:
                row[j] = row[j - gap]
                j -= gap
            row[j] = value
        gap //= 3


@kernel
def _complete(
    first: LongArray, head: IntArray, first_up: LongArray, up: IntArray, kin: _Kin
) -> IntArray:
    """
    Find the up-arcs: a node's own higher neighbours and those its children hand up.

    Rows are written to ``first_up``, which is 0 at first, and to what is given back, which
    is ``up`` or something longer.
    """
    parent, youngest, brother, seen_by = kin
    for v in range(len(parent)):
        start = end = first_up[v]
        seen_by[v] = v
        up = _longer(up, end + first[v + 1] - first[v])
        for e in range(first[v], first[v + 1]):
            if head[e] > v:
                seen_by[head[e]] = v
                up[end] = head[e]
                end += 1
        child = youngest[v]
        while child >= 0:
            up = _longer(up, end + first_up[child + 1] - first_up[child])
            for e in range(first_up[child], first_up[child + 1]):
                if seen_by[up[e]] != v:
                    seen_by[up[e]] = v
                    up[end] = up[e]
                    end += 1
            child = brother[child]
        first_up[v + 1] = end
        if end > start:
            _sort_row(up, start, end)
            parent[v] = up[start]
            brother[v] = youngest[up[start]]
            youngest[up[start]] = v
    return up
