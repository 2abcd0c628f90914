"""The whole region: country, settlements, roads and services from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely.geometry import LineString

from demo_region.country import Country, make_country
from demo_region.curves import bend_edges
from demo_region.extras import cut_roundabouts, draw_side_roads, roundabout_sites
from demo_region.ground import Ground, bridge_over, make_ground
from demo_region.hierarchy import Tier
from demo_region.names import country_names
from demo_region.oddities import (
    Spots,
    choose_spots,
    ferry_ways,
    fragment_ways,
    island_ways,
    trap_ways,
)
from demo_region.places import (
    N_SETTLEMENTS,
    TOWN_POPULATIONS,
    Settlements,
    country_populations,
    place_country,
    split_ages,
)
from demo_region.plane import FloatArray, IntArray, stream, to_lonlat
from demo_region.roads import PRIMARY, SECONDARY, TERTIARY, RoadPlan, Roads, grow_roads
from demo_region.services import CentreMap, Service, place_services
from demo_region.shapes import scatter, sparse
from demo_region.sites import MainPoints, main_road_points
from demo_region.streets import choose_one_way, draw_chains, make_chains
from demo_region.ways import Way

THIRD_BRIDGE_XY = (16_000.0, 2000.0)
ROAD_KM_PER_KM2, GRAVEL_SHARE = 0.885, 0.703  # the odd roads, all gravel, come on top
TIERS = (
    Tier(rank=PRIMARY, speed_kmh=90.0, min_population=2000, star=True),
    Tier(rank=SECONDARY, speed_kmh=80.0, min_population=640),
    Tier(rank=TERTIARY, speed_kmh=70.0, min_population=150),
)
N_ROUNDABOUTS = 3
# Kind and residents of the settlements in hard places.
ODD_PEOPLE = {
    "ferry_island": (("village", 86), ("hamlet", 21), ("isolated_dwelling", 7)),
    "island_no_ferry": (("hamlet", 14),),
    "one_way_trap": (("hamlet", 11),),
    "cut_off_fragment": (("hamlet", 19),),
    "far_from_road": tuple(("isolated_dwelling", n) for n in (6, 4, 3, 2)),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """
    Everything that is written.

    Attributes
    ----------
    country
        Land, water, units, municipalities.
    settlements, settlement_names
        Settlements, and the name of each.
    ways
        Every road and the ferry.
    services
        Service points.
    oddities
        Positions of the settlements of each hard case.
    """

    country: Country
    settlements: Settlements
    settlement_names: list[str]
    ways: list[Way]
    services: list[Service]
    oddities: dict[str, list[int]]


def make_region(seed: int) -> Region:
    """
    Make the demo region.

    Parameters
    ----------
    seed
        Any integer; a few seeds fail with a message, because a hard case found no room.

    Returns
    -------
    The same region for the same seed.
    """
    country = make_country(seed)
    spots, ground, main = _prepare_ground(seed, country)
    n_odd = sum(len(people) for people in ODD_PEOPLE.values())
    junctions = place_country(
        stream(seed, "country"),
        ground.standing.difference(country.water.river.buffer(250.0)),
        n=N_SETTLEMENTS - len(country.centres.xy) - n_odd,
        centres=country.centres.xy,
        main=main.xy,
    )
    roads = grow_roads(
        stream(seed, "roads"),
        ground,
        centres=country.centres,
        settlements=junctions,
        main=main,
        plan=RoadPlan(
            target_km=ROAD_KM_PER_KM2 * country.land.area / 1e6,
            gravel_share=GRAVEL_SHARE,
            tiers=TIERS,
        ),
    )
    settlements, oddities = _settle(seed, country, junctions=junctions, spots=spots)
    names = [name.text for name in country.names]
    return Region(
        country=country,
        settlements=settlements,
        settlement_names=names
        + country_names(stream(seed, "country names"), N_SETTLEMENTS - len(names)),
        ways=_draw_ways(seed, country, roads=roads, ground=ground, spots=spots),
        services=_serve(seed, country, roads=roads),
        oddities=oddities,
    )


def _prepare_ground(seed: int, country: Country) -> tuple[Spots, Ground, MainPoints]:
    river = country.water.river
    towns = country.centres.xy
    bridges = np.stack(
        [bridge_over(river, at=at) for at in (towns[0], towns[1], np.array(THIRD_BRIDGE_XY))]
    )
    bare = make_ground(country.dry, rivers=[river], closed=[], bridges=bridges)
    hubs = np.vstack([towns, bridges.reshape(-1, 2)])
    main = main_road_points(stream(seed, "main"), hubs, bare.fences)
    spots = choose_spots(
        stream(seed, "spots"),
        country.dry.difference(river.buffer(900.0)),
        main=main.xy,
        centres=towns,
    )
    for place, island in zip(
        ("ferry_island", "island_no_ferry"), country.water.islands, strict=True
    ):
        tries = scatter(stream(seed, place), island.buffer(-330.0), 80)
        spots.xy[place] = sparse(tries, gap_m=650.0)[: len(ODD_PEOPLE[place])]
    for place, people in ODD_PEOPLE.items():
        if len(spots.xy[place]) != len(people):
            message = f"no room for the settlements of {place}; choose another seed"
            raise ValueError(message)
    ground = make_ground(country.dry, rivers=[river], closed=spots.closed, bridges=bridges)
    return spots, ground, main


def _settle(
    seed: int, country: Country, *, junctions: FloatArray, spots: Spots
) -> tuple[Settlements, dict[str, list[int]]]:
    rng = stream(seed, "settlements")
    kinds, population = country_populations(rng, len(junctions))
    n_towns = len(TOWN_POPULATIONS)
    n_parishes = len(country.centres.xy) - n_towns - 1
    kinds = ["city", *["town"] * n_towns, *["village"] * n_parishes, *kinds]
    xy = [_beside(rng, country.centres.xy, 15.0, 40.0), _beside(rng, junctions, 35.0, 165.0)]
    residents = [country.centres.population, population]
    oddities: dict[str, list[int]] = {}
    for place, people in ODD_PEOPLE.items():
        oddities[place] = list(range(len(kinds), len(kinds) + len(people)))
        kinds += [kind for kind, _ in people]
        residents.append(np.array([number for _, number in people]))
        # Homes on islands stand beside their junction; the others lie exactly where chosen.
        on_island = "island" in place
        xy.append(_beside(rng, spots.xy[place], 40.0, 90.0) if on_island else spots.xy[place])
    points, everyone = np.vstack(xy), np.concatenate(residents)
    gap = np.asarray(KDTree(country.centres.xy[: n_towns + 1]).query(points)[0])
    remoteness = np.clip((gap - 1500.0) / 8000.0, 0.0, 1.0)
    settlements = Settlements(
        kind=kinds,
        xy=points,
        population=everyone,
        ages=split_ages(rng, everyone, remoteness=remoteness),
        unit=_units_of(points, country),
    )
    return settlements, oddities


def _beside(rng: np.random.Generator, xy: FloatArray, low_m: float, high_m: float) -> FloatArray:
    angle = rng.uniform(0.0, 2.0 * np.pi, len(xy))
    gap_m = rng.uniform(low_m, high_m, len(xy))
    return xy + np.column_stack([np.cos(angle), np.sin(angle)]) * gap_m[:, None]


def _units_of(xy: FloatArray, country: Country) -> IntArray:
    tree = shapely.STRtree([unit.outline for unit in country.units])
    points = shapely.points(to_lonlat(xy, decimals=6))
    point, unit = tree.query(points, predicate="within")
    if not np.array_equal(point, np.arange(len(xy))):
        message = "a settlement lies outside the units or on a border; choose another seed"
        raise ValueError(message)
    return np.asarray(unit, dtype=np.int64)


def _serve(seed: int, country: Country, *, roads: Roads) -> list[Service]:
    centre_map = CentreMap(
        names=country.names,
        xy=country.centres.xy,
        population=country.centres.population,
        n_towns=len(TOWN_POPULATIONS),
        seats=[place.seat for place in country.before],
        junctions=roads.xy,
    )
    return place_services(stream(seed, "services"), centre_map)


def _draw_ways(
    seed: int, country: Country, *, roads: Roads, ground: Ground, spots: Spots
) -> list[Way]:
    rounds = roundabout_sites(roads, country.centres, n=N_ROUNDABOUTS)
    drawn = bend_edges(stream(seed, "bends"), roads, ground.fences)
    chains = make_chains(roads, stops=rounds)
    one_way = choose_one_way(stream(seed, "one-way"), roads, chains)
    ringed, rings = cut_roundabouts(roads, drawn, sites=rounds)
    ways = draw_chains(
        stream(seed, "streets"),
        roads,
        drawn=ringed,
        chains=chains,
        one_way=one_way,
        centres=country.centres,
    )
    ways += rings
    ways += _odd_ways(seed, country, roads=roads, spots=spots, lines=[_line(way) for way in ways])
    return ways + draw_side_roads(
        stream(seed, "side roads"), roads, ground, others=[_line(way) for way in ways]
    )


def _odd_ways(
    seed: int, country: Country, *, roads: Roads, spots: Spots, lines: list[LineString]
) -> list[Way]:
    rng = stream(seed, "odd roads")
    tree = shapely.STRtree(lines)
    large, small = country.water.islands
    island = island_ways(rng, large, sites=spots.xy["ferry_island"])
    country_junctions = roads.xy[roads.patch < 0]
    ferry = ferry_ways(
        large,
        island_xy=np.unique(np.vstack([way.xy[[0, -1]] for way in island]), axis=0),
        junctions=country_junctions,
        lake=country.water.lake,
        roads=shapely.STRtree([*lines, *[_line(way) for way in island]]),
    )
    return [
        *island,
        *ferry,
        *island_ways(rng, small, sites=spots.xy["island_no_ferry"]),
        *trap_ways(spots.xy["one_way_trap"][0], junctions=country_junctions, roads=tree),
        *fragment_ways(rng, spots.xy["cut_off_fragment"][0]),
    ]


def _line(way: Way) -> LineString:
    return LineString(way.xy)
