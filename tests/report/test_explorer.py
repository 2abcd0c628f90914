"""The explorer page as text: the same bytes, nothing from outside, data as data."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.report import assets
from geoaccess.report.breaks import class_breaks
from geoaccess.report.disclosure import shown_people
from geoaccess.report.explorer import compare_html, explorer_html, explorer_map
from geoaccess.report.layers import layers_of
from geoaccess.report.outlines import STEPS_PER_DEGREE, outlines
from geoaccess.report.packed import packed, unpacked
from geoaccess.report.payload import payload, to_json
from geoaccess.report.results import run_study
from geoaccess.study.result import StudyResult
from tests.report.conftest import numbers, shapes, texts
from tests.towns import write_town_study


class _Reader(HTMLParser):
    """Collect addresses, scripts and style sheets of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self.policy = ""
        self._inside = ""
        self._data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.addresses += [(tag, known[name]) for name in ("src", "href") if name in known]
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"]
        if tag in self.texts:
            self._inside = "data" if known.get("type") == "application/json" else tag

    def handle_endtag(self, tag: str) -> None:
        if tag in self.texts:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "data":
            self._data += data
        elif self._inside:
            self.texts[self._inside].append(data)

    @property
    def data(self) -> dict[str, Any]:
        known: dict[str, Any] = json.loads(self._data)
        return known


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_two_builds_are_the_same_bytes(make_result: Callable[[], StudyResult]) -> None:
    assert explorer_html(make_result()) == explorer_html(make_result())


def test_saved_map_is_the_same_page(result: StudyResult) -> None:
    assert explorer_map(result).get_root().render() == explorer_html(result)


def test_nothing_comes_from_outside(result: StudyResult) -> None:
    page = _read(explorer_html(result))
    assert {target for _, target in page.addresses} == {"data:,", "#ga-ranking-box", "#"}
    for style in page.texts["style"]:
        assert not re.search(r"@import|url\((?!data:|#)", style)
    assert "sourceMappingURL" not in explorer_html(result)


def test_policy_runs_only_the_scripts_that_stand_there(result: StudyResult) -> None:
    page = _read(explorer_html(result))
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page.policy
    allowed = re.findall(r"'sha256-[^']+'", page.policy)
    assert allowed == [assets.csp_hash(script) for script in page.texts["script"]]
    assert "unsafe-eval" not in page.policy


def test_tiles_are_off_unless_asked_for(result: StudyResult) -> None:
    assert "tile.openstreetmap.org" not in explorer_html(result)
    tiled = explorer_html(result, tiles=True)
    assert "img-src data: https://tile.openstreetmap.org;" in _read(tiled).policy
    assert "OpenStreetMap\\u003c/a\\u003e contributors" in tiled


def test_further_layers_can_be_added(result: StudyResult) -> None:
    drawn = explorer_map(result)
    folium.CircleMarker([57.0, 25.0]).add_to(drawn)
    text = drawn.get_root().render()
    assert f".addTo({drawn.get_name()})" in text
    assert explorer_html(result) != text


def test_texts_from_data_stay_in_the_data_block(result: StudyResult) -> None:
    html = explorer_html(result)
    page = _read(html)
    assert page.data["settlements"]["name"] == list(result.origins.name)
    assert page.data["territories"]["before"]["name"] == list(result.territories["before"].name)
    for hostile in ("<script>alert", "<img src=x", "\u2028", "\x00", "\u202e", "<b>nobody"):
        assert hostile not in html
    assert page.texts["title"] == [result.title]


def test_json_survives_any_text() -> None:
    name = "</script><!-- & \u2028 \u2029 \x00 \ud800 'x' \"y\""
    text = to_json({"name": name})
    assert json.loads(text) == {"name": name}
    assert not re.search(r"[<>&\u2028\u2029\x00]", text)


