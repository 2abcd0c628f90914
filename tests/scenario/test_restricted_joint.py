"""Where a road with a turn restriction is split, nobody sheds what binds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoaccess.io.build import read_network
from geoaccess.model.network import Network
from geoaccess.scenario.new_road import split_at, with_road
from geoaccess.units import UNREACHED_MS
from tests.naive import dijkstra
from tests.scenario.test_new_road import graph_of
from tests.towns import at, node, way, write_osm

STREET = {"highway": "residential", "maxspeed": "30"}
# 1 ── 2 ── 3 ── 4, and 3 ── 5 northwards: over way 20 (2 to 3), from way 10 nobody turns into 40.
RELATION = (
    '<relation id="1" version="1"><member type="way" ref="10" role="from"/>'
    '<member type="way" ref="20" role="via"/><member type="way" ref="40" role="to"/>'
    '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    places = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0), 5: (2, 1), 6: (1, 1)}
    path = write_osm(
        tmp_path / "town.osm",
        *(node(ref, *at(*place)) for ref, place in places.items()),
        way(10, [1, 2], STREET | {"oneway": "yes"}),
        way(20, [2, 3], STREET | {"oneway": "yes"}),
        way(30, [3, 4], STREET | {"oneway": "yes"}),
        way(40, [3, 5], STREET | {"oneway": "yes"}),
        way(50, [6, 2], STREET | {"oneway": "yes"}),
        RELATION,
    )
    return read_network(path)


def arrival(network: Network, begin: int, goal: int) -> int:
    """Milliseconds from the start of a way to an OSM node, whichever twin is reached first."""
    first = int(np.flatnonzero(network.node_id == begin)[0])
    times = dijkstra(graph_of(network), {first: 0})
    return min(times[v] for v in np.flatnonzero(network.node_id == goal))


def test_the_ban_holds_after_the_split_and_for_no_one_else(network: Network) -> None:
    assert arrival(network, 1, 5) == UNREACHED_MS
    assert arrival(network, 6, 5) < UNREACHED_MS
    via = int(np.flatnonzero(network.segment_way == 20)[0])
    split, joint = split_at(network, via, 0.5)
    assert joint.leave != joint.enter
    for begin in (1, 6):
        for goal in (4, 5):
            assert arrival(split, begin, goal) == arrival(network, begin, goal)


def test_who_is_bound_may_leave_by_the_new_road_and_who_comes_is_free(network: Network) -> None:
    via = int(np.flatnonzero(network.segment_way == 20)[0])
    split, joint = split_at(network, via, 0.5)
    end = int(np.flatnonzero(split.segment_way == 40)[0])
    split, goal = split_at(split, end, 0.5)
    built = with_road(split, joint, goal, between=(), time_ms=lambda _m: 1000, one_way=False)
    out = arrival(built, 1, 5)
    half = int(network.travel_time_ms[network.arc_segment == via][0])
    assert out < UNREACHED_MS
    assert out == pytest.approx(120_000 + half // 2 + 1000 + 60_000, abs=2000)
