"""Slow twins of the closure desk: close one, look again at everybody."""

from __future__ import annotations

import math
from collections.abc import Sequence

Minutes = Sequence[Sequence[float]]


def nearest(row: Sequence[float], open_: Sequence[bool]) -> float:
    """Least minutes to a service that is open."""
    return min((m for m, is_open in zip(row, open_, strict=True) if is_open), default=math.inf)


def closure(
    minutes: Minutes,
    people: Sequence[float],
    service: int,
    open_: Sequence[bool],
    cutoff: float,
    norm: float,
) -> dict[str, float]:
    """Figures of one closure, person by person."""
    then = [is_open and j != service for j, is_open in enumerate(open_)]
    told = dict.fromkeys(("moved", "added", "beyond", "unreached"), 0.0)
    for row, heads in zip(minutes, people, strict=True):
        users = [j for j, is_open in enumerate(open_) if is_open and row[j] == nearest(row, open_)]
        # Of equally near ones, the first in the table is used.
        if not users or not math.isfinite(nearest(row, open_)) or users[0] != service:
            continue
        before, after = nearest(row, open_), nearest(row, then)
        told["moved"] += heads
        told["added"] += heads * (min(after, cutoff) - before)
        told["beyond"] += heads * (before <= norm < after)
        told["unreached"] += heads * (not math.isfinite(after))
    return told


def opening(
    now: Sequence[float],
    spot: Sequence[float],
    people: Sequence[float],
    cutoff: float,
    norm: float,
) -> dict[str, float]:
    """Figures of one opening, person by person; minutes of now are at most the cutoff."""
    names = ("people_closer", "saved_person_min", "people_newly_within", "people_newly_reached")
    told = dict.fromkeys(names, 0.0)
    most = worst = math.nan
    for before, minutes, heads in zip(now, spot, people, strict=True):
        if minutes >= before:
            continue
        told["people_closer"] += heads
        told["saved_person_min"] += heads * (before - minutes)
        told["people_newly_within"] += heads * (minutes <= norm < before)
        told["people_newly_reached"] += heads * (before >= cutoff)
        if heads > 0:
            most = max(before - minutes, most if most > 0 else 0.0)
            worst = max(minutes, worst if worst >= 0 else 0.0)
    mean = told["saved_person_min"] / told["people_closer"] if told["people_closer"] else math.nan
    return {**told, "saved_min_mean": mean, "saved_min_max": most, "worst_place_min": worst}
