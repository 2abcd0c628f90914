"""Ways become segments and arcs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod

from geoaccess.errors import NetworkError
from geoaccess.io.build import build_network, read_network
from geoaccess.io.osm import RawRoads
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from tests.naive import Graph, dijkstra
from tests.towns import at, write_town

EARTH = Geod(ellps="WGS84")
CAR = read_profile("car")
ROAD = {"highway": "residential", "maxspeed": "30"}
Way = tuple[list[int], dict[str, str]]


def _place(node: int) -> tuple[float, float]:
    """Node 23 lies two blocks east and three north; 99 is missing from the file."""
    return (np.nan, np.nan) if node == 99 else at(node // 10, node % 10)


def _network(*ways: Way) -> Network:
    refs = [ref for nodes, _ in ways for ref in nodes]
    places = np.array([_place(ref) for ref in refs])
    roads = RawRoads(
        way_id=np.arange(1, len(ways) + 1),
        tags=[tags for _, tags in ways],
        first=np.cumsum([0, *(len(nodes) for nodes, _ in ways)]),
        node_id=np.array(refs),
        lon=places[:, 0],
        lat=places[:, 1],
        timestamp="",
    )
    network = build_network(roads, profile=CAR, shape_tolerance_m=0)
    _check_arcs(network)
    return network


def _check_arcs(network: Network) -> None:
    """Arcs are sorted by tail and head, and agree with the segments that they drive."""
    pairs = list(zip(network.tail.tolist(), network.head.tolist(), strict=True))
    assert pairs == sorted(pairs)
    used = np.concatenate([network.forward_arc, network.backward_arc])
    # Arcs without a segment board and leave ferries.
    assert sorted(used[used >= 0].tolist()) == np.flatnonzero(network.arc_segment >= 0).tolist()
    for s in range(network.n_segments):
        begin, finish = int(network.segment_from[s]), int(network.segment_to[s])
        for arc, pair in (
            (int(network.forward_arc[s]), (begin, finish)),
            (int(network.backward_arc[s]), (finish, begin)),
        ):
            if arc >= 0:
                assert pairs[arc] == pair
                assert network.arc_segment[arc] == s
        shape = slice(network.shape_first[s], network.shape_first[s + 1])
        assert network.shape_lon[shape][0] == network.node_lon[begin]
        assert network.shape_lat[shape][-1] == network.node_lat[finish]


def _segments(network: Network) -> list[tuple[int, int, int]]:
    """Way, first and last node of each segment, by their OSM ids."""
    ends = network.node_id[network.segment_from], network.node_id[network.segment_to]
    return list(zip(network.segment_way.tolist(), *(end.tolist() for end in ends), strict=True))


def _open(network: Network) -> list[tuple[bool, bool]]:
    """Whether each segment may be driven along and against its way."""
    along, against = network.forward_arc >= 0, network.backward_arc >= 0
    return list(zip(along.tolist(), against.tolist(), strict=True))


def test_two_node_way() -> None:
    network = _network(([0, 10], ROAD))
    assert _segments(network) == [(1, 0, 10)]
    assert network.node_id.tolist() == [0, 10]
    # One kilometre at 30 km/h, to the centimetre of OSM's coordinates.
    assert network.travel_time_ms == pytest.approx([120_000, 120_000], abs=2)


def test_ways_are_cut_where_they_meet_and_nowhere_else() -> None:
    network = _network(([0, 10, 20, 30], ROAD), ([20, 21, 22], ROAD))
    assert _segments(network) == [(1, 0, 20), (1, 20, 30), (2, 20, 22)]
    assert network.shape_lon[network.shape_first[0] : network.shape_first[1]].tolist() == [
        at(0, 0)[0],
        at(1, 0)[0],
        at(2, 0)[0],
    ]


def test_closed_way_cuts_nothing() -> None:
    network = _network(([0, 10, 20], ROAD), ([10, 11], {"highway": "footway"}))
    assert _segments(network) == [(1, 0, 20)]


def test_loop_of_its_own_starts_and_ends_at_one_node() -> None:
    network = _network(([0, 10, 11, 1, 0], ROAD))
    assert _segments(network) == [(1, 0, 0)]
    assert network.n_arcs == 2
    assert network.segment_length_m[0] == pytest.approx(4000, rel=1e-3)


def test_loop_is_cut_where_a_road_joins_it() -> None:
    network = _network(([0, 10, 11, 1, 0], ROAD), ([11, 21], ROAD))
    assert _segments(network) == [(1, 0, 11), (1, 11, 0), (2, 11, 21)]


def test_way_that_crosses_itself_is_cut_there() -> None:
    network = _network(([0, 10, 11, 1, 10, 20], ROAD))
    assert _segments(network) == [(1, 0, 10), (1, 10, 10), (1, 10, 20)]


def test_parallel_ways_stay_two() -> None:
    network = _network(([0, 10, 20], ROAD), ([0, 11, 20], ROAD))
    assert _segments(network) == [(1, 0, 20), (2, 0, 20)]
    assert network.n_arcs == 4
    assert network.segment_length_m[0] < network.segment_length_m[1]


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ({"oneway": "yes"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"junction": "roundabout"}, True, False),
        ({"oneway": "no"}, True, True),
    ],
)
def test_direction(tags: dict[str, str], along: bool, against: bool) -> None:  # noqa: FBT001
    network = _network(([0, 10, 20], {**ROAD, **tags}))
    assert _segments(network) == [(1, 0, 20)]
    assert _open(network) == [(along, against)]


def test_roundabout_is_driven_one_way_round() -> None:
    ring = {**ROAD, "junction": "roundabout"}
    network = _network(([10, 20, 21, 11, 10], ring), ([0, 10], ROAD), ([21, 31], ROAD))
    assert _segments(network) == [(1, 10, 21), (1, 21, 10), (2, 0, 10), (3, 21, 31)]
    assert _open(network) == [(True, False), (True, False), (True, True), (True, True)]


def test_speed_of_each_direction() -> None:
    network = _network(([0, 10], {"highway": "primary", "maxspeed:backward": "40"}))
    forward, backward = network.travel_time_ms[[network.forward_arc[0], network.backward_arc[0]]]
    assert (forward, backward) == pytest.approx((45_000, 90_000), abs=2)


def test_node_repeated_in_a_row_is_one() -> None:
    network = _network(([0, 10, 10, 20], ROAD), ([0, 1], ROAD))
    assert sorted(network.node_id.tolist()) == [0, 1, 10, 20]
    assert network.segment_length_m.sum() == pytest.approx(3000, rel=1e-3)
    assert (network.segment_length_m > 0).all()


def test_way_of_one_node_is_none() -> None:
    assert _segments(_network(([5], ROAD), ([0, 10], ROAD), ([10, 10], ROAD))) == [(2, 0, 10)]


def test_missing_node_cuts_a_way_and_invents_no_road() -> None:
    network = _network(([0, 10, 99, 20, 30], ROAD), ([99, 20], ROAD))
    assert _segments(network) == [(1, 0, 10), (1, 20, 30)]
    assert network.source.counts["nodes_missing_from_file"] == 2


def test_lengths_are_geodesic() -> None:
    network = _network(([0, 11, 23, 31], ROAD))
    lon, lat = np.array([_place(ref) for ref in (0, 11, 23, 31)]).T
    assert network.segment_length_m[0] == pytest.approx(EARTH.line_length(lon, lat), rel=1e-6)


FERRY = {"route": "ferry", "duration": "00:20"}


def _min(network: Network, from_id: int, to_id: int) -> float:
    """Minutes between two nodes by their OSM ids, of twins the ones on land."""
    graph: Graph = [[] for _ in range(network.n_nodes)]
    for tail, head, ms in zip(network.tail, network.head, network.travel_time_ms, strict=True):
        graph[tail].append((int(head), int(ms)))
    ids: list[int] = network.node_id.tolist()
    return dijkstra(graph, {ids.index(from_id): 0})[ids.index(to_id)] / 60_000


def test_ferry_is_boarded_once_wherever_its_way_is_cut() -> None:
    line = ([10, 20, 30], FERRY)
    network = _network(line, ([10, 11], ROAD), ([20, 21], ROAD), ([30, 31], ROAD))
    # Ten minutes to board; who stays on deck at the pier half way does not board again.
    assert _min(network, 10, 30) == pytest.approx(30, abs=1e-3)
    assert _min(network, 10, 20) == pytest.approx(20, abs=1e-3)
    assert network.snappable.tolist() == [False, False, True, True, True]


def test_ferries_that_meet_on_the_water_are_one_boarding_and_at_a_pier_two() -> None:
    ferries = [([10, 20], FERRY), ([20, 30], FERRY), ([20, 23], FERRY)]
    shore = [([10, 11], ROAD), ([30, 31], ROAD)]
    assert _min(_network(*ferries, *shore), 10, 30) == pytest.approx(50, abs=1e-3)
    piers = _network(*ferries, *shore, ([20, 21], ROAD))
    assert _min(piers, 10, 30) == pytest.approx(60, abs=1e-3)


def test_ferry_without_a_duration_sails_at_the_speed_of_the_profile() -> None:
    network = _network(([0, 10], {"route": "ferry"}), ([10, 20], ROAD), ([0, 1], ROAD))
    # 1 km at 10 km/h, and 10 minutes to board.
    assert _min(network, 0, 10) == pytest.approx(16, abs=1e-3)
    assert network.source.counts["ferries_without_duration"] == 1


def test_no_road_open() -> None:
    with pytest.raises(NetworkError, match="no road open to profile 'car'; give a file"):
        _network(([0, 10], {"highway": "footway"}))


def test_town(tmp_path: Path) -> None:
    network = read_network(write_town(tmp_path / "town.osm"))
    _check_arcs(network)
    assert (network.n_nodes, network.n_segments, network.n_arcs) == (12, 17, 34)
    assert network.segment_length_m == pytest.approx(np.full(17, 1000.0), rel=1e-4)
    assert network.source.counts["ways"] == 7
    graph = network.to_networkx()
    assert graph.number_of_edges() == 34
    assert graph.nodes[0]["x"] == network.node_lon[0]
    (edge,) = graph.get_edge_data(0, int(network.head[0])).values()
    assert edge["travel_time_s"] == network.travel_time_ms[0] / 1000
    assert edge["length_m"] == pytest.approx(1000, abs=0.1)
