"""A study that checks norms: its tables, its summary, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geoaccess.errors import InputError
from geoaccess.study.pipeline import compute
from geoaccess.study.result import StudyResult
from geoaccess.study.schema import read_study
from tests.norms.town_norms import ask_norms, write_zone_types
from tests.towns import TownStudy, write_town_study

Asked = Callable[..., StudyResult]


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    return write_town_study(tmp_path / "town")


@pytest.fixture
def asked(town: TownStudy) -> Asked:
    """Run the town with further lines in its [norms] table."""

    def _asked(*more: str) -> StudyResult:
        ask_norms(town, *more)
        return compute(read_study(town.study))

    return _asked


def of_norm(result: StudyResult, norm_id: str) -> dict[str, Any]:
    (told,) = [n for n in result.summary["norms"]["norms"] if n["norm_id"] == norm_id]
    return dict(told)


def verdicts(result: StudyResult, norm_id: str) -> dict[str, str]:
    rows = result.tables["norms"]
    rows = rows[rows["norm_id"] == norm_id]
    return dict(zip(rows["id"], rows["verdict"], strict=True))


def test_a_study_without_norms_has_no_tables_of_them(town: TownStudy) -> None:
    result = compute(read_study(town.study))
    assert "norms" not in result.summary
    assert not {"norms", "norms_zones"} & set(result.tables)


def test_the_town_as_worked_by_hand(asked: Asked) -> None:
    result = asked()
    assert verdicts(result, "t-school") == {"V1": "pass", "V2": "pass", "V3": "fail", "V4": "pass"}
    rows = result.tables["norms"].set_index(["norm_id", "id"])
    assert rows.loc[("t-school", "V3"), "gap_min"] == pytest.approx(2.0, abs=1e-3)
    told = of_norm(result, "t-school")
    assert (told["people"], told["people_within"], told["share_within"]) == (200, 170, 0.85)
    assert told["verdict"] == "pass"
    assert told["source"]["citation"] == "Council"
    zones = result.tables["norms_zones"].set_index(["norm_id", "territory", "zone_id"])
    # Of 130 people in the west 100 have it, and 104 should; so one of three zones fails.
    assert zones.loc[("t-school", "before", "01"), "verdict"] == "fail"
    assert zones.loc[("t-school", "before", "02"), "verdict"] == "pass"
    assert zones.loc[("t-school", "after", "1"), "verdict"] == "pass"
    assert zones.loc[("t-school", "before", "01"), "zone_name"] == "West"
    assert zones.loc[("t-school", "before", "01"), "date"] == "2021-06-30"
    assert told["zones_failing"] == {"before": 1}


def test_the_day_is_that_of_the_borders_after_unless_told(asked: Asked) -> None:
    assert asked().summary["norms"]["date"] == "2021-07-01"


def test_another_vehicle_is_not_modelled_unless_it_is_routed(asked: Asked) -> None:
    told = of_norm(asked(), "t-rescue")
    assert (told["verdict"], told["reason"]) == ("not_modelled", "other_profile")
    assert "route the norm's own" in told["hint"]
    assert told["people"] is None


def test_the_vehicle_of_a_norm_is_routed_from_the_service(asked: Asked) -> None:
    result = asked("route_profiles = true")
    rows = result.tables["norms"].set_index(["norm_id", "id"])["value"]
    for settlement, minutes in {"V1": 7, "V2": 16 / 3, "V3": 7, "V4": 16 / 3}.items():
        assert rows["t-rescue", settlement] == pytest.approx(minutes, abs=2e-3)
    told = of_norm(result, "t-rescue")
    assert (told["people_within"], told["people_beyond"], told["verdict"]) == (70, 130, "fail")
    # The times of the study itself are still those of its own vehicle.
    assert rows["t-school", "V1"] == pytest.approx(2.0, abs=1e-3)


def test_a_profile_may_stand_for_that_of_a_norm(asked: Asked, town: TownStudy) -> None:
    slow = 'extends = "ambulance"\nname = "old_ambulance"\nturnout_min = 6\n'
    (town.folder / "old.toml").write_text(slow, "utf-8")
    result = asked("route_profiles = true", 'profiles = { ambulance = "old.toml" }')
    told = of_norm(result, "t-rescue")
    assert (told["profile"], told["people_within"]) == ("old_ambulance", 0)


def test_the_study_s_own_vehicle_may_be_said_to_stand_for_a_norm_s(
    asked: Asked, town: TownStudy
) -> None:
    town.edit(town.study, 'path = "roads.osm"', 'path = "roads.osm"\nprofile = "car_winter"')
    told = of_norm(asked('profiles = { car = "car_winter" }'), "t-school")
    assert (told["profile"], told["verdict"]) == ("car_winter", "pass")


def test_zone_types_from_a_column(asked: Asked, town: TownStudy) -> None:
    text = town.settlements.read_text("utf-8").splitlines()
    kinds = ["what", "city", "city", "farm", ""]
    both = [f"{line},{kind}" for line, kind in zip(text, kinds, strict=True)]
    town.settlements.write_text("\n".join(both) + "\n", "utf-8")
    result = asked('zone_type = "what"', 'zone_type_words = { city = "town", farm = "rural" }')
    # Bērzi is 4 minutes from the pharmacy, Alka 6; of Dižķūri nobody knows what it is.
    assert verdicts(result, "t-plan") == {"V1": "fail", "V2": "pass", "V4": "not_modelled"}


@pytest.mark.parametrize(
    "table",
    [
        "id,zone_type\nV1,town\nV2,town\nV3,rural\nV4,rural\n",
        "zone_before,zone_type\n01,town\n02,rural\n",
    ],
)
def test_zone_types_from_a_table(asked: Asked, town: TownStudy, table: str) -> None:
    write_zone_types(town, table)
    result = asked('zone_type_table = "types.csv"')
    expected = (
        {"V1": "fail", "V2": "pass"} if table.startswith("id") else {"V1": "fail", "V3": "fail"}
    )
    assert verdicts(result, "t-plan") == expected
    assert result.manifest["inputs"]["zone_types"]["file"] == "types.csv"
    assert result.manifest["inputs"]["norms_1"]["file"] == "norms.toml"


def test_without_zone_types_such_norms_say_so(asked: Asked) -> None:
    told = of_norm(asked(), "t-plan")
    assert (told["verdict"], told["reason"]) == ("not_modelled", "zone_type_unknown")


def test_only_some_norms(asked: Asked) -> None:
    result = asked('only = ["t-plan"]')
    assert [norm["norm_id"] for norm in result.summary["norms"]["norms"]] == ["t-plan"]


def test_a_bundled_pack_by_its_name(town: TownStudy) -> None:
    with town.study.open("a", encoding="utf-8") as study:
        study.write('\n[norms]\npacks = ["latvia"]\ndate = 2024-09-01\n')
    result = compute(read_study(town.study))
    assert of_norm(result, "lv-plan-pharmacy")["verdict"] == "pass"
    assert of_norm(result, "lv-school-1-6")["reason"] == "group_unknown"


def test_the_force_of_a_norm_is_the_same_everywhere(asked: Asked) -> None:
    result = asked("route_profiles = true")
    force = {"t-school": "guidance", "t-rescue": "law", "t-plan": "planning_assumption"}
    for table in ("norms", "norms_zones"):
        rows = result.tables[table]
        assert set(zip(rows["norm_id"], rows["status"], strict=True)) <= set(force.items())
    told = {norm["norm_id"]: norm["status"] for norm in result.summary["norms"]["norms"]}
    assert told == force
    statuses = result.summary["norms"]["statuses"]
    assert "law" not in statuses["planning_assumption"].split()


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown key": (("pack = 1",), "unknown key norms.pack; did you mean 'packs'?"),
    "unknown norm": (('only = ["t-scool"]',), "norms.only: unknown 't-scool'; did you mean"),
    "unknown service of a norm": (
        ('services = { scool = "school" }',),
        "norms.services: unknown 'scool'; did you mean 'school'?",
    ),
    "service not in the study": (
        ('services = { school = "library" }',),
        "norms.services: unknown 'library'; known: pharmacy, school",
    ),
    "unknown group": (
        ('groups = { all = "age_7_15" }',),
        "norms.groups: unknown 'age_7_15'",
    ),
    "unknown profile of a norm": (
        ('profiles = { bike = "car" }',),
        "norms.profiles: unknown 'bike'",
    ),
    "unknown profile": (('profiles = { car = "cra" }',), "unknown profile 'cra'; did you mean"),
    "no such day": (('date = "2021-02-30"',), "norms.date must be a day"),
    "two ways to zone types": (
        ('zone_type = "a"', 'zone_type_table = "b.csv"'),
        "must not stand together; leave one out",
    ),
    "no such column": (('zone_type = "knd"',), "has no column 'knd'"),
    "no such table": (('zone_type_table = "x.csv"',), "zone_types: "),
}


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_in_one_line(asked: Asked, case: tuple[tuple[str, ...], str]) -> None:
    lines, told = case
    with pytest.raises(InputError) as error:
        asked(*lines)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_no_pack_and_no_day(town: TownStudy) -> None:
    ask_norms(town)
    (town.folder / "norms.toml").unlink()
    with pytest.raises(InputError, match=r"norms_1: .* does not exist"):
        compute(read_study(town.study))
    text = town.study.read_text("utf-8").replace("norms.toml", "latvja").replace(".before", ".x")
    text = text[: text.index("[territory.x]")] + text[text.index("[norms]") :]
    town.study.write_text(text, "utf-8")
    with pytest.raises(InputError, match="unknown norm pack 'latvja'; did you mean 'latvia'"):
        compute(read_study(town.study))
    town.study.write_text(text.replace("latvja", "latvia"), "utf-8")
    with pytest.raises(InputError, match=r"norms\.date is missing"):
        compute(read_study(town.study))


def test_two_profiles_of_one_name_are_refused(asked: Asked, town: TownStudy) -> None:
    own = 'extends = "car"\nname = "car"\nturnout_min = 1\n'
    (town.folder / "car.toml").write_text(own, "utf-8")
    with pytest.raises(InputError, match="are both named 'car'"):
        asked('profiles = { car = "car.toml" }')


BAD_TABLES = {
    "no columns": ("a,b\n1,2\n", "must have zone_type and one of id, zone_before, zone_after"),
    "twice": ("id,zone_type\nV1,town\nV1,rural\n", "duplicate id V1"),
    "unknown word": ("id,zone_type\nV1,twon\n", "zone type 'twon' is explained by no pack; did"),
    "of another country": ("id,zone_type\nX1,town\n", "no id of it is in the study"),
    "empty": ("", "is empty"),
    "ragged": ("id,zone_type\nV1,town,3\nV2,town,3,4\n", "cannot be read"),
}


@pytest.mark.parametrize("case", BAD_TABLES.values(), ids=BAD_TABLES)
def test_a_bad_table_of_zone_types_is_refused(
    asked: Asked, town: TownStudy, case: tuple[str, str]
) -> None:
    text, told = case
    write_zone_types(town, text)
    with pytest.raises(InputError) as error:
        asked('zone_type_table = "types.csv"')
    assert told in str(error.value)


def test_norms_of_places_that_nothing_reaches(asked: Asked, town: TownStudy) -> None:
    with town.settlements.open("a", encoding="utf-8") as table:
        table.write("V5,Tālava,24.02,57.1,7\n")
    result = asked()
    rows = result.tables["norms"].set_index(["norm_id", "id"])
    assert rows.loc[("t-school", "V5"), "verdict"] == "unreached"
    assert rows.loc[("t-school", "V5"), "reason"] in {"too_far_from_road", "outside_extract"}
    assert pd.isna(rows.loc[("t-school", "V5"), "value"])
    assert of_norm(result, "t-school")["people_unreached"] == 7
