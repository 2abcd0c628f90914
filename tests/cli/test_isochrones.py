"""``geoaccess isochrones`` on the grid town, where every block takes two minutes."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest

from tests.cli.conftest import Command
from tests.towns import SERVICES, TownStudy, at, write_town


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town.osm")


def test_a_study_gives_areas_and_roads(town: TownStudy, command: Command) -> None:
    out = town.folder / "areas.gpkg"
    told = command("isochrones", town.study, "--service", "pharmacy", "--minutes", "3,1", "-o", out)
    assert (told.code, told.err) == (0, "")
    first, second, last = told.out.splitlines()
    # One minute is half a block in each of four directions; three minutes are one block and
    # a half, but for the edge of the town.
    assert first.startswith("1 min: 1 area, ")
    assert first.endswith("km2, 2.0 km of road")
    assert second.startswith("3 min: 1 area, ")
    assert last == f"written: {out.resolve()}"
    areas, cut = gpd.read_file(out, layer="areas"), gpd.read_file(out, layer="roads")
    assert areas["minutes"].tolist() == [3, 1]
    assert areas["id"].tolist() == ["all", "all"]
    near = cut[cut["minutes"] == 1]
    assert near["length_m"].tolist() == pytest.approx([500] * 4, abs=1)
    assert cut[["from_min", "to_min"]].max().max() == pytest.approx(3, abs=1e-3)
    assert {path.name for path in out.parent.glob(".*areas*")} == set()


def test_an_osm_file_gives_areas_of_each_place(roads: Path, command: Command) -> None:
    out = roads.with_name("areas.geojson")
    words = ("isochrones", roads, "--service", "school", "--minutes", "2", "--per-place")
    assert command(*words, "-o", out, "-q").out == ""
    features = json.loads(out.read_text("utf-8"))["features"]
    assert [one["properties"]["minutes"] for one in features] == [2, 2]
    assert len({one["properties"]["id"] for one in features}) == 2
    again = command(*words, "-o", out)
    assert again.code == 3
    assert "is there already" in again.err
    before = out.read_bytes()
    assert command(*words, "-o", out, "--overwrite").code == 0
    assert out.read_bytes() == before


def test_a_table_of_places_needs_no_kind(roads: Path, command: Command) -> None:
    table = roads.with_name("places.csv")
    lon, lat = at(*SERVICES["pharmacy"][:2])
    table.write_text(f"id,lon,lat\nhere,{lon},{lat}\nsea,{lon},{lat + 0.05}\n", "utf-8")
    out = roads.with_name("areas.gpkg")
    told = command(
        *("isochrones", roads, "--places", table, "--minutes", "1", "--per-place", "-o", out)
    )
    assert told.code == 0
    assert told.err.startswith("note: 1 of 2 places lie too far from a road")
    areas = gpd.read_file(out, layer="areas")
    assert areas["id"].tolist() == ["here", "sea"]
    assert areas["reason"].fillna("").tolist() == ["", "outside_extract"]
    assert areas.geometry.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "say whose isochrones"),
        (("--service", "school", "--minutes", "a"), 2, "not a list of numbers"),
        (("--service", "school", "--minutes", "0,5"), 3, "0 is among them"),
        (("--service", "school", "-o", "x.shp"), 3, "known: .gpkg, .geojson"),
        (("--service", "school", "-o", "no/x.gpkg"), 3, "is no folder"),
        (("--service", "scool"), 3, "did you mean 'school'"),
        (("--places", "none.csv"), 3, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(
    town: TownStudy,
    command: Command,
    words: tuple[str, ...],
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(town.folder)
    told = command("isochrones", town.study, *words)
    assert told.code == code
    assert says in told.err
    assert not list(town.folder.glob("*.gpkg"))
