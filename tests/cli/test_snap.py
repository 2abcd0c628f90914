from __future__ import annotations

import io
import json

import geopandas as gpd
import pandas as pd
import pytest

from tests.cli.conftest import Command
from tests.towns import TownStudy, at, box_feature


def test_every_place_is_shown_with_its_road(town: TownStudy, command: Command) -> None:
    outcome = command("snap", town.study, "--format", "csv")
    assert (outcome.code, outcome.err) == (0, "")
    table = pd.read_csv(io.StringIO(outcome.out), keep_default_na=False)
    assert list(table.columns) == [
        "places",
        "id",
        "distance_m",
        "lon",
        "lat",
        "way",
        "segment",
        "component",
        "reason",
    ]
    assert table["places"].value_counts().to_dict() == {"settlements": 4, "services": 3}
    assert (table["distance_m"] < 1).all()
    assert (table["reason"] == "").all()


def test_bad_places_alone_as_json(town: TownStudy, command: Command) -> None:
    with town.settlements.open("a", encoding="utf-8") as table:
        table.write("V5,Tālava,24.02,57.1,7\n")
    outcome = command("snap", town.study, "--bad", "--places", "settlements", "--format", "json")
    (row,) = json.loads(outcome.out)
    assert (row["id"], row["way"], row["reason"]) == ("V5", -1, "outside_extract")
    assert row["distance_m"] == pytest.approx(9_100, abs=200)
    assert "V5" in command("snap", town.study, "--bad").out


def test_a_geopackage_of_the_points_on_the_road(town: TownStudy, command: Command) -> None:
    out = town.folder / "snapped.gpkg"
    assert command("snap", town.study, "-o", out).out == f"wrote {out}\n"
    assert len(gpd.read_file(out, layer="snapped")) == 7
    again = command("snap", town.study, "-o", out)
    assert again.code == 3
    assert "is there already" in again.err


def test_a_limit_that_is_broken_is_code_4(town: TownStudy, command: Command) -> None:
    words = ("run", town.study, "-q", "-o", town.folder / "out", "--fail-on")
    assert command(*words, "unreached=0%").code == 0
    with town.settlements.open("a", encoding="utf-8") as table:
        table.write("V5,Tālava,24.02,57.1,7\n")
    assert command(*words, "unreached=4%").code == 0
    outcome = command(*words, "unreached=3%")
    assert outcome.code == 4
    # 7 of 207 people.
    assert "limit: school: 3.38% of people unreached, more than 3.00%" in outcome.err
    assert (town.folder / "out" / "map.html").is_file()


@pytest.mark.parametrize("limit", ["unreached", "unreached=1", "norm=5%", "unreached=101%", ""])
def test_what_is_no_limit_is_refused(town: TownStudy, command: Command, limit: str) -> None:
    outcome = command("run", town.study, "-o", town.folder / "out", "--fail-on", limit)
    assert outcome.code == 3
    assert "write for example unreached=1%" in outcome.err
    assert not (town.folder / "out").exists()


def test_people_are_told_by_reason(town: TownStudy, command: Command) -> None:
    with town.settlements.open("a", encoding="utf-8") as table:
        table.write("V5,Tālava,24.02,57.1,7\n")
    told = command("run", town.study, "-o", town.folder / "out").out
    assert "7 people unreached (outside_extract 7)" in told


def test_a_service_may_have_a_limit_of_its_own(town: TownStudy, command: Command) -> None:
    lon, lat = at(1, 0)
    moved = town.services.read_text("utf-8").replace(f"{lon},{lat}", f"{lon},{lat - 0.015}")
    assert moved != town.services.read_text("utf-8")
    town.services.write_text(moved, "utf-8")
    assert "too far from a road" in command("run", town.study, "-o", town.folder / "a").err
    town.edit(town.study, "kinds = [", "max_snap_m = 2000\nkinds = [")
    outcome = command("run", town.study, "-o", town.folder / "b")
    assert (outcome.code, outcome.err) == (0, "")


def test_declared_islands_use_their_own_roads(town: TownStudy, command: Command) -> None:
    islands = town.folder / "islands.geojson"
    feature = box_feature((-0.4, -0.4), (0.4, 0.4), {"name": "Alka island"})
    islands.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    town.edit(town.study, "[roads]", '[roads]\nislands = "islands.geojson"')
    outcome = command("snap", town.study, "--bad", "--format", "csv")
    table = pd.read_csv(io.StringIO(outcome.out), keep_default_na=False)
    # Alka stands on a junction; no road lies wholly on its island.
    assert table["id"].tolist() == ["V1"]


def test_roads_outside_the_area_or_across_a_barrier_are_not_driven(
    town: TownStudy, command: Command
) -> None:
    def shapes(name: str, feature: object) -> None:
        text = json.dumps({"type": "FeatureCollection", "features": [feature]})
        (town.folder / name).write_text(text, "utf-8")

    border = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [at(2.5, -1), at(2.5, 3)]},
    }
    shapes("border.geojson", border)
    # What is left in the east is a road of 2 km, which is to count.
    words = '[roads]\nmin_component_km = 1.0\nbarriers = "border.geojson"'
    town.edit(town.study, "[roads]", words)
    assert command("run", town.study, "-q", "-o", town.folder / "out").code == 0
    access = pd.read_csv(town.folder / "out" / "access.csv", keep_default_na=False)
    pharmacy = access[access["service"] == "pharmacy"].set_index("name")["reason"]
    # The pharmacy lies west of the border, Bērzi and Dižķūri east of it.
    assert pharmacy.to_dict() == {
        "Alka": "",
        "Bērzi": "isolated_road",
        "Ciemupe": "",
        "Dižķūri": "isolated_road",
    }
    shapes("area.geojson", box_feature((-1, -1), (0.5, 0.5), {}))
    words = 'barriers = "border.geojson"'
    town.edit(town.study, words, 'area = "area.geojson"\nbuffer_km = 0.1')
    small = command("validate", town.study).out
    town.edit(town.study, "buffer_km = 0.1", "buffer_km = 9.0")
    whole = command("validate", town.study).out
    assert "12 nodes" in whole
    assert "12 nodes" not in small
