from __future__ import annotations

import io
import json

import pandas as pd

from tests.cli.conftest import Command
from tests.towns import TownStudy

COLUMNS = ["id", "service", "measure", "group", "value", "unit"]


def with_measures(town: TownStudy) -> TownStudy:
    more = '\n[[measures]]\nkind = "cumulative"\ncutoff_min = 5\n'
    town.study.write_text(town.study.read_text("utf-8") + more, "utf-8")
    return town


def test_a_study_and_its_results_print_the_same(command: Command, town: TownStudy) -> None:
    with_measures(town)
    out = town.folder / "out"
    computed = command("access", town.study, "--format", "csv", "-q")
    assert computed.code == 0, computed
    assert not out.exists()
    assert command("run", town.study, "-o", out, "-q").code == 0
    read = command("access", out, "--format", "csv")
    assert read.out == computed.out
    table = pd.read_csv(io.StringIO(read.out))
    assert list(table.columns) == COLUMNS
    assert set(table["measure"]) == {"nearest", "cumulative"}
    assert len(table) == 4 * 2 * 2


def test_services_and_measures_are_chosen(command: Command, town: TownStudy) -> None:
    told = command(
        "access", with_measures(town).study, "--service", "school", "--measure", "cumulative",
        "--format", "json", "-q",
    )  # fmt: skip
    rows = json.loads(told.out)
    assert [row["value"] for row in rows] == [1, 2, 0, 1]
    assert {row["service"] for row in rows} == {"school"}


def test_unreached_is_null_and_a_table_is_for_reading(command: Command, town: TownStudy) -> None:
    town.edit(town.study, "cutoff_min = 60", "cutoff_min = 5")
    told = command("access", town.study, "--service", "school", "--format", "json", "-q")
    assert [row["value"] is None for row in json.loads(told.out)] == [False, False, True, False]
    plain = command("access", town.study, "-q").out.splitlines()
    assert plain[0].split() == COLUMNS
    assert len(plain) == 1 + 4 * 2


def test_what_is_not_there_is_named(command: Command, town: TownStudy) -> None:
    outcome = command("access", town.study, "--service", "scool", "-q")
    assert outcome.code == 3
    assert "no service 'scool' in these results; did you mean 'school'?" in outcome.err
    outcome = command("access", town.study, "--measure", "nearst", "-q")
    assert "did you mean 'nearest'?" in outcome.err
    (town.folder / "empty").mkdir()
    outcome = command("access", town.folder / "empty")
    assert outcome.code == 3
    assert "access.csv does not exist; check the path" in outcome.err
    assert outcome.out == ""


def test_a_spoilt_table_is_refused(command: Command, town: TownStudy) -> None:
    out = town.folder / "out"
    assert command("run", town.study, "-o", out, "-q").code == 0
    table = out / "access.csv"
    sound = table.read_text("utf-8")
    table.write_text(sound.replace("nearest_min", "minutes"), "utf-8")
    assert "has no column nearest_min; give a folder" in command("access", out).err
    table.write_text(sound.replace(",school,", ",school,about ", 1), "utf-8")
    assert "nearest_min is not a number in row 1;" in command("access", out).err
