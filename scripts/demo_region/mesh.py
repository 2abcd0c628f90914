"""Road meshes: triangulate, keep relative neighbours, thin to a length; any size of country."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree
from shapely.geometry.base import BaseGeometry

from demo_region.plane import BoolArray, FloatArray, IntArray

N_WITNESSES = 10  # nearest points asked whether they stand between two others


def lengths(xy: FloatArray, ends: IntArray) -> FloatArray:
    """Straight length of each edge, metres, shape (m,)."""
    step = xy[ends[:, 1]] - xy[ends[:, 0]]
    return np.asarray(np.hypot(step[:, 0], step[:, 1]), dtype=np.float64)


def lines(xy: FloatArray, ends: IntArray) -> NDArray[np.object_]:
    """Straight line of each edge, shape (m,)."""
    return np.asarray(shapely.linestrings(xy[ends]), dtype=object)


def delaunay_edges(xy: FloatArray) -> IntArray:
    """Edges of the Delaunay triangulation, lower end first, sorted, shape (m, 2)."""
    first, neighbours = Delaunay(xy).vertex_neighbor_vertices
    tail = np.repeat(np.arange(len(xy)), np.diff(first))
    ends = np.column_stack([tail, neighbours])[tail < neighbours].astype(np.int64)
    return ends[np.lexsort((ends[:, 1], ends[:, 0]))]


def fence_segments(fences: list[BaseGeometry]) -> shapely.STRtree:
    """
    Index the single segments of lines and outlines that no road may cross.

    Parameters
    ----------
    fences
        Lines, or polygons whose outlines count: shores, rivers, closed areas.

    Returns
    -------
    Search tree of two-point lines.
    """
    pieces: list[NDArray[np.object_]] = []
    for fence in fences:
        line = fence.boundary if shapely.get_dimensions(fence) == 2 else fence  # noqa: PLR2004
        for part in shapely.get_parts([line]):
            points = shapely.get_coordinates(part)
            pairs = np.stack([points[:-1], points[1:]], axis=1)
            pieces.append(np.asarray(shapely.linestrings(pairs), dtype=object))
    return shapely.STRtree(np.concatenate(pieces))


def crossing(roads: NDArray[np.object_], fences: shapely.STRtree) -> BoolArray:
    """Tell which roads touch a fence, shape (m,)."""
    hit = np.zeros(len(roads), dtype=np.bool_)
    hit[fences.query(roads, predicate="intersects")[0]] = True
    return hit


def relative_neighbours(xy: FloatArray, ends: IntArray) -> BoolArray:
    """
    Tell which edges have no third point nearer to both their ends than these to each other.

    Such edges look like a country's roads: few, hardly crossing, some three at a junction.

    Parameters
    ----------
    xy
        Points, metres, shape (n, 2).
    ends
        Candidate edges, shape (m, 2).

    Returns
    -------
    Mask of shape (m,).
    """
    length = lengths(xy, ends)
    near_m, near = map(np.asarray, KDTree(xy).query(xy, k=min(N_WITNESSES, len(xy) - 1) + 1))
    keep = np.ones(len(ends), dtype=np.bool_)
    for here, there in ((0, 1), (1, 0)):
        tail, head = ends[:, here], ends[:, there]
        for rank in range(1, near.shape[1]):
            witness = near[tail, rank]
            gap = xy[witness] - xy[head]
            between = (near_m[tail, rank] < length) & (np.hypot(gap[:, 0], gap[:, 1]) < length)
            keep &= ~(between & (witness != head))
    return keep


def gabriel_neighbours(xy: FloatArray, ends: IntArray) -> BoolArray:
    """Tell which edges have no third point in the circle they span, shape (m,)."""
    middle = (xy[ends[:, 0]] + xy[ends[:, 1]]) / 2.0
    nearest = np.asarray(KDTree(xy).query(middle)[0])
    return np.asarray(nearest > lengths(xy, ends) / 2.0 - 1e-6, dtype=np.bool_)


def spanning_tree(n: int, ends: IntArray, length: FloatArray) -> BoolArray:
    """Tell which edges make the shortest tree (or forest) over n points, shape (m,)."""
    graph = csr_matrix((length, (ends[:, 0], ends[:, 1])), shape=(n, n))
    tree = minimum_spanning_tree(graph).tocoo()
    key = ends[:, 0] * n + ends[:, 1]
    return np.isin(key, tree.row.astype(np.int64) * n + tree.col)


def thin_to_length(
    length: FloatArray, *, forced: BoolArray, wish: FloatArray, target_m: float
) -> BoolArray:
    """
    Keep the forced edges, then the most wished for, up to a total length.

    Parameters
    ----------
    length
        Metres, shape (m,).
    forced
        Edges that stay whatever the total, shape (m,).
    wish
        Higher is kept first; minus infinity is never kept, shape (m,).
    target_m
        Total length aimed at, metres.

    Returns
    -------
    Mask of shape (m,).
    """
    order = np.argsort(-wish, kind="stable")
    order = order[~forced[order] & np.isfinite(wish[order])]
    spare = target_m - length[forced].sum()
    keep = forced.copy()
    keep[order[np.cumsum(length[order]) <= spare]] = True
    return keep
