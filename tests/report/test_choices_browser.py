"""What the map can switch between, in a browser: surfaces, parishes, scenarios, pooled services."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely

from geoaccess.model.nesting import Parts
from geoaccess.model.surface import SurfaceImage
from geoaccess.report.explorer import explorer_html
from geoaccess.study.result import StudyResult
from tests.report.acts import Open, hover
from tests.report.conftest import shapes, texts

pytestmark = pytest.mark.browser
_MAP = "window[document.querySelector('.folium-map').id]"
_PIXEL = """([lon, lat]) => {
  const frame = document.querySelector(".folium-map");
  const at = window[frame.id].latLngToContainerPoint([lat, lon]);
  const sheet = frame.querySelector(".leaflet-ga-surface-pane canvas");
  const [box, around] = [sheet.getBoundingClientRect(), frame.getBoundingClientRect()];
  const x = Math.round(at.x + around.left - box.left);
  const y = Math.round(at.y + around.top - box.top);
  return [...sheet.getContext("2d").getImageData(x, y, 1, 1).data];
}"""


def _with_surface(result: StudyResult) -> StudyResult:
    """Near in the west, far in the east, unreached in the south-east, and nothing north."""
    minutes = np.full((4, 4), 3.0)
    minutes[:, 2:] = 500.0
    minutes[2:, 2:] = np.inf
    minutes[0] = np.nan
    image = SurfaceImage(
        service="school",
        minutes=minutes,
        west=24.9,
        south=56.9,
        east=25.3,
        north=57.2,
        cell_m=100,
        cutoff_min=600,
    )
    return dataclasses.replace(result, surface_images={"school": image})


def test_the_surface_has_the_colours_of_the_legend(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(_with_surface(result)))
    page = opened.page
    page.click("[data-show=surface]")
    page.wait_for_timeout(300)
    near, far, none = (
        page.evaluate(_PIXEL, [lon, lat])
        for lon, lat in ((25.0, 57.0), (25.2, 57.1), (25.0, 57.18))
    )
    assert near[:2] > far[:2]
    assert near[3] == far[3] > 0
    assert none[3] == 0
    hover(page, 57.0, 25.0)
    assert "up to 15" in page.locator(".ga-tip").inner_text()
    assert "times by road from there" in page.inner_text("#ga-legend")
    # There is none for pharmacies: settlements are shown again.
    page.select_option("#ga-service", "1")
    assert page.locator("[data-show=places]").get_attribute("aria-pressed") == "true"
    assert page.locator("[data-show=surface]").is_hidden()
    assert opened.requests == opened.failures == []


def test_search_finds_a_parish_and_moves_the_map(result: StudyResult, open_page: Open) -> None:
    west, east = shapely.box(24.9, 56.9, 25.0, 57.0), shapely.box(25.2, 57.1, 25.3, 57.2)

    def parts(*names: str) -> Parts:
        return Parts(
            code=texts("A", "B"),
            name=texts(*names),
            zone=texts("L1", "L1"),
            geometry=shapes(west, east),
        )

    after = dataclasses.replace(
        result.territories["after"], parts=parts("Ķeipenes pagasts", "Šķaunes pagasts")
    )
    old = dataclasses.replace(after, date="2020-01-01", parts=parts("Vecā", "Šķaunes pagasts"))
    territories = {"before": old, "after": after}
    page = open_page(explorer_html(dataclasses.replace(result, territories=territories))).page
    page.fill("#ga-search", "skaunes")
    assert page.locator("#ga-found li").count() == 1
    assert "part of" in page.inner_text("#ga-found li")
    page.keyboard.press("Enter")
    page.fill("#ga-search", "veca")
    assert "formerly part of" in page.inner_text("#ga-found li >> nth=0")
    lat, lon = page.evaluate(f"(({{lat, lng}}) => [lat, lng])({_MAP}.getCenter())")
    assert (lat, lon) == pytest.approx((57.15, 25.25), abs=0.01)


def test_a_scenario_says_what_it_changes(result: StudyResult, open_page: Open) -> None:
    schools = result.access[result.access["service"] == "school"]
    before = schools["nearest_min"].to_numpy()
    table = pd.DataFrame(
        {
            "id": schools["id"].to_numpy(),
            "service": "school",
            "before_min": before,
            "after_min": before + 10.0,
        }
    )
    page = open_page(
        explorer_html(
            dataclasses.replace(result, services=("school",), tables={"scenario": table}),
            links={"scenario": "scenario.html"},
        )
    ).page
    options = page.locator("#ga-borders option").all_text_contents()
    assert options == ["Scenario", "As it is", "Change: scenario against as it is"]
    assert page.inner_text("[for=ga-borders]") == "State"
    page.click("text=What the scenario changes")
    assert "With the scenario the way would be longer" in page.inner_text("#ga-finding")
    assert page.locator("#ga-permalink ~ a").get_attribute("href") == "scenario.html"


def test_a_measure_over_several_services_is_chosen_as_one(
    full: StudyResult, open_page: Open
) -> None:
    pooled = pd.DataFrame(
        {
            "id": full.origins.id,
            "service": "school+pharmacy",
            "measure": "basket",
            "group": "all",
            "value": np.linspace(0, 1, len(full.origins)),
            "unit": "share",
        }
    )
    tables = {**full.tables, "measures": pd.concat([full.tables["measures"], pooled])}
    opened = open_page(explorer_html(dataclasses.replace(full, tables=tables)))
    opened.page.select_option("#ga-service", label="School + Pharmacy")
    assert opened.page.input_value("#ga-measure") == "basket"
    assert opened.page.inner_text("#ga-legend .ga-total")
    assert opened.trouble == []


def test_the_foot_names_norms_and_assumptions(full: StudyResult, open_page: Open) -> None:
    norms = {**full.summary["norms"], "date": "2024-09-01", "packs": [{"name": "<b>latvia"}]}
    page = open_page(explorer_html(dataclasses.replace(full, summary={"norms": norms}))).page
    foot = page.inner_text("#ga-sources")
    assert "Norms: <b>latvia, as of 1 September 2024." in foot or "September 1, 2024" in foot
    assert "Times are modelled, not measured." in foot
