"""Settlements from OSM and from tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.settlements import read_settlements
from tests.towns import node, write_osm, write_town, write_town_study


def test_osm_places(tmp_path: Path) -> None:
    people = read_settlements(write_town(tmp_path / "town.osm"))
    assert people.id.tolist() == ["n200", "n201", "n202", "n203"]
    assert people.name.tolist() == ["Alka", "Bērzi", "Ciemupe", "Dižķūri"]
    assert people.population.tolist() == [100, 50, 30, 20]


def test_osm_places_of_the_kinds_where_people_live(tmp_path: Path) -> None:
    kinds = ["city", "town", "village", "hamlet", "isolated_dwelling", "suburb", "island", "farm"]
    nodes = [
        node(i, 24 + i / 100, 57.0, {"place": kind, "population": "1"})
        for i, kind in enumerate(kinds, start=1)
    ]
    people = read_settlements(write_osm(tmp_path / "places.osm", *nodes))
    assert people.id.tolist() == ["n1", "n2", "n3", "n4", "n5"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("1234", 1234),
        ("1 234", 1234),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1'234'567", 1234567),
        ("~500", 500),
        ("< 10", 10),
        ("0", 0),
    ],
)
def test_population_tag(tmp_path: Path, text: str, people: int) -> None:
    place = node(1, 24.0, 57.0, {"place": "village", "population": text})
    assert read_settlements(write_osm(tmp_path / "p.osm", place)).population.tolist() == [people]


@pytest.mark.parametrize("text", ["", "many", "-5", "12.5", "100-200", "500 (2011)"])
def test_population_that_cannot_be_read_weighs_nothing_and_is_told(
    tmp_path: Path, text: str
) -> None:
    path = write_osm(
        tmp_path / "p.osm",
        node(1, 24.0, 57.0, {"place": "village", "population": text}),
        node(2, 24.1, 57.0, {"place": "village", "population": "7"}),
    )
    with pytest.warns(DataWarning, match=r"p\.osm: 1 of 2 settlements state no population"):
        people = read_settlements(path)
    assert people.population.tolist() == [0, 7]


def test_name_from_another_tag(tmp_path: Path) -> None:
    tags = {"place": "city", "population": "1", "name": "Rīga", "name:en": "Riga"}
    other = {"place": "city", "population": "1", "name": "Cēsis"}
    path = write_osm(tmp_path / "p.osm", node(1, 24, 57, tags), node(2, 25, 57, other))
    assert read_settlements(path, name="name:en").name.tolist() == ["Riga", "Cēsis"]


def test_osm_without_places(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm", settlements=False)
    with pytest.raises(InputError, match="has no settlements"):
        read_settlements(path)


def test_table_is_sorted_by_id_and_keeps_leading_zeros(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "code,title,people,young,lon,lat\n010,Ķegums,5,2,24.7,56.7\n002,Ēdole,7,3,21.7,57.0\n",
        encoding="utf-8",
    )
    people = read_settlements(path, id="code", name="title", population="people", groups=["young"])
    assert people.id.tolist() == ["002", "010"]
    assert people.name.tolist() == ["Ēdole", "Ķegums"]
    assert people.population.tolist() == [7, 5]
    assert people.groups["young"].tolist() == [3, 2]
    assert people.lon.tolist() == [21.7, 24.7]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (",100", ",", r"population is not a number for V1 \(first: empty\)"),
        (",100", ",-1", "population must be 0 or more, but is -1 for V1"),
        ("V2", "V1", "duplicate id V1"),
    ],
)
def test_bad_table(tmp_path: Path, old: str, new: str, told: str) -> None:
    town = write_town_study(tmp_path)
    town.edit(town.settlements, old, new)
    with pytest.raises(InputError, match=told):
        read_settlements(town.settlements)


def test_bad_group(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("id,name,population,young,lon,lat\nV1,Alka,5,-2,24.7,56.7\n", "utf-8")
    with pytest.raises(InputError, match="young must be 0 or more, but is -2 for V1"):
        read_settlements(path, groups=["young"])
