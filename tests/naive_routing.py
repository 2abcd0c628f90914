"""A slow, obvious twin of every routing kernel, in plain Python."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from geoaccess.routing.graph import Graph, Seeds
from geoaccess.routing.topology import Topology
from geoaccess.units import UNREACHED_MS

Key = tuple[int, int]
Arc = tuple[int, int, int]


def arcs_of(graph: Graph, *, reverse: bool = False) -> dict[int, list[tuple[int, int]]]:
    """Outgoing (head, ms) of every node, or incoming (tail, ms)."""
    out: dict[int, list[tuple[int, int]]] = {v: [] for v in range(graph.n_nodes)}
    for v in range(graph.n_nodes):
        for a in range(graph.first_out[v], graph.first_out[v + 1]):
            tail, head = (int(graph.head[a]), v) if reverse else (v, int(graph.head[a]))
            out[tail].append((head, int(graph.weight[a])))
    return out


def seeds_of(places: Seeds, place: int) -> list[tuple[int, int]]:
    """(node, ms) of one place."""
    return [
        (int(places.node[s]), int(places.ms[s]))
        for s in range(places.first[place], places.first[place + 1])
    ]


def dijkstra_from_seeds(
    graph: Graph, seeds: Iterable[tuple[int, int]], *, reverse: bool = False
) -> list[int]:
    """Time from the seeds to every node (from every node, if reversed)."""
    out = arcs_of(graph, reverse=reverse)
    best = [UNREACHED_MS] * graph.n_nodes
    heap = [(ms, node) for node, ms in seeds]
    heapq.heapify(heap)
    while heap:
        at, u = heapq.heappop(heap)
        if at < best[u]:
            best[u] = at
            for v, ms in out[u]:
                heapq.heappush(heap, (at + ms, v))
    return best


def many_to_many(graph: Graph, origins: Seeds, destinations: Seeds) -> list[list[int]]:
    """Time from every origin to every destination."""
    rows = []
    for o in range(origins.n_places):
        best = dijkstra_from_seeds(graph, seeds_of(origins, o))
        rows.append(
            [
                min([UNREACHED_MS, *(best[v] + ms for v, ms in seeds_of(destinations, d))])
                for d in range(destinations.n_places)
            ]
        )
    return rows


def k_nearest(
    graph: Graph,
    origins: Seeds,
    destinations: Seeds,
    *,
    k: int,
    direct: Iterable[Arc] = (),
    reverse: bool = False,
) -> list[list[Key]]:
    """The k best (ms, destination) of each origin, (UNREACHED_MS, -1) where there are fewer."""
    if reverse:
        there = np.array(many_to_many(graph, destinations, origins), np.int64)
        times = there.reshape(destinations.n_places, origins.n_places).T.copy()
    else:
        there = np.array(many_to_many(graph, origins, destinations), np.int64)
        times = there.reshape(origins.n_places, destinations.n_places)
    for o, d, ms in direct:
        times[o, d] = min(times[o, d], ms)
    answer = []
    for row in times:
        keys = sorted((int(ms), d) for d, ms in enumerate(row) if ms < UNREACHED_MS)
        answer.append((keys + [(UNREACHED_MS, -1)] * k)[:k])
    return answer


def chordal_completion(
    n: int, links: Iterable[tuple[int, int]], rank: npt.NDArray[np.int32]
) -> list[list[int]]:
    """Higher neighbours of each rank after taking the nodes away one by one."""
    near: list[set[int]] = [set() for _ in range(n)]
    for a, b in links:
        if a != b:
            near[rank[a]].add(int(rank[b]))
            near[rank[b]].add(int(rank[a]))
    for v in range(n):
        above = sorted(u for u in near[v] if u > v)
        for i, y in enumerate(above):
            for z in above[i + 1 :]:
                near[y].add(z)
                near[z].add(y)
    return [sorted(u for u in near[v] if u > v) for v in range(n)]


def basic_customization(graph: Graph, topology: Topology) -> dict[tuple[int, int], int]:
    """Time along each directed pair of ranks joined by an up-arc, ways over lower ranks only."""
    rank = topology.rank
    n = graph.n_nodes
    rows = [
        [int(u) for u in topology.up_head[topology.first_up[v] : topology.first_up[v + 1]]]
        for v in range(n)
    ]
    time = {pair: UNREACHED_MS for v in range(n) for u in rows[v] for pair in ((v, u), (u, v))}
    for v in range(n):
        for a in range(graph.first_out[v], graph.first_out[v + 1]):
            pair = int(rank[v]), int(rank[graph.head[a]])
            if pair[0] != pair[1]:
                time[pair] = min(time[pair], int(graph.weight[a]))
    for x in range(n):
        for y in rows[x]:
            for z in rows[x]:
                if y != z:
                    time[y, z] = min(time[y, z], time[y, x] + time[x, z])
    return time
