"""Benchmark results as a page of Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from goals import Own, Verdict, judge, speedup
from session import OWN, Results, Timing
from work import TASKS

HEAD = """# Benchmarks

Made by `python scripts/bench/run.py`; running it again refreshes this page. Every peer works in
a process of its own, one at a time and in turns, on the same arrays; seconds are medians of
{rounds} rounds, of three times as many where a task takes less than a second, and of one where it
takes more than {slow:g} s. `~` marks a stated
sample blown up to the whole. Each peer uses its own defaults for threads.
"""

GRAPHS = """`p30k`, `p300k` and `p1m` are made by `scripts/bench/graphs.py`, with the degrees and
dead ends of real roads; `porto` is the car network of an OSM extract. Services, origins and
destinations are random nodes. OSRM and Valhalla read the graph as an OSM file with `maxspeed`
tags and drive by their own rules, so their answers are not compared; OSRM's and Valhalla's
`from arcs to ready` begins at that file."""

LIKE = """`which nodes, and when` gives a list of nodes and times for each service (SciPy: dense
rows of doubles with `limit`, then the finite ones; pandana: `nodes_in_range`; Valhalla: outlines of
`isochrone`). `how many nodes` gives one number a service: what a coverage measure needs."""

ROUND_DIGITS = 3


class Run(NamedTuple):
    """Everything that one run of the benchmark found."""

    date: str
    machine: list[str]
    versions: dict[str, str]
    missing: dict[str, str]
    results: dict[str, Results]
    own: Own
    rounds: int
    slow_s: float


def markdown(run: Run) -> str:
    """Write the whole page."""
    parts = [
        HEAD.format(rounds=run.rounds, slow=run.slow_s),
        "## Machine\n",
        "\n".join(f"- {line}" for line in [f"date: {run.date}", *run.machine, _peers(run)]),
        "",
        *(f"- not measured: {peer}, because: {why}" for peer, why in run.missing.items()),
        "\n## Goals\n",
        _goals(judge(run.results, run.own)),
        "\n## Times\n",
        GRAPHS,
        "",
        LIKE,
    ]
    for result in run.results.values():
        parts += ["", _times(result)]
    parts += ["\n## Answers\n", _answers(run.results.values())]
    parts += ["\n## geoaccess alone\n", _own(run.own)]
    return "\n".join(parts).rstrip() + "\n"


def _peers(run: Run) -> str:
    return "peers: " + (", ".join(f"{p} {v}" for p, v in run.versions.items()) or "none")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _goals(verdicts: list[Verdict]) -> str:
    words = {True: "met", False: "missed", None: "-"}
    rows = [
        (v.work, v.goal, v.measured, words[v.met] + (f" by {v.short_by}" if v.short_by else ""))
        for v in verdicts
    ]
    missed = [f"- {v.work}: {v.bound}." for v in verdicts if v.met is False]
    told = ["", "What bounds the goals that were missed:", "", *missed] if missed else []
    return "\n".join([_table(("work", "goal", "measured", ""), rows), *told])


def _times(result: Results) -> str:
    peers = list(dict.fromkeys(peer for _, peer in result.timings if peer != OWN))
    title = f"### {result.graph}: {result.n_nodes:,} nodes, {result.n_arcs:,} arcs\n"
    rows = []
    for task, words in TASKS.items():
        ours = result.timings.get((task, OWN))
        if ours is None:
            continue
        cells = [_cell(result, task, peer) for peer in peers]
        if task != "five_1h" or any(cell != "-" for cell in cells):
            rows.append((words, _seconds(ours), *cells))
    peaks = [f"{result.peak_mb[p]:,.0f}" if p in result.peak_mb else "-" for p in (OWN, *peers)]
    rows.append(("peak memory with all of it, MB", *peaks))
    return title + "\n" + _table(("seconds (times slower)", OWN, *peers), rows)


def _seconds(timing: Timing) -> str:
    if not timing.seconds:
        return timing.error or "-"
    sample = "" if timing.share == 1 else "~"
    return f"{sample}{timing.median:.{ROUND_DIGITS}g}"


def _cell(result: Results, task: str, peer: str) -> str:
    timing = result.timings.get((task, peer))
    if timing is None:
        return "-"
    ratio = speedup(result, task, peer)
    return _seconds(timing) + ("" if math.isnan(ratio) else f" ({ratio:,.3g}x)")


def _answers(results: Iterable[Results]) -> str:
    rows = [
        (
            result.graph,
            TASKS[task],
            peer,
            timing.agrees,
            f"{timing.largest_gap_ms} ms",
            "all" if timing.share == 1 else f"{timing.share:.2%}",
        )
        for result in results
        for (task, peer), timing in result.timings.items()
        if timing.agrees
    ]
    note = (
        "Compared before timing. SciPy and RoutingKit are exact, and must be equal to the "
        "millisecond; pandana rounds seconds.\n\n"
    )
    return note + _table(("graph", "work", "peer", "answers", "largest gap", "sample"), rows)


def _own(own: Own) -> str:
    growth = {name: values for name, values in own.items() if name.startswith("growth ")}
    parts = []
    if growth:
        services = list(dict.fromkeys(n for values in growth.values() for n in values))
        rows = [
            (name.removeprefix("growth "), *(f"{v[n]:.3g}" if n in v else "-" for n in services))
            for name, v in growth.items()
        ]
        parts += ["Nanoseconds for a node and a service, one thread, sums over all nodes:\n"]
        parts += [_table(("graph", *(f"{int(n):,} services" for n in services)), rows), ""]
    plain = {k: v for k, v in own.items() if k != "totals" and k not in growth}
    rows = [(k, n.replace("_s", " s"), f"{x:.3g}") for k, v in plain.items() for n, x in v.items()]
    if rows:
        parts += [_table(("measurement", "", ""), rows)]
    return "\n".join(parts)
