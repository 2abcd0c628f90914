"""
Measure what a scenario costs on a large network, beside a full run again.

    python scripts/bench/graphs.py FOLDER p1m
    python scripts/bench/osm_export.py FOLDER/p1m.npz FOLDER/p1m.osm.pbf
    python scripts/make_country.py 1000000 FOLDER/country.osm.pbf
    python scripts/bench/scenarios.py FOLDER/*.osm.pbf --out docs/benchmarks_scenarios.md

All is measured in one process, each edit from its list of edits to the new nearest services of
every settlement, three times, the median told. The full run again prepares the roads of after
and asks the same; reading the file is not counted on either side.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine

import geoaccess as ga
from geoaccess.model.places import Destinations, Origins
from geoaccess.routing.hierarchy import customize, perfected, recustomize
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Edited, Ground, Sources, apply_scenario
from geoaccess.scenario.edits import ChangeSpeed, CloseService, Edit, OpenService
from geoaccess.scenario.scenario import Scenario
from geoaccess.scenario.solve import Limits, Solved, solve, solve_again

KINDS = {"school": 800, "pharmacy": 400}
N_SETTLEMENTS = 10_000
N_MENDED = (1, 10, 100)
GOALS_S = {"one service opened, one closed": 0.5, "all speeds": 4.0, "speeds of 1 % of ways": 1.0}
LIMITS = Limits(
    cutoff_min=240, max_snap_m=2000, usual_service_max_snap_m=2000, service_max_snap_m={}
)
HEAD = """# What a scenario costs

Made by `scripts/bench/scenarios.py`: from a list of edits to the new nearest services of every
settlement, in one process, medians of three; a full run again, once, prepares the roads of after
and asks the same. Reading the file is not counted on either side. Every answer is compared with
that of the full run: all are equal.

"""


def main() -> None:
    """Measure, and write or print the page."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("roads", nargs="+", type=Path, help="OSM files")
    parser.add_argument("--out", type=Path, help="page to write")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    machine = "\n".join(f"- {line}" for line in describe_machine())
    page = f"{HEAD}- date: {dt.datetime.now(dt.UTC):%Y-%m-%d}\n{machine}\n"
    for path in asked.roads:
        page += "\n" + _measured(path)
        if asked.out:
            asked.out.write_text(page, encoding="utf-8", newline="\n")
    print(page)


def _measured(path: Path) -> str:
    ground = _ground(path)
    begin = time.perf_counter()
    base = solve(
        ground.router, ground.origins, ground.destinations, kinds=list(KINDS), limits=LIMITS
    )
    prepared_s = time.perf_counter() - begin
    _tell("what stands", prepared_s)
    rows = [_row(ground, base, name, edits) for name, edits in _edits(ground).items()]
    title = f"## {path.name.partition('.')[0]}\n\n"
    return title + _told(ground, prepared_s) + _table(rows) + _mended(ground)


def _ground(path: Path) -> Ground:
    kept = path.with_suffix(".roads")
    network = ga.load_network(kept) if kept.exists() else ga.read_network(path)
    if not kept.exists():
        ga.save_network(network, kept)
    rng = np.random.default_rng(1)
    towns = rng.choice(network.n_nodes, N_SETTLEMENTS, replace=False)
    ids = np.array([f"s{i:05d}" for i in range(len(towns))], dtype=object)
    places = rng.choice(network.n_nodes, sum(KINDS.values()), replace=False)
    kind = np.repeat(list(KINDS), list(KINDS.values())).astype(object)
    numbers = np.array([f"d{i:04d}" for i in range(len(places))], dtype=object)
    return Ground(
        router=Router(network, method="hierarchy"),
        origins=Origins(
            id=ids,
            name=ids,
            lon=network.node_lon[towns],
            lat=network.node_lat[towns],
            population=rng.integers(10, 1000, len(towns)).astype(np.float64),
        ),
        destinations=Destinations(
            id=numbers,
            name=numbers,
            kind=kind,
            lon=network.node_lon[places],
            lat=network.node_lat[places],
            capacity=np.full(len(places), np.nan),
        ),
        territories={},
    )


