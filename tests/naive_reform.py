"""Slow, obvious twins of the comparison of borders, straight from the definitions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations

State = frozenset[str]


def own_minutes(
    minutes: Sequence[Sequence[float]],
    zone: Sequence[int],
    owner: Sequence[int],
    agreed: Sequence[tuple[int, int]] = (),
) -> list[tuple[float, int]]:
    """Least minutes to a service of the own zone, or of one agreed with, and which it is."""
    told = []
    for i, row in enumerate(minutes):
        best = (math.inf, -1)
        for j, one in enumerate(row):
            mine = zone[i] >= 0 and zone[i] == owner[j]
            if (mine or (zone[i], owner[j]) in agreed) and one < best[0]:
                best = (one, j)
        told.append(best)
    return told


def shapley(value: Mapping[State, Fraction], factors: Sequence[str]) -> dict[str, Fraction]:
    """Average, over all orders, of what each factor adds when its turn comes."""
    parts = dict.fromkeys(factors, Fraction(0))
    orders = list(permutations(factors))
    for order in orders:
        done: State = frozenset()
        for factor in order:
            parts[factor] += value[done | {factor}] - value[done]
            done |= {factor}
    return {factor: part / len(orders) for factor, part in parts.items()}


def kendall_tau_b(x: Sequence[float], y: Sequence[float]) -> float:
    """Pairs in the same order minus pairs in the opposite one, over pairs that are not tied."""
    same = opposite = tied_x = tied_y = 0
    n = len(x)
    for i in range(n):
        for j in range(i):
            a, b = x[i] - x[j], y[i] - y[j]
            tied_x += a == 0
            tied_y += b == 0
            same += a * b > 0
            opposite += a * b < 0
    pairs = n * (n - 1) // 2
    return (same - opposite) / math.sqrt((pairs - tied_x) * (pairs - tied_y))
