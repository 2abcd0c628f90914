"""Borders of a study file: from polygons, from a table, from edits."""

from __future__ import annotations

import csv
from pathlib import Path

import pyogrio
import pytest

import geoaccess as ga
from geoaccess.errors import DataWarning, InputError, StudyError
from geoaccess.report.results import run_study
from geoaccess.study.borders import border_paths, read_territories
from geoaccess.study.pipeline import compute
from geoaccess.study.schema import Study, parse_study, read_study
from tests.towns import write_town_study

HEAD = """
[study]
title = "Borders"
[roads]
path = "bundled:roads/demo.osm.pbf"
[settlements]
path = "bundled:boundaries/demo_settlements.csv"
[[services]]
path = "bundled:services/demo_services.csv"
kinds = ["school"]
"""
POLYGONS = """
[territory.before]
path = "bundled:boundaries/demo_units.geojson"
date = 2021-06-30
code = "before_code"
name = "before_name"
parish = "unit_code"
parish_name = "unit_name"
region = "region_name"
"""
TABLE = """
[territory.after]
base = "before"
table = "reform.csv"
date = 2021-07-01
source = "old"
part = "part"
code = "new"
name = "called"
region = "region"
"""
EDITS = """
[territory.another_map]
base = "after"
date = "2027-01-01"
edits = [
  { restore = "0990900", of = "before" },
  { move = ["Grožīļu pagasts"], from = "0980300", to = "Žubelavas novads" },
  { merge = ["0980100", "0980200"], name = "Ūlmīdaine un novads" },
  { split_out = ["Ģipoļi"], code = "77", name = "Ģipoļu pilsēta" },
]
"""


def _demo_units() -> list[dict[str, str]]:
    units = ga.read_territory(
        "data/boundaries/demo_units.geojson",
        date="2021-06-30",
        code="before_code",
        name="before_name",
        levels=ga.Levels(parts=("unit_code", "unit_name")),
    )
    after = ga.read_territory(
        "data/boundaries/demo_units.geojson",
        date="2021-07-01",
        code="after_code",
        name="after_name",
        levels=ga.Levels(parts=("unit_code", "unit_name")),
    )
    assert units.parts is not None
    assert after.parts is not None
    called = dict(zip(after.code, after.name, strict=True))
    return [
        {"old": old, "part": part, "new": new, "called": called[new], "region": "R"}
        for part, old, new in zip(units.parts.code, units.parts.zone, after.parts.zone, strict=True)
    ]


