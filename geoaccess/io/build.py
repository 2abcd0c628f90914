"""Ways and a vehicle profile make a routable network."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geoaccess.errors import InputError, NetworkError, some_ids
from geoaccess.io.arcs import Arcs, arcs_of
from geoaccess.io.area import Shapes, closed_across, widened_area, within_area
from geoaccess.io.bends import needed_points
from geoaccess.io.delays import lost_s
from geoaccess.io.judge import Verdict, judge
from geoaccess.io.nodes import NodeEffects, node_effects
from geoaccess.io.osm import RawRoads, Tags, read_roads
from geoaccess.io.pieces import Ends, Pieces, Steps, cut_at_junctions, join_ends, ranges, steps_of
from geoaccess.io.profile import read_profile
from geoaccess.io.restrictions import ForbiddenRuns, RoadPieces, forbidden_runs
from geoaccess.model.network import Network, NetworkSource
from geoaccess.model.profile import Profile
from geoaccess.units import (
    LAT_LIMIT,
    LON_LIMIT,
    M_PER_KM,
    MS_PER_MIN,
    MS_PER_S,
    UNREACHED_MS,
    BoolArray,
    FloatArray,
    IntArray,
    LongArray,
    drive_ms,
)

# Far below the error of a phone's position, and a tenth to a fifth of what roads take.
SHAPE_TOLERANCE_M = 1.0


def read_network(
    path: str | Path,
    *,
    profile: str | Path | Profile = "car",
    area: shapely.Polygon | shapely.MultiPolygon | Shapes | None = None,
    buffer_km: float = 0.0,
    barriers: Shapes | None = None,
    shape_tolerance_m: float = SHAPE_TOLERANCE_M,
) -> Network:
    """
    Read the roads of an OSM file as one vehicle may drive them.

    A resident's travel time is the sum of the roads' lengths over the speeds that the
    profile gives them, and of what is lost at signals and gates; forbidden turns are not
    driven.

    Parameters
    ----------
    path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.
    profile
        Name of a bundled vehicle profile, path of a TOML file, or a profile.
    area
        Polygons, EPSG:4326 or with a CRS: only ways that touch them are read, whole.
    buffer_km
        Kilometres around ``area`` from which ways are read too: residents near the edge
        drive there, and use what lies there.
    barriers
        Lines that no road may cross, EPSG:4326 or with a CRS, such as a closed border.
        Roads that meet them end before them, on either side; ferries too.
    shape_tolerance_m
        Points of a bend that move the road by less are not kept; 0 keeps every one. Lengths
        and times are those of the whole shape, and places meet the road within as much.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM, or the profile, the area, the
        barriers or the tolerance cannot be used.
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
    if area is None and buffer_km:
        msg = "buffer_km is around an area; give area too"
        raise InputError(msg)
    if area is None:
        roads = read_roads(path, keys=chosen.tag_keys)
    else:
        whole = widened_area(area, buffer_km=buffer_km)
        near = read_roads(path, keys=chosen.tag_keys, bounds=whole.bounds)
        roads = within_area(near, whole)
    if barriers is not None:
        roads = closed_across(roads, barriers)
    return build_network(roads, profile=chosen, path=str(path), shape_tolerance_m=shape_tolerance_m)


