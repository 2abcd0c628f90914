"""What lies under the marks, and the names beside them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from geoaccess.model.backdrop import KINDS, Backdrop
from geoaccess.report.explorer import explorer_html
from geoaccess.study.result import StudyResult
from tests.report.acts import Open

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
_PIXEL = """([pane, lon, lat]) => {
  const frame = document.querySelector(".folium-map");
  const map = window[frame.id];
  const at = map.latLngToContainerPoint([lat, lon]);
  const sheet = frame.querySelector(`.leaflet-${pane}-pane canvas`);
  const [box, around] = [sheet.getBoundingClientRect(), frame.getBoundingClientRect()];
  const [x, y] = [at.x + around.left - box.left, at.y + around.top - box.top];
  return [...sheet.getContext("2d").getImageData(Math.round(x), Math.round(y), 1, 1).data];
}"""


def _grounded(result: StudyResult) -> StudyResult:
    ring = shapely.get_coordinates(shapely.box(24.95, 57.05, 25.05, 57.15))
    road = np.array([[24.9, 57.02], [25.3, 57.02]])
    kinds = np.array([KINDS.index("lake"), KINDS.index("motorway")])
    return dataclasses.replace(result, ground=Backdrop.of_lines(kinds, [ring, road]))


def _pixel(page: Page, pane: str, lon: float, lat: float) -> list[int]:
    found: list[int] = page.evaluate(_PIXEL, [pane, lon, lat])
    return found


def _names(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "document.querySelector('.leaflet-ga-labels-pane canvas').gaNames"
    )
    return found


def test_water_and_roads_are_drawn_where_they_are(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(_grounded(result)))
    page = opened.page
    page.wait_for_function("document.querySelector('.leaflet-ga-backdrop-pane canvas')")
    assert _pixel(page, "ga-backdrop", 25.0, 57.1) == [198, 218, 230, 255]
    assert _pixel(page, "ga-backdrop", 25.2, 57.02) == [156, 132, 85, 255]
    assert _pixel(page, "ga-backdrop", 25.2, 57.1)[3] == 0
    assert opened.requests == opened.failures == []


def test_names_never_lie_over_one_another(full: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(full)).page
    for zoom in (8, 10, 12):
        page.evaluate(
            "(zoom) => void window[document.querySelector('.folium-map').id].setZoom(zoom)", zoom
        )
        known = _names(page)
        assert known
        assert len({one["text"] for one in known}) == len(known)
        for i, one in enumerate(known):
            for other in known[:i]:
                apart = (
                    one["left"] > other["right"]
                    or other["left"] > one["right"]
                    or one["top"] > other["bottom"]
                    or other["top"] > one["bottom"]
                )
                assert apart, (one, other)


def test_the_largest_place_is_named_first(result: StudyResult, open_page: Open) -> None:
    page = open_page(explorer_html(result)).page
    assert "Ēdole" in [one["text"] for one in _names(page)]
