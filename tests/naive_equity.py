"""Slow, obvious twins of the indices of inequality: everybody in a row, straight formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from tests.naive import people

Zones = Sequence[str]
Index = Callable[[Sequence[float]], float]


def mean(everybody: Sequence[float]) -> float:
    return math.fsum(everybody) / len(everybody)


def lorenz(values: Sequence[float], weights: Sequence[int]) -> list[tuple[float, float]]:
    """Walk past everybody from low to high; keep the points where the value changes."""
    everybody = sorted(people(values, weights))
    total = math.fsum(everybody)
    points = [(0.0, 0.0)]
    for i, one in enumerate(everybody, start=1):
        if i == len(everybody) or everybody[i] != one:
            share = i / len(everybody)
            points.append((share, math.fsum(everybody[:i]) / total if total else share))
    return points


def gini_of_curve(points: Sequence[tuple[float, float]]) -> float:
    """One minus twice the area below the curve."""
    below = [(x2 - x1) * (y1 + y2) for (x1, y1), (x2, y2) in pairwise(points)]
    return 1 - math.fsum(below)


def hoover(values: Sequence[float], weights: Sequence[int]) -> float:
    everybody = people(values, weights)
    middle = mean(everybody)
    if middle == 0:
        return 0.0
    return math.fsum(abs(one - middle) for one in everybody) / (2 * len(everybody) * middle)


def palma(values: Sequence[float], weights: Sequence[int]) -> float:
    """Everybody ten times over, so that tenths are whole people."""
    everybody = sorted(people(values, [10 * weight for weight in weights]))
    tenth = len(everybody) // 10
    low, high = math.fsum(everybody[: 4 * tenth]), math.fsum(everybody[9 * tenth :])
    if low == 0:
        return math.nan if high == 0 else math.inf
    return high / low


def percentile_ratio(values: Sequence[float], weights: Sequence[int]) -> float:
    everybody = sorted(people(values, weights))
    n = len(everybody)
    high, low = everybody[-(-9 * n // 10) - 1], everybody[-(-n // 10) - 1]
    if low == 0:
        return math.nan if high == 0 else math.inf
    return high / low


def coefficient_of_variation(values: Sequence[float], weights: Sequence[int]) -> float:
    everybody = people(values, weights)
    middle = mean(everybody)
    if middle == 0:
        return 0.0
    return math.sqrt(mean([(one - middle) ** 2 for one in everybody])) / middle


def theil_t(everybody: Sequence[float]) -> float:
    middle = mean(everybody)
    if middle == 0:
        return 0.0
    return mean([one / middle * math.log(one / middle) if one > 0 else 0.0 for one in everybody])


def theil_l(everybody: Sequence[float]) -> float:
    middle = mean(everybody)
    return mean([math.log(middle / one) for one in everybody])


def atkinson(values: Sequence[float], weights: Sequence[int], epsilon: float) -> float:
    """One minus the equally distributed equivalent over the mean; 0 ** negative is a limit."""
    everybody = people(values, weights)
    middle = mean(everybody)
    if middle == 0:
        return 0.0
    if epsilon >= 1 and min(everybody) == 0:
        return 1.0
    if epsilon == 1:
        equal = math.exp(mean([math.log(one) for one in everybody]))
    else:
        equal = mean([one ** (1 - epsilon) for one in everybody]) ** (1 / (1 - epsilon))
    return 1 - equal / middle


def concentration(values: Sequence[float], weights: Sequence[int], ranks: Sequence[float]) -> float:
    """Sum over pairs: half the mean gap between who ranks higher and who ranks lower."""
    rows = [
        (rank, value)
        for value, weight, rank in zip(values, weights, ranks, strict=True)
        for _ in range(weight)
    ]
    n, middle = len(rows), mean([value for _, value in rows])
    if middle == 0:
        return 0.0
    gaps = [(v1 - v2) * ((r1 > r2) - (r1 < r2)) for r1, v1 in rows for r2, v2 in rows]
    return math.fsum(gaps) / (2 * n * n * middle)


def shortfall(value: float, norm: float, worst: float | None) -> float:
    """Of minutes where there is a worst, else of access."""
    if worst is None:
        return (norm - value) / norm if value < norm else 0.0
    return (value - norm) / (worst - norm) if value > norm else 0.0


def fgt(
    values: Sequence[float],
    weights: Sequence[int],
    norm: float,
    alpha: int,
    worst: float | None,
) -> float:
    gaps = [shortfall(one, norm, worst) for one in people(values, weights)]
    return mean([gap**alpha if gap > 0 else 0.0 for gap in gaps])


def by_zone(
    values: Sequence[float], weights: Sequence[int], zones: Sequence[object]
) -> dict[object, list[float]]:
    """Everybody of each zone that has people."""
    found: dict[object, list[float]] = {}
    for value, weight, zone in zip(values, weights, zones, strict=True):
        if weight > 0:
            found.setdefault(zone, []).extend([value] * weight)
    return found


def levelled(
    values: Sequence[float], weights: Sequence[int], zones: Sequence[object]
) -> list[float]:
    """Everybody gets the mean of their zone."""
    groups = by_zone(values, weights, zones)
    return [mean(groups[z]) for w, z in zip(weights, zones, strict=True) for _ in range(w)]


def step(
    values: Sequence[float],
    weights: Sequence[int],
    inner: Sequence[object],
    outer: Sequence[object],
    *,
    index: Index,
    by_people: bool,
) -> float:
    """Inequality of inner zones' means inside each outer zone, by its people or its sum."""
    even = levelled(values, weights, inner)
    places = [z for w, z in zip(weights, outer, strict=True) for _ in range(w)]
    groups = by_zone(even, [1] * len(even), places)
    whole = len(even) if by_people else math.fsum(even)
    if whole == 0:
        return 0.0
    return math.fsum(
        (len(one) if by_people else math.fsum(one)) / whole * index(one) for one in groups.values()
    )
