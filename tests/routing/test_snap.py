from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geoaccess.errors import InputError
from geoaccess.model.network import Network
from geoaccess.model.snap import Reason, Snapped
from geoaccess.routing.components import components, drivable_segments
from geoaccess.routing.snap import Snapper
from geoaccess.units import UNREACHED_MS
from tests.routing.graphs import network_of, networks

EARTH = Geod(ellps="WGS84")
CLOSED = UNREACHED_MS


def line_network(*lines: list[tuple[float, float]], oneway: tuple[int, ...] = ()) -> Network:
    """Separate roads, each from its first point to its last."""
    n = len(lines)
    flat = [point for line in lines for point in line]
    arcs: list[tuple[int, int, int]] = []
    forward, backward = [], []
    for s in range(n):
        forward.append(len(arcs))
        arcs.append((2 * s, 2 * s + 1, s))
        if s in oneway:
            backward.append(-1)
        else:
            backward.append(len(arcs))
            arcs.append((2 * s + 1, 2 * s, s))
    ends = [point for line in lines for point in (line[0], line[-1])]
    lengths = [sum(EARTH.inv(*a, *b)[2] for a, b in pairwise(line)) for line in lines]
    return Network(
        node_id=np.arange(2 * n),
        node_lon=[p[0] for p in ends],
        node_lat=[p[1] for p in ends],
        first_out=np.searchsorted([a[0] for a in arcs], np.arange(2 * n + 1)),
        head=[a[1] for a in arcs],
        travel_time_ms=[int(lengths[a[2]]) for a in arcs],
        arc_segment=[a[2] for a in arcs],
        segment_from=np.arange(n) * 2,
        segment_to=np.arange(n) * 2 + 1,
        segment_way=np.arange(n) + 100,
        segment_length_m=lengths,
        forward_arc=forward,
        backward_arc=backward,
        snappable=np.full(n, fill_value=True),
        shape_first=np.concatenate([[0], np.cumsum([len(line) for line in lines])]),
        shape_lon=[p[0] for p in flat],
        shape_lat=[p[1] for p in flat],
        access_speed_kmh=5.0,
        profile="test",
    )


def snap_one(network: Network, lon: float, lat: float, max_snap_m: float = 1000.0) -> Snapped:
    ids = np.array(["p"], dtype=object)
    return Snapper.over(network).snap(ids, np.array([lon]), np.array([lat]), max_snap_m=max_snap_m)


def test_the_foot_of_the_perpendicular_and_its_distance() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)])
    told = snap_one(network, 25.025, 57.005)
    assert told.fraction[0] == pytest.approx(0.25, abs=1e-4)
    _, _, metres = EARTH.inv(25.025, 57.005, 25.025, 57.0)
    assert told.distance_m[0] == pytest.approx(metres, rel=1e-4)
    # 5 km/h over the last stretch.
    assert told.access_ms[0] == pytest.approx(metres * 3600 / 5, rel=1e-3)
    assert told.reason[0] == ""


def test_a_bend_is_followed_not_cut() -> None:
    # Up 0.1 degrees of latitude, and back down beside it: the nearest point is on the way.
    network = line_network([(25.0, 57.0), (25.0, 57.1), (25.1, 57.1)])
    told = snap_one(network, 25.001, 57.05)
    assert told.lon[0] == pytest.approx(25.0, abs=1e-9)
    assert told.lat[0] == pytest.approx(57.05, abs=1e-4)


@given(st.data())
def test_no_point_of_any_drivable_road_is_nearer(data: st.DataObject) -> None:
    network = data.draw(networks())
    lon = data.draw(st.floats(24.9, 25.1))
    lat = data.draw(st.floats(56.9, 57.1))
    told = snap_one(network, lon, lat, max_snap_m=1e7)
    drivable = drivable_segments(network, components(network), min_component_km=2.0)
    if not drivable.any():
        assert told.reason[0] != ""
        return
    share = np.linspace(0, 1, 101)
    nearest_m = np.inf
    for s in np.flatnonzero(drivable):
        a, b = network.shape_first[s], network.shape_first[s] + 1
        lons = network.shape_lon[a] + share * (network.shape_lon[b] - network.shape_lon[a])
        lats = network.shape_lat[a] + share * (network.shape_lat[b] - network.shape_lat[a])
        _, _, metres = EARTH.inv(np.full(101, lon), np.full(101, lat), lons, lats)
        nearest_m = min(nearest_m, float(np.min(metres)))
    # Samples lie up to 60 m apart, and a straight line bends a little on the plane.
    assert nearest_m - 60 <= told.distance_m[0] <= nearest_m * 1.01 + 5


def test_a_place_too_far_is_not_snapped_and_says_why() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)])
    told = snap_one(network, 25.05, 56.9999, max_snap_m=5)
    assert told.segment[0] == -1
    assert told.reason[0] == Reason.OUTSIDE_EXTRACT
    assert told.distance_m[0] == pytest.approx(11.1, abs=0.2)
    bent = line_network([(25.0, 57.0), (25.1, 57.1)])
    assert snap_one(bent, 25.05, 57.02).reason[0] == Reason.TOO_FAR_FROM_ROAD


