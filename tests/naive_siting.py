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
