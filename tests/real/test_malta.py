"""The whole country of Malta from one OSM file, checked against plain NetworkX."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import geoaccess as ga
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def malta(shared: Callable[[str], Path]) -> Path:
    return shared("data/osm/malta.osm.pbf")


def cut_graph(network: Network, origins: Snapped, schools: Snapped) -> nx.MultiDiGraph[object]:
    """The network turned round, places cut into their segments, one node "services"."""
    graph: nx.MultiDiGraph[object] = nx.MultiDiGraph()
    for tail, head, told in network.to_networkx().edges(data=True):
        graph.add_edge(head, tail, ms=round(told["travel_time_s"] * 1000))
    for snapped, label in ((origins, "o"), (schools, "d")):
        for i in range(len(snapped)):
            _hang(graph, network, snapped, i, label)
    _join_neighbours(graph, network, origins, schools)
    for j in range(len(schools)):
        graph.add_edge("services", ("d", j), ms=0)
    return graph


def _ways(network: Network, snapped: Snapped, i: int) -> list[tuple[int, int, int]]:
    """Arc, whole and passed milliseconds of each open direction at a place."""
    s, fraction = int(snapped.segment[i]), float(snapped.fraction[i])
    if s < 0:
        return []
    ways = []
    for arc, share in (
        (int(network.forward_arc[s]), fraction),
        (int(network.backward_arc[s]), 1.0 - fraction),
    ):
        if arc >= 0:
            whole = int(network.travel_time_ms[arc])
            ways.append((arc, whole, round(whole * share)))
    return ways


def _hang(
    graph: nx.MultiDiGraph[object], network: Network, snapped: Snapped, i: int, label: str
) -> None:
    access, tail = int(snapped.access_ms[i]), network.tail
    for arc, whole, passed in _ways(network, snapped, i):
        if label == "o":
            graph.add_edge(int(network.head[arc]), ("o", i), ms=whole - passed + access)
        else:
            for one in (arc, *network.copy_arc[network.copy_of == arc].tolist()):
                graph.add_edge(("d", i), int(tail[one]), ms=passed + access)


def _join_neighbours(
    graph: nx.MultiDiGraph[object], network: Network, origins: Snapped, schools: Snapped
) -> None:
    for i in range(len(origins)):
        for j in range(len(schools)):
            if origins.segment[i] != schools.segment[j]:
                continue
            for mine, theirs in zip(
                _ways(network, origins, i), _ways(network, schools, j), strict=True
            ):
                if theirs[2] >= mine[2]:
                    ms = int(origins.access_ms[i]) + theirs[2] - mine[2]
                    graph.add_edge(("d", j), ("o", i), ms=ms + int(schools.access_ms[j]))


def test_nearest_school_equals_plain_networkx_dijkstra(malta: Path) -> None:
    network = ga.read_network(malta, profile="car")
    people = ga.read_settlements(malta)
    schools = ga.read_services(malta, kinds=["school"])
    times = ga.travel_times(network, people, schools, cutoff_min=120)
    graph = cut_graph(network, times.origin_snap, times.destination_snap)
    # Nobody drives through a place: its node has no way on but to where it is wanted.
    found = nx.single_source_dijkstra_path_length(graph, "services", weight="ms")
    expected = [found[("o", i)] / 60_000 for i in range(len(people))]
    told = ga.time_to_nearest(times, k=1)
    assert len(told) == 92
    assert told.to_numpy() == pytest.approx(np.array(expected, dtype=np.float32), abs=0)


def test_the_example_study_runs_and_gozo_has_its_own_services(malta: Path, tmp_path: Path) -> None:
    assert malta.exists()
    result = ga.run_study(EXAMPLES / "malta.toml", out=tmp_path / "out")
    assert len(result.territories["after"]) == 67
    with (tmp_path / "out" / "access.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 92 * 3
    gozo = {one.id: one for one in result.origins.to_gdf().itertuples() if one.geometry.y > 36.02}
    assert len(gozo) >= 14
    on_gozo = [row for row in rows if row["id"] in gozo]
    assert all(row["nearest_min"] and not row["reason"] for row in on_gozo)
    places = result.destinations.to_gdf().set_index("id")
    for row in on_gozo:
        if row["service"] != "town_hall":
            assert places.loc[row["nearest_id"]].geometry.y > 36.0, row
            assert float(row["nearest_min"]) < 30
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["osm_timestamp"] == "2018-08-27T20:14:02Z"
    assert manifest["counts"]["services"]["school"] == len(result.destinations.of_kind("school"))


def test_the_67_councils_are_all_there(malta: Path) -> None:
    councils = ga.read_territory(malta, admin_level=8, date="2018-08-27")
    assert len(councils) == 67
    assert "Valletta" in set(councils.name) or "Il-Belt Valletta" in set(councils.name)


def test_gozo_is_reached_by_ferry_only_and_boarding_counts_once(malta: Path) -> None:
    car = ga.read_profile("car")
    quick = car.model_copy(update={"ferry_boarding_min": 0.0})
    ashore = car.model_copy(update={"ferries": "exclude"})
    # From Victoria on Gozo to Valletta on Malta.
    home = ga.Origins(id=["v"], name=["v"], lon=[14.2396], lat=[36.0443], population=[1])
    town = {"id": ["c"], "name": ["c"], "kind": ["port"], "lon": [14.5120], "lat": [35.8970]}
    there = ga.Destinations(**town, capacity=[1])
    minutes = {}
    for name, profile in (("car", car), ("quick", quick), ("ashore", ashore)):
        network = ga.read_network(malta, profile=profile)
        minutes[name] = float(ga.travel_times(network, home, there).to_array()[0, 0])
    assert minutes["ashore"] == np.inf
    assert minutes["car"] - minutes["quick"] == pytest.approx(10.0, abs=1e-3)
    assert 60 < minutes["car"] < 110