def _study(folder: Path, *parts: str) -> Study:
    return parse_study(HEAD + "".join(parts), folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    rows = _demo_units()
    with (folder / "reform.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, ga.Territory]:
    # In reverse, for a study may name borders before those that they are made from.
    with pytest.warns(DataWarning, match=r"in pieces that do not meet: Žubelavas novads \(2\)$"):
        return read_territories(_study(folder, EDITS, TABLE, POLYGONS))


def test_all_three_ways(made: dict[str, ga.Territory]) -> None:
    assert list(made) == ["another_map", "after", "before"]
    assert [len(one) for one in made.values()] == [5, 4, 11]
    assert {one.levels for one in made.values()} == {("parish", "municipality", "region")}
    drawn = ga.read_territory(
        "data/boundaries/demo_units.geojson",
        date="2021-07-01",
        code="after_code",
        name="after_name",
    )
    assert set(ga.crosswalk(made["after"], drawn)["kind"]) == {"unchanged"}
    table = ga.crosswalk(made["before"], made["after"], by="parts")
    assert table.loc[table["kind"] == "split", "before_code"].nunique() == 1


def test_files_are_named_by_role(folder: Path) -> None:
    study = _study(folder, POLYGONS, TABLE, EDITS)
    assert border_paths(study) == {
        "territory_before": "bundled:boundaries/demo_units.geojson",
        "territory_after_table": "reform.csv",
    }


def test_regions_from_a_table_of_their_own(folder: Path) -> None:
    table = 'region_table = "reform.csv"\nregion_zone = "old"\nregion = "region"\n'  # by code
    study = _study(folder, POLYGONS.replace('region = "region_name"\n', table))
    assert read_territories(study)["before"].above["region"].codes.tolist() == ["R"]
    wrong = table.replace('"old"', '"part"')
    study = _study(folder, POLYGONS.replace('region = "region_name"\n', wrong))
    with pytest.raises(InputError, match=r"reform\.csv: territory 2021-06-30 has no municipality"):
        read_territories(study)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('path = "bundled:boundaries/demo_units', 'base = "x"\npath = "b', "must have path (pol"),
        ('table = "reform.csv"\n', "", "after must have table or edits beside base, and not both"),
        ('source = "old"\n', "", "after lacks source, which table needs"),
        ('code = "new"\n', "", "after lacks code, which table needs"),
        ('part = "part"', 'parish = "part"', "after has parish, which does not go with table"),
        ('base = "before"', 'base = "befor"', "made from 'befor', which is not there; did you"),
        ("2021-07-01", "2021-06-01", "dates the wrong way round: after is of 2021-06-01, before"),
        ('"2027-01-01"', '"2020-01-01"', "another_map is of 2020-01-01, after of 2021-07-01"),
        ("another_map", "after2", "unknown key territory.after2; did you mean 'after'?"),
        ("another_map", "Cits", "unknown key territory.Cits; known: a_name_in_small_letters, aft"),
        ('base = "after"', 'base = "another_map"', "borders made from one another (another_map)"),
        ('of = "before"', 'of = "bfore"', "made from 'bfore', which is not there; did you mean"),
        ('parish = "unit_code"\n', "", "before lacks parish, which parish_name needs"),
        ('region = "region"\n', 'region_table = "x"\n', "after lacks region, which region_table"),
        ('region = "region"', 'region_zone = "x"', "after lacks region, which region_zone needs"),
        ('{ move = ["Grožīļu', '{ moev = ["Grožīļu', "edits #2.moev; did you mean 'move'?"),
        ("{ merge =", '{ of = "x", merge =', "edits #3 has of, which merge does not take"),
        ("{ merge =", '{ from = "x", merge =', "edits #3 has from, which merge does not take"),
        ('code = "77", ', "", "edits #4 lacks code, which split_out needs"),
        ('of = "before"', 'merge = ["a"]', "edits #1 must have one of move, merge, split_out, res"),
        ('restore = "0990900", of = "before"', "", "edits #1 must have one of move, merge, split"),
        (
            'base = "after"\n',
            'base = "after"\ncode = "x"\n',
            "has code, which does not go with edi",
        ),
        (
            'base = "after"\n',
            'base = "after"\nregion = "x"\n',
            "has region, which does not go with",
        ),
    ],
)
def test_mistakes_in_the_study_file_are_named(folder: Path, old: str, new: str, told: str) -> None:
    text = POLYGONS + TABLE + EDITS
    assert old in text
    with pytest.raises(StudyError) as error:
        _study(folder, text.replace(old, new))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"before_code"', '"before_cod"', "has no column 'before_cod'; did you mean 'before_code'"),
        ('source = "old"', 'source = "new"', "territory after: .*has no municipality '09"),
        (
            "2021-07-01",
            "2021-07-01\nexpect_zones = 5",
            "territory after: .*: 5 zones expected, but 4",
        ),
        ("2021-07-01", "2021-07-01\nexpect_km2 = 7.5", "after: .*: 7.50 km2 expected, but 2,51"),
        ("2021-06-30", "2021-06-30\nexpect_zones = 9", "territory before: .*: 9 zones expected"),
        ('"Ģipoļi"', '"Gipoli"', "territory another_map: edit #4: no parish 'Gipoli'; "),
        ('"0990900"', '"0990999"', "territory another_map: edit #1: .*no municipality '0990999'"),
    ],
)
def test_mistakes_in_what_it_points_to_are_named(
    folder: Path, old: str, new: str, told: str
) -> None:
    text = POLYGONS + TABLE + EDITS
    assert old in text
    with pytest.raises(InputError, match=told):
        read_territories(_study(folder, text.replace(old, new)))


def test_borders_of_ones_own_run_beside_the_usual(tmp_path: Path) -> None:
    town = write_town_study(tmp_path)
    usual = compute(read_study(town.study))
    with town.study.open("a", encoding="utf-8") as file:
        file.write('[territory.one]\nbase = "before"\ndate = 2027-01-01\n')
        file.write('edits = [{ merge = ["01", "02"], name = "Town" }]\n')
    result = compute(read_study(town.study))
    assert list(result.territories) == ["before", "after", "one"]
    assert result.access.columns[:-1].tolist() == usual.access.columns.tolist()
    assert result.access["zone_one"].unique().tolist() == ["01"]
    assert result.access["nearest_min"].equals(usual.access["nearest_min"])
    assert result.zones.loc[result.zones["territory"] == "one", "zone_name"].unique() == ["Town"]
    assert result.territories["one"].date == "2027-01-01"
    out = run_study(town.study, out=tmp_path / "out")
    assert out.access["zone_one"].unique().tolist() == ["01"]
    layers = {name for name, _ in pyogrio.list_layers(tmp_path / "out" / "results.gpkg")}
    assert {"zones_before", "zones_after", "zones_one"} <= layers
    assert (tmp_path / "out" / "map.html").is_file()
