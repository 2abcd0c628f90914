"""Settlements: the city, towns, parish centres, villages, hamlets and single homesteads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from demo_region.plane import FloatArray, IntArray
from demo_region.shapes import apart, scatter, smooth_noise, sparse, spread

CITY_POPULATION = 30_000
TOWN_POPULATIONS = (6900, 5600, 4700, 3800, 3000, 2200)
CITY_XY = (1500.0, -2500.0)
# Bearing in degrees from the city and distance in metres; the first town lies on the river.
TOWN_PLACES = ((262, 14500), (350, 16500), (52, 17500), (118, 16000), (183, 15000), (308, 18500))
N_PARISHES = 34
N_SETTLEMENTS = 900
VILLAGE_SHARE, HAMLET_SHARE = 0.07, 0.36  # of the settlements outside centres
AGE_GROUPS = ("age_0_6", "age_7_15", "age_16_64", "age_65_plus")
TOWN_AGES = (0.070, 0.105, 0.615, 0.210)
COUNTRY_AGES = (0.052, 0.083, 0.595, 0.270)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settlements:
    """
    Settlements, the larger kinds first.

    Attributes
    ----------
    kind
        city, town, village, hamlet or isolated_dwelling, length n.
    xy
        Metres, shape (n, 2).
    population
        Residents, shape (n,).
    ages
        Residents by age group, shape (n, 4).
    unit
        Position of the territorial unit, shape (n,).
    """

    kind: list[str]
    xy: FloatArray
    population: IntArray
    ages: IntArray
    unit: IntArray


def place_towns() -> FloatArray:
    """Place the city, then the towns around it, metres, shape (7, 2)."""
    bearing, distance = np.array(TOWN_PLACES, dtype=np.float64).T
    angle = np.radians(bearing)
    around = np.column_stack([np.sin(angle), np.cos(angle)]) * distance[:, None]
    towns: FloatArray = np.vstack([np.zeros((1, 2)), around]) + np.array(CITY_XY)
    return towns


def place_parish_centres(
    rng: np.random.Generator, dry: BaseGeometry, *, towns: FloatArray
) -> FloatArray:
    """Spread parish centres over dry land between the towns, metres, shape (34, 2)."""
    near_city = shapely.points(towns[0]).buffer(5500.0)
    near_town = [shapely.points(town).buffer(3500.0) for town in towns[1:]]
    ground = dry.buffer(-1500.0).difference(shapely.union_all([near_city, *near_town]))
    return spread(rng, ground, N_PARISHES, taken=towns)


def parish_populations(rng: np.random.Generator) -> IntArray:
    """Draw residents of the parish centres, 200 to 900, shape (34,)."""
    return rng.integers(200, 900, N_PARISHES) - rng.integers(0, 60, N_PARISHES) // 10


def place_country(
    rng: np.random.Generator,
    ground: BaseGeometry,
    *,
    n: int,
    centres: FloatArray,
    main: FloatArray,
) -> FloatArray:
    """
    Place the junctions by country settlements: some along main roads, most off them.

    Parameters
    ----------
    rng
        Source of chance.
    ground
        Area for them.
    n
        How many.
    centres
        Places to keep off by 900 m, shape (c, 2).
    main
        Points along main roads, shape (k, 2).

    Returns
    -------
    Metres, shape (n, 2).
    """
    shapely.prepare(ground)
    on_main = main[shapely.contains_xy(ground, main[:, 0], main[:, 1])]
    on_main = rng.permutation(on_main)[: n // 5]
    tries = scatter(rng, ground, 7 * n)
    emptiness = smooth_noise(rng, wavelength_m=5000.0)(tries)
    tries = apart(tries[rng.uniform(-2.0, 1.6, len(tries)) > emptiness], main, gap_m=320.0)
    spots = apart(sparse(np.vstack([on_main, tries]), gap_m=420.0), centres, gap_m=900.0)
    if len(spots) < n:
        message = f"room for {len(spots)} settlements only, {n} wanted; choose another seed"
        raise ValueError(message)
    return spots[:n]


def country_populations(rng: np.random.Generator, n: int) -> tuple[list[str], IntArray]:
    """
    Draw kinds and residents of country settlements, villages first.

    Parameters
    ----------
    rng
        Source of chance.
    n
        How many.

    Returns
    -------
    Kinds of length n, and residents of shape (n,).
    """
    n_villages, n_hamlets = round(VILLAGE_SHARE * n), round(HAMLET_SHARE * n)
    n_single = n - n_villages - n_hamlets
    residents = np.concatenate(
        [
            np.clip(rng.lognormal(np.log(100), 0.35, n_villages), 50, 190),
            np.clip(rng.lognormal(np.log(20), 0.55, n_hamlets), 6, 60),
            np.clip(rng.lognormal(np.log(4.5), 0.6, n_single), 1, 18),
        ]
    )
    kinds = [
        *["village"] * n_villages,
        *["hamlet"] * n_hamlets,
        *["isolated_dwelling"] * n_single,
    ]
    return kinds, residents.astype(np.int64)


def split_ages(
    rng: np.random.Generator, population: IntArray, *, remoteness: FloatArray
) -> IntArray:
    """
    Split residents into age groups: the farther from towns, the older.

    Parameters
    ----------
    rng
        Source of chance.
    population
        Residents, shape (n,).
    remoteness
        0 in towns to 1 far from them, shape (n,).

    Returns
    -------
    Residents by age group, rows adding up to the population, shape (n, 4).
    """
    far = remoteness[:, None]
    share = np.array(TOWN_AGES) * (1.0 - far) + np.array(COUNTRY_AGES) * far
    return rng.multinomial(population, share / share.sum(axis=1, keepdims=True)).astype(np.int64)
