"""What was aimed at, and whether it was met."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

from session import OWN, Results
from work import TASKS

Own = dict[str, dict[str, float]]
"""What was measured of geoaccess alone, by name."""

CALL = (
    "the sums themselves; before them, one thread looks through all ranks for the rows that are"
    " needed"
)
TRAFFIC = (
    "the sums, 16 at a time, out of the core's own cache, and the matrix, written once; the"
    " memory traffic alone takes {floor} of {ours} s"
)
SCAN = "the sums within reach, and one look at every arc of the hierarchy per sweep"
LISTS = (
    "the sums alone, of which `how many nodes` stores nothing, take {sums} s, and writing"
    " {floor} s, of {ours} s; the rest puts nodes and times in the order of nodes"
)
UNPACK = (
    "reading one key of 8 bytes for every node, in the order of nodes, and writing time and number"
    " alone takes {floor} of {ours} s; the sweep before it reads every arc once"
)


class Ratio(NamedTuple):
    """A task on a graph, and how many times quicker than a peer it shall be."""

    graph: str
    task: str
    peer: str
    at_least: float
    bound: str
    floor: str = ""


RATIOS = (
    Ratio("p1m", "nearest", "scipy", 30, UNPACK, "nearest_floor"),
    Ratio("p1m", "nearest", "pandana", 2000, UNPACK, "nearest_floor"),
    Ratio("p300k", "five_1h", "pandana", 80, "merging sorted lists of keys, one arc at a time"),
    Ratio("p300k", "few", "pyroutingkit", 45, CALL),
    Ratio("p300k", "few", "osrm", 300, CALL),
    Ratio("p300k", "many", "pyroutingkit", 45, TRAFFIC, "floor"),
    Ratio("p300k", "many", "scipy", 500, TRAFFIC, "floor"),
    Ratio("p300k", "reach", "scipy", 40, LISTS, "reach_floor"),
    Ratio("p300k", "reach", "pandana", 100, LISTS, "reach_floor"),
    Ratio("p300k", "count", "scipy", 40, SCAN),
    Ratio("p300k", "count", "pandana", 100, SCAN),
    Ratio("p1m", "prepare", "pyroutingkit", 8, "nested dissection: sorting and cutting every part"),
    Ratio("p1m", "prepare", "pandana", 5, "nested dissection: sorting and cutting every part"),
    Ratio("p300k", "weights", "pyroutingkit", 1, "the ways over every node that went before"),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One goal: what it was, what came of it, and what bounds it."""

    work: str
    goal: str
    measured: str
    met: bool | None
    short_by: str = ""
    bound: str = ""
    run: str = ""


def judge(results: dict[str, Results], own: Own) -> list[Verdict]:
    """Hold measurements against every goal."""
    verdicts = [_judge_ratio(ratio, results) for ratio in RATIOS]
    verdicts.insert(7, _judge_floor(results))
    for name, unit, most in (
        ("growth", "times", 1.5),
        ("peak_mb", "MB", 500.0),
        ("first_s", "s", 20.0),
        ("cached_s", "s", 1.0),
        ("help_s", "s of CPU", 0.3),
    ):
        verdicts.append(_judge_most(name, unit, most, own))
    return verdicts


def totals(own: Own) -> dict[str, tuple[float, str]]:
    """Give the figures that goals are set for, and which measurement each is from."""
    growths = [name for name in own if name.removeprefix("growth ") in ("p30k", "p300k", "p1m")]
    costs = [cost for name in growths for cost in own[name].values()]
    found = {
        "peak_mb": ("memory, p1m, MB, highest so far", "nearest"),
        "first_s": ("first call, nothing compiled", "answered_s"),
        "cached_s": ("compiled and kept before", "loaded_s"),
        "help_s": ("geoaccess --help", "CPU_s"),
    }
    told = {goal: (own[name][key], name) for goal, (name, key) in found.items() if name in own}
    if costs:
        told["growth"] = (max(costs) / min(costs), growths[-1])
    return told


