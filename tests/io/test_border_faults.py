"""Gaps and overlaps of borders, and borders that are not those expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import DataWarning, MismatchError
from geoaccess.io.border_faults import FAULT_COLUMNS
from geoaccess.model.territory import Territory
from tests.reform.grids import cells_of, in_degrees, square, territory_of
from tests.towns import at, box_feature

WHOLE = cells_of(["aaab", "acab", "aaab"])


def test_borders_that_tile_have_no_faults() -> None:
    faults = ga.border_faults(territory_of(WHOLE), least_ha=1e-6)
    assert tuple(faults.columns) == FAULT_COLUMNS
    assert len(faults) == 0


def test_a_hole_and_an_overlap_by_hand() -> None:
    left = {cell: code for cell, code in WHOLE.items() if code != "c"}
    shapes = [*territory_of(left).geometry, *in_degrees([square(3.5, 0, width=2, height=1)])]
    borders = Territory(date="2021-06-30", code=list("abd"), name=list("ABD"), geometry=shapes)
    faults = ga.border_faults(borders)
    assert faults[["kind", "first_code", "second_code"]].to_numpy().tolist() == [
        ["gap", "", ""],
        ["overlap", "b", "d"],
    ]
    assert faults["area_ha"].tolist() == pytest.approx([100.0, 50.0])
    assert borders.locate(faults["lon"], faults["lat"]).tolist() == [-1, 1]
    assert len(ga.border_faults(borders, least_ha=99.0)) == 1


@given(st.sets(st.sampled_from([(1, 1), (1, 3), (3, 1), (3, 3)])))
@settings(max_examples=16)
def test_every_missing_cell_is_a_gap(missing: set[tuple[int, int]]) -> None:
    cells = {(c, r): "ab"[c > 2] for c in range(5) for r in range(5) if (c, r) not in missing}
    faults = ga.border_faults(territory_of(cells))
    assert set(faults["kind"]) <= {"gap"}
    assert faults["area_ha"].tolist() == pytest.approx([100.0] * len(missing))


def test_a_file_with_a_gap_is_told(tmp_path: Path) -> None:
    frame = [((0, 0), (3, 1)), ((0, 1), (1, 2)), ((2, 1), (3, 2)), ((0, 2), (3, 3))]
    features = [box_feature(*box, {"id": f"{i}", "name": f"Z{i}"}) for i, box in enumerate(frame)]
    path = tmp_path / "borders.geojson"
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    with pytest.warns(
        DataWarning, match=r"borders\.geojson: gaps of over 1 ha between zones"
    ) as told:
        ga.read_territory(path, date="2021-06-30")
    (text,) = [str(one.message) for one in told]
    lon, lat = at(1.5, 1.5)
    assert f"at {lon:.2f}" in text
    assert f", {lat:.2f}" in text


def test_borders_that_are_not_those_expected() -> None:
    borders = territory_of(WHOLE)
    ga.require_borders(borders, zones=3, area_km2=12.0, codes=["a", "b", "c", "d"])
    with pytest.raises(MismatchError, match="4 zones expected, but 3 are there"):
        ga.require_borders(borders, zones=4)
    with pytest.raises(MismatchError, match=r"12\.10 km2 expected, but 12\.00 km2 are there"):
        ga.require_borders(borders, area_km2=12.1)
    with pytest.raises(MismatchError, match="unknown code b, c; correct it or the classifier"):
        ga.require_borders(borders, codes=["a"])
