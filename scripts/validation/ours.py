"""Our side: points on roads, lengths, times, the ways driven, and areas."""

from __future__ import annotations

import dataclasses
import heapq
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import osmium

import geoaccess as ga
from geoaccess.io.profile import read_profile
from geoaccess.measures.road_shapes import cut_lines
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.components import components, drivable_segments
from geoaccess.routing.engine import road_times
from geoaccess.routing.seeds import seeds_in, seeds_out
from geoaccess.travel import snap_places
from geoaccess.units import MS_PER_S, UNREACHED_MS
from validation.compare import Restrictions, Route

MS_PER_M = 1000
_LEAST_KM = 2.0


def read_car(path: Path) -> Network:
    """Roads of a car without ferries."""
    return ga.read_network(
        path, profile=read_profile("car").model_copy(update={"ferries": "exclude"})
    )


def by_length(network: Network) -> Network:
    """Copy roads so that each metre takes a second, and turns and the like none."""
    length_m = np.append(network.segment_length_m, 0.0)[network.arc_segment]
    ms = np.where(network.arc_segment >= 0, np.rint(length_m * MS_PER_M), 0)
    return dataclasses.replace(network, travel_time_ms=ms.astype(np.int32))


def random_points(network: Network, n: int, *, seed: int) -> list[tuple[float, float]]:
    """Points on roads that lead somewhere, each metre of which is as likely as any other."""
    rng = np.random.default_rng(seed)
    parts = components(network)
    drivable = drivable_segments(network, parts, min_component_km=_LEAST_KM)
    main = np.bincount(parts.segment[drivable]).argmax()
    lived = np.flatnonzero(drivable & network.snappable & (parts.segment == main))
    weight = network.segment_length_m[lived]
    chosen = rng.choice(lived, n, p=weight / weight.sum())
    start = rng.uniform(0.05, 0.94, n)
    lines = cut_lines(network, chosen, start, start + 0.01)
    return [(round(line.coords[0][0], 7), round(line.coords[0][1], 7)) for line in lines]


def places(points: list[tuple[float, float]]) -> ga.Destinations:
    """Points as places."""
    n = len(points)
    return ga.Destinations(
        id=np.array([f"p{i:04}" for i in range(n)], dtype=object),
        name=np.full(n, "", dtype=object),
        kind=np.full(n, "point", dtype=object),
        lon=np.array([lon for lon, _ in points]),
        lat=np.array([lat for _, lat in points]),
        capacity=np.full(n, np.nan),
    )


def snapped_pairs(network: Network, points: list[tuple[float, float]]) -> tuple[Snapped, Snapped]:
    """First and second half of the points on the roads, without the way to the road."""
    whole = snap_places(ga.Router(network), places(points))
    whole = dataclasses.replace(whole, access_ms=np.zeros(len(whole), dtype=np.int32))
    half = len(whole) // 2
    return whole.take(np.arange(half)), whole.take(np.arange(half, len(whole)))


def pair_s(network: Network, origins: Snapped, destinations: Snapped) -> list[float | None]:
    """Seconds (metres, for roads by length) of each pair, None where there is no way."""
    ms = np.diagonal(
        road_times(ga.Router(network), origins, destinations).block_ms(0, len(destinations))
    )
    return [None if one >= UNREACHED_MS else float(one) / MS_PER_S for one in ms]


def route(network: Network, origins: Snapped, destinations: Snapped, pair: int) -> Route:
    """One shortest route with its ways, by the plainest search."""
    one, other = origins.take(np.array([pair])), destinations.take(np.array([pair]))
    start, goal = seeds_out(network, one), seeds_in(network, other)
    ends = {int(v): int(ms) for v, ms in zip(goal.node, goal.ms, strict=True)}
    best: dict[int, int] = {}
    came: dict[int, int] = {}
    queue = [(int(ms), int(v), -1) for v, ms in zip(start.node, start.ms, strict=True)]
    heapq.heapify(queue)
    while queue:
        ms, v, arc = heapq.heappop(queue)
        if v in best:
            continue
        best[v], came[v] = ms, arc
        for a in range(network.first_out[v], network.first_out[v + 1]):
            step = ms + int(network.travel_time_ms[a])
            heapq.heappush(queue, (step, int(network.head[a]), a))
    reached = [(best[v] + ms, v) for v, ms in ends.items() if v in best]
    if not reached:
        return Route(length_m=np.inf)
    ms, v = min(reached)
    segments, nodes = [int(other.segment[0])], []
    tail = network.tail
    while True:
        arc, node = came[v], int(network.node_id[v])
        s = int(one.segment[0]) if arc < 0 else int(network.arc_segment[arc])
        if s >= 0:
            segments.append(s)
            nodes.append(node)
        if arc < 0:
            break
        v = int(tail[arc])
    segments.reverse()
    return Route(
        length_m=ms / MS_PER_M,
        ways=tuple(int(network.segment_way[s]) for s in segments),
        nodes=tuple(reversed(nodes)),
        u_turns=sum(a == b for a, b in pairwise(segments)),
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an OSM file says on ways: tags, forbidden turns, barriers, and the day."""

    tags: dict[int, dict[str, str]]
    restrictions: Restrictions
    barriers: dict[int, str]
    day: str


def read_facts(path: Path) -> Facts:
    """Read tags of ways, ``no_*`` restrictions, and ways that hold a barrier."""
    tags: dict[int, dict[str, str]] = {}
    barrier_at: dict[int, str] = {}
    barriers: dict[int, str] = {}
    banned: dict[tuple[int, int], str] = {}
    only: dict[tuple[int, int], frozenset[int]] = {}
    for thing in osmium.FileProcessor(str(path)):
        own = dict(thing.tags)
        if isinstance(thing, osmium.osm.Node) and "barrier" in own:
            barrier_at[thing.id] = f"barrier={own['barrier']}"
        elif isinstance(thing, osmium.osm.Way) and ("highway" in own or "route" in own):
            tags[thing.id] = own
            held = [barrier_at[node.ref] for node in thing.nodes if node.ref in barrier_at]
            barriers |= {thing.id: held[0]} if held else {}
        elif isinstance(thing, osmium.osm.Relation) and "restriction" in own:
            kind, (start, via, end) = own["restriction"], _members(thing)
            if kind.startswith("no_"):
                banned |= dict.fromkeys(product(start, end), kind)
            else:
                only |= dict.fromkeys(product(start, via), frozenset({*start, *end}))
    header = osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING).header()
    day = header.get("osmosis_replication_timestamp", "")[:10]
    return Facts(
        tags=tags, restrictions=Restrictions(banned=banned, only=only), barriers=barriers, day=day
    )


def _members(relation: osmium.osm.Relation) -> list[list[int]]:
    """Ids of the members from, via and to."""
    return [
        [member.ref for member in relation.members if member.role == role]
        for role in ("from", "via", "to")
    ]


def first_pairs(points: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Pairs of the first and the second half of a list."""
    half = len(points) // 2
    return [[a, b] for a, b in zip(points[:half], points[half:], strict=True)]
