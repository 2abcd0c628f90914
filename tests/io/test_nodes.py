"""Barriers, signals, stops and junctions on the way, from OSM files to minutes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoaccess.errors import InputError
from geoaccess.io.build import read_network
from geoaccess.io.nodes import judge_node
from geoaccess.io.osm import read_roads
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from geoaccess.model.profile import Profile
from tests.towns import at, node, way, write_osm

CAR = read_profile("car")
WAITING = CAR.model_copy(
    update={
        "node_delay_s": {"traffic_signals": 30.0, "stop": 20.0, "give_way": 4.0, "gate": 60.0},
        "junction_delay_s": 6.0,
    }
)
STREET = {"highway": "residential", "maxspeed": "30"}
Tags = dict[str, str]


def road(
    path: Path, tags: dict[int, Tags], profile: Profile = WAITING, *, side: int | None = None
) -> Network:
    """One road of four blocks over nodes 1 to 5, and a side road, if asked for, from one."""
    nodes = [node(i, *at(i - 1, 0), tags.get(i)) for i in range(1, 6)]
    ways = [way(1, range(1, 6), STREET)]
    if side is not None:
        nodes.append(node(9, *at(side - 1, 1)))
        ways.append(way(2, [side, 9], STREET))
    return read_network(write_osm(path / "road.osm", *nodes, *ways), profile=profile)


def lost_s(network: Network) -> list[tuple[float, float]]:
    """Seconds along and against each segment beyond those of driving it."""
    driven = network.segment_length_m / 30 * 3.6
    each = []
    for s in range(network.n_segments):
        arcs = int(network.forward_arc[s]), int(network.backward_arc[s])
        both = [float(network.travel_time_ms[arc]) / 1000 - float(driven[s]) for arc in arcs]
        each.append((round(both[0], 1), round(both[1], 1)))
    return each


@pytest.mark.parametrize(
    ("tags", "lost"),
    [
        ({}, (0, 0)),
        # On the way both directions wait, unless a tag says which.
        ({3: {"highway": "traffic_signals"}}, (30, 30)),
        ({3: {"highway": "traffic_signals", "traffic_signals:direction": "forward"}}, (30, 0)),
        ({3: {"highway": "traffic_signals", "traffic_signals:direction": "backward"}}, (0, 30)),
        ({3: {"highway": "traffic_signals", "traffic_signals:direction": "both"}}, (30, 30)),
        ({2: {"highway": "traffic_signals"}, 3: {"highway": "traffic_signals"}}, (60, 60)),
        # Entering the node at the end counts, leaving it does not.
        ({5: {"highway": "traffic_signals"}}, (30, 0)),
        ({1: {"highway": "traffic_signals"}}, (0, 30)),
        # A stop binds those who come to the junction: towards the nearer end.
        ({4: {"highway": "stop"}}, (20, 0)),
        ({2: {"highway": "stop"}}, (0, 20)),
        ({2: {"highway": "stop", "direction": "forward"}}, (20, 0)),
        ({2: {"highway": "give_way", "direction": "backward"}}, (0, 4)),
        ({2: {"highway": "stop", "direction": "both"}}, (20, 20)),
        ({5: {"highway": "stop"}}, (0, 0)),
        ({5: {"highway": "stop", "stop": "all"}}, (20, 0)),
        ({3: {"barrier": "gate"}}, (60, 60)),
        # Things at which nobody waits.
        ({3: {"highway": "crossing"}}, (0, 0)),
        ({3: {"highway": "street_lamp"}}, (0, 0)),
        ({3: {"highway": "bus_stop", "direction": "forward"}}, (0, 0)),
        ({3: {"barrier": "cattle_grid"}}, (0, 0)),
    ],
)
def test_seconds_lost_on_a_road(
    tmp_path: Path, tags: dict[int, Tags], lost: tuple[float, float]
) -> None:
    assert lost_s(road(tmp_path, tags)) == [lost]


def test_junctions_slow_those_who_come_to_them(tmp_path: Path) -> None:
    # Node 3, where three pieces meet, is entered along way 1 from both sides and from way 2.
    assert lost_s(road(tmp_path, {}, side=3)) == [(6, 0), (0, 6), (0, 6)]


def test_a_junction_with_signals_has_only_those(tmp_path: Path) -> None:
    network = road(tmp_path, {3: {"highway": "traffic_signals"}}, side=3)
    assert lost_s(network) == [(30, 0), (0, 30), (0, 30)]


def test_the_bend_of_a_road_is_no_junction(tmp_path: Path) -> None:
    assert lost_s(road(tmp_path, {}, side=5)) == [(0, 0), (0, 0)]


@pytest.mark.parametrize("tags", [{"barrier": "bollard"}, {"barrier": "gate", "access": "no"}])
def test_a_closed_barrier_cuts_the_way(tmp_path: Path, tags: Tags) -> None:
    network = road(tmp_path, {3: tags})
    assert network.n_segments == 2
    # Both halves are there, and end at nodes of their own at one place.
    assert sorted(network.node_id.tolist()) == [1, 3, 3, 5]
    ends = {int(network.segment_to[0]), int(network.segment_from[1])}
    assert len(ends) == 2
    assert network.source.counts["barriers_closed"] == 1


def test_a_closed_barrier_at_a_junction_parts_all_its_roads(tmp_path: Path) -> None:
    network = road(tmp_path, {3: {"barrier": "block"}}, side=3)
    assert network.n_segments == 3
    assert sorted(network.node_id.tolist()) == [1, 3, 3, 3, 5, 9]


def test_a_barrier_at_the_end_of_a_road_closes_nothing_else(tmp_path: Path) -> None:
    assert road(tmp_path, {5: {"barrier": "bollard"}}).n_segments == 1


def test_an_open_barrier_cuts_nothing(tmp_path: Path) -> None:
    network = road(tmp_path, {3: {"barrier": "gate"}}, profile=CAR)
    assert network.n_segments == 1
    assert "barriers_closed" not in network.source.counts


def test_strange_barriers_are_open_and_counted(tmp_path: Path) -> None:
    network = road(tmp_path, {3: {"barrier": "drawbridge_of_old"}})
    assert network.n_segments == 1
    assert network.source.counts["barriers_of_unknown_kind_open"] == 1


def test_only_nodes_of_roads_are_kept(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "x.osm",
        node(1, *at(0, 0), {"barrier": "gate", "name": "no matter"}),
        node(2, *at(1, 0), {"highway": "bus_stop"}),
        node(3, *at(2, 0), {"barrier": "gate"}),
        way(1, [1, 2], {**STREET, "name": "Iela", "lit": "yes"}),
        way(2, [2, 1], {"name": "Ceļš", **STREET}),
    )
    roads = read_roads(path)
    assert roads.node_tags == {1: {"barrier": "gate"}}
    assert roads.tags == [STREET, STREET]
    assert roads.tags[0] is roads.tags[1]
    assert read_roads(path, keys=["lit"]).tags[0] == {**STREET, "lit": "yes"}


def test_a_profile_may_ask_for_any_tag(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "x.osm",
        node(1, *at(0, 0)),
        node(2, *at(1, 0)),
        node(3, *at(2, 0)),
        way(1, [1, 2], {**STREET, "lit": "no"}),
        way(2, [2, 3], STREET),
    )
    afraid = CAR.model_copy(update={"closed_tags": {"lit": frozenset({"no"})}})
    assert read_network(path, profile=afraid).segment_way.tolist() == [2]
    assert read_network(path, profile=CAR).segment_way.tolist() == [1, 2]


def test_bad_roads_are_counted_and_never_crash(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "bad.osm",
        node(1, *at(0, 0)),
        node(2, *at(1, 0)),
        node(3, 24.0, 95.0),
        node(4, 200.0, 57.0),
        way(1, [1, 2], STREET),
        way(2, [1], STREET),
        way(3, [], STREET),
        way(4, [1, 3], STREET),
        way(5, [4, 2, 99], STREET),
        way(6, [2, 2], STREET),
        way(7, [98, 99], STREET),
    )
    network = read_network(path)
    assert network.segment_way.tolist() == [1]
    told = network.source.counts
    assert (told["ways"], told["ways_of_one_node"]) == (7, 2)
    # A node off the globe has no place, as one that is missing.
    assert told["nodes_missing_from_file"] + told["nodes_off_the_globe"] == 5
    assert np.isfinite(network.node_lon).all()


def test_a_coordinate_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "bad.osm", node(1, 1e9, 57.0), way(1, [1, 1], STREET))
    with pytest.raises(InputError, match="cannot be read as OSM data"):
        read_network(path)


def test_delays_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('extends = "car"\nnode_delay_s.gate = inf\n', "utf-8")
    with pytest.raises(InputError, match=r"node_delay_s\.gate must be a finite number"):
        read_profile(path)


def test_verdicts_name_what_they_count() -> None:
    assert judge_node(CAR, {"barrier": "log"}).note == "barriers_closed"
    assert judge_node(CAR, {"barrier": "gate"}).note == ""
    assert judge_node(CAR, {"highway": "crossing"}).note == ""
