"""Which roads matter: route between places, and let what the routes use become main roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from demo_region.mesh import delaunay_edges, gabriel_neighbours, lengths
from demo_region.plane import FloatArray, IntArray
from demo_region.sites import Centres

MS_PER_KMH = 1.0 / 3.6
MAIN_PULL = 0.75  # a road that is already a main road counts as this much shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """
    One level of the hierarchy.

    Attributes
    ----------
    rank
        Rank that the used roads get; higher is more important.
    speed_kmh
        Speed on them when lower levels are routed.
    min_population
        Smallest centre that takes part.
    star
        Whether the largest centre is joined to each other, instead of neighbours to each other.
    """

    rank: int
    speed_kmh: float
    min_population: int
    star: bool = False

    def pairs(self, centres: Centres) -> IntArray:
        """Centres to be joined, as positions, shape (k, 2)."""
        chosen = np.flatnonzero(centres.population >= self.min_population)
        if self.star:
            largest = chosen[np.argmax(centres.population[chosen])]
            others = chosen[chosen != largest]
            return np.column_stack([np.full(len(others), largest), others])
        xy = centres.xy[chosen]
        ends = delaunay_edges(xy)
        return chosen[ends[gabriel_neighbours(xy, ends)]]


def rank_by_routing(
    xy: FloatArray,
    ends: IntArray,
    *,
    speed_kmh: FloatArray,
    centres: Centres,
    centre_node: IntArray,
    tiers: Sequence[Tier],
) -> tuple[IntArray, IntArray]:
    """
    Rank roads by the routes that use them, the top level first.

    Parameters
    ----------
    xy, ends
        Junctions, metres, and edges sorted by their ends, lower end first.
    speed_kmh
        Speed of each edge before it is promoted, shape (m,).
    centres, centre_node
        Places, and the junction in the middle of each, shape (n,).
    tiers
        Levels from the top down.

    Returns
    -------
    Rank of each edge, 0 where no route passes, and the number of the first route over it, -1
    where none passes; both of shape (m,).
    """
    length = lengths(xy, ends)
    speed = speed_kmh.copy()
    rank = np.zeros(len(ends), dtype=np.int64)
    route = np.full(len(ends), -1, dtype=np.int64)
    n_routes = 0
    for tier in tiers:
        pairs = tier.pairs(centres)
        pull = np.where(rank > 0, MAIN_PULL, 1.0)
        time_s = length / (speed * MS_PER_KMH) * pull
        edge, number = _routes(xy, ends, time_s, centre_node[pairs])
        new = rank[edge] < tier.rank
        edge, number = edge[new], number[new]
        # Backwards, so that the first route over an edge is the one that stays.
        route[edge[::-1]] = number[::-1] + n_routes
        rank[edge] = tier.rank
        speed[edge] = np.maximum(speed[edge], tier.speed_kmh)
        n_routes += len(pairs)
    return rank, route


def _routes(
    xy: FloatArray, ends: IntArray, time_s: FloatArray, pairs: IntArray
) -> tuple[IntArray, IntArray]:
    n = len(xy)
    both = np.vstack([ends, ends[:, ::-1]])
    graph = csr_matrix((np.tile(time_s, 2), (both[:, 0], both[:, 1])), shape=(n, n))
    key = ends[:, 0] * n + ends[:, 1]
    edges: list[IntArray] = []
    numbers: list[IntArray] = []
    for origin in np.unique(pairs[:, 0]):
        number = np.flatnonzero(pairs[:, 0] == origin)
        targets = pairs[number, 1]
        gap = xy[targets] - xy[origin]
        # Twice the straight way at 30 km/h: no route is longer, and a country stays searchable.
        limit_s = float(np.hypot(gap[:, 0], gap[:, 1]).max()) * 2.0 / (30.0 * MS_PER_KMH) + 900.0
        _, before = dijkstra(graph, indices=origin, return_predecessors=True, limit=limit_s)
        step, which = _walk_back(np.asarray(before), targets)
        edges.append(np.searchsorted(key, step.min(axis=1) * n + step.max(axis=1)))
        numbers.append(number[which])
    edge, number = np.concatenate(edges), np.concatenate(numbers)
    order = np.argsort(number, kind="stable")
    return edge[order], number[order]


def _walk_back(before: IntArray, targets: IntArray) -> tuple[IntArray, IntArray]:
    node, which = targets.astype(np.int64), np.arange(len(targets))
    steps: list[IntArray] = []
    whiches: list[IntArray] = []
    while len(node):
        previous = before[node].astype(np.int64)
        moves = previous >= 0
        steps.append(np.column_stack([previous, node])[moves])
        whiches.append(which[moves])
        node, which = previous[moves], which[moves]
    return np.vstack(steps), np.concatenate(whiches)
