"""Where junctions stand: street grids, points along main roads, and the wide country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree

from demo_region.ground import Ground
from demo_region.mesh import crossing, delaunay_edges, gabriel_neighbours, lines
from demo_region.plane import BoolArray, FloatArray, IntArray
from demo_region.shapes import apart, blob, scatter, smooth_noise, sparse

MAIN_SPACING_M = 650.0
BLOCK_M = 145.0
FILL, SITE, SITE_ON_MAIN, MAIN, STREET, BRIDGE = range(6)
ON_LINE_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Centres:
    """
    Places with streets of their own: cities, towns, villages.

    Attributes
    ----------
    xy
        Middle of each, metres, shape (n, 2).
    population
        Residents, shape (n,).
    """

    xy: FloatArray
    population: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sites:
    """
    Points that become junctions.

    Attributes
    ----------
    xy
        Metres, shape (n, 2).
    kind
        `FILL`, `SITE`, `SITE_ON_MAIN`, `MAIN`, `STREET` or `BRIDGE`, shape (n,).
    patch
        Centre whose street grid the point belongs to, or -1, shape (n,).
    line
        Main road on which the point lies, or -1, shape (n,).
    """

    xy: FloatArray
    kind: IntArray
    patch: IntArray
    line: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainPoints:
    """
    Points along main roads.

    Attributes
    ----------
    xy
        Metres, shape (n, 2).
    line
        Number of the road that each lies on, shape (n,).
    """

    xy: FloatArray
    line: IntArray


def built_up_radius_m(population: float) -> float:
    """Radius of the built-up area of a place: larger places are denser."""
    area_km2 = population / (700.0 * population**0.15)
    return float(np.sqrt(area_km2 / np.pi) * 1000.0)


def street_grid(rng: np.random.Generator, population: float) -> FloatArray:
    """
    Draw the junctions of a place: a turned, slightly bent grid in a wavy outline.

    Parameters
    ----------
    rng
        Source of chance.
    population
        Residents.

    Returns
    -------
    Points around the middle (0, 0), which comes first, metres, shape (n, 2).
    """
    radius_m = built_up_radius_m(population)
    reach = int(np.ceil(1.6 * radius_m / BLOCK_M))
    steps = np.arange(-reach, reach + 1) * BLOCK_M
    lattice = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    turn = rng.uniform(0.0, np.pi / 2.0)
    lattice = lattice @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    bend = [smooth_noise(rng, wavelength_m=900.0) for _ in range(2)]
    bent = lattice + np.column_stack([field(lattice) for field in bend]) * 45.0
    bent += rng.uniform(-9.0, 9.0, bent.shape)
    bent -= bent[np.argmin(np.hypot(lattice[:, 0], lattice[:, 1]))]
    outline = blob(rng, centre=(0.0, 0.0), radius_m=max(radius_m, BLOCK_M * 1.2), roughness=0.3)
    inside: FloatArray = bent[shapely.contains_xy(outline, bent[:, 0], bent[:, 1])]
    return inside[np.argsort(np.hypot(inside[:, 0], inside[:, 1]), kind="stable")]


def main_road_points(
    rng: np.random.Generator, hubs: FloatArray, fences: shapely.STRtree
) -> MainPoints:
    """
    Lay points along gently bent lines between neighbouring hubs.

    Parameters
    ----------
    rng
        Source of chance.
    hubs
        Centres and bridge ends, metres, shape (n, 2).
    fences
        Segments that no line may cross.

    Returns
    -------
    Points about `MAIN_SPACING_M` apart, without the hubs.
    """
    ends = delaunay_edges(hubs)
    ends = ends[gabriel_neighbours(hubs, ends)]
    ends = ends[~crossing(lines(hubs, ends), fences)]
    arm = hubs[ends[:, 1]] - hubs[ends[:, 0]]
    n_steps = np.maximum(np.round(np.hypot(arm[:, 0], arm[:, 1]) / MAIN_SPACING_M), 1.0)
    bow = rng.uniform(-0.07, 0.07, len(ends))
    edge = np.repeat(np.arange(len(ends)), n_steps.astype(np.int64) - 1)
    first = np.concatenate([[0], np.cumsum(n_steps.astype(np.int64) - 1)[:-1]])
    share = (np.arange(len(edge)) - first[edge] + 1) / n_steps[edge]
    square = np.column_stack([-arm[:, 1], arm[:, 0]])[edge]
    offset = (bow[edge] * np.sin(np.pi * share))[:, None] * square
    return MainPoints(xy=hubs[ends[edge, 0]] + arm[edge] * share[:, None] + offset, line=edge)


def gather_sites(
    rng: np.random.Generator,
    ground: Ground,
    *,
    grids: Sequence[FloatArray],
    settlements: FloatArray,
    main: MainPoints,
    n_fill: int,
) -> Sites:
    """
    Put all junctions together, the more important first.

    Parameters
    ----------
    rng
        Source of chance.
    ground
        Where they may stand.
    grids
        Streets of each centre, metres, each of shape (k, 2), its middle first.
    settlements
        Junctions by settlements outside the centres, kept as they are, shape (s, 2).
    main
        Junctions along main roads.
    n_fill
        Further junctions of the wide country.

    Returns
    -------
    Sites ordered bridges, streets, settlements, main roads, the rest.
    """
    bridges = ground.bridges.reshape(-1, 2)
    patch = np.repeat(np.arange(len(grids)), [len(grid) for grid in grids])
    streets = np.vstack(grids)
    stands = _stands(ground, streets) & _apart_mask(streets, bridges, gap_m=60.0)
    streets, patch = streets[stands], patch[stands]
    firm = np.vstack([bridges, streets, settlements])
    on_main = apart(main.xy[_stands(ground, main.xy)], firm, gap_m=MAIN_SPACING_M * 0.4)
    fill = _fill(rng, ground, np.vstack([firm, on_main]), n=n_fill)
    groups = [bridges, streets, settlements, on_main, fill]
    xy = np.vstack(groups)
    kind = np.repeat([BRIDGE, STREET, SITE, MAIN, FILL], [len(group) for group in groups])
    patches = np.full(len(kind), -1)
    patches[len(bridges) : len(bridges) + len(streets)] = patch
    gap_m, nearest = map(np.asarray, KDTree(main.xy).query(xy))
    line = np.where(gap_m < ON_LINE_M, main.line[nearest], -1)
    kind[(kind == SITE) & (line >= 0)] = SITE_ON_MAIN
    return Sites(xy=xy, kind=kind.astype(np.int64), patch=patches, line=line)


def _fill(rng: np.random.Generator, ground: Ground, taken: FloatArray, *, n: int) -> FloatArray:
    # Forests and bogs are emptier than fields: thin by a smooth field before spacing out.
    tries = scatter(rng, ground.standing, 6 * n + 100)
    emptiness = smooth_noise(rng, wavelength_m=5000.0)(tries)
    tries = tries[rng.uniform(-2.2, 1.6, len(tries)) > emptiness]
    return apart(sparse(tries, gap_m=300.0), taken, gap_m=300.0)[:n]


def _stands(ground: Ground, xy: FloatArray) -> BoolArray:
    return np.asarray(shapely.contains_xy(ground.standing, xy[:, 0], xy[:, 1]))


def _apart_mask(xy: FloatArray, others: FloatArray, *, gap_m: float) -> BoolArray:
    if len(others) == 0:
        return np.ones(len(xy), dtype=np.bool_)
    return np.asarray(KDTree(others).query(xy)[0]) > gap_m
