"""
Where people settle who each choose the cheapest place, and make it dearer by coming.

A congestion game on separable, linear costs: the loads of places at which nobody gains by
changing are those that minimise a strictly convex function, so they are unique. Origin after
origin spreads its people over its choices so that all that it uses cost the same, given the
rest; each such step lowers that function, and repeating them leads to its minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

from geoaccess.units import FloatArray, IntArray

P = ParamSpec("P")
R = TypeVar("R")


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


@_kernel
def _sort(rank: IntArray, base: FloatArray, n: int) -> None:
    """Put the first n of rank in the order of their base, equal ones by number."""
    for r in range(1, n):
        c = rank[r]
        at = r
        while at > 0 and (
            base[rank[at - 1]] > base[c] or (base[rank[at - 1]] == base[c] and rank[at - 1] > c)
        ):
            rank[at] = rank[at - 1]
            at -= 1
        rank[at] = c


@_kernel
def settle_once(
    demand: FloatArray,
    place: IntArray,
    travel: FloatArray,
    slope: FloatArray,
    rank: IntArray,
    share: FloatArray,
    load: FloatArray,
) -> None:
    """
    Let the people of each origin in turn spread over its choices as is cheapest for them.

    Parameters
    ----------
    demand
        People of each origin, in the order of their turns, shape (n_origins,).
    place
        Choices of each origin, -1 where there are no more, shape (n_origins, k).
    travel
        Cost of the way to each, shape (n_origins, k).
    slope
        What one more person adds to the cost of a place, shape (n_destinations,).
    rank
        Choices of each origin from cheap to dear as they were last, so that they need
        little sorting, shape (n_origins, k); changed.
    share
        People that each choice has, shape (n_origins, k); changed.
    load
        People at each place, shape (n_destinations,); changed.
    """
    k = place.shape[1]
    base = np.empty(k)
    for i in range(len(demand)):
        n = 0
        while n < k and place[i, n] >= 0:
            j = place[i, n]
            load[j] -= share[i, n]
            base[n] = travel[i, n] + load[j] * slope[j]
            n += 1
        _sort(rank[i], base, n)
        # The level to which so many people fill the cheapest choices.
        used, room, filled = 0, 0.0, demand[i]
        while used < n and (used == 0 or base[rank[i, used]] * room < filled):
            c = rank[i, used]
            room += 1.0 / slope[place[i, c]]
            filled += base[c] / slope[place[i, c]]
            used += 1
        for r in range(n):
            c = rank[i, r]
            j = place[i, c]
            share[i, c] = max((filled / room - base[c]) / slope[j], 0.0) if r < used else 0.0
            load[j] += share[i, c]


@_kernel
def unsettled(
    demand: FloatArray,
    place: IntArray,
    travel: FloatArray,
    slope: FloatArray,
    share: FloatArray,
    load: FloatArray,
    cheapest: FloatArray,
) -> tuple[float, float]:
    """
    Sum up what people could save by changing, and what they would pay at the least.

    Parameters
    ----------
    demand, place, travel, slope, share, load
        As for :func:`settle_once`.
    cheapest
        Least cost of each origin, ``inf`` without a choice, shape (n_origins,); written.
    """
    saved, paid = 0.0, 0.0
    for i in range(len(demand)):
        cheapest[i] = np.inf
        for c in range(place.shape[1]):
            j = place[i, c]
            if j >= 0:
                cheapest[i] = min(cheapest[i], travel[i, c] + load[j] * slope[j])
        if cheapest[i] < np.inf:
            paid += demand[i] * cheapest[i]
            for c in range(place.shape[1]):
                j = place[i, c]
                if j >= 0:
                    saved += share[i, c] * (travel[i, c] + load[j] * slope[j] - cheapest[i])
    return saved, paid
