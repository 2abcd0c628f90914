"""geoaccess itself, and the memory traffic that its largest matrix cannot avoid."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
from numba import njit
from work import CUTOFF_MS, FEW, MANY, Done, Ints, Longs, Roads, clocked

from geoaccess.routing.dijkstra import dijkstra_nearest
from geoaccess.routing.graph import Graph, Seeds
from geoaccess.routing.hierarchy import Hierarchy, customize, perfected
from geoaccess.routing.nearest import nearest_of_nodes
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.reach import reached_amounts, reached_within, sorted_amounts
from geoaccess.routing.restriction import restricted
from geoaccess.routing.search_graph import SearchGraph
from geoaccess.routing.sweep import many_to_many

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Peer:
    """Does all of the work; what numba compiles is compiled before."""

    def __init__(self, roads: Roads, folder: Path, *, warm: bool = True) -> None:
        self.roads = roads
        self.graph = Graph(first_out=roads.first_out, head=roads.head, weight=roads.weight)
        self.hierarchy: Hierarchy
        self.search_graph: SearchGraph | None = None
        self.matrix: Ints | None = None
        if warm:
            small = Peer(_street(roads), folder, warm=False)
            for task in TASKS:
                getattr(small, task)()

    def prepare(self) -> Done:
        """Order, build and customize."""
        x, y = self.roads.x, self.roads.y
        seconds, self.hierarchy = clocked(
            lambda: build_hierarchy(self.graph, x=x, y=y, threads=THREADS)
        )
        return Done(seconds)

    def weights(self) -> Done:
        """Customize: ready for every kind of question, as the peer is after the same step."""
        topology, weight = self.hierarchy.topology, self.graph.weight
        return Done(clocked(lambda: customize(topology, weight, threads=THREADS))[0])

    def weights_perfect(self) -> Done:
        """Do the same, and make weights perfect, which many questions at once repay."""
        topology, weight = self.hierarchy.topology, self.graph.weight

        def perfect() -> Hierarchy:
            return perfected(customize(topology, weight, threads=THREADS), threads=THREADS)

        return Done(clocked(perfect)[0])

    def nearest(self) -> Done:
        """Find times and numbers of the nearest service."""
        return self._nearest(1)

    def five(self) -> Done:
        """Find times and numbers of the five nearest services."""
        return self._nearest(5)

    def five_1h(self) -> Done:
        """No limit makes this quicker: the same as without."""
        return self._nearest(5)

    def _nearest(self, k: int) -> Done:
        places = Seeds.at_nodes(self.roads.services())
        seconds, found = clocked(
            lambda: nearest_of_nodes(self.hierarchy, places, k=k, threads=THREADS)
        )
        return Done(seconds, found.ms[:, 0] if k == 1 else found.ms)

    def search(self) -> Done:
        """Find the nearest service by a search from all of them."""
        if self.search_graph is None:
            self.search_graph = SearchGraph.lay_out(self.graph, x=self.roads.x, y=self.roads.y)
        search = self.search_graph
        every = Seeds.at_nodes(np.arange(self.roads.n_nodes))
        places = Seeds.at_nodes(self.roads.services())
        seconds, found = clocked(lambda: dijkstra_nearest(search, every, places))
        return Done(seconds, found.ms[:, 0])

    def few(self) -> Done:
        """All pairs."""
        return self._matrix(FEW)

    def many(self) -> Done:
        """All pairs, with a matrix that has to be made."""
        return self._matrix(MANY)

    def many_again(self) -> Done:
        """All pairs, into the last matrix."""
        return self._matrix(MANY, out=self._room())

    def _room(self) -> Ints:
        if self.matrix is None:
            origins, destinations = self.roads.pairs(MANY)
            self.matrix = np.zeros((len(origins), len(destinations)), np.int32)
        return self.matrix

    def _matrix(self, shape: tuple[int, int], out: Ints | None = None) -> Done:
        origins, destinations = (Seeds.at_nodes(nodes) for nodes in self.roads.pairs(shape))
        seconds, ms = clocked(
            lambda: many_to_many(self.hierarchy, origins, destinations, threads=THREADS, out=out)
        )
        return Done(seconds, ms)

    def reach(self) -> Done:
        """Nodes and times of every service."""
        places = Seeds.at_nodes(self.roads.services())
        seconds, found = clocked(
            lambda: reached_within(self.hierarchy, places, cutoff_ms=CUTOFF_MS, threads=THREADS)
        )
        return Done(seconds, found.ms)

    def count(self) -> Done:
        """How many nodes every service reaches."""
        places = Seeds.at_nodes(self.roads.services())
        every = Seeds.at_nodes(np.arange(self.roads.n_nodes))
        one_each = np.ones(self.roads.n_nodes, np.int64)
        seconds, found = clocked(
            lambda: reached_amounts(
                self.hierarchy,
                places,
                sorted_amounts(self.hierarchy, every, amount=one_each),
                cutoff_ms=CUTOFF_MS,
                threads=THREADS,
            )
        )
        return Done(seconds, found)

    def floor(self) -> Done:
        """Write a matrix as large, read the arcs that a sweep has to, and do nothing else."""
        origins, destinations = self.roads.pairs(MANY)
        return self._stream(lambda: np.empty((len(origins), len(destinations)), np.int32))

    def floor_again(self) -> Done:
        """Do the same into the last matrix."""
        room = self._room()
        return self._stream(lambda: room)

    def nearest_floor(self) -> Done:
        """Read a key of 8 bytes for every node, wherever it lies, and write time and number."""
        row = self.hierarchy.topology.rank
        keys = np.arange(len(row), dtype=np.int64)

        def run() -> None:
            ms, place = np.empty_like(row), np.empty_like(row)
            pieces = [np.array_split(array, THREADS) for array in (row, ms, place)]
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda *piece: _read_keys(keys, *piece), *pieces))

        return Done(clocked(run)[0])

    def reach_floor(self) -> Done:
        """Write as many nodes and times as there are in the lists, once."""
        places = Seeds.at_nodes(self.roads.services())
        found = reached_within(self.hierarchy, places, cutoff_ms=CUTOFF_MS, threads=THREADS)
        n_pairs, nothing = len(found.node), np.zeros(1, np.int32)
        del found

        def run() -> None:
            pieces = np.array_split(np.empty(2 * n_pairs, np.int32), THREADS)
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda piece: _stream_piece(nothing, piece), pieces))

        return Done(clocked(run)[0])

    def _stream(self, matrix: Callable[[], Ints]) -> Done:
        origins, destinations = self.roads.pairs(MANY)
        places = Seeds.at_nodes(origins if len(origins) > len(destinations) else destinations)
        topology = self.hierarchy.topology
        seeds = places.renumbered(topology.rank)
        part = restricted(self.hierarchy.forward, seeds, topology.seat)
        arcs = np.zeros(2 * len(part.arcs.head), np.int32)

        def run() -> None:
            pieces = np.array_split(matrix().reshape(-1), THREADS)
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda piece: _stream_piece(arcs, piece), pieces))

        return Done(clocked(run)[0])


TASKS = (
    *(
        "prepare",
        "weights",
        "weights_perfect",
        "nearest",
        "five",
        "search",
        "few",
        "many",
        "many_again",
    ),
    *("nearest_floor", "reach", "reach_floor", "count", "floor", "floor_again"),
)


def _kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    return cast("Callable[..., Any]", njit(cache=True, nogil=True)(function))


@_kernel
def _stream_piece(arcs: Ints, out: Ints) -> int:
    """Read each arc once and write a piece of the answer."""
    total = 0
    for value in arcs:
        total += value
    out[:] = total
    return total


@_kernel
def _read_keys(keys: Longs, row: Ints, ms: Ints, place: Ints) -> None:
    """Read keys in the order of nodes, and take them apart."""
    for v in range(len(row)):
        key = keys[row[v]]
        ms[v] = key >> 32
        place[v] = key & 0x7FFFFFFF


def _street(roads: Roads) -> Roads:
    """Make a street of a few houses, to compile on."""
    n = 40
    first_out: Longs = np.concatenate([[0], np.cumsum([1, *[2] * (n - 2), 1])]).astype(np.int64)
    ends = [[v - 1, v + 1] for v in range(n)]
    head = np.array([u for pair in ends for u in pair if 0 <= u < n], np.int32)
    along = np.arange(n, dtype=np.float64)
    return Roads(
        name="street",
        path=roads.path,
        source=None,
        x=along,
        y=along % 3,
        lon=along,
        lat=along % 3,
        first_out=first_out,
        head=head,
        weight=np.full(len(head), 1000, np.int32),
    )
