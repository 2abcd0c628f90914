"""
Slow, obvious twins of every measure: double loops straight from the formulas.

``minutes[i][j]`` is a list of lists, ``inf`` where unreached; a decay takes one number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Minutes = Sequence[Sequence[float]]
OneDecay = Callable[[float], float]


def weight_binary(minutes: float, cutoff_min: float) -> float:
    return 1.0 if minutes <= cutoff_min else 0.0


def weight_linear(minutes: float, cutoff_min: float) -> float:
    return 1.0 - minutes / cutoff_min if minutes < cutoff_min else 0.0


def weight_exponential(minutes: float, rate_per_min: float) -> float:
    return math.exp(-rate_per_min * minutes) if math.isfinite(minutes) else 0.0


def weight_gaussian(minutes: float, sd_min: float) -> float:
    return math.exp(-(minutes**2) / (2 * sd_min**2)) if math.isfinite(minutes) else 0.0


def weight_stepped(minutes: float, bounds: Sequence[float], weights: Sequence[float]) -> float:
    for bound, weight in zip(bounds, weights, strict=True):
        if minutes <= bound:
            return weight
    return 0.0


def weight_logistic(minutes: float, inflection_min: float, sd_min: float) -> float:
    slope = math.pi / (sd_min * math.sqrt(3))
    if (minutes - inflection_min) * slope > 700:
        return 0.0
    return (1 + math.exp(-inflection_min * slope)) / (
        1 + math.exp((minutes - inflection_min) * slope)
    )


def weight_inverse_power(minutes: float, power: float, floor_min: float) -> float:
    if not math.isfinite(minutes):
        return 0.0
    return 1.0 if minutes <= floor_min else (minutes / floor_min) ** -power


def gravity(minutes: Minutes, opportunities: Sequence[float], decay: OneDecay) -> list[float]:
    return [
        math.fsum(o * decay(t) for o, t in zip(opportunities, row, strict=True)) for row in minutes
    ]


def cumulative(minutes: Minutes, opportunities: Sequence[float], cutoff_min: float) -> list[float]:
    return [
        math.fsum(o for o, t in zip(opportunities, row, strict=True) if t <= cutoff_min)
        for row in minutes
    ]


def floating_catchment(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    weights = [[decay(t) for t in row] for row in minutes]
    return _two_steps(weights, weights, supply, demand)


def _two_steps(
    draw: Minutes, give: Minutes, supply: Sequence[float], demand: Sequence[float]
) -> list[float]:
    """Divide supply by the demand that ``draw`` weighs; hand it back as ``give`` weighs."""
    access = [0.0] * len(demand)
    for j, offered in enumerate(supply):
        drawn = math.fsum(demand[i] * draw[i][j] for i in range(len(demand)))
        if drawn > 0:
            for i in range(len(demand)):
                access[i] += offered / drawn * give[i][j]
    return access
