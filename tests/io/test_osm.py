"""OSM files are decoded as they are, whatever their packing."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import numpy as np
import osmium
import pytest

from geoaccess.errors import InputError, NetworkError
from geoaccess.io.osm import (
    is_osm_path,
    osm_timestamp,
    read_boundaries,
    read_roads,
    read_tagged_nodes,
    read_tagged_places,
)
from tests.towns import TIMESTAMP, at, node, relation, way, write_osm, write_town


def _packed(town: Path, suffix: str) -> Path:
    path = town.with_name(f"packed{suffix}")
    if suffix == ".osm":
        path.write_bytes(town.read_bytes())
    elif suffix == ".osm.gz":
        path.write_bytes(gzip.compress(town.read_bytes()))
    elif suffix == ".osm.bz2":
        path.write_bytes(bz2.compress(town.read_bytes()))
    else:
        header = osmium.io.Header()
        header.set("osmosis_replication_timestamp", TIMESTAMP)
        with osmium.SimpleWriter(str(path), header=header) as writer:
            for thing in osmium.FileProcessor(str(town)):
                writer.add(thing)
    return path


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".pbf"])
def test_every_packing_holds_the_same_roads(tmp_path: Path, suffix: str) -> None:
    path = _packed(write_town(tmp_path / "town.osm"), suffix)
    assert is_osm_path(path)
    roads = read_roads(path)
    assert roads.way_id.tolist() == [10, 11, 12, 20, 21, 22, 23]
    assert np.diff(roads.first).tolist() == [4, 4, 4, 3, 3, 3, 3]
    assert roads.node_id[:4].tolist() == [100, 101, 102, 103]
    assert (roads.lon[3], roads.lat[3]) == at(3, 0)
    assert roads.tags[0] == {"highway": "residential", "maxspeed": "30"}
    assert roads.timestamp == (TIMESTAMP if suffix.endswith("pbf") else "")


def test_timestamp_of_a_file_without_one_is_empty(tmp_path: Path) -> None:
    assert osm_timestamp(write_town(tmp_path / "town.osm")) == ""


def test_nodes_missing_from_the_extract_have_no_place(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "cut.osm",
        node(1, 24.0, 57.0),
        node(3, 24.2, 57.0),
        way(5, [1, 2, 3], {"highway": "service"}),
    )
    roads = read_roads(path)
    assert roads.node_id.tolist() == [1, 2, 3]
    assert np.isnan(roads.lon).tolist() == [False, True, False]


def test_ferries_are_roads_and_other_routes_are_not(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "routes.osm",
        node(1, 24.0, 57.0),
        node(2, 24.1, 57.0),
        way(1, [1, 2], {"route": "ferry"}),
        way(2, [1, 2], {"route": "hiking"}),
        way(3, [1, 2], {"waterway": "river"}),
        way(4, [1, 2], {"route": "hiking", "highway": "track"}),
    )
    assert read_roads(path).way_id.tolist() == [1, 4]


def test_file_without_roads(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm", roads=False)
    with pytest.raises(NetworkError, match="no way with a highway tag"):
        read_roads(path)


def test_tagged_nodes(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm")
    found = list(read_tagged_nodes(path, key="place"))
    assert [one.id for one in found] == ["n200", "n201", "n202", "n203"]
    assert found[3].tags == {"place": "village", "name": "Dižķūri", "population": "20"}
    assert (found[3].lon, found[3].lat) == at(3, 2)


def _square(tags: dict[str, str]) -> list[str]:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    nodes = [node(i, *at(*corner)) for i, corner in enumerate(corners, start=1)]
    return [*nodes, way(9, [1, 2, 3, 4, 1], tags)]


def test_area_stands_for_a_point_inside_it(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "area.osm", *_square({"amenity": "school", "name": "A"}))
    (school,) = read_tagged_places(path, keys=("amenity",))
    assert school.id == "w9"
    west, north = at(0, 1)
    east, south = at(1, 0)
    assert west < school.lon < east
    assert south < school.lat < north
    assert school.area is not None
    assert school.area.area == pytest.approx((east - west) * (north - south), rel=1e-3)


def test_area_whose_ring_is_cut_by_the_extract_is_left_out(tmp_path: Path) -> None:
    nodes_and_way = _square({"amenity": "school"})
    path = write_osm(tmp_path / "area.osm", *nodes_and_way[1:])
    assert not list(read_tagged_places(path, keys=("amenity",)))


def test_boundaries_of_a_level(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm")
    found = list(read_boundaries(path, admin_level=8))
    assert [(one.id, one.tags["name"]) for one in found] == [("r50", "West"), ("r51", "East")]
    assert not list(read_boundaries(path, admin_level=6))


def test_boundary_relation_without_all_its_ways_is_left_out(tmp_path: Path) -> None:
    tags = {"type": "boundary", "boundary": "administrative", "admin_level": "8"}
    path = write_osm(tmp_path / "cut.osm", *_square({}), relation(50, [9, 10], tags))
    assert not list(read_boundaries(path, admin_level=8))


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"roads", b"\x00" * 400])
@pytest.mark.parametrize("suffix", [".osm", ".osm.pbf", ".osm.gz", ".osm.bz2"])
def test_what_is_not_osm_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    for read in (
        read_roads,
        osm_timestamp,
        lambda path: list(read_tagged_nodes(path, key="place")),
        lambda path: list(read_tagged_places(path, keys=("amenity",))),
        lambda path: list(read_boundaries(path, admin_level=8)),
    ):
        with pytest.raises(InputError, match=r"x\.osm.*(is empty|cannot be read as OSM data)"):
            read(path)


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_truncated_files_are_refused(tmp_path: Path, suffix: str) -> None:
    path = _packed(write_town(tmp_path / "town.osm"), suffix)
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(InputError, match="cannot be read as OSM data"):
            read_roads(path)


def test_unsorted_file(tmp_path: Path) -> None:
    ways = [way(id_, [1, 2], {"amenity": "school"}) for id_ in (9, 8)]
    path = write_osm(tmp_path / "x.osm", node(1, 24.0, 57.0), node(2, 24.1, 57.0), *ways)
    with pytest.raises(InputError, match=r"out of order.*; sort it by type and id"):
        list(read_tagged_places(path, keys=("amenity",)))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_roads(tmp_path / "x.osm.pbf")


def test_other_kinds_of_file(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_text("{}")
    assert not is_osm_path(path)
    with pytest.raises(InputError, match=r"is not an OpenStreetMap file; give \.osm\.pbf"):
        read_roads(path)
