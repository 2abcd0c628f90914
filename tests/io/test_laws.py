"""Laws of travel times that hold on any roads."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.io.build import build_network
from geoaccess.io.osm import RawRoads
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from geoaccess.model.profile import Profile
from geoaccess.units import UNREACHED_MS
from tests.naive import Graph, dijkstra
from tests.towns import at

CAR = read_profile("car").model_copy(update={"node_delay_s": {}})
Way = tuple[list[int], dict[str, str]]

REFS = st.lists(st.integers(0, 15), min_size=2, max_size=4)
TAGS = st.fixed_dictionaries(
    {"highway": st.sampled_from(["residential", "tertiary", "primary", "track"])},
    optional={
        "oneway": st.sampled_from(["yes", "-1", "no"]),
        "surface": st.sampled_from(["gravel", "asphalt"]),
        "maxspeed": st.sampled_from(["30", "70", "none"]),
    },
)
WAYS = st.lists(st.tuples(REFS, TAGS), min_size=1, max_size=7)


def network_of(ways: list[Way], profile: Profile = CAR) -> Network | None:
    """Roads between the nodes of a grid of four by four; None where there are none."""
    refs = [ref for nodes, _ in ways for ref in nodes]
    if all(len(set(nodes)) < 2 for nodes, _ in ways):
        return None
    places = np.array([at(ref % 4, ref // 4) for ref in refs])
    roads = RawRoads(
        way_id=np.arange(len(ways)),
        tags=[tags for _, tags in ways],
        first=np.cumsum([0, *(len(nodes) for nodes, _ in ways)]),
        node_id=np.array(refs),
        lon=places[:, 0],
        lat=places[:, 1],
        timestamp="",
    )
    return build_network(roads, profile=profile)


def times(network: Network | None) -> dict[tuple[int, int], int]:
    """Milliseconds between OSM nodes that lie at ends of segments, where one reaches another."""
    if network is None:
        return {}
    graph: Graph = [[] for _ in range(network.n_nodes)]
    for tail, head, ms in zip(network.tail, network.head, network.travel_time_ms, strict=True):
        graph[tail].append((int(head), int(ms)))
    ids = network.node_id.tolist()
    found = {}
    for start, id_ in enumerate(ids):
        for end, ms in enumerate(dijkstra(graph, {start: 0})):
            if ms < UNREACHED_MS:
                found[id_, ids[end]] = ms
    return found


@given(WAYS, st.floats(1.0, 3.0), st.sampled_from(sorted(CAR.speed_kmh)))
def test_raising_a_speed_never_lengthens_a_time(
    ways: list[Way], factor: float, highway: str
) -> None:
    raised = {**CAR.speed_kmh, highway: CAR.speed_kmh[highway] * factor}
    before = times(network_of(ways))
    after = times(network_of(ways, CAR.model_copy(update={"speed_kmh": raised})))
    assert before.keys() == after.keys()
    assert all(after[pair] <= ms for pair, ms in before.items())


@given(WAYS, st.floats(1.0, 2.0))
def test_driving_faster_never_lengthens_a_time(ways: list[Way], factor: float) -> None:
    before = times(network_of(ways))
    after = times(network_of(ways, CAR.model_copy(update={"speed_factor": factor})))
    assert all(after[pair] <= ms for pair, ms in before.items())


@given(WAYS, st.tuples(REFS, TAGS))
def test_adding_a_road_never_lengthens_a_time(ways: list[Way], road: Way) -> None:
    before, longer = network_of(ways), network_of([*ways, road])
    after = times(longer)
    # A new junction cuts a piece in two, and each is rounded to a whole millisecond.
    rounding = 0 if longer is None else longer.n_segments
    assert all(after[pair] <= ms + rounding for pair, ms in times(before).items())


@given(WAYS)
def test_roads_drawn_the_other_way_transpose_the_times(ways: list[Way]) -> None:
    turned = [(refs[::-1], tags) for refs, tags in ways]
    expected = {(end, start): ms for (start, end), ms in times(network_of(ways)).items()}
    assert times(network_of(turned)) == expected
