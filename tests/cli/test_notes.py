"""Data that can be used with a gap are used, and the reader is told."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.cli.conftest import Command
from tests.towns import TownStudy, box_feature


def _warnings(town: TownStudy, command: Command) -> list[str]:
    """Run the study; the notes on stderr are the warnings of the manifest."""
    outcome = command("run", town.study, "-o", town.folder / "out")
    assert outcome.code == 0, outcome.err
    manifest = json.loads((town.folder / "out" / "manifest.json").read_text("utf-8"))
    told: list[str] = manifest["warnings"]
    assert outcome.err == "".join(f"note: {text}\n" for text in told)
    return told


def _write_borders(town: TownStudy, *features: dict[str, Any]) -> None:
    collection = {"type": "FeatureCollection", "features": features}
    town.borders.write_text(json.dumps(collection), "utf-8")


def test_nothing_to_note(town: TownStudy, command: Command) -> None:
    assert _warnings(town, command) == []


def test_overlap_names_both_zones(town: TownStudy, command: Command) -> None:
    _write_borders(
        town,
        box_feature((-1, -1), (2, 3), {"old": "01", "new": "1", "name": "West"}),
        box_feature((1.5, -1), (4, 3), {"old": "02", "new": "1", "name": "East"}),
    )
    (note,) = _warnings(town, command)
    # Half a block by four blocks are 200 ha; both became one zone after.
    assert "zones overlap by over 1 ha: West and East (" in note
    told_ha = float(note.split("West and East (")[1].split(" ha)")[0])
    # Measured in the plane of the study, whose scale is off by a little.
    assert told_ha == pytest.approx(200.0, rel=2e-3)


def test_invalid_polygon_is_repaired(town: TownStudy, command: Command) -> None:
    west = box_feature((-1, -1), (1.5, 3), {"old": "01", "new": "1", "name": "West"})
    geometry: Any = west["geometry"]
    ring = geometry["coordinates"][0]
    # A spike out of the south-east corner and back.
    ring[2:2] = [[ring[1][0] + 0.1, ring[1][1]], ring[1]]
    _write_borders(
        town, west, box_feature((1.5, -1), (4, 3), {"old": "02", "new": "1", "name": "East"})
    )
    assert _warnings(town, command) == ["borders.geojson: repaired invalid polygon of West"]


def test_places_outside_every_zone_are_kept_and_counted(town: TownStudy, command: Command) -> None:
    _write_borders(town, box_feature((-1, -1), (1, 1), {"old": "01", "new": "1", "name": "West"}))
    before, after = _warnings(town, command)
    assert before == (
        "territory before: 3 of 4 settlements (100 people) lie outside every zone and are kept "
        "without one"
    )
    assert after.startswith("territory after: 3 of 4")
    access = pd.read_csv(town.folder / "out" / "access.csv", dtype=str, keep_default_na=False)
    assert access.drop_duplicates("id")["zone_before"].tolist() == ["01", "", "", ""]
    zones = pd.read_csv(town.folder / "out" / "zones.csv", dtype=str, keep_default_na=False)
    without = zones[(zones["zone_id"] == "") & (zones["territory"] == "before")]
    assert without["population"].tolist() == ["100", "100"]


def test_settlement_without_a_road_is_kept_with_its_reason(
    town: TownStudy, command: Command
) -> None:
    with town.settlements.open("a", encoding="utf-8") as table:
        table.write("V5,Tālava,24.02,57.1,7\n")
    _warnings(town, command)
    access = pd.read_csv(town.folder / "out" / "access.csv", keep_default_na=False)
    rows = access[access["id"] == "V5"]
    assert rows["nearest_min"].tolist() == ["", ""]
    assert rows["reason"].tolist() == ["outside_extract", "outside_extract"]


def test_service_without_a_road_is_told(town: TownStudy, command: Command) -> None:
    with town.services.open("a", encoding="utf-8") as table:
        table.write("S4,school,far school,24.02,57.1\n")
    off_road, _ = _warnings(town, command)
    assert off_road.startswith("school: 1 of 3 services lie too far from a road")
    assert off_road.endswith("raise max_snap_m or correct them")


def test_a_service_beyond_the_edge_that_may_be_nearer_is_told(
    town: TownStudy, command: Command
) -> None:
    # A pharmacy 2 km north of the northern road, where the data end.
    with town.services.open("a", encoding="utf-8") as table:
        table.write("P9,pharmacy,over the border,24.0005,57.036\n")
    _, beyond = _warnings(town, command)
    assert beyond.startswith("pharmacy: 1 services lie beyond the edge of the roads, and ")
    assert "may be nearer to one of them" in beyond
    assert beyond.endswith("take an extract with a wider margin")


@pytest.mark.parametrize("column", ["fid", "FID", "geom", "Name", "name_"])
def test_columns_that_a_geopackage_cannot_hold_are_renamed(
    town: TownStudy, command: Command, column: str
) -> None:
    head, *rows = town.services.read_text("utf-8").splitlines()
    text = "\n".join([f"{head},{column}", *(f"{row},x" for row in rows)])
    town.services.write_text(text + "\n", "utf-8")
    assert _warnings(town, command) == []


def test_kinds_that_differ_in_case_only(town: TownStudy, command: Command) -> None:
    town.edit(town.services, "pharmacy", "School")
    town.edit(town.study, "pharmacy", "School")
    assert _warnings(town, command) == []
