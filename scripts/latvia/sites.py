"""Where junctions stand: streets of every town and parish centre, settlements, the wide country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from demo_region.ground import Ground
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.shapes import apart, scatter, smooth_noise, sparse
from demo_region.sites import (
    BLOCK_M,
    FILL,
    MAIN,
    MAIN_SPACING_M,
    SITE,
    STREET,
    Centres,
    Sites,
    main_road_points,
    street_grid,
)
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from latvia.people import TOWN, Settlements

CITY_KM_PER_JUNCTION = 0.26  # of official length, so that streets fill it before country roads
FILL_GAP_M = 260.0
TRIES_PER_KM2 = 9.0
STREET_GAP_M = 70.0
STOP_GAP_M = 150.0
FEWEST_HUBS = 4  # that can be triangulated
MIDDLE_PULL = 1.5  # how much nearer to the middle a city's streets stand than chance has it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Firm:
    """
    Junctions that stand whatever the length of roads.

    Attributes
    ----------
    centres
        Places with streets.
    xy, kind, patch, line
        As in `Sites`.
    spare
        Further junctions for the wide country, in the order in which they are taken.
    """

    centres: Centres
    xy: FloatArray
    kind: IntArray
    patch: IntArray
    line: IntArray
    spare: FloatArray


def firm_sites(
    rng: np.random.Generator,
    ground: Ground,
    settlements: Settlements,
    *,
    cities: Mapping[int, tuple[BaseGeometry, float]],
    stops: FloatArray,
) -> Firm:
    """
    Place streets, settlements and main roads, and draw what may fill the country between them.

    Parameters
    ----------
    rng
        Source of chance.
    ground
        Where junctions may stand.
    settlements
        Places to be joined.
    cities
        Outline, metres, and kilometres of road of each state city, by position of its town.
    stops
        Places that a road must pass, such as schools, metres, shape (s, 2).

    Returns
    -------
    Firm junctions, streets first.
    """
    is_town = (settlements.table["kind"] == TOWN).to_numpy()
    has_streets = is_town | settlements.table["is_parish_centre"].to_numpy()
    centre = np.flatnonzero(has_streets)
    centres = Centres(xy=settlements.xy[centre], population=settlements.population[centre])
    homes = _beside(rng, ground, settlements.xy[~has_streets])
    grids = [
        _city_streets(rng, middle, *cities[int(k)])
        if int(k) in cities
        else middle + street_grid(rng, max(float(people), 1.0))
        for k, middle, people in zip(centre, centres.xy, centres.population, strict=True)
    ]
    streets, patch = _apart_streets(ground, grids, homes)
    homes = np.vstack([homes, _stops(rng, ground, stops, np.vstack([streets, homes]))])
    hub = is_town[centre] if is_town.sum() >= FEWEST_HUBS else np.ones(len(centre), dtype=np.bool_)
    main = main_road_points(rng, centres.xy[hub], ground.fences)
    stands = _stands(ground, main.xy)
    main_xy, line = main.xy[stands], main.line[stands]
    free = KDTree(np.vstack([streets, homes])).query(main_xy)[0] > MAIN_SPACING_M * 0.4
    main_xy, line = main_xy[free], line[free]
    groups = [streets, homes, main_xy]
    xy = np.vstack(groups)
    counts = [len(group) for group in groups]
    none = np.full(len(xy), -1, dtype=np.int64)
    return Firm(
        centres=centres,
        xy=xy,
        kind=np.repeat([STREET, SITE, MAIN], counts).astype(np.int64),
        patch=np.concatenate([patch, none[len(patch) :]]),
        line=np.concatenate([none[: counts[0] + counts[1]], line]),
        spare=_spare(rng, ground, xy),
    )


def filled(firm: Firm, zone: IntArray, n_fill: FloatArray) -> Sites:
    """
    Add to the firm junctions so many of the spare ones in each zone.

    Parameters
    ----------
    firm
        Junctions, firm and spare.
    zone
        Zone of each spare junction.
    n_fill
        Spare junctions wanted in each zone.

    Returns
    -------
    Sites, the firm first.
    """
    order = np.argsort(zone, kind="stable")
    first = np.searchsorted(zone[order], np.arange(len(n_fill)))
    place = np.empty(len(zone), dtype=np.int64)
    place[order] = np.arange(len(zone)) - first[zone[order]]
    fill = firm.spare[place < n_fill[zone]]
    none = np.full(len(fill), -1, dtype=np.int64)
    return Sites(
        xy=np.vstack([firm.xy, fill]),
        kind=np.concatenate([firm.kind, np.full(len(fill), FILL)]),
        patch=np.concatenate([firm.patch, none]),
        line=np.concatenate([firm.line, none]),
    )


def _beside(rng: np.random.Generator, ground: Ground, xy: FloatArray) -> FloatArray:
    """Junctions up to 120 m beside homes, nearer where the next home is near, on firm ground."""
    gap = np.asarray(KDTree(xy).query(xy, k=2)[0])[:, 1] if len(xy) > 1 else np.full(len(xy), 400.0)
    angle = rng.uniform(0.0, 2.0 * np.pi, len(xy))
    reach = rng.uniform(0.1, 0.4, len(xy)) * np.minimum(gap, 300.0)
    beside: FloatArray = xy + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
    bad = np.flatnonzero(~_stands(ground, beside))
    if len(bad):
        link = shapely.shortest_line(ground.standing, shapely.points(xy[bad]))
        beside[bad] = shapely.get_coordinates(link)[::2]
    return beside


def _stops(
    rng: np.random.Generator, ground: Ground, xy: FloatArray, others: FloatArray
) -> FloatArray:
    """Junctions by the places that have none yet; places at one spot share theirs."""
    lonely = apart(np.unique(xy, axis=0), others, gap_m=STOP_GAP_M)
    return _beside(rng, ground, sparse(lonely, gap_m=STOP_GAP_M)) if len(lonely) else lonely


def _city_streets(
    rng: np.random.Generator, middle: FloatArray, outline: BaseGeometry, road_km: float
) -> FloatArray:
    """Bent grid over a whole city, densest around its middle, which comes first."""
    wanted = int(road_km / CITY_KM_PER_JUNCTION)
    reach = np.hypot(*(shapely.get_coordinates(outline.envelope) - middle).T).max()
    steps = np.arange(-int(reach / BLOCK_M) - 1, int(reach / BLOCK_M) + 2) * BLOCK_M
    lattice = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    turn = rng.uniform(0.0, np.pi / 2.0)
    lattice = lattice @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    bend = [smooth_noise(rng, wavelength_m=1500.0) for _ in range(2)]
    bent = lattice + np.column_stack([field(lattice) for field in bend]) * 60.0
    bent += rng.uniform(-9.0, 9.0, bent.shape)
    bent += middle - bent[np.argmin(np.hypot(lattice[:, 0], lattice[:, 1]))]
    inside = bent[shapely.contains_xy(outline.buffer(-BLOCK_M / 2.0), bent[:, 0], bent[:, 1])]
    far = np.hypot(*(inside - middle).T) / np.sqrt(outline.area / np.pi)
    emptiness = smooth_noise(rng, wavelength_m=2500.0)(inside) + MIDDLE_PULL * far
    chosen: FloatArray = inside[np.argsort(emptiness, kind="stable")[:wanted]]
    return chosen[np.argsort(np.hypot(*(chosen - middle).T), kind="stable")]


def _apart_streets(
    ground: Ground, grids: list[FloatArray], homes: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Streets of all places; where two places meet, those of the first stand."""
    patch = np.repeat(np.arange(len(grids)), [len(grid) for grid in grids])
    xy = np.vstack(grids)
    keep = _stands(ground, xy)
    if len(homes):
        keep &= np.asarray(KDTree(homes).query(xy)[0]) > STREET_GAP_M
    # The middle of a place always stands, as nothing else may join the place to the roads.
    keep[np.unique(patch, return_index=True)[1]] = True
    pairs = KDTree(xy).query_pairs(STREET_GAP_M, output_type="ndarray")
    pairs = pairs[keep[pairs].all(axis=1) & (patch[pairs[:, 0]] != patch[pairs[:, 1]])]
    keep[pairs.max(axis=1)] = False
    return xy[keep], patch[keep].astype(np.int64)


def _spare(rng: np.random.Generator, ground: Ground, firm: FloatArray) -> FloatArray:
    """Forests and bogs are emptier than fields: thinned by a smooth field, then spaced out."""
    n_tries = int(TRIES_PER_KM2 * ground.standing.area / 1e6) + 100
    tries = scatter(rng, ground.standing, n_tries)
    emptiness = smooth_noise(rng, wavelength_m=5000.0)(tries)
    tries = tries[rng.uniform(-2.2, 1.6, len(tries)) > emptiness]
    return apart(sparse(tries, gap_m=FILL_GAP_M), firm, gap_m=FILL_GAP_M)


def _stands(ground: Ground, xy: FloatArray) -> BoolArray:
    return np.asarray(shapely.contains_xy(ground.standing, xy[:, 0], xy[:, 1]))
