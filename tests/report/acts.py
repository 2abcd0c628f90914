"""What a reader does with the mouse, and what the page then tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from geoaccess.study.result import StudyResult

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.report.conftest import Opened

Open = Callable[..., "Opened"]
_SERIOUS = {"serious", "critical"}


def point_at(page: Page, result: StudyResult, i: int) -> None:
    hover(page, float(result.origins.lat[i]), float(result.origins.lon[i]))


def hover(page: Page, lat: float, lon: float) -> None:
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


def click(page: Page, result: StudyResult, i: int) -> None:
    point_at(page, result, i)
    page.mouse.down()
    page.mouse.up()


def row(result: StudyResult, i: int, kind: str) -> dict[str, Any]:
    access = result.access
    rows = access[(access["id"] == result.origins.id[i]) & (access["service"] == kind)]
    facts: dict[str, Any] = rows.iloc[0].to_dict()
    return facts


def facts(page: Page, within: str) -> dict[str, str]:
    labels = page.locator(f"{within} dt").all_text_contents()
    values = page.locator(f"{within} dd").all_text_contents()
    return dict(zip(labels, values, strict=True))


def axe_violations(page: Page) -> list[str]:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    # The policy of the page lets no foreign script in, so axe comes in through the debugger.
    found: list[dict[str, Any]] = axe.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]
