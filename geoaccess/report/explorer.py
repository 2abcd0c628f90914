"""The map that an official opens by double click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from folium.template import Template

from geoaccess.errors import InputError
from geoaccess.report import assets
from geoaccess.report.catalogue import LANGUAGES, messages
from geoaccess.report.page import Page, number_elements
from geoaccess.report.payload import MIN_COUNT, payload, to_json
from geoaccess.study.result import StudyResult

_TILES = "OpenStreetMap"
_TILE_HOST = "https://tile.openstreetmap.org"
# In the order in which they need one another.
SCRIPTS = (
    "words.js",
    "study.js",
    "classes.js",
    "finding.js",
    "shapes.js",
    "ground.js",
    "points.js",
    "labels.js",
    "surface.js",
    "card.js",
    "legend.js",
    "view.js",
    "ranking.js",
    "search.js",
    "permalink.js",
    "picture.js",
    "controls.js",
    "explorer.js",
)


class BareMap(folium.Map):
    """
    Folium's map without what it would load from other hosts.

    Its viewport line, which forbids zooming, is left out as well.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own name and kind
    default_css: list[tuple[str, str]] = []  # noqa: RUF012
    _template = Template(assets.own("map.j2"))


def explorer_map(
    result: StudyResult,
    *,
    tiles: bool = False,
    language: str = "en",
    min_count: int = MIN_COUNT,
    links: Mapping[str, str] | None = None,
) -> folium.Map:
    """
    Map of everything that a study found: services, measures, borders before and after.

    Parameters
    ----------
    result
        What the study found.
    tiles
        Whether OpenStreetMap's tiles lie under the map; they need a network.
    language
        Language in which the page opens unless the browser prefers another that it knows.
    min_count
        Least count of people that the page may show or hold.
    links
        Addresses of pages that lie beside this one, by name: ``map``, ``compare``, ``report``.

    Returns
    -------
    Map that shows itself in a notebook and takes further folium layers; ``save`` writes
    the whole page.

    Raises
    ------
    InputError
        If there is no catalogue of that language.
    """
    shown = _Shown(tiles=tiles, language=language, min_count=min_count, links=links or {})
    return _page(result, shown, [_bare_map(result, tiles=tiles)])


def explorer_html(
    result: StudyResult,
    *,
    tiles: bool = False,
    language: str = "en",
    min_count: int = MIN_COUNT,
    links: Mapping[str, str] | None = None,
) -> str:
    """
    Whole text of the explorer page, the same for the same result.

    Parameters
    ----------
    result, tiles, language, min_count, links
        As :func:`explorer_map` takes them.

    Returns
    -------
    One HTML document that needs no other file and, without tiles, no network.
    """
    drawn = explorer_map(result, tiles=tiles, language=language, min_count=min_count, links=links)
    return _text(drawn)


def compare_html(
    result: StudyResult,
    *,
    tiles: bool = False,
    language: str = "en",
    min_count: int = MIN_COUNT,
    links: Mapping[str, str] | None = None,
) -> str:
    """
    Whole text of a page with two maps that move together, before and after.

    Parameters
    ----------
    result
        What a study with two sets of borders found.
    tiles, language, min_count, links
        As :func:`explorer_map` takes them.

    Raises
    ------
    InputError
        If the study lacks borders before or after.
    """
    if not {"before", "after"} <= set(result.territories):
        msg = "two maps need borders before and after; add [territory.before] or [territory.after]"
        raise InputError(msg)
    shown = _Shown(tiles=tiles, language=language, min_count=min_count, links=links or {})
    maps = [_bare_map(result, tiles=tiles) for _ in range(2)]
    return _text(_page(result, shown, maps))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    tiles: bool
    language: str
    min_count: int
    links: Mapping[str, str]


def _bare_map(result: StudyResult, *, tiles: bool) -> BareMap:
    return BareMap(
        location=_centre(result),
        tiles=None,
        prefer_canvas=True,
        attribution_control=tiles,
        zoom_snap=0.25,
    )


def _page(result: StudyResult, shown: _Shown, maps: list[BareMap]) -> folium.Map:
    pair = len(maps) > 1
    page = Page(
        template="explorer.html.j2",
        values={**_values(result, shown), "pair": pair},
        data_json=to_json(_data(result, shown)),
        scripts=SCRIPTS,
        start="",
        image_hosts=[_TILE_HOST] if shown.tiles else [],
    )
    for drawn in maps:
        page.add_child(drawn)
        if shown.tiles:
            drawn.add_child(folium.TileLayer(_TILES))
    number_elements(page)
    names = ", ".join(drawn.get_name() for drawn in maps)
    page.start = f"geoaccess.explore({names});"
    return maps[0]


def _text(drawn: folium.Map) -> str:
    text: str = drawn.get_root().render()
    return text


def _centre(result: StudyResult) -> list[float]:
    origins = result.origins
    if not len(origins):
        return [0.0, 0.0]
    return [
        float(origins.lat.min() + origins.lat.max()) / 2,
        float(origins.lon.min() + origins.lon.max()) / 2,
    ]


def _values(result: StudyResult, shown: _Shown) -> dict[str, Any]:
    return {
        "title": result.title,
        "synthetic": result.synthetic,
        "language": shown.language,
        "languages": {code: messages(code)["language_name"] for code in LANGUAGES},
        "t": messages(shown.language),
        "shows": ["places", *_shows(result)],
        "roles": sorted(result.territories, key=_newest_first),
        "links": shown.links,
    }


def _shows(result: StudyResult) -> list[str]:
    """Name what can be shown besides settlements."""
    known = {"zones": result.territories, "surface": result.surface_images}
    return [name for name, there in known.items() if there]


def _newest_first(role: str) -> tuple[int, str]:
    """After, before, then borders of the user's own by name."""
    known = ("after", "before")
    return (known.index(role) if role in known else len(known), role)


def _data(result: StudyResult, shown: _Shown) -> dict[str, Any]:
    words = {code: messages(code) for code in LANGUAGES}
    return {
        "language": shown.language,
        "tiles": shown.tiles,
        "messages": words,
        **payload(result, min_count=shown.min_count),
    }
