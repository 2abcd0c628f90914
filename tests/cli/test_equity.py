from __future__ import annotations

import json

import pandas as pd
import pytest

from geoaccess.study.result import EQUITY_COLUMNS
from tests.cli.conftest import Command
from tests.towns import TownStudy


@pytest.fixture
def out(town: TownStudy, command: Command) -> str:
    assert command("run", "-q", town.study, "-o", town.folder / "out").code == 0
    return str(town.folder / "out")


def test_a_folder_of_results_is_printed_in_every_form(out: str, command: Command) -> None:
    table = command("equity", out, "--service", "school", "--index", "gini")
    assert table.code == 0
    assert table.out.split()[: len(EQUITY_COLUMNS)] == list(EQUITY_COLUMNS)
    assert "nan" not in table.out.lower()
    assert table.err.startswith("rule: minutes, a burden")
    csv = command("equity", "-q", out, "--format", "csv")
    with open(f"{out}/equity.csv", encoding="utf-8") as written:  # noqa: PTH123 - a name of text
        assert csv.out == written.read()
    assert csv.err == ""
    rows = json.loads(command("equity", "-q", out, "--format", "json").out)
    assert list(rows[0]) == list(EQUITY_COLUMNS)
    assert len(rows) == len(pd.read_csv(f"{out}/equity.csv"))


def test_a_study_is_run_and_nothing_is_written(town: TownStudy, command: Command) -> None:
    before = sorted(town.folder.rglob("*.csv"))
    outcome = command("equity", town.study, "--index", "theil_t", "--format", "csv")
    assert outcome.code == 0
    assert set(pd.Series(outcome.out.splitlines()[1:]).str.split(",").str[6]) == {"theil_t"}
    assert sorted(town.folder.rglob("*.csv")) == before


def test_what_is_not_there_is_told(town: TownStudy, out: str, command: Command) -> None:
    outcome = command("equity", out, "--service", "skool")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == ("Error: no service 'skool' in these results; did you mean 'school'?\n")
    assert command("equity", out, "--index", "ginny").code == 3
    missing = command("equity", town.folder / "nowhere.toml")
    assert missing.code == 3
    assert "nowhere.toml" in missing.err
    empty = town.folder / "empty"
    empty.mkdir()
    told = command("equity", empty)
    assert told.code == 3
    assert "summary.json" in told.err
