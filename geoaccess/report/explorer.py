"""The map that an official opens by double click."""

from __future__ import annotations

from typing import Any

import folium
from folium.template import Template

from geoaccess.report import assets
from geoaccess.report.catalogue import LANGUAGES, messages
from geoaccess.report.page import Page, number_elements
from geoaccess.report.payload import payload, to_json
from geoaccess.study.result import StudyResult

_TILES = "OpenStreetMap"
_TILE_HOST = "https://tile.openstreetmap.org"


class BareMap(folium.Map):
    """
    Folium's map without what it would load from other hosts.

    Its viewport line, which forbids zooming, is left out as well.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own name and kind
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(assets.own("map.j2"))


def explorer_map(result: StudyResult, *, tiles: bool = False, language: str = "en") -> folium.Map:
    """
    Map of minutes to the nearest service, with borders before and after the reform.

    Parameters
    ----------
    result
        What the study found.
    tiles
        Whether OpenStreetMap's tiles lie under the map; they need a network.
    language
        Language in which the page opens unless the browser prefers another that it knows.

    Returns
    -------
    Map that shows itself in a notebook and takes further folium layers; ``save`` writes
    the whole page.

    Raises
    ------
    InputError
        If there is no catalogue of that language.
    """
    drawn = BareMap(
        location=_centre(result),
        tiles=None,
        prefer_canvas=True,
        attribution_control=tiles,
        zoom_snap=0.25,
    )
    page = Page(
        template="explorer.html.j2",
        values=_values(result, language),
        data_json=to_json(_data(result, language=language, tiles=tiles)),
        scripts=["figures.js", "shapes.js", "explorer.js"],
        start="",
        image_hosts=[_TILE_HOST] if tiles else [],
    )
    page.add_child(drawn)
    if tiles:
        drawn.add_child(folium.TileLayer(_TILES))
    number_elements(page)
    page.start = f"geoaccess.explore({drawn.get_name()});"
    return drawn


def explorer_html(result: StudyResult, *, tiles: bool = False, language: str = "en") -> str:
    """
    Whole text of the explorer page, the same for the same result.

    Parameters
    ----------
    result, tiles, language
        As :func:`explorer_map` takes them.

    Returns
    -------
    One HTML document that needs no other file and, without tiles, no network.
    """
    return explorer_map(result, tiles=tiles, language=language).get_root().render()


def _centre(result: StudyResult) -> list[float]:
    origins = result.origins
    if not len(origins):
        return [0.0, 0.0]
    return [
        float(origins.lat.min() + origins.lat.max()) / 2,
        float(origins.lon.min() + origins.lon.max()) / 2,
    ]


def _values(result: StudyResult, language: str) -> dict[str, Any]:
    return {
        "title": result.title,
        "synthetic": result.synthetic,
        "language": language,
        "languages": {code: messages(code)["language_name"] for code in LANGUAGES},
        "t": messages(language),
        "roles": [role for role in ("after", "before") if role in result.territories],
    }


def _data(result: StudyResult, *, language: str, tiles: bool) -> dict[str, Any]:
    words = {code: messages(code) for code in LANGUAGES}
    return {"language": language, "tiles": tiles, "messages": words, **payload(result)}
