"""What a scenario changes, beside slow twins and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import MismatchError
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.times import TravelTimes
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Ground, Sources, apply_scenario
from geoaccess.scenario.compare import Pair, load_table, reassignment_table, settlement_table
from geoaccess.scenario.edits import CloseService, ScalePeople
from geoaccess.scenario.scenario import Scenario
from geoaccess.scenario.solve import NearestOfKind, Solved, solve_again
from geoaccess.scenario.summary import equity_difference, zone_table
from tests import naive_scenario
from tests.routing.graphs import network_of
from tests.scenario.conftest import LIMITS

MINUTE = st.one_of(st.integers(0, 90).map(float), st.just(float("inf")))
ROW = st.lists(MINUTE, min_size=3, max_size=3)
Town = tuple[list[list[float]], list[list[float]], list[float]]


@st.composite
def changes(draw: st.DrawFn) -> Town:
    n = draw(st.integers(1, 6))
    before, after = (draw(st.lists(ROW, min_size=n, max_size=n)) for _ in range(2))
    people = draw(st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n))
    return before, after, people


def solved(minutes: list[list[float]], people: list[float]) -> Solved:
    """Stand in for a run whose minutes are given; its roads are never asked."""
    n = len(minutes)
    ids = [f"o{i}" for i in range(n)]
    zeros = [0.0] * n
    origins = Origins(id=ids, name=ids, lon=zeros, lat=zeros, population=people)
    services = Destinations(
        id=["d0", "d1", "d2"],
        name=["A", "B", "C"],
        kind=["school"] * 3,
        lon=[0.0] * 3,
        lat=[0.0] * 3,
        capacity=[10.0, 0.0, np.nan],
    )
    times = TravelTimes.from_minutes(
        minutes, cutoff_min=120, origins=origins, destinations=services
    )
    near, position = times.nearest(1)
    ids_of = np.append(services.id, "")[position]
    reason = np.where(position[:, 0] < 0, "over_cutoff", "").astype(object)
    return Solved(
        router=Router(network_of(2, [(0, 1, 5, 5)])),
        origins=origins,
        destinations=services,
        origin_snap=times.origin_snap,
        destination_snap=times.destination_snap,
        limits=LIMITS,
        nearest={"school": NearestOfKind(minutes=near, id=ids_of, reason=reason)},
    )


def pair_of(town: Town) -> Pair:
    before, after, people = town
    return Pair(
        before=solved(before, people), after=solved(after, people), norm_min={"school": 30.0}
    )


@given(changes())
def test_people_by_what_happens_to_them(town: Town) -> None:
    before, after, people = town
    table = settlement_table(pair_of(town))
    slow = naive_scenario.people_by_verdict(before, after, people, 1.0)
    told = table.groupby("verdict")["population"].sum().to_dict()
    assert told == slow
    whole = zone_table(pair_of(town), {}).iloc[0]
    for word in ("gain", "loss", "unchanged", "newly_reached", "newly_unreached", "unreached"):
        assert whole[f"people_{word}"] == slow.get(word, 0.0)
    assert whole["people"] == sum(people)
    crossed = zip(before, after, people, strict=True)
    beyond = sum(h for one, other, h in crossed if min(one) <= 30 < min(other))
    assert whole["people_newly_beyond"] == beyond


@given(changes())
def test_who_goes_elsewhere(town: Town) -> None:
    before, after, people = town
    table = reassignment_table(pair_of(town))
    slow = naive_scenario.reassigned(before, after, people)
    named = {-1: "", 0: "d0", 1: "d1", 2: "d2"}
    told = {
        (row["from_id"], row["to_id"]): (row["people"], row["added_min_mean"])
        for row in table.to_dict("records")
    }
    assert set(told) == {(named[a], named[b]) for a, b in slow}
    for (a, b), (heads, more) in slow.items():
        assert told[named[a], named[b]][0] == heads
        if min(a, b) >= 0:
            assert told[named[a], named[b]][1] * heads == pytest.approx(more, abs=1e-3)


@given(changes())
def test_everybody_who_reaches_one_loads_one(town: Town) -> None:
    before, after, people = town
    table = load_table(pair_of(town))
    for column, minutes in (("people_before", before), ("people", after)):
        reached = sum(p for p, row in zip(people, minutes, strict=True) if min(row) < np.inf)
        assert table[column].sum() == reached
    assert table.set_index("id")["load"].isna()[["d1", "d2"]].all()


def test_the_same_twice_is_no_difference() -> None:
    town: Town = ([[5, 9, 9], [40, 9, 2]], [[5, 9, 9], [40, 9, 2]], [10, 20])
    same = equity_difference(pair_of(town), n_boot=20)
    assert same[["difference", "ci_low", "ci_high"]].to_numpy().tolist() == [[0.0] * 3] * 2
    assert reassignment_table(pair_of(town)).empty


def test_a_difference_by_hand() -> None:
    """Minutes 1 and 3 become 2 and 2: Gini falls from 1/4 to 0."""
    town: Town = ([[1, 9, 9], [3, 9, 9]], [[2, 9, 9], [2, 9, 9]], [1, 1])
    table = equity_difference(pair_of(town), n_boot=0)
    assert table["index"].tolist() == ["gini", "theil_t"]
    assert table[["before", "after", "difference"]].to_numpy()[0].tolist() == [0.25, 0.0, -0.25]
    assert table["ci_low"].isna().all()


def test_other_settlements_are_no_scenario() -> None:
    one, other = solved([[1, 2, 3]], [1]), solved([[1, 2, 3]] * 2, [1, 1])
    with pytest.raises(MismatchError, match="different settlements"):
        Pair(before=one, after=other)


def test_a_closure_in_the_demo_region(ground: Ground, sources: Sources, base: Solved) -> None:
    school = str(ground.destinations.of_kind("school").id[0])
    scenario = Scenario(name="close", edits=(CloseService(ids=(school,)), ScalePeople(factor=2)))
    after = solve_again(base, apply_scenario(scenario, ground, sources))
    pair = Pair(before=base, after=after)
    moved = reassignment_table(pair)
    moved = moved[moved["group"] == "all"]
    assert set(moved["from_id"]) == {school}
    loads = load_table(pair)
    loads = loads[(loads["group"] == "all") & (loads["id"] == school)]
    assert loads["people"].tolist() == [0.0]
    assert moved["people"].sum() == pytest.approx(2 * loads["people_before"].sum())
    zones = zone_table(pair, ground.territories)
    everybody = zones[(zones["group"] == "all") & (zones["service"] == "school")]
    for _, rows in everybody.groupby("territory"):
        assert rows["people"].sum() == pytest.approx(after.origins.population.sum())
