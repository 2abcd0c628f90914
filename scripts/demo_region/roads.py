"""Grow the roads of a piece of land: any land, any settlements, a given length and gravel share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import KDTree

from demo_region.ground import Ground
from demo_region.hierarchy import Tier, rank_by_routing
from demo_region.joins import Mesh, join_sites, largest_piece, road_wishes
from demo_region.mesh import lengths, thin_to_length
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.shapes import smooth_noise
from demo_region.sites import (
    FILL,
    SITE,
    SITE_ON_MAIN,
    STREET,
    Centres,
    MainPoints,
    gather_sites,
    street_grid,
)
from demo_region.through import chain_numbers, through_pairs

TREE_SHARE = 0.80  # of the target length that the connecting tree takes; the rest makes loops
N_ROUNDS = 4  # of matching the number of junctions to the target length
STREET_KMH, COUNTRY_KMH, MAIN_KMH = 35.0, 50.0, 65.0
TOWN_POPULATION = 2000  # from here on streets are paved before country roads
PRIMARY, SECONDARY, TERTIARY = 4, 3, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPlan:
    """
    What the roads shall add up to.

    Attributes
    ----------
    target_km
        Total length.
    gravel_share
        Share of the length without asphalt, 0 to 1.
    tiers
        Levels of the hierarchy from the top down.
    """

    target_km: float
    gravel_share: float
    tiers: Sequence[Tier]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """
    A connected planar road network, before directions and shapes.

    Attributes
    ----------
    xy
        Junctions, metres, shape (n, 2).
    patch
        Centre whose streets the junction belongs to, or -1, shape (n,).
    ends
        Edges, lower end first, shape (m, 2).
    rank
        4 primary, 3 secondary, 2 tertiary, 0 the rest, shape (m,).
    route
        Number of the route that the edge carries, or -1, shape (m,).
    paved, bridge
        Whether the edge has asphalt; whether it is a bridge; shape (m,).
    settlement_node
        Junction by each settlement outside the centres, shape (s,).
    centre_node
        Street junction nearest the middle of each centre, shape (c,).
    """

    xy: FloatArray
    patch: IntArray
    ends: IntArray
    rank: IntArray
    route: IntArray
    paved: BoolArray
    bridge: BoolArray
    settlement_node: IntArray
    centre_node: IntArray


def grow_roads(
    rng: np.random.Generator,
    ground: Ground,
    *,
    centres: Centres,
    settlements: FloatArray,
    main: MainPoints,
    plan: RoadPlan,
) -> Roads:
    """
    Grow roads that reach every settlement and add up to the plan.

    Parameters
    ----------
    rng
        Source of chance.
    ground
        Where roads may go.
    centres
        Places with streets.
    settlements
        Junctions by the other settlements, metres, shape (s, 2).
    main
        Junctions along main roads, from `main_road_points`.
    plan
        Length, gravel and hierarchy.

    Returns
    -------
    Roads in one connected piece.

    Raises
    ------
    ValueError
        If barriers cut a settlement off, or the planned length cannot join all places.
    """
    mesh = _sized_mesh(rng, ground, centres=centres, settlements=settlements, main=main, plan=plan)
    keep = _chosen_edges(rng, mesh, target_m=plan.target_km * 1000.0)
    kept, node, edge = largest_piece(len(mesh.sites.xy), mesh.ends, keep)
    xy, kind = mesh.sites.xy[node], mesh.sites.kind[node]
    settlement_node = np.flatnonzero((kind == SITE) | (kind == SITE_ON_MAIN))
    if len(settlement_node) != len(settlements):
        message = f"{len(settlements) - len(settlement_node)} settlements are cut off from roads"
        raise ValueError(message)
    centre_node = middle_nodes(xy, kind, centres)
    rank, route = rank_by_routing(
        xy,
        kept,
        speed_kmh=road_speeds(rng, xy, kept, street=kind == STREET, main=mesh.main[edge]),
        centres=centres,
        centre_node=centre_node,
        tiers=plan.tiers,
    )
    bare = Roads(
        xy=xy,
        patch=mesh.sites.patch[node],
        ends=kept,
        rank=rank,
        route=route,
        paved=np.zeros(len(kept), dtype=np.bool_),
        bridge=mesh.bridge[edge],
        settlement_node=settlement_node,
        centre_node=centre_node,
    )
    return pave(rng, bare, centres=centres, gravel_share=plan.gravel_share)


def pave(rng: np.random.Generator, roads: Roads, *, centres: Centres, gravel_share: float) -> Roads:
    """
    Lay asphalt: main roads and town streets first, then whole areas of lesser roads.

    Parameters
    ----------
    rng
        Source of chance.
    roads
        Roads with ranks.
    centres
        Places with streets.
    gravel_share
        Share of the length left without asphalt.

    Returns
    -------
    The same roads with `paved` set.
    """
    length = lengths(roads.xy, roads.ends)
    patch = street_patch(roads)
    in_town = (patch >= 0) & (centres.population[patch] >= TOWN_POPULATION)
    middle = roads.xy[roads.ends].mean(axis=1)
    wealth = smooth_noise(rng, wavelength_m=9000.0)(middle)
    need = np.select(
        [roads.rank == PRIMARY, in_town, roads.rank == SECONDARY, roads.rank == TERTIARY],
        [9.0, 8.0, 7.0, 3.0 + wealth],
        default=wealth + np.where(patch >= 0, 2.0, -0.5),
    )
    order = np.argsort(-need, kind="stable")
    paved = np.zeros(len(length), dtype=np.bool_)
    paved[order] = np.cumsum(length[order]) <= (1.0 - gravel_share) * length.sum()
    return replace(roads, paved=paved)


def street_patch(roads: Roads) -> IntArray:
    """Centre whose streets an edge belongs to, or -1 in the country, shape (m,)."""
    tail, head = roads.patch[roads.ends].T
    return np.where(tail == head, tail, -1)


def _sized_mesh(
    rng: np.random.Generator,
    ground: Ground,
    *,
    centres: Centres,
    settlements: FloatArray,
    main: MainPoints,
    plan: RoadPlan,
) -> Mesh:
    grids = [
        middle + street_grid(rng, float(population))
        for middle, population in zip(centres.xy, centres.population, strict=True)
    ]
    seed = int(rng.integers(2**31))
    wanted_m = plan.target_km * 1000.0 * TREE_SHARE
    n_fill = len(settlements)
    for _ in range(N_ROUNDS):
        sites = gather_sites(
            np.random.default_rng(seed),
            ground,
            grids=grids,
            settlements=settlements,
            main=main,
            n_fill=n_fill,
        )
        mesh = join_sites(sites, ground)
        # The length of a tree grows with the root of its points, so points with its square.
        n_rural = int((sites.patch < 0).sum())
        n_more = n_rural * ((wanted_m / mesh.length[mesh.tree].sum()) ** 2 - 1.0)
        n_fill = max(int((sites.kind == FILL).sum() + n_more), 0)
    return mesh


def _chosen_edges(rng: np.random.Generator, mesh: Mesh, *, target_m: float) -> BoolArray:
    wish = road_wishes(rng, mesh)
    least_m = mesh.length[mesh.tree | mesh.bridge].sum()
    if least_m > target_m:
        message = f"joining all places takes {least_m / 1e3:.0f} km, not {target_m / 1e3:.0f} km"
        raise ValueError(message)
    return thin_to_length(mesh.length, forced=mesh.tree | mesh.bridge, wish=wish, target_m=target_m)


def road_speeds(
    rng: np.random.Generator,
    xy: FloatArray,
    ends: IntArray,
    *,
    street: BoolArray,
    main: BoolArray,
) -> FloatArray:
    """
    Draw the speed of each edge before any is promoted.

    Parameters
    ----------
    rng
        Source of chance.
    xy, ends
        Junctions, metres, and edges, shape (m, 2).
    street
        Junctions in places, shape (n,).
    main
        Edges along main roads, shape (m,).

    Returns
    -------
    Speeds in km/h, shape (m,).
    """
    # Whole streets are wide or narrow, so that main roads follow one instead of zigzagging.
    chain = chain_numbers(through_pairs(xy, ends, np.zeros(len(ends), dtype=np.int64)))
    width = rng.uniform(0.75, 1.3, int(chain.max()) + 1)
    in_place = street[ends].all(axis=1)
    return np.select([in_place, main], [STREET_KMH * width[chain], MAIN_KMH], COUNTRY_KMH)


def middle_nodes(xy: FloatArray, kind: IntArray, centres: Centres) -> IntArray:
    """Street junction nearest the middle of each centre, shape (c,)."""
    street = np.flatnonzero(kind == STREET)
    return street[np.asarray(KDTree(xy[street]).query(centres.xy)[1])]
