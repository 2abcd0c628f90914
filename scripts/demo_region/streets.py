"""Join edges into OSM ways, name and tag them, and make some city streets one-way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from demo_region.names import street_names
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.roads import PRIMARY, SECONDARY, TERTIARY, TOWN_POPULATION, Roads, street_patch
from demo_region.sites import Centres
from demo_region.through import through_pairs
from demo_region.ways import Way

HIGHWAY = {PRIMARY: "primary", SECONDARY: "secondary", TERTIARY: "tertiary"}
REF_PREFIX = {PRIMARY: "DA", SECONDARY: "DP", TERTIARY: "DV"}
LOOSE_SURFACES = ("gravel", "compacted", "unpaved", "dirt")
LOOSE_SHARES = (0.72, 0.17, 0.07, 0.04)
NAMED_FROM_M = 200.0
ONE_WAY_SHARE, ONE_WAY_EDGES = 0.25, 3  # of the city streets with at least so many edges


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """
    Edges that make up one way.

    Attributes
    ----------
    edges
        In driving order, shape (k,).
    flipped
        Whether each is driven from its second end to its first, shape (k,).
    """

    edges: IntArray
    flipped: BoolArray


def make_chains(roads: Roads, *, stops: Sequence[int]) -> list[Chain]:
    """
    Join edges of one kind that run straight through junctions.

    Parameters
    ----------
    roads
        Roads with rank, route and surface.
    stops
        Junctions at which every way ends.

    Returns
    -------
    Chains that hold every edge once.
    """
    kinds = np.column_stack(
        [
            roads.rank,
            roads.route,
            roads.paved,
            street_patch(roads),
            np.where(roads.bridge, np.arange(len(roads.ends)), -1),
        ]
    )
    label = np.unique(kinds, axis=0, return_inverse=True)[1].ravel()
    partner = through_pairs(roads.xy, roads.ends, label)
    halts = np.isin(roads.ends.ravel(), stops)
    partner[partner[halts][partner[halts] >= 0]] = -1
    partner[halts] = -1
    seen = np.zeros(len(roads.ends), dtype=np.bool_)
    # Open chains from their ends first; what is left runs in circles and may start anywhere.
    starts = np.concatenate([np.flatnonzero(partner < 0), np.arange(0, len(partner), 2)])
    return [_walk(int(half), partner, seen) for half in starts if not seen[half // 2]]


def _walk(half: int, partner: IntArray, seen: BoolArray) -> Chain:
    edges: list[int] = []
    flipped: list[bool] = []
    while half >= 0 and not seen[half // 2]:
        seen[half // 2] = True
        edges.append(half // 2)
        flipped.append(half % 2 == 1)
        half = int(partner[half ^ 1])
    return Chain(edges=np.array(edges), flipped=np.array(flipped))


def choose_one_way(rng: np.random.Generator, roads: Roads, chains: Sequence[Chain]) -> BoolArray:
    """
    Make some city streets one-way without closing any place off.

    Parameters
    ----------
    rng
        Source of chance.
    roads
        The network.
    chains
        Its ways.

    Returns
    -------
    Mask of the one-way chains; the network stays strongly connected.
    """
    patch = street_patch(roads)
    street = (patch == 0) & (roads.rank == 0)
    fits = [len(c.edges) >= ONE_WAY_EDGES and bool(street[c.edges].all()) for c in chains]
    chosen = np.array(fits) & (rng.random(len(chains)) < ONE_WAY_SHARE)
    while True:
        reachable = _in_main_piece(roads, chains, chosen)
        if reachable.all():
            return chosen
        closes = [bool((~reachable[roads.ends[c.edges]]).any()) for c in chains]
        chosen &= ~np.array(closes)


def _in_main_piece(roads: Roads, chains: Sequence[Chain], one_way: BoolArray) -> BoolArray:
    n = len(roads.xy)
    forth, back = np.ones(len(roads.ends)), np.ones(len(roads.ends))
    for chain, single in zip(chains, one_way, strict=True):
        if single:
            forth[chain.edges[chain.flipped]] = 0.0
            back[chain.edges[~chain.flipped]] = 0.0
    tail, head = roads.ends.T
    graph = csr_matrix((forth, (tail, head)), shape=(n, n))
    graph = graph + csr_matrix((back, (head, tail)), shape=(n, n))
    graph.eliminate_zeros()
    _, piece = connected_components(graph, directed=True, connection="strong")
    return np.asarray(piece == np.bincount(piece).argmax())


def draw_chains(
    rng: np.random.Generator,
    roads: Roads,
    *,
    drawn: NDArray[np.object_],
    chains: Sequence[Chain],
    one_way: BoolArray,
    centres: Centres,
) -> list[Way]:
    """
    Turn chains into tagged ways.

    Parameters
    ----------
    rng
        Source of chance.
    roads
        The network.
    drawn
        Line of each edge, shape (m,).
    chains, one_way
        Ways, and which of them are one-way.
    centres
        Places, for street names and limits.

    Returns
    -------
    One way per chain.
    """
    patch = street_patch(roads)
    pools = [iter(street_names(rng)) for _ in centres.population]
    ways: list[Way] = []
    for chain, single in zip(chains, one_way, strict=True):
        edge = int(chain.edges[0])
        place = int(patch[edge])
        xy = _chain_line(drawn, chain)
        tags = _road_tags(rng, roads, edge, in_place=place >= 0)
        long = float(np.hypot(*np.diff(xy, axis=0).T).sum()) >= NAMED_FROM_M
        if place >= 0 and long and centres.population[place] >= TOWN_POPULATION:
            tags["name"] = next(pools[place])
        if single:
            tags["oneway"] = "yes"
        ways.append(Way(xy=xy, tags=tags))
    return ways


def _chain_line(drawn: NDArray[np.object_], chain: Chain) -> FloatArray:
    pieces: list[FloatArray] = []
    for edge, flipped in zip(chain.edges, chain.flipped, strict=True):
        points = shapely.get_coordinates(drawn[edge])
        pieces.append(points[::-1] if flipped else points)
    return np.vstack([pieces[0], *[piece[1:] for piece in pieces[1:]]])


def _road_tags(
    rng: np.random.Generator, roads: Roads, edge: int, *, in_place: bool
) -> dict[str, str]:
    rank, paved = int(roads.rank[edge]), bool(roads.paved[edge])
    tags = {"highway": HIGHWAY.get(rank, "residential" if in_place else "unclassified")}
    loose = str(rng.choice(LOOSE_SURFACES, p=LOOSE_SHARES))
    tags["surface"] = "asphalt" if paved else loose
    if rank:
        tags["ref"] = f"{REF_PREFIX[rank]}{int(roads.route[edge]) + 1}"
    limit = _speed_limit(rng, rank, paved=paved, in_place=in_place)
    if limit:
        tags["maxspeed"] = str(limit)
    if roads.bridge[edge]:
        tags |= {"bridge": "yes", "layer": "1"}
    return tags


def _speed_limit(rng: np.random.Generator, rank: int, *, paved: bool, in_place: bool) -> int:
    chance = rng.random()
    if in_place:
        sign, share = (50, 1.0) if rank else (30, 0.2)
    elif rank >= SECONDARY:
        sign, share = (90 if paved else 80, 1.0)
    else:
        sign, share = (90 if paved else 80, 0.5 if rank else 0.12)
    return sign if chance < share else 0
