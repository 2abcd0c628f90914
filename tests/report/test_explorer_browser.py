"""The explorer page in a real browser with the network off."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from geoaccess.report.explorer import SCRIPTS, explorer_html
from geoaccess.study.result import StudyResult

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.report.conftest import Opened

pytestmark = pytest.mark.browser

Open = Callable[..., "Opened"]


def _point_at(page: Page, result: StudyResult, i: int) -> None:
    _hover(page, float(result.origins.lat[i]), float(result.origins.lon[i]))


def _hover(page: Page, lat: float, lon: float) -> None:
    page.evaluate("window.scrollTo(0, document.querySelector('.ga-stage').offsetTop)")
    x, y = page.evaluate(
        """([lat, lon]) => {
          const frame = document.querySelector(".folium-map");
          const at = window[frame.id].latLngToContainerPoint([lat, lon]);
          const box = frame.getBoundingClientRect();
          return [box.left + at.x, box.top + at.y];
        }""",
        [lat, lon],
    )
    # The tooltip of the place before must be gone, or it would pass for this one's.
    for k in range(200):
        page.mouse.move(1 + k % 2, 1)
        if not page.locator(".ga-tip").count():
            break
        page.wait_for_timeout(50)
    # Leaflet looks for what is under the pointer now and then, not at every move.
    for k in range(200):
        page.mouse.move(x + k % 2, y)
        page.wait_for_timeout(50)
        if page.locator(".ga-tip").count():
            return


def _click(page: Page, result: StudyResult, i: int) -> None:
    _point_at(page, result, i)
    page.mouse.down()
    page.mouse.up()


def _row(result: StudyResult, i: int, kind: str) -> dict[str, Any]:
    access = result.access
    rows = access[(access["id"] == result.origins.id[i]) & (access["service"] == kind)]
    facts: dict[str, Any] = rows.iloc[0].to_dict()
    return facts


def _facts(page: Page, within: str) -> dict[str, str]:
    labels = page.locator(f"{within} dt").all_text_contents()
    values = page.locator(f"{within} dd").all_text_contents()
    return dict(zip(labels, values, strict=True))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale", ["en-US", "lv-LV"])
def test_page_opens_in_silence(
    result: StudyResult, open_page: Open, width: int, locale: str
) -> None:
    opened = open_page(explorer_html(result), width=width, locale=locale)
    page = opened.page
    page.wait_for_selector("#ga-legend table")
    assert page.evaluate("document.documentElement.lang") == locale[:2]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in page.locator("#ga-service option").all():
        page.select_option("#ga-service", name.get_attribute("value"))
    for role in ("before", "both", "none", "after"):
        page.check(f"[name=ga-outlines][value={role}]")
    page.uncheck("#ga-places")
    assert opened.trouble == []


def test_legend_counts_what_the_table_holds(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    for value, kind in enumerate(result.services):
        page.select_option("#ga-service", str(value))
        rows = result.access[result.access["service"] == kind]
        cells = page.locator("#ga-legend tbody tr:not(.ga-reason)").all()
        told = [cell.locator("td").all_text_contents() for cell in cells]
        edges = [-1.0, *_breaks(page), np.inf]
        for k, (low, high) in enumerate(itertools.pairwise(edges)):
            inside = rows[(rows["nearest_min"] > low) & (rows["nearest_min"] <= high)]
            assert told[k][:2] == [str(len(inside)), f"{inside['population'].sum():,.0f}"]
        lost = rows[rows["nearest_min"].isna()]
        assert told[6][:2] == [str(len(lost)), f"{lost['population'].sum():,.0f}"]
        assert told[7][:2] == [str(len(rows)), f"{rows['population'].sum():,.0f}"]


def _breaks(page: Page) -> list[int]:
    breaks: list[int] = page.evaluate(
        "JSON.parse(document.getElementById('ga-data').textContent).layers[0].breaks"
    )
    return breaks


def test_headline_says_the_share(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    rows = result.access[result.access["service"] == "school"]
    middle = _breaks(page)[2]
    people = rows["population"]
    late = people[(rows["nearest_min"] > middle) | (rows["reason"] == "over_cutoff")].sum()
    text = page.inner_text("#ga-finding").replace("\u00a0", " ")
    share = 100 * late / people.sum()
    assert text.startswith(f"{share:.0f} % of 7,800 people live over {middle} minutes")
    assert "(400 people) cannot reach one by road at all" in text


@pytest.mark.parametrize("i", [0, 7, 9])
def test_tooltip_and_card_tell_the_table(result: StudyResult, open_page: Open, i: int) -> None:
    opened = open_page(explorer_html(result))
    page = opened.page
    _point_at(page, result, i)
    row = _row(result, i, "school")
    expected = {
        "People": f"{row['population']:,.0f}",
        "School": f"{row['nearest_min']:.1f} minute",
        "Nearest": row["nearest_name"],
    }
    for where in (".ga-tip", "#ga-card"):
        facts = _facts(page, where)
        for label, value in expected.items():
            assert facts[label].startswith(value)
        _click(page, result, i)
    line = page.locator("#ga-card tbody tr").nth(1).locator("td")
    second = _row(result, i, "pharmacy")
    assert line.nth(0).text_content() == f"{second['nearest_min']:.1f}"
    assert line.nth(1).locator("bdi").first.text_content() == second["nearest_name"]
    owner = result.territories["after"].name[0]
    assert line.nth(1).locator("small").text_content() == owner
    page.keyboard.press("Escape")
    assert page.locator("#ga-card").is_hidden()
    assert opened.trouble == []


def test_unreached_says_why(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    _click(page, result, 3)
    assert _facts(page, "#ga-card")["School"] == "Unreached: on a road cut off from the rest"
    reasons = page.locator("#ga-legend .ga-reason th").all_text_contents()
    assert sorted(reasons) == ["on a road cut off from the rest", "over 120 minutes"]


def test_hostile_names_are_text(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(result))
    page = opened.page
    assert page.text_content("h1") == result.title
    for i, name in enumerate(result.origins.name[:8]):
        _point_at(page, result, i)
        assert page.locator(".ga-tip strong").text_content() == name
        _click(page, result, i)
        assert page.locator("#ga-card-name").text_content() == name
        page.keyboard.press("Escape")
    # Leaflet, jQuery, the data, ours and the one that starts them.
    assert page.locator("script").count() == 4 + len(SCRIPTS)
    assert page.locator("img").count() == 0
    assert opened.trouble == []


def test_language_switch_leaves_no_word_behind(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(result))
    page = opened.page
    page.click("[data-language=lv]")
    assert page.evaluate("document.documentElement.lang") == "lv"
    _click(page, result, 1)
    assert re.match(r"7,1 minūte", _facts(page, "#ga-card")["Skola"])
    text = page.inner_text("body")
    for english in ("Minutes", "Settlements", "People", "School", "Sources", "Municipal", "Show"):
        assert english not in text
    assert "2021. gada 30. jūnijs" in text
    page.click("[data-language=en]")
    assert "School" in page.inner_text("#ga-card")
    assert opened.trouble == []


def test_keyboard_reaches_every_control(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                  const one = document.activeElement;
                  const outline = getComputedStyle(one).outlineStyle;
                  return [one.id || one.name || one.dataset.language || one.className, outline];
                }"""
            )
        )
    names = [name for name, _ in reached]
    controls = (
        "en",
        "lv",
        "ga-search",
        "ga-service",
        "ga-outlines",
        "ga-places",
        "ga-csv",
        "ga-png",
    )
    assert set(controls) <= set(names)
    assert all(outline != "none" for name, outline in reached if str(name).startswith("ga-"))


