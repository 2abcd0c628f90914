"""The part of a hierarchy that a sweep has to pass, renumbered without gaps."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

from geoaccess.routing.graph import Csr, sealed_int32
from geoaccess.units import IntArray, LongArray

P = ParamSpec("P")
R = TypeVar("R")


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


class Part(NamedTuple):
    """What is swept: the rows that the other side needs, and where each rank is among them."""

    arcs: Csr
    place: IntArray
    seeds: Csr


def restricted(arcs: Csr, seeds: Csr) -> Part:
    """Take the part of the arcs that seeds need; all of them if there is a seed a node."""
    n_nodes = len(arcs.first) - 1
    if len(seeds.head) >= n_nodes:
        return Part(arcs, sealed_int32(np.arange(n_nodes)), seeds)
    place, first, head, weight, moved = _restrict(arcs, seeds)
    return Part(
        Csr(first, sealed_int32(head), sealed_int32(weight)),
        sealed_int32(place),
        Csr(seeds.first, sealed_int32(moved), seeds.weight),
    )


@_kernel
def _restrict(arcs: Csr, seeds: Csr) -> tuple[IntArray, LongArray, IntArray, IntArray, IntArray]:
    """Keep the rows that seeds need, directly or through others, and renumber them."""
    place, n_rows, n_arcs = _needed(arcs, seeds)
    first = np.zeros(n_rows + 1, np.int64)
    head = np.empty(n_arcs, np.int32)
    weight = np.empty(n_arcs, np.int32)
    at = 0
    for x in range(len(place)):
        if place[x] >= 0:
            for e in range(arcs.first[x], arcs.first[x + 1]):
                head[at] = place[arcs.head[e]]
                weight[at] = arcs.weight[e]
                at += 1
            first[place[x] + 1] = at
    moved = np.empty(len(seeds.head), np.int32)
    for s in range(len(seeds.head)):
        moved[s] = place[seeds.head[s]]
    return place, first, head, weight, moved


@_kernel
def _needed(arcs: Csr, seeds: Csr) -> tuple[IntArray, int, int]:
    """Find the place of each row that seeds need, -1 for others; count them and their arcs."""
    place = np.full(len(arcs.first) - 1, -1, np.int32)
    for s in range(len(seeds.head)):
        place[seeds.head[s]] = 0
    n_rows = n_arcs = 0
    for x in range(len(place)):
        if place[x] == 0:
            place[x] = n_rows
            n_rows += 1
            n_arcs += arcs.first[x + 1] - arcs.first[x]
            for e in range(arcs.first[x], arcs.first[x + 1]):
                place[arcs.head[e]] = 0
    return place, n_rows, n_arcs
