"""Turn restrictions in OSM files: what is kept, what is left aside, and what trips do then."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.io.build import read_network
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.profile import Profile
from tests.towns import at, node, way, write_osm

# Roads of 1 km at 30 km/h, so that a block takes two minutes:
#
#   04 ── 14 ── 24        ways 1: 00-01-02 (south to north), 2: 02-12, 3: 12-13-14, 4: 02-03-04,
#   │      │     │             5: 04-14-24, 6: 24-23-22, 7: 12-22
#   03    13    23
#   │      │     │
#   02 ── 12 ── 22
#   │
#   01
#   │
#   00
STREET = {"highway": "residential", "maxspeed": "30"}
WAYS = {
    1: ["00", "01", "02"],
    2: ["02", "12"],
    3: ["12", "13", "14"],
    4: ["02", "03", "04"],
    5: ["04", "14", "24"],
    6: ["24", "23", "22"],
    7: ["12", "22"],
}
Member = tuple[str, int, str]


def relation(id_: int, members: list[Member], tags: Mapping[str, str]) -> str:
    """OSM XML of a restriction; members are kind, id and role."""
    inner = "".join(
        f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members
    )
    pairs = {"type": "restriction", **tags}
    told = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in pairs.items())
    return f'<relation id="{id_}" version="1">{inner}{told}</relation>'


def ref(name: str) -> int:
    """OSM id of the node so many blocks east and north."""
    return 100 + int(name)


def turn(id_: int, from_: int, via: str | list[int], to: int, kind: str, **tags: str) -> str:
    """Restriction over a node, by its name, or over ways."""
    over: list[Member] = (
        [("node", ref(via), "via")]
        if isinstance(via, str)
        else [("way", one, "via") for one in via]
    )
    members: list[Member] = [("way", from_, "from"), *over, ("way", to, "to")]
    return relation(id_, members, {"restriction": kind, **tags})


def town(path: Path, *relations: str, tags: Mapping[int, Mapping[str, str]] | None = None) -> Path:
    """Write the roads above, with restrictions."""
    names = sorted({name for names in WAYS.values() for name in names})
    more = tags or {}
    return write_osm(
        path,
        *(node(ref(name), *at(int(name[0]), int(name[1]))) for name in names),
        *(
            way(id_, [ref(name) for name in names], {**STREET, **more.get(id_, {})})
            for id_, names in WAYS.items()
        ),
        *relations,
    )


def blocks(
    network: Network, start: tuple[float, float], goals: list[tuple[float, float]]
) -> list[float]:
    """Blocks driven between places on the roads; a block takes two minutes."""
    lon, lat = at(*start)
    origins = Origins(id=["o"], name=["o"], lon=[lon], lat=[lat], population=[1.0])
    there = np.array([at(*goal) for goal in goals])
    n = len(goals)
    names = [f"d{j}" for j in range(n)]
    services = Destinations(
        id=names,
        name=names,
        kind=["school"] * n,
        lon=there[:, 0],
        lat=there[:, 1],
        capacity=np.ones(n),
    )
    times = ga.travel_times(network, origins, services, cutoff_min=300)
    minutes = np.asarray(times.to_array())[0] / 2
    return [round(float(one), 2) for one in minutes]


SOUTH = (0, 0.5)
EAST = (1, 2.5)  # on way 3, north of node 12


@pytest.fixture
def free(tmp_path: Path) -> Network:
    return read_network(town(tmp_path / "free.osm"))


def restricted(tmp_path: Path, *relations: str, profile: str | Profile = "car") -> Network:
    return read_network(town(tmp_path / "town.osm", *relations), profile=profile)


def test_without_restrictions_the_nearest_way_is_driven(free: Network) -> None:
    assert blocks(free, SOUTH, [EAST, (0.5, 2), (0, 3)]) == [3.0, 2.0, 2.5]
    assert free.n_nodes == len(set(free.node_id.tolist()))


def test_no_turn_over_a_node(tmp_path: Path) -> None:
    network = restricted(tmp_path, turn(1, 2, "12", 3, "no_left_turn"))
    # Way 2 is driven from 02 to 12 still, but not on to the north: on to 22, where one may
    # turn round, and back: 1.5 + 1 + 1 + 1 + 0.5; by the north it is 6.
    assert blocks(network, SOUTH, [EAST]) == [5.0]
    # From the other end of way 2 nothing is forbidden, nor for who starts behind it.
    assert blocks(network, (1.5, 2), [EAST]) == [1.0]
    assert blocks(network, EAST, [(0, 0.5)]) == [3.0]
    assert network.source.counts["restrictions_kept"] == 1


def test_only_turn_over_a_node(tmp_path: Path) -> None:
    network = restricted(tmp_path, turn(1, 1, "02", 4, "only_straight_on"))
    # North along ways 4 and 5, and down way 3: way 4 has no junction to turn round at.
    assert blocks(network, SOUTH, [EAST]) == [1.5 + 2 + 1 + 1.5]
    assert blocks(network, SOUTH, [(0, 2.5)]) == [2.0]
    # A trip that starts on way 4 or 2 is free.
    assert blocks(network, (0, 2.5), [EAST]) == [2.0]


def test_no_u_turn(tmp_path: Path, free: Network) -> None:
    # From way 2 into way 3, and back: who drives to 12 and turns round there.
    assert blocks(free, (0.5, 2), [(0.25, 2)]) == [0.25]
    network = restricted(
        tmp_path,
        turn(1, 3, "14", 3, "no_u_turn"),
        turn(2, 5, "14", 3, "no_right_turn"),
    )
    assert network.source.counts["restrictions_ambiguous"] == 1
    assert network.source.counts["restrictions_kept"] == 1
    assert "2" in network.source.named["restrictions_ambiguous"]


def test_no_turn_over_a_way_binds_only_those_who_came_by_it(tmp_path: Path) -> None:
    network = restricted(tmp_path, turn(1, 1, [2], 3, "no_left_turn"))
    assert network.source.counts["restrictions_kept"] == 1
    # From the south over way 2 to the north is forbidden, from the north it is not.
    assert blocks(network, SOUTH, [EAST]) == [5.0]
    assert blocks(network, (0, 2.5), [EAST]) == [2.0]
    # Places on the way in between are reached by those who are bound, and left by anyone.
    assert blocks(network, SOUTH, [(0.5, 2), (0.25, 2)]) == [2.0, 1.75]
    assert blocks(network, (0.5, 2), [EAST]) == [1.0]
    assert len(network.copy_arc) == 1


def test_only_turn_over_a_way(tmp_path: Path) -> None:
    network = restricted(tmp_path, turn(1, 1, [2], 7, "only_straight_on"))
    # Neither north nor back: on to 22, where one may turn round.
    assert blocks(network, SOUTH, [EAST, (0.5, 2)]) == [5.0, 2.0]
    assert blocks(network, (0, 2.5), [EAST]) == [2.0]


def test_over_two_ways_in_any_order(tmp_path: Path) -> None:
    first = restricted(tmp_path, turn(1, 1, [2, 7], 6, "no_left_turn"))
    second = restricted(tmp_path, turn(1, 1, [7, 2], 6, "no_left_turn"))
    for network in (first, second):
        assert network.source.counts["restrictions_kept"] == 1
        # 1.5 to 02, then 12, 22 and up: forbidden. Who turns round at 12, and again at 02,
        # has not come by way 1 any more: 1.5 + 1 + 1 + 2 + 0.5; by the north it is 7.
        assert blocks(network, SOUTH, [(2, 2.5)]) == [6.0]
        assert blocks(network, SOUTH, [(1.5, 2), (0.5, 2)]) == [3.0, 2.0]
        assert blocks(network, (0.5, 2), [(2, 2.5)]) == [2.0]
    assert first.source.counts == second.source.counts


@pytest.mark.parametrize(
    ("profile", "tags", "bound"),
    [
        ("car", {}, True),
        ("walk", {}, False),
        ("bicycle", {}, True),
        ("bicycle", {"except": "bicycle"}, False),
        ("bicycle", {"except": "psv;bicycle"}, False),
        ("car", {"except": "bicycle"}, True),
        ("car", {"except": "motorcar"}, False),
        ("ambulance", {"except": "emergency"}, False),
        ("ambulance", {}, True),
    ],
)
def test_whom_it_binds(tmp_path: Path, profile: str, tags: dict[str, str], bound: bool) -> None:  # noqa: FBT001
    network = restricted(tmp_path, turn(1, 2, "12", 3, "no_left_turn", **tags), profile=profile)
    assert (network.n_nodes > len(set(network.node_id.tolist()))) is bound


@pytest.mark.parametrize(
    ("tags", "fate"),
    [
        ({"restriction:conditional": "no_left_turn @ (Mo-Fr)"}, "conditional_ignored"),
        ({"restriction:hgv": "no_left_turn"}, "not_for_this_vehicle"),
        ({"restriction:motorcar": "no_left_turn"}, "kept"),
        ({"restriction": "no_left_turn", "hour_on": "07:00"}, "conditional_ignored"),
        ({"restriction": "give_way"}, "of_unknown_kind"),
        ({}, "not_for_this_vehicle"),
    ],
)
def test_kinds(tmp_path: Path, tags: dict[str, str], fate: str) -> None:
    members: list[Member] = [("way", 2, "from"), ("node", ref("12"), "via"), ("way", 3, "to")]
    network = restricted(tmp_path, relation(1, members, tags))
    told = {key: n for key, n in network.source.counts.items() if key.startswith("restrictions")}
    assert told == {f"restrictions_{fate}": 1}


@pytest.mark.parametrize(
    ("broken", "fate"),
    [
        (turn(1, 2, "12", 99, "no_left_turn"), "member_missing"),
        (turn(1, 99, "12", 3, "no_left_turn"), "member_missing"),
        (turn(1, 1, [99], 3, "no_left_turn"), "member_missing"),
        (relation(1, [], {"restriction": "no_left_turn"}), "member_missing"),
        (
            relation(
                1,
                [("way", 2, "from"), ("relation", 1, "via"), ("way", 3, "to")],
                {"restriction": "no_left_turn"},
            ),
            "ambiguous",
        ),
        (
            relation(
                1,
                [
                    ("way", 2, "from"),
                    ("way", 1, "from"),
                    ("node", ref("02"), "via"),
                    ("way", 4, "to"),
                ],
                {"restriction": "no_left_turn"},
            ),
            "ambiguous",
        ),
        (turn(1, 2, "24", 3, "no_left_turn"), "not_joined"),
        (turn(1, 2, "01", 3, "no_left_turn"), "not_joined"),
        (turn(1, 1, [5], 6, "no_left_turn"), "not_joined"),
        (turn(1, 1, [2, 2], 3, "no_left_turn"), "cyclic"),
        (turn(1, 8, [8], 8, "no_left_turn"), "cyclic"),
    ],
)
def test_what_cannot_be_used_is_counted_and_named(tmp_path: Path, broken: str, fate: str) -> None:
    WAYS[8] = ["22", "12", "13", "22"]
    try:
        network = restricted(tmp_path, broken)
    finally:
        del WAYS[8]
    assert network.source.counts[f"restrictions_{fate}"] == 1
    assert network.source.named[f"restrictions_{fate}"] == "1"
    assert "restrictions_kept" not in network.source.counts


def test_on_closed_roads_it_is_no_matter(tmp_path: Path) -> None:
    path = town(
        tmp_path / "x.osm", turn(1, 2, "12", 3, "no_left_turn"), tags={3: {"motorcar": "no"}}
    )
    assert read_network(path).source.counts["restrictions_on_closed_road"] == 1
    path = town(tmp_path / "x.osm", turn(1, 2, "12", 3, "no_left_turn"), tags={2: {"oneway": "-1"}})
    assert read_network(path).source.counts["restrictions_on_closed_road"] == 1


def test_contradictory_ones(tmp_path: Path) -> None:
    both = restricted(
        tmp_path, turn(1, 2, "12", 3, "only_left_turn"), turn(2, 2, "12", 3, "no_left_turn")
    )
    assert both.source.counts["restrictions_contradictory"] == 2
    assert both.source.named["restrictions_contradictory"] == "1, 2"
    assert blocks(both, SOUTH, [EAST]) == [3.0]
    two = restricted(
        tmp_path, turn(1, 1, "02", 4, "only_straight_on"), turn(2, 1, "02", 2, "only_right_turn")
    )
    assert two.source.counts["restrictions_contradictory"] == 2
    # Together they can but mean: straight on or right, and not back.
    assert blocks(two, SOUTH, [EAST, (0, 3)]) == [3.0, 2.5]


def test_no_entry_from_several_ways(tmp_path: Path) -> None:
    members: list[Member] = [
        ("way", 1, "from"),
        ("way", 4, "from"),
        ("node", ref("02"), "via"),
        ("way", 2, "to"),
    ]
    network = restricted(tmp_path, relation(1, members, {"restriction": "no_entry"}))
    assert blocks(network, SOUTH, [(0.5, 2)]) == [1.5 + 2 + 1 + 2 + 0.5]
    assert blocks(network, (0, 2.5), [(0.5, 2)]) == [1.5 + 1 + 2 + 0.5]


def test_twins_lie_where_their_junction_lies(tmp_path: Path) -> None:
    network = restricted(tmp_path, turn(1, 1, [2], 3, "no_left_turn"))
    place: dict[int, tuple[float, float]] = {}
    for id_, lon, lat in zip(network.node_id, network.node_lon, network.node_lat, strict=True):
        here = float(lon), float(lat)
        assert place.setdefault(int(id_), here) == here
    copy, of = int(network.copy_arc[0]), int(network.copy_of[0])
    assert network.arc_segment[copy] == network.arc_segment[of]
    assert network.travel_time_ms[copy] == network.travel_time_ms[of]
    assert network.node_id[network.head[copy]] == network.node_id[network.head[of]]


def test_restrictions_may_be_turned_off(tmp_path: Path) -> None:
    lawless = read_profile("car").model_copy(update={"turn_restrictions": False})
    network = restricted(tmp_path, turn(1, 2, "12", 3, "no_left_turn"), profile=lawless)
    assert blocks(network, SOUTH, [EAST]) == [3.0]
