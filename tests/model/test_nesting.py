"""The hierarchy of borders: parts below the zones, larger units above."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.io.borders import read_territory
from geoaccess.io.levels import Levels
from geoaccess.model.nesting import Membership, Parts
from geoaccess.model.territory import Territory
from tests.reform.grids import CELL_M, CORNER_M, cells_of, in_degrees, people_of, territory_of
from tests.towns import at, box_feature

ZONE = cells_of(["aabb", "aacc"])
PART = cells_of(["1233", "1244"])
REGION = {"a": "North", "b": "North", "c": "South"}
FULL = Levels(parts=("parish", "pname"), above={"region": ("rcode", "rname")})


def _borders() -> Territory:
    return territory_of(ZONE, part=PART, region=REGION)


def test_levels_and_their_units() -> None:
    borders = _borders()
    assert borders.levels == ("parish", "municipality", "region")
    assert borders.at_level("parish").code.tolist() == ["1", "2", "3", "4"]
    assert borders.at_level("municipality") is borders
    regions = borders.at_level("region")
    assert regions.code.tolist() == ["North", "South"]
    assert regions.levels == ("municipality", "region")
    assert regions.zone_of_parts().tolist() == [0, 0, 1]
    parishes = borders.at_level("parish")
    assert parishes.levels == ("parish", "municipality", "region")
    assert parishes.above["municipality"].code.tolist() == ["a", "a", "b", "c"]
    assert parishes.above["region"].code.tolist() == ["North", "North", "North", "South"]
    with pytest.raises(InputError, match="has no level 'regoin'; did you mean 'region'"):
        borders.at_level("regoin")


def test_every_place_has_its_unit_at_every_level() -> None:
    borders = _borders()
    places = people_of({(0, 0): 1, (2, 0): 1, (3, 1): 1, (9, 9): 1})
    found = borders.locate_nested(places.lon, places.lat)
    assert list(found) == ["parish", "municipality", "region"]
    assert found["parish"].tolist() == [0, 3, 2, -1]
    assert found["municipality"].tolist() == [0, 2, 1, -1]
    assert found["region"].tolist() == [0, 1, 0, -1]


@given(x=st.integers(0, 8), y=st.integers(0, 4))
@settings(max_examples=40)
def test_levels_nest_even_on_a_border(x: int, y: int) -> None:
    """Also where a point on a border is in several parts: the zone decides."""
    zone = cells_of(["cab", "cab"])
    borders = territory_of(zone, part=cells_of(["132", "132"]), region=REGION)
    west, south, east, north = shapely.total_bounds(borders.geometry).tolist()
    lon, lat = [west + (east - west) * x / 9], [south + (north - south) * y / 4]
    found = borders.locate_nested(lon, lat)
    (place,) = borders.locate(lon, lat)
    assert found["municipality"].tolist() == [place]
    if place >= 0:
        assert borders.zone_of_parts()[found["parish"][0]] == place
        assert borders.above["region"].positions()[place] == found["region"][0]


def test_a_point_on_a_border_belongs_to_a_part_of_its_zone() -> None:
    # Zone a, which sorts first, holds part 2; its neighbour b holds part 1.
    borders = territory_of(cells_of(["ab"]), part=cells_of(["21"]))
    (corner,) = in_degrees([shapely.Point(CORNER_M[0] + CELL_M, CORNER_M[1])])
    found = borders.locate_nested([corner.x], [corner.y])
    assert found["municipality"].tolist() == [0]
    assert borders.parts is not None
    assert borders.parts.code[found["parish"]].tolist() == ["2"]


def test_zones_of_one_level_only() -> None:
    plain = territory_of(ZONE)
    assert plain.levels == ("municipality",)
    places = people_of({(0, 0): 1})
    assert list(plain.locate_nested(places.lon, places.lat)) == ["municipality"]
    assert plain.zone_of_parts().tolist() == [0, 1, 2]


def test_position_by_code_or_name() -> None:
    borders = _borders()
    assert borders.position("b") == borders.position("Z b") == 1
    with pytest.raises(InputError, match="has no municipality 'Z bb'; did you mean 'Z b'"):
        borders.position("Z bb")
    parts = borders.parts
    assert parts is not None
    assert parts.position("P 3") == 2
    assert parts.position("P 3", within="b") == 2
    with pytest.raises(InputError, match="no parish 'P 3' in a; did you mean 'P 2'"):
        parts.position("P 3", within="a")


def _part(**changes: object) -> Parts:
    shapes = territory_of(ZONE, part=PART).parts
    assert shapes is not None
    given_ = {"code": shapes.code, "name": shapes.name, "zone": shapes.zone}
    every: dict[str, Any] = {**given_, "geometry": shapes.geometry, **changes}
    return Parts(**every)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zone": ["a", "", "b", "c"]}, r"parish P 2 \(2\) is in no zone"),
        ({"code": ["1", "1", "3", "4"], "zone": ["a", "b", "b", "c"]}, "in two zones, a and b"),
        ({"code": ["1", "1", "3", "4"]}, "parish 1 stands twice"),
        ({"code": ["1", "", "3", "4"]}, "P 2: empty code"),
        ({"geometry": [None] * 4}, "no polygon for 1, 2, 3, 4"),
        ({"name": ["P"]}, "arrays must be equally long"),
    ],
)
def test_a_part_needs_one_zone_and_a_polygon(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        _part(**changes)


def test_two_parts_of_one_name_need_their_code() -> None:
    parts = _part(name=["Salas pagasts", "B", "Salas pagasts", "D"])
    with pytest.raises(InputError, match=r"name of 2 units \(1 in a, 3 in b\); give the code"):
        parts.position("Salas pagasts")
    assert parts.position("Salas pagasts", within="b") == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"parts": _part(zone=["a", "a", "b", "z"])}, "no polygon has code z, in which a parish"),
        ({"parts": _part(zone=["a", "a", "b", "b"])}, "no parish in zone c"),
        ({"parts": _part(), "level": "parish"}, "two levels are called alike"),
        (
            {"above": {"region": Membership(zone=["a", "b"], code=["N", "N"], name=["N", "N"])}},
            "no region for zone c",
        ),
        (
            {"above": {"region": Membership(zone=list("abcd"), code=["N"] * 4, name=["N"] * 4)}},
            "region: no polygon has code d",
        ),
        (
            {
                "above": {
                    "county": Membership(zone=list("abc"), code=["K"] * 3, name=["K"] * 3),
                    "region": Membership(zone=list("abc"), code=list("NNS"), name=list("NNS")),
                }
            },
            "county K lies in two of level region, N and S; levels must nest",
        ),
    ],
)
def test_levels_must_fit_the_zones(changes: dict[str, Any], told: str) -> None:
    plain = territory_of(ZONE)
    given_ = {"code": plain.code, "name": plain.name, "geometry": plain.geometry}
    with pytest.raises(InputError, match=told):
        Territory(date="2021-06-30", **{**given_, **changes})


def test_a_zone_in_two_regions_or_in_none() -> None:
    with pytest.raises(InputError, match="zone a is in two larger units, N and S"):
        Membership(zone=["a", "a"], code=["N", "S"], name=["N", "S"])
    with pytest.raises(InputError, match="zone a is in no larger unit"):
        Membership(zone=["a"], code=[""], name=[""])


def _file(tmp_path: Path, *rows: tuple[float, dict[str, str]]) -> Path:
    features = [box_feature((left, 0), (left + 1, 1), columns) for left, columns in rows]
    path = tmp_path / "parishes.geojson"
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def _row(left: float, parish: str, zone: str, region: str = "R1") -> tuple[float, dict[str, str]]:
    columns = {"parish": parish, "pname": f"{parish} pagasts", "id": zone, "name": f"{zone} novads"}
    return left, {**columns, "rcode": region, "rname": f"Region {region}"}


def test_a_file_of_parishes_gives_every_level(tmp_path: Path) -> None:
    rows = [_row(0, "001", "01"), _row(1, "002", "01"), _row(2, "003", "02", "R2")]
    borders = read_territory(_file(tmp_path, *rows), date="2021-06-30", levels=FULL)
    assert borders.code.tolist() == ["01", "02"]
    assert borders.parts is not None
    assert borders.parts.code.tolist() == ["001", "002", "003"]
    assert borders.parts.zone.tolist() == ["01", "01", "02"]
    assert borders.above["region"].names.tolist() == ["Region R1", "Region R2"]
    lon, lat = np.array([at(1.5, 0.5), at(2.5, 0.5)]).T
    assert [one.tolist() for one in borders.locate_nested(lon, lat).values()] == [
        [1, 2],
        [0, 1],
        [0, 1],
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (_row(2, "001", "02"), r"parish 001 pagasts \(001\) is in two zones, 01 and 02"),
        (_row(2, "", "02"), "no parish in row 3; give every unit a code"),
        (_row(2, "003", "01", "R2"), "column rcode: zone 01 is in two larger units, R1 and R2"),
        (_row(2, "003", "02", ""), "column rcode: zone 02 is in no larger unit"),
    ],
)
def test_bad_levels_of_a_file_are_named(
    tmp_path: Path, row: tuple[float, dict[str, str]], told: str
) -> None:
    path = _file(tmp_path, _row(0, "001", "01"), _row(1, "002", "01"), row)
    with pytest.raises(InputError, match=rf"parishes\.geojson: {told}"):
        read_territory(path, date="2021-06-30", levels=FULL)