def test_settlements_without_people_are_counted(result: StudyResult, open_page: Open) -> None:
    origins = dataclasses.replace(result.origins, population=np.zeros(len(result.origins)))
    empty = dataclasses.replace(
        result, origins=origins, access=result.access.assign(population=0.0), territories={}
    )
    opened = open_page(explorer_html(empty))
    assert "of 12 settlements lie over" in opened.page.inner_text("#ga-finding")
    assert opened.trouble == []


def test_tiles_are_all_that_is_asked_of_the_network(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(result, tiles=True))
    opened.page.wait_for_selector("#ga-legend table")
    assert opened.requests
    assert all(one.startswith("https://tile.openstreetmap.org/") for one in opened.requests)
    assert "OpenStreetMap" in opened.page.inner_text(".leaflet-control-attribution")
    _click(opened.page, result, 1)
    assert opened.page.locator("#ga-card").is_visible()


def test_a_place_tells_its_name(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    page.select_option("#ga-service", "1")
    places = result.destinations.of_kind("pharmacy")
    _hover(page, float(places.lat[0]), float(places.lon[0]))
    assert page.locator(".ga-tip strong").text_content() == places.name[0]
    page.uncheck("#ga-places")
    _hover(page, float(places.lat[0]), float(places.lon[0]))
    assert places.name[0] not in page.locator(".ga-tip strong").all_text_contents()


def test_one_set_of_borders_is_neither_before_nor_after(
    result: StudyResult, open_page: Open
) -> None:
    alone = dataclasses.replace(result, territories={"after": result.territories["after"]})
    page = open_page(explorer_html(alone)).page
    label = page.locator("[data-outlines=after]").text_content()
    assert label is not None
    assert label.startswith("On ")
    assert "reform" not in label
