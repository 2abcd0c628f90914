from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from geoaccess.errors import StudyError
from geoaccess.io.build import read_network
from geoaccess.report.results import run_study
from geoaccess.study.result import StudyResult
from geoaccess.study.schema import parse_study
from geoaccess.travel import travel_times
from tests.surface.conftest import middles, people_at
from tests.towns import TownStudy, write_town_study

SURFACE = """
[surface]
services = ["school"]
resolution_m = 150
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownStudy:
    return write_town_study(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def run(town: TownStudy) -> tuple[StudyResult, Path]:
    text = town.study.read_text("utf-8") + SURFACE
    out = town.folder / "out"
    return run_study(parse_study(text, folder=town.folder), out=out), out


def test_a_run_writes_a_raster_and_figures_of_zones(run: tuple[StudyResult, Path]) -> None:
    result, out = run
    assert sorted(result.surfaces) == ["school"]
    surface = result.surfaces["school"]
    with rasterio.open(out / "surface_school.tif") as file:
        minutes = file.read(1)
        assert file.crs.to_epsg() == 3059
        assert file.res == (150, 150)
    assert np.array_equal(minutes[surface.reached], surface.minutes[surface.reached])
    table = pd.read_csv(out / "surface_zones.csv", dtype={"zone_id": str})
    assert set(table["territory"]) == set(result.territories)
    assert (table["service"] == "school").all()
    assert table["population"].sum() == pytest.approx(
        len(result.territories) * result.origins.population.sum()
    )
    told = json.loads((out / "summary.json").read_text("utf-8"))["surface"]["school"]
    assert told["resolution_m"] == 150
    assert told["cells"] == surface.counts()


def test_its_picture_is_there_for_the_map(run: tuple[StudyResult, Path]) -> None:
    result, _ = run
    image = result.surface_images["school"]
    west, south, east, north = (
        result.origins.lon.min(),
        result.origins.lat.min(),
        result.origins.lon.max(),
        result.origins.lat.max(),
    )
    assert image.west < west < east < image.east
    assert image.south < south < north < image.north
    assert np.isfinite(image.minutes).any()


def test_its_minutes_are_those_of_the_study(town: TownStudy, run: tuple[StudyResult, Path]) -> None:
    result, _ = run
    surface = result.surfaces["school"]
    lon, lat = middles(surface.grid)
    rows = np.flatnonzero(surface.reached.reshape(-1))[::7]
    schools = result.destinations.take(result.destinations.kind == "school")
    network = read_network(town.roads)
    times = travel_times(network, people_at(lon[rows], lat[rows]), schools)
    assert np.array_equal(surface.minutes.reshape(-1)[rows], times.nearest(1)[0][:, 0])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("resolution_m = 0", "surface.resolution_m"),
        ("resolution_m = 1e6", "surface.resolution_m"),
        ("services = []", "surface.services"),
        ("cells = 3", "unknown key surface.cells"),
        ('services = ["scool"]', "did you mean 'school'"),
        ('crs = "EPSG:4326"', "surface.crs: EPSG:4326 is not projected in metres"),
        ("resolution_m = 0.1", "use resolution_m="),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_and_nothing_is_written(
    town: TownStudy, table: str, said: str
) -> None:
    out = town.folder / "refused"
    text = town.study.read_text("utf-8") + f"\n[surface]\n{table}\n"
    with pytest.raises(StudyError, match=said):
        run_study(parse_study(text, folder=town.folder), out=out)
    assert not out.exists()
