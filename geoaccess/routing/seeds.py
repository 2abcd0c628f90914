"""
How a place on a segment enters and leaves the network.

A place sits on a segment. Setting out, it may drive on to the end of the segment in each
open direction; arriving, it is reached from the node where the segment begins in each
open direction. The milliseconds from the place to that node, with the way between place
and road, are its offset.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.units import UNREACHED_MS, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seeds:
    """
    Nodes where places enter or leave the network.

    Attributes
    ----------
    place
        Position of the place, sorted, shape (n_seeds,).
    node
        Where it enters or leaves.
    offset_ms
        Milliseconds between place and node.
    """

    place: IntArray
    node: IntArray
    offset_ms: IntArray


def seeds_out(network: Network, snapped: Snapped) -> Seeds:
    """Nodes that a place reaches first when it sets out."""
    return _seeds(network, snapped, outward=True)


def seeds_in(network: Network, snapped: Snapped) -> Seeds:
    """Nodes from which a place is reached last when one arrives."""
    return _seeds(network, snapped, outward=False)


def _seeds(network: Network, snapped: Snapped, *, outward: bool) -> Seeds:
    place, node, offset = [], [], []
    tail = network.tail
    for arcs, fraction in _directions(network, snapped):
        on = np.flatnonzero(arcs >= 0)
        arc = arcs[on]
        ms = network.travel_time_ms[arc]
        driven = along_ms(ms, fraction[on])
        place.append(on)
        node.append(network.head[arc] if outward else tail[arc])
        offset.append(snapped.access_ms[on] + (ms - driven if outward else driven))
        if not outward:
            # Vehicles that a turn restriction binds come by a copy of the arc.
            row, copy = copies_of(network, arc)
            place.append(on[row])
            node.append(tail[copy])
            offset.append(offset[-1][row])
    places = np.concatenate(place)
    order = np.argsort(places, kind="stable")
    return Seeds(
        place=places[order].astype(np.int32),
        node=np.concatenate(node)[order].astype(np.int32),
        offset_ms=np.concatenate(offset)[order].astype(np.int32),
    )


def copies_of(network: Network, arcs: IntArray) -> tuple[IntArray, IntArray]:
    """Find the copies of some arcs: the row of each in ``arcs``, and the copy."""
    order = np.argsort(network.copy_of, kind="stable")
    sorted_of = network.copy_of[order]
    first = np.searchsorted(sorted_of, arcs, side="left")
    count = np.searchsorted(sorted_of, arcs, side="right") - first
    row = np.repeat(np.arange(len(arcs)), count)
    start = np.cumsum(count) - count
    at = np.arange(len(row)) - np.repeat(start, count) + np.repeat(first, count)
    return row.astype(np.int32), network.copy_arc[order][at]


def same_segment_ms(network: Network, origins: Snapped, destinations: Snapped) -> Direct:
    """
    Pairs that share a segment, and the time straight along it.

    Returns
    -------
    Pairs whose direct way is open; the way round through the network may still be
    shorter, or the only one.
    """
    by_segment: dict[int, list[int]] = {}
    for j, segment in enumerate(destinations.segment):
        if segment >= 0:
            by_segment.setdefault(int(segment), []).append(j)
    pairs = [
        (i, j)
        for i, segment in enumerate(origins.segment)
        for j in by_segment.get(int(segment), ())
    ]
    if not pairs:
        nothing = np.empty(0, dtype=np.int32)
        return Direct(origin=nothing, destination=nothing, ms=nothing)
    o, d = np.array(pairs, dtype=np.int32).T
    best = np.full(len(o), UNREACHED_MS, dtype=np.int64)
    ways = zip(_directions(network, origins), _directions(network, destinations), strict=True)
    for (arcs, from_fraction), (_, to_fraction) in ways:
        arc = arcs[o]
        ms = network.travel_time_ms[arc]
        step = along_ms(ms, to_fraction[d]).astype(np.int64) - along_ms(ms, from_fraction[o])
        is_open: BoolArray = (arc >= 0) & (step >= 0)
        best = np.where(is_open, np.minimum(best, step), best)
    best += origins.access_ms[o].astype(np.int64) + destinations.access_ms[d]
    told = best < UNREACHED_MS
    return Direct(origin=o[told], destination=d[told], ms=best[told].astype(np.int32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Direct:
    """Pairs on one segment and the milliseconds straight along it."""

    origin: IntArray
    destination: IntArray
    ms: IntArray


def along_ms(arc_ms: IntArray, fraction: FloatArray) -> IntArray:
    """Whole milliseconds from the start of an arc to a fraction of it."""
    whole: IntArray = np.rint(arc_ms * fraction).astype(np.int32)
    return whole


def _directions(network: Network, snapped: Snapped) -> list[tuple[IntArray, FloatArray]]:
    """Arc of each place in both directions (-1 if closed), and its fraction along it."""
    forward = np.append(network.forward_arc, np.int32(-1))[snapped.segment]
    backward = np.append(network.backward_arc, np.int32(-1))[snapped.segment]
    return [(forward, snapped.fraction), (backward, 1.0 - snapped.fraction)]
