"""The same roads through osmnx and through their file give the same travel times."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import osmium
import pytest

import geoaccess as ga
from geoaccess.errors import DataWarning, InputError, NetworkError
from geoaccess.io.build import build_network
from geoaccess.io.bundled import bundled
from geoaccess.io.osm import read_roads
from geoaccess.io.osm_keys import is_node_key, is_road_key
from geoaccess.io.osmnx_graph import read_network_osmnx

ox = pytest.importorskip("osmnx")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> nx.MultiDiGraph[int]:
    """Demo roads as osmnx reads them when told which tags to keep."""
    path = tmp_path_factory.mktemp("osmnx") / "demo.osm"
    keys: set[str] = set()
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(bundled("roads", "demo.osm.pbf"))):
            writer.add(thing)
            keys |= {tag.k for tag in thing.tags}
    before = ox.settings.useful_tags_way, ox.settings.useful_tags_node
    ox.settings.useful_tags_way = sorted(key for key in keys if is_road_key(key))
    ox.settings.useful_tags_node = sorted(key for key in keys if is_node_key(key))
    try:
        read: nx.MultiDiGraph[int] = ox.graph_from_xml(path, simplify=False, retain_all=True)
    finally:
        ox.settings.useful_tags_way, ox.settings.useful_tags_node = before
    return read


def quietly(graph: nx.MultiDiGraph[Any]) -> ga.Network:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        return read_network_osmnx(graph)


@pytest.fixture(scope="module")
def by_file() -> ga.Network:
    """Demo roads by their file, without turn restrictions, which osmnx does not keep."""
    roads = read_roads(bundled("roads", "demo.osm.pbf"))
    return build_network(replace(roads, restrictions=()), profile=ga.read_profile("car"))


def minutes(network: ga.Network, places: ga.Network, ids: list[int]) -> Any:  # noqa: ANN401
    """Between each two of the nodes, wherever ``places`` has them."""
    at = [int(np.flatnonzero(places.node_id == id_)[0]) for id_ in ids]
    lon, lat, names = places.node_lon[at], places.node_lat[at], [str(id_) for id_ in ids]
    origins = ga.Origins(id=names, name=names, lon=lon, lat=lat, population=[1.0] * len(ids))
    services = ga.Destinations(
        id=names, name=names, lon=lon, lat=lat, kind=["x"] * len(ids), capacity=[1.0] * len(ids)
    )
    return ga.travel_times(network, origins, services, cutoff_min=600).to_array()


def test_same_roads_same_times(graph: nx.MultiDiGraph[int], by_file: ga.Network) -> None:
    network = quietly(graph)
    both = np.intersect1d(network.node_id, by_file.node_id)
    ids = np.random.default_rng(3).choice(both, 50, replace=False).tolist()
    expected = minutes(by_file, by_file, ids)
    assert np.isfinite(expected).mean() > 0.5
    # Where a roundabout's way begins is cut in the file only: milliseconds of rounding.
    np.testing.assert_allclose(minutes(network, by_file, ids), expected, atol=1e-4)
    assert network.source.counts == by_file.source.counts
    assert network.segment_length_m.sum() == pytest.approx(by_file.segment_length_m.sum())


def test_a_simplified_graph_is_the_same_but_for_mixed_edges(
    graph: nx.MultiDiGraph[int], by_file: ga.Network
) -> None:
    network = quietly(ox.simplify_graph(graph.copy()))
    km = by_file.segment_length_m.sum()
    assert network.segment_length_m.sum() == pytest.approx(km, rel=0.01)
    both = np.intersect1d(network.node_id, by_file.node_id)
    ids = np.random.default_rng(3).choice(both, 50, replace=False).tolist()
    ours, theirs = (minutes(one, by_file, ids) for one in (network, by_file))
    reached = np.isfinite(ours) & np.isfinite(theirs)
    assert reached.mean() > 0.5
    assert np.median(np.abs(ours[reached] - theirs[reached])) < 0.5


def test_a_projected_graph_is_brought_back(graph: nx.MultiDiGraph[int]) -> None:
    one = quietly(graph)
    other = quietly(ox.project_graph(graph, to_crs="EPSG:3059"))
    assert other.n_segments == one.n_segments
    lengths = np.sort(other.segment_length_m), np.sort(one.segment_length_m)
    np.testing.assert_allclose(*lengths, atol=0.05)


def small(*edges: tuple[int, int, dict[str, Any]]) -> nx.MultiDiGraph[int]:
    made: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
    for name in (1, 2, 3):
        made.add_node(name, x=24.0 + name / 100, y=57.0)
    for u, v, told in edges:
        made.add_edge(u, v, **({"osmid": 7, "highway": "tertiary"} | told))
    return made


def kmh(network: ga.Network) -> float:
    arc = network.forward_arc[0]
    return float(network.segment_length_m[0] / network.travel_time_ms[arc] * 3600)


@pytest.mark.parametrize(
    ("edges", "ways"),
    [
        ([(1, 2, {"oneway": False}), (2, 1, {"oneway": False, "reversed": True})], (True, True)),
        ([(2, 1, {"oneway": False, "reversed": True})], (False, True)),
        ([(1, 2, {"oneway": True})], (True, False)),
        ([(1, 2, {"oneway": "-1"})], (False, True)),
        ([(1, 2, {"oneway": "no"})], (True, True)),
        ([(1, 2, {}), (2, 3, {"osmid": 8, "oneway": "yes"})], (True, True)),
    ],
)
def test_directions(edges: list[tuple[int, int, dict[str, Any]]], ways: tuple[bool, bool]) -> None:
    network = quietly(small(*edges))
    assert (bool(network.forward_arc[0] >= 0), bool(network.backward_arc[0] >= 0)) == ways


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ({"highway": ["tertiary", "track"]}, {"highway": "track"}),
        ({"surface": ["asphalt", "gravel"]}, {"surface": "gravel"}),
        ({"maxspeed": ["50", "30"]}, {"maxspeed": "30"}),
        ({"osmid": [9, 7], "ref": ["P1", "P2"]}, {}),
    ],
)
def test_of_several_values_the_strictest_counts(
    several: dict[str, Any], one: dict[str, Any]
) -> None:
    assert kmh(quietly(small((1, 2, several)))) == kmh(quietly(small((1, 2, one))))


@pytest.mark.parametrize("told", [{"highway": ["tertiary", "footway"]}, {"access": ["yes", "no"]}])
def test_a_part_that_is_closed_closes_the_edge(told: dict[str, Any]) -> None:
    with pytest.raises(NetworkError, match="no road open"):
        quietly(small((1, 2, told)))


def test_what_is_absent_is_told() -> None:
    with pytest.warns(DataWarning, match="no turn restrictions, no ferries, no surfaces"):
        read_network_osmnx(small((1, 2, {})))
    ferry = {"route": "ferry", "highway": None}
    with pytest.warns(DataWarning, match="no turn restrictions: read"):
        read_network_osmnx(small((1, 2, {"surface": "gravel"}), (2, 3, ferry)))


def test_bad_graphs() -> None:
    with pytest.raises(NetworkError, match="no edges"):
        quietly(small())
    nowhere = small((1, 2, {}))
    del nowhere.nodes[2]["x"]
    with pytest.raises(InputError, match="nodes 2 of the graph have no x and y"):
        quietly(nowhere)
    unknown = small((1, 2, {}))
    del unknown.graph["crs"]
    with pytest.raises(InputError, match="no CRS"):
        quietly(unknown)
