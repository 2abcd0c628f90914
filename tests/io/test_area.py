"""Only the roads of an area are read, and none crosses a barrier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

import geoaccess as ga
from geoaccess.errors import InputError, NetworkError
from geoaccess.io.osm import read_roads
from tests.towns import at, node, way, write_osm, write_town

# Around the south-west junction of the town, 400 m to each side.
CORNER = shapely.box(*at(-0.4, -0.4), *at(0.4, 0.4))
# Between the second and the third column, from far south to far north.
BETWEEN = shapely.LineString([at(1.5, -5), at(1.5, 5)])


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "town.osm")


def table(shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shape], crs="EPSG:4326").to_crs("EPSG:3059")


@pytest.mark.parametrize("area", [CORNER, [CORNER], table(CORNER), table(CORNER).geometry])
def test_ways_that_touch_the_area_are_kept_whole(town: Path, area: Any) -> None:  # noqa: ANN401
    network = ga.read_network(town, area=area)
    assert sorted(set(network.segment_way.tolist())) == [10, 20]
    assert network.source.counts["ways_outside_area"] == 5
    assert network.segment_length_m.sum() == pytest.approx(5000, abs=1)


@pytest.mark.parametrize(("buffer_km", "ways"), [(0.59, 2), (0.61, 4), (1.61, 6), (9, 7)])
def test_the_buffer_is_in_kilometres(town: Path, buffer_km: float, ways: int) -> None:
    network = ga.read_network(town, area=CORNER, buffer_km=buffer_km)
    assert len(set(network.segment_way.tolist())) == ways


def test_a_road_without_a_node_in_the_area_still_passes_through(town: Path) -> None:
    area = shapely.box(*at(0.4, -0.1), *at(0.6, 0.1))
    assert set(ga.read_network(town, area=area).segment_way.tolist()) == {10}


@pytest.mark.parametrize("barriers", [[BETWEEN], table(BETWEEN)])
def test_nobody_crosses_a_barrier(town: Path, barriers: Any) -> None:  # noqa: ANN401
    network = ga.read_network(town, barriers=barriers)
    assert network.source.counts["steps_closed_by_barriers"] == 3
    middle = at(1.5, 0)[0]
    west = network.node_lon < middle
    assert (west[network.tail] == west[network.head]).all()
    assert (network.n_nodes, network.n_segments) == (12, 14)


def test_a_barrier_elsewhere_changes_nothing(town: Path) -> None:
    far = shapely.LineString([at(9, 0), at(9, 1)])
    network, free = ga.read_network(town, barriers=[far]), ga.read_network(town)
    np.testing.assert_array_equal(network.head, free.head)


def test_missing_nodes_and_node_tags_survive(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "cut.osm",
        node(1, *at(0, 0)),
        node(2, *at(1, 0), {"highway": "traffic_signals"}),
        node(4, *at(3, 0), {"highway": "traffic_signals"}),
        node(5, *at(9, 0)),
        node(6, *at(9, 1)),
        way(5, [1, 2, 3, 4], {"highway": "service"}),
        way(6, [5, 6], {"highway": "service"}),
    )
    network = ga.read_network(path, area=CORNER, barriers=[BETWEEN])
    assert network.n_segments == 1
    assert network.source.counts["nodes_missing_from_file"] == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"area": shapely.Point(24, 57)}, "area must be Polygon or MultiPolygon, not Point"),
        ({"area": []}, "not nothing"),
        ({"area": shapely.box(500_000, 300_000, 500_100, 300_100)}, "outside the globe"),
        ({"area": CORNER, "buffer_km": -1}, "0 or more"),
        ({"area": CORNER, "buffer_km": float("nan")}, "0 or more"),
        ({"buffer_km": 5}, "give area too"),
        ({"barriers": [CORNER]}, "barriers must be LineString"),
    ],
)
def test_bad_areas(town: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ga.read_network(town, **options)


def test_an_area_elsewhere_has_no_roads(town: Path) -> None:
    with pytest.raises(NetworkError, match="no road in the area"):
        ga.read_network(town, area=shapely.box(10, 10, 11, 11))


def test_ways_outside_are_forgotten_while_they_are_read(town: Path) -> None:
    west, south, east, north = CORNER.bounds
    near = read_roads(town, bounds=(west, south, east, north))
    everything = read_roads(town)
    assert set(near.way_id.tolist()) == {10, 20}
    assert near.counts == {"ways_outside_area": len(everything.way_id) - 2}
    assert len(near.node_id) == len(near.lon) == near.first[-1]


def test_a_way_with_a_missing_node_is_not_taken_for_one_outside(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "x.osm", node(1, 0, 0), way(5, [1, 2], {"highway": "residential"}))
    assert read_roads(path, bounds=(0.0, 0.0, 1.0, 1.0)).way_id.tolist() == [5]


def test_an_area_without_roads_is_named(town: Path) -> None:
    with pytest.raises(NetworkError, match="no road in the area"):
        ga.read_network(town, area=shapely.box(1, 1, 2, 2))
