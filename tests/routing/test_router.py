"""A router at other speeds: new weights on old cuts, perfect only when that pays."""

from __future__ import annotations

import dataclasses
import logging

import numpy as np
import pytest

from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.router import Router
from geoaccess.units import UNREACHED_MS, IntArray
from tests.routing.graphs import network_of

N_NODES = 60
NO_TRIPS = DirectTrips.none()


def _ring_with_chords() -> Router:
    rng = np.random.default_rng(4)
    ring = [(v, (v + 1) % N_NODES, 5 + v % 7, 6) for v in range(N_NODES)]
    chords = [
        (int(a), int(b), 9, 9) for a, b in rng.integers(0, N_NODES, (40, 2)).tolist() if a != b
    ]
    return Router(network_of(N_NODES, ring + chords), method="hierarchy", threads=2)


def _slower(router: Router, n_changed: int) -> tuple[Router, Router]:
    """Some arcs take longer: the router that is mended, and one made from nothing."""
    arc_ms: IntArray = router.network.travel_time_ms.copy()
    some = np.random.default_rng(n_changed).choice(len(arc_ms), n_changed, replace=False)
    arc_ms[some] = arc_ms[some] * 3 + 1
    network = dataclasses.replace(router.network, travel_time_ms=arc_ms)
    return router.with_times(network, arc_ms), Router(network, method="hierarchy", threads=1)


def _is_perfect(router: Router) -> bool:
    return router.hierarchy.is_perfect


def _places(n: int) -> Seeds:
    return Seeds.at_nodes(np.random.default_rng(n).integers(0, N_NODES, n))


@pytest.mark.parametrize("n_changed", [0, 1, 8, 40, 150])
def test_new_times_answer_as_a_new_router_does(n_changed: int) -> None:
    changed, fresh = _slower(_ring_with_chords(), n_changed)
    few, many = _places(5), _places(1100)
    for n in (few, many):
        one = changed.matrix_ms(n, many, NO_TRIPS, n_searches=n.n_places)
        other = fresh.matrix_ms(n, many, NO_TRIPS, n_searches=n.n_places)
        assert np.array_equal(one, other)
        assert one.max() < UNREACHED_MS
    for k in (1, 3):
        told = changed.nearest(many, few, NO_TRIPS, k=k, reverse=False)
        true = fresh.nearest(many, few, NO_TRIPS, k=k, reverse=False)
        assert np.array_equal(told.ms, true.ms)
        assert np.array_equal(told.place, true.place)


def test_weights_are_made_perfect_when_there_is_enough_to_sweep(
    caplog: pytest.LogCaptureFixture,
) -> None:
    changed, _ = _slower(_ring_with_chords(), 150)
    few, many = _places(5), _places(1100)
    with caplog.at_level(logging.DEBUG, logger="geoaccess.routing.router"):
        changed.matrix_ms(few, many, NO_TRIPS, n_searches=5)
        assert not _is_perfect(changed)
        assert "customizing anew" in caplog.text
        changed.matrix_ms(many, few, NO_TRIPS, n_searches=1100)
        assert _is_perfect(changed)
        assert "making weights perfect: 1100 searches repay it" in caplog.text


def test_many_small_questions_make_a_large_one() -> None:
    changed, _ = _slower(_ring_with_chords(), 150)
    few = _places(5)
    n_asked = 0
    while not _is_perfect(changed):
        changed.nearest(few, few, NO_TRIPS, k=2, reverse=False)
        n_asked += 1
    assert 1 < n_asked < 100


def test_a_few_changes_are_mended(caplog: pytest.LogCaptureFixture) -> None:
    changed, fresh = _slower(_ring_with_chords(), 2)
    with caplog.at_level(logging.DEBUG, logger="geoaccess.routing.router"):
        held = changed.hierarchy
    assert "mending 2 of" in caplog.text
    assert np.array_equal(held.basic_up, fresh.hierarchy.basic_up)
