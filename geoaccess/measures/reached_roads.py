"""
Pieces of road within a cutoff of places, cut where the time passes it.

Along a segment the time to a place, or from it, is the lesser of two straight lines: one
that rises from the start of the segment, and one that falls towards its end. A place on the
segment starts a line of its own in each open direction, which holds from the place on. So
segments are cut at the places on them, then where the two lines cross, then where they pass
a cutoff; on every piece that is left, time is a straight line between its two ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.dijkstra import dijkstra_reached_within
from geoaccess.routing.engine import Direction
from geoaccess.routing.graph import Seeds
from geoaccess.routing.router import Router
from geoaccess.routing.seeds import along_ms, copies_of, seeds_in, seeds_out, take_places
from geoaccess.units import BoolArray, FloatArray, IntArray, LongArray

# Reached nodes of so many places are held at once.
_PLACES_AT_ONCE = 64
# Shorter pieces, as a share of their segment, are what rounding leaves.
_SPECK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """
    Pieces of road segments, on each of which time is a straight line.

    Attributes
    ----------
    place
        Row of the place, 0 where all places count together, shape (n_pieces,).
    segment
        Segment of the network.
    start, end
        From where to where, as fractions of the segment, ``start < end``.
    start_ms, end_ms
        Milliseconds at both, not rounded.
    band
        Position of the smallest cutoff that the whole piece lies within.
    """

    place: IntArray
    segment: IntArray
    start: FloatArray
    end: FloatArray
    start_ms: FloatArray
    end_ms: FloatArray
    band: IntArray

    def __len__(self) -> int:
        """Count the pieces."""
        return len(self.place)

    def take(self, rows: LongArray | BoolArray) -> Pieces:
        """Only these rows, given as positions or as a mask."""
        return Pieces(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def reached_pieces(
    router: Router,
    snapped: Snapped,
    *,
    cutoffs_ms: LongArray,
    direction: Direction,
    per_place: bool,
) -> Pieces:
    """
    Find the pieces of road within cutoffs of places.

    Parameters
    ----------
    router
        Roads made ready.
    snapped
        Places on them.
    cutoffs_ms
        Longest times that count, milliseconds, rising, shape (n_cutoffs,).
    direction
        ``"to_service"``: from the road to the place; ``"from_service"``: from the place.
    per_place
        Whether each place counts for itself, or the nearest of all.

    Returns
    -------
    Pieces by place, segment and start.
    """
    roads = _Roads(router.network, reverse=direction == "to_service")
    seeds = (seeds_in if roads.reverse else seeds_out)(router.network, snapped)
    if per_place:
        groups = [np.array([i]) for i in range(len(snapped))]
    else:
        groups = [np.arange(len(snapped))]
        seeds = _as_one(seeds)
    found = [
        _cut_at_cutoffs(roads.lines(nodes, ms, snapped.take(groups[i])), i, cutoffs_ms)
        for i, nodes, ms in _searches(router, seeds, int(cutoffs_ms[-1]), reverse=roads.reverse)
    ]
    return _joined(found)


def _as_one(seeds: Seeds) -> Seeds:
    """All places as one, which is entered wherever one of them is."""
    return Seeds(first=np.array([0, len(seeds.node)]), node=seeds.node, ms=seeds.ms)


def _searches(
    router: Router, seeds: Seeds, cutoff_ms: int, *, reverse: bool
) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Each place with the nodes within the cutoff, and their times."""
    for begin in range(0, seeds.n_places, _PLACES_AT_ONCE):
        some = take_places(seeds, begin, min(begin + _PLACES_AT_ONCE, seeds.n_places))
        reached = dijkstra_reached_within(
            router.search, some, cutoff_ms=cutoff_ms, reverse=reverse, threads=router.threads
        )
        for i in range(some.n_places):
            rows = slice(reached.first[i], reached.first[i + 1])
            yield begin + i, reached.node[rows], reached.ms[rows]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lines:
    """
    Stretches of segments without a place inside, and the two lines over each.

    ``rise_ms`` is the time that the rising line has where the segment starts, ``fall_ms``
    that of the falling line where it ends; both are ``inf`` where there is no such line.
    """

    segment: IntArray
    start: FloatArray
    end: FloatArray
    rise_ms: FloatArray
    rise_slope: FloatArray
    fall_ms: FloatArray
    fall_slope: FloatArray


