"""
Basic customization: ways over nodes that have been taken away shorten up-arcs, bottom up.

Nodes of one cut see almost the same world: each has the next as parent and the same
up-neighbours besides. Such a *group* is worked on as dense rows of numbers, which
processors handle many at a time; single nodes with few up-arcs are worked on one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.up_arcs import Up
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

BoolArray = npt.NDArray[np.bool_]


class Ms(NamedTuple):
    """Milliseconds along each up-arc, both ways."""

    up: IntArray
    down: IntArray


class Roads(NamedTuple):
    """Weights of road arcs, one past the end UNREACHED_MS, and where they go."""

    weight: IntArray
    slot: IntArray
    bearer: IntArray
    spare: IntArray


class Lower(NamedTuple):
    """Up-arcs grouped by head: which arc, and its tail."""

    first: LongArray
    arc: IntArray
    tail: IntArray


@kernel
def carry(roads: Roads, ms: Ms, start: int, stop: int) -> None:
    """Give up-arcs in a stretch the weights of the roads they carry."""
    for e in range(start, stop):
        ms.up[e] = roads.weight[roads.bearer[e, 0]]
        ms.down[e] = roads.weight[roads.bearer[e, 1]]
    low, high = 0, len(roads.spare)
    while low < high:
        middle = (low + high) >> 1
        if roads.slot[roads.spare[middle]] < 2 * start:
            low = middle + 1
        else:
            high = middle
    while low < len(roads.spare) and roads.slot[roads.spare[low]] < 2 * stop:
        a = roads.spare[low]
        e = roads.slot[a] >> 1
        if roads.slot[a] & 1:
            ms.down[e] = min(ms.down[e], roads.weight[a])
        else:
            ms.up[e] = min(ms.up[e], roads.weight[a])
        low += 1


@kernel
def basic_rows(up: Up, ms: Ms, top_ms: Ms, stretch: LongArray, top: int, room: Ms) -> None:
    """
    Let every node of a stretch hand the ways over itself to its up-neighbours.

    Rows of the top are written to ``top_ms``, which begins at the first arc of the top.
    ``stretch`` holds its groups, between two empty ones at its ends. ``room`` is as long as
    the longest row.
    """
    for g in range(1, len(stretch)):
        first, end = stretch[g]
        _relax_nodes(up, ms, top_ms, stretch[g - 1, 1], first, top)
        if end > first:
            _relax_inside(up, ms, first, end)
            _relax_outside(up, ms, top_ms, first, end, top, room)


@inner_kernel
def _relax_nodes(up: Up, ms: Ms, top_ms: Ms, start: int, stop: int, top: int) -> None:
    """Shorten every arc y-z by the ways y-x-z; the heads z of x's row are in y's row too."""
    first, head = up.first, up.head
    ms_up, ms_down, top_up, top_down = ms.up, ms.down, top_ms.up, top_ms.down
    shift = first[top]
    for x in range(start, stop):
        end = first[x + 1]
        for i in range(first[x], end):
            to_x, from_x = ms_down[i], ms_up[i]
            e = first[head[i]]
            if head[i] < top:
                for j in range(i + 1, end):
                    while head[e] != head[j]:
                        e += 1
                    ms_up[e] = min(ms_up[e], np.int32(to_x + ms_up[j]))
                    ms_down[e] = min(ms_down[e], np.int32(ms_down[j] + from_x))
            else:
                for j in range(i + 1, end):
                    while head[e] != head[j]:
                        e += 1
                    k = e - shift
                    top_up[k] = min(top_up[k], np.int32(to_x + ms_up[j]))
                    top_down[k] = min(top_down[k], np.int32(ms_down[j] + from_x))


@inner_kernel
def _shorten(target: IntArray, source: IntArray, extra: int) -> None:
    """Lower each target to source + extra where that is less; compiles to vector code."""
    for k in range(len(target)):
        target[k] = min(target[k], np.int32(source[k] + extra))


@inner_kernel
def _relax_inside(up: Up, ms: Ms, start: int, stop: int) -> None:
    """Shorten the rows of a group's own members; later parts of its rows are the same."""
    for x in range(start, stop):
        end = up.first[x + 1]
        for y in range(x + 1, stop):
            i = up.first[x] + y - x - 1
            start_y, stop_y = up.first[y], up.first[y + 1]
            _shorten(ms.up[start_y:stop_y], ms.up[i + 1 : end], ms.down[i])
            _shorten(ms.down[start_y:stop_y], ms.down[i + 1 : end], ms.up[i])


@inner_kernel
def _relax_outside(up: Up, ms: Ms, top_ms: Ms, start: int, stop: int, top: int, room: Ms) -> None:
    """Shorten the rows above a group by the best way over any member, found in ``room``."""
    base = up.first[stop - 1]
    n = up.first[stop] - base
    for p in range(n):
        y = up.head[base + p]
        best_up, best_down = room.up[: n - p - 1], room.down[: n - p - 1]
        for k in range(n - p - 1):
            best_up[k] = best_down[k] = UNREACHED_MS
        for x in range(start, stop):
            i = up.first[x + 1] - n + p
            end = up.first[x + 1]
            if ms.down[i] < UNREACHED_MS:
                _shorten(best_up, ms.up[i + 1 : end], ms.down[i])
            if ms.up[i] < UNREACHED_MS:
                _shorten(best_down, ms.down[i + 1 : end], ms.up[i])
        target, shift = (ms, 0) if y < top else (top_ms, up.first[top])
        e = up.first[y]
        for k in range(n - p - 1):
            while up.head[e] != up.head[base + p + 1 + k]:
                e += 1
            target.up[e - shift] = min(target.up[e - shift], best_up[k])
            target.down[e - shift] = min(target.down[e - shift], best_down[k])
            e += 1


