"""Grow the public roads of the country: official length and gravel in every municipality."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from demo_region.curves import bend_edges
from demo_region.ground import Ground, make_ground
from demo_region.hierarchy import Tier, rank_by_routing
from demo_region.joins import Mesh, join_sites, largest_piece, road_wishes
from demo_region.mesh import thin_to_length
from demo_region.plane import BoolArray, FloatArray, IntArray, stream
from demo_region.roads import (
    N_ROUNDS,
    PRIMARY,
    SECONDARY,
    TERTIARY,
    TOWN_POPULATION,
    TREE_SHARE,
    Roads,
    middle_nodes,
    road_speeds,
    street_patch,
)
from demo_region.shapes import smooth_noise
from demo_region.sites import SITE, STREET, Centres
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from latvia.country import Country
from latvia.people import TOWN, Settlements
from latvia.plane import area_at
from latvia.sites import FEWEST_HUBS, Firm, filled, firm_sites

TIERS = (
    Tier(rank=PRIMARY, speed_kmh=90.0, min_population=9000, star=True),
    Tier(rank=SECONDARY, speed_kmh=80.0, min_population=1200),
    Tier(rank=TERTIARY, speed_kmh=70.0, min_population=100),
)
BENDS_SHARE = 1.06  # more than bends ever add to a straight length, so that enough is drawn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grown:
    """
    Public roads.

    Attributes
    ----------
    roads, centres
        The network, and the places with streets.
    drawn
        Line of each edge, metres, shape (m,).
    zone
        Municipality of each edge, as a position in `Country.new`, shape (m,).
    ground
        Where roads may go.
    """

    roads: Roads
    centres: Centres
    drawn: NDArray[np.object_]
    zone: IntArray
    ground: Ground


def grow_country(
    country: Country,
    settlements: Settlements,
    *,
    stops: FloatArray,
    seed: int,
    density: float = 1.0,
) -> Grown:
    """
    Grow roads that join all settlements, with the official length in every municipality.

    Parameters
    ----------
    country
        Borders, official lengths and gravel.
    settlements
        Places in the chosen municipalities.
    stops
        Further places that a road must pass, metres, shape (s, 2).
    seed
        Seed of all chance.
    density
        Share of the official length; below 1 for a thinner network.

    Returns
    -------
    Roads in one connected piece.

    Raises
    ------
    ValueError
        If joining all places of a municipality already takes more than its length.
    """
    no_bridges = np.empty((0, 2, 2), dtype=np.float64)
    ground = make_ground(country.land(), rivers=[], closed=[], bridges=no_bridges)
    target_m = np.zeros(len(country.new.code))
    target_m[country.chosen] = country.road_km[country.chosen] * 1000.0 * density
    cities = _cities(country, settlements, density)
    firm = firm_sites(stream(seed, "sites"), ground, settlements, cities=cities, stops=stops)
    mesh, zone = _sized_mesh(firm, ground, country, target_m=target_m)
    edge, drawn = _drawn_to_length(seed, mesh, zone, ground, target_m=target_m)
    ends, node, kept = largest_piece(
        len(mesh.sites.xy), mesh.ends[edge], np.ones(len(edge), dtype=np.bool_)
    )
    edge, drawn = edge[kept], drawn[kept]
    roads = _ranked(seed, mesh, firm.centres, ends=ends, node=node, edge=edge)
    paved = lay_asphalt(
        seed,
        roads,
        firm.centres,
        length=np.asarray(shapely.length(drawn)),
        zone=zone[edge],
        gravel_share=country.gravel_share,
    )
    return Grown(
        roads=replace(roads, paved=paved),
        centres=firm.centres,
        drawn=drawn,
        zone=zone[edge],
        ground=ground,
    )


def _drawn_to_length(
    seed: int, mesh: Mesh, zone: IntArray, ground: Ground, *, target_m: FloatArray
) -> tuple[IntArray, NDArray[np.object_]]:
    """Choose and bend enough edges, then let go of the least wanted, as bends add length."""
    wish = road_wishes(stream(seed, "wishes"), mesh)
    enough_m = target_m * BENDS_SHARE
    edge = np.flatnonzero(_kept(mesh.length, mesh.tree, wish, zone, target_m=enough_m))
    n = len(edge)
    straight = Roads(
        xy=mesh.sites.xy,
        patch=mesh.sites.patch,
        ends=mesh.ends[edge],
        rank=np.zeros(n, dtype=np.int64),
        route=np.full(n, -1, dtype=np.int64),
        paved=np.zeros(n, dtype=np.bool_),
        bridge=np.zeros(n, dtype=np.bool_),
        settlement_node=np.empty(0, dtype=np.int64),
        centre_node=np.empty(0, dtype=np.int64),
    )
    drawn = bend_edges(stream(seed, "bends"), straight, ground.fences)
    length = np.asarray(shapely.length(drawn))
    kept = _kept(length, mesh.tree[edge], wish[edge], zone[edge], target_m=target_m)
    return edge[kept], drawn[kept]


def lay_asphalt(
    seed: int,
    roads: Roads,
    centres: Centres,
    *,
    length: FloatArray,
    zone: IntArray,
    gravel_share: FloatArray,
) -> BoolArray:
    """
    Pave main roads and town streets first, then whole areas of lesser roads.

    Parameters
    ----------
    seed
        Seed of all chance.
    roads, centres
        Roads with ranks; places with streets.
    length
        Length of each edge as drawn, metres, shape (m,).
    zone
        Municipality of each edge, shape (m,).
    gravel_share
        Share of the length of each municipality that is left without asphalt.

    Returns
    -------
    Which edges have asphalt, shape (m,).
    """
    patch = street_patch(roads)
    in_town = (patch >= 0) & (centres.population[patch] >= TOWN_POPULATION)
    middle = roads.xy[roads.ends].mean(axis=1)
    wealth = smooth_noise(stream(seed, "asphalt"), wavelength_m=9000.0)(middle)
    streets = smooth_noise(stream(seed, "street asphalt"), wavelength_m=1500.0)(middle)
    need = np.select(
        [roads.rank == PRIMARY, in_town, roads.rank == SECONDARY, roads.rank == TERTIARY],
        [90.0, 70.0 + streets, 50.0, 30.0 + 5.0 * wealth],
        default=5.0 * wealth + np.where(patch >= 0, 20.0, -5.0),
    )
    paved = np.zeros(len(length), dtype=np.bool_)
    for k in np.unique(zone):
        own = np.flatnonzero(zone == k)
        paved[own] = thin_to_length(
            length[own],
            forced=np.zeros(len(own), dtype=np.bool_),
            wish=need[own],
            target_m=(1.0 - gravel_share[k]) * length[own].sum(),
        )
    return paved


def _cities(
    country: Country, settlements: Settlements, density: float
) -> dict[int, tuple[BaseGeometry, float]]:
    towns = np.flatnonzero((settlements.table["kind"] == TOWN).to_numpy())
    return {
        int(k): (country.new.outline[zone], float(country.road_km[zone]) * density)
        for k, zone in zip(towns, settlements.new[towns], strict=True)
        if country.new.is_city[zone]
    }


def _sized_mesh(
    firm: Firm, ground: Ground, country: Country, *, target_m: FloatArray
) -> tuple[Mesh, IntArray]:
    """Fill each municipality until the tree that joins its junctions has its share of length."""
    outlines = country.new.outline
    spare_zone = area_at(firm.spare, outlines)
    firm_zone = area_at(firm.xy, outlines)
    n_zones = len(outlines)
    rural = np.bincount(firm_zone[firm.patch < 0], minlength=n_zones).astype(np.float64)
    n_fill: FloatArray = np.round(target_m / 1000.0)
    for _ in range(N_ROUNDS + 2):
        mesh = join_sites(filled(firm, spare_zone, n_fill), ground)
        zone = area_at(mesh.sites.xy[mesh.ends].mean(axis=1), outlines)
        tree_m = np.bincount(zone, mesh.length * mesh.tree, minlength=n_zones).astype(np.float64)
        # The length of a tree grows with the root of its points, so points with its square.
        growth = (target_m * TREE_SHARE / np.maximum(tree_m, 1.0)) ** 2 - 1.0
        n_fill = np.clip(n_fill + (rural + n_fill) * np.clip(growth, -0.7, 2.0), 0.0, None)
    _require_length(tree_m, target_m, country)
    return mesh, zone


def _require_length(tree_m: FloatArray, target_m: FloatArray, country: Country) -> None:
    short = np.flatnonzero(tree_m > target_m)
    if len(short):
        k = int(short[0])
        message = (
            f"joining all places of {country.new.name[k]} takes {tree_m[k] / 1e3:.0f} km, more "
            f"than its {target_m[k] / 1e3:.0f} km; ask for more junctions"
        )
        raise ValueError(message)


def _kept(
    length: FloatArray, tree: BoolArray, wish: FloatArray, zone: IntArray, *, target_m: FloatArray
) -> BoolArray:
    keep = tree.copy()
    for k in np.flatnonzero(target_m > 0.0):
        own = np.flatnonzero(zone == k)
        keep[own] = thin_to_length(
            length[own], forced=tree[own], wish=wish[own], target_m=float(target_m[k])
        )
    return keep


def _ranked(
    seed: int, mesh: Mesh, centres: Centres, *, ends: IntArray, node: IntArray, edge: IntArray
) -> Roads:
    xy, kind = mesh.sites.xy[node], mesh.sites.kind[node]
    if int((kind == SITE).sum()) != int((mesh.sites.kind == SITE).sum()):
        message = "a settlement is cut off from the roads; choose another seed"
        raise ValueError(message)
    centre_node = middle_nodes(xy, kind, centres)
    speed = road_speeds(
        stream(seed, "speeds"), xy, ends, street=kind == STREET, main=mesh.main[edge]
    )
    rank, route = rank_by_routing(
        xy, ends, speed_kmh=speed, centres=centres, centre_node=centre_node, tiers=_tiers(centres)
    )
    return Roads(
        xy=xy,
        patch=mesh.sites.patch[node],
        ends=ends,
        rank=rank,
        route=route,
        paved=np.zeros(len(ends), dtype=np.bool_),
        bridge=np.zeros(len(ends), dtype=np.bool_),
        settlement_node=np.flatnonzero(kind == SITE),
        centre_node=centre_node,
    )


def _tiers(centres: Centres) -> list[Tier]:
    """Levels for which a part of the country has places enough."""
    return [
        tier
        for tier in TIERS
        if (centres.population >= tier.min_population).sum() >= (2 if tier.star else FEWEST_HUBS)
    ]


def road_km(grown: Grown, *, n_zones: int) -> tuple[FloatArray, FloatArray]:
    """Kilometres of roads, and of those without asphalt, of each municipality, as drawn."""
    km = np.asarray(shapely.length(grown.drawn)) / 1000.0
    gravel_km = np.where(grown.roads.paved, 0.0, km)
    sums = [np.bincount(grown.zone, one, minlength=n_zones) for one in (km, gravel_km)]
    return sums[0].astype(np.float64), sums[1].astype(np.float64)
