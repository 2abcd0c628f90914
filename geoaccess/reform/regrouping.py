"""
Random mergers of municipalities into fewer, larger ones.

Fewer and larger municipalities shorten the way to a service of one's own whatever the
borders: what a reform gained says something only beside what drawing lots would have
gained.
"""

from __future__ import annotations

import numpy as np
import shapely

from geoaccess.errors import InputError
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray, IntArray

# Zones that share less border than this meet at a corner.
LEAST_BORDER_M = 1.0
Neighbours = list[list[int]]


def neighbours_of(territory: Territory) -> Neighbours:
    """
    Zones that share a border, and what joins islands to them.

    Parameters
    ----------
    territory
        Borders.

    Returns
    -------
    For each zone the positions of its neighbours, ascending: those with more than 1 m of
    common border in the UTM zone of the territory. Where that leaves groups of zones apart,
    the smallest of them is joined to the rest at its least distance, and so on, until all
    are connected.
    """
    frame = territory.to_gdf()
    shapes = frame.to_crs(frame.estimate_utm_crs()).geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared_m = shapely.length(shapely.intersection(shapes[first], shapes[second]))
    pairs = {
        (int(a), int(b))
        for a, b, length_m in zip(first, second, shared_m, strict=True)
        if length_m > LEAST_BORDER_M
    }
    while len(apart := _components(_listed(pairs, len(shapes)))) > 1:
        pairs.add(_shortest_link(shapes, min(apart, key=lambda some: (len(some), some))))
    return _listed(pairs, len(shapes))


def _listed(pairs: set[tuple[int, int]], n: int) -> Neighbours:
    listed: Neighbours = [[] for _ in range(n)]
    for a, b in sorted(pairs):
        listed[a].append(b)
        listed[b].append(a)
    return [sorted(some) for some in listed]


def _components(neighbours: Neighbours) -> list[list[int]]:
    seen: set[int] = set()
    components = []
    for start in range(len(neighbours)):
        if start in seen:
            continue
        reached, waiting = {start}, [start]
        while waiting:
            fresh = set(neighbours[waiting.pop()]) - reached
            reached |= fresh
            waiting += fresh
        seen |= reached
        components.append(sorted(reached))
    return components


def _shortest_link(shapes: AnyArray, some: list[int]) -> tuple[int, int]:
    others = np.setdiff1d(np.arange(len(shapes)), some)
    apart_m = shapely.distance(shapes[some][:, None], shapes[others][None, :])
    row, column = np.unravel_index(apart_m.argmin(), apart_m.shape)
    a, b = some[row], int(others[column])
    return (a, b) if a < b else (b, a)


def random_regroupings(territory: Territory, n_groups: int, *, n_draws: int, seed: int) -> IntArray:
    """
    Draw mergers of zones into fewer contiguous ones.

    What might have become of a country's municipalities if lots had drawn the new borders.

    Parameters
    ----------
    territory
        The old borders.
    n_groups
        How many new zones, from 1 to the number of old ones.
    n_draws
        How many times to draw.
    seed
        Of the lots; the same seed gives the same mergers.

    Returns
    -------
    Group of each zone, from 0 to n_groups - 1, shape (n_draws, n_zones). Every group is
    connected through common borders, or where an island has none, through its shortest link.

    Raises
    ------
    InputError
        If there are not so many groups to make, or no draws.

    Notes
    -----
    Seeded growth: ``n_groups`` zones are drawn as seeds; then, one at a time, a group drawn
    among those that still touch a free zone takes one of these, drawn too, until none is
    free. All lots are even. Groups come out of like numbers of zones, with a tail of large
    ones; not every partition is equally likely.

    Examples
    --------
    >>> import geoaccess as ga, shapely
    >>> row = ga.Territory(
    ...     date="2021-06-30", code=list("abcd"), name=list("abcd"),
    ...     geometry=[shapely.box(i / 10, 57, i / 10 + 0.1, 57.1) for i in range(4)],
    ... )
    >>> ga.random_regroupings(row, 2, n_draws=3, seed=1).shape
    (3, 4)
    """
    if not 1 <= n_groups <= len(territory):
        msg = f"n_groups must be from 1 to {len(territory)} zones, but is {n_groups}"
        raise InputError(msg)
    if n_draws < 1:
        msg = f"n_draws must be 1 or more, but is {n_draws}"
        raise InputError(msg)
    neighbours = neighbours_of(territory)
    chance = np.random.default_rng(seed)
    drawn = [_grown(neighbours, n_groups, chance) for _ in range(n_draws)]
    return np.array(drawn, dtype=np.int32)


def _grown(neighbours: Neighbours, n_groups: int, chance: np.random.Generator) -> list[int]:
    """Group of each zone after one draw."""
    group = [-1] * len(neighbours)
    for i, zone in enumerate(chance.permutation(len(neighbours))[:n_groups]):
        group[zone] = i
    # Free zones at the edge of each group; a zone may stand at several edges.
    edge: list[set[int]] = [set() for _ in range(n_groups)]
    for zone, own in enumerate(group):
        if own >= 0:
            edge[own] |= {other for other in neighbours[zone] if group[other] < 0}
    while growing := [i for i, some in enumerate(edge) if some]:
        own = growing[chance.integers(len(growing))]
        zone = sorted(edge[own])[chance.integers(len(edge[own]))]
        group[zone] = own
        for some in edge:
            some.discard(zone)
        edge[own] |= {other for other in neighbours[zone] if group[other] < 0}
    return group
