"""The comparison with another engine, without that engine, on the grid town."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from tests.scripts.conftest import ROOT
from tests.towns import BLOCK_M, at, node, relation, way, write_osm, write_town


@pytest.fixture(scope="module", autouse=True)
def _scripts_are_found() -> Any:  # noqa: ANN401
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "scripts"))
        yield


def room(name: str) -> Any:  # noqa: ANN401
    return importlib.import_module(f"validation.{name}")


def test_differences_are_summed_up_by_hand() -> None:
    ours = [100.0, 99.0, 150.0, None, 7.0, None]
    told = room("compare").spread(ours, [100.0, 100.0, 100.0, 5.0, None, None])
    assert (told.n_pairs, told.n_both, told.only_ours, told.only_theirs) == (6, 3, 1, 1)
    assert told.within_share == pytest.approx(2 / 3)
    assert told.median == pytest.approx(0.01)
    assert room("compare").is_tail(1030, 1000)
    assert not room("compare").is_tail(1010, 1000)
    assert not room("compare").is_tail(15, 10)


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ((90, (1, 2, 4)), (100, (1, 3, 4)), "a turn restriction that we drive through"),
        ((90, (1, 5, 4)), (100, (1, 3, 4)), "a barrier that we drive through"),
        ((90, (1, 6, 4)), (100, (1, 3, 4)), "a road that we alone drive"),
        ((90, (1, 7, 4)), (100, (1, 3, 4)), "a track or parking aisle that we drive through"),
        ((90, (1, 3, 4), (), 1), (100, (1, 3, 4)), "a U-turn that we make"),
        ((100, (1, 3, 4)), (90, (1, 9, 4)), "a road closed to us"),
        ((100, (1, 3, 4)), (90, (1, 6, 4)), "a road that they alone drive"),
        ((100, (1, 3, 4)), (90, (2, 3, 4)), "the point meets another road"),
        ((100, (1, 3, 6, 4)), (90, (1, 6, 3, 4)), "the same roads in another order"),
        ((100, (1, 3, 4)), (90, ()), "not traced"),
    ],
)
def test_every_difference_has_a_reason(
    ours: tuple[Any, ...], theirs: tuple[Any, ...], why: str
) -> None:
    compare = room("compare")
    mine, other = (
        compare.Route(**dict(zip(("length_m", "ways", "nodes", "u_turns"), one, strict=False)))
        for one in (ours, theirs)
    )
    kind, _ = compare.reason(
        mine,
        other,
        tags={7: {"highway": "track"}, 9: {"highway": "path"}},
        open_to_us=frozenset(range(1, 9)),
        restrictions=compare.Restrictions(banned={(1, 2): "no_left_turn"}, only={}),
        barriers={5: "barrier=gate"},
    )
    assert kind == why


def test_our_lengths_and_ways_are_those_of_the_town(tmp_path: Path) -> None:
    ours = room("ours")
    metres = ours.by_length(ours.read_car(write_town(tmp_path / "town.osm")))
    # From the middle of the first block of the bottom row to that of the top row.
    points = [at(0.5, 0), at(0.5, 0), at(0.5, 2), at(2.5, 0)]
    origins, destinations = ours.snapped_pairs(metres, points)
    lengths = ours.pair_s(metres, origins, destinations)
    assert lengths == pytest.approx([3 * BLOCK_M, 2 * BLOCK_M], rel=1e-3)
    route = ours.route(metres, origins, destinations, 1)
    assert route.length_m == pytest.approx(lengths[1])
    assert (set(route.ways), route.nodes, route.u_turns) == ({10}, (101, 102), 0)
    assert ours.first_pairs(points) == [[points[0], points[2]], [points[1], points[3]]]
    drawn = ours.random_points(metres, 50, seed=1)
    assert len(set(drawn)) == 50
    assert (ours.snapped_pairs(metres, drawn)[0].distance_m < 1).all()


def test_facts_of_a_file_are_read(tmp_path: Path) -> None:
    turn = {"type": "restriction", "restriction": "only_straight_on"}
    only = relation(9, [1, 2], turn).replace('role="outer"', 'role="from"', 1)
    only = only.replace('role="outer"', 'role="to"')
    only = only.replace("<tag", '<member type="node" ref="2" role="via"/><tag', 1)
    facts = room("ours").read_facts(
        write_osm(
            tmp_path / "a.osm",
            *(node(i, *at(i, 0), {"barrier": "gate"} if i == 3 else None) for i in (1, 2, 3)),
            way(1, [1, 2], {"highway": "residential"}),
            way(2, [2, 3], {"highway": "service"}),
            only,
        )
    )
    assert facts.tags[2] == {"highway": "service"}
    assert facts.barriers == {2: "barrier=gate"}
    assert facts.restrictions.only == {(1, 2): frozenset({1, 2})}


def test_areas_that_are_the_same_match_whole(tmp_path: Path) -> None:
    ours, areas = room("ours"), room("areas")
    metres = ours.by_length(ours.read_car(write_town(tmp_path / "town.osm")))
    lon, lat = at(1, 1)
    around = shapely.Point(lon, lat).buffer(1)
    told = areas.match_place(
        metres, (lon, lat), {"1": shapely.geometry.mapping(around)}, unit_s=1000.0
    )["1"]
    # The area of the other is huge: it holds all, leaves out nothing, and overlaps little.
    assert told.roads_inside == pytest.approx(1)
    assert told.roads_outside == pytest.approx(0)
    assert told.overlap == pytest.approx(1 / told.ratio)


def test_the_page_names_every_part() -> None:
    compare, page, areas = room("compare"), room("page"), room("areas")
    one = page.Country(
        name="Town",
        day="2024-05-01",
        lengths=compare.spread([100.0, 90.0], [100.0, 100.0]),
        tails=[page.Tail(ours_m=90, theirs_m=100, kind="a U-turn that we make", told="1 | 2")],
        alone=["we alone: here to there"],
        time_ratio=list(np.linspace(0.5, 1.5, 11)),
        areas={"3 km": [areas.AreaMatch(overlap=0.5, ratio=0.6, roads_inside=1, roads_outside=1)]},
    )
    text = page.page([one], versions={"geoaccess": "0.1.0"})
    assert "| Town | 2 | 2 | 0 | 0 | 50.0% | 5.000% |" in text
    assert "| a U-turn that we make | 1 | 0.90: 1 / 2 |" in text
    assert "| Town | 3 km | 0.50 | 0.60 | 100.0% | 100.0% |" in text
    assert "we alone: here to there" in text
    assert "| Town | 0.60 | 1.00 | 1.40 |" in text
