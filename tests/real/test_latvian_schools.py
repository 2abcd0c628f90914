"""All single closures of the Latvian schools, beside closing each and looking again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geoaccess as ga
from geoaccess.routing.router import Router

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]
LATVIA = "data/latvia"
CUTOFF, NORM = 120.0, 30.0
STEP_M, REACH_M = 4000, 9000.0
# Metres of EPSG:3059 around the country.
WEST, SOUTH, EAST, NORTH = 305_000, 165_000, 770_000, 450_000


@pytest.fixture(scope="module")
def to_schools(shared: Callable[[str], Path]) -> ga.TravelTimes:
    """Real schools and places; the roads are an invented grid, 4 km from one to the next."""
    schools = pd.read_csv(shared(f"{LATVIA}/schools_2019.csv"))
    towns, hamlets = (
        gpd.read_file(shared(f"{LATVIA}/{name}.gpkg")) for name in ("towns", "hamlets")
    )
    middles = gpd.GeoSeries(shapely.point_on_surface(towns.geometry.to_numpy()), crs=towns.crs)
    points = pd.concat([middles, hamlets.geometry])
    n_towns, n = len(towns), len(towns) + len(hamlets)
    names = [*towns["name"], *hamlets["name"]]
    # No register tells people of a hamlet: some number that differs from place to place.
    people = [2000.0 + 37 * i if i < n_towns else 5.0 + i % 41 for i in range(n)]
    origins = ga.Origins(
        id=[f"P{i:04d}" for i in range(n)],
        name=[str(name) for name in names],
        lon=points.x.to_numpy(),
        lat=points.y.to_numpy(),
        population=people,
    )
    services = ga.Destinations(
        id=[f"school-{i:03d}" for i in range(len(schools))],
        name=schools["name"].to_numpy(dtype=object),
        kind=["school"] * len(schools),
        lon=schools["lon"].to_numpy(),
        lat=schools["lat"].to_numpy(),
        capacity=schools["pupils"].to_numpy(dtype=np.float64),
    )
    return ga.travel_times(
        Router(_grid()), origins, services, cutoff_min=CUTOFF, max_snap_m=REACH_M
    )


def _grid() -> ga.Network:
    """Roads straight north and east; every third is quicker."""
    easts = range(WEST, EAST + 1, STEP_M)
    norths = range(SOUTH, NORTH + 1, STEP_M)
    lines = [shapely.LineString([(x, y) for y in norths]) for x in easts]
    lines += [shapely.LineString([(x, y) for x in easts]) for y in norths]
    speeds = [(50.0, 70.0, 90.0)[i % 3] for i in range(len(lines))]
    roads = gpd.GeoDataFrame({"speed_kmh": speeds}, geometry=lines, crs="EPSG:3059")
    return ga.network_from_edges(roads, defaults={"highway": "secondary"})


@pytest.fixture(scope="module")
def table(to_schools: ga.TravelTimes) -> pd.DataFrame:
    return ga.closures(to_schools, norm_min=NORM).set_index("id")


def test_every_closure_in_one_pass_is_closing_each(
    to_schools: ga.TravelTimes, table: pd.DataFrame
) -> None:
    """781 schools, 39 of them where another stands, for 4,991 places."""
    ids = [str(id_) for id_ in to_schools.destinations.id]
    assert len(table) == len(ids) == 781
    minutes = to_schools.to_array()
    people = to_schools.origins.population
    now = minutes.min(axis=1)
    used = minutes.argmin(axis=1)
    assert len(people) == 4991
    for j, id_ in enumerate(ids):
        users = np.isfinite(now) & (used == j)
        then = np.delete(minutes[users], j, axis=1).min(axis=1, initial=np.inf)
        row, heads = table.loc[id_], people[users]
        told = [row[f"people_{what}"] for what in ("moved", "newly_beyond", "newly_unreached")]
        beyond = (now[users] <= NORM) & (then > NORM)
        assert told == [heads.sum(), heads[beyond].sum(), heads[~np.isfinite(then)].sum()]
        added = np.minimum(then, CUTOFF).astype(np.float64) - now[users]
        assert row["added_person_min"] == pytest.approx(added @ heads, rel=1e-6, abs=1e-3)


def test_equality_of_a_closure_is_that_of_what_is_left(
    to_schools: ga.TravelTimes, table: pd.DataFrame
) -> None:
    minutes, people = to_schools.to_array(), to_schools.origins.population
    for j in range(0, minutes.shape[1], 97):
        left = np.delete(minutes, j, axis=1).min(axis=1).astype(np.float64)
        index = ga.gini(np.minimum(left, CUTOFF), weights=people)
        assert table.loc[f"school-{j:03d}", "gini_after"] == pytest.approx(index, abs=1e-12)


def test_schools_at_one_place_stand_in_for_one_another(
    to_schools: ga.TravelTimes, table: pd.DataFrame
) -> None:
    places = to_schools.destinations
    at = pd.Series([f"{x:.6f} {y:.6f}" for x, y in zip(places.lon, places.lat, strict=True)])
    twice = [str(id_) for id_ in places.id[at.duplicated(keep=False).to_numpy()]]
    assert len(twice) >= 39
    assert table.loc[twice, "added_person_min"].abs().max() == 0
