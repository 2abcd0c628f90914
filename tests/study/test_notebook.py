"""What results show of themselves in a notebook: small, escaped, and the figures of the run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geoaccess.scenario.edits import CloseService
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.notebook import shown
from geoaccess.study.pipeline import compute
from geoaccess.study.scenario_run import prepare, run_scenario
from geoaccess.study.schema import read_study
from tests.towns import write_town_study

HOSTILE = "<script>alert('x')</script> & \"{{ 7*7 }}\""


def test_a_result_shows_its_main_figures(tmp_path: Path) -> None:
    town = write_town_study(tmp_path)
    town.edit(town.study, "Grid town", HOSTILE.replace('"', "'"))
    result = compute(read_study(town.study))
    told = result.overview
    assert told.loc["school", "places"] == 2
    # 150 of 200 people drive one block, 20 as well, and 30 drive three.
    assert told.loc["school", "mean_min"] == pytest.approx((170 * 2 + 30 * 6) / 200, abs=1e-4)
    page = result._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert ">school<" in page
    assert len(page) < 5000


def test_a_scenario_shows_what_it_changes(tmp_path: Path) -> None:
    bench = prepare(read_study(write_town_study(tmp_path).study))
    scenario = Scenario(name="one less", edits=(CloseService(ids=("S2",)),))
    result = run_scenario(bench, scenario)
    assert result.overview.loc["school", "people_loss"] == 70
    assert result.overview.loc["pharmacy", "change_min"] == 0
    page = result._repr_html_()
    assert "one less" in page
    assert len(page) < 10_000


def test_long_tables_are_cut_and_say_so() -> None:
    page = shown(pd.DataFrame({"n": range(500)}), HOSTILE, synthetic=True)
    assert "500 rows" in page
    assert page.count("<tr") < 50
    assert "<script" not in page
    assert "(synthetic)" in page


def test_what_nobody_reaches_is_a_dash() -> None:
    page = shown(pd.DataFrame({"p90_min": [float("nan"), 12.34, 5.0]}), "t", synthetic=False)
    for text in ("\N{EN DASH}", "12.3", ">5<"):
        assert text in page
