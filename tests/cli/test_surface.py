"""``geoaccess surface`` on the grid town."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio

from tests.cli.conftest import Command
from tests.towns import TownStudy, at

SCENARIO = """
[[scenario]]
name = "no school B"
edits = [{ do = "close_service", ids = ["S2"] }]
"""


def test_a_surface_with_areas_and_zones(town: TownStudy, command: Command) -> None:
    out = town.folder / "school.tif"
    told = command(
        *("surface", town.study, "--service", "school", "--resolution-m", "200", "-o", out),
        *("--isochrones", town.folder / "areas.gpkg", "--minutes", "2,4"),
        *("--zones", town.folder / "zones.csv"),
    )
    assert (told.code, told.err) == (0, "")
    first, *written = told.out.splitlines()
    assert first.startswith("school: ")
    assert "cells of 200 m, EPSG:3059; reached " in first
    assert [Path(line.removeprefix("written: ")).name for line in written] == [
        "school.tif",
        "areas.gpkg",
        "zones.csv",
    ]
    with rasterio.open(out) as file:
        reached = file.read(1) != -9999
    areas = gpd.read_file(town.folder / "areas.gpkg")
    assert areas["minutes"].tolist() == [4, 2]
    assert areas.crs.to_epsg() == 3059
    assert areas["n_cells"].iloc[0] <= reached.sum()
    zones = pd.read_csv(town.folder / "zones.csv")
    assert zones["area_km2"].gt(0).all()
    assert {path.name for path in town.folder.glob(".*-*.*")} == set()


def test_a_scenario_and_its_change(town: TownStudy, command: Command) -> None:
    with town.study.open("a", encoding="utf-8") as file:
        file.write(SCENARIO)
    out, change = town.folder / "after.tif", town.folder / "change.tif"
    words = ("surface", town.study, "--service", "school", "--resolution-m", "200")
    told = command(*words, "--scenario", "no school B", "-o", out, "--change", change)
    assert (told.code, told.err) == (0, "")
    command(*words, "-o", town.folder / "before.tif", "-q")
    with (
        rasterio.open(out) as after,
        rasterio.open(town.folder / "before.tif") as before,
        rasterio.open(change) as file,
    ):
        late, early, by = after.read(1), before.read(1), file.read(1)
        assert after.transform == before.transform == file.transform
    both = (late != -9999) & (early != -9999)
    assert np.array_equal(by[both], late[both] - early[both])
    assert by[both].max() > 2
    assert by[both].min() == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--service", "scool"), 3, "did you mean 'school'"),
        (("--service", "school", "--resolution-m", "0"), 3, "resolution_m must be above 0"),
        (("--service", "school", "--resolution-m", "-3"), 3, "resolution_m must be above 0"),
        (("--service", "school", "--resolution-m", "0.02"), 3, "use resolution_m="),
        (("--service", "school", "--resolution-m", "much"), 2, "not a valid float"),
        (("--service", "school", "--crs", "EPSG:4326"), 3, "not projected in metres"),
        (("--service", "school", "--crs", "here"), 3, "unknown CRS"),
        (("--service", "school", "--area", "none.geojson"), 3, "none.geojson"),
        (("--service", "school", "--scenario", "none"), 3, "no [[scenario]]"),
        (("--service", "school", "--scenario", "all"), 3, "name one"),
        (("--service", "school", "--change", "c.tif"), 2, "name it with --scenario"),
        (("--service", "school", "--scheduler", "here"), 2, "leave out --scheduler"),
        (("--service", "school", "--isochrones", "a.shp"), 3, "unknown kind of file '.shp'"),
        (("--service", "school", "--isochrones", "a.gpkg", "--minutes", "999"), 3, "cutoff_min"),
        (("--service", "school", "--isochrones", "a.gpkg", "--minutes", "x"), 2, "list of numbers"),
        (("--service", "school", "--zones", "out.tif"), 3, "two files"),
        (("--service", "school", "-o", "no/out.tif"), 3, "is no folder"),
        (("--service", "school", "-o", "out.png"), 3, "unknown kind of file '.png'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    town: TownStudy,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(town.folder)
    before = set(town.folder.iterdir())
    told = command("surface", "study.toml", "-o", "out.tif", *words)
    assert told.code == code, told.err
    assert said in told.err
    assert told.out == ""
    left = {one for one in town.folder.iterdir() if not one.name.startswith(".geoaccess")}
    assert left == before


def test_an_area_without_roads_is_refused(town: TownStudy, command: Command) -> None:
    (west, south), (east, north) = at(40, 40), at(41, 41)
    ring = [[west, south], [east, south], [east, north], [west, south]]
    area = town.folder / "far.geojson"
    area.write_text(f'{{"type": "Polygon", "coordinates": [{ring}]}}', "utf-8")
    out = town.folder / "out.tif"
    told = command("surface", town.study, "--service", "school", "--area", area, "-o", out)
    assert told.code == 3
    assert "lies apart from the roads" in told.err
    assert not out.exists()


def test_a_file_that_is_there_stays(town: TownStudy, command: Command) -> None:
    out = town.folder / "out.tif"
    out.write_text("mine", "utf-8")
    words = ("surface", town.study, "--service", "school", "-o", out)
    told = command(*words)
    assert told.code == 3
    assert "is there already" in told.err
    assert out.read_text("utf-8") == "mine"
    assert command(*words, "--overwrite").code == 0
    assert out.read_bytes()[:2] == b"II"
