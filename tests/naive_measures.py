"""
Slow, obvious twins of every measure: double loops straight from the formulas.

``minutes[i][j]`` is a list of lists, ``inf`` where unreached; a decay takes one number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

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


def cumulative_interval(
    minutes: Minutes, opportunities: Sequence[float], cutoffs_min: Sequence[float]
) -> list[float]:
    every = [cumulative(minutes, opportunities, cutoff_min) for cutoff_min in cutoffs_min]
    return [math.fsum(of_one) / len(cutoffs_min) for of_one in zip(*every, strict=True)]


def mean_of_nearest(minutes: Minutes, k: int) -> list[float]:
    return [sum(sorted(row)[:k]) / k for row in minutes]


def kth_nearest(minutes: Minutes, k: int) -> list[tuple[float, int]]:
    """Minutes and position, ties by position, -1 where fewer are reached."""
    ranked = [sorted((t, j) for j, t in enumerate(row))[k - 1] for row in minutes]
    return [(t, j) if math.isfinite(t) else (math.inf, -1) for t, j in ranked]


def weights_of(minutes: Minutes, decay: OneDecay) -> list[list[float]]:
    """Weights of all pairs; below 1e-100 they count as 0, as docs/methods.md says."""
    return [[w if (w := decay(t)) >= 1e-100 else 0.0 for t in row] for row in minutes]


def floating_catchment(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    w = weights_of(minutes, decay)
    return _two_steps(w, w, supply, demand)


def modified_floating_catchment(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    w = weights_of(minutes, decay)
    return _two_steps(w, [[one * one for one in row] for row in w], supply, demand)


def three_step_floating_catchment(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    w = weights_of(minutes, decay)
    chosen = [
        [one * one / math.fsum(row) if math.fsum(row) > 0 else 0.0 for one in row] for row in w
    ]
    return _two_steps(chosen, chosen, supply, demand)


def balanced_floating_catchment(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    w = weights_of(minutes, decay)
    by_row = [[one / math.fsum(row) if math.fsum(row) > 0 else 0.0 for one in row] for row in w]
    totals = [math.fsum(row[j] for row in w) for j in range(len(supply))]
    by_column = [
        [one / totals[j] if totals[j] > 0 else 0.0 for j, one in enumerate(row)] for row in w
    ]
    return _two_steps(by_row, by_column, supply, demand)


def spatial_availability(
    minutes: Minutes, opportunities: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> list[float]:
    """V_i = sum_j O_j F_ij, where F is the product of both balancing factors over its sum."""
    w = weights_of(minutes, decay)
    everybody = math.fsum(demand)
    found = [0.0] * len(demand)
    for j, offered in enumerate(opportunities):
        impedance = math.fsum(row[j] for row in w)
        if impedance == 0 or everybody == 0:
            continue
        both = [p / everybody * row[j] / impedance for p, row in zip(demand, w, strict=True)]
        total = math.fsum(both)
        if total > 0:
            for i, one in enumerate(both):
                found[i] += offered * one / total
    return found


def leakage(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], decay: OneDecay
) -> tuple[float, float]:
    """Demand that weighs nothing anywhere, and supply that no demand weighs anything for."""
    w = weights_of(minutes, decay)
    demand_left = math.fsum(p for p, row in zip(demand, w, strict=True) if not any(row))
    supply_left = math.fsum(
        offered
        for j, offered in enumerate(supply)
        if not any(p > 0 and row[j] > 0 for p, row in zip(demand, w, strict=True))
    )
    return demand_left, supply_left


def raam(
    minutes: Minutes, supply: Sequence[float], demand: Sequence[float], tau_min: float
) -> list[float]:
    """
    Move people from the dearest place that an origin uses to its cheapest, one pair at a time.

    Each move makes the two cost the same, or empties the dearer one; it ends when none would
    save anything.
    """
    rho = math.fsum(demand) / math.fsum(supply)
    n, m = len(demand), len(supply)
    choices = [[j for j in range(m) if supply[j] > 0 and math.isfinite(row[j])] for row in minutes]
    people = [[0.0] * m for _ in range(n)]
    for i in range(n):
        if choices[i]:
            people[i][min(choices[i], key=lambda j: minutes[i][j])] = demand[i]

    def cost(i: int, j: int) -> float:
        load = math.fsum(people[h][j] for h in range(n))
        return load / supply[j] / rho + minutes[i][j] / tau_min

    for _ in range(2000):
        moved = 0.0
        for i in range(n):
            used = [j for j in choices[i] if people[i][j] > 0]
            if not used:
                continue
            dear, cheap = (
                max((cost(i, j), j) for j in used),
                min((cost(i, j), j) for j in choices[i]),
            )
            slopes = 1 / supply[dear[1]] / rho + 1 / supply[cheap[1]] / rho
            step = min((dear[0] - cheap[0]) / slopes, people[i][dear[1]])
            if dear[1] != cheap[1]:
                people[i][dear[1]] -= step
                people[i][cheap[1]] += step
                moved = max(moved, step)
        if moved < 1e-10:
            break
    return [min((cost(i, j) for j in choices[i]), default=math.inf) for i in range(n)]


def basket(
    minutes: Mapping[str, Minutes], norms_min: Mapping[str, float], weights: Mapping[str, float]
) -> list[tuple[float, int, str]]:
    """Share met, number met, and the kind that exceeds its norm by the largest factor."""
    found = []
    for i in range(len(next(iter(minutes.values())))):
        nearest = {kind: min(rows[i]) for kind, rows in minutes.items()}
        met = [kind for kind in norms_min if nearest[kind] <= norms_min[kind]]
        failed = [kind for kind in norms_min if kind not in met]
        worst = max(failed, key=lambda kind: nearest[kind] / norms_min[kind], default="")
        share = math.fsum(weights[kind] for kind in met) / math.fsum(weights.values())
        found.append((share, len(met), worst))
    return found


def coverage(
    minutes: Minutes, people: Sequence[float], cutoff_min: float
) -> tuple[float, float, float]:
    """People within, beyond, and unreached."""
    within = beyond = unreached = 0.0
    for row, n in zip(minutes, people, strict=True):
        if min(row) <= cutoff_min:
            within += n
        elif math.isfinite(min(row)):
            beyond += n
        else:
            unreached += n
    return within, beyond, unreached


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
