"""The report in a real browser with the network off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import geoaccess as ga
from geoaccess.report.document.page import report_html
from geoaccess.report.document.tables import ReportTables, tables_of
from geoaccess.study.starter import demo_study
from tests.report.acts import axe_violations

if TYPE_CHECKING:
    from tests.report.conftest import Opened

pytestmark = pytest.mark.browser

Open = Callable[..., "Opened"]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> ReportTables:
    folder: Path = tmp_path_factory.mktemp("report") / "out"
    return tables_of(ga.run_study(demo_study(), out=folder))


@pytest.mark.parametrize("width", [360, 1280])
def test_it_opens_without_trouble_and_fits(
    open_page: Open, tables: ReportTables, width: int
) -> None:
    opened = open_page(report_html(tables), width=width)
    assert opened.trouble == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(open_page: Open, tables: ReportTables, width: int) -> None:
    page = open_page(report_html(tables), width=width).page
    assert axe_violations(page) == []
    page.click("#lv [data-language=en]")
    assert axe_violations(page) == []


def test_the_switch_leaves_no_word_of_the_other_language(
    open_page: Open, tables: ReportTables
) -> None:
    page = open_page(report_html(tables)).page
    assert page.evaluate("document.documentElement.lang") == "lv"
    assert page.locator("h2", has_text="Kopsavilkums").is_visible()
    page.click("#lv [data-language=en]")
    assert page.evaluate("document.documentElement.lang") == "en"
    seen = page.inner_text("body")
    assert "Kopsavilkums" not in seen
    assert "Summary" in seen
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "lv"


def test_a_link_opens_the_language_that_it_is_in(open_page: Open, tables: ReportTables) -> None:
    page = open_page(report_html(tables)).page
    page.evaluate("location.hash = 'en-method'")
    page.wait_for_function("document.documentElement.lang === 'en'")
    assert page.locator("#en-method").is_visible()


def test_every_chart_has_a_name_and_its_numbers(open_page: Open, tables: ReportTables) -> None:
    page = open_page(report_html(tables, languages=["en"])).page
    n_charts = page.locator("svg[role=img]").count()
    # Minutes, municipalities and the Lorenz curve; and, of the reform, the change.
    assert n_charts == 4 * len(tables.summary["services"])
    names = page.evaluate(
        """() => Array.from(document.querySelectorAll("svg[role=img]"), (svg) =>
          svg.getAttribute("aria-labelledby").split(" ")
            .map((id) => document.getElementById(id).textContent.trim()).join(" "))"""
    )
    assert all(len(name) > 20 for name in names)
    assert page.locator("figure + details table").count() == n_charts
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), (one) => one.id)")
    assert len(ids) == len(set(ids))


def test_everything_that_acts_is_reached_by_keyboard(open_page: Open, tables: ReportTables) -> None:
    page = open_page(report_html(tables, languages=["lv", "en"])).page
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
    assert {"English", "Drukāt", "Kopsavilkums", "Skola", "Datu kvalitāte"} <= reached
