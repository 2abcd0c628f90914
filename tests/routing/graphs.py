"""Small networks, made by hypothesis or by hand, and their slow twins."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.units import UNREACHED_MS
from tests.naive import Graph, dijkstra

Segment = tuple[int, int, int, int]
"""Start node, end node, milliseconds along and against; ``UNREACHED_MS`` where closed."""


def network_of(n_nodes: int, segments: list[Segment]) -> Network:
    """Network of straight segments on a circle of nodes, a tenth of a degree across."""
    angle = np.linspace(0, 2 * np.pi, n_nodes, endpoint=False)
    lon, lat = 25 + 0.05 * np.cos(angle), 57 + 0.05 * np.sin(angle)
    arcs: list[tuple[int, int, int, int]] = []
    for s, (begin, finish, along, against) in enumerate(segments):
        if along < UNREACHED_MS:
            arcs.append((begin, finish, s, along))
        if against < UNREACHED_MS:
            arcs.append((finish, begin, s, against))
    arcs.sort()
    forward = np.full(len(segments), -1)
    backward = np.full(len(segments), -1)
    taken: set[int] = set()
    for a, (tail, _, s, _) in enumerate(arcs):
        along_open = segments[s][2] < UNREACHED_MS
        if tail == segments[s][0] and along_open and s not in taken:
            forward[s] = a
            taken.add(s)
        else:
            backward[s] = a
    ends = [(begin, finish) for begin, finish, _, _ in segments]
    flat = np.array(ends, dtype=int).reshape(-1)
    return Network(
        node_id=np.arange(n_nodes),
        node_lon=lon,
        node_lat=lat,
        first_out=np.searchsorted([a[0] for a in arcs], np.arange(n_nodes + 1)),
        head=[a[1] for a in arcs],
        travel_time_ms=[a[3] for a in arcs],
        arc_segment=[a[2] for a in arcs],
        segment_from=[s[0] for s in segments],
        segment_to=[s[1] for s in segments],
        segment_way=np.arange(len(segments)),
        segment_length_m=np.full(len(segments), 1000.0),
        forward_arc=forward,
        backward_arc=backward,
        snappable=np.full(len(segments), fill_value=True),
        shape_first=np.arange(len(segments) + 1) * 2,
        shape_lon=lon[flat],
        shape_lat=lat[flat],
        access_speed_kmh=5.0,
        profile="test",
    )


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Directed multigraphs: parallel arcs, loops, one-ways, zero times, several parts."""
    n = draw(st.integers(2, 9))
    node = st.integers(0, n - 1)
    ms = st.one_of(st.integers(0, 50), st.just(UNREACHED_MS))
    segments = draw(
        st.lists(
            st.tuples(node, node, ms, ms).filter(
                lambda one: one[2] < UNREACHED_MS or one[3] < UNREACHED_MS
            ),
            min_size=1,
            max_size=16,
        )
    )
    return network_of(n, segments)


@st.composite
def places_on(draw: st.DrawFn, network: Network, *, most: int = 5) -> Snapped:
    """Places anywhere on a network, some of them on no road."""
    n = draw(st.integers(0, most))
    segment = draw(st.lists(st.integers(-1, network.n_segments - 1), min_size=n, max_size=n))
    quarters = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    access = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    return snapped_at(segment, [q / 4 for q in quarters], access)


def snapped_at(segment: list[int], fraction: list[float], access_ms: list[int]) -> Snapped:
    """Places by segment, fraction along it and milliseconds off it."""
    n = len(segment)
    return Snapped(
        id=np.array([f"p{i}" for i in range(n)], dtype=object),
        segment=segment,
        way=segment,
        fraction=fraction,
        distance_m=np.zeros(n),
        lon=np.zeros(n),
        lat=np.zeros(n),
        access_ms=access_ms,
        component=np.zeros(n),
        reason=np.array([""] * n, dtype=object),
    )


def split_graph(network: Network, origins: Snapped, destinations: Snapped) -> Graph:
    """
    The network with every place as a node of its own, by cutting its segment there.

    Nodes of the network come first, then the origins, then the destinations.
    """
    n, o = network.n_nodes, len(origins)
    graph: Graph = [[] for _ in range(n + o + len(destinations))]
    here: dict[int, list[tuple[float, int, int]]] = {}
    for offset, snapped in ((n, origins), (n + o, destinations)):
        for i in range(len(snapped)):
            if snapped.segment[i] >= 0:
                # A node on the road for each place; -1 stands for "place itself".
                here.setdefault(int(snapped.segment[i]), []).append(
                    (float(snapped.fraction[i]), offset + i, int(snapped.access_ms[i]))
                )
    for s in range(network.n_segments):
        _cut(graph, network, s, here.get(s, []))
    return graph


def _cut(
    graph: Graph, network: Network, segment: int, places: list[tuple[float, int, int]]
) -> None:
    ends = int(network.segment_from[segment]), int(network.segment_to[segment])
    for arc, (begin, finish), turned in (
        (int(network.forward_arc[segment]), ends, False),
        (int(network.backward_arc[segment]), ends[::-1], True),
    ):
        if arc < 0:
            continue
        whole = int(network.travel_time_ms[arc])
        graph[begin].append((finish, whole))
        along = [
            (passed, round(whole * passed), place, access)
            for passed, place, access in (
                (1 - fraction if turned else fraction, place, access)
                for fraction, place, access in places
            )
        ]
        for passed, ms, place, access in along:
            graph[place].append((finish, access + whole - ms))
            graph[begin].append((place, ms + access))
            graph[place] += [
                (other, access + there - ms + other_access)
                for ahead, there, other, other_access in along
                if other != place and ahead >= passed
            ]


def reached_ms(network: Network, places: Snapped, points: Snapped, *, towards: bool) -> list[int]:
    """Milliseconds from each point to the nearest place, or from the nearest to the point."""
    best = []
    for i in range(len(points)):
        point = points.take([i])
        times = [UNREACHED_MS]
        for j in range(len(places)):
            pair = (point, places.take([j])) if towards else (places.take([j]), point)
            # One pair at a time: rounding could make way through a third place shorter.
            graph = split_graph(network, *pair)
            times.append(dijkstra(graph, {network.n_nodes: 0})[network.n_nodes + 1])
        best.append(min(times))
    return best
