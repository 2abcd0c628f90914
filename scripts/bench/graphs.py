"""
Make country-size road graphs for the benchmarks.

    python scripts/bench/graphs.py CACHE_FOLDER [p30k p300k p1m]

Points lie a third in the country and two thirds in towns (Zipf sizes). Nearly relative
neighbours are joined, a planar pattern like that of roads; routes between towns become
motorways, trunk, primary and secondary roads; some town streets are one-way. At the end part
of the local streets is taken away again, which leaves the dead ends that real networks have.
Weights are milliseconds. The same name gives the same graph.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

Array = npt.NDArray[np.generic]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SIZES = {"p30k": 30_000, "p300k": 300_000, "p1m": 1_000_000}
WIDTH_M, HEIGHT_M = 400_000.0, 200_000.0
RURAL_SHARE = 0.35
N_WITNESSES = 8
CROWDED_M = 220.0
TOWN_KMH, COUNTRY_KMH = 32.0, 52.0
# Towns joined, class, km/h.
LAYERS = ((7, 4, 110.0), (40, 3, 95.0), (150, 2, 85.0), (1500, 1, 75.0))
MOTORWAY = 4
N_LOCAL = 200
ONE_WAY_SHARE = 0.06
KEPT_LOCAL_SHARE = 0.45


class Streets(NamedTuple):
    """Undirected road pieces: ends, metres, km/h, class (0 local to 4 motorway)."""

    a: Ints
    b: Ints
    length_m: Floats
    speed_kmh: Floats
    level: Ints


class Arcs(NamedTuple):
    """Directed arcs: ends, milliseconds, class."""

    tail: Ints
    head: Ints
    ms: Floats
    level: Ints


def main() -> None:
    """Make the graphs that are asked for and not there yet."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or list(SIZES):
        path = folder / f"{name}.npz"
        if not path.exists():
            np.savez(path, allow_pickle=False, **make_graph(SIZES[name]))
        print(path)


def make_graph(n: int, *, seed: int = 1) -> dict[str, Array]:
    """
    Make one graph of about n nodes.

    Parameters
    ----------
    n
        Number of points to begin with.
    seed
        For the random numbers.

    Returns
    -------
    ``x``, ``y`` (metres), ``first_out``, ``head``, ``weight`` (milliseconds).
    """
    rng = np.random.default_rng(seed)
    points, centres = _points(n, rng)
    a, b, length = _near_pairs(points, rng)
    points, a, b, length = _largest_part(points, a, b, length)
    length = np.maximum(length * (1.1 + 0.25 * rng.random(len(length))), 5.0)
    towns = _nearest(points, centres, 1)[1][:, 0]
    crowding = _nearest(points, points, 9)[0][:, 8]
    urban = np.minimum(crowding[a], crowding[b]) < CROWDED_M
    speed = np.where(urban, TOWN_KMH, COUNTRY_KMH)
    streets = Streets(a, b, length, speed, np.zeros(len(a), np.int64))
    streets = _classify(points, streets, urban, towns)
    return _csr(points, _pruned(len(points), _directed(streets, urban, rng), rng))


