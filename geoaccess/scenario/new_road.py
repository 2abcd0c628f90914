"""
A road that is not there yet, joined to the roads that are.

Where it joins, a segment is split: its arcs are driven to the joint and on, in as many
milliseconds as before. Vehicles that a turn restriction binds pass the joint on nodes of
their own, so none sheds its memory there; they may leave for the new road, and whoever comes
from it is bound by nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyproj import Geod

from geoaccess.model.network import Network
from geoaccess.units import AnyArray, IntArray, LongArray

TimeOfLength = Callable[[float], int]
_EARTH = Geod(ellps="WGS84")
# Just beside a junction, so that the joint is always inside the segment.
_NEAREST_END = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Joint:
    """
    A place on the network where a new road may begin or end.

    Attributes
    ----------
    leave, enter
        Node at which vehicles leave the old road, and at which they come onto it.
    lon, lat
        Degrees.
    """

    leave: int
    enter: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """Arcs in any order, each with what it drives."""

    tail: AnyArray
    head: AnyArray
    ms: AnyArray
    segment: AnyArray

    def plus(self, **more: AnyArray) -> _Draft:
        """Give the same arcs with some at the end."""
        return _Draft(
            **{name: np.concatenate([getattr(self, name), new]) for name, new in more.items()}
        )


def split_at(network: Network, segment: int, fraction: float) -> tuple[Network, Joint]:
    """
    Split a segment where a new road will join it.

    Parameters
    ----------
    network
        Roads.
    segment
        Which segment.
    fraction
        Where on it, 0 at its start and 1 at its end.

    Returns
    -------
    Roads on which every trip takes as long as before, and the joint.
    """
    fraction = float(np.clip(fraction, _NEAREST_END, 1.0 - _NEAREST_END))
    shape, lon, lat = _split_shape(network, segment, fraction)
    halves = _halves(network, segment, fraction)
    forward, backward = int(network.forward_arc[segment]), int(network.backward_arc[segment])
    copied = np.flatnonzero(np.isin(network.copy_arc, halves.arcs))
    n_new = halves.leave + 1 - network.n_nodes
    joined = _built(
        network,
        halves.draft,
        nodes=(np.full(n_new, _free_id(network)), np.full(n_new, lon), np.full(n_new, lat)),
        segments={**_split_segments(network, segment, fraction), **shape},
        # Driven backwards, the road begins with its second half.
        forward=np.append(network.forward_arc, halves.after(forward)),
        backward=np.append(_with(network.backward_arc, segment, halves.after(backward)), backward),
        copies=(
            np.append(network.copy_arc, [halves.after(network.copy_arc[i]) for i in copied]),
            np.append(network.copy_of, [halves.after(network.copy_of[i]) for i in copied]),
        ),
    )
    return joined, Joint(leave=halves.leave, enter=network.n_nodes, lon=lon, lat=lat)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Halves:
    """Arcs of a split segment: the first halves in their old places, the second at the end."""

    draft: _Draft
    arcs: LongArray
    n_arcs: int
    leave: int

    def after(self, arc: int) -> int:
        """Give the arc that drives on where the first half of another ends."""
        return -1 if arc < 0 else self.n_arcs + int(np.searchsorted(self.arcs, arc))


def _halves(network: Network, segment: int, fraction: float) -> _Halves:
    arcs = np.flatnonzero(network.arc_segment == segment)
    against = np.isin(_originals(network, arcs), network.backward_arc[segment])
    middle, leave = _middles(network, arcs)
    ms = network.travel_time_ms[arcs]
    first_ms = np.rint(ms * np.where(against, 1.0 - fraction, fraction)).astype(np.int32)
    added = network.n_segments
    doors = np.unique(middle) if leave > network.n_nodes else np.empty(0, dtype=np.int64)
    draft = _Draft(
        tail=np.concatenate([network.tail, middle]),
        head=np.concatenate([_with(network.head, arcs, middle), network.head[arcs]]),
        ms=np.concatenate([_with(network.travel_time_ms, arcs, first_ms), ms - first_ms]),
        segment=np.concatenate(
            [
                _with(network.arc_segment, arcs, np.where(against, added, segment)),
                np.where(against, segment, added),
            ]
        ),
    ).plus(
        tail=doors,
        head=np.full(len(doors), leave),
        ms=np.zeros(len(doors)),
        segment=np.full(len(doors), -1),
    )
    return _Halves(draft=draft, arcs=arcs, n_arcs=network.n_arcs, leave=leave)


def _middles(network: Network, arcs: LongArray) -> tuple[LongArray, int]:
    """Give each arc a new node in its middle, and all of them one where vehicles leave."""
    plain = network.n_nodes
    bound = np.isin(arcs, network.copy_arc)
    middle = np.full(len(arcs), plain, dtype=np.int64)
    middle[bound] = plain + 1 + np.arange(int(bound.sum()))
    # Whoever is bound leaves by a door through which nobody comes back.
    return middle, plain + 1 + int(bound.sum()) if bound.any() else plain


def _split_segments(network: Network, segment: int, fraction: float) -> dict[str, Any]:
    plain, whole_m = network.n_nodes, float(network.segment_length_m[segment])
    same = ("segment_way", "snappable", "road_class")
    return {
        "segment_from": np.append(network.segment_from, plain),
        "segment_to": np.append(
            _with(network.segment_to, segment, plain), network.segment_to[segment]
        ),
        "segment_length_m": np.append(
            _with(network.segment_length_m, segment, whole_m * fraction),
            whole_m * (1.0 - fraction),
        ),
        **{
            name: np.append(getattr(network, name), getattr(network, name)[segment])
            for name in same
        },
    }


def with_road(
    network: Network,
    start: Joint,
    end: Joint,
    *,
    between: tuple[tuple[float, float], ...],
    time_ms: TimeOfLength,
    one_way: bool,
) -> Network:
    """
    Build a road from one joint to another.

    Parameters
    ----------
    network
        Roads that both joints are on.
    start, end
        Where it begins and ends.
    between
        Longitude and latitude of its bends.
    time_ms
        Milliseconds that a road of so many metres takes.
    one_way
        Whether it is driven from start to end only.

    Returns
    -------
    Roads with the new one as their last segment, its way the id of its first joint.
    """
    lon = np.array([start.lon, *(point[0] for point in between), end.lon])
    lat = np.array([start.lat, *(point[1] for point in between), end.lat])
    length_m = float(_EARTH.line_length(lon, lat))
    ms, ways = time_ms(length_m), 1 if one_way else 2
    number, n_arcs = network.n_segments, network.n_arcs
    draft = _Draft(
        tail=network.tail, head=network.head, ms=network.travel_time_ms, segment=network.arc_segment
    ).plus(
        tail=np.array([start.leave, end.leave])[:ways],
        head=np.array([end.enter, start.enter])[:ways],
        ms=np.full(ways, ms),
        segment=np.full(ways, number),
    )
    return _built(
        network,
        draft,
        nodes=(np.empty(0, np.int64), np.empty(0), np.empty(0)),
        segments={
            "segment_from": np.append(network.segment_from, start.enter),
            "segment_to": np.append(network.segment_to, end.enter),
            "segment_way": np.append(network.segment_way, network.node_id[start.enter]),
            "segment_length_m": np.append(network.segment_length_m, length_m),
            # Nobody lives on it yet; snapping stays what it was.
            "snappable": np.append(network.snappable, np.False_),
            "road_class": np.append(network.road_class, len(network.road_classes)),
            "shape_first": np.append(network.shape_first, len(network.shape_lon) + len(lon)),
            "shape_lon": np.append(network.shape_lon, lon),
            "shape_lat": np.append(network.shape_lat, lat),
            "road_classes": (*network.road_classes, ("new", "")),
        },
        forward=np.append(network.forward_arc, n_arcs),
        backward=np.append(network.backward_arc, -1 if one_way else n_arcs + 1),
        copies=(network.copy_arc, network.copy_of),
    )


def _built(
    network: Network,
    draft: _Draft,
    *,
    nodes: tuple[AnyArray, AnyArray, AnyArray],
    segments: dict[str, Any],
    forward: AnyArray,
    backward: AnyArray,
    copies: tuple[AnyArray, AnyArray],
) -> Network:
    """Sort the arcs and number them anew."""
    order = np.lexsort((draft.head, draft.tail))
    number = np.append(np.empty(len(order), dtype=np.int64), -1)
    number[order] = np.arange(len(order))
    n_nodes = network.n_nodes + len(nodes[0])
    count = np.bincount(draft.tail.astype(np.int64), minlength=n_nodes)
    return replace(
        network,
        node_id=np.concatenate([network.node_id, nodes[0]]),
        node_lon=np.concatenate([network.node_lon, nodes[1]]),
        node_lat=np.concatenate([network.node_lat, nodes[2]]),
        first_out=np.concatenate([[0], np.cumsum(count)]),
        head=draft.head[order].astype(np.int32),
        travel_time_ms=draft.ms[order].astype(np.int32),
        arc_segment=draft.segment[order].astype(np.int32),
        forward_arc=number[forward],
        backward_arc=number[backward],
        copy_arc=number[copies[0].astype(np.int64)],
        copy_of=number[copies[1].astype(np.int64)],
        **segments,
    )


def _split_shape(
    network: Network, segment: int, fraction: float
) -> tuple[dict[str, AnyArray], float, float]:
    """Points of all segments with one cut in two; and where it was cut."""
    first, last = network.shape_first[segment], network.shape_first[segment + 1]
    lon, lat = network.shape_lon[first:last], network.shape_lat[first:last]
    _, _, step_m = _EARTH.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    along_m = np.concatenate([[0.0], np.cumsum(step_m)])
    at_m = fraction * along_m[-1]
    x, y = float(np.interp(at_m, along_m, lon)), float(np.interp(at_m, along_m, lat))
    cut = int(np.clip(np.searchsorted(along_m, at_m, side="right"), 1, len(lon) - 1))
    tail = {"shape_lon": (x, lon[cut:]), "shape_lat": (y, lat[cut:])}
    points = {
        name: np.concatenate(
            [*_around(getattr(network, name), int(first) + cut, int(last), here), [here], rest]
        )
        for name, (here, rest) in tail.items()
    }
    # The first half keeps its place among the segments, the second goes to the end.
    shift = cut + 1 - (last - first)
    starts = network.shape_first.copy()
    starts[segment + 1 :] += shift
    return {**points, "shape_first": np.append(starts, len(points["shape_lon"]))}, x, y


def _doubled(values: AnyArray, at: int) -> AnyArray:
    return np.append(values, values[at])


def _around(values: AnyArray, cut: int, last: int, here: float) -> list[AnyArray]:
    return [values[:cut], np.array([here]), values[last:]]


def _originals(network: Network, arcs: IntArray | LongArray) -> LongArray:
    """Arcs, and for copies the arcs that they copy."""
    of = np.arange(network.n_arcs)
    of[network.copy_arc] = network.copy_of
    return of[arcs]


def _free_id(network: Network) -> int:
    return min(int(network.node_id.min()), 0) - 1


def _with(values: AnyArray, at: AnyArray | int, new: AnyArray | float) -> AnyArray:
    changed = np.array(values)
    changed[at] = new
    return changed
