"""Accessibility (axe-core), paper, and grey, in a real browser."""

from __future__ import annotations

import pytest

from geoaccess.report.explorer import compare_html, explorer_html
from geoaccess.study.result import StudyResult
from tests.report.acts import Open, axe_violations, click

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale", ["en-US", "lv-LV"])
def test_axe_finds_nothing_serious(
    full: StudyResult, open_page: Open, width: int, locale: str
) -> None:
    page = open_page(explorer_html(full), width=width, locale=locale).page
    assert axe_violations(page) == []
    page.click("[data-preset=change]")
    page.fill("#ga-search", "a")
    assert axe_violations(page) == []
    page.press("#ga-search", "Escape")
    click(page, full, 9)
    assert axe_violations(page) == []
    page.click("[data-show=zones]")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_nothing_serious_beside_two_maps(full: StudyResult, open_page: Open) -> None:
    page = open_page(compare_html(full), width=360).page
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_targets_are_large_enough_for_a_thumb(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full), width=360).page
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input[type=text], a.ga-button")]
          .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 24)
          .map((one) => one.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_the_card_opens_and_closes_by_keyboard(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    page.locator("#ga-ranking tbody button").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("#ga-card").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#ga-card").is_hidden()
    assert page.evaluate("document.activeElement.dataset.row !== undefined")


def test_paper_holds_map_legend_and_sources(full: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(full))
    page = opened.page
    for size in ("A4", "A3"):
        pdf = page.pdf(format=size, landscape=size == "A3", print_background=True)
        assert pdf.startswith(b"%PDF")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#ga-print canvas").is_visible()
    assert page.locator("#ga-stage").is_hidden()
    assert page.locator("#ga-search").is_hidden()
    text = page.inner_text("body")
    for needed in ("Minutes by road", "Roads & places", "Cite as:", "Printed on", full.title):
        assert needed in text
    assert opened.trouble == []


def test_classes_can_be_told_apart_in_grey(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    for preset in ("worst", "change", "norm"):
        page.click(f"[data-preset={preset}]")
        greys = page.evaluate(
            """() => [...document.querySelectorAll("#ga-legend .ga-swatch")].map((one) => {
              const { data } = one.getContext("2d").getImageData(0, 0, one.width, one.height);
              const grey = [];
              for (let i = 0; i < data.length; i += 4) {
                const [r, g, b, a] = data.slice(i, i + 4);
                const light = 0.299 * r + 0.587 * g + 0.114 * b;
                grey.push(Math.round((light * a + 255 * (255 - a)) / 255));
              }
              return grey;
            })"""
        )
        for i, one in enumerate(greys):
            for other in greys[:i]:
                apart = sum(abs(a - b) > 12 for a, b in zip(one, other, strict=True))
                assert apart > 60, preset


def test_a_picture_of_the_map_is_not_blank(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    colours = page.evaluate(
        """() => {
          window.dispatchEvent(new Event("beforeprint"));
          const one = document.querySelector("#ga-print canvas");
          const { data } = one.getContext("2d").getImageData(0, 0, one.width, one.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) seen.add(`${data.slice(i, i + 3)}`);
          return seen.size;
        }"""
    )
    assert colours > 100
