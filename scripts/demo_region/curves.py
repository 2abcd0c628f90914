"""Bend straight edges into roads that run smoothly through junctions and do not tangle."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from demo_region.mesh import crossing, lengths
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.roads import Roads
from demo_region.through import through_pairs

STRAIGHT_BELOW_M = 180.0
POINT_EVERY_M = 330.0
MOST_POINTS = 6  # shape points of one edge


def bend_edges(
    rng: np.random.Generator, roads: Roads, fences: shapely.STRtree
) -> NDArray[np.object_]:
    """
    Draw every edge as a line, curved where there is room.

    Parameters
    ----------
    rng
        Source of chance.
    roads
        Straight roads.
    fences
        Segments that only bridges cross.

    Returns
    -------
    Line of each edge from its first end to its second, metres, shape (m,).
    """
    straight = np.asarray(shapely.linestrings(roads.xy[roads.ends]), dtype=object)
    may_bend = (lengths(roads.xy, roads.ends) >= STRAIGHT_BELOW_M) & ~roads.bridge
    drawn = np.where(may_bend, _curves(rng, roads), straight)
    may_bend &= ~crossing(drawn, fences)
    drawn = np.where(may_bend, drawn, straight)
    while (bad := _tangled(drawn, roads.ends) & may_bend).any():
        may_bend &= ~bad
        drawn = np.where(may_bend, drawn, straight)
    return drawn


def _curves(rng: np.random.Generator, roads: Roads) -> NDArray[np.object_]:
    length = lengths(roads.xy, roads.ends)
    leave, arrive = _tangents(rng, roads).transpose(1, 0, 2)
    n_points = np.clip(np.round(length / POINT_EVERY_M), 1, MOST_POINTS).astype(np.int64) + 2
    edge = np.repeat(np.arange(len(length)), n_points)
    first = np.cumsum(n_points) - n_points
    share = ((np.arange(len(edge)) - first[edge]) / (n_points[edge] - 1))[:, None]
    tail, head = roads.xy[roads.ends].transpose(1, 0, 2)[:, edge]
    reach = length[edge][:, None]
    # Cubic Hermite curve; the tangent at the head points back along the edge.
    points = (
        (2 * share**3 - 3 * share**2 + 1) * tail
        + (share**3 - 2 * share**2 + share) * reach * leave[edge]
        + (3 * share**2 - 2 * share**3) * head
        + (share**2 - share**3) * reach * arrive[edge]
    )
    points[first] = tail[first]
    points[first + n_points - 1] = head[first]
    return np.asarray(shapely.linestrings(points, indices=edge), dtype=object)


def _tangents(rng: np.random.Generator, roads: Roads) -> FloatArray:
    ends = roads.ends
    arm = roads.xy[ends[:, ::-1]] - roads.xy[ends]
    heading = (arm / np.linalg.norm(arm, axis=2, keepdims=True)).reshape(-1, 2)
    partner = through_pairs(roads.xy, ends, np.zeros(len(ends), dtype=np.int64))
    turn = rng.uniform(-0.35, 0.35, len(heading))
    swung = np.column_stack(
        [
            heading[:, 0] * np.cos(turn) - heading[:, 1] * np.sin(turn),
            heading[:, 0] * np.sin(turn) + heading[:, 1] * np.cos(turn),
        ]
    )
    through = heading - heading[partner]
    through /= np.maximum(np.linalg.norm(through, axis=1, keepdims=True), 1e-9)
    return np.where(partner[:, None] >= 0, through, swung).reshape(-1, 2, 2)


def _tangled(drawn: NDArray[np.object_], ends: IntArray) -> BoolArray:
    one, other = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    one, other = one[one < other], other[one < other]
    meet = (ends[one][:, :, None] == ends[other][:, None, :]).any(axis=(1, 2))
    kind = shapely.get_type_id(shapely.intersection(drawn[one], drawn[other]))
    bad = ~meet | (kind != 0)  # neighbours meet in one point, the junction, and nowhere else
    tangled = np.zeros(len(drawn), dtype=np.bool_)
    tangled[one[bad]] = tangled[other[bad]] = True
    return tangled
