"""Menus, legend, ranking, search, permalink and what is taken away, in a real browser."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from geoaccess.report.explorer import compare_html, explorer_html
from geoaccess.study.result import StudyResult
from tests.report.acts import Open, click, facts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_SHOWS = ("places", "zones", "places")


def _values(page: Page, menu: str) -> list[str]:
    values: list[str] = page.eval_on_selector_all(
        f"#ga-{menu} option", "all => all.map((one) => one.value)"
    )
    return values


def _choose(page: Page, menu: str, value: str) -> None:
    """A menu with one choice is not there to choose from."""
    if page.is_visible(f"#ga-{menu}"):
        page.select_option(f"#ga-{menu}", value)
    else:
        assert _values(page, menu) == [value]


def _legend(page: Page) -> dict[str, tuple[str, str]]:
    """Settlements and people of each class."""
    rows = page.locator("#ga-legend tbody tr:not(.ga-reason):not(.ga-norm)").all()
    cells = [
        (one.locator("th").inner_text(), one.locator("td").all_text_contents()) for one in rows
    ]
    return {name: (told[0], told[1]) for name, told in cells}


def _reform(result: StudyResult, column: str) -> Any:  # noqa: ANN401 - a column of numbers
    table = result.tables["reform"].set_index("id").loc[list(result.origins.id)]
    return table[column].to_numpy()


def test_every_choice_of_every_menu_shows_in_silence(full: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(full))
    page = opened.page
    seen = set()
    for measure in _values(page, "measure"):
        _choose(page, "measure", measure)
        for regime in _values(page, "regime"):
            _choose(page, "regime", regime)
            for borders in _values(page, "borders"):
                _choose(page, "borders", borders)
                for group, show in zip(_values(page, "group"), _SHOWS, strict=True):
                    _choose(page, "group", group)
                    page.click(f"[data-show={show}]")
                    assert page.inner_text("#ga-finding")
                    assert page.locator("#ga-legend tbody tr").count() > 3
                    seen.add((measure, regime, borders))
    assert ("nearest_min", "own", "change") in seen
    assert ("norm:guidance:lv_school_25", "borderless", "") in seen
    assert ("floating_catchment", "borderless", "") in seen
    assert opened.trouble == []


def test_the_change_counts_what_the_table_holds(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    page.click("[data-preset=change]")
    change = _reform(full, "own_after_min") - _reform(full, "own_before_min")
    before, after = _reform(full, "own_before_min"), _reform(full, "own_after_min")
    told = _legend(page)
    longer = sum(int(told[name][0]) for name in told if name.endswith("longer"))
    shorter = sum(int(told[name][0]) for name in told if name.endswith("shorter"))
    least = 5
    assert longer == int((change > least).sum())
    assert shorter == int((change < -least).sum())
    assert told["reached only since the reform"][0] == str(
        int((np.isnan(before) & ~np.isnan(after)).sum())
    )
    assert told["no longer reached"][0] == str(int((~np.isnan(before) & np.isnan(after)).sum()))
    assert "Since the reform" in page.inner_text("#ga-finding")


def test_the_norm_stands_between_two_classes(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    assumed = "guidance, not binding"
    assert page.locator(".ga-norm").text_content() == f"Norm: 25 minutes ({assumed})"
    assert f"the limit of the norm ({assumed})." in page.inner_text("#ga-finding")
    above = page.locator(".ga-norm").evaluate("(row) => row.previousSibling.cells[0].innerText")
    below = page.locator(".ga-norm").evaluate("(row) => row.nextSibling.cells[0].innerText")
    assert above.endswith("to 25")
    assert below.startswith("25 to")
    page.click("[data-preset=norm]")
    verdicts = full.tables["norms"]["verdict"]
    told = _legend(page)
    assert told["not met"][0] == str(int((verdicts == "fail").sum()))
    assert page.locator("#ga-ranking tbody tr").count() == int((verdicts != "pass").sum())


def test_a_group_counts_its_own_people(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    page.select_option("#ga-group", "age_65_plus")
    total = full.origins.groups["age_65_plus"].sum()
    assert _legend(page)["All"][1] == f"{total:,.0f}"
    assert page.inner_text("#ga-finding").startswith("Aged 65 and over: ")


def test_small_counts_are_nowhere(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    page.select_option("#ga-group", "age_7_15")
    click(page, full, 0)
    assert facts(page, "#ga-card")["Aged 7 to 15"] == "<5"
    assert "fewer than 5 such people" in page.inner_text("#ga-legend")


def test_the_table_sorts_and_moves_the_map(full: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(full))
    page = opened.page
    page.click("[data-sort=name]")
    names = page.locator("#ga-ranking tbody th bdi:first-child").all_text_contents()
    shown = [name for name in names if name in full.origins.name[8:]]
    assert shown == ["Alka", "Bērzi", "Ēdole", "Ķekava"]
    page.click("[data-sort=people]")
    head = page.locator("#ga-ranking thead th").nth(1)
    assert head.get_attribute("aria-sort") == "descending"
    first = page.locator("#ga-ranking tbody th button").first
    first.click()
    assert page.locator("#ga-card-name").text_content() == "Ēdole"
    at = page.evaluate(
        """([lat, lon]) => {
          const map = window[document.querySelector(".folium-map").id];
          return map.getBounds().contains([lat, lon]) && map.getZoom();
        }""",
        [float(full.origins.lat[11]), float(full.origins.lon[11])],
    )
    assert at > 10
    assert page.locator("#ga-ranking tr[aria-current=true]").count() == 1
    assert opened.trouble == []


def test_a_click_on_the_map_marks_its_row(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    click(page, full, 9)
    assert page.locator("#ga-ranking tr[aria-current=true] button").text_content() == "Alka"


def test_the_csv_is_what_is_shown_and_no_formula(full: StudyResult, open_page: Open) -> None:
    names = list(full.origins.name)
    names[:4] = ["=1+1", "+cmd", "@sum", "-2"]
    renamed = type(full.origins)(
        id=full.origins.id,
        name=np.array(names, dtype=object),
        lon=full.origins.lon,
        lat=full.origins.lat,
        population=full.origins.population,
    )
    page = open_page(explorer_html(_with(full, renamed))).page
    with page.expect_download() as waiting:
        page.click("#ga-csv")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["id", "Settlement", "Municipality", "People", "Minutes"]
    told = {row[0]: row for row in rows[1:13]}
    assert {told[f"V{i:02}"][1] for i in range(4)} == {"'=1+1", "'+cmd", "'@sum", "'-2"}
    access = full.access[full.access["service"] == "school"]
    for id_, people, minutes in zip(
        access["id"], access["population"], access["nearest_min"], strict=True
    ):
        assert float(told[id_][3]) == people
        assert told[id_][4] == (
            "" if np.isnan(minutes) else f"{minutes:.3f}".rstrip("0").rstrip(".")
        )
    page.click("[data-language=lv]")
    with page.expect_download() as waiting:
        page.click("#ga-csv")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("id;Apdzīvota vieta;Pašvaldība;Iedzīvotāji;Minūtes")
    assert ";49,875" in text


def _with(result: StudyResult, origins: Any) -> StudyResult:  # noqa: ANN401 - new settlements
    import dataclasses  # noqa: PLC0415 - used here alone

    return dataclasses.replace(result, origins=origins)


@pytest.mark.parametrize("asked", ["Kekava", "ķekava", "KEK"])
def test_search_needs_no_diacritics(full: StudyResult, open_page: Open, asked: str) -> None:
    opened = open_page(explorer_html(full))
    page = opened.page
    page.fill("#ga-search", asked)
    assert page.locator("#ga-found li bdi").first.text_content() == "Ķekava"
    page.press("#ga-search", "Enter")
    assert page.locator("#ga-card-name").text_content() == "Ķekava"
    assert page.input_value("#ga-search") == "Ķekava"
    assert opened.trouble == []


def test_search_knows_old_municipalities(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    page.fill("#ga-search", "ritu")
    option = page.locator("#ga-found li").first
    assert option.locator("bdi").first.text_content() == "Rītu novads"
    assert (option.locator("small").text_content() or "").startswith("former municipality, now: ")
    page.press("#ga-search", "Enter")
    assert page.locator("#ga-card-name").text_content() == "Rītu novads"
    assert page.is_checked("[name=ga-outlines][value=before]")
    page.fill("#ga-search", "zzz")
    assert page.locator("#ga-found li").count() == 0
    assert page.text_content("#ga-told") == "Nothing found."


def test_the_link_brings_the_view_back(full: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(full), locale="lv-LV")
    page = opened.page
    page.select_option("#ga-regime", "own")
    page.select_option("#ga-borders", "before")
    page.select_option("#ga-group", "age_65_plus")
    page.click("[data-show=zones]")
    link = page.get_attribute("#ga-permalink", "href") or ""
    before = page.inner_text("#ga-legend")
    page.goto("about:blank")
    page.goto(opened.address + link)
    assert page.input_value("#ga-borders") == "before"
    assert page.inner_text("#ga-legend") == before
    page.goto("about:blank")
    page.goto(f"{opened.address}#measure=%3Cscript%3E&service=none&place=V09&view=1,x&show=0")
    assert page.locator("#ga-card-name").text_content() == "Alka"
    assert opened.trouble == []


def test_the_card_takes_the_change_apart(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    click(page, full, 11)
    text = page.inner_text("#ga-card")
    part = float(_reform(full, "borders_min")[11])
    assert f"Change due to borders\t{part:+.1f}" in text
    assert "Minutes to the nearest, no. 2" in text


def test_the_picture_is_a_png(full: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(full))
    with opened.page.expect_download() as waiting:
        opened.page.click("#ga-png")
    bytes_ = Path(waiting.value.path()).read_bytes()
    assert bytes_.startswith(b"\x89PNG\r\n\x1a\n")
    assert waiting.value.suggested_filename.endswith(".png")
    assert opened.trouble == []


def test_two_maps_move_together(full: StudyResult, open_page: Open) -> None:
    opened = open_page(compare_html(full))
    page = opened.page
    assert page.locator(".folium-map").count() == 2
    page.click(".leaflet-control-zoom-in >> nth=0")
    views = page.evaluate(
        """() => [...document.querySelectorAll(".folium-map")].map((frame) => {
          const map = window[frame.id];
          return [map.getZoom(), map.getCenter().lat, map.getCenter().lng];
        })"""
    )
    np.testing.assert_allclose(views[0], views[1], atol=1e-6)
    names = page.locator(".ga-pair-name").all_text_contents()
    assert [name.split(" (")[0] for name in names] == ["Before the reform", "After the reform"]
    assert opened.trouble == []
