"""The page of a scenario in a real browser with the network off, hostile names and all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from geoaccess.report.document.change_map import change_map
from geoaccess.report.document.scenario_page import scenario_html
from geoaccess.scenario.edits import (
    CloseService,
    NewRoad,
    OpenService,
    ScalePeople,
    UseNorms,
)
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.scenario_run import Bench, ScenarioResult, prepare, run_scenario
from geoaccess.study.starter import demo_study
from tests.report.conftest import HOSTILE

if TYPE_CHECKING:
    from tests.report.conftest import Opened

Open = Callable[..., "Opened"]
WIDTHS = (360, 900, 1280)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return prepare(demo_study())


@pytest.fixture(scope="module")
def result(bench: Bench) -> ScenarioResult:
    schools = [str(id_) for id_ in bench.ground.destinations.of_kind("school").id]
    lon, lat = float(bench.ground.origins.lon[0]), float(bench.ground.origins.lat[0])
    edits = (
        CloseService(ids=tuple(schools[5:])),
        OpenService(id="new", kind="pharmacy", lon=lon, lat=lat, name="Jaunā aptieka"),
    )
    return run_scenario(bench, Scenario(name="five left", description="Why.", edits=edits))


@pytest.fixture(scope="module")
def hostile(bench: Bench) -> ScenarioResult:
    """Give every place a name that would break a careless page."""
    names = np.array((HOSTILE * len(bench.ground.origins))[: len(bench.ground.origins)], object)
    origins = dataclasses.replace(bench.ground.origins, name=names)
    places = bench.ground.destinations
    names = np.array((HOSTILE * len(places))[: len(places)], object)
    services = dataclasses.replace(places, name=names)
    ground = dataclasses.replace(bench.ground, origins=origins, destinations=services)
    base = dataclasses.replace(bench.base, origins=origins, destinations=services)
    edits = (CloseService(ids=(str(places.of_kind("school").id[0]),)), ScalePeople(factor=2))
    scenario = Scenario(name="worst", description=HOSTILE[1], edits=edits)
    return run_scenario(dataclasses.replace(bench, ground=ground, base=base), scenario)


def page_of(result: ScenarioResult) -> str:
    labels = {"school": {"lv": "Skola", "en": "School"}}
    return scenario_html(result, title="Region", synthetic=True, labels=labels)


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_without_trouble_and_fits(
    open_page: Open, result: ScenarioResult, width: int
) -> None:
    opened = open_page(page_of(result), width=width)
    assert opened.trouble == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.locator("#lv svg[role=img] .mark").count() > 0


@pytest.mark.browser
def test_the_switch_leaves_no_word_of_the_other_language(
    open_page: Open, result: ScenarioResult
) -> None:
    page = open_page(page_of(result)).page
    assert page.evaluate("document.documentElement.lang") == "lv"
    latvian = page.inner_text("#lv h2 >> nth=0")
    page.click("#lv [data-language=en]")
    assert page.evaluate("document.documentElement.lang") == "en"
    seen = page.inner_text("body")
    assert latvian not in seen
    assert page.inner_text("#en h2 >> nth=0") in seen


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS[:1])
def test_hostile_names_stay_names(open_page: Open, hostile: ScenarioResult, width: int) -> None:
    opened = open_page(page_of(hostile), width=width)
    assert opened.trouble == []
    assert opened.page.locator("img").count() == 0
    assert "<script>alert(1)</script>" in opened.page.inner_text("#lv")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_same_result_is_the_same_page(result: ScenarioResult, bench: Bench) -> None:
    again = run_scenario(bench, result.scenario)
    assert page_of(again) == page_of(result)


def test_columns_of_the_norm_only_where_there_is_one(bench: Bench, result: ScenarioResult) -> None:
    bare = bench.study.equity.model_copy(update={"norm_min": {}})
    study = bench.study.model_copy(update={"equity": bare})
    without = run_scenario(dataclasses.replace(bench, study=study), result.scenario)
    strict = bench.study.equity.model_copy(update={"norm_min": {"school": 15.0}})
    study = bench.study.model_copy(update={"equity": strict})
    with_norm = run_scenario(dataclasses.replace(bench, study=study), result.scenario)
    head = [page_of(one).split("<thead>")[1].split("</thead>")[0] for one in (without, with_norm)]
    assert [one.count("<th ") for one in head] == [8, 10]


def test_new_roads_are_drawn_on_every_map(bench: Bench, result: ScenarioResult) -> None:
    """A bridge between the two settlements farthest apart is a line from one to the other."""
    origins = bench.ground.origins
    a, b = int(np.argmin(origins.lon)), int(np.argmax(origins.lon))
    ends = tuple((float(origins.lon[i]), float(origins.lat[i])) for i in (a, b))
    assert 'class="new-road"' not in page_of(result)
    bridge = NewRoad(line=ends, speed_kmh=90, max_join_m=5000)
    built = run_scenario(bench, Scenario(name="bridge", edits=(bridge,)))
    page = page_of(built)
    assert page.count("Jauns ceļš</p>") == page.count("New road</p>") > 0
    drawn = change_map(
        origins.lon, origins.lat, origins.population, ["gain"] * len(origins), None,
        roads=[bridge.line],
    )  # fmt: skip
    assert f'<path class="new-road" d="{built_path(page)}"/>' in page
    xs = sorted(mark.x for mark in drawn.marks)
    path = drawn.roads[0]
    assert path.startswith(f"M{xs[0]:g},")
    assert f"L{xs[-1]:g}," in path


def built_path(page: str) -> str:
    """First new road of a page that is not the key's."""
    paths = [one.split('"')[0] for one in page.split('class="new-road" d="')[1:]]
    return next(one for one in paths if one != "M0,8L16,8")


def test_norms_before_and_after_stand_on_the_page(bench: Bench, result: ScenarioResult) -> None:
    told = page_of(result)
    assert "Normas pirms un pēc" in told
    assert "Norms before and after" in told
    assert any(one["people_newly_beyond"] for one in result.summary["norms"])
    bare = Scenario(name="bare", edits=(UseNorms(packs=("latvia",)),))
    assert "Norms before and after" in page_of(run_scenario(bench, bare))
