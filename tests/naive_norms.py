"""Slow, obvious twin of the norm check: one resident at a time, straight from the definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from geoaccess.model.norm import Norm


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A settlement: whole milliseconds to each service (None where unreached), and people."""

    ms: Sequence[int | None]
    people: int
    zone_types: frozenset[str]
    zone: str


def verdict(norm: Norm, place: Place, *, turnout_ms: int, cutoff_ms: int) -> tuple[str, float]:
    """Verdict on one settlement, and its minutes; empty where the norm does not hold."""
    if norm.zone_type not in {"any", *place.zone_types}:
        return "" if place.zone_types else "not_modelled", math.nan
    reached = [ms for ms in place.ms if ms is not None and ms <= cutoff_ms]
    if not reached:
        return "unreached", math.inf
    best = min(reached)
    if norm.aspect == "drive_time":
        best -= turnout_ms
    elif norm.turnout_min is not None:
        best += round(norm.turnout_min * 60_000) - turnout_ms
    told = "pass" if best <= round(norm.threshold * 60_000) else "fail"
    return told, best / 60_000


def zone(norm: Norm, places: Sequence[Place], told: Sequence[str]) -> tuple[dict[str, int], str]:
    """People by verdict, and the verdict on all of them together, of exact fractions."""
    people = dict.fromkeys(("pass", "fail", "unreached", "not_modelled"), 0)
    for place, one in zip(places, told, strict=True):
        if one:
            people[one] += place.people
    required = Fraction(norm.required_share).limit_denominator(1000)
    everybody = sum(people.values())
    if not everybody:
        return people, "not_modelled"
    # Whatever the people of unknown kind turn out to be: all beyond, or all within.
    worst = Fraction(people["pass"], everybody)
    best = Fraction(people["pass"] + people["not_modelled"], everybody)
    if worst >= required:
        return people, "pass"
    return people, "fail" if best < required else "not_modelled"