def test_payload_holds_the_access_table(result: StudyResult) -> None:
    data = payload(result)
    for k, service in enumerate(data["services"]):
        rows = result.access[result.access["service"] == service["kind"]]
        (layer,) = [one for one in data["layers"] if one["service"] == k]
        np.testing.assert_allclose(unpacked(layer["values"]), rows["nearest_min"], atol=5e-4)
        nearest = unpacked(service["nearest"]).astype(int)
        names = [service["places"]["name"][p] if p >= 0 else None for p in nearest]
        assert names == [one if isinstance(one, str) else None for one in rows["nearest_name"]]
        codes = unpacked(service["reason"]).astype(int)
        assert [data["reasons"][r] for r in codes] == list(rows["reason"])
    zones = data["settlements"]["zones"]
    assert list(unpacked(zones["before"])[:3]) == [1, 0, 1]
    assert unpacked(zones["after"])[11] == -1


def test_rows_in_any_order_give_the_same_page(result: StudyResult) -> None:
    shuffled = result.access.sample(frac=1.0, random_state=1)
    assert explorer_html(dataclasses.replace(result, access=shuffled)) == explorer_html(result)


@pytest.mark.parametrize(
    ("minutes", "last"),
    [([1.0, 9.0], 10), ([25.0], 30), ([59.0], 60), ([500.0], 180), ([], 60), ([np.nan], 60)],
)
def test_class_breaks_follow_the_times(minutes: list[float], last: int) -> None:
    breaks = class_breaks(np.array(minutes, dtype=np.float64))
    assert breaks[-1] == last
    assert len(breaks) == 5


def _decoded(rings: list[list[int]]) -> shapely.Polygon:
    points = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / STEPS_PER_DEGREE for ring in rings]
    return shapely.Polygon(points[0], points[1:])


def _wavy(*, shift: float = 0.0) -> Territory:
    """Two zones that share a border of 400 points; with a shift they overlap."""
    y = np.linspace(56.0, 57.0, 400)
    line = np.c_[25.0 + 0.02 * np.sin(40 * y), y]
    west = shapely.Polygon([[24.0, 57.0], [24.0, 56.0], *line])
    east = shapely.Polygon([[26.0, 57.0], [26.0, 56.0], *(line - [shift, 0.0])])
    hole = shapely.box(24.2, 56.2, 24.4, 56.4)
    return Territory(
        date="2021-07-01",
        code=texts("E", "W"),
        name=texts("E", "W"),
        geometry=shapes(east, shapely.difference(west, hole)),
    )


def test_neighbours_keep_one_border() -> None:
    east, west = map(_decoded, outlines(_wavy()))
    assert shapely.get_num_coordinates(east) < 200
    assert east.intersection(west).area == pytest.approx(0, abs=1e-9)
    assert east.union(west).area == pytest.approx(2.0 - 0.04, abs=2e-3)


def test_zones_that_overlap_are_drawn_one_by_one() -> None:
    drawn = [_decoded(rings) for rings in outlines(_wavy(shift=0.01))]
    assert all(zone.is_valid for zone in drawn)


def test_a_study_without_borders_has_a_page(result: StudyResult) -> None:
    page = explorer_html(dataclasses.replace(result, territories={}))
    assert 'name="ga-outlines"' not in page
    assert 'class="ga-button" data-show' not in page


def test_an_unknown_language_is_refused(result: StudyResult) -> None:
    with pytest.raises(InputError, match="known: en, lv"):
        explorer_map(result, language="de")


def test_no_small_count_is_in_the_page(full: StudyResult) -> None:
    data = payload(full)
    counts = {one["group"]: unpacked(one["count"]) for one in data["settlements"]["people"]}
    assert set(counts) == {"", "age_7_15", "age_65_plus"}
    for group, people in counts.items():
        raw = full.origins.groups.get(group, full.origins.population)
        small = (raw > 0) & (raw < 5)
        assert np.isnan(people[small]).all()
        assert small.any() or not group or group == "age_65_plus"
        np.testing.assert_array_equal(people[~np.isnan(people)], raw[~np.isnan(people)])
    told = payload(full, min_count=500)["settlements"]["people"][0]
    assert np.isnan(unpacked(told["count"])).sum() == int((full.origins.population < 500).sum())


