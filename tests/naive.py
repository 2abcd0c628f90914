"""Slow, obvious twins of every fast function, written straight from the definitions."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

from geoaccess.units import UNREACHED_MS

Graph = list[list[tuple[int, int]]]
"""For each node, the (head, milliseconds) of the arcs that leave it."""


def dijkstra(graph: Graph, seeds: dict[int, int]) -> list[int]:
    """Milliseconds to every node from seeds that start with an offset."""
    times = [UNREACHED_MS] * len(graph)
    queue = [(ms, node) for node, ms in seeds.items()]
    while queue:
        ms, node = heapq.heappop(queue)
        if ms >= times[node]:
            continue
        times[node] = ms
        for head, step in graph[node]:
            heapq.heappush(queue, (ms + step, head))
    return times


def people(values: Sequence[float], weights: Sequence[int]) -> list[float]:
    """Everybody in a row, each with their own value."""
    return [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]


def gini(values: Sequence[float], weights: Sequence[int]) -> float:
    """Half the mean difference between two people drawn at random, over the mean."""
    everybody = people(values, weights)
    n = len(everybody)
    mean = math.fsum(everybody) / n
    if mean == 0:
        return 0.0
    return math.fsum(abs(a - b) for a in everybody for b in everybody) / (2 * n * n * mean)


def theil(values: Sequence[float], weights: Sequence[int]) -> float:
    """Mean of x ln x over people, x being the value over the mean."""
    everybody = people(values, weights)
    mean = math.fsum(everybody) / len(everybody)
    if mean == 0:
        return 0.0
    return math.fsum(v / mean * math.log(v / mean) for v in everybody if v > 0) / len(everybody)


def theil_within(values: Sequence[float], weights: Sequence[int], zones: Sequence[str]) -> float:
    """Each zone's own index, by its share of the total."""
    rows = list(zip(values, weights, zones, strict=True))
    total = math.fsum(people(values, weights))
    parts = []
    for zone in set(zones):
        own = [(v, w) for v, w, z in rows if z == zone and w > 0]
        if own:
            mine = people([v for v, _ in own], [w for _, w in own])
            parts.append(theil(mine, [1] * len(mine)) * math.fsum(mine) / total if total else 0.0)
    return math.fsum(parts)


def quantile(values: Sequence[float], weights: Sequence[int], tenths: int) -> float:
    """Smallest value that tenths of ten of the people do not exceed."""
    everybody = sorted(people(values, weights))
    at = -(-len(everybody) * tenths // 10)
    return everybody[max(at, 1) - 1]


def share_beyond(minutes: Sequence[float], weights: Sequence[int], cutoff_min: float) -> float:
    """People over the cutoff, over all people."""
    everybody = people(minutes, weights)
    return sum(one > cutoff_min for one in everybody) / len(everybody)


def nearest(rows: Sequence[Sequence[int]], k: int) -> list[list[tuple[int, int]]]:
    """The k nearest of each row as (milliseconds, position), ties by position."""
    found = []
    for row in rows:
        reached = sorted((ms, j) for j, ms in enumerate(row) if ms < UNREACHED_MS)[:k]
        found.append(reached + [(UNREACHED_MS, -1)] * (k - len(reached)))
    return found


def restricted(
    arcs: Sequence[tuple[int, int, int]], forbidden: set[tuple[int, ...]], start: int
) -> list[int]:
    """
    Milliseconds from the start of an arc to the end of every arc, forbidden runs left out.

    Searches ways as they are, each with as many last arcs as the longest forbidden run
    holds: a line graph of the plainest kind. Arcs are (tail, head, milliseconds).
    """
    memory = max((len(run) for run in forbidden), default=1)
    best: dict[tuple[int, ...], int] = {}
    queue: list[tuple[int, tuple[int, ...]]] = [(arcs[start][2], (start,))]
    times = [UNREACHED_MS] * len(arcs)
    while queue:
        ms, way = heapq.heappop(queue)
        if way in best:
            continue
        best[way] = ms
        times[way[-1]] = min(times[way[-1]], ms)
        for arc, (tail, _, step) in enumerate(arcs):
            if tail == arcs[way[-1]][1]:
                longer = (*way, arc)
                if not any(longer[k:] in forbidden for k in range(len(longer))):
                    heapq.heappush(queue, (ms + step, longer[-memory:]))
    return times
