"""A register of roads becomes the same network as an OSM file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geoaccess as ga
from geoaccess.errors import InputError, NetworkError
from tests.towns import at, write_town

BEND = shapely.LineString([at(0, 0), at(1, 0), at(1, 1)])
ACROSS = shapely.LineString([at(1, 0), at(2, 0)])


def register(**columns: list[Any]) -> gpd.GeoDataFrame:
    told = {"highway": ["residential", "residential"], **columns}
    return gpd.GeoDataFrame(told, geometry=[BEND, ACROSS], crs="EPSG:4326")


def test_roads_meet_where_they_share_a_point() -> None:
    network = ga.network_from_edges(register())
    assert (network.n_nodes, network.n_segments, network.n_arcs) == (4, 3, 6)
    assert network.segment_way.tolist() == [1, 1, 2]


def test_the_same_town_by_register_and_by_file(tmp_path: Path) -> None:
    by_file = ga.read_network(write_town(tmp_path / "town.osm"))
    _, roads = by_file.to_gdfs()
    roads = roads.assign(highway="residential", maxspeed=30).to_crs("EPSG:3059")
    network = ga.network_from_edges(roads, columns={"osmid": "way_id"})
    np.testing.assert_array_equal(network.segment_way, by_file.segment_way)
    np.testing.assert_allclose(network.segment_length_m, by_file.segment_length_m, atol=0.03)
    assert sorted(network.travel_time_ms) == pytest.approx(sorted(by_file.travel_time_ms), abs=5)


@pytest.mark.parametrize("oneway", [True, "yes", "1"])
def test_columns_are_judged_as_tags(oneway: object) -> None:
    network = ga.network_from_edges(register(oneway=[oneway, None], surface=["gravel", None]))
    assert (network.backward_arc < 0).tolist() == [True, True, False]
    assert network.source.counts["ways_without_surface"] == 1


def test_a_stated_speed_is_driven_as_it_is() -> None:
    network = ga.network_from_edges(register(v=[None, 100.0]), columns={"v": "speed_kmh"})
    kmh = network.segment_length_m / network.travel_time_ms[network.forward_arc] * 3600
    assert kmh == pytest.approx([kmh[0], kmh[0], 100.0], abs=0.01)
    assert kmh[0] < 51


def test_defaults_fill_what_columns_leave_open() -> None:
    bare = register(highway=[None, "motorway"])
    network = ga.network_from_edges(bare, defaults={"highway": "track"})
    assert network.snappable.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("edges", "options", "message"),
    [
        (register().iloc[:0], {}, "empty"),
        (register().set_crs(None, allow_override=True), {}, "no CRS"),
        (register().drop(columns="highway"), {}, "no 'highway' column"),
        (register(), {"columns": {"highwy": "highway"}}, "did you mean 'highway'"),
        (register().set_geometry([BEND, shapely.Point(24, 57)]), {}, "rows 1 are not single"),
        (register().set_geometry([BEND, None]), {}, "rows 1 are not single"),
        (register(speed_kmh=["fast", None]), {}, "must be numbers"),
        (register(speed_kmh=[-5, None]), {}, "must be above 0"),
        (register(way_id=["P1", "P2"]), {}, "whole numbers, not 'P1', 'P2'"),
    ],
)
def test_bad_registers(edges: gpd.GeoDataFrame, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ga.network_from_edges(edges, **options)


def test_no_road_is_open() -> None:
    with pytest.raises(NetworkError, match="no road open"):
        ga.network_from_edges(register(highway=["footway", "footway"]))


def test_tables_of_a_network() -> None:
    network = ga.network_from_edges(register(oneway=[None, "yes"]))
    nodes, roads = network.to_gdfs()
    assert (len(nodes), len(roads)) == (4, 3)
    assert nodes.geometry[roads.from_node[2]].coords[0] == pytest.approx(at(1, 0), abs=1e-7)
    assert roads.backward_s.isna().tolist() == [False, False, True]
    seconds = network.travel_time_ms[network.forward_arc].sum() / 1000
    assert roads.forward_s.sum() == pytest.approx(seconds)
