"""Tracks and service roads between the public ones, up to a number of junctions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from demo_region.ground import Ground
from demo_region.mesh import (
    crossing,
    delaunay_edges,
    lengths,
    lines,
    relative_neighbours,
    spanning_tree,
)
from demo_region.plane import BoolArray, FloatArray, IntArray, stream
from demo_region.shapes import apart, scatter, sparse
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from latvia.network import Grown

N_ROUNDS = 4  # of matching the number of junctions
NEAR_ROAD_SHARE = 0.85  # of the ends that stand by a public road, as farms do
NEAR_ROAD_M = (50.0, 260.0)
GAP_M = 40.0
LONGEST_M = 2500.0
LOOP_SHARE = 0.35  # of the edges beyond a tree that are built
TRACK_FROM_M = 220.0  # shorter ones are mostly driveways
FIRST_GAIN = 1.6  # junctions that one new point adds, for a first guess


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideRoads:
    """
    Roads that are no public ones.

    Attributes
    ----------
    drawn
        Line of each, metres, shape (k,).
    is_track
        Track rather than service road, shape (k,).
    n_junctions
        Junctions and dead ends of all roads together, public ones too.
    """

    drawn: NDArray[np.object_]
    is_track: BoolArray
    n_junctions: int

    def tags(self) -> Iterator[dict[str, str]]:
        """OSM tags of each road in turn."""
        for is_track in self.is_track:
            if is_track:
                yield {"highway": "track", "tracktype": "grade2", "surface": "gravel"}
            else:
                yield {"highway": "service", "surface": "gravel"}

    @property
    def km(self) -> float:
        """Length of all, kilometres."""
        return float(shapely.length(self.drawn).sum()) / 1000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Public:
    """Points of the public roads, and the straight pieces between them."""

    xy: FloatArray
    pieces: IntArray


def add_side_roads(grown: Grown, *, n_junctions: int, seed: int) -> SideRoads:
    """
    Lay dead ends and through tracks off the public roads.

    Parameters
    ----------
    grown
        Public roads.
    n_junctions
        Junctions and dead ends wanted in all; met within some 2 %. None are added if the public
        roads have as many.
    seed
        Seed of all chance.

    Returns
    -------
    Side roads that meet public ones at their points only; each leads to one.
    """
    public = _public(grown)
    have = _junction_count(len(public.xy), public.pieces)
    if n_junctions <= have:
        none = np.empty(0, dtype=object)
        return SideRoads(drawn=none, is_track=np.empty(0, dtype=np.bool_), n_junctions=have)
    n_new = int((n_junctions - have) / FIRST_GAIN)
    for _ in range(N_ROUNDS):
        xy, ends = _laid(stream(seed, "side roads"), grown.ground, public, n_new=n_new)
        count = _junction_count(len(xy), np.vstack([public.pieces, ends]))
        n_new = int(n_new * (n_junctions - have) / max(count - have, 1))
    length = lengths(xy, ends)
    chance = stream(seed, "side road kinds").random(len(ends))
    return SideRoads(
        drawn=lines(xy, ends),
        is_track=(length >= TRACK_FROM_M) | (chance < 0.15),  # noqa: PLR2004
        n_junctions=count,
    )


def _public(grown: Grown) -> _Public:
    points, line = shapely.get_coordinates(grown.drawn, return_index=True)
    xy, number = np.unique(points, axis=0, return_inverse=True)
    number = number.ravel()
    same = line[1:] == line[:-1]
    return _Public(xy=xy, pieces=np.column_stack([number[:-1], number[1:]])[same])


def _laid(
    rng: np.random.Generator, ground: Ground, public: _Public, *, n_new: int
) -> tuple[FloatArray, IntArray]:
    """Points, the public ones first, and side roads between them."""
    n_old = len(public.xy)
    xy = np.vstack([public.xy, _new_points(rng, ground, public.xy, n=n_new)])
    ends = delaunay_edges(xy)
    ends = ends[(ends[:, 1] >= n_old) & (lengths(xy, ends) < LONGEST_M)]
    ends = ends[relative_neighbours(xy, ends)]
    roads = lines(xy, ends)
    free = ~crossing(roads, ground.fences)
    fence = shapely.STRtree(lines(public.xy, public.pieces))
    free[fence.query(roads, predicate="crosses")[0]] = False
    ends = ends[free]
    # All public points count as one, so that every piece of the tree hangs on a public road.
    hung = np.sort(np.maximum(ends - n_old + 1, 0), axis=1)
    first = np.unique(hung, axis=0, return_index=True)[1]
    once = np.zeros(len(ends), dtype=np.bool_)
    once[first] = spanning_tree(len(xy) - n_old + 1, hung[first], lengths(xy, ends[first]))
    keep = once | (rng.random(len(ends)) < LOOP_SHARE)
    hung, ends = hung[keep], ends[keep]
    n = len(xy) - n_old + 1
    graph = csr_matrix((np.ones(len(hung)), (hung[:, 0], hung[:, 1])), shape=(n, n))
    piece = connected_components(graph, directed=False)[1]
    return xy, ends[piece[hung[:, 0]] == piece[0]]


def _new_points(
    rng: np.random.Generator, ground: Ground, public: FloatArray, *, n: int
) -> FloatArray:
    n_near = int(n * NEAR_ROAD_SHARE)
    angle = rng.uniform(0.0, 2.0 * np.pi, n_near)
    reach = rng.uniform(*NEAR_ROAD_M, n_near)
    away = np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    near = public[rng.integers(len(public), size=n_near)] + away
    near = near[shapely.contains_xy(ground.standing, near[:, 0], near[:, 1])]
    points = np.vstack([near, scatter(rng, ground.standing, n - n_near)])
    return apart(sparse(points, gap_m=GAP_M), public, gap_m=GAP_M)


def _junction_count(n: int, ends: IntArray) -> int:
    """Count where not exactly two pieces of road meet."""
    degree = np.bincount(ends.ravel(), minlength=n)
    return int(((degree > 0) & (degree != 2)).sum())  # noqa: PLR2004
