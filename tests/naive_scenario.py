"""Slow twins of what a scenario changes, settlement by settlement."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

Minutes = Sequence[Sequence[float]]


def best(row: Sequence[float]) -> tuple[float, int]:
    """Least minutes and the first service that has them; -1 where none is reached."""
    least = min(row, default=math.inf)
    return least, list(row).index(least) if math.isfinite(least) else -1


def verdict(before: float, after: float, unchanged: float) -> str:
    """What happened to one settlement."""
    was, is_ = math.isfinite(before), math.isfinite(after)
    if was and is_:
        if abs(after - before) <= unchanged:
            return "unchanged"
        return "gain" if after < before else "loss"
    if is_:
        return "newly_reached"
    return "newly_unreached" if was else "unreached"


def people_by_verdict(
    before: Minutes, after: Minutes, people: Sequence[float], unchanged: float
) -> dict[str, float]:
    """People by what happened to them."""
    told: dict[str, float] = defaultdict(float)
    for one, other, heads in zip(before, after, people, strict=True):
        told[verdict(best(one)[0], best(other)[0], unchanged)] += heads
    return dict(told)


def reassigned(
    before: Minutes, after: Minutes, people: Sequence[float]
) -> dict[tuple[int, int], tuple[float, float]]:
    """People and added person-minutes by the services that they leave and go to."""
    told: dict[tuple[int, int], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for one, other, heads in zip(before, after, people, strict=True):
        (then, left), (now, right) = best(one), best(other)
        if left != right and heads > 0:
            more = (now - then) * heads if math.isfinite(now) and math.isfinite(then) else 0.0
            old = told[left, right]
            told[left, right] = (old[0] + heads, old[1] + more)
    return dict(told)