class _Roads:
    """Where each segment is entered when times run to places, or from them."""

    __slots__ = ("arc_of", "end_of", "first", "network", "node_ms", "reverse")

    def __init__(self, network: Network, *, reverse: bool) -> None:
        self.network, self.reverse = network, reverse
        # The end of an arc at which its time is known: where one leaves it towards a place,
        # or where one comes upon it from a place.
        self.end_of: IntArray = network.head if reverse else network.tail
        self.arc_of: LongArray = np.argsort(self.end_of, kind="stable")
        self.first: LongArray = np.searchsorted(
            self.end_of[self.arc_of], np.arange(network.n_nodes + 1)
        )
        self.node_ms: FloatArray = np.full(network.n_nodes, np.inf)

    def lines(self, nodes: IntArray, ms: IntArray, places: Snapped) -> _Lines:
        """Lines over the segments that are entered at these nodes, or hold a place."""
        segment = self._segments(nodes, places)
        self.node_ms[nodes] = ms
        rising, falling = self._arcs(segment)
        rise, fall = self._entry(rising), self._entry(falling)
        self.node_ms[nodes] = np.inf
        whole = _Lines(
            segment=segment,
            start=np.zeros(len(segment)),
            end=np.ones(len(segment)),
            rise_ms=rise,
            rise_slope=self._slope(rising),
            fall_ms=fall,
            fall_slope=self._slope(falling),
        )
        return self._cut_at_places(whole, places)

    def _segments(self, nodes: IntArray, places: Snapped) -> IntArray:
        count = self.first[nodes + 1] - self.first[nodes]
        at = np.arange(int(count.sum())) + np.repeat(
            self.first[nodes] - np.concatenate([[0], np.cumsum(count)[:-1]]), count
        )
        entered = self.network.arc_segment[self.arc_of[at]]
        segment: IntArray = np.unique(np.concatenate([entered, places.segment]))
        return segment[segment >= 0]

    def _arcs(self, segment: IntArray) -> tuple[IntArray, IntArray]:
        """Arcs along which time rises, and falls, from the start of the segment to its end."""
        forward, backward = self.network.forward_arc[segment], self.network.backward_arc[segment]
        return (backward, forward) if self.reverse else (forward, backward)

    def _entry(self, arcs: IntArray) -> FloatArray:
        entry = np.where(arcs >= 0, self.node_ms[self.end_of[arcs]], np.inf)
        if not self.reverse:
            # Whoever a turn restriction binds comes upon the road by a copy of its arc.
            row, copy = copies_of(self.network, arcs)
            np.minimum.at(entry, row, self.node_ms[self.end_of[copy]])
        return entry

    def _slope(self, arcs: IntArray) -> FloatArray:
        return np.where(arcs >= 0, self.network.travel_time_ms[arcs], 0).astype(np.float64)

    def _cut_at_places(self, whole: _Lines, places: Snapped) -> _Lines:
        on = np.flatnonzero(places.on_road)
        if not len(on):
            return whole
        on = on[np.lexsort((places.fraction[on], places.segment[on]))]
        row = np.searchsorted(whole.segment, places.segment[on])
        rising, falling = self._arcs(places.segment[on])
        access_ms, fraction = places.access_ms[on].astype(np.float64), places.fraction[on]
        rise = self._own_ms(rising, access_ms, fraction)
        fall = self._own_ms(falling, access_ms, 1.0 - fraction)
        rows, begin = np.unique(row, return_index=True)
        ends = np.append(begin[1:], len(row))
        cut = [
            _cut_at(whole, r, fraction[i:j], rise[i:j], fall[i:j])
            for r, i, j in zip(rows, begin, ends, strict=True)
        ]
        untouched = np.setdiff1d(np.arange(len(whole.segment)), rows)
        return _stacked([_rows(whole, untouched), *cut])

    def _own_ms(self, arcs: IntArray, access_ms: FloatArray, fraction: FloatArray) -> FloatArray:
        """
        Time that a place's own line would have at the end where the segment is entered.

        ``fraction`` counts from that end. Rounding is that of the seeds, so that the line
        meets the node beyond at the very time of the search.
        """
        whole = self.network.travel_time_ms[arcs]
        passed = (
            whole - along_ms(whole, 1.0 - fraction) if self.reverse else along_ms(whole, fraction)
        )
        return np.where(arcs >= 0, access_ms - passed, np.inf)


def _cut_at(
    whole: _Lines, row: int, fraction: FloatArray, rise: FloatArray, fall: FloatArray
) -> _Lines:
    """Stretches of one segment between its places, of which each starts two lines."""
    n = len(fraction) + 1
    from_left = np.concatenate([[np.inf], np.minimum.accumulate(rise)])
    from_right = np.concatenate([np.minimum.accumulate(fall[::-1])[::-1], [np.inf]])
    return _Lines(
        segment=np.repeat(whole.segment[row], n),
        start=np.concatenate([[0.0], fraction]),
        end=np.concatenate([fraction, [1.0]]),
        rise_ms=np.minimum(whole.rise_ms[row], from_left),
        rise_slope=np.repeat(whole.rise_slope[row], n),
        fall_ms=np.minimum(whole.fall_ms[row], from_right),
        fall_slope=np.repeat(whole.fall_slope[row], n),
    )


