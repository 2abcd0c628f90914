"""Places on roads that turn restrictions pass over, against a search over whole ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.io.arcs import arcs_of
from geoaccess.io.pieces import Ends
from geoaccess.io.turns import Run
from geoaccess.measures.reached_roads import reached_pieces
from geoaccess.model.network import Network
from geoaccess.routing.engine import road_times
from geoaccess.routing.router import Router
from geoaccess.units import UNREACHED_MS
from tests.naive import restricted
from tests.routing.graphs import Segment, snapped_at
from tests.routing.test_engine import METHODS

Place = tuple[int, float]
NOBODY = np.empty(0, dtype=np.int64)


def bound_network(n_nodes: int, segments: list[Segment], runs: set[Run]) -> Network:
    """Network of straight segments in which some runs of arcs are forbidden."""
    n = len(segments)
    begin, finish, along, against = np.array(segments).T
    ends = Ends(begin=begin, finish=finish, where=np.arange(n_nodes), land=NOBODY, aboard=NOBODY)
    times = along.astype(np.int32), against.astype(np.int32)
    arcs = arcs_of(ends, times, boarding_ms=0, runs=runs)
    return Network(
        node_id=arcs.where,
        node_lon=arcs.where / 100,
        node_lat=np.zeros(len(arcs.where)),
        first_out=arcs.first_out,
        head=arcs.head,
        travel_time_ms=arcs.travel_time_ms,
        arc_segment=arcs.arc_segment,
        segment_from=arcs.begin,
        segment_to=arcs.finish,
        segment_way=np.arange(n),
        segment_length_m=np.ones(n),
        forward_arc=arcs.forward_arc,
        backward_arc=arcs.backward_arc,
        copy_arc=arcs.copy_arc,
        copy_of=arcs.copy_of,
        snappable=np.ones(n, dtype=bool),
        shape_first=np.arange(n + 1) * 2,
        shape_lon=np.zeros(2 * n),
        shape_lat=np.zeros(2 * n),
        access_speed_kmh=5.0,
        profile="test",
    )


def arcs_in(segments: list[Segment]) -> list[tuple[int, int, int]]:
    """Tail, head and milliseconds of both directions, closed ones between nowhere."""
    both = [(begin, finish, along) for begin, finish, along, _ in segments]
    both += [(finish, begin, against) for begin, finish, _, against in segments]
    return [arc if arc[2] < UNREACHED_MS else (-1, -2, 0) for arc in both]


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, list[Segment], set[Run], list[Place]]:
    n = draw(st.integers(2, 5))
    node = st.integers(0, n - 1)
    ms = st.one_of(st.integers(0, 20), st.integers(0, 20), st.just(UNREACHED_MS))
    segment = st.tuples(node, node, ms, ms).filter(lambda one: min(one[2:]) < UNREACHED_MS)
    segments = draw(st.lists(segment, min_size=1, max_size=8))
    arcs = arcs_in(segments)
    is_open = [a for a, arc in enumerate(arcs) if arc[0] >= 0]
    runs: set[Run] = set()
    for _ in range(draw(st.integers(0, 6)) if is_open else 0):
        run = [draw(st.sampled_from(is_open))]
        for _ in range(draw(st.integers(1, 3))):
            onward = [a for a in is_open if arcs[a][0] == arcs[run[-1]][1]]
            if onward:
                run.append(draw(st.sampled_from(onward)))
        if len(run) > 1:
            runs.add(tuple(run))
    place = st.tuples(st.integers(0, len(segments) - 1), st.integers(0, 4).map(lambda q: q / 4))
    return n, segments, runs, draw(st.lists(place, min_size=2, max_size=4))


def naive_ms(segments: list[Segment], runs: set[Run], here: Place, there: Place) -> int:
    """Set out along an arc cut short, which binds as the whole arc does."""
    arcs, n = arcs_in(segments), len(segments)
    best = UNREACHED_MS
    for start, fraction in ((here[0], here[1]), (n + here[0], 1 - here[1])):
        tail, head, ms = arcs[start]
        if tail < 0:
            continue
        passed = round(ms * fraction)
        more = [*arcs, (-3, head, ms - passed)]
        bound = runs | {(len(arcs), *run[1:]) for run in runs if run[0] == start}
        found = restricted(more, bound, len(arcs))
        for arc, share in ((there[0], there[1]), (n + there[0], 1 - there[1])):
            if arcs[arc][0] < 0:
                continue
            on = round(arcs[arc][2] * share)
            if found[arc] < UNREACHED_MS:
                best = min(best, found[arc] - arcs[arc][2] + on)
            if arc == start and share >= fraction:
                best = min(best, on - passed)
    return best


@pytest.mark.parametrize("method", METHODS)
@given(case=cases())
def test_times_between_places_equal_a_search_over_ways(
    method: str,
    case: tuple[int, list[Segment], set[Run], list[Place]],
) -> None:
    n, segments, runs, places = case
    network = bound_network(n, segments, runs)
    snapped = snapped_at([s for s, _ in places], [f for _, f in places], [0] * len(places))
    router = Router(network, method=method, threads=1)
    told = road_times(router, snapped, snapped).block_ms(0, len(places))
    turned = road_times(router, snapped, snapped, direction="from_service")
    expected = [[naive_ms(segments, runs, here, there) for there in places] for here in places]
    assert told.tolist() == expected
    assert turned.block_ms(0, len(places)).T.tolist() == expected


@pytest.mark.parametrize("direction", ["to_service", "from_service"])
@given(case=cases())
def test_isochrones_heed_the_same_restrictions(
    direction: str, case: tuple[int, list[Segment], set[Run], list[Place]]
) -> None:
    n, segments, runs, places = case
    router = Router(bound_network(n, segments, runs), threads=1)
    snapped = snapped_at([s for s, _ in places], [f for _, f in places], [0] * len(places))
    cutoff = 15
    pieces = reached_pieces(
        router,
        snapped.take(np.array([0])),
        cutoffs_ms=np.array([cutoff]),
        direction=direction,
        per_place=True,
    )
    for other in places[1:]:
        if other[1] in {0.0, 1.0} or other == places[0]:
            continue  # a point alone, where a road begins or the trip does, is no piece of road
        way = (other, places[0]) if direction == "to_service" else (places[0], other)
        ms = naive_ms(segments, runs, *way)
        there = pieces.segment == other[0]
        on = (pieces.start[there] - 1e-9 <= other[1]) & (other[1] <= pieces.end[there] + 1e-9)
        if ms <= cutoff - 2:
            assert on.any(), (other, ms)
        if ms >= cutoff + 2:
            assert not on.any(), (other, ms)
