"""``geoaccess reform``: which old unit went into which new one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from geoaccess.io.bundled import bundled
from tests.cli.conftest import Command
from tests.towns import TownStudy

UNITS = bundled("boundaries", "demo_units.geojson")
DATES = ("--dates", "2021-06-30,2021-07-01")
FILES = (
    "--code=before_code",
    "--name=before_name",
    "--after-code=after_code",
    "--after-name=after_name",
    *DATES,
)


def test_the_study_of_the_town(town: TownStudy, command: Command) -> None:
    done = command("reform", "crosswalk", town.study, "--format", "csv")
    assert done.code == 0, done
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert rows == [
        {
            "before_code": code,
            "before_name": name,
            "after_code": "1",
            "after_name": "West",
            "area_share": "1",
            "population_share": "1",
            "kind": "merged",
        }
        for code, name in (("01", "West"), ("02", "East"))
    ]
    assert (
        done.err == "2021-06-30 to 2021-07-01: 2 units became 1; 0 unchanged, 2 merged, 0 split\n"
    )


def test_two_files(command: Command) -> None:
    done = command("reform", "crosswalk", UNITS, UNITS, *FILES, "--kind", "split", "-q")
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 3
    done = command("reform", "crosswalk", UNITS, UNITS, *FILES, "--format", "json")
    rows = json.loads(done.out)
    assert len({row["before_code"] for row in rows}) == 11
    assert len({row["after_code"] for row in rows}) == 4
    assert {row["population_share"] for row in rows} == {None}
    assert "11 units became 4; 1 unchanged, 9 merged, 1 split" in done.err


def test_people_of_a_table(command: Command) -> None:
    people = bundled("boundaries", "demo_settlements.csv")
    done = command(
        "reform", "crosswalk", UNITS, UNITS, *FILES, "--people", people, "--format", "csv"
    )
    shares: dict[str, float] = {}
    for row in csv.DictReader(io.StringIO(done.out)):
        old = row["before_code"]
        shares[old] = shares.get(old, 0.0) + float(row["population_share"])
    assert len(shares) == 11
    assert all(share == pytest.approx(1.0, abs=1e-5) for share in shares.values())


@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_into_a_file(command: Command, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    done = command("reform", "crosswalk", UNITS, UNITS, *FILES, "-o", out)
    assert (done.code, done.out) == (0, "")
    assert f"written: {out}" in done.err
    text = out.read_text("utf-8")
    rows = json.loads(text) if name.endswith("json") else list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 12
    again = command("reform", "crosswalk", UNITS, UNITS, *FILES, "-o", out)
    assert again.code == 3
    assert "is there already" in again.err
    assert out.read_text("utf-8") == text


def test_nothing_of_a_kind(town: TownStudy, command: Command) -> None:
    done = command("reform", "crosswalk", town.study, "--kind", "split", "-q")
    assert (done.code, done.out) == (0, "no unit was split\n")


def test_notes_about_the_data(town: TownStudy, command: Command) -> None:
    town.edit(town.borders, '"old": "02", "new": "1"', '"old": "02", "new": "2"')
    less = json.loads(town.borders.read_text("utf-8"))
    wide = less["features"][0]["geometry"]["coordinates"][0]
    wide[0][1] -= 0.1
    wide[1][1] -= 0.1
    wide[4][1] -= 0.1
    town.borders.with_name("more.geojson").write_text(json.dumps(less), encoding="utf-8")
    done = command(
        "reform",
        "crosswalk",
        town.borders.with_name("more.geojson"),
        town.borders,
        "--code=old",
        *DATES,
    )
    assert done.code == 0, done
    assert "note: land of 2021-06-30 lies outside every zone of 2021-07-01: West" in done.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ("STUDY", "--roles", "before,later"),
            3,
            "no borders [territory.later]; did you mean 'after'?",
        ),
        (("STUDY", "--level", "parish"), 3, "has no level 'parish'; known: municipality"),
        (("STUDY", "--by", "parts"), 3, "are not made of the same parts"),
        (("STUDY", "--roles", "before"), 2, "--roles must name two"),
        (("STUDY", "STUDY"), 2, "a study has its own borders"),
        (("STUDY", "--crs", "EPSG:4326"), 3, "EPSG:4326 is not projected in metres"),
        (("STUDY", "-o", "out.xlsx"), 3, "unknown kind of file '.xlsx'"),
        (("STUDY", "-o", "nowhere/out.csv"), 3, "nowhere is no folder"),
        (("no.toml",), 3, "no.toml does not exist"),
        (("UNITS",), 2, "give two files, BEFORE and AFTER"),
        (("UNITS", "UNITS"), 2, "say when these borders held: --dates DAY,DAY"),
        (("UNITS", "UNITS", "--dates", "2021,2022"), 2, "is not two days"),
        (("UNITS", "no.gpkg", *FILES), 3, "no.gpkg does not exist"),
        (("UNITS", "UNITS", *DATES, "--code", "unit_cod"), 3, "did you mean 'unit_code'"),
        (("UNITS", "UNITS", *DATES, "--level", "x"), 2, "--level is for studies"),
        (
            ("UNITS", "UNITS", *FILES[:-1], "2021-07-01,2021-06-30"),
            3,
            "dates the wrong way round: before is of 2021-07-01",
        ),
        (("UNITS", "UNITS", *FILES, "--by", "population"), 3, "needs origins"),
    ],
)
def test_mistakes(
    town: TownStudy, command: Command, arguments: tuple[str, ...], code: int, told: str
) -> None:
    real = {"STUDY": str(town.study), "UNITS": str(UNITS)}
    done = command("reform", "crosswalk", *(real.get(one, one) for one in arguments))
    assert done.code == code, done
    assert done.out == ""
    assert told in " ".join(done.err.split())


def test_a_missing_table_is_named_by_role(town: TownStudy, command: Command) -> None:
    town.borders.unlink()
    done = command("reform", "crosswalk", town.study)
    assert done.code == 3
    assert done.err.startswith("Error: territory_before: ")
