"""The map that ``geoaccess demo`` writes, opened by double click with the network off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from geoaccess.cli.main import geoaccess

if TYPE_CHECKING:
    from tests.report.conftest import Opened

pytestmark = pytest.mark.browser


def test_the_demo_map_opens_offline_without_a_complaint(
    tmp_path: Path, open_page: Callable[..., Opened]
) -> None:
    out = tmp_path / "demo"
    told = CliRunner().invoke(geoaccess, ["demo", "-q", "-o", str(out)], catch_exceptions=False)
    assert told.exit_code == 0
    html = (out / "map.html").read_text("utf-8")
    opened = open_page(html, width=1280, locale="en-US")
    page = opened.page
    page.wait_for_selector("#ga-legend table")
    kinds = page.locator("select").first.locator("option").all_text_contents()
    assert len(kinds) == 10
    assert page.locator(".folium-map canvas").count() >= 1
    assert "synthetic" in page.locator("body").inner_text().lower()
    assert opened.trouble == []