def test_a_stub_that_is_joined_to_nothing_is_passed_over_for_the_next_road() -> None:
    long_road = [(25.0, 57.0), (25.1, 57.0)]
    stub = [(25.05, 57.002), (25.0501, 57.002)]
    network = line_network(long_road, stub)
    told = snap_one(network, 25.05, 57.0021)
    assert told.segment[0] == 0
    assert told.reason[0] == ""


def test_where_only_a_stub_is_near_the_place_goes_there_and_says_so() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)], [(25.05, 57.05), (25.0501, 57.05)])
    told = snap_one(network, 25.05, 57.0501)
    assert told.segment[0] == 1
    assert told.reason[0] == Reason.ISOLATED_ROAD


def test_a_road_in_without_a_road_out_is_a_trap() -> None:
    # From node 0 of the long road a one-way leads away.
    network = network_of(3, [(0, 1, 50, 50), (0, 2, 50, CLOSED)])
    lon, lat = float(network.node_lon[2]), float(network.node_lat[2])
    told = snap_one(network, lon, lat, max_snap_m=500)
    assert told.segment[0] == 1
    assert told.reason[0] == Reason.ONE_WAY_TRAP


def test_motorways_and_bridges_take_no_places() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)], [(25.0, 57.01), (25.1, 57.01)])
    closed = Network(
        **{
            **{name: getattr(network, name) for name in Network.__slots__},
            "snappable": np.array([False, True]),
        }
    )
    assert snap_one(closed, 25.05, 57.001, max_snap_m=2000).segment[0] == 1


def test_of_two_equally_near_roads_the_first_counts() -> None:
    road = [(25.0, 57.0), (25.1, 57.0)]
    assert snap_one(line_network(road, road), 25.05, 57.001).segment[0] == 0


def test_nothing_to_snap() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)])
    nothing = np.empty(0)
    told = Snapper.over(network).snap(np.empty(0, dtype=object), nothing, nothing, max_snap_m=10)
    assert len(told) == 0
    assert list(told.to_gdf().columns)[:2] == ["id", "distance_m"]


def test_a_declared_island_keeps_its_places_and_its_roads_to_itself() -> None:
    # A road of 12 km, and 300 m north of it an island with 120 m of road.
    mainland = [(25.0, 57.0), (25.2, 57.0)]
    islet = [(25.1, 57.003), (25.102, 57.003)]
    network = line_network(mainland, islet)
    on_islet, ashore = (25.101, 57.0029), (25.101, 57.0015)
    lon, lat = np.array([on_islet[0], ashore[0]]), np.array([on_islet[1], ashore[1]])
    ids = np.array(["islander", "ashore"], dtype=object)
    undeclared = Snapper.over(network).snap(ids, lon, lat, max_snap_m=1000)
    assert undeclared.segment.tolist() == [0, 0]
    shore = shapely.box(25.09, 57.002, 25.11, 57.004)
    declared = Snapper.over(network, islands=[shore]).snap(ids, lon, lat, max_snap_m=1000)
    assert declared.segment.tolist() == [1, 0]
    assert declared.reason.tolist() == ["", ""]
    assert declared.way.tolist() == [101, 100]
    bare = Snapper.over(line_network(mainland), islands=[shore])
    assert bare.snap(ids, lon, lat, max_snap_m=1000).reason.tolist() == ["outside_extract", ""]


def test_each_place_may_have_a_limit_of_its_own() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0), (25.2, 57.1)])
    both = np.array(["near", "far"], dtype=object)
    lon, lat = np.array([25.05, 25.05]), np.array([57.001, 57.001])
    told = Snapper.over(network).snap(both, lon, lat, max_snap_m=[200.0, 50.0])
    assert told.segment.tolist() == [0, -1]
    with pytest.raises(InputError, match="max_snap_m must be above 0, but is -1"):
        Snapper.over(network).snap(both, lon, lat, max_snap_m=[200.0, -1.0])


def test_threads_and_company_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    roads = [
        [tuple(p), tuple(p + rng.normal(0, 0.02, 2))] for p in rng.normal((25, 57), 0.1, (60, 2))
    ]
    network = line_network(*roads)
    n = 45_000
    lon, lat = rng.normal(25, 0.1, n), rng.normal(57, 0.1, n)
    ids = np.arange(n).astype(str).astype(object)
    snapper = Snapper.over(network)
    alone = snapper.snap(ids, lon, lat, max_snap_m=5000)
    together = snapper.snap(ids, lon, lat, max_snap_m=5000, threads=2)
    part = snapper.snap(ids[100:200], lon[100:200], lat[100:200], max_snap_m=5000)
    for name in ("segment", "fraction", "distance_m", "reason"):
        assert np.array_equal(getattr(alone, name), getattr(together, name)), name
        assert np.array_equal(getattr(alone, name)[100:200], getattr(part, name)), name