def _edits(ground: Ground) -> dict[str, tuple[Edit, ...]]:
    network, origins = ground.router.network, ground.origins
    lon, lat = float(origins.lon[0]), float(origins.lat[0])
    ways = np.unique(network.segment_way)
    some = np.random.default_rng(2).choice(ways, len(ways) // 100, replace=False)
    return {
        "one service opened, one closed": (
            OpenService(id="new", kind="school", lon=lon, lat=lat),
            CloseService(ids=("d0000",)),
        ),
        "all speeds": (ChangeSpeed(factor=0.8),),
        "speeds of 1 % of ways": (ChangeSpeed(ways=tuple(some.tolist()), factor=0.6),),
    }


def _row(
    ground: Ground, base: Solved, name: str, edits: tuple[Edit, ...]
) -> tuple[str, float, float]:
    scenario, sources = Scenario(name="bench", edits=edits), _no_sources()

    def edited() -> Edited:
        return apply_scenario(scenario, ground, sources)

    def incremental() -> Solved:
        return solve_again(base, edited())

    _tell(f"{name}: incremental next")

    def again() -> Solved:
        after = edited()
        router = Router(after.router.network, method="hierarchy")
        return solve(router, after.origins, after.destinations, kinds=list(KINDS), limits=LIMITS)

    quick_s, quick = _timed(incremental, 3)
    whole_s, whole = _timed(again, 1)
    for kind in KINDS:
        if not np.array_equal(quick.nearest[kind].minutes, whole.nearest[kind].minutes):
            msg = f"{name}: not what a full run gives"
            raise AssertionError(msg)
    _tell(name, quick_s, whole_s)
    return name, quick_s, whole_s


def _tell(what: str, *seconds: float) -> None:
    print(what, *(f"{one:.2f}" for one in seconds), file=sys.stderr, flush=True)


def _no_sources() -> Sources:
    def none(_path: str) -> Any:  # noqa: ANN401 - never asked
        raise AssertionError

    return Sources(area=none, forecasts=none, roads=none)


def _timed(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), result


def _told(ground: Ground, prepared_s: float) -> str:
    network = ground.router.network
    return (
        f"{network.n_nodes:,} junctions, {network.n_arcs:,} arcs, {N_SETTLEMENTS:,} settlements, "
        f"{KINDS['school']} schools and {KINDS['pharmacy']} pharmacies, the two nearest of each; "
        f"{ground.router.hierarchy.topology.n_up:,} up-arcs in the hierarchy. Preparing the roads "
        f"and the first answer took {prepared_s:.1f} s.\n\n"
    )


def _table(rows: list[tuple[str, float, float]]) -> str:
    lines = [
        "| edit | seconds | goal | full run again | ratio |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {name} | {quick:.2f} | {GOALS_S[name]:g} "
            f"({'met' if quick <= GOALS_S[name] else 'missed'}) | {whole:.1f} "
            f"| {whole / quick:.0f} |"
            for name, quick, whole in rows
        ),
    ]
    return "\n".join(lines) + "\n\n"


def _mended(ground: Ground) -> str:
    """Compare mending some weights with customizing all."""
    base = ground.router.hierarchy
    rng = np.random.default_rng(3)
    doubled = np.minimum(base.weight.astype(np.int64) * 2, 10**8).astype(np.int32)
    threads = ground.router.threads
    all_s, changed = _timed(lambda: customize(base.topology, doubled, threads=threads), 3)
    perfect_s, _ = _timed(lambda: perfected(changed, threads=threads), 1)
    _tell("customized", all_s, perfect_s)
    lines = [
        f"New weights on all arcs take {all_s:.2f} s; making them perfect, for many questions at",
        f"once, {perfect_s:.2f} s more. Mending some, on one thread:",
        "",
        "| arcs | seconds to mend |",
        "|---:|---:|",
    ]
    recustomize(base, arcs=[0], weight=[1])
    for n in N_MENDED:
        arcs = np.sort(rng.choice(len(doubled), n, replace=False))
        mended_s, _ = _timed(lambda a=arcs: recustomize(base, arcs=a, weight=doubled[a]), 1)  # type: ignore[misc]
        _tell(f"mended {n}", mended_s)
        lines.append(f"| {n} | {mended_s:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
