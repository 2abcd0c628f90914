from __future__ import annotations

import numpy as np
import pytest

from geoaccess.errors import InputError, NetworkError
from geoaccess.routing.graph import DirectTrips, Graph, Seeds
from geoaccess.units import UNREACHED_MS

GOOD = {"first_out": [0, 1, 2], "head": [1, 0], "weight": [5, 7]}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"weight": [5, -1]}, r"weight\[1\] is -1 ms"),
        ({"weight": [5.0, np.nan]}, "1 NaN"),
        ({"weight": [5.0, 1e300]}, "float64"),
        ({"weight": [5]}, "head 2, weight 1"),
        ({"head": [1, 2]}, r"head\[1\] is 2, outside 0 to 1"),
        ({"head": [1, -1]}, r"head\[1\] is -1"),
        ({"head": [[1], [0]]}, "dimensions"),
        ({"first_out": [0, 1, 3]}, "end at 2"),
        ({"first_out": [0, 2, 1, 2]}, "never go down"),
        ({"first_out": []}, "start at 0"),
    ],
)
def test_what_is_not_a_graph(change: dict[str, object], told: str) -> None:
    with pytest.raises(NetworkError, match=told):
        Graph(**{**GOOD, **change})


def test_too_many_arcs() -> None:
    many = np.broadcast_to(np.int32(0), 2**31)
    with pytest.raises(NetworkError, match="more than"):
        Graph(first_out=np.array([0, 2**31]), head=many, weight=many)


def test_long_weights_close_arcs() -> None:
    graph = Graph(first_out=[0, 1], head=[0], weight=[2**40])
    assert graph.weight.tolist() == [UNREACHED_MS]


def test_arrays_are_sealed_and_the_callers_stay_open() -> None:
    weight = np.array([5, 7], np.int32)
    graph = Graph(first_out=np.array([0, 1, 2]), head=np.array([1, 0], np.int32), weight=weight)
    with pytest.raises(ValueError, match="read-only"):
        graph.weight[0] = 1
    weight[0] = 6


def test_what_is_not_a_seed() -> None:
    with pytest.raises(NetworkError, match=r"ms\[0\] is -2"):
        Seeds(first=[0, 1], node=[0], ms=[-2])
    with pytest.raises(NetworkError, match="end at 1"):
        Seeds(first=[0, 2], node=[0], ms=[0])
    with pytest.raises(InputError, match="outside the graph's 2"):
        Seeds.at_nodes([0, 2]).renumbered(np.arange(2, dtype=np.int32))


def test_trips_between_places_that_are_not_there() -> None:
    trips = DirectTrips(
        origin=np.array([0], np.int32), destination=np.array([3], np.int32), ms=np.array([1])
    )
    with pytest.raises(InputError, match="beyond 1 origins and 3 destinations"):
        trips.require_places(1, 3)
