"""The demo region is what its files say: borders, seats, settlements, services."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.scripts.conftest import ROOT, Osm, read_osm, read_rows, to_metres

FILES = (
    "roads/demo.osm.pbf",
    "boundaries/demo_units.geojson",
    "boundaries/demo_seats.csv",
    "boundaries/demo_settlements.csv",
    "boundaries/demo_water.geojson",
    "boundaries/demo_oddities.json",
    "services/demo_services.csv",
)
SERVICE_COUNTS = {
    "school": 45,
    "kindergarten": 40,
    "family_doctor": 50,
    "hospital": 1,
    "pharmacy": 30,
    "library": 45,
    "fire_station": 10,
    "ambulance_station": 6,
    "social_service": 13,
    "town_hall": 41,
}


def test_same_seed_same_bytes(
    write_region: Callable[..., list[str]], made: Path, tmp_path: Path
) -> None:
    said = write_region(tmp_path)
    assert len(said) == len(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (made / name).read_bytes(), name


def test_other_seed_other_region(
    write_region: Callable[..., list[str]], made: Path, tmp_path: Path
) -> None:
    write_region(tmp_path, seed=7)
    name = "boundaries/demo_settlements.csv"
    assert (tmp_path / name).read_bytes() != (made / name).read_bytes()


# Slow, that is by choice: another NumPy or GEOS may draw another region.
@pytest.mark.slow
def test_the_data_folder_holds_what_the_script_makes(made: Path, osm: Osm) -> None:
    for name in FILES[1:]:
        assert (ROOT / "data" / name).read_text("utf-8") == (made / name).read_text("utf-8"), name
    assert read_osm(ROOT / "data" / FILES[0]) == osm


def test_it_is_small(made: Path) -> None:
    assert sum((made / name).stat().st_size for name in FILES) < 2_000_000


def test_units_tile_the_region(units: list[dict[str, Any]]) -> None:
    shapes = [unit["shape"] for unit in units]
    assert Counter(u["unit_type"] for u in units) == {"state_city": 1, "town": 6, "parish": 34}
    assert all(shape.is_valid and shape.geom_type == "Polygon" for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert shapely.get_num_interior_rings(whole) == 0
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-12)
    assert 2400 < shapely.transform(whole, to_metres).area / 1e6 < 2600
    assert all(unit["synthetic"] is True for unit in units)


def test_units_have_text_codes(units: list[dict[str, Any]]) -> None:
    codes = [unit["unit_code"] for unit in units]
    before, after = ({u[f"{when}_code"] for u in units} for when in ("before", "after"))
    assert len(set(codes)) == 41
    assert all(len(c) == 7 and c.isdigit() and c[0] == "0" for c in [*codes, *before, *after])
    assert not before & after
    assert not before & set(codes)


def test_reform_merges_eleven_into_four_and_splits_one(units: list[dict[str, Any]]) -> None:
    heirs: dict[str, set[str]] = {}
    for unit in units:
        heirs.setdefault(unit["before_code"], set()).add(unit["after_code"])
    assert len(heirs) == 11
    assert len({unit["after_code"] for unit in units}) == 4
    assert sorted(len(codes) for codes in heirs.values()) == [1] * 10 + [2]
    for when in ("before_code", "after_code"):
        for code in {unit[when] for unit in units}:
            parts = [unit["shape"] for unit in units if unit[when] == code]
            assert shapely.coverage_union_all(parts).geom_type == "Polygon", code


def test_one_novads_surrounds_the_city(units: list[dict[str, Any]]) -> None:
    city = next(unit for unit in units if unit["unit_type"] == "state_city")
    around = [u for u in units if u is not city and u["shape"].touches(city["shape"])]
    ring = shapely.union_all([unit["shape"] for unit in around])
    assert shapely.Polygon(shapely.get_exterior_ring(ring)).contains(city["shape"])
    for when in ("before_code", "after_code"):
        assert len({unit[when] for unit in around}) == 1
        assert sum(unit[when] == city[when] for unit in units) == 1


def test_one_seat_a_date_lies_outside_its_territory(
    made: Path, units: list[dict[str, Any]], settlements: dict[str, dict[str, str]]
) -> None:
    seats = read_rows(made / "boundaries/demo_seats.csv")
    assert Counter(seat["date"] for seat in seats) == {"2021-06-30": 11, "2021-07-01": 4}
    outside: list[tuple[str, str]] = []
    for seat in seats:
        when = "before" if seat["date"] < "2021-07-01" else "after"
        own = [unit for unit in units if unit[f"{when}_code"] == seat["code"]]
        assert {unit[f"{when}_name"] for unit in own} == {seat["name"]}
        assert settlements[seat["seat_settlement_id"]]["name"] == seat["seat_name"]
        point = shapely.Point(float(seat["lon"]), float(seat["lat"]))
        if not any(unit["shape"].contains(point) for unit in own):
            outside.append((when, seat["seat_settlement_id"]))
    odd = json.loads((made / "boundaries/demo_oddities.json").read_text("utf-8"))
    city = odd["seat_outside_territory"][0]
    assert outside == [("before", city), ("after", city)]


def test_settlements(settlements: dict[str, dict[str, str]], units: list[dict[str, Any]]) -> None:
    rows = list(settlements.values())
    assert len(rows) == len({row["name"] for row in rows}) == 900
    people = np.array([int(row["population"]) for row in rows])
    ages = np.array(
        [[int(row[f"age_{a}"]) for a in ("0_6", "7_15", "16_64", "65_plus")] for row in rows]
    )
    assert (ages.sum(axis=1) == people).all()
    assert people.min() >= 1
    assert 85_000 < people.sum() < 95_000
    assert Counter(row["kind"] for row in rows)["town"] == 6
    assert people[0] == people.max() == 30_000
    assert ((people[1:7] >= 2000) & (people[1:7] <= 7000)).all()
    assert ((people[7:41] >= 190) & (people[7:41] <= 900)).all()
    assert ages[41:, 3].sum() / people[41:].sum() > ages[:7, 3].sum() / people[:7].sum() + 0.02
    shapes = {unit["unit_code"]: unit["shape"] for unit in units}
    for row in rows:
        point = shapely.Point(float(row["lon"]), float(row["lat"]))
        assert shapes[row["unit_code"]].contains(point), row["id"]


def test_every_unit_has_its_centre(
    settlements: dict[str, dict[str, str]], units: list[dict[str, Any]]
) -> None:
    assert [row["unit_code"] for row in settlements.values()][:41] == [
        unit["unit_code"] for unit in units
    ]


def test_no_municipality_has_a_real_name(
    units: list[dict[str, Any]], shared: Callable[[str], Path]
) -> None:
    real = shared("facts/latvia_crosswalk_119_43_42.csv").read_text("utf-8").casefold()
    for unit in units:
        for key in ("unit_name", "before_name", "after_name"):
            assert unit[key].split()[0].casefold() not in real, unit[key]


def test_services(made: Path, osm: Osm) -> None:
    rows = read_rows(made / "services/demo_services.csv")
    assert Counter(row["kind"] for row in rows) == SERVICE_COUNTS
    assert len({row["id"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)
    roads = shapely.STRtree([way.line for way in osm.ways if way.is_drivable])
    lonlat = np.array([[float(row["lon"]), float(row["lat"])] for row in rows])
    (_, _), gap_m = roads.query_nearest(shapely.points(to_metres(lonlat)), return_distance=True)
    assert gap_m.max() < 50.0
    assert {row["grades"] for row in rows if row["kind"] == "school"} == {
        *("1-6", "1-9", "1-12", "10-12")
    }
    sized = {"school", "kindergarten", "family_doctor", "hospital"}
    assert all((row["capacity"] != "") == (row["kind"] in sized) for row in rows)
    patients = sum(int(row["capacity"]) for row in rows if row["kind"] == "family_doctor")
    assert 70_000 < patients < 100_000


def test_readmes_say_synthetic() -> None:
    for folder in ("boundaries", "services", "roads"):
        text = (ROOT / "data" / folder / "README.md").read_text("utf-8")
        assert "synthetic" in text
        assert "scripts/make_demo_region.py" in text
