"""
How a place on a segment enters and leaves the network.

A place sits on a segment. Setting out, it may drive on to the end of the segment in each
open direction; arriving, it is reached from the node where the segment begins in each
open direction. The milliseconds from the place to that node, with the way between place
and road, are its offset.
"""

from __future__ import annotations

import numpy as np

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.units import UNREACHED_MS, BoolArray, FloatArray, IntArray, LongArray


def seeds_out(network: Network, snapped: Snapped) -> Seeds:
    """Nodes that places reach first when they set out."""
    return _seeds(network, snapped, outward=True)


def seeds_in(network: Network, snapped: Snapped) -> Seeds:
    """Nodes from which places are reached last when one arrives."""
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
        offset.append(snapped.access_ms[on].astype(np.int64) + (ms - driven if outward else driven))
        if not outward:
            # Vehicles that a turn restriction binds come by a copy of the arc.
            row, copy = copies_of(network, arc)
            place.append(on[row])
            node.append(tail[copy])
            offset.append(offset[-1][row])
    places = np.concatenate(place)
    order = np.argsort(places, kind="stable")
    counts = np.bincount(places, minlength=len(snapped))
    return Seeds(
        first=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]),
        node=np.concatenate(node)[order].astype(np.int32),
        ms=np.minimum(np.concatenate(offset)[order], UNREACHED_MS).astype(np.int32),
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


def take_places(seeds: Seeds, start: int, stop: int) -> Seeds:
    """Seeds of the places ``start`` to ``stop`` only."""
    begin, end = int(seeds.first[start]), int(seeds.first[stop])
    return Seeds(
        first=seeds.first[start : stop + 1] - begin,
        node=seeds.node[begin:end],
        ms=seeds.ms[begin:end],
    )


def take_rows(seeds: Seeds, rows: LongArray) -> Seeds:
    """Seeds of some places only, in the order given."""
    count = seeds.first[rows + 1] - seeds.first[rows]
    first = np.concatenate([[0], np.cumsum(count, dtype=np.int64)])
    at = np.arange(int(first[-1])) + np.repeat(seeds.first[rows] - first[:-1], count)
    return Seeds(first=first, node=seeds.node[at], ms=seeds.ms[at])


def same_segment_trips(network: Network, origins: Snapped, destinations: Snapped) -> DirectTrips:
    """
    Pairs that share a segment, and the time straight along it.

    Returns
    -------
    Pairs whose direct way is open, by origin, then destination; the way round through the
    network may still be shorter.
    """
    o, d = _sharing(origins.segment, destinations.segment)
    best = np.full(len(o), UNREACHED_MS, dtype=np.int64)
    ways = zip(_directions(network, origins), _directions(network, destinations), strict=True)
    for (arcs, from_fraction), (_, to_fraction) in ways:
        arc = arcs[o]
        ms = network.travel_time_ms[arc]
        step = along_ms(ms, to_fraction[d]).astype(np.int64) - along_ms(ms, from_fraction[o])
        # Ahead on the ground, not only on the clock, which stands still on a road of 0 ms.
        is_open: BoolArray = (arc >= 0) & (to_fraction[d] >= from_fraction[o])
        best = np.where(is_open, np.minimum(best, step), best)
    best += origins.access_ms[o].astype(np.int64) + destinations.access_ms[d]
    told = best < UNREACHED_MS
    return DirectTrips(
        origin=o[told].astype(np.int32),
        destination=d[told].astype(np.int32),
        ms=best[told].astype(np.int32),
    )


def _sharing(one: IntArray, other: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs of places on the same segment, by the first, then the second."""
    by_segment = np.argsort(other, kind="stable")
    on_road = by_segment[other[by_segment] >= 0]
    begin = np.searchsorted(other[on_road], one, side="left")
    end = np.searchsorted(other[on_road], one, side="right")
    count = np.where(one >= 0, end - begin, 0)
    first = np.repeat(begin - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    partner = on_road[np.arange(int(count.sum())) + first]
    return np.repeat(np.arange(len(one)), count).astype(np.int32), partner.astype(np.int32)


def along_ms(arc_ms: IntArray, fraction: FloatArray) -> IntArray:
    """Whole milliseconds from the start of an arc to a fraction of it."""
    whole: IntArray = np.rint(arc_ms * fraction).astype(np.int32)
    return whole


def _directions(network: Network, snapped: Snapped) -> list[tuple[IntArray, FloatArray]]:
    """Arc of each place in both directions (-1 if closed), and its fraction along it."""
    forward = np.append(network.forward_arc, np.int32(-1))[snapped.segment]
    backward = np.append(network.backward_arc, np.int32(-1))[snapped.segment]
    return [(forward, snapped.fraction), (backward, 1.0 - snapped.fraction)]
