"""The bare country: land, water, centres, units and their municipalities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from demo_region.land import Cells, dissolve, land_of, make_cells
from demo_region.names import Name, centre_names
from demo_region.places import (
    CITY_POPULATION,
    TOWN_POPULATIONS,
    parish_populations,
    place_parish_centres,
    place_towns,
)
from demo_region.plane import FloatArray, stream
from demo_region.shapes import blob
from demo_region.sites import Centres
from demo_region.units import Grouping, group_units, grow_units, unit_neighbours
from demo_region.water import Water, make_water

RADIUS_M, CELL_M = 28_200.0, 850.0
LAKE_CENTRE = (-9500.0, 12_500.0)
CITY_RADIUS_M, TOWN_RADIUS_M = 2700.0, 1500.0
N_BEFORE, N_AFTER = 11, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """
    A municipality on one date.

    Attributes
    ----------
    code
        Seven digits, invented.
    name
        City name or "... novads".
    seat
        Position of the settlement that is its seat.
    """

    code: str
    name: str
    seat: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """
    A territorial unit.

    Attributes
    ----------
    code, name
        Invented.
    kind
        state_city, town or parish.
    before, after
        Positions of its municipality before and after the reform.
    outline
        Degrees of 6 decimals; shares every corner with its neighbours.
    """

    code: str
    name: str
    kind: str
    before: int
    after: int
    outline: Polygon


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Country:
    """
    Land without roads.

    Attributes
    ----------
    land, dry
        All of it, and the part without the lake and its islands, metres.
    water
        River and lake.
    centres, names
        City, towns and parish centres, and their names.
    units
        One per centre, in the same order.
    before, after
        Municipalities of the two dates.
    """

    land: Polygon
    dry: BaseGeometry
    water: Water
    centres: Centres
    names: list[Name]
    units: list[Unit]
    before: list[Municipality]
    after: list[Municipality]


def make_country(seed: int) -> Country:
    """
    Make land, water, centres, units and municipalities.

    Parameters
    ----------
    seed
        Seed of the region.

    Returns
    -------
    The same country for the same seed.
    """
    outline = blob(stream(seed, "outline"), centre=(0.0, 0.0), radius_m=RADIUS_M, roughness=0.22)
    cells = make_cells(outline, spacing_m=CELL_M, rng=stream(seed, "cells"))
    land = land_of(cells)
    towns = place_towns()
    water = make_water(
        stream(seed, "water"), river_through=_river_course(towns), lake_centre=LAKE_CENTRE
    )
    lake = Polygon(water.lake.exterior)
    dry = land.difference(lake)
    parishes = place_parish_centres(
        stream(seed, "parishes"), dry.difference(water.river.buffer(600.0)), towns=towns
    )
    centres = Centres(
        xy=np.vstack([towns, parishes]),
        population=np.concatenate(
            [[CITY_POPULATION], TOWN_POPULATIONS, parish_populations(stream(seed, "parish people"))]
        ),
    )
    names = centre_names(stream(seed, "centre names"), len(centres.xy))
    units, grouping = _make_units(seed, cells, centres=centres, names=names, lake=lake)
    return Country(
        land=land,
        dry=dry,
        water=water,
        centres=centres,
        names=names,
        units=units,
        before=_municipalities(names, grouping.before_seat.tolist(), prefix="099"),
        after=_municipalities(names, grouping.after_seat.tolist(), prefix="098"),
    )


def _river_course(towns: FloatArray) -> FloatArray:
    city, river_town = towns[0], towns[1]
    return np.array(
        [
            (-38_000.0, -6000.0),
            (-25_000.0, -7500.0),
            (river_town[0], river_town[1] + 700.0),
            (-5000.0, -2000.0),
            (city[0], city[1] + 700.0),
            (10_000.0, 1500.0),
            (20_000.0, 2500.0),
            (38_000.0, 9000.0),
        ]
    )


def _make_units(
    seed: int, cells: Cells, *, centres: Centres, names: list[Name], lake: Polygon
) -> tuple[list[Unit], Grouping]:
    n_units, n_towns = len(centres.xy), len(TOWN_POPULATIONS)
    radius = np.array([CITY_RADIUS_M] + [TOWN_RADIUS_M] * n_towns)
    unit = grow_units(
        stream(seed, "units"), cells, centres=centres.xy, town_radius_m=radius, whole=lake
    )
    grouping = group_units(
        unit_neighbours(cells, unit, n_units=n_units),
        xy=centres.xy,
        n_towns=n_towns,
        n_before=N_BEFORE,
        n_after=N_AFTER,
    )
    units: list[Unit] = []
    for k, name in enumerate(names):
        before = int(grouping.before[k])
        number = int((grouping.before[:k] == before).sum()) + 1
        kind = "parish" if k > n_towns else "town" if k else "state_city"
        units.append(
            Unit(
                code=f"099{before + 1:02d}{number:02d}",
                name=f"{name.genitive} pagasts" if kind == "parish" else name.text,
                kind=kind,
                before=before,
                after=int(grouping.after[k]),
                outline=dissolve(cells.outlines[unit == k]),
            )
        )
    return units, grouping


def _municipalities(names: list[Name], seats: list[int], *, prefix: str) -> list[Municipality]:
    return [
        Municipality(
            code=f"{prefix}{k + 1:02d}00",
            name=names[seat].text if k == 0 else f"{names[seat].genitive} novads",
            seat=seat,
        )
        for k, seat in enumerate(seats)
    ]
