"""A country on one page: small enough to mail, quick enough to use."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geoaccess.model.places import Origins
from geoaccess.report.explorer import explorer_html
from geoaccess.study.result import ACCESS_COLUMNS, StudyResult
from tests.report.acts import Open
from tests.report.conftest import texts

KINDS = tuple(f"service_{k}" for k in range(10))
_MB = 1_000_000


def _country(result: StudyResult, n: int, kinds: tuple[str, ...], regimes: int) -> StudyResult:
    """So many settlements with random minutes for each service, regime and set of borders."""
    rng = np.random.default_rng(1)
    origins = Origins(
        id=texts(*(f"{100_000_000 + 7 * i}" for i in range(n))),
        name=texts(*(f"Apdzīvotā vieta {i}" for i in range(n))),
        lon=25.0 + 2 * rng.random(n),
        lat=56.0 + rng.random(n),
        population=np.round(rng.lognormal(3, 1.5, n)),
    )
    places = result.destinations.of_kind("school")
    one = type(places)(
        id=texts(*(f"{kind}-{i}" for kind in kinds for i in range(2))),
        name=texts(*(f"{kind} {i}" for kind in kinds for i in range(2))),
        kind=texts(*(kind for kind in kinds for _ in range(2))),
        lon=np.tile(places.lon, len(kinds)),
        lat=np.tile(places.lat, len(kinds)),
        capacity=np.full(2 * len(kinds), np.nan),
    )
    access, reform = [], []
    for kind in kinds:
        minutes = rng.gamma(2, 9, n)
        head = {"id": origins.id, "name": origins.name, "population": origins.population}
        nearest = np.where(rng.random(n) < 0.5, f"{kind}-0", f"{kind}-1")
        access.append(
            pd.DataFrame(
                {
                    **head,
                    "zone_before": np.where(rng.random(n) < 0.5, "L1", "L2"),
                    "zone_after": "L1",
                    "service": kind,
                    "nearest_min": minutes,
                    "nearest_id": nearest,
                    "nearest_name": nearest,
                    "reason": "",
                }
            )[list(ACCESS_COLUMNS)]
        )
        columns = ("own_before_min", "own_after_min", "agreements_before_min")
        more = (*columns, "agreements_after_min")[: 2 * (regimes - 1)]
        reform.append(
            pd.DataFrame(
                {"id": origins.id, "service": kind}
                | {column: minutes + rng.gamma(1, 5, n) for column in more}
            )
        )
    return dataclasses.replace(
        result,
        origins=origins,
        destinations=one,
        services=kinds,
        labels={},
        access=pd.concat(access),
        tables={"reform": pd.concat(reform)},
    )


def test_a_country_of_6500_settlements_stays_under_6_mb(result: StudyResult) -> None:
    html = explorer_html(_country(result, 6_500, KINDS, 3))
    assert len(html.encode()) < 6 * _MB


def test_60000_cells_would_stay_under_15_mb(
    result: StudyResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So many cells are written in coarse steps; what each adds does not hang on how many there are.
    monkeypatch.setattr("geoaccess.report.payload._MANY_VALUES", 0)
    few, more = (len(explorer_html(_country(result, n, KINDS, 3)).encode()) for n in (200, 1_200))
    assert few + (more - few) / 1_000 * 59_800 < 15 * _MB


@pytest.mark.slow
@pytest.mark.browser
def test_60000_cells_open_and_answer(result: StudyResult, open_page: Open) -> None:
    html = explorer_html(_country(result, 60_000, KINDS, 3))
    assert len(html.encode()) < 15 * _MB
    opened = open_page(html)
    page = opened.page
    page.select_option("#ga-service", "5")
    page.evaluate(
        "(map => map.setZoom(map.getZoom() + 2))(window[document.querySelector('.folium-map').id])"
    )
    page.fill("#ga-search", "vieta 59999")
    page.keyboard.press("Enter")
    assert page.inner_text("#ga-card-name") == "Apdzīvotā vieta 59999"
    assert "60,000" in page.inner_text("#ga-legend .ga-total")
    assert opened.trouble == []


@pytest.mark.browser
def test_a_country_opens_and_answers(result: StudyResult, open_page: Open) -> None:
    opened = open_page(explorer_html(_country(result, 6_500, KINDS, 3)))
    page = opened.page
    page.select_option("#ga-service", "7")
    page.select_option("#ga-regime", "own")
    page.select_option("#ga-borders", "change")
    assert "6,500" in page.inner_text("#ga-legend .ga-total")
    assert opened.trouble == []
