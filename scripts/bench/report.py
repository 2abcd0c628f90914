"""Benchmark results as a page of Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from goals import Verdict, judge, speedup
from kept import Kept
from session import OWN, Results, Timing
from work import TASKS

HEAD = """# Benchmarks

Made by `python scripts/bench/run.py`; running it again refreshes this page, or some rows of it:
each row tells which run it is from, and ratios are of one run. Every peer works in a process of
its own, one at a time and in turns, on the same arrays; seconds are medians of {rounds} rounds,
of three times as many where a task takes less than a second, and of one where it takes more than
{slow:g} s. `~` marks a stated sample blown up to the whole. Each peer uses its own
defaults for threads.
"""

GRAPHS = """`p30k`, `p300k` and `p1m` are made by `scripts/bench/graphs.py`, with the degrees and
dead ends of real roads; `porto` is the car network of an OSM extract. Services, origins and
destinations are random nodes. OSRM and Valhalla read the graph as an OSM file with `maxspeed`
tags and drive by their own rules, so their answers are not compared; OSRM's and Valhalla's
`from arcs to ready` begins at that file."""

LIKE = """`which nodes, and when` gives a list of nodes and times for each service (SciPy: dense
rows of doubles with `limit`, then the finite ones; pandana: `nodes_in_range`; Valhalla: outlines of
`isochrone`). `how many nodes` gives one number a service: what a coverage measure needs."""

GROWTH = (
    "Nanoseconds for a node and a service, one thread, sums over all nodes, which are sorted by row"
    " once, before:\n"
)

ROUND_DIGITS = 3


def markdown(kept: Kept) -> str:
    """Write the whole page."""
    last = list(kept.runs.values())[-1]
    parts = [HEAD.format(rounds=last.rounds, slow=last.slow_s)]
    parts += ["## Runs\n", *(_run(kept, name) for name in kept.runs)]
    parts += ["## Goals\n", _goals(kept, judge(kept.results, kept.own))]
    parts += ["\n## Times\n", GRAPHS, "", LIKE]
    for result in kept.results.values():
        parts += ["", _times(kept, result)]
    parts += ["\n## Answers\n", _answers(kept.results.values())]
    parts += ["\n## geoaccess alone\n", _own(kept)]
    return "\n".join(parts).rstrip() + "\n"


def _run(kept: Kept, name: str) -> str:
    facts = kept.runs[name]
    peers = ", ".join(f"{p} {v}" for p, v in facts.versions.items()) or "none"
    lines = [*facts.machine, f"peers: {peers}", *facts.notes]
    lines += [f"not measured: {peer}, because: {why}" for peer, why in facts.missing.items()]
    return f"Run {kept.number(name)}, {name} UTC:\n\n" + "\n".join(f"- {x}" for x in lines) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _goals(kept: Kept, verdicts: list[Verdict]) -> str:
    words = {True: "met", False: "missed", None: "-"}
    rows = [
        (
            v.work,
            v.goal,
            v.measured,
            words[v.met] + (f" by {v.short_by}" if v.short_by else ""),
            str(kept.number(kept.own_runs.get(v.run, v.run)) or "-"),
        )
        for v in verdicts
    ]
    missed = [f"- {v.work}: {v.bound}." for v in verdicts if v.met is False]
    told = ["", "What bounds the goals that were missed:", "", *missed] if missed else []
    return "\n".join([_table(("work", "goal", "measured", "", "run"), rows), *told])


def _times(kept: Kept, result: Results) -> str:
    peers = list(dict.fromkeys(peer for _, peer in result.timings if peer != OWN))
    title = f"### {result.graph}: {result.n_nodes:,} nodes, {result.n_arcs:,} arcs\n"
    rows = []
    for task, words in TASKS.items():
        ours = result.timings.get((task, OWN))
        if ours is None:
            continue
        cells = [_cell(kept, result, task, peer) for peer in peers]
        if task != "five_1h" or any(cell != "-" for cell in cells):
            rows.append((words, _seconds(ours), *cells, str(kept.number(ours.run))))
    peaks = [f"{result.peak_mb[p]:,.0f}" if p in result.peak_mb else "-" for p in (OWN, *peers)]
    rows.append(("peak memory with all of it, MB", *peaks, "-"))
    return title + "\n" + _table(("seconds (times slower)", OWN, *peers, "run"), rows)


def _seconds(timing: Timing) -> str:
    if not timing.seconds:
        return timing.error or "-"
    sample = "" if timing.share == 1 else "~"
    return f"{sample}{timing.median:.{ROUND_DIGITS}g}"


def _cell(kept: Kept, result: Results, task: str, peer: str) -> str:
    timing = result.timings.get((task, peer))
    if timing is None:
        return "-"
    ratio = speedup(result, task, peer)
    when = f" in run {kept.number(timing.run)}"
    other = when if timing.run != result.timings[task, OWN].run else ""
    return _seconds(timing) + ("" if math.isnan(ratio) else f" ({ratio:,.3g}x{other})")


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


def _own(kept: Kept) -> str:
    growth = {name: values for name, values in kept.own.items() if name.startswith("growth ")}
    parts = []
    if growth:
        services = list(dict.fromkeys(n for values in growth.values() for n in values))
        rows = [
            (
                name.removeprefix("growth "),
                *(f"{v[n]:.3g}" if n in v else "-" for n in services),
                str(kept.number(kept.own_runs.get(name, ""))),
            )
            for name, v in growth.items()
        ]
        parts += [GROWTH]
        header = ("graph", *(f"{int(n):,} services" for n in services), "run")
        parts += [_table(header, rows), ""]
    rows = [
        (name, key.replace("_s", " s"), f"{x:.3g}", str(kept.number(kept.own_runs.get(name, ""))))
        for name, values in kept.own.items()
        if name not in growth
        for key, x in values.items()
    ]
    if rows:
        parts += [_table(("measurement", "", "", "run"), rows)]
    return "\n".join(parts)
