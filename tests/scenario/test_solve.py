"""A scenario computed from what it changes equals one computed from scratch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoaccess.model.places import Destinations, Origins
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Edited, Ground, Sources, apply_scenario
from geoaccess.scenario.edits import (
    ChangeCapacity,
    ChangeSpeed,
    CloseRoads,
    CloseService,
    Edit,
    MergeServices,
    MovePeople,
    MoveService,
    NewRoad,
    OpenService,
    PeopleOfYear,
    ScalePeople,
    UseBorders,
    UseProfile,
)
from geoaccess.scenario.scenario import Scenario
from geoaccess.scenario.solve import Solved, solve, solve_again
from tests.scenario.conftest import KINDS, LIMITS


def from_scratch(edited: Edited) -> Solved:
    """Read the edited roads as though nothing had been made ready."""
    fresh = Router(edited.router.network, method="hierarchy")
    return solve(fresh, edited.origins, edited.destinations, kinds=KINDS, limits=LIMITS)


def assert_same(one: Solved, other: Solved) -> None:
    for kind in KINDS:
        a, b = one.nearest[kind], other.nearest[kind]
        assert np.array_equal(a.minutes, b.minutes), kind
        assert np.array_equal(a.id, b.id), kind
        assert np.array_equal(a.reason, b.reason), kind


def run(ground: Ground, sources: Sources, *edits: Edit) -> Edited:
    return apply_scenario(Scenario(name="one", edits=edits), ground, sources)


def test_the_empty_scenario_changes_nothing(ground: Ground, sources: Sources, base: Solved) -> None:
    edited = run(ground, sources)
    again = solve_again(base, edited)
    assert again.reused == KINDS
    assert edited.router is ground.router
    for kind in KINDS:
        assert again.nearest[kind] is base.nearest[kind]
    for name in ("id", "name", "kind", "lon", "lat", "capacity"):
        one, other = (
            getattr(places, name) for places in (edited.destinations, ground.destinations)
        )
        assert np.array_equal(one, other, equal_nan=name == "capacity"), name
    assert np.array_equal(edited.origins.population, ground.origins.population)


@st.composite
def edits(draw: st.DrawFn, ground: Ground) -> list[Edit]:
    """Some edits of anything, none of one thing twice."""
    services, network = ground.destinations, ground.router.network
    some = draw(st.lists(st.integers(0, len(services) - 1), min_size=4, max_size=4, unique=True))
    closed, moved, resized, opened = (str(services.id[i]) for i in some)
    ways = np.unique(network.segment_way).tolist()
    way = st.sampled_from(ways)
    shut, slow = draw(st.lists(way, min_size=2, max_size=2, unique=True))
    a, b = (int(draw(st.integers(0, len(ground.origins) - 1))) for _ in range(2))
    lon, lat = ground.origins.lon, ground.origins.lat
    every: list[Edit] = [
        CloseService(ids=(closed,)),
        MoveService(id=moved, lon=lon[a], lat=lat[a]),
        ChangeCapacity(ids=(resized,), capacity=7),
        OpenService(id=f"new-{opened}", kind="pharmacy", lon=lon[b], lat=lat[b]),
        CloseRoads(ways=(shut,)),
        ChangeSpeed(ways=(slow,), factor=draw(st.sampled_from([0.5, 2.0]))),
        ScalePeople(factor=0.5),
        UseBorders(borders="before"),
    ]
    return draw(st.lists(st.sampled_from(every), unique_by=lambda one: one.do))


@given(st.data())
@settings(max_examples=8)
def test_only_what_changed_is_computed_and_the_answer_is_the_same(
    ground: Ground, sources: Sources, base: Solved, data: st.DataObject
) -> None:
    drawn = data.draw(edits(ground))
    edited = run(ground, sources, *drawn)
    assert_same(solve_again(base, edited), from_scratch(edited))


@pytest.mark.parametrize(
    "edit",
    [
        ChangeSpeed(surfaces=("gravel",), factor=0.6),
        ChangeSpeed(factor=2.0),
        ChangeSpeed(area="west.geojson", factor=0.9),
        CloseRoads(classes=("secondary",)),
        UseProfile(profile="car_winter"),
    ],
)
def test_edits_of_many_roads(ground: Ground, sources: Sources, base: Solved, edit: Edit) -> None:
    edited = run(ground, sources, edit)
    again = solve_again(base, edited)
    assert_same(again, from_scratch(edited))
    assert not again.reused
    changed = any(
        not np.array_equal(again.nearest[kind].minutes, base.nearest[kind].minutes)
        for kind in KINDS
    )
    assert changed


def test_twice_the_speed_halves_the_drive(ground: Ground, sources: Sources) -> None:
    """Up to rounding: arcs are whole milliseconds, and turns and boarding are not driven."""
    edited = run(ground, sources, ChangeSpeed(factor=2.0))
    before, after = ground.router.network, edited.router.network
    driven = before.arc_segment >= 0
    assert np.abs(after.travel_time_ms * 2 - before.travel_time_ms)[driven].max() <= 1
    assert np.array_equal(after.travel_time_ms[~driven], before.travel_time_ms[~driven])


def test_opening_never_lengthens_and_closing_never_shortens(
    ground: Ground, sources: Sources, base: Solved
) -> None:
    where = 10
    lon, lat = float(ground.origins.lon[where]), float(ground.origins.lat[where])
    opened = solve_again(
        base, run(ground, sources, OpenService(id="new", kind="hospital", lon=lon, lat=lat))
    )
    assert (opened.nearest["hospital"].minutes <= base.nearest["hospital"].minutes).all()
    assert (opened.nearest["hospital"].id[where, 0]) == "new"
    assert opened.reused == ("school", "pharmacy")
    schools = ground.destinations.of_kind("school")
    closed = solve_again(base, run(ground, sources, CloseService(ids=(str(schools.id[0]),))))
    assert (closed.nearest["school"].minutes >= base.nearest["school"].minutes).all()
    assert str(schools.id[0]) not in set(closed.nearest["school"].id.ravel())


def test_a_road_lengthens_nothing_and_a_closure_shortens_nothing(
    ground: Ground, sources: Sources, base: Solved
) -> None:
    lon, lat = ground.origins.lon, ground.origins.lat
    far = np.argsort(lon)[[5, -5]]
    line = tuple((float(lon[i]), float(lat[i])) for i in far)
    built = run(ground, sources, NewRoad(line=line, speed_kmh=90, max_join_m=5000))
    again = solve_again(base, built)
    assert_same(again, from_scratch(built))
    # A millisecond, for the two halves of a split road are rounded apart.
    assert (again.nearest["hospital"].minutes <= base.nearest["hospital"].minutes + 1e-3).all()
    shut = solve_again(base, run(ground, sources, CloseRoads(classes=("primary",))))
    worse = shut.nearest["hospital"].minutes >= base.nearest["hospital"].minutes - 1e-3
    # Whoever met a closed road meets another one now, perhaps a nearer way.
    met_other = shut.origin_snap.segment != base.origin_snap.segment
    to_other = np.isin(shut.nearest["hospital"].id, list(_moved(base, shut)))
    assert (worse | met_other[:, None] | to_other).all()


def _moved(base: Solved, after: Solved) -> set[str]:
    other = base.destination_snap.segment != after.destination_snap.segment
    return set(base.destinations.id[other])


def test_order_of_independent_edits_does_not_matter(
    ground: Ground, sources: Sources, base: Solved
) -> None:
    ids = [str(id_) for id_ in ground.destinations.of_kind("pharmacy").id[:3]]
    several: list[Edit] = [
        CloseService(ids=(ids[0],)),
        MoveService(id=ids[1], lon=float(ground.origins.lon[3]), lat=float(ground.origins.lat[3])),
        ChangeSpeed(surfaces=("gravel",), factor=0.7),
        ScalePeople(factor=1.1),
    ]
    one = run(ground, sources, *several)
    other = run(ground, sources, *reversed(several))
    assert_same(solve_again(base, one), solve_again(base, other))
    assert np.array_equal(one.origins.population, other.origins.population)


def test_an_edit_and_its_inverse_restore(ground: Ground, sources: Sources) -> None:
    there = run(ground, sources, ScalePeople(factor=2.0), _opening(ground)).destinations
    doubled = run(ground, sources, ScalePeople(factor=2.0)).origins
    back = _again(ground, origins=doubled, destinations=there)
    restored = run(back, sources, ScalePeople(factor=0.5), CloseService(ids=("new",)))
    assert np.array_equal(restored.origins.population, ground.origins.population)
    assert np.array_equal(restored.destinations.id, ground.destinations.id)


def _opening(ground: Ground) -> OpenService:
    lon, lat = float(ground.origins.lon[0]), float(ground.origins.lat[0])
    return OpenService(id="new", kind="school", lon=lon, lat=lat)


def _again(ground: Ground, *, origins: Origins, destinations: Destinations) -> Ground:
    return Ground(
        router=ground.router,
        origins=origins,
        destinations=destinations,
        territories=ground.territories,
    )


def test_people_of_a_year_to_come_keep_their_shares(ground: Ground, sources: Sources) -> None:
    edited = run(ground, sources, PeopleOfYear(table="forecast.csv", year=2035))
    after = ground.territories["after"]
    zone = after.locate(ground.origins.lon, ground.origins.lat)
    for z in range(len(after)):
        now, then = (one.population[zone == z] for one in (ground.origins, edited.origins))
        assert then.sum() == pytest.approx(1000.0 + z)
        assert then == pytest.approx(now / now.sum() * (1000.0 + z))
    assert np.array_equal(edited.origins.population[zone < 0], ground.origins.population[zone < 0])


def test_people_who_move_are_still_people(ground: Ground, sources: Sources) -> None:
    ids = [str(id_) for id_ in ground.origins.id[:3]]
    edited = run(ground, sources, MovePeople(ids=ids[:2], into=ids[2], share=0.25))
    was, now = ground.origins.population, edited.origins.population
    assert now.sum() == pytest.approx(was.sum())
    assert now[:2] == pytest.approx(was[:2] * 0.75)


def test_a_merger_adds_capacity_up(ground: Ground, sources: Sources) -> None:
    schools = ground.destinations.of_kind("school")
    a, b = str(schools.id[0]), str(schools.id[1])
    merged = run(ground, sources, MergeServices(ids=(a,), into=b)).destinations
    assert a not in set(merged.id)
    both = schools.capacity[:2].sum()
    assert merged.capacity[merged.id == b][0] == pytest.approx(both, nan_ok=True)
