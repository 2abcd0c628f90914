"""Norms before and after a scenario, under the study's packs and under others."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geoaccess.scenario.edits import ChangeSpeed, CloseService, Edit, UseNorms, UseProfile
from geoaccess.scenario.scenario import EditError, Scenario
from geoaccess.study.pipeline import compute
from geoaccess.study.scenario_run import ScenarioResult, prepare, run_scenario
from geoaccess.study.schema import read_study
from tests.towns import TownStudy, write_town_study

HEAD = '[pack]\ntitle = "{name}"\ncountry = ""\nchecked = 2026-11-21\n'
NORM = """
[[norm]]
id = "{id}"
title = {{ en = "In {threshold} minutes" }}
service = "{service}"
aspect = "{aspect}"
threshold = {threshold}
unit = "min"
profile = "{profile}"
direction = "{direction}"
status = "planning_assumption"
[norm.source]
citation = "We"
where = "here"
grade = "A"
"""


def write_pack(path: Path, *norms: dict[str, object]) -> None:
    usual = {
        "service": "school",
        "aspect": "drive_time",
        "profile": "car",
        "direction": "to_service",
    }
    texts = [NORM.format(**{**usual, **norm}) for norm in norms]
    path.write_text(HEAD.format(name=path.stem) + "".join(texts), encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    """Give the town a norm of 3 minutes to school, and one for the ambulance of the pharmacy."""
    town = write_town_study(tmp_path)
    ambulance = {
        "id": "call",
        "service": "pharmacy",
        "aspect": "response_time",
        "threshold": 9,
        "profile": "ambulance",
        "direction": "from_service",
    }
    write_pack(town.folder / "strict.toml", {"id": "school", "threshold": 3}, ambulance)
    write_pack(town.folder / "mild.toml", {"id": "school", "threshold": 7})
    write_pack(town.folder / "other.toml", {"id": "other", "threshold": 7})
    norms = '\n[norms]\npacks = ["strict.toml"]\nroute_profiles = true\n'
    town.study.write_text(town.study.read_text("utf-8") + norms, encoding="utf-8")
    return town


def ran(town: TownStudy, *edits: Edit) -> ScenarioResult:
    return run_scenario(prepare(read_study(town.study)), Scenario(name="one", edits=edits))


def row(
    result: ScenarioResult, norm: str, territory: str = "all", zone: str = ""
) -> dict[str, object]:
    for told in result.tables["scenario_norms"].to_dict("records"):
        if (told["norm_id"], told["territory"], told["zone_id"]) == (norm, territory, zone):
            return {str(name): value for name, value in told.items()}
    raise KeyError(norm)


def test_another_pack_by_hand(town: TownStudy) -> None:
    """Without school B, Bērzi drives 4 minutes, Ciemupe 6 as before, and Dižķūri 8."""
    result = ran(town, UseNorms(packs=("mild.toml",)), CloseService(ids=("S2",)))
    told = row(result, "school")
    assert told["asked"] == "both"
    assert (told["threshold_before"], told["threshold"]) == (3, 7)
    assert (told["people_within_before"], told["people_within"]) == (170, 180)
    assert (told["people_newly_within"], told["people_newly_beyond"]) == (30, 20)
    assert (told["verdict_before"], told["verdict"]) == ("fail", "fail")
    assert row(result, "school", "before", "02")["people_newly_beyond"] == 20
    assert row(result, "school", "before", "01")["people_newly_within"] == 30
    crossings = result.tables["norm_crossings"].set_index("name")
    assert crossings["verdict"].to_dict() == {"Ciemupe": "pass", "Dižķūri": "fail"}
    assert crossings["value"].round(1).to_dict() == {"Ciemupe": 6.0, "Dižķūri": 8.0}
    # The pack of the study is asked no more, but still tells what would have become of it.
    assert row(result, "call")["asked"] == "before"
    assert [one["norm_id"] for one in result.summary["norms"]] == ["school", "call"]


def test_norms_that_only_the_other_pack_has(town: TownStudy) -> None:
    result = ran(town, UseNorms(packs=("other.toml",)))
    assert row(result, "other")["asked"] == "after"
    assert row(result, "school")["asked"] == "before"
    assert row(result, "other")["people_within_before"] == 200
    assert result.summary["computed"] == []
    assert result.tables["norm_crossings"].empty


def test_no_edit_tells_what_a_run_tells(town: TownStudy) -> None:
    told = ran(town).tables["scenario_norms"]
    whole = compute(read_study(town.study)).tables["norms_zones"]
    keys = ["norm_id", "territory", "zone_id"]
    for name in ("people", "people_within", "share_within", "verdict"):
        expected = whole.set_index(keys)[name].to_dict()
        assert told.set_index(keys)[name].to_dict() == expected
        assert told.set_index(keys)[f"{name}_before"].to_dict() == expected


def test_after_equals_a_run_of_what_stands_then(town: TownStudy) -> None:
    told = ran(town, CloseService(ids=("S2",))).tables["scenario_norms"]
    lines = town.services.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("S2,")]
    town.services.write_text("".join(kept), "utf-8")
    whole = compute(read_study(town.study)).tables["norms_zones"]
    keys = ["norm_id", "territory", "zone_id"]
    for name in ("people_within", "share_within", "verdict"):
        assert told.set_index(keys)[name].to_dict() == whole.set_index(keys)[name].to_dict()


def test_vehicles_of_norms_are_slowed_too(town: TownStudy) -> None:
    """At half the speed the ambulance needs over 9 minutes to the farthest, all of it doubled."""
    before = compute(read_study(town.study)).tables["norms"].set_index(["norm_id", "id"])["value"]
    result = ran(town, ChangeSpeed(factor=0.5))
    crossing = result.tables["norm_crossings"].set_index(["norm_id", "id"])
    assert set(crossing.index.get_level_values(0)) == {"school", "call"}
    turnout = before[("call", "V1")] - 3 * _ambulance_block(before)
    for id_ in crossing.loc["call"].index:
        slow = crossing.loc[("call", id_), "value"]
        assert slow - turnout == pytest.approx(2 * (before[("call", id_)] - turnout), abs=0.01)


def _ambulance_block(before: pd.Series[float]) -> float:
    """Minutes of one block: Alka is three from the pharmacy, Bērzi two."""
    return float(before[("call", "V1")] - before[("call", "V2")])


def test_norms_of_another_season_are_those_of_the_study(town: TownStudy) -> None:
    told = row(ran(town, UseProfile(profile="car_winter")), "school")
    assert told["verdict"] in {"pass", "fail"}
    assert told["people"] == 200


@pytest.mark.parametrize(
    ("edits", "number", "told"),
    [
        ((UseNorms(packs=("none.toml",)),), 1, "none.toml"),
        ((UseNorms(packs=("latvja",)),), 1, "latvja"),
        ((UseNorms(packs=("strict.toml", "mild.toml")),), 1, "school"),
        ((UseNorms(packs=("mild.toml",)), UseNorms(packs=("other.toml",))), 2, "in one edit"),
    ],
)
def test_packs_that_cannot_be_used(
    town: TownStudy, edits: tuple[Edit, ...], number: int, told: str
) -> None:
    with pytest.raises(EditError, match=rf"edit {number} \(use_norms\)") as caught:
        ran(town, *edits)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_study_without_norms_asks_those_of_the_scenario(tmp_path: Path) -> None:
    town = write_town_study(tmp_path)
    write_pack(town.folder / "mild.toml", {"id": "school", "threshold": 7})
    assert "scenario_norms" not in ran(town).tables
    told = row(ran(town, UseNorms(packs=("mild.toml",))), "school")
    assert (told["asked"], told["people_within"], told["verdict"]) == ("after", 200, "pass")
