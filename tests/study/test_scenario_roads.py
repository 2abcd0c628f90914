"""New roads, ferries and seasons in the scenarios of a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoaccess.io.profile import read_profile
from geoaccess.scenario.edits import CloseRoads, Edit, NewRoad, UseProfile
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.scenario_run import Bench, ScenarioResult, prepare, run_scenario
from geoaccess.study.schema import read_study
from tests.towns import at, write_town_study


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return prepare(read_study(write_town_study(tmp_path).study))


def ran(bench: Bench, *edits: Edit) -> ScenarioResult:
    return run_scenario(bench, Scenario(name="one", edits=edits))


def minutes(result: ScenarioResult, name: str, service: str = "school") -> float:
    table = result.tables["scenario"].set_index(["name", "service"])
    return float(table.loc[(name, service), "after_min"])


def test_a_road_of_a_class_is_as_fast_as_the_vehicle_there(bench: Bench) -> None:
    line = (at(0, 2), at(3, 1))
    speed = read_profile("car").speed_kmh["primary"]
    by_class = ran(bench, NewRoad(line=line, road_class="primary"))
    by_speed = ran(bench, NewRoad(line=line, speed_kmh=speed))
    assert minutes(by_class, "Ciemupe") == minutes(by_speed, "Ciemupe") < 6.0
    walked = ran(bench, UseProfile(profile="walk"), NewRoad(line=line, road_class="primary"))
    assert minutes(walked, "Ciemupe") > minutes(by_class, "Ciemupe")


def test_a_ferry_reopened(bench: Bench) -> None:
    """A minute of boarding, one of sailing and one block to school B; six minutes by road."""
    ferry = NewRoad(line=(at(0, 2), at(3, 2)), minutes=1, boarding_min=1)
    assert minutes(ran(bench, ferry), "Ciemupe") == pytest.approx(1 + 1 + 2, abs=0.01)
    back = ferry.model_copy(update={"one_way": True, "line": ferry.line[::-1]})
    assert minutes(ran(bench, back), "Ciemupe") == pytest.approx(6, abs=0.01)


def test_a_closed_road_takes_no_places(bench: Bench) -> None:
    """Bērzi lies where the lowest street ends; with it closed the street north still does."""
    closed = ran(bench, CloseRoads(ways=(10,)))
    assert 10 not in closed.pair.after.origin_snap.way
    assert minutes(closed, "Bērzi") == pytest.approx(2, abs=0.01)


def test_roads_of_a_season_are_read_once_and_kept_when_asked(tmp_path: Path) -> None:
    town = write_town_study(tmp_path)
    bench = prepare(read_study(town.study))
    first = ran(bench, UseProfile(profile="walk")).edited.router.network
    assert ran(bench, UseProfile(profile="walk")).edited.router.network is first
    assert not (tmp_path / ".geoaccess-cache").exists()
    bench.keep_roads()
    assert len(list((tmp_path / ".geoaccess-cache").glob("*.network"))) == 2