def _rows(lines: _Lines, rows: LongArray) -> _Lines:
    return _Lines(**{one.name: getattr(lines, one.name)[rows] for one in fields(lines)})


def _stacked(parts: list[_Lines]) -> _Lines:
    return _Lines(
        **{
            one.name: np.concatenate([getattr(p, one.name) for p in parts])
            for one in fields(_Lines)
        }
    )


def _crossing(lines: _Lines) -> FloatArray:
    """Fraction up to which the rising line is the lower, within each stretch."""
    slope = lines.rise_slope + lines.fall_slope
    gap = lines.fall_ms + lines.fall_slope - lines.rise_ms
    with np.errstate(invalid="ignore", divide="ignore"):
        # Where neither line has a slope, the gap alone says which is lower.
        at = np.where(slope > 0, gap / slope, np.where(gap >= 0, np.inf, -np.inf))
    return np.clip(at, lines.start, lines.end)


def _cut_at_cutoffs(lines: _Lines, place: int, cutoffs_ms: LongArray) -> Pieces:
    """Leave what lies within the cutoffs, in pieces that have one line and one band each."""
    there = np.isfinite(np.minimum(lines.rise_ms, lines.fall_ms))
    lines = _rows(lines, np.flatnonzero(there))
    middle = _crossing(lines)
    rising = _straight(lines, lines.start, middle, lines.rise_ms, lines.rise_slope)
    at_start = lines.fall_ms + lines.fall_slope
    falling = _straight(lines, middle, lines.end, at_start, -lines.fall_slope)
    lowest = np.concatenate([[-np.inf], cutoffs_ms[:-1]])
    found = _joined(
        [
            _between(piece, low, high, band)
            for band, (low, high) in enumerate(zip(lowest, cutoffs_ms, strict=True))
            for piece in (rising, falling)
        ]
    )
    found = found.take(np.lexsort((found.start, found.segment)))
    return replace(found, place=np.full(len(found), place, dtype=np.int32))


def _straight(
    lines: _Lines, start: FloatArray, end: FloatArray, ms: FloatArray, slope: FloatArray
) -> Pieces:
    """Pieces along lines that are given by their time where the segment starts."""
    there = np.flatnonzero(end - start > _SPECK)
    start, end, ms, slope = start[there], end[there], ms[there], slope[there]
    return Pieces(
        place=np.zeros(len(there), dtype=np.int32),
        segment=lines.segment[there],
        start=start,
        end=end,
        start_ms=ms + slope * start,
        end_ms=ms + slope * end,
        band=np.zeros(len(there), dtype=np.int32),
    )


def _between(whole: Pieces, low: float, high: float, band: int) -> Pieces:
    """Those parts on which time lies above one cutoff and up to the next."""
    step = whole.end_ms - whole.start_ms
    with np.errstate(invalid="ignore", divide="ignore"):
        at = [np.clip((value - whole.start_ms) / step, 0.0, 1.0) for value in (low, high)]
    flat, inside = step == 0, (whole.start_ms > low) & (whole.start_ms <= high)
    begin = np.where(flat, 0.0, np.minimum(*at))
    finish = np.where(flat, inside.astype(np.float64), np.maximum(*at))
    length = whole.end - whole.start
    rows = np.flatnonzero((finish - begin) * length > _SPECK)
    begin, finish, kept = begin[rows], finish[rows], whole.take(rows)
    return replace(
        kept,
        start=np.where(begin > 0, kept.start + begin * length[rows], kept.start),
        end=np.where(finish < 1, kept.start + finish * length[rows], kept.end),
        start_ms=np.where(begin > 0, kept.start_ms + begin * step[rows], kept.start_ms),
        end_ms=np.where(finish < 1, kept.start_ms + finish * step[rows], kept.end_ms),
        band=np.full(len(rows), band, dtype=np.int32),
    )


def _joined(parts: list[Pieces]) -> Pieces:
    dtypes = {"place": np.int32, "segment": np.int32, "band": np.int32}
    return Pieces(
        **{
            one.name: np.concatenate(
                [
                    np.empty(0, dtypes.get(one.name, np.float64)),
                    *(getattr(part, one.name) for part in parts),
                ]
            )
            for one in fields(Pieces)
        }
    )
