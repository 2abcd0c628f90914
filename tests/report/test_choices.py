"""What the map can switch between beyond services: scenarios, pooled measures, surfaces."""

from __future__ import annotations

import base64
import dataclasses
import zlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geoaccess.model.nesting import Parts
from geoaccess.model.surface import SurfaceImage
from geoaccess.report.layers import layers_of, services_of
from geoaccess.report.packed import unpacked
from geoaccess.report.payload import payload
from geoaccess.report.scenario_map import as_study, scenario_map
from geoaccess.report.surface_png import OUTSIDE, class_codes, drawn_surface, grey_png
from geoaccess.study.result import StudyResult
from geoaccess.study.scenario_run import Bench, ScenarioResult, chosen, prepare, run_scenario
from geoaccess.study.starter import demo_study
from tests.report.conftest import shapes, texts

_EDGES = {"west": 24.9, "south": 56.9, "east": 25.3, "north": 57.2}


def _unfiltered(png: bytes, shape: tuple[int, int]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    at = png.index(b"IDAT")
    size = int.from_bytes(png[at - 4 : at], "big")
    rows = np.frombuffer(zlib.decompress(png[at + 4 : at + 4 + size]), dtype=np.uint8)
    return rows.reshape(shape[0], shape[1] + 1)[:, 1:]


@given(codes=arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_a_picture_holds_every_pixel(codes: Any) -> None:  # noqa: ANN401 - hypothesis has no type
    np.testing.assert_array_equal(_unfiltered(grey_png(codes), codes.shape), codes)


@given(minutes=st.floats(0, 200) | st.sampled_from([10.0, 20.0, np.inf, np.nan]))
def test_a_pixel_is_of_the_class_that_a_settlement_would_be(minutes: float) -> None:
    breaks = (10.0, 20.0)
    image = SurfaceImage(
        service="s", minutes=np.array([[minutes]]), cell_m=100, cutoff_min=200, **_EDGES
    )
    told = np.float32(minutes)
    expected = next((k for k, upper in enumerate(breaks) if told <= upper), len(breaks))
    if np.isnan(minutes):
        expected = OUTSIDE
    elif np.isinf(minutes):
        expected = len(breaks) + 1
    assert class_codes(image, breaks)[0, 0] == expected


def test_a_surface_that_is_too_large_gets_coarser() -> None:
    minutes = np.random.default_rng(1).uniform(0, 40, (400, 300))
    image = SurfaceImage(service="s", minutes=minutes, cell_m=100, cutoff_min=60, **_EDGES)
    whole = drawn_surface(image, (10, 20, 30), most_bytes=10**9)
    small = drawn_surface(image, (10, 20, 30), most_bytes=10_000)
    assert len(small["png"]) <= 10_000 < len(whole["png"])
    assert {side: small[side] for side in _EDGES} == _EDGES
    head = base64.b64decode(small["png"])[16:24]
    assert (int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")) == (75, 100)


def test_only_services_whose_minutes_are_shown_have_a_surface(result: StudyResult) -> None:
    image = SurfaceImage(
        service="school", minutes=np.full((3, 4), 12.0), cell_m=100, cutoff_min=60, **_EDGES
    )
    whole = dataclasses.replace(result, surface_images={"school": image, "lighthouse": image})
    assert [one["service"] for one in payload(whole)["surfaces"]] == [0]


def test_services_looked_at_together_are_a_service_of_their_own(full: StudyResult) -> None:
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
    measures = pd.concat([full.tables["measures"], pooled])
    whole = dataclasses.replace(full, tables={**full.tables, "measures": measures})
    assert services_of(whole) == ("school", "pharmacy", "school+pharmacy")
    data = payload(whole)
    told = data["services"][2]
    assert told["label"] == {"en": "School + Pharmacy", "lv": "Skola + Aptieka"}
    assert len(told["places"]["name"]) == 3
    [layer] = [one for one in data["layers"] if one["service"] == 2]
    np.testing.assert_allclose(unpacked(layer["values"]), pooled["value"], atol=1e-5)


def test_a_reform_between_borders_of_ones_own_says_which(full: StudyResult) -> None:
    manifest = {"parameters": {"reform": {"before": "before", "after": "another_map"}}}
    borders = {one.borders for one in layers_of(dataclasses.replace(full, manifest=manifest))}
    assert borders == {"", "before", "another_map", "change"}


def test_parishes_go_with_their_zones(result: StudyResult) -> None:
    west, east = shapely.box(24.9, 56.9, 25.075, 57.2), shapely.box(25.075, 56.9, 25.3, 57.2)
    parts = Parts(
        code=texts("A", "B"),
        name=texts("Ķeipenes pagasts", "<i>"),
        zone=texts("L1", "L1"),
        geometry=shapes(west, east),
    )
    after = dataclasses.replace(result.territories["after"], parts=parts)
    whole = dataclasses.replace(result, territories={**result.territories, "after": after})
    told = payload(whole)["territories"]
    assert told["before"]["parts"] is None
    assert told["after"]["parts"]["name"] == ["Ķeipenes pagasts", "<i>"]
    np.testing.assert_array_equal(unpacked(told["after"]["parts"]["zone"]), [0, 0])
    np.testing.assert_allclose(unpacked(told["after"]["parts"]["east"]), [25.075, 25.3])


@pytest.fixture(scope="module")
def bench() -> Bench:
    return prepare(demo_study())


@pytest.fixture(scope="module")
def thaw(bench: Bench) -> ScenarioResult:
    return run_scenario(bench, chosen(bench, ["spring thaw"])[0])


def test_a_scenario_is_shown_beside_what_stands(bench: Bench, thaw: ScenarioResult) -> None:
    labels = {"school": {"en": "School", "lv": "Skola"}}
    study = as_study(bench, thaw, labels=labels, manifest={})
    layers = {one.borders: one for one in layers_of(study) if one.service == "school"}
    assert set(layers) == {"base", "scenario", "change"}
    table = thaw.tables["scenario"].query("service == 'school'").set_index("id")
    rows = table.loc[list(study.origins.id)]
    np.testing.assert_allclose(layers["base"].value, rows["before_min"])
    np.testing.assert_allclose(layers["scenario"].value, rows["after_min"])
    assert scenario_map(bench, thaw, labels=labels, manifest={}) == scenario_map(
        bench, thaw, labels=labels, manifest={}
    )
