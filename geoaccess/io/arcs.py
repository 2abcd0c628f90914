"""Pieces of road, boardings and forbidden runs become arcs in compressed sparse rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geoaccess.io.pieces import Ends
from geoaccess.io.turns import Run, forbid
from geoaccess.units import UNREACHED_MS, AnyArray, IntArray, LongArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """
    Directed arcs, sorted by tail and head, and which of them drive each piece of road.

    Attributes
    ----------
    where
        Position in the node array of the roads of each node.
    begin, finish
        Nodes of each piece.
    first_out, head, travel_time_ms, arc_segment, forward_arc, backward_arc
        As in :class:`~geoaccess.model.network.Network`.
    copy_arc, copy_of
        Copies for vehicles that a turn restriction binds, and what they are copies of.
    """

    where: LongArray
    begin: IntArray
    finish: IntArray
    first_out: LongArray
    head: IntArray
    travel_time_ms: IntArray
    arc_segment: IntArray
    forward_arc: IntArray
    backward_arc: IntArray
    copy_arc: IntArray
    copy_of: IntArray


def arcs_of(
    ends: Ends, times: tuple[IntArray, IntArray], *, boarding_ms: int, runs: Iterable[Run]
) -> Arcs:
    """
    Make arcs of both directions of each piece, of boardings, and of what turns need.

    Parameters
    ----------
    ends
        Nodes of the pieces.
    times
        Milliseconds along and against each piece, ``UNREACHED_MS`` where closed.
    boarding_ms
        Milliseconds to board a ferry.
    runs
        Forbidden runs: arc s drives piece s along, arc n_pieces + s against its way.
    """
    n, berths = len(ends.begin), len(ends.land)
    tail = np.concatenate([ends.begin, ends.finish, ends.land, ends.aboard])
    head = np.concatenate([ends.finish, ends.begin, ends.aboard, ends.land])
    ms = np.concatenate([*times, np.full(berths, boarding_ms), np.zeros(berths, np.int64)])
    piece = np.arange(n)
    segment = np.concatenate([piece, piece, np.full(2 * berths, -1)])
    # A closed arc must not count as a way into a node, or out of it.
    is_open = ms < UNREACHED_MS
    split = forbid(len(ends.where), np.where(is_open, tail, -1), np.where(is_open, head, -1), runs)
    of = split.extra_of
    copies = of >= 0
    return _in_rows(
        ends,
        split.twin_of,
        tail=np.concatenate([split.tail, split.extra_tail]),
        head=np.concatenate([split.head, split.extra_head]),
        ms=np.concatenate([ms, np.where(copies, ms[of], 0)]),
        segment=np.concatenate([segment, np.where(copies, segment[of], -1)]),
        copy_of=np.concatenate([np.full(len(tail), -1), of]),
    )


def _in_rows(
    ends: Ends,
    twin_of: LongArray,
    *,
    tail: AnyArray,
    head: AnyArray,
    ms: AnyArray,
    segment: AnyArray,
    copy_of: AnyArray,
) -> Arcs:
    n, n_nodes = len(ends.begin), len(ends.where) + len(twin_of)
    is_open = np.flatnonzero(ms < UNREACHED_MS)
    order = is_open[np.lexsort((segment[is_open], head[is_open], tail[is_open]))]
    arc_at = np.full(len(tail), -1, dtype=np.int32)
    arc_at[order] = np.arange(len(order), dtype=np.int32)
    out = np.bincount(tail[order], minlength=n_nodes)
    copies = np.flatnonzero(copy_of >= 0)
    return Arcs(
        where=np.concatenate([ends.where, ends.where[twin_of]]),
        begin=ends.begin.astype(np.int32),
        finish=ends.finish.astype(np.int32),
        first_out=np.concatenate([[0], np.cumsum(out)]),
        head=head[order].astype(np.int32),
        travel_time_ms=ms[order].astype(np.int32),
        arc_segment=segment[order].astype(np.int32),
        forward_arc=arc_at[:n],
        backward_arc=arc_at[n : 2 * n],
        copy_arc=arc_at[copies],
        copy_of=arc_at[copy_of[copies]],
    )
