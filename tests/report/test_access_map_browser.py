"""A researcher's own values on a map, opened in a real browser."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geoaccess.errors import MismatchError
from geoaccess.report.access_map import access_map, reform_map
from geoaccess.study.result import StudyResult
from tests.report.acts import Open


@pytest.mark.browser
def test_own_values_stand_on_the_map(result: StudyResult, open_page: Open) -> None:
    values = pd.Series(np.arange(12.0), index=list(result.origins.id))
    values.iloc[3] = np.inf
    drawn = access_map(values, result.origins, title="<b>Beds</b>", unit="beds")
    opened = open_page(drawn.get_root().render())
    page = opened.page
    assert page.text_content("h1") == "<b>Beds</b>"
    rows = page.locator("#ga-legend tbody tr th").all_inner_texts()
    assert rows[-2:] == ["no value", "All"]
    page.locator("#ga-ranking tbody button").first.click()
    assert "beds" in page.inner_text("#ga-card")
    assert opened.trouble == []


@pytest.mark.browser
def test_own_changes_stand_on_the_map(result: StudyResult, open_page: Open) -> None:
    before = pd.Series(np.arange(12.0), index=list(result.origins.id))
    after = before.iloc[::-1] + 4.0
    drawn = reform_map(before, after, result.origins, title="School")
    opened = open_page(drawn.get_root().render())
    page = opened.page
    page.click("[data-preset=change]")
    assert "12" in page.inner_text("#ga-legend .ga-total")
    assert "longer by over" in page.inner_text("#ga-finding")
    assert opened.trouble == []


def test_a_notebook_shows_it(result: StudyResult) -> None:
    values = pd.Series(np.arange(12.0), index=list(result.origins.id))
    shown = access_map(values, result.origins, title="School", unit="min")._repr_html_()
    assert "iframe" in shown


def test_a_settlement_without_a_value_is_named(result: StudyResult) -> None:
    values = pd.Series([1.0], index=["V00"])
    with pytest.raises(MismatchError, match="no value for V01, V02"):
        access_map(values, result.origins, title="School", unit="min")
