"""
Perfect customization: up-arcs get true travel times, top down, and needless ones are dropped.

An up-arc x-y may be dropped for a way x-z-y of the same time when z-y takes time itself:
then z is nearer to x than y is, so no two arcs can each be dropped for the sake of the other.
Zero weights therefore stay exact.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.routing.basic_weights import Ms
from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.up_arcs import Up
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

BoolArray = npt.NDArray[np.bool_]


class Kept(NamedTuple):
    """Whether each direction of each up-arc is needed."""

    up: BoolArray
    down: BoolArray


class Block(NamedTuple):
    """A group and its up-neighbours: times between all of them, both ways."""

    ahead: IntArray
    back: IntArray
    keep: IntArray


def block_room(up: Up, stretch: LongArray) -> Block:
    """Make room for the largest group of a stretch and its up-neighbours."""
    first = stretch[stretch[:, 0] < stretch[:, 1], 0]
    size = int((up.first[first + 1] - up.first[first]).max(initial=0)) + 1
    ahead, back = np.empty((2, size, size), np.int32)
    return Block(ahead, back, np.empty(size, np.int32))


@kernel
def perfect_rows(up: Up, ms: Ms, kept: Kept, stretch: LongArray, block: Block) -> None:
    """
    Make a stretch of rows perfect, highest first; the rows above must be so already.

    ``stretch`` holds its groups, between two empty ones at its ends; ``block`` is room for the
    largest of them.
    """
    for g in range(len(stretch) - 1, 0, -1):
        first, end = stretch[g]
        if end > first:
            _perfect_group(up, ms, kept, block, first, end)
        _perfect_nodes(up, ms, kept, stretch[g - 1, 1], first)


@inner_kernel
def _perfect_group(up: Up, ms: Ms, kept: Kept, block: Block, start: int, stop: int) -> None:
    _gather(up, ms, block, start, stop)
    for x in range(stop - 1, start - 1, -1):
        _perfect_member(up, ms, kept, block, x, x - start)


@inner_kernel
def _perfect_nodes(up: Up, ms: Ms, kept: Kept, start: int, stop: int) -> None:
    """Try every way x-y-z and x-z-y, both directions, where i is x-y, j is x-z and e is y-z."""
    first, head = up.first, up.head
    ms_up, ms_down, kept_up, kept_down = ms.up, ms.down, kept.up, kept.down
    for x in range(stop - 1, start - 1, -1):
        end = first[x + 1]
        for i in range(first[x], end):
            kept_up[i] = ms_up[i] < UNREACHED_MS
            kept_down[i] = ms_down[i] < UNREACHED_MS
        for i in range(first[x], end - 1):
            e = first[head[i]]
            for j in range(i + 1, end):
                while head[e] != head[j]:
                    e += 1
                _try_way(ms_up, kept_up, i, j, ms_up[e])
                _try_way(ms_up, kept_up, j, i, ms_down[e])
                _try_way(ms_down, kept_down, i, j, ms_down[e])
                _try_way(ms_down, kept_down, j, i, ms_up[e])


@inner_kernel
def _try_way(ms: IntArray, kept: BoolArray, via: int, arc: int, rest: int) -> None:
    """Shorten an arc by the way over the end of another; drop it if the rest takes time."""
    way = np.int32(ms[via] + rest)
    if way <= ms[arc]:
        ms[arc] = way
        kept[arc] &= rest == 0


@inner_kernel
def _gather(up: Up, ms: Ms, block: Block, start: int, stop: int) -> None:
    """Write the times between the up-neighbours of a group into the block, after its members."""
    base = up.first[stop - 1]
    n = up.first[stop] - base
    shift = stop - start
    for p in range(n):
        e = up.first[up.head[base + p]]
        s = shift + p
        block.ahead[s, s] = UNREACHED_MS
        block.back[s, s] = UNREACHED_MS
        for q in range(p + 1, n):
            while up.head[e] != up.head[base + q]:
                e += 1
            t = shift + q
            block.ahead[s, t] = block.back[t, s] = ms.up[e]
            block.ahead[t, s] = block.back[s, t] = ms.down[e]
            e += 1


@inner_kernel
def _perfect_member(up: Up, ms: Ms, kept: Kept, block: Block, x: int, place: int) -> None:
    """Make the row of one member of a group perfect and add it to the block at its place."""
    a, b = up.first[x], up.first[x + 1]
    _perfect_way(ms.up[a:b], kept.up[a:b], block.ahead, block.keep, place + 1)
    _perfect_way(ms.down[a:b], kept.down[a:b], block.back, block.keep, place + 1)
    block.ahead[place, place] = UNREACHED_MS
    block.back[place, place] = UNREACHED_MS
    t = place + 1
    for i in range(up.first[x], up.first[x + 1]):
        block.ahead[place, t] = block.back[t, place] = ms.up[i]
        block.back[place, t] = block.ahead[t, place] = ms.down[i]
        t += 1


@inner_kernel
def _perfect_way(
    ms: IntArray, kept: BoolArray, between: IntArray, keep: IntArray, place: int
) -> None:
    """Shorten each arc of a row by the way over every other; drop it where the rest takes time."""
    n = len(ms)
    for t in range(n):
        keep[t] = ms[t] < UNREACHED_MS
    for s in range(n):
        if ms[s] < UNREACHED_MS:
            _try_ways(ms, keep[:n], between[place + s][place : place + n], ms[s])
    for t in range(n):
        kept[t] = keep[t] != 0


@inner_kernel
def _try_ways(ms: IntArray, keep: IntArray, rest: IntArray, first_leg: int) -> None:
    for t in range(len(ms)):
        way = np.int32(rest[t] + first_leg)
        keep[t] = np.int32(0) if way <= ms[t] and rest[t] > 0 else keep[t]
        ms[t] = min(ms[t], way)


def kept_arcs(up: Up, ms: IntArray, kept: BoolArray) -> tuple[LongArray, IntArray, IntArray]:
    """Copy the arcs that are kept, row by row."""
    stays = kept & (ms < UNREACHED_MS)
    before = np.concatenate([[0], np.cumsum(stays, dtype=np.int64)])
    return before[up.first], up.head[stays], ms[stays]
