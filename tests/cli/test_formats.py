"""A run in every format: the files, what they hold, and who reads them back."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Command
from tests.towns import TownStudy

LAYERS = ("settlements", "services", "zones_before", "zones_after")
TABLES = ("access", "zones", "equity")


@pytest.fixture
def hostile(town: TownStudy) -> TownStudy:
    """Call a settlement like a formula, and one like a list."""
    town.edit(town.settlements, "Alka", "=1+1;Alka")
    town.edit(town.settlements, "Ciemupe", "[1]")
    return town


def _read_as_in_latvia(path: Path) -> list[dict[str, str]]:
    """Rows as a spreadsheet of that locale has them: semicolons, a byte order mark."""
    text = path.read_text("utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_every_format_holds_the_same(hostile: TownStudy, command: Command) -> None:
    out = hostile.folder / "out"
    told = command("run", hostile.study, "-o", out, "--formats", "gpkg,geoparquet,geojson")
    assert (told.code, told.err) == (0, "")
    for name in LAYERS:
        package = gpd.read_file(out / "results.gpkg", layer=name)
        parquet = gpd.read_parquet(out / f"results_{name}.parquet")
        geojson = gpd.read_file(out / f"results_{name}.geojson")
        assert "crs" not in json.loads((out / f"results_{name}.geojson").read_text("utf-8"))
        for other in (parquet, geojson):
            assert other.crs.to_epsg() == 4326
            for column in package.columns.drop("geometry"):
                expected, found = package[column], other[column]
                assert expected.isna().tolist() == found.isna().tolist(), column
                assert expected.dropna().tolist() == found.dropna().tolist(), column
    for name in TABLES:
        parquet = pq.read_table(out / f"{name}.parquet").to_pandas()
        plain = pd.read_csv(out / f"{name}.csv", dtype=str, keep_default_na=False)
        assert parquet.columns.tolist() == plain.columns.tolist()
        assert len(parquet) == len(plain)
    access = pq.read_table(out / "access.parquet").to_pandas()
    plain = pd.read_csv(out / "access.csv")
    names = [name.removeprefix("'") for name in plain["name"]]
    assert access["name"].tolist() == names != plain["name"].tolist()
    assert access["nearest_min"].tolist() == pytest.approx(plain["nearest_min"], abs=1e-6)
    again = hostile.folder / "again"
    command("run", hostile.study, "-o", again, "--formats", "gpkg,geoparquet,geojson", "-q")
    for path in sorted(out.iterdir()):
        if path.name != "manifest.json":
            assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_a_latvian_spreadsheet_opens_the_tables(hostile: TownStudy, command: Command) -> None:
    plain, latvian = hostile.folder / "plain", hostile.folder / "latvian"
    command("run", hostile.study, "-o", plain)
    assert command("run", hostile.study, "-o", latvian, "--csv", "latvian").code == 0
    rows = _read_as_in_latvia(latvian / "access.csv")
    expected = pd.read_csv(plain / "access.csv", dtype=str, keep_default_na=False)
    assert list(rows[0]) == expected.columns.tolist()
    assert rows[0]["name"] == "'=1+1;Alka"
    for row, own in zip(rows, expected.to_dict("records"), strict=True):
        assert row["nearest_min"] == own["nearest_min"].replace(".", ",")
        assert row["population"] == own["population"]
    values = [row["value"] for row in _read_as_in_latvia(latvian / "equity.csv")]
    assert all("." not in one for one in values)
    numbers = pd.read_csv(latvian / "equity.csv", sep=";", decimal=",")["value"]
    assert numbers.dtype == "float64"


def test_results_of_either_style_are_read_back_alike(hostile: TownStudy, command: Command) -> None:
    told = []
    for style in ("plain", "latvian"):
        out = hostile.folder / style
        command("run", hostile.study, "-o", out, "--csv", style, "-q")
        page = out / "again.html"
        assert command("report", out, "-o", page).code == 0
        told.append(
            (
                command("equity", out, "--format", "csv").out,
                command("access", out, "--format", "csv").out,
                re.sub("[0-9a-f]{12,64}", "digest", page.read_text("utf-8")),
            )
        )
    (equity, access, report), (other_equity, other_access, other_report) = told
    assert equity == other_equity
    assert access == other_access
    assert report == other_report
    assert "=1+1;Alka" not in equity


def test_formats_of_the_study_file_and_the_command_line(town: TownStudy, command: Command) -> None:
    study = town.study.read_text("utf-8")
    town.study.write_text(study + '\n[output]\nformats = ["csv", "geojson"]\ncsv = "latvian"\n')
    command("run", town.study, "-o", town.folder / "own")
    names = {path.name for path in (town.folder / "own").iterdir()}
    assert "results_services.geojson" in names
    assert not names & {"results.gpkg", "access.parquet", "results_services.parquet"}
    command("run", town.study, "-o", town.folder / "other", "--formats", "gpkg", "--csv", "plain")
    names = {path.name for path in (town.folder / "other").iterdir()}
    assert "results.gpkg" in names
    assert not [name for name in names if name.endswith((".geojson", ".parquet"))]
    assert (town.folder / "other" / "access.csv").read_text("utf-8").startswith("id,name,")
    manifest = json.loads((town.folder / "other" / "manifest.json").read_text("utf-8"))
    assert manifest["parameters"]["output"] == {"formats": ["csv", "gpkg"], "csv": "plain"}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('formats = ["gpkg"]', "output.formats must hold 'csv'"),
        ('formats = ["csv", "xlsx"]', "output.formats #2"),
        ('csv = "german"', "output.csv"),
        ("format = []", "unknown key output.format; did you mean 'formats'?"),
    ],
)
def test_wrong_formats_in_a_study(town: TownStudy, command: Command, table: str, told: str) -> None:
    town.study.write_text(town.study.read_text("utf-8") + f"\n[output]\n{table}\n")
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == 3
    assert told in outcome.err
    assert not (town.folder / "out").exists()


def test_wrong_formats_on_the_command_line(town: TownStudy, command: Command) -> None:
    outcome = command("run", town.study, "--formats", "gpkg,xlsx")
    assert outcome.code == 2
    assert "'xlsx' is none of csv, gpkg, geoparquet, geojson" in outcome.err
