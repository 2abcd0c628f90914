"""Territorial units grown from cells, and their municipalities before and after the reform."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from demo_region.land import Cells
from demo_region.mesh import lengths
from demo_region.plane import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """
    Municipality of each unit.

    Attributes
    ----------
    before, after
        Municipality number of each unit, shape (n_units,); the city is number 0 in both, the
        novads around it number 1.
    before_seat, after_seat
        Unit whose centre is the seat of each municipality.
    split
        The one municipality before the reform that was divided.
    """

    before: IntArray
    after: IntArray
    before_seat: IntArray
    after_seat: IntArray
    split: int


def grow_units(
    rng: np.random.Generator,
    cells: Cells,
    *,
    centres: FloatArray,
    town_radius_m: FloatArray,
    whole: BaseGeometry,
) -> IntArray:
    """
    Give every cell to a unit: towns take a disc, parishes grow over what is left.

    Parameters
    ----------
    rng
        Source of chance.
    cells
        Cells of the land.
    centres
        Centre of each unit, towns first, metres, shape (n, 2).
    town_radius_m
        Radius of the territory of each town, shape (t,).
    whole
        Area that units should not divide, such as a lake with its islands, metres.

    Returns
    -------
    Unit of each cell, shape (n_cells,); each unit is in one piece.
    """
    n_towns = len(town_radius_m)
    gap = np.hypot(*(cells.xy[:, None, :] - centres[None, :n_towns, :]).transpose(2, 0, 1))
    unit = np.where((gap < town_radius_m).any(axis=1), gap.argmin(axis=1), -1)
    free = unit < 0
    pairs = cells.pairs[free[cells.pairs].all(axis=1)]
    effort = lengths(cells.xy, pairs) * rng.uniform(0.7, 1.3, len(pairs))
    effort[inside(whole, cells.xy)[pairs].all(axis=1)] *= 0.02  # who comes first takes it all
    graph = csr_matrix((effort, (pairs[:, 0], pairs[:, 1])), shape=(len(cells.xy),) * 2)
    open_cells = np.flatnonzero(free)
    start = open_cells[np.asarray(KDTree(cells.xy[free]).query(centres[n_towns:])[1])]
    _, _, source = dijkstra(
        graph, directed=False, indices=start, min_only=True, return_predecessors=True
    )
    number = np.zeros(len(cells.xy), dtype=np.int64)
    number[start] = np.arange(len(start)) + n_towns
    reached = free & (source >= 0)
    unit[reached] = number[source[reached]]
    lost = np.flatnonzero(unit < 0)  # pockets shut in between a town and the shore
    held = np.flatnonzero(unit >= 0)
    unit[lost] = unit[held[np.asarray(KDTree(cells.xy[held]).query(cells.xy[lost])[1])]]
    return unit


def unit_neighbours(cells: Cells, unit: IntArray, *, n_units: int) -> BoolArray:
    """Tell which units share a border, shape (n_units, n_units)."""
    touch = np.zeros((n_units, n_units), dtype=np.bool_)
    tail, head = unit[cells.pairs].T
    touch[tail, head] = touch[head, tail] = True
    np.fill_diagonal(touch, val=False)
    return touch


def group_units(
    touch: BoolArray, *, xy: FloatArray, n_towns: int, n_before: int, n_after: int
) -> Grouping:
    """
    Group units into municipalities before the reform, and those into larger ones after it.

    Parameters
    ----------
    touch
        Which units share a border, shape (n_units, n_units); unit 0 is the city.
    xy
        Centre of each unit, metres, shape (n_units, 2).
    n_towns
        Towns other than the city, units 1 to n_towns; each is the seat of a novads.
    n_before, n_after
        Municipalities, the city among them.

    Returns
    -------
    Groups in one piece each, exactly one of them split by the reform.
    """
    owner = np.full(len(xy), -1)
    owner[0] = 0
    ring = np.flatnonzero(touch[0] & (np.arange(len(xy)) > n_towns))
    owner[ring] = 1
    seats = [0, 0, *range(1, n_towns + 1)]
    while len(seats) < n_before:
        free = np.flatnonzero(owner < 0)
        gap = np.asarray(KDTree(xy[[*seats, *ring]]).query(xy[free])[0])
        seats.append(int(free[np.argmax(gap)]))
    owner[seats[2:]] = np.arange(2, n_before)
    before = _share_out(touch, owner, xy=xy, seats=seats)
    parts = [np.flatnonzero(before == k) for k in range(n_before)]
    group_touch = np.array([[touch[np.ix_(a, b)].any() for b in parts] for a in parts])
    middle = np.array([xy[part].mean(axis=0) for part in parts])
    heads = _heads(middle, xy[seats], n_after=n_after, n_with_town=n_towns + 2)
    merged = np.full(n_before, -1)
    merged[heads] = np.arange(n_after)
    joined = _share_out(group_touch, merged, xy=middle, seats=heads)
    split, after = _split_one(touch, before, joined[before], kept=heads, seats=seats)
    after_seat = np.array(seats)[heads]
    return Grouping(
        before=before, after=after, before_seat=np.array(seats), after_seat=after_seat, split=split
    )


def _share_out(touch: BoolArray, owner: IntArray, *, xy: FloatArray, seats: list[int]) -> IntArray:
    # The smallest group that can still grow takes its nearest free neighbour, so that groups end
    # up of like size and in one piece. Group 0, the city, never grows.
    owner = owner.copy()
    while (owner < 0).any():
        options = [
            (int((owner == group).sum()), group, np.flatnonzero(free))
            for group in range(1, len(seats))
            if (free := touch[owner == group].any(axis=0) & (owner < 0)).any()
        ]
        _, group, free_units = min(options, key=lambda option: option[:2])
        middle = xy[owner == group].mean(axis=0)
        gap = np.hypot(*(xy[free_units] - middle).T)
        owner[free_units[np.argmin(gap)]] = group
    return owner


def _heads(middle: FloatArray, seat_xy: FloatArray, *, n_after: int, n_with_town: int) -> list[int]:
    heads = [0, 1]
    while len(heads) < n_after:
        others = np.array([k for k in range(2, n_with_town) if k not in heads])
        known = np.vstack([middle[heads[1:]], seat_xy[heads[1:]]])
        gap = np.asarray(KDTree(known).query(middle[others])[0])
        heads.append(int(others[np.argmax(gap)]))
    return heads


def _split_one(
    touch: BoolArray, before: IntArray, after: IntArray, *, kept: list[int], seats: list[int]
) -> tuple[int, IntArray]:
    for group in range(2, len(seats)):
        if group in kept:
            continue
        members = np.flatnonzero(before == group)
        home = after[members[0]]
        for other in range(1, int(after.max()) + 1):
            leaves = members[touch[members][:, after == other].any(axis=1)]
            leaves = leaves[leaves != seats[group]]
            stays = np.setdiff1d(members, leaves)
            rest = np.flatnonzero(after == home)
            rest = rest[~np.isin(rest, leaves)]
            if other != home and len(leaves) and len(stays) > 1 and _in_one_piece(touch, rest):
                result = after.copy()
                result[leaves] = other
                return group, result
    message = "no municipality can be split without leaving an exclave; choose another seed"
    raise ValueError(message)


def _in_one_piece(touch: BoolArray, units: IntArray) -> bool:
    n_pieces, _ = connected_components(
        csr_matrix(touch[np.ix_(units, units)].astype(np.int64)), directed=False
    )
    return int(n_pieces) == 1


def inside(outline: BaseGeometry, xy: FloatArray) -> BoolArray:
    """Tell which points lie in an outline, shape (n,)."""
    return np.asarray(shapely.contains_xy(outline, xy[:, 0], xy[:, 1]))
