"""Edits that cannot be made are refused, by number and by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from pydantic import ValidationError

from geoaccess.errors import InputError
from geoaccess.scenario.apply import Ground, Sources, apply_scenario
from geoaccess.scenario.edits import (
    ChangeCapacity,
    ChangeSpeed,
    CloseRoads,
    CloseService,
    Edit,
    MergeServices,
    MovePeople,
    MoveService,
    NewRoad,
    OpenService,
    PeopleOfYear,
    ScalePeople,
    UseBorders,
    UseProfile,
)
from geoaccess.scenario.scenario import EditError, Scenario, with_extended
from geoaccess.scenario.solve import Solved, solve_again

OUT = (0.0, 0.0)
Make = Callable[[Ground], list[Edit]]


def ids(ground: Ground, kind: str) -> list[str]:
    return [str(id_) for id_ in ground.destinations.of_kind(kind).id]


def home(ground: Ground, i: int = 0) -> tuple[float, float]:
    return float(ground.origins.lon[i]), float(ground.origins.lat[i])


def opening(ground: Ground, id_: str) -> OpenService:
    lon, lat = home(ground)
    return OpenService(id=id_, kind="school", lon=lon, lat=lat)


@pytest.mark.parametrize(
    ("make", "number", "told"),
    [
        (lambda _g: [CloseService(ids=("nobody",))], 1, "there is no service 'nobody'"),
        (lambda g: [CloseService(ids=(ids(g, "school")[0],))] * 2, 2, "was edited before"),
        (
            lambda g: [
                CloseService(ids=(ids(g, "school")[0],)),
                MoveService(id=ids(g, "school")[0], lon=20, lat=57),
            ],
            2,
            "was edited before (close_service)",
        ),
        (lambda g: [opening(g, ids(g, "school")[0])], 1, "already; give the new one its own id"),
        (lambda g: [opening(g, "x"), opening(g, "x")], 2, "service 'x' already"),
        (
            lambda g: [MergeServices(ids=(ids(g, "school")[0],), into=ids(g, "pharmacy")[0])],
            1,
            "merge services of one kind",
        ),
        (lambda _g: [CloseRoads(ways=(999_999_999,))], 1, "the roads have no way"),
        (lambda _g: [ChangeSpeed(classes=("motorwey",), factor=2)], 1, "no class 'motorwey'"),
        (lambda _g: [ChangeSpeed(surfaces=("gravle",), factor=2)], 1, "did you mean 'gravel'?"),
        (
            lambda _g: [CloseRoads(polygon=((0, 0), (1, 0), (1, 1)))],
            1,
            "no road is meant",
        ),
        (
            lambda _g: [CloseRoads(polygon=((0, 0), (1, 1), (1, 0), (0, 1)))],
            1,
            "that do not cross",
        ),
        (
            lambda _g: [ChangeSpeed(surfaces=("gravel",), factor=2), ChangeSpeed(factor=0.5)],
            2,
            "edit each road once",
        ),
        (
            lambda g: [NewRoad(line=(home(g), OUT), speed_kmh=50)],
            1,
            "no road to join within 500 m of 0, 0",
        ),
        (lambda _g: [UseProfile(profile="car"), UseProfile(profile="walk")], 2, "choose one"),
        (lambda _g: [ScalePeople(factor=2, group="age_0")], 1, "there is no group 'age_0'"),
        (lambda _g: [ScalePeople(factor=2, zones=("zz",))], 1, "have no zone 'zz'"),
        (lambda _g: [ScalePeople(factor=2, zones=("z",), borders="aftr")], 1, "no borders 'aftr'"),
        (lambda _g: [ScalePeople(factor=2), ScalePeople(factor=3)], 2, "were edited before"),
        (lambda _g: [PeopleOfYear(table="f.csv", year=1999)], 1, "f.csv has no year 1999"),
        (lambda _g: [MovePeople(ids=("nowhere",), into="x")], 1, "no settlement 'nowhere'"),
        (lambda _g: [UseBorders(borders="tomorrow")], 1, "no borders 'tomorrow'"),
    ],
)
def test_bad_edits(ground: Ground, sources: Sources, make: Make, number: int, told: str) -> None:
    scenario = Scenario(name="bad", edits=make(ground))
    with pytest.raises(EditError) as caught:
        apply_scenario(scenario, ground, sources)
    said = str(caught.value)
    assert said.startswith(f"scenario 'bad', edit {number} (")
    assert told in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "table",
    [
        {"do": "open_service", "id": "a"},
        {"do": "close_servce", "ids": ["a"]},
        {"do": "close_service", "ids": []},
        {"do": "close_service", "ids": ["a"], "why": "old"},
        {"do": "close_roads"},
        {"do": "change_speed", "factor": 0},
        {"do": "change_speed", "factor": float("nan")},
        {"do": "new_road", "line": [[24, 57]], "speed_kmh": 50},
        {"do": "new_road", "line": [[24, 57], [25, 57]]},
        {"do": "new_road", "line": [[24, 57], [25, 57]], "speed_kmh": 50, "minutes": 3},
        {"do": "new_road", "line": [[24, 57], [24, 57]], "speed_kmh": 50},
        {"do": "new_road", "line": [[24, 57], [25, 95]], "speed_kmh": 50},
        {"do": "new_road", "line": [[24, 57], [25, 57]], "speed_kmh": 1e-9},
        {"do": "new_road", "line": [[24, 57], [25, 57]], "minutes": 1e12},
        {"do": "new_road", "line": [[24, 57], [25, 57]], "minutes": 1, "road_class": "primary"},
        {"do": "open_service", "id": "a", "kind": "school", "lon": 200, "lat": 57},
        {"do": "scale_people", "factor": 1e308},
        {"do": "change_capacity", "ids": ["a"]},
        {"do": "change_capacity", "ids": ["a"], "factor": 1, "capacity": 2},
        {"do": "scale_people", "factor": -1},
        {"do": "move_people", "ids": ["a"], "into": "b", "share": 2},
    ],
)
def test_tables_that_are_no_edit(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scenario.model_validate({"name": "bad", "edits": [table]})


def test_the_capacity_of_a_place_that_nobody_knows(ground: Ground, sources: Sources) -> None:
    lon, lat = home(ground)
    new = OpenService(id="x", kind="school", lon=lon, lat=lat)
    opened = apply_scenario(Scenario(name="a", edits=(new,)), ground, sources)
    then = Ground(
        router=ground.router,
        origins=ground.origins,
        destinations=opened.destinations,
        territories=ground.territories,
    )
    halve = Scenario(name="b", edits=(ChangeCapacity(ids=("x",), factor=0.5),))
    with pytest.raises(EditError, match="capacity of 'x' is not known"):
        apply_scenario(halve, then, sources)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(0, 2035, -5.0)], "population must be 0 or more for"),
        ([(0, 2035, float("nan"))], "population must be 0 or more for"),
        ([(0, 2035, 5.0), (0, 2035, 9.0)], "twice for 2035; keep one row each"),
    ],
)
def test_forecasts_that_cannot_be_used(
    ground: Ground, sources: Sources, rows: list[tuple[int, int, float]], told: str
) -> None:
    codes = ground.territories["after"].code
    table = pd.DataFrame(
        [(codes[i], year, people) for i, year, people in rows],
        columns=["zone", "year", "population"],
    )
    scenario = Scenario(name="bad", edits=(PeopleOfYear(table="f.csv", year=2035),))
    with pytest.raises(EditError, match=r"edit 1 \(people_of_year\)") as caught:
        apply_scenario(scenario, ground, replace(sources, forecasts=lambda _path: table))
    assert told in str(caught.value)


def test_nobody_moves_twice_in_one_edit(ground: Ground, sources: Sources) -> None:
    one, other = (str(id_) for id_ in ground.origins.id[:2])
    scenario = Scenario(name="bad", edits=(MovePeople(ids=(one, one), into=other),))
    with pytest.raises(EditError, match="twice; name each settlement once"):
        apply_scenario(scenario, ground, sources)


def test_a_kind_that_the_study_does_not_look_at(ground: Ground, sources: Sources) -> None:
    scenario = Scenario(
        name="bad", edits=(opening(ground, "x").model_copy(update={"kind": "scool"}),)
    )
    with pytest.raises(EditError, match="no service 'scool'; did you mean 'school'"):
        apply_scenario(scenario, replace(ground, kinds=("school", "pharmacy")), sources)


def test_a_service_on_water_is_refused(ground: Ground, sources: Sources, base: Solved) -> None:
    sea = OpenService(id="buoy", kind="school", lon=ground.router.network.bounds[0] - 0.5, lat=57)
    edited = apply_scenario(Scenario(name="wet", edits=(sea,)), ground, sources)
    with pytest.raises(InputError, match=r"'wet', edit 1 \(open_service\): buoy lies .* m from"):
        solve_again(base, edited)


def test_scenarios_build_on_others() -> None:
    first = Scenario(name="a", edits=(ScalePeople(factor=2),))
    second = Scenario(name="b", extends="a", edits=(ChangeSpeed(factor=0.5),))
    joined = with_extended([second, first])
    assert [one.do for one in joined["b"].edits] == ["scale_people", "change_speed"]
    assert joined["a"].edits == first.edits


@pytest.mark.parametrize(
    ("scenarios", "told"),
    [
        ([Scenario(name="a", extends="b"), Scenario(name="b", extends="a")], "a > b > a"),
        ([Scenario(name="a", extends="a")], "a > a"),
        ([Scenario(name="a", extends="c")], "extends 'c', which is not there"),
        ([Scenario(name="a"), Scenario(name="a")], "a stand there twice"),
    ],
)
def test_bad_extensions(scenarios: list[Scenario], told: str) -> None:
    with pytest.raises(InputError, match=told):
        with_extended(scenarios)


@pytest.mark.parametrize("name", ["", "../up", "a/b", "a\\b", ".hidden", "x" * 81])
def test_a_name_is_fit_for_a_folder(name: str) -> None:
    with pytest.raises(ValidationError):
        Scenario(name=name)
