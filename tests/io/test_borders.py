"""Borders: dissolved, repaired, and told about."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod
from shapely.geometry import shape

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.borders import read_territory
from geoaccess.model.territory import Territory
from tests.towns import at, box_feature, write_town

DAY = "2021-06-30"
EARTH = Geod(ellps="WGS84")


def _file(tmp_path: Path, *features: dict[str, object]) -> Path:
    path = tmp_path / "borders.geojson"
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def _parish(left: float, right: float, code: str, name: str) -> dict[str, object]:
    return box_feature((left, 0), (right, 1), {"id": code, "name": name})


def _area_ha(territory: Territory, zone: int) -> float:
    area, _ = EARTH.geometry_area_perimeter(territory.geometry[zone])
    return abs(area) / 10_000.0


def test_parishes_dissolve_into_municipalities(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        _parish(2, 3, "0102", "Ķekava"),
        _parish(0, 1, "0010", "Ādaži"),
        _parish(1, 2, "0010", "Carnikava"),
    )
    territory = read_territory(path, date=DAY)
    assert territory.code.tolist() == ["0010", "0102"]
    assert territory.name.tolist() == ["Ādaži", "Ķekava"]
    assert territory.date == DAY
    assert [shape(one).geom_type for one in territory.geometry] == ["Polygon", "Polygon"]
    assert _area_ha(territory, 0) == pytest.approx(200, rel=1e-3)


def test_municipality_of_two_parts(tmp_path: Path) -> None:
    path = _file(tmp_path, _parish(0, 1, "1", "A"), _parish(2, 3, "1", "A"))
    territory = read_territory(path, date=DAY)
    assert territory.geometry[0].geom_type == "MultiPolygon"
    assert _area_ha(territory, 0) == pytest.approx(200, rel=1e-3)


def test_zone_without_a_name_is_called_by_its_code(tmp_path: Path) -> None:
    path = _file(tmp_path, _parish(0, 1, "007", ""))
    assert read_territory(path, date=DAY).name.tolist() == ["007"]


def _ring(*corners: tuple[float, float]) -> dict[str, object]:
    ring = [list(at(*corner)) for corner in (*corners, corners[0])]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": "1", "name": "Alka"}, "geometry": geometry}


@pytest.mark.parametrize(
    ("corners", "area_ha"),
    [
        pytest.param([(0, 0), (1, 1), (1, 0), (0, 1)], 50, id="bow tie"),
        pytest.param([(0, 0), (1, 0), (2, 0), (1, 0), (1, 1), (0, 1)], 100, id="spike"),
    ],
)
def test_invalid_polygon_is_repaired_and_told(
    tmp_path: Path, corners: list[tuple[float, float]], area_ha: float
) -> None:
    with pytest.warns(DataWarning, match=r"borders\.geojson: repaired invalid polygon of Alka"):
        territory = read_territory(_file(tmp_path, _ring(*corners)), date=DAY)
    assert territory.geometry[0].geom_type in {"Polygon", "MultiPolygon"}
    assert territory.geometry[0].is_valid
    assert _area_ha(territory, 0) == pytest.approx(area_ha, rel=1e-2)


def test_polygon_without_an_area_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, _ring((0, 0), (1, 0), (0, 0)))
    with (
        pytest.warns(DataWarning, match="repaired"),
        pytest.raises(InputError, match="no area for Alka; borders must be polygons"),
    ):
        read_territory(path, date=DAY)


def test_overlaps_over_1_ha_are_named_and_smaller_ones_are_not(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        _parish(0, 1.02, "1", "Alka"),
        _parish(1, 2.005, "2", "Bērzi"),
        _parish(2, 3, "3", "Ciemupe"),
    )
    with pytest.warns(DataWarning) as told:
        territory = read_territory(path, date=DAY)
    (text,) = [str(one.message) for one in told]
    assert "zones overlap by over 1 ha: Alka and Bērzi (2.0 ha)" in text
    assert "Ciemupe" not in text
    lon, lat = at(1.01, 0.5)
    assert territory.locate(np.array([lon]), np.array([lat])).tolist() == [0]


def test_locate(tmp_path: Path) -> None:
    west, east = _parish(0, 1, "b", "West"), _parish(1, 2, "a", "East")
    territory = read_territory(_file(tmp_path, west, east), date=DAY)
    assert territory.name.tolist() == ["East", "West"]
    corner = at(1, 0)
    points = np.array([at(0.5, 0.5), at(1.5, 0.5), corner, at(5, 5)])
    zone = territory.locate(points[:, 0], points[:, 1])
    # A point on the border belongs to the code that sorts first.
    assert zone.tolist() == [1, 0, 0, -1]
    assert territory.codes_at(zone).tolist() == ["b", "a", "a", ""]
    assert territory.names_at(zone).tolist() == ["West", "East", "East", ""]


def test_osm_boundaries(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm")
    territory = read_territory(path, date=DAY, admin_level=8)
    assert territory.code.tolist() == ["r50", "r51"]
    assert territory.name.tolist() == ["West", "East"]
    by_tag = read_territory(path, date=DAY, admin_level=8, code="ref")
    assert by_tag.code.tolist() == ["01", "02"]
    points = np.array([at(0, 0), at(3, 2), at(9, 9)])
    assert by_tag.locate(points[:, 0], points[:, 1]).tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "borders from OSM need admin_level; add it"),
        ({"admin_level": 6}, "no administrative areas of admin_level 6; give another level"),
        ({"admin_level": 8, "code": "ISO"}, "no tag 'ISO' on area r50, r51; name another tag"),
    ],
)
def test_bad_osm_boundaries(tmp_path: Path, options: dict[str, object], told: str) -> None:
    path = write_town(tmp_path / "town.osm")
    with pytest.raises(InputError, match=told):
        read_territory(path, date=DAY, **options)


def test_columns_and_codes(tmp_path: Path) -> None:
    path = _file(tmp_path, _parish(0, 1, "1", "A"), _parish(1, 2, "", "B"))
    with pytest.raises(InputError, match="no id in row 2; give every zone a code"):
        read_territory(path, date=DAY)
    path = _file(tmp_path, _parish(0, 1, "1", "A"))
    with pytest.raises(InputError, match="no column 'nmae'; did you mean 'name'"):
        read_territory(path, date=DAY, name="nmae")


@pytest.mark.parametrize("day", ["30.06.2021", "2021-02-30", "20210630", "2021-W26-3", ""])
def test_date(tmp_path: Path, day: str) -> None:
    path = _file(tmp_path, _parish(0, 1, "1", "A"))
    with pytest.raises(InputError, match="date must be a day such as 2021-06-30"):
        read_territory(path, date=day)
