"""A population grid as the settlements of a study."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from rasterio.transform import Affine

import geoaccess as ga
from geoaccess.cli.main import geoaccess
from geoaccess.errors import InputError, StudyError
from geoaccess.study.schema import read_study
from tests.grids import write_raster
from tests.towns import SETTLEMENTS, TownStudy, at, write_town_study

# Hundredths of a degree around the town; rows from north to south.
LEFT, TOP, WIDE, HIGH = at(-0.5, 0)[0], at(0, 2.5)[1], at(0.5, 0)[0] - at(-0.5, 0)[0], 0.009
PEOPLE = np.array([[30.0, 0, 0, 20], [0, 0, 0, 0], [100, 0, 0, 50]])


def write_grid(path: Path, people: np.ndarray = PEOPLE, **more: object) -> Path:
    transform = Affine(WIDE, 0, LEFT, 0, -HIGH, TOP)
    options = {"transform": transform, "crs": "EPSG:4326", **more}
    return write_raster(path, people, **options)


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    made = write_town_study(tmp_path / "town")
    write_grid(made.folder / "people.tif")
    made.edit(made.study, 'path = "settlements.csv"', 'path = "people.tif"')
    return made


def with_grid(town: TownStudy, keys: str) -> None:
    town.edit(town.study, "[[services]]", f"[settlements.grid]\n{keys}\n[[services]]")


def run(town: TownStudy, command: str = "run") -> Result:
    out = ["-o", str(town.folder / "out")] if command == "run" else []
    return CliRunner().invoke(geoaccess, [command, str(town.study), *out])


def test_a_grid_runs_as_settlements_do(town: TownStudy) -> None:
    result = ga.run_study(town.study, out=town.folder / "out")
    assert result.origins.population.tolist() == [100, 50, 30, 20]
    assert result.summary["population"] == sum(n for *_, n in SETTLEMENTS.values())
    # Cells and settlements share their columns, and differ in latitude by metres.
    school = result.access[result.access["service"] == "school"]
    assert school["nearest_min"].round(0).tolist() == [2, 2, 6, 2]
    table = pd.read_csv(town.folder / "out" / "population.csv")
    assert table["manner"].tolist() == ["centre"] * 4
    assert table["zone_before"].tolist() == [1, 2, 1, 2]
    told = json.loads((town.folder / "out" / "summary.json").read_text("utf-8"))["population_grid"]
    assert told["people_read"] == told["people"] == 200
    assert told["straddling"]["before"] == {"cells": 0, "people": 0.0}


def test_a_grid_and_the_same_points_give_the_same_study(town: TownStudy) -> None:
    one = ga.run_study(town.study, out=town.folder / "out")
    rows = zip(
        one.origins.id, one.origins.lon, one.origins.lat, one.origins.population, strict=True
    )
    lines = [f"{id_},{id_},{float(lon)!r},{float(lat)!r},{n:g}" for id_, lon, lat, n in rows]
    town.settlements.write_text("id,name,lon,lat,population\n" + "\n".join(lines) + "\n", "utf-8")
    town.edit(town.study, 'path = "people.tif"', 'path = "settlements.csv"')
    other = ga.run_study(town.study, out=town.folder / "other")
    pd.testing.assert_frame_equal(one.access, other.access)
    pd.testing.assert_frame_equal(one.zones, other.zones)
    pd.testing.assert_frame_equal(one.equity, other.equity)


def test_validate_tells_the_totals(town: TownStudy) -> None:
    result = run(town, "validate")
    assert result.exit_code == 0
    assert "200 people read in 4 cells (8 empty, 0 without data)" in result.output
    assert "200 people kept in 4 origins" in result.output


def test_every_key_of_the_grid_is_heard(town: TownStudy) -> None:
    (town.folder / "totals.csv").write_text("code,population\n01,260\n02,70\n", "utf-8")
    with_grid(
        town,
        'clip = "before"\nstraddling = "share"\nplace = "weighted"\n'
        'settlements = "settlements.csv"\nwhole_people = true\nmodelled = true\n'
        'control = { path = "totals.csv", territory = "before" }\n',
    )
    result = ga.run_study(town.study, out=town.folder / "out")
    assert result.origins.population.tolist() == [200, 50, 60, 20]
    assert result.origins.name.tolist()[0] == "Alka (modelled)"
    told = result.summary["population_grid"]
    assert told["manners"] == {"settlements": 330.0}
    assert told["modelled"] is True
    assert told["largest_correction_share"] == 1.0
    assert any("people are modelled" in line for line in result.manifest["warnings"])
    assert set(result.manifest["inputs"]) >= {"grid_settlements", "grid_control"}
    table = result.tables["population"]
    assert table["settlement_id"].tolist() == ["V1", "V2", "V3", "V4"]


def test_small_counts_are_not_told_on_the_map_or_in_the_table(town: TownStudy) -> None:
    write_grid(town.folder / "people.tif", np.where(PEOPLE == 20, 5, PEOPLE))
    with_grid(town, "small_counts = { published = 5, low = 1, high = 10 }")
    assert read_study(town.study).shown_map.min_count == 11
    result = ga.run_study(town.study, out=town.folder / "out")
    table = pd.read_csv(town.folder / "out" / "population.csv")
    small = table[table["population"].isna()]
    assert small[["population_low", "population_high"]].to_numpy().tolist() == [[1, 10]]
    assert result.summary["population_grid"]["least_shown"] == 11
    report = (town.folder / "out" / "report.html").read_text("utf-8")
    assert "&lt;11" in report or "<11" in report or "Dižķūri" not in report


def test_a_wider_limit_of_the_map_stays(town: TownStudy) -> None:
    with_grid(town, "small_counts = { published = 5, low = 1, high = 10 }")
    town.study.write_text(town.study.read_text("utf-8") + "\n[map]\nmin_count = 20\n", "utf-8")
    assert read_study(town.study).shown_map.min_count == 20


def test_cells_that_straddle_borders_are_told(town: TownStudy) -> None:
    write_grid(town.folder / "people.tif", np.full((3, 4), 10.0), crs="EPSG:4326")
    town.borders.write_text(town.borders.read_text("utf-8"), "utf-8")
    moved = Affine(WIDE, 0, LEFT + WIDE / 3, 0, -HIGH, TOP)
    write_grid(town.folder / "people.tif", np.full((3, 4), 10.0), transform=moved)
    result = ga.run_study(town.study, out=town.folder / "out")
    assert result.summary["population_grid"]["straddling"]["before"] == {"cells": 3, "people": 30.0}
    assert any("3 cells (30 people) lie in several zones" in n for n in result.manifest["warnings"])


BAD_KEYS = {
    'crs = "EPSG:3035"': "but crs says",
    'clip = "nowhere.gpkg"': "does not exist",
    'control = { path = "settlements.csv", territory = "befor" }': "did you mean 'before'",
    'control = { path = "settlements.csv", territory = "before", zone = "id" }': "no zone V1, V2",
    'control = { path = "settlements.csv", territory = "before" }': "has no column 'code'",
    'place = "midle"': "place",
    "small_counts = { published = 20 }": "published must lie from low to high",
    'settlement = "settlements.csv"': "did you mean 'settlements'",
    "sum_groups = true": "sum_groups needs groups",
}


@pytest.mark.parametrize("keys", BAD_KEYS)
def test_wrong_keys_exit_3_and_write_nothing(town: TownStudy, keys: str) -> None:
    with_grid(town, keys)
    result = run(town)
    assert result.exit_code == 3, result.output
    assert BAD_KEYS[keys] in result.output
    assert not (town.folder / "out").exists()


def _cut(path: Path) -> None:
    write_grid(path, np.ones((100, 100)))
    path.write_bytes(path.read_bytes()[:-1000])


BAD_GRIDS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no crs": (lambda p: write_grid(p, crs=None), "states no CRS"),
    "rotated": (lambda p: write_grid(p, transform=Affine(0.1, 0.1, 24, 0.1, -0.1, 57)), "rotated"),
    "all nodata": (lambda p: write_grid(p, np.full((3, 4), -1.0)), "has nobody in it"),
    "negative": (lambda p: write_grid(p, np.full((3, 4), -7.0)), "must be 0 or more, but is -7"),
    "cut short": (_cut, "cannot be read"),
    "elsewhere": (
        lambda p: write_grid(p, transform=Affine(0.01, 0, 2, 0, -0.01, 48)),
        "does not overlap the roads",
    ),
}


@pytest.mark.parametrize("case", BAD_GRIDS)
def test_grids_that_cannot_be_used_exit_3_and_write_nothing(town: TownStudy, case: str) -> None:
    spoil, message = BAD_GRIDS[case]
    spoil(town.folder / "people.tif")
    for command in ("validate", "run"):
        result = run(town, command)
        assert result.exit_code == 3, result.output
        assert message in result.output
        assert len(result.output.strip().splitlines()) == 1
    assert not (town.folder / "out").exists()


def test_a_wrong_band_exits_3(town: TownStudy) -> None:
    town.edit(town.study, 'path = "people.tif"', 'path = "people.tif"\npopulation = "4"')
    result = run(town)
    assert result.exit_code == 3
    assert "has no band '4'" in result.output


def test_kinds_of_place_are_not_read_from_a_grid(town: TownStudy) -> None:
    norms = '\n[norms]\npacks = ["latvia"]\ndate = 2024-09-01\nzone_type = "kind"\n'
    town.study.write_text(town.study.read_text("utf-8") + norms, "utf-8")
    with pytest.raises(InputError, match="give zone_type_table"):
        ga.run_study(town.study, out=town.folder / "out")


def test_unknown_borders_to_clip_by_are_told(town: TownStudy) -> None:
    with_grid(town, 'control = { path = "settlements.csv", territory = "later" }')
    with pytest.raises(StudyError, match=r"no borders \[territory.later\]"):
        ga.run_study(town.study, out=town.folder / "out")
