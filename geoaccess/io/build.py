"""Ways and a vehicle profile make a routable network."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Geod

from geoaccess.errors import NetworkError
from geoaccess.io.osm import RawRoads, read_roads
from geoaccess.io.profile import Verdict, judge, read_profile
from geoaccess.model.network import Network, NetworkSource
from geoaccess.model.profile import Profile
from geoaccess.units import (
    MS_PER_MIN,
    UNREACHED_MS,
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    LongArray,
    drive_ms,
)

_EARTH = Geod(ellps="WGS84")


def read_network(path: str | Path, *, profile: str | Path | Profile = "car") -> Network:
    """
    Read the roads of an OSM file as one vehicle may drive them.

    A resident's travel time is the sum of the roads' lengths over the speeds that the
    profile gives them.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    profile
        Name of a bundled vehicle profile, path of a TOML file, or a profile.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM, or the profile cannot be used.
    NetworkError
        If no road is open to the vehicle.

    Examples
    --------
    >>> from geoaccess.io.bundled import bundled
    >>> read_network(bundled("roads", "demo.osm.pbf")).profile
    'car'
    """
    path = Path(path)
    chosen = read_profile(profile)
    return build_network(read_roads(path), profile=chosen, path=str(path))


def build_network(roads: RawRoads, *, profile: Profile, path: str = "") -> Network:
    """
    Split ways at junctions and give every piece its time in both directions.

    Parameters
    ----------
    roads
        Ways as they were decoded.
    profile
        The vehicle.
    path
        Where the ways came from, for the record.

    Raises
    ------
    NetworkError
        If no road is open to the vehicle.
    """
    verdicts = [judge(profile, tags) for tags in roads.tags]
    pieces = _cut_at_junctions(roads, verdicts)
    if not len(pieces.way):
        msg = (
            f"{path or 'the data'} has no road open to profile {profile.name!r}; "
            f"give a file with roads, or another profile"
        )
        raise NetworkError(msg)
    length_m = _segment_lengths_m(roads, pieces)
    forward_ms, backward_ms = _segment_times_ms(profile, verdicts, pieces, length_m)
    nodes, ends = np.unique(
        np.concatenate([roads.node_id[pieces.start], roads.node_id[pieces.end]]),
        return_inverse=True,
    )
    where = np.empty(len(nodes), dtype=np.int64)
    where[ends] = np.concatenate([pieces.start, pieces.end])
    begin, finish = np.split(ends.astype(np.int32), 2)
    arcs = _arcs(len(nodes), begin, finish, forward_ms, backward_ms)
    points = _ranges(pieces.start, pieces.end + 1)
    return Network(
        node_id=nodes,
        node_lon=roads.lon[where],
        node_lat=roads.lat[where],
        first_out=arcs.first_out,
        head=arcs.head,
        travel_time_ms=arcs.travel_time_ms,
        arc_segment=arcs.arc_segment,
        segment_from=begin,
        segment_to=finish,
        segment_way=roads.way_id[pieces.way],
        segment_length_m=length_m,
        forward_arc=arcs.forward_arc,
        backward_arc=arcs.backward_arc,
        snappable=np.array([verdict.snappable for verdict in verdicts])[pieces.way],
        shape_first=np.concatenate([[0], np.cumsum(pieces.end - pieces.start + 1)]),
        shape_lon=roads.lon[points],
        shape_lat=roads.lat[points],
        access_speed_kmh=profile.access_speed_kmh,
        profile=profile.name,
        source=NetworkSource(
            path=path, osm_timestamp=roads.timestamp, counts=_counts(roads, verdicts)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pieces:
    """Runs of way nodes between junctions: way, first and last position, inclusive."""

    way: LongArray
    start: LongArray
    end: LongArray


def _cut_at_junctions(roads: RawRoads, verdicts: list[Verdict]) -> _Pieces:
    """Cut open ways where they meet, end, or miss a node."""
    is_open = np.array([v.forward_kmh > 0 or v.backward_kmh > 0 for v in verdicts])
    way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.first))
    there = is_open[way] & ~np.isnan(roads.lon)
    joined = there[:-1] & there[1:] & (way[:-1] == way[1:])
    joined &= roads.node_id[:-1] != roads.node_id[1:]
    before = np.concatenate([[False], joined])
    after = np.concatenate([joined, [False]])
    used = before | after
    _, inverse, counts = np.unique(roads.node_id[used], return_inverse=True, return_counts=True)
    junction = np.zeros(len(way), dtype=bool)
    junction[used] = counts[inverse] > 1
    starts = np.flatnonzero(after & (junction | ~before))
    ends = np.flatnonzero(before & (junction | ~after))
    return _Pieces(way=way[starts], start=starts, end=ends)


def _segment_lengths_m(roads: RawRoads, pieces: _Pieces) -> FloatArray:
    points = _ranges(pieces.start, pieces.end)
    _, _, step_m = _EARTH.inv(
        roads.lon[points], roads.lat[points], roads.lon[points + 1], roads.lat[points + 1]
    )
    first = np.concatenate([[0], np.cumsum(pieces.end - pieces.start)[:-1]])
    return np.add.reduceat(np.asarray(step_m, dtype=np.float64), first)


def _segment_times_ms(
    profile: Profile, verdicts: list[Verdict], pieces: _Pieces, length_m: FloatArray
) -> tuple[IntArray, IntArray]:
    """Milliseconds along and against each segment, ``UNREACHED_MS`` where closed."""
    ferry = np.array([verdict.ferry for verdict in verdicts])[pieces.way]
    crossing_min = np.array([verdict.crossing_min for verdict in verdicts])[pieces.way]
    whole_m = np.bincount(pieces.way, length_m, minlength=len(verdicts))[pieces.way]
    share = np.divide(length_m, whole_m, out=np.zeros_like(length_m), where=whole_m > 0)
    boarding_ms = profile.ferry_boarding_min * MS_PER_MIN * share
    sailing_ms = np.where(crossing_min > 0, crossing_min * MS_PER_MIN * share, np.nan)
    times = []
    for name in ("forward_kmh", "backward_kmh"):
        kmh = np.array([getattr(verdict, name) for verdict in verdicts])[pieces.way]
        ms = drive_ms(length_m, np.where(kmh > 0, kmh, 1.0)).astype(np.float64)
        sailing = np.where(np.isnan(sailing_ms), ms, sailing_ms) + boarding_ms
        ms = np.where(ferry, np.rint(sailing), ms)
        times.append(np.where(kmh > 0, np.minimum(ms, UNREACHED_MS - 1), UNREACHED_MS))
    forward, backward = (one.astype(np.int32) for one in times)
    return forward, backward


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Arcs:
    """Directed arcs in compressed sparse rows, and which of them drive each segment."""

    first_out: LongArray
    head: IntArray
    travel_time_ms: IntArray
    arc_segment: IntArray
    forward_arc: IntArray
    backward_arc: IntArray


def _arcs(
    n_nodes: int,
    begin: IntArray,
    finish: IntArray,
    forward_ms: IntArray,
    backward_ms: IntArray,
) -> _Arcs:
    n = len(begin)
    tail = np.concatenate([begin, finish])
    head = np.concatenate([finish, begin])
    ms = np.concatenate([forward_ms, backward_ms])
    segment = np.tile(np.arange(n, dtype=np.int32), 2)
    is_open = np.flatnonzero(ms < UNREACHED_MS)
    order = is_open[np.lexsort((segment[is_open], head[is_open], tail[is_open]))]
    arc_at = np.full(2 * n, -1, dtype=np.int32)
    arc_at[order] = np.arange(len(order), dtype=np.int32)
    out = np.bincount(tail[order], minlength=n_nodes)
    return _Arcs(
        first_out=np.concatenate([[0], np.cumsum(out)]),
        head=head[order],
        travel_time_ms=ms[order],
        arc_segment=segment[order],
        forward_arc=arc_at[:n],
        backward_arc=arc_at[n:],
    )


def _ranges(start: LongArray, stop: LongArray) -> LongArray:
    """All positions from each start up to, without, its stop, one after another."""
    length = stop - start
    offset = np.repeat(start - np.concatenate([[0], np.cumsum(length)[:-1]]), length)
    positions: LongArray = np.arange(int(length.sum()), dtype=np.int64) + offset
    return positions


def _counts(roads: RawRoads, verdicts: list[Verdict]) -> dict[str, int]:
    closed: BoolArray | AnyArray = np.array(
        [v.forward_kmh <= 0 and v.backward_kmh <= 0 for v in verdicts]
    )
    classes = Counter(tags.get("highway", "ferry") for tags in roads.tags)
    return {
        "ways": len(verdicts),
        "ways_closed_to_profile": int(closed.sum()),
        "ferries": classes.get("ferry", 0),
        "nodes_missing_from_file": int(np.isnan(roads.lon).sum()),
        "ways_without_surface": sum("surface" not in tags for tags in roads.tags),
    }