def test_a_hidden_group_cannot_be_had_by_subtraction() -> None:
    places = Origins(
        id=texts("a", "b"),
        name=texts("A", "B"),
        lon=[25.0, 25.0],
        lat=[57.0, 57.0],
        population=[40, 40],
        groups={"young": numbers(3, 10), "middle": numbers(30, 20), "old": numbers(7, 10)},
    )
    shown = shown_people(places, min_count=5)
    np.testing.assert_array_equal(shown["young"].count, [np.nan, 10])
    np.testing.assert_array_equal(shown["old"].count, [np.nan, 10])
    np.testing.assert_array_equal(shown["middle"].count, [30, 20])


def test_sums_keep_hidden_people() -> None:
    people = np.array([1.0, 2, 3, 4, 1, 2, 3, 4, 4, 4, 400])
    places = Origins(
        id=texts(*(f"{i}" for i in range(11))),
        name=texts(*(f"{i}" for i in range(11))),
        lon=np.full(11, 25.0),
        lat=np.full(11, 57.0),
        population=people,
    )
    shown = shown_people(places, min_count=5)[""]
    hidden = np.isnan(shown.count)
    assert hidden.sum() == 10
    assert np.nansum(shown.count) + 10 * shown.hidden_as == people.sum()


@given(
    values=st.lists(st.floats(0, 1000) | st.just(np.nan), min_size=1, max_size=40),
    step=st.sampled_from([1.0, 0.1, 0.01, 0.001]),
)
def test_packing_keeps_values_and_their_classes(values: list[float], step: float) -> None:
    known = np.array(values, dtype=np.float64)
    breaks = (10.0, 25.0, 60.0)
    back = unpacked(packed(known, step=step, breaks=breaks))
    np.testing.assert_array_equal(np.isnan(back), np.isnan(known))
    reached = ~np.isnan(known)
    assert (np.abs(back - known)[reached] <= step * (1 + 1e-9)).all()
    classes = [np.searchsorted(breaks, one[reached] - 1e-12) for one in (known, back)]
    far = np.min(np.abs(known[reached, None] - breaks), axis=1, initial=np.inf) > 1e-6
    np.testing.assert_array_equal(classes[0][far], classes[1][far])


def test_every_table_becomes_layers(full: StudyResult) -> None:
    layers = layers_of(full)
    school = {(one.measure, one.regime, one.borders, one.group): one for one in layers}
    assert ("nearest_min", "borderless", "", "") in school
    change = school["nearest_min", "own", "change", ""]
    reform = full.tables["reform"]
    np.testing.assert_allclose(change.value, reform["own_after_min"] - reform["own_before_min"])
    assert change.minus is not None
    assert [one.borders for one in change.minus] == ["after", "before"]
    assert 25 in school["nearest_min", "own", "before", ""].breaks
    assert school["floating_catchment", "borderless", "", "age_7_15"].kind == "access"
    assert {one.service for one in layers} == {"school", "pharmacy"}


def test_the_study_file_says_how_maps_are_drawn(tmp_path: Path) -> None:
    town = write_town_study(tmp_path / "town")
    town.edit(town.study, "[roads]", "[map]\nmin_count = 40\ntiles = true\n\n[roads]")
    run_study(town.study, out=tmp_path / "out")
    for name in ("map.html", "compare.html"):
        page = _read((tmp_path / "out" / name).read_text("utf-8"))
        assert page.data["min_count"] == 40
        people = unpacked(page.data["settlements"]["people"][0]["count"])
        np.testing.assert_array_equal(people, [100, 50, np.nan, np.nan])
        assert "tile.openstreetmap.org" in page.policy


def test_two_maps_need_two_sets_of_borders(full: StudyResult) -> None:
    alone = dataclasses.replace(full, territories={"after": full.territories["after"]})
    with pytest.raises(InputError, match=r"add \[territory.before\]"):
        compare_html(alone)


def test_agreements_that_were_not_given_are_not_offered(full: StudyResult) -> None:
    whole = dataclasses.replace(full, summary={})
    assert "agreements" in {layer.regime for layer in layers_of(whole)}
    lacking = dataclasses.replace(full, summary={"reform": {"not_given": ["agreements"]}})
    assert "agreements" not in {layer.regime for layer in layers_of(lacking)}
