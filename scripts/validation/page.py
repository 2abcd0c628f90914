"""Comparisons become a page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from validation.areas import WIDTH_M, AreaMatch
from validation.compare import Spread

_MOST_EXAMPLES = 3
_AREA_COLUMNS = (
    "| extract | cutoff | intersection over union | their area over ours "
    "| our roads in theirs | roads just beyond, out of theirs |"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """A pair that differs: lengths in metres, and why."""

    ours_m: float
    theirs_m: float
    kind: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Everything compared on one extract."""

    name: str
    day: str
    lengths: Spread
    tails: Sequence[Tail]
    alone: Sequence[str]
    time_ratio: Sequence[float]
    areas: dict[str, list[AreaMatch]]


def page(countries: Sequence[Country], *, versions: dict[str, str]) -> str:
    """Write the page as Markdown."""
    parts = [_head(countries, versions), _lengths(countries)]
    parts += [_tail(one) for one in countries]
    parts += [_times(countries), _areas(countries)]
    return "\n\n".join(parts) + "\n"


def _head(countries: Sequence[Country], versions: dict[str, str]) -> str:
    days = ", ".join(f"{one.name} of {one.day}" for one in countries)
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"""\
# Beside another engine

Written by `python scripts/validate.py`; do not edit. Compared: {told}.
OpenStreetMap extracts: {days}. © OpenStreetMap contributors, ODbL.

Points are drawn at random along roads that lead somewhere, each metre of road as likely as any
other. Both engines read the same file and are told to leave out ferries. For lengths, Valhalla
takes the shortest way (`shortest`, with `disable_hierarchy_pruning`: else it leaves out small
roads far from both ends, and what it finds is often not the shortest), and our roads are given
times of one second a metre, turns none, so that both minimise metres by the same rule; what is
left to differ is which roads, turns and snaps each allows.

Reading the reasons: a pair is put down to the first that fits. Where points meet another road,
the two differ from the start; a road closed to us, a turn restriction, a barrier, and a track or
parking aisle are facts of the map that the two judge differently; a road that one alone drives
is open to both as far as its tags tell, and the other finds its way into it or out of it barred,
for example at the end of a divided road, where Valhalla seems to make no sharp turn."""


def _lengths(countries: Sequence[Country]) -> str:
    rows = [
        "## Lengths of shortest ways",
        "",
        "| extract | pairs | both reach | only we | only they | within 1 % | median | p90 | p99 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in countries:
        s = one.lengths
        rows.append(
            f"| {one.name} | {s.n_pairs} | {s.n_both} | {s.only_ours} | {s.only_theirs} "
            f"| {s.within_share:.1%} | {s.median:.3%} | {s.p90:.2%} | {s.p99:.1%} |"
        )
    rows += ["", "Quantiles are of the absolute difference as a share of Valhalla's length."]
    return "\n".join(rows)


def _tail(country: Country) -> str:
    kinds = Counter(one.kind for one in country.tails)
    held = defaultdict(list)
    for one in sorted(country.tails, key=lambda tail: -abs(tail.ours_m / tail.theirs_m - 1)):
        held[one.kind].append(one)
    rows = [
        f"### The tail in {country.name}",
        "",
        f"{len(country.tails)} pairs differ by more than 1 % and 20 m.",
    ]
    if kinds:
        rows += ["", "| why | pairs | worst of them: ours over theirs, and what it rests on |"]
        rows += ["|---|---|---|"]
    for kind, count in kinds.most_common():
        shown = "<br>".join(
            f"{one.ours_m / one.theirs_m:.2f}: {_cell(one.told)}"
            for one in held[kind][:_MOST_EXAMPLES]
        )
        rows.append(f"| {kind} | {count} | {shown} |")
    if country.alone:
        rows += ["", "Reached by one only:", ""]
        rows += [f"- {told}" for told in country.alone[:5]]
    return "\n".join(rows)


def _cell(text: str) -> str:
    """Text from the map within a table: no bar may end its cell."""
    return text.replace("|", "/").replace("<", "&lt;")


def _times(countries: Sequence[Country]) -> str:
    rows = [
        "## Times, for information",
        "",
        "Valhalla's own car beside ours. The two have other speeds by design (Valhalla counts",
        "turns, density and defaults of its own), so this says how they lie, not who is right.",
        "",
        "| extract | our minutes over theirs: p10 | median | p90 |",
        "|---|---|---|---|",
    ]
    for one in countries:
        low, middle, high = np.quantile(one.time_ratio, [0.1, 0.5, 0.9])
        rows.append(f"| {one.name} | {low:.2f} | {middle:.2f} | {high:.2f} |")
    return "\n".join(rows)


def _areas(countries: Sequence[Country]) -> str:
    rows = [
        "## Areas within a distance, and within a time",
        "",
        "Around ten random points each, away from the point. Valhalla marks the cells of a grid",
        "that it reaches and draws a contour around them, which hugs the roads closely; our areas",
        f"are here what lies within {WIDTH_M:g} m of a reached road. How wide a road is drawn is a",
        "convention that moves the area and the intersection over union, so the fair question is",
        "which *roads* lie within: of the roads within our cutoff, the share that their area",
        "holds, and of those just beyond it (up to 1.25 times), the share that it leaves out.",
        "Roads nearer to the edge than a grid cell fall on either side.",
        "",
        _AREA_COLUMNS,
        "|---|---|---|---|---|---|",
    ]
    for one in countries:
        for cutoff, found in one.areas.items():
            overlap, ratio, inside, outside = (
                float(np.median([getattr(area, name) for area in found]))
                for name in ("overlap", "ratio", "roads_inside", "roads_outside")
            )
            rows.append(
                f"| {one.name} | {cutoff} | {overlap:.2f} | {ratio:.2f} "
                f"| {inside:.1%} | {outside:.1%} |"
            )
    rows += [
        "",
        "Medians over the points. Cutoffs in km are by the shortest way and compare the",
        "same thing; those in minutes also carry the difference of speeds.",
        "",
        "Measures and indices are [beside other packages](validation_measures.md), with reasons",
        "where they differ.",
    ]
    return "\n".join(rows)
