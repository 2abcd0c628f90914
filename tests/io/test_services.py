"""Services by the taxonomy, each once."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.services import read_services
from geoaccess.io.taxonomy import chosen_kinds, read_taxonomy
from geoaccess.model.places import Destinations
from tests.towns import at, node, way, write_osm, write_town, write_town_study

# A school yard of 200 m, and further corners for a wing inside it.
YARD = [(0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.2)]
WING = [(0.1, 0.1), (0.15, 0.1), (0.15, 0.15), (0.1, 0.15)]


def _area(first_node: int, id_: int, corners: list[tuple[float, float]], **tags: str) -> list[str]:
    refs = list(range(first_node, first_node + len(corners)))
    nodes = [node(ref, *at(*corner)) for ref, corner in zip(refs, corners, strict=True)]
    return [*nodes, way(id_, [*refs, refs[0]], tags)]


def _school(id_: int, column: float, row: float, name: str = "") -> str:
    named = {"name": name} if name else {}
    return node(id_, *at(column, row), {"amenity": "school", **named})


def _read(tmp_path: Path, *elements: str, kinds: tuple[str, ...] = ("school",)) -> Destinations:
    nodes = [one for one in elements if one.startswith("<node")]
    rest = [one for one in elements if not one.startswith("<node")]
    return read_services(write_osm(tmp_path / "s.osm", *nodes, *rest), kinds=kinds)


def _merged(tmp_path: Path, *elements: str) -> list[str]:
    with pytest.warns(DataWarning, match="duplicate services merged: 1"):
        return [str(one) for one in _read(tmp_path, *elements).id]


def test_town(tmp_path: Path) -> None:
    places = read_services(write_town(tmp_path / "town.osm"), kinds=["school", "pharmacy"])
    assert places.id.tolist() == ["n302", "n300", "n301"]
    assert places.kind.tolist() == ["pharmacy", "school", "school"]
    assert places.name.tolist() == ["pharmacy", "school A", "school B"]
    assert (places.lon[1], places.lat[1]) == at(1, 0)
    assert np.isnan(places.capacity).all()


def test_node_inside_its_area_is_the_same_school(tmp_path: Path) -> None:
    yard = _area(1, 9, YARD, amenity="school", name="A")
    assert _merged(tmp_path, *yard, _school(8, 0.1, 0.1)) == ["w9"]
    assert _merged(tmp_path, *yard, _school(8, 0.1, 0.1, "A")) == ["w9"]


def test_wing_inside_the_yard_is_the_same_school(tmp_path: Path) -> None:
    yard = _area(1, 8, YARD, amenity="school", name="A")
    wing = _area(11, 9, WING, amenity="school")
    assert _merged(tmp_path, *yard, *wing) == ["w8"]


def test_same_name_within_100_m_is_the_same_school(tmp_path: Path) -> None:
    assert _merged(tmp_path, _school(1, 0, 0, "A"), _school(2, 0.09, 0, "A")) == ["n1"]


@pytest.mark.parametrize(
    ("elements", "ids"),
    [
        ([_school(1, 0, 0, "A"), _school(2, 0.11, 0, "A")], ["n1", "n2"]),
        ([_school(1, 0, 0, "A"), _school(2, 0.01, 0, "B")], ["n1", "n2"]),
        ([_school(1, 0, 0), _school(2, 0.01, 0)], ["n1", "n2"]),
        (
            [*_area(1, 9, YARD, amenity="school", name="A"), _school(8, 0.1, 0.1, "B")],
            ["n8", "w9"],
        ),
        (
            [*_area(1, 9, YARD, amenity="school", name="A"), _school(8, 0.3, 0.3)],
            ["n8", "w9"],
        ),
    ],
    ids=["far", "other name", "no name", "other name inside", "outside"],
)
def test_what_is_not_merged(tmp_path: Path, elements: list[str], ids: list[str]) -> None:
    assert _read(tmp_path, *elements).id.tolist() == ids


def test_kinds_are_not_merged_with_one_another(tmp_path: Path) -> None:
    library = node(2, *at(0, 0), {"amenity": "library", "name": "A"})
    places = _read(tmp_path, _school(1, 0, 0, "A"), library, kinds=("school", "library"))
    assert places.id.tolist() == ["n2", "n1"]


def test_one_object_that_gives_two_services_stands_twice(tmp_path: Path) -> None:
    both = node(1, *at(0, 0), {"amenity": "library;townhall", "name": "A"})
    places = _read(tmp_path, both, kinds=("library", "town_hall"))
    assert places.id.tolist() == ["n1/library", "n1/town_hall"]


@pytest.mark.parametrize(
    ("kind", "tags", "matches"),
    [
        ("school", {"amenity": "school"}, True),
        ("school", {"amenity": "school;kindergarten"}, True),
        ("school", {"amenity": "schools"}, False),
        ("school", {"building": "school"}, False),
        ("family_doctor", {"healthcare": "doctor"}, True),
        ("hospital", {"amenity": "clinic"}, False),
        ("ambulance_station", {"emergency": "ambulance_station"}, True),
        ("social_service", {"office": "social_services"}, True),
    ],
)
def test_taxonomy(kind: str, tags: dict[str, str], matches: bool) -> None:  # noqa: FBT001
    assert read_taxonomy()[kind].matches(tags) is matches


def test_own_taxonomy(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[shop]\nlabel = { en = "Shop" }\nany = [{ shop = "*" }]\nnot = { access = "private" }\n'
    )
    taxonomy = read_taxonomy(path)
    assert taxonomy["shop"].matches({"shop": "anything"})
    assert not taxonomy["shop"].matches({"shop": "anything", "access": "private"})
    shop = write_osm(tmp_path / "s.osm", node(1, 24.0, 57.0, {"shop": "bakery"}))
    assert read_services(shop, kinds=["shop"], taxonomy=taxonomy).id.tolist() == ["n1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[shop]\nany = [{ shop = '*' }]", "kind 'shop': label is missing; add it"),
        ("[shop]\nlabel = {}\nany = []", "kind 'shop': any must not be empty"),
        (
            "[shop]\nlabel = {}\nany = [{ shop = '*' }]\nnott = {}",
            "kind 'shop': unknown key nott; did you mean 'not'?",
        ),
        ("[shop", "not TOML: "),
    ],
)
def test_bad_taxonomy(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_taxonomy(path)
    assert str(refused.value).startswith(f"taxonomy {path}: {told}")


def test_unknown_kind() -> None:
    with pytest.raises(InputError, match="unknown service kind 'scool'; did you mean 'school'"):
        chosen_kinds(read_taxonomy(), ["scool"])


def test_capacity_from_osm(tmp_path: Path) -> None:
    tags = {"amenity": "school", "capacity": "120"}
    vague = {"amenity": "school", "capacity": "about 120"}
    places = _read(tmp_path, node(1, *at(0, 0), tags), node(2, *at(1, 0), vague))
    assert places.capacity.tolist() == pytest.approx([120, np.nan], nan_ok=True)


def test_osm_needs_kinds(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm")
    with pytest.raises(InputError, match="say which kinds"):
        read_services(path)
    with pytest.raises(InputError, match="no service of kind 'hospital'; leave it out"):
        read_services(path, kinds=["hospital"])


def test_table(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(
        "id,kind,name,lon,lat,capacity,grades,note\n"
        "2,school,Ķekavas skola,24.2,56.8,120,1-9,\n"
        "01,school,Alka,24.1,56.9,,1-12,new\n"
        "3,own kind,Pirts,24.1,56.9,,,\n",
        encoding="utf-8",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        places = read_services(path)
    assert places.id.tolist() == ["3", "01", "2"]
    assert places.kinds == ["own kind", "school"]
    assert places.capacity.tolist() == pytest.approx([np.nan, np.nan, 120], nan_ok=True)
    assert sorted(places.attributes) == ["grades", "note"]
    assert places.attributes["grades"].tolist() == ["", "1-12", "1-9"]
    assert read_services(path, kinds=["school"]).id.tolist() == ["01", "2"]


@pytest.mark.parametrize(
    ("capacity", "told"),
    [
        ("many", r"capacity is not a number for row 1 \(first: 'many'\)"),
        ("-3", "services: capacity must be 0 or more, but is -3 for S1"),
        ("inf", "services: capacity must be 0 or more, but is inf for S1"),
    ],
)
def test_bad_capacity(tmp_path: Path, capacity: str, told: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"id,kind,name,lon,lat,capacity\nS1,school,A,24,57,{capacity}\n")
    with pytest.raises(InputError, match=told):
        read_services(path)


def test_kind_that_a_table_does_not_have(tmp_path: Path) -> None:
    town = write_town_study(tmp_path)
    with pytest.raises(InputError, match="no service of kind 'scool'; did you mean 'school'"):
        read_services(town.services, kinds=["scool"])