def _points(n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Give points, and the centres of towns, largest first."""
    n_towns = max(200, n // 400)
    centres = rng.random((n_towns, 2)) * [WIDTH_M, HEIGHT_M]
    share = 1 / np.arange(1, n_towns + 1) ** 0.95
    n_urban = int(n * (1 - RURAL_SHARE))
    counts = rng.multinomial(n_urban, share / share.sum())
    radius = 120 * np.sqrt(counts) * 0.5 + 100
    town = np.repeat(np.arange(n_towns), counts)
    spread = rng.normal(size=(n_urban, 2)) * radius[town][:, None]
    rural = rng.random((n - n_urban, 2)) * [WIDTH_M, HEIGHT_M]
    points = np.unique(np.round(np.concatenate([rural, centres[town] + spread]), 1), axis=0)
    rng.shuffle(points)
    return points, centres[np.argsort(-counts, kind="stable")]


def _nearest(points: Floats, at: Floats, k: int) -> tuple[Floats, Ints]:
    """Give distances and numbers of the k nearest points, each (len(at), k)."""
    gaps, found = cKDTree(points).query(at, k=np.arange(1, k + 1))
    return np.asarray(gaps, np.float64), np.asarray(found, np.int64)


def _near_pairs(points: Floats, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Join Delaunay neighbours unless a third point is nearer to both; a few stay for loops."""
    first, other = Delaunay(points).vertex_neighbor_vertices
    a = np.repeat(np.arange(len(points)), np.diff(first))
    a, b = a[a < other], other[a < other].astype(np.int64)
    length = np.linalg.norm(points[a] - points[b], axis=1)
    gaps, witnesses = _nearest(points, points, N_WITNESSES + 1)
    keep = np.ones(len(a), np.bool_)
    for one, two in ((a, b), (b, a)):
        for j in range(1, N_WITNESSES + 1):
            witness = witnesses[one, j]
            gap = np.linalg.norm(points[witness] - points[two], axis=1)
            keep &= ~((gaps[one, j] < length) & (witness != two) & (gap < length))
    keep |= rng.random(len(a)) < 0.015 * (length < np.quantile(length, 0.7))
    return a[keep], b[keep], length[keep]


def _largest_part(
    points: Floats, a: Ints, b: Ints, length: Floats
) -> tuple[Floats, Ints, Ints, Floats]:
    """Keep the largest connected part."""
    n = len(points)
    part = connected_components(csr_matrix((np.ones(len(a)), (a, b)), (n, n)), directed=False)[1]
    inside = part == np.bincount(part).argmax()
    number = np.cumsum(inside) - 1
    keep = inside[a]
    return points[inside], number[a[keep]], number[b[keep]], length[keep]


def _classify(points: Floats, streets: Streets, urban: Flags, towns: Ints) -> Streets:
    """Make the routes between towns main roads; each layer sees the speeds of the last."""
    n = len(points)
    speed, level = streets.speed_kmh.copy(), streets.level.copy()
    key = np.minimum(streets.a, streets.b) * n + np.maximum(streets.a, streets.b)
    order = np.argsort(key)
    for n_joined, layer, kmh in LAYERS:
        cities = np.unique(towns[:n_joined])
        time = streets.length_m / speed * 3.6 * np.where(level > 0, 0.8, 1.0)
        ends = (np.r_[streets.a, streets.b], np.r_[streets.b, streets.a])
        graph = csr_matrix((np.r_[time, time], ends), (n, n))
        used = _routes(points, graph, cities, is_local=n_joined >= N_LOCAL)
        found = order[np.searchsorted(key[order], used)]
        found = found[level[found] < layer]
        level[found] = layer
        in_town = min(kmh * 0.6, 60.0) if layer < MOTORWAY else kmh * 0.85
        speed[found] = np.maximum(speed[found], np.where(urban[found], in_town, kmh))
    return streets._replace(speed_kmh=speed, level=level)


def _routes(points: Floats, graph: csr_matrix, cities: Ints, *, is_local: bool) -> Ints:
    """Give the keys of all pieces on quickest ways between neighbouring cities."""
    first, other = Delaunay(points[cities]).vertex_neighbor_vertices
    used: list[int] = []
    for i, city in enumerate(cities):
        near = other[first[i] : first[i + 1]]
        near = near[near > i]
        if not len(near):
            continue
        far = np.linalg.norm(points[cities[near]] - points[city], axis=1).max()
        limit = far / 45_000 * 3600 * 1.6 + 300 if is_local else np.inf
        before = dijkstra(graph, indices=city, return_predecessors=True, limit=limit)[1]
        for j in near:
            v = int(cities[j])
            while before[v] >= 0:
                u = int(before[v])
                used.append(min(u, v) * len(points) + max(u, v))
                v = u
    return np.unique(np.array(used, np.int64))


def _directed(streets: Streets, urban: Flags, rng: np.random.Generator) -> Arcs:
    """Vary speeds a little, and make some local town streets one-way."""
    kmh = streets.speed_kmh * (0.9 + 0.2 * rng.random(len(streets.a)))
    ms = streets.length_m / kmh * 3600
    two_way = ~((rng.random(len(ms)) < ONE_WAY_SHARE) & urban & (streets.level == 0))
    back = ms * (0.99 + 0.02 * rng.random(len(ms)))
    return Arcs(
        np.r_[streets.a, streets.b[two_way]],
        np.r_[streets.b, streets.a[two_way]],
        np.maximum(np.round(np.r_[ms, back[two_way]]), 1),
        np.r_[streets.level, streets.level[two_way]],
    )


def _pruned(n: int, arcs: Arcs, rng: np.random.Generator) -> Arcs:
    """Keep main roads, a spanning tree, and part of the other local streets."""
    key = np.minimum(arcs.tail, arcs.head) * n + np.maximum(arcs.tail, arcs.head)
    pieces, piece = np.unique(key, return_inverse=True)
    is_main = np.bincount(piece, weights=arcs.level) > 0
    taste = np.where(is_main, 0.001, 1.0) + rng.random(len(pieces)) * 0.5
    tree = minimum_spanning_tree(csr_matrix((taste, (pieces // n, pieces % n)), (n, n))).tocoo()
    in_tree = np.minimum(tree.row, tree.col).astype(np.int64) * n + np.maximum(tree.row, tree.col)
    keep = np.isin(pieces, in_tree) | is_main | (rng.random(len(pieces)) < KEPT_LOCAL_SHARE)
    return Arcs(
        arcs.tail[keep[piece]],
        arcs.head[keep[piece]],
        arcs.ms[keep[piece]],
        arcs.level[keep[piece]],
    )


def _csr(points: Floats, arcs: Arcs) -> dict[str, Array]:
    """Keep the largest strongly connected part and sort its arcs by tail and head."""
    n = len(points)
    matrix = csr_matrix((np.ones(len(arcs.tail)), (arcs.tail, arcs.head)), (n, n))
    part = connected_components(matrix, directed=True, connection="strong")[1]
    inside = part == np.bincount(part).argmax()
    number = np.cumsum(inside) - 1
    keep = inside[arcs.tail] & inside[arcs.head]
    tail, head, ms = number[arcs.tail[keep]], number[arcs.head[keep]], arcs.ms[keep]
    order = np.lexsort((head, tail))
    counts = np.bincount(tail, minlength=int(inside.sum()))
    return {
        "x": points[inside, 0],
        "y": points[inside, 1],
        "first_out": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "head": head[order].astype(np.int32),
        "weight": ms[order].astype(np.int32),
    }


if __name__ == "__main__":
    main()
