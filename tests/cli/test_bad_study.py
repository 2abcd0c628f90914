"""A study file with a mistake gets one line that names it, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.towns import TownStudy

Rejected = Callable[[], str]

MISTAKES = {
    "unknown key in study": ("title", "titel", "unknown key study.titel; did you mean 'title'?"),
    "unknown key in roads": (
        '"roads.osm"',
        '"roads.osm"\nprofle = "car"',
        "unknown key roads.profle; did you mean 'profile'?",
    ),
    "unknown key in settlements": (
        '"settlements.csv"',
        '"settlements.csv"\npopulaton = "people"',
        "unknown key settlements.populaton; did you mean 'population'?",
    ),
    "unknown key in services": (
        "kinds",
        "kind",
        "unknown key services #1.kind; did you mean 'kinds'?",
    ),
    "unknown key in territory": (
        'code = "old"',
        'cod = "old"',
        "unknown key territory.before.cod; did you mean 'code'?",
    ),
    "unknown territory": (
        "[territory.before]",
        "[territory.befor]",
        "unknown key territory.befor; did you mean 'before'?",
    ),
    "unknown table": ("[roads]", "[road]", "unknown key road; did you mean 'roads'?"),
    "internal key": ("[study]", 'folder = "/"\n[study]', "unknown key folder; remove it"),
    "missing title": ('title = "Grid town"\n', "", "study.title is missing; add it"),
    "missing table": ('[roads]\npath = "roads.osm"\n', "", "roads is missing; add it"),
    "cutoff 0": ("= 60", "= 0", "study.cutoff_min must be above 0, but is 0"),
    "cutoff negative": ("= 60", "= -5", "study.cutoff_min must be above 0, but is -5"),
    "cutoff text": ("= 60", '= "abc"', "study.cutoff_min must be a number, but is 'abc'"),
    "cutoff quoted": ("= 60", '= "60"', "study.cutoff_min must be a number, but is '60'"),
    "cutoff boolean": ("= 60", "= true", "study.cutoff_min must be a number, but is true"),
    "cutoff infinite": ("= 60", "= inf", "study.cutoff_min must be a finite number"),
    "cutoff not a number": ("= 60", "= nan", "study.cutoff_min must be a finite number"),
    "cutoff of years": ("= 60", "= 9e9", "study.cutoff_min must be at most 1440"),
    "snap 0": ("= 60", "= 60\nmax_snap_m = 0", "study.max_snap_m must be above 0"),
    "word for a truth": (
        "= 60",
        '= 60\nsynthetic = "maybe"',
        "study.synthetic must be true or false, but is 'maybe'",
    ),
    "text for a list": ("= 60", '= 60\nsources = "me"', "study.sources must be a list in [ ]"),
    "kind not in a list": (
        '["school", "pharmacy"]',
        '"school"',
        "services #1.kinds must be a list in [ ], but is 'school'",
    ),
    "kind a number": ('"pharmacy"', "5", "services #1.kinds #2 must be text in quotes, but is 5"),
    "no kinds": ('["school", "pharmacy"]', "[]", "services #1.kinds must not be empty"),
    "single brackets": (
        "[[services]]",
        "[services]",
        "services must have double brackets, [[services]]",
    ),
    "double brackets": (
        "[territory.before]",
        "[[territory.before]]",
        "territory.before must be one table, [territory.before]",
    ),
    "empty path": ('"roads.osm"', '""', "roads.path must not be empty"),
    "date the Latvian way": (
        "2021-06-30",
        '"30.06.2021"',
        "territory.before.date must be a day such as 2021-06-30, but is '30.06.2021'",
    ),
    "day that is none": (
        '"2021-07-01"',
        '"2021-13-45"',
        "territory.after.date must be a day such as 2021-06-30, but is '2021-13-45'",
    ),
    "TOML day that is none": ("2021-06-30", "2021-02-31", "not TOML: Invalid date"),
    "date with hours": ("2021-06-30", "2021-06-30T10:00:00", "must be a day such as 2021-06-30"),
    "admin_level": (
        'code = "old"',
        "admin_level = 99",
        "territory.before.admin_level must be at most 12, but is 99",
    ),
    "open bracket": ("[study]", "[study", "not TOML: Expected ']'"),
    "no equals sign": ("title = ", "title ", "not TOML: Expected '='"),
    "table twice": ("[roads]", "[study]", "not TOML: Cannot declare ('study',) twice"),
}


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_named(
    town: TownStudy, rejected: Rejected, old: str, new: str, told: str
) -> None:
    town.edit(town.study, old, new)
    line = rejected()
    assert f"{town.study}: " in line
    assert told in line


def test_missing_study(town: TownStudy, rejected: Rejected) -> None:
    town.study.unlink()
    assert rejected() == f"Error: study file {town.study} does not exist; check the path"


def test_folder_for_a_study(town: TownStudy, rejected: Rejected) -> None:
    town.study.unlink()
    town.study.mkdir()
    assert "is a folder; give a file" in rejected()


def test_empty_study(town: TownStudy, rejected: Rejected) -> None:
    town.study.write_text("")
    assert "study.toml is empty" in rejected()


def test_utf16_study(town: TownStudy, rejected: Rejected) -> None:
    town.study.write_text(town.study.read_text("utf-8"), "utf-16")
    assert "study.toml is not UTF-8 text; save it as UTF-8" in rejected()


def test_study_with_byte_order_mark_runs(town: TownStudy, command: Command) -> None:
    town.study.write_text(town.study.read_text("utf-8"), "utf-8-sig")
    assert command("validate", town.study).code == 0


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("cra", "unknown profile 'cra'; did you mean 'car'? or give the path of a .toml file"),
        ("mine.toml", "mine.toml does not exist; check the path"),
    ],
)
def test_unknown_profile(town: TownStudy, rejected: Rejected, profile: str, told: str) -> None:
    town.edit(town.study, '"roads.osm"', f'"roads.osm"\nprofile = "{profile}"')
    assert told in rejected()


def test_profile_beside_the_study_is_checked(town: TownStudy, rejected: Rejected) -> None:
    (town.folder / "cart.toml").write_text('name = "cart"\n[speed_kmh]\ntrack = -8\n')
    town.edit(town.study, '"roads.osm"', '"roads.osm"\nprofile = "cart.toml"')
    assert "cart.toml: speed_kmh.track must be above 0, but is -8" in rejected()


def test_unknown_bundled_file(town: TownStudy, rejected: Rejected) -> None:
    town.edit(town.study, '"roads.osm"', '"bundled:roads/nowhere.osm.pbf"')
    assert "no bundled file roads/nowhere.osm.pbf; check its name" in rejected()


def test_kind_named_twice_counts_once(town: TownStudy, command: Command) -> None:
    town.edit(town.study, '["school", "pharmacy"]', '["school", "school"]')
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == 0
    assert len((town.folder / "out" / "access.csv").read_text("utf-8").splitlines()) == 1 + 4


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda out: out.write_text("precious"), id="a file"),
        pytest.param(
            lambda out: (out.mkdir(), (out / "thesis.docx").write_text("precious")),
            id="a folder of other things",
        ),
    ],
)
def test_output_in_the_way_is_left_alone(
    town: TownStudy, rejected: Rejected, spoil: Callable[[Path], object]
) -> None:
    out = town.folder / "out"
    spoil(out)
    line = rejected()
    assert str(out) in line
    held = out if out.is_file() else out / "thesis.docx"
    assert held.read_text() == "precious"
