"""Join junctions by roads: every edge a road could take, and how much each is wanted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from demo_region.ground import Ground
from demo_region.mesh import (
    crossing,
    delaunay_edges,
    lengths,
    lines,
    relative_neighbours,
    spanning_tree,
)
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.sites import BRIDGE, MAIN, MAIN_SPACING_M, STREET, Sites

LONGEST_M = 7000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """
    Junctions, and every edge that a road could take between them.

    Attributes
    ----------
    sites
        The junctions.
    ends, length
        Edges, lower end first, sorted, shape (m, 2), and their straight length, metres.
    neighbour
        Edges that look like roads, shape (m,).
    tree
        Edges of the shortest tree (or forest) over all junctions, shape (m,).
    main, bridge
        Edges along main roads; bridges; shape (m,).
    """

    sites: Sites
    ends: IntArray
    length: FloatArray
    neighbour: BoolArray
    tree: BoolArray
    main: BoolArray
    bridge: BoolArray


def join_sites(sites: Sites, ground: Ground) -> Mesh:
    """
    Find every edge that a road could take.

    Parameters
    ----------
    sites
        Junctions, both ends of each bridge first.
    ground
        What no road may cross.

    Returns
    -------
    Delaunay edges that are not too long and cross no fence, and the bridges.
    """
    ends = delaunay_edges(sites.xy)
    length = lengths(sites.xy, ends)
    free = (length < LONGEST_M) & ~crossing(lines(sites.xy, ends), ground.fences)
    spans = np.arange(2 * len(ground.bridges)).reshape(-1, 2)
    ends = np.vstack([ends[free], spans])
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    length = lengths(sites.xy, ends)
    tail, head = sites.line[ends].T
    main = (tail == head) & (tail >= 0) & (length < 1.8 * MAIN_SPACING_M)
    bridge = (sites.kind[ends] == BRIDGE).all(axis=1) & (ends[:, 0] // 2 == ends[:, 1] // 2)
    return Mesh(
        sites=sites,
        ends=ends,
        length=length,
        neighbour=relative_neighbours(sites.xy, ends) | main,
        tree=spanning_tree(len(sites.xy), ends, length),
        main=main,
        bridge=bridge,
    )


def road_wishes(rng: np.random.Generator, mesh: Mesh) -> FloatArray:
    """
    Draw how much each edge is wanted as a road, main roads most.

    Parameters
    ----------
    rng
        Source of chance.
    mesh
        Edges to choose from.

    Returns
    -------
    Wish for `thin_to_length`, minus infinity for what does not look like a road, shape (m,).
    """
    kind = mesh.sites.kind[mesh.ends]
    chance = rng.random(len(mesh.ends))
    wish = chance.copy()
    wish[(kind >= MAIN).all(axis=1) | mesh.main] += 2.0
    # A few gaps keep street grids from looking ruled.
    wish[(kind == STREET).all(axis=1) & (chance < 0.09)] = -1.0  # noqa: PLR2004
    wish[~mesh.neighbour] = -np.inf
    return wish


def largest_piece(n: int, ends: IntArray, keep: BoolArray) -> tuple[IntArray, IntArray, IntArray]:
    """
    Keep the largest connected piece of the chosen edges.

    Parameters
    ----------
    n
        Junctions.
    ends, keep
        Edges, shape (m, 2), and which are chosen, shape (m,).

    Returns
    -------
    Ends of the kept edges, renumbered; positions of the kept junctions; positions of the edges.
    """
    kept = ends[keep]
    graph = csr_matrix((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    in_largest = piece == np.bincount(piece).argmax()
    rank = np.cumsum(in_largest) - 1
    inside = in_largest[kept].all(axis=1)
    edge = np.flatnonzero(keep)[inside]
    return rank[kept[inside]].astype(np.int64), np.flatnonzero(in_largest), edge
