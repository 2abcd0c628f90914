from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.errors import InputError
from geoaccess.routing.graph import Seeds
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.reach import reached_amounts, reached_within, sorted_amounts
from geoaccess.routing.sweep import many_to_many
from geoaccess.units import UNREACHED_MS
from tests import naive_routing as naive
from tests.routing.strategies import Roads, graph_from_arcs, roads, seeds

CUTOFFS = st.sampled_from([0, 3, 500, 9_000, UNREACHED_MS - 1, UNREACHED_MS])


@given(roads(), st.data(), CUTOFFS, st.booleans())
def test_sums_equal_naive(case: Roads, data: st.DataObject, cutoff_ms: int, reverse: bool) -> None:  # noqa: FBT001
    places = data.draw(seeds(case.graph.n_nodes, max_places=18))
    origins = data.draw(seeds(case.graph.n_nodes, max_places=30))
    amount = np.arange(1, origins.n_places + 1) ** 2
    if reverse:
        twin = np.array(naive.many_to_many(case.graph, origins, places)).T
    else:
        twin = np.array(naive.many_to_many(case.graph, places, origins))
    twin = twin.reshape(places.n_places, origins.n_places)
    expected = (twin <= min(cutoff_ms, UNREACHED_MS - 1)) @ amount
    hierarchy = build_hierarchy(case.graph, x=case.x, y=case.y)
    amounts = sorted_amounts(hierarchy, origins, amount=amount, reverse=reverse)
    for threads in (1, 2):
        sums = reached_amounts(hierarchy, places, amounts, cutoff_ms=cutoff_ms, threads=threads)
        assert sums.tolist() == expected.tolist()


@pytest.mark.parametrize("cutoff_ms", [0, 40_000, 400_000, UNREACHED_MS])
def test_lists_and_sums_of_a_town_equal_its_matrix(cutoff_ms: int) -> None:
    rng = np.random.default_rng(0)
    side = 30
    n = side * side
    arcs = []
    for v in range(n):
        for u in (v + 1 if (v + 1) % side else -1, v + side):
            if 0 <= u < n:
                arcs += [(v, u, int(rng.integers(9_999))), (u, v, int(rng.integers(9_999)))]
    graph = graph_from_arcs(n, arcs)
    x, y = np.divmod(np.arange(n), side)
    hierarchy = build_hierarchy(graph, x=x, y=y, threads=2)
    places, every = Seeds.at_nodes(rng.choice(n, 37)), Seeds.at_nodes(np.arange(n))
    ms = many_to_many(hierarchy, places, every)
    near = (ms <= cutoff_ms) & (ms < UNREACHED_MS)
    found = reached_within(hierarchy, places, cutoff_ms=cutoff_ms, threads=2)
    assert np.diff(found.first).tolist() == near.sum(axis=1).tolist()
    assert found.node.tolist() == np.nonzero(near)[1].tolist()
    assert found.ms.tolist() == ms[near].tolist()
    amount = rng.integers(0, 100, n)
    amounts = sorted_amounts(hierarchy, every, amount=amount)
    for some in (places, every):
        times = many_to_many(hierarchy, some, every)
        within = (times <= cutoff_ms) & (times < UNREACHED_MS)
        sums = reached_amounts(hierarchy, some, amounts, cutoff_ms=cutoff_ms)
        assert sums.tolist() == (within @ amount).tolist()


@pytest.mark.parametrize("amount", [[1], [1.0, 2.0], [[1, 2]]])
def test_amounts_must_fit(amount: object) -> None:
    graph = graph_from_arcs(2, [(0, 1, 5)])
    hierarchy = build_hierarchy(graph, x=[0, 1], y=[0, 0])
    places = Seeds.at_nodes([0, 1])
    with pytest.raises(InputError, match="2 whole numbers are needed"):
        sorted_amounts(hierarchy, places, amount=amount)