def build_network(
    roads: RawRoads,
    *,
    profile: Profile,
    path: str = "",
    shape_tolerance_m: float = SHAPE_TOLERANCE_M,
) -> Network:
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
    shape_tolerance_m
        As for :func:`read_network`.

    Raises
    ------
    NetworkError
        If no road is open to the vehicle.
    """
    if not len(roads.way_id):
        msg = f"{path or 'the data'} has no road in the area; check the area and its CRS"
        raise NetworkError(msg)
    judged = _judged(profile, roads)
    effects = node_effects(profile, roads)
    on_globe: BoolArray = (np.abs(roads.lon) <= LON_LIMIT) & (np.abs(roads.lat) <= LAT_LIMIT)
    pieces = cut_at_junctions(
        roads, way_is_open=judged.is_open, there=on_globe, closed=effects.closed
    )
    if not len(pieces.way):
        msg = (
            f"{path or 'the data'} has no road open to profile {profile.name!r}; "
            f"give a file with roads, or another profile"
        )
        raise NetworkError(msg)
    ends = join_ends(roads, pieces, closed=effects.closed, ferry=judged.ferry[pieces.way])
    steps = steps_of(roads, pieces)
    times = _piece_times_ms(profile, judged, effects, pieces, ends, steps)
    turns = _turns(profile, roads, pieces, ends, times)
    boarding_ms = round(profile.ferry_boarding_min * MS_PER_MIN)
    arcs = arcs_of(ends, times, boarding_ms=boarding_ms, runs=turns.runs)
    source = NetworkSource(
        path=path,
        osm_timestamp=roads.timestamp,
        counts=_counts(roads, judged, on_globe, pieces, steps.piece_m)
        | effects.counts
        | dict(roads.counts)
        | _told(turns),
        named={f"restrictions_{name}": some_ids(ids) for name, ids in turns.fate.items()},
    )
    shape = _shape(roads, pieces, steps, tolerance_m=shape_tolerance_m)
    return _network(roads, profile, judged, pieces, shape, arcs, source)


def _network(
    roads: RawRoads,
    profile: Profile,
    judged: _Judged,
    pieces: Pieces,
    shape: _Shape,
    arcs: Arcs,
    source: NetworkSource,
) -> Network:
    return Network(
        node_id=roads.node_id[arcs.where],
        node_lon=roads.lon[arcs.where],
        node_lat=roads.lat[arcs.where],
        first_out=arcs.first_out,
        head=arcs.head,
        travel_time_ms=arcs.travel_time_ms,
        arc_segment=arcs.arc_segment,
        segment_from=arcs.begin,
        segment_to=arcs.finish,
        segment_way=roads.way_id[pieces.way],
        segment_length_m=shape.length_m,
        forward_arc=arcs.forward_arc,
        backward_arc=arcs.backward_arc,
        copy_arc=arcs.copy_arc,
        copy_of=arcs.copy_of,
        snappable=judged.snappable[pieces.way],
        shape_first=shape.first,
        shape_lon=shape.lon,
        shape_lat=shape.lat,
        access_speed_kmh=profile.access_speed_kmh,
        turnout_min=profile.turnout_min,
        profile=profile.name,
        source=source,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shape:
    """Lengths of the pieces, and the points that draw them."""

    length_m: FloatArray
    first: LongArray
    lon: FloatArray
    lat: FloatArray


def _shape(roads: RawRoads, pieces: Pieces, steps: Steps, *, tolerance_m: float) -> _Shape:
    points = ranges(pieces.start, pieces.end + 1)
    first = np.concatenate([[0], np.cumsum(pieces.end - pieces.start + 1)])
    lon, lat = roads.lon[points], roads.lat[points]
    kept = needed_points(lon, lat, first, tolerance_m=tolerance_m)
    return _Shape(
        length_m=steps.piece_m,
        first=np.concatenate([[0], np.cumsum(kept)])[first],
        lon=lon[kept],
        lat=lat[kept],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    """Verdicts, one for each set of tags, spread over the ways."""

    verdicts: list[Verdict]
    of_way: LongArray
    forward_kmh: FloatArray
    backward_kmh: FloatArray
    crossing_min: FloatArray
    ferry: BoolArray
    circular: BoolArray
    snappable: BoolArray

    @property
    def is_open(self) -> BoolArray:
        is_open: BoolArray = (self.forward_kmh > 0) | (self.backward_kmh > 0)
        return is_open


def _judged(profile: Profile, roads: RawRoads) -> _Judged:
    """Judge each set of tags once; a country has a million ways and some thousand sets."""
    verdicts: list[Verdict] = []
    by_tags: dict[frozenset[tuple[str, str]], int] = {}
    by_object: dict[int, int] = {}
    of_way = np.empty(len(roads.tags), dtype=np.int64)
    for way, tags in enumerate(roads.tags):
        known = by_object.get(id(tags))
        if known is None:
            known = by_tags.setdefault(frozenset(tags.items()), len(verdicts))
            if known == len(verdicts):
                verdicts.append(judge(profile, tags))
            by_object[id(tags)] = known
        of_way[way] = known
    return _Judged(
        verdicts=verdicts,
        of_way=of_way,
        forward_kmh=_stated(profile, roads, np.array([v.forward_kmh for v in verdicts])[of_way]),
        backward_kmh=_stated(profile, roads, np.array([v.backward_kmh for v in verdicts])[of_way]),
        crossing_min=np.array([one.crossing_min for one in verdicts])[of_way],
        ferry=np.array([one.ferry for one in verdicts])[of_way],
        circular=np.array([one.circular for one in verdicts])[of_way],
        snappable=np.array([one.snappable for one in verdicts])[of_way],
    )


def _stated(profile: Profile, roads: RawRoads, kmh: FloatArray) -> FloatArray:
    """Speed that the source of an open road states, in place of the judged one."""
    if roads.speed_kmh is None:
        return kmh
    stated = (kmh > 0) & ~np.isnan(roads.speed_kmh)
    return np.where(stated, np.minimum(roads.speed_kmh, profile.top_speed_kmh), kmh)


def _piece_times_ms(
    profile: Profile,
    judged: _Judged,
    effects: NodeEffects,
    pieces: Pieces,
    ends: Ends,
    steps: Steps,
) -> tuple[IntArray, IntArray]:
    """Milliseconds along and against each piece, ``UNREACHED_MS`` where closed."""
    length_m, way = steps.piece_m, pieces.way
    ferry, crossing_min = judged.ferry[way], judged.crossing_min[way]
    whole_m = np.bincount(way, length_m, minlength=len(judged.of_way))[way]
    share = np.divide(length_m, whole_m, out=np.zeros_like(length_m), where=whole_m > 0)
    sailing_ms = np.rint(crossing_min * MS_PER_MIN * share)
    apart = ferry | judged.circular[way]
    lost = lost_s(profile, effects, pieces, ends, steps, apart=apart)
    times = []
    for speed, seconds in zip((judged.forward_kmh, judged.backward_kmh), lost, strict=True):
        kmh = speed[way]
        ms = drive_ms(length_m, np.where(kmh > 0, kmh, 1.0)).astype(np.float64)
        ms = np.where(ferry & (crossing_min > 0), sailing_ms, ms + np.rint(seconds * MS_PER_S))
        times.append(np.where(kmh > 0, np.minimum(ms, UNREACHED_MS - 1), UNREACHED_MS))
    forward, backward = (one.astype(np.int32) for one in times)
    return forward, backward


def _turns(
    profile: Profile,
    roads: RawRoads,
    pieces: Pieces,
    ends: Ends,
    times: tuple[IntArray, IntArray],
) -> ForbiddenRuns:
    boarding = np.concatenate([ends.land, ends.aboard])
    ashore = np.concatenate([ends.aboard, ends.land])
    return forbidden_runs(
        profile,
        roads.restrictions,
        RoadPieces(
            way=roads.way_id[pieces.way],
            begin_id=roads.node_id[pieces.start],
            finish_id=roads.node_id[pieces.end],
            tail=np.concatenate([ends.begin, ends.finish, boarding]),
            head=np.concatenate([ends.finish, ends.begin, ashore]),
            is_open=np.concatenate([*times, np.zeros(len(boarding))]) < UNREACHED_MS,
            every_way=roads.way_id,
        ),
    )


def _told(turns: ForbiddenRuns) -> dict[str, int]:
    return {f"restrictions_{name}": len(ids) for name, ids in turns.fate.items()}


def _counts(
    roads: RawRoads,
    judged: _Judged,
    on_globe: BoolArray,
    pieces: Pieces,
    length_m: FloatArray,
) -> dict[str, int]:
    """Ways, nodes and kilometres by what was done with them, or assumed of them."""
    each = np.bincount(judged.of_way, minlength=len(judged.verdicts))
    km = np.bincount(judged.of_way[pieces.way], length_m, minlength=len(each)) / M_PER_KM
    noted: Counter[str] = Counter()
    for verdict, ways, road_km in zip(judged.verdicts, each.tolist(), km.tolist(), strict=True):
        for note in verdict.notes:
            noted[note] += road_km if note.startswith("km_") else ways
    n_nodes = np.diff(roads.first)
    return {
        "ways": len(roads.way_id),
        "ways_closed_to_profile": int((~judged.is_open).sum()),
        "ways_of_one_node": int((n_nodes <= 1).sum()),
        "ferries": sum(_is_ferry(tags) for tags in roads.tags),
        "nodes_missing_from_file": int(np.isnan(roads.lon).sum()),
        "nodes_off_the_globe": int((~on_globe & ~np.isnan(roads.lon)).sum()),
        "ways_without_surface": sum("surface" not in tags for tags in roads.tags),
        "km_open": round(float(km.sum())),
        **{name: round(value) for name, value in sorted(noted.items())},
    }


def _is_ferry(tags: Tags) -> bool:
    return tags.get("route") == "ferry" and "highway" not in tags
