"""Every kind of edit from a study file, by hand in the grid town."""

from __future__ import annotations

import pandas as pd
import pytest

import geoaccess as ga
from geoaccess.scenario.edits import (
    ChangeCapacity,
    ChangeSpeed,
    CloseRoads,
    CloseService,
    Edit,
    MergeServices,
    MovePeople,
    MoveService,
    PeopleOfYear,
    ScalePeople,
    UseBorders,
)
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.scenario_run import Bench, ScenarioResult, prepare, run_scenario
from geoaccess.study.schema import read_study
from tests.towns import TownStudy, at, write_town_study

PUPILS = {"V1": 10, "V2": 5, "V3": 3, "V4": 2}
CAPACITY = {"S1": 20, "S2": 10, "S3": 4}
WHAT_IF = """
[territory.one]
base = "before"
date = 2030-01-01
edits = [{ merge = ["01", "02"], code = "9", name = "Together" }]
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownStudy:
    town = write_town_study(tmp_path_factory.mktemp("edits"))
    for path, column, told in (
        (town.settlements, "pupils", PUPILS),
        (town.services, "capacity", CAPACITY),
    ):
        head, *rows = path.read_text("utf-8").splitlines()
        more = [f"{head},{column}", *(f"{row},{told[row.split(',')[0]]}" for row in rows)]
        path.write_text("\n".join(more) + "\n", "utf-8")
    town.edit(
        town.study, 'path = "settlements.csv"', 'path = "settlements.csv"\ngroups = ["pupils"]'
    )
    town.study.write_text(town.study.read_text("utf-8") + WHAT_IF, encoding="utf-8")
    (town.folder / "forecast.csv").write_text("zone,year,population\n01,2040,65\n", "utf-8")
    return town


@pytest.fixture(scope="module")
def bench(town: TownStudy) -> Bench:
    return prepare(read_study(town.study))


def ran(bench: Bench, *edits: Edit) -> ScenarioResult:
    return run_scenario(bench, Scenario(name="one", edits=edits))


def people(result: ScenarioResult, column: str = "population") -> dict[str, float]:
    table = result.tables["scenario"]
    told = table[table["service"] == "school"].set_index("name")[column]
    return {str(name): float(value) for name, value in told.items()}


def load(result: ScenarioResult, id_: str, group: str = "all") -> dict[str, float]:
    table = result.tables["loads"]
    (row,) = table[(table["id"] == id_) & (table["group"] == group)].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_half_the_opening_hours_is_half_the_capacity(bench: Bench) -> None:
    told = load(ran(bench, ChangeCapacity(ids=("S2",), opening_hours_share=0.5)), "S2")
    assert (told["capacity_before"], told["capacity"]) == (10, 5)
    assert (told["load_before"], told["load"]) == (7, 14)
    factor = load(ran(bench, ChangeCapacity(ids=("S2",), factor=3)), "S2")
    assert factor["capacity"] == 30
    number = ran(bench, ChangeCapacity(ids=("S2",), capacity=7))
    assert load(number, "S2")["capacity"] == 7
    assert set(number.tables["scenario"]["verdict"]) == {"unchanged"}


def test_a_merger_sends_pupils_and_capacity_on(bench: Bench) -> None:
    result = ran(bench, MergeServices(ids=("S2",), into="S1"))
    assert load(result, "S1", "pupils")["people"] == sum(PUPILS.values())
    assert load(result, "S1")["capacity"] == 30
    moved = result.tables["reassignment"]
    pupils = moved[(moved["group"] == "pupils") & (moved["service"] == "school")].iloc[0]
    assert (pupils["from_id"], pupils["to_id"], pupils["people"]) == ("S2", "S1", 7)
    # Five pupils of Bērzi drive two minutes more, two of Dižķūri six.
    assert pupils["added_min_mean"] == pytest.approx((5 * 2 + 2 * 6) / 7, abs=0.01)
    assert pupils["added_min_max"] == pytest.approx(6, abs=0.01)


def test_a_school_moves_and_back(bench: Bench) -> None:
    lon, lat = at(0, 2)
    moved = ran(bench, MoveService(id="S1", lon=lon, lat=lat))
    assert people(moved, "after_min")["Ciemupe"] == pytest.approx(0, abs=0.01)
    assert people(moved, "after_min")["Alka"] == pytest.approx(4, abs=0.01)
    assert moved.summary["reused"] == ["pharmacy"]
    lon, lat = at(1, 0)
    back = ran(bench, MoveService(id="S1", lon=lon, lat=lat))
    assert set(back.tables["scenario"]["change_min"]) == {0.0}


def test_people_of_a_group_in_a_zone(bench: Bench) -> None:
    """Twice the pupils of the old West: Alka 10 more, Ciemupe 3 more, and everybody with them."""
    edit = ScalePeople(factor=2, group="pupils", zones=("01",), borders="before")
    result = ran(bench, edit)
    told = {"Alka": 110, "Bērzi": 50, "Ciemupe": 33, "Dižķūri": 20}
    assert people(result) == told
    assert load(result, "S1", "pupils")["people"] == 2 * (10 + 3)
    assert result.summary["computed"] == []


def test_people_of_a_table_of_forecasts(bench: Bench) -> None:
    """The old West halves, each settlement and group alike; the table tells nothing of East."""
    edit = PeopleOfYear(table="forecast.csv", year=2040, borders="before")
    result = ran(bench, edit)
    assert people(result) == {"Alka": 50, "Bērzi": 50, "Ciemupe": 15, "Dižķūri": 20}
    assert load(result, "S1", "pupils")["people"] == pytest.approx(6.5)


def test_people_who_move_take_their_children(bench: Bench) -> None:
    result = ran(bench, MovePeople(ids=("V1",), into="V2", share=0.5))
    assert people(result) == {"Alka": 50, "Bērzi": 100, "Ciemupe": 30, "Dižķūri": 20}
    assert load(result, "S2", "pupils")["people"] == 5 + 5 + 2


def test_borders_that_might_be(bench: Bench) -> None:
    zones = ran(bench, UseBorders(borders="one")).tables["scenario_zones"]
    after = zones[(zones["territory"] == "after") & (zones["group"] == "all")]
    assert set(after["zone_name"]) == {"Together"}
    assert set(after["people"]) == {200.0}


def test_roads_by_way_by_polygon_and_by_file(bench: Bench, town: TownStudy) -> None:
    """The middle street of three, in each of the ways to say so."""
    ring = (at(-0.5, 0.8), at(3.5, 0.8), at(3.5, 1.2), at(-0.5, 1.2))
    shape = {"type": "Polygon", "coordinates": [[list(one) for one in (*ring, ring[0])]]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    text = str({"type": "FeatureCollection", "features": [feature]}).replace("'", '"')
    (town.folder / "street.geojson").write_text(text, "utf-8")
    closed = [
        ran(bench, edit).tables["scenario"]
        for edit in (
            CloseRoads(ways=(11,)),
            CloseRoads(polygon=ring),
            CloseRoads(area="street.geojson"),
            CloseRoads(classes=("residential",), polygon=ring),
        )
    ]
    for other in closed[1:]:
        pd.testing.assert_frame_equal(closed[0], other)
    slow = ran(bench, ChangeSpeed(polygon=ring, classes=("residential",), factor=0.5))
    assert slow.edited.roads == "times"


def test_a_scenario_of_a_scenario(town: TownStudy) -> None:
    first = Scenario(name="one", edits=(CloseService(ids=("S2",)),))
    second = Scenario(name="two", extends="one", edits=(ScalePeople(factor=2),))
    study = read_study(town.study).model_copy(update={"scenario": [first, second]})
    one, two = ga.run_scenarios(study)
    assert people(two, "after_min") == people(one, "after_min")
    assert sum(people(two).values()) == 400
    assert [told["do"] for told in two.summary["edits"]] == ["close_service", "scale_people"]


def test_intervals_of_a_difference_are_paired(bench: Bench) -> None:
    """The same draws on both sides: nothing changes, and no draw differs."""
    same = ran(bench).tables["scenario_equity"]
    assert (same[["difference", "ci_low", "ci_high"]] == 0).all(axis=None)
    told = ran(bench, CloseService(ids=("S2",))).tables["scenario_equity"]
    school = told[told["service"] == "school"]
    assert (school["ci_low"] <= school["difference"]).all()
    assert (school["difference"] <= school["ci_high"]).all()
    assert (school["ci_low"] < school["ci_high"]).all()