def _judge_ratio(ratio: Ratio, results: dict[str, Results]) -> Verdict:
    work = f"{TASKS[ratio.task]}, {ratio.graph}, against {ratio.peer}"
    goal = f">= {ratio.at_least:,g}x as fast"
    measured = speedup(results.get(ratio.graph), ratio.task, ratio.peer)
    if math.isnan(measured):
        return Verdict(work=work, goal=goal, measured="not measured", met=None)
    met = measured >= ratio.at_least
    result = results[ratio.graph]
    figures = {
        "ours": _told(result, ratio.task),
        "floor": _told(result, ratio.floor),
        "sums": _told(result, "count"),
    }
    return Verdict(
        work=work,
        goal=goal,
        measured=f"{measured:,.3g}x",
        met=met,
        short_by="" if met else f"{(1 - measured / ratio.at_least):.0%}",
        bound=ratio.bound.format(**figures),
        run=result.timings[ratio.task, ratio.peer].run,
    )


def _told(result: Results, task: str) -> str:
    timing = result.timings.get((task, OWN))
    return f"{timing.median:.3g}" if timing is not None and timing.seconds else "(not measured)"


def speedup(result: Results | None, task: str, peer: str) -> float:
    """How many times quicker we are; NaN where one of both was not timed in the same run."""
    if result is None:
        return math.nan
    ours, theirs = result.timings.get((task, OWN)), result.timings.get((task, peer))
    if ours is not None and theirs is not None and ours.run != theirs.run:
        ours = result.earlier.get((task, theirs.run))
    if ours is None or theirs is None:
        return math.nan
    return theirs.median / ours.median


def _judge_floor(results: dict[str, Results]) -> Verdict:
    work = "64,000 x 1,000, p300k, against its memory traffic alone"
    floor = results["p300k"].timings.get(("floor", OWN)) if "p300k" in results else None
    many = results["p300k"].timings.get(("many", OWN)) if "p300k" in results else None
    if floor is None or many is None:
        return Verdict(work=work, goal="<= 2x", measured="not measured", met=None)
    measured = many.median / floor.median
    verdict = _most(work, "<= 2x", measured, 2.0, "the sums")
    return replace(verdict, run=many.run)


MOST = {
    "growth": (
        "cost of a node and a service, 30 k to 1 M nodes, 16 to 4,096 services",
        (
            "16 services share one sweep, which alone pays for reading every arc and place: on"
            " {graph}, {alone:.0f} ns a node, where 4,096 services cost {shared:.0f} ns for each 16"
            " of them"
        ),
    ),
    "peak_mb": (
        "memory at 1 M nodes without the matrix, at its highest",
        "order and up-arcs are in memory together while the topology is built",
    ),
    "first_s": (
        "first call after install",
        (
            "numba reads and types every kernel once, in Python, in two processes side by side, of"
            " which the first takes {CPU_s:.3g} s of processor time: other work on the machine"
            " shows at once"
        ),
    ),
    "cached_s": (
        "import and load, compiled before",
        "imports, which alone take {imported_s:.3g} s",
    ),
    "help_s": ("`geoaccess --help`", "importing Python packages"),
}


def _judge_most(name: str, unit: str, most: float, own: Own) -> Verdict:
    work, bound = MOST[name]
    measured, source = totals(own).get(name, (math.nan, ""))
    goal = f"<= {most:g} {unit}"
    if math.isnan(measured):
        return Verdict(work=work, goal=goal, measured="not measured", met=None)
    figures: dict[str, float | str] = dict(own[source])
    if name == "growth":
        figures["graph"] = source.removeprefix("growth ")
        figures |= {"alone": 16 * own[source]["16"], "shared": 16 * min(own[source].values())}
    verdict = _most(work, goal, measured, most, bound.format(**figures), unit)
    return replace(verdict, run=source)


def _most(
    work: str, goal: str, measured: float, most: float, bound: str, unit: str = "x"
) -> Verdict:
    met = measured <= most
    told = f"{measured:.3g}{'' if unit == 'x' else ' '}{unit}"
    short = "" if met else f"{measured / most - 1:.0%}"
    return Verdict(work=work, goal=goal, measured=told, met=met, short_by=short, bound=bound)