@kernel
def rows_above(up: Up, parent: IntArray, slot: IntArray, arcs: IntArray) -> BoolArray:
    """Mark the rows that carry some road arcs, and all above them in the tree."""
    above = np.zeros(len(parent), np.bool_)
    for a in arcs:
        if slot[a] >= 0:
            x = np.searchsorted(up.first, slot[a] >> 1, side="right") - 1
            while x >= 0 and not above[x]:
                above[x] = True
                x = parent[x]
    return above


@kernel
def lower_arcs(up: Up, wanted: BoolArray) -> Lower:
    """Group up-arcs by head, tails ascending, for the heads that are wanted."""
    n = len(up.first) - 1
    first = np.zeros(n + 1, np.int64)
    for e in range(len(up.head)):
        first[up.head[e] + 1] += wanted[up.head[e]]
    for v in range(n):
        first[v + 1] += first[v]
    end = first[:n].copy()
    arc = np.empty(first[n], np.int32)
    tail = np.empty(first[n], np.int32)
    for v in range(n):
        for e in range(up.first[v], up.first[v + 1]):
            if wanted[up.head[e]]:
                arc[end[up.head[e]]] = e
                tail[end[up.head[e]]] = v
                end[up.head[e]] += 1
    return Lower(first, arc, tail)


@inner_kernel
def _find(up: Up, low: int, high: int) -> int:
    """Find the up-arc between two ranks, or -1."""
    start, stop = up.first[low], up.first[low + 1]
    while start < stop:
        middle = (start + stop) >> 1
        if up.head[middle] < high:
            start = middle + 1
        else:
            stop = middle
    return start if start < up.first[low + 1] and up.head[start] == high else -1


@kernel
def update_basic(up: Up, lower: Lower, roads: Roads, base: Ms, ms: Ms, changed: IntArray) -> None:
    """
    Bring basic weights up to date after some road arcs changed; they are ``base`` at first.

    A changed up-arc of x touches the arcs between its head and the other up-neighbours of x,
    all in higher rows; so one pass up the ranks is enough. What its way makes shorter is
    lowered; what leant on its way, and has lost it, is worked out afresh.
    """
    n = len(up.first) - 1
    fresh = np.zeros(len(up.head), np.bool_)
    waits = np.zeros(n, np.bool_)
    for a in changed:
        if roads.slot[a] >= 0:
            e = roads.slot[a] >> 1
            fresh[e] = True
            waits[np.searchsorted(up.first, e, side="right") - 1] = True
    for x in range(n):
        if waits[x]:
            _work_out(up, lower, roads, ms, x, fresh)
            for e in range(up.first[x], up.first[x + 1]):
                if ms.up[e] != base.up[e] or ms.down[e] != base.down[e]:
                    _hand_up(up, base, ms, x, e, fresh, waits)


@inner_kernel
def _work_out(up: Up, lower: Lower, roads: Roads, ms: Ms, x: int, fresh: BoolArray) -> None:
    """Work out up-arcs of a row from road arcs and lower triangles, as if for the first time."""
    for e in range(up.first[x], up.first[x + 1]):
        if fresh[e]:
            carry(roads, ms, e, e + 1)
            for s in range(lower.first[x], lower.first[x + 1]):
                i = lower.arc[s]
                j = _find(up, lower.tail[s], up.head[e])
                if j >= 0:
                    ms.up[e] = min(ms.up[e], np.int32(ms.down[i] + ms.up[j]))
                    ms.down[e] = min(ms.down[e], np.int32(ms.down[j] + ms.up[i]))


@inner_kernel
def _hand_up(up: Up, base: Ms, ms: Ms, x: int, e: int, fresh: BoolArray, waits: BoolArray) -> None:
    """Lower the arcs to which an up-arc of x gives a shorter way; mark those that lost theirs."""
    for other in range(up.first[x], up.first[x + 1]):
        if other == e:
            continue
        i, j = min(e, other), max(e, other)
        low = up.head[i]
        to = _find(up, low, up.head[j])
        ahead, back = np.int32(ms.down[i] + ms.up[j]), np.int32(ms.down[j] + ms.up[i])
        if ahead < ms.up[to] or back < ms.down[to]:
            ms.up[to] = min(ms.up[to], ahead)
            ms.down[to] = min(ms.down[to], back)
            waits[low] = True
        old_ahead = np.int32(base.down[i] + base.up[j])
        old_back = np.int32(base.down[j] + base.up[i])
        lost_ahead = ahead > old_ahead and old_ahead == base.up[to]
        lost_back = back > old_back and old_back == base.down[to]
        if lost_ahead or lost_back:
            fresh[to] = True
            waits[low] = True
