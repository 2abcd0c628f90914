"""
The full set of measures beside the sweep that computes their travel times.

    python scripts/bench/measures.py [--origins 64000] [--services 250 1000 2000] [--large]

Makes a country of 300,000 junctions, draws origins and services on its roads, and times, each
number of services in a process of its own: the sweep alone, all measures together, and the
memory of both. --large adds 500,000 origins and 1,000 services on a million junctions, once
through everything. With --write it puts the figures into docs/benchmarks_measures.md.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks_measures.md"
JUNCTIONS = 300_000
LARGE_JUNCTIONS, LARGE_ORIGINS, LARGE_SERVICES = 1_000_000, 500_000, 1_000
LARGE_GOAL_S, LARGE_GOAL_MB = 60.0, 3_000.0
CUTOFF_MIN = 120.0
ROUNDS = 3
GOAL = 3.0
KINDS = ("school", "doctor", "library", "shop")


def main() -> None:
    """Read the command line, measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origins", type=int, default=64_000)
    parser.add_argument("--services", type=int, nargs="+", default=[250, 1_000, 2_000])
    parser.add_argument("--roads", type=Path, help="keep the generated roads here, and reuse them")
    parser.add_argument("--large", action="store_true", help="the large run as well")
    parser.add_argument("--large-roads", type=Path, help="the same for its roads")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--once", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one or asked.once:
        work = measure if asked.one else measure_once
        print(json.dumps(work(asked.roads, asked.origins, asked.one or asked.once)))
        return
    with tempfile.TemporaryDirectory() as folder:
        roads = asked.roads or Path(folder) / "country.osm.pbf"
        _made(roads, JUNCTIONS)
        told = [_in_a_process(roads, asked.origins, "--one", n) for n in asked.services]
        large = None
        if asked.large:
            roads = asked.large_roads or Path(folder) / "large.osm.pbf"
            _made(roads, LARGE_JUNCTIONS)
            large = _in_a_process(roads, LARGE_ORIGINS, "--once", LARGE_SERVICES)
    page = page_of(told) + (large_section(large) if large else "")
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")


def _made(roads: Path, junctions: int) -> None:
    """Make a country unless it is there."""
    if not roads.exists():
        maker = [sys.executable, ROOT / "scripts" / "make_country.py", roads]
        subprocess.run([*map(str, maker), "--junctions", str(junctions)], check=True)


def _in_a_process(roads: Path, n_origins: int, how: str, n_services: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--roads", roads, "--origins", n_origins, how, n_services]
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _times(roads: Path, n_origins: int, n_services: int) -> Any:  # noqa: ANN401
    """Travel times on roads made ready, with all kernels compiled."""
    import geoaccess as ga  # noqa: PLC0415 - the parent process needs none of it
    from geoaccess.study.road_cache import RoadCache  # noqa: PLC0415

    kept = RoadCache(roads, ga.read_profile("car"))
    network = kept.network()
    router = ga.Router(network, method="hierarchy", stored=kept.hierarchy)
    rng = np.random.default_rng(3)
    people, services = _places(network, n_origins, rng), _services(network, n_services, rng)
    times = ga.travel_times(router, people, services, cutoff_min=CUTOFF_MIN)
    everything(ga.travel_times(router, people.take(range(300)), services.take(range(20))))
    kept.keep()
    return times


def measure_once(roads: Path, n_origins: int, n_services: int) -> dict[str, Any]:
    """Time everything once, and tell the largest memory of the process, roads included."""
    times = _times(roads, n_origins, n_services)
    held = _memory_mb("VmRSS")
    _forget_peak()
    begin = time.perf_counter()
    seconds = {}
    for name, work in _works(times).items():
        start = time.perf_counter()
        work()
        seconds[name] = time.perf_counter() - start
    return {
        "origins": n_origins,
        "services": n_services,
        "threads": times.source.router.threads,
        "seconds": time.perf_counter() - begin,
        "parts": seconds,
        "held_mb": held,
        "peak_mb": _memory_mb("VmHWM"),
    }


def measure(roads: Path, n_origins: int, n_services: int) -> dict[str, Any]:
    """Time the sweep and all measures on one number of services."""
    times = _times(roads, n_origins, n_services)

    def sweep_ms() -> None:
        for start in range(0, n_services, times.block_size):
            times.source.block_ms(start, min(start + times.block_size, n_services))

    def sweep() -> float:
        return sum(float(np.isfinite(minutes).sum()) for _, minutes in times.blocks())

    reached = sweep() / (n_origins * n_services)
    before = _memory_mb("VmRSS")
    _forget_peak()
    everything(times)
    peak = _memory_mb("VmHWM")
    seconds: dict[str, list[float]] = {"sweep_ms": [], "blocks": [], "measures": []}
    works: dict[str, Callable[[], object]] = {
        "sweep_ms": sweep_ms,
        "blocks": lambda: [None for _ in times.blocks()],
        "measures": lambda: everything(times),
    }
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - begin)
    return {
        "services": n_services,
        "origins": n_origins,
        "reached": reached,
        "threads": times.source.router.threads,
        **{name: statistics.median(some) for name, some in seconds.items()},
        "held_mb": before,
        "peak_mb": peak,
        "parts": parts(times),
    }


def _places(network: Any, n: int, rng: np.random.Generator) -> Any:  # noqa: ANN401
    import geoaccess as ga  # noqa: PLC0415

    at = rng.integers(0, network.n_nodes, n)
    ids = np.array([f"v{i}" for i in range(n)], dtype=object)
    children = rng.integers(0, 30, n).astype(float)
    return ga.Origins(
        id=ids,
        name=ids,
        lon=network.node_lon[at],
        lat=network.node_lat[at],
        population=rng.integers(0, 200, n).astype(float),
        groups={"age_7_15": children},
    )


def _services(network: Any, n: int, rng: np.random.Generator) -> Any:  # noqa: ANN401
    import geoaccess as ga  # noqa: PLC0415

    at = rng.integers(0, network.n_nodes, n)
    ids = np.array([f"s{i}" for i in range(n)], dtype=object)
    return ga.Destinations(
        id=ids,
        name=ids,
        kind=np.array([KINDS[i % len(KINDS)] for i in range(n)], dtype=object),
        lon=network.node_lon[at],
        lat=network.node_lat[at],
        capacity=rng.integers(20, 400, n).astype(float),
    )


def plans(times: Any) -> list[Any]:  # noqa: ANN401
    """Measures that fold over all pairs, one of each."""
    from geoaccess.measures import decay  # noqa: PLC0415
    from geoaccess.measures.balanced_floating_catchment import (  # noqa: PLC0415
        balanced_floating_catchment_plan,
    )
    from geoaccess.measures.catchment_leakage import leakage_plan  # noqa: PLC0415
    from geoaccess.measures.cumulative import cumulative_plan  # noqa: PLC0415
    from geoaccess.measures.cumulative_interval import cumulative_interval_plan  # noqa: PLC0415
    from geoaccess.measures.floating_catchment import floating_catchment_plan  # noqa: PLC0415
    from geoaccess.measures.gravity import gravity_plan  # noqa: PLC0415
    from geoaccess.measures.modified_floating_catchment import (  # noqa: PLC0415
        modified_floating_catchment_plan,
    )
    from geoaccess.measures.spatial_availability import spatial_availability_plan  # noqa: PLC0415
    from geoaccess.measures.three_step_floating_catchment import (  # noqa: PLC0415
        three_step_floating_catchment_plan,
    )

    places, people = times.destinations.capacity, times.origins.population
    near, bell = decay.decay_binary(30), decay.decay_gaussian(20)
    shared = {"supply": places, "demand": people, "decay": bell}
    return [
        cumulative_plan(times, opportunities=places, cutoff_min=30),
        cumulative_interval_plan(times, opportunities=places, from_min=15, to_min=45),
        gravity_plan(times, opportunities=places, decay=decay.decay_exponential(0.05)),
        floating_catchment_plan(times, supply=places, demand=people, decay=near),
        floating_catchment_plan(times, **shared),
        modified_floating_catchment_plan(times, **shared),
        three_step_floating_catchment_plan(times, **shared),
        balanced_floating_catchment_plan(times, **shared),
        spatial_availability_plan(times, opportunities=places, demand=people, decay=bell),
        leakage_plan(times, **shared),
    ]


def seven_decays(times: Any) -> list[Any]:  # noqa: ANN401
    """Gravity under every decay."""
    from geoaccess.measures import decay  # noqa: PLC0415
    from geoaccess.measures.gravity import gravity_plan  # noqa: PLC0415

    every = [
        decay.decay_binary(30),
        decay.decay_linear(60),
        decay.decay_exponential(0.05),
        decay.decay_gaussian(20),
        decay.decay_stepped([10, 20, 30], [1, 0.68, 0.22]),
        decay.decay_logistic(30, 10),
        decay.decay_inverse_power(1.5),
    ]
    places = times.destinations.capacity
    return [gravity_plan(times, opportunities=places, decay=one) for one in every]


def everything(times: Any) -> None:  # noqa: ANN401
    """Compute the full set of measures."""
    for work in _works(times).values():
        work()


def _works(times: Any) -> dict[str, Callable[[], object]]:  # noqa: ANN401
    import geoaccess as ga  # noqa: PLC0415
    from geoaccess.measures.fold import run_plans  # noqa: PLC0415

    demand = times.origins.population
    return {
        "sums over all pairs": lambda: run_plans(times, plans(times)),
        "nearest, and the third": lambda: [ga.time_to_nearest(times, k=k) for k in (1, 3)],
        "mean of 5": lambda: ga.mean_of_nearest(times, k=5),
        "coverage": lambda: ga.coverage(times, cutoff_min=30),
        "basket of 4": lambda: ga.basket(times, norms_min=dict.fromkeys(KINDS, 30.0)),
        "raam": lambda: ga.raam(times, supply=times.destinations.capacity, demand=demand),
    }


def parts(times: Any) -> dict[str, float]:  # noqa: ANN401
    """Seconds of each part of the full set."""
    from geoaccess.measures.fold import run_plans  # noqa: PLC0415

    told = {}
    works = _works(times)
    works["beside the set: gravity with seven decays"] = lambda: run_plans(
        times, seven_decays(times)
    )
    for name, work in works.items():
        begin = time.perf_counter()
        work()
        told[name] = time.perf_counter() - begin
    return told


def _memory_mb(field: str) -> float:
    """Memory of this process as Linux tells it; NaN elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    told = re.search(rf"{field}:\s+(\d+) kB", status.read_text("ascii"))
    return int(told[1]) / 1024 if told else float("nan")


def _forget_peak() -> None:
    """Let the peak count from now, so that reading the roads is no part of it."""
    told = Path("/proc/self/clear_refs")
    if told.exists():
        told.write_text("5", "ascii")


def _verdict(one: dict[str, Any]) -> str:
    told = []
    for name, what in (("blocks", "in minutes"), ("sweep_ms", "in milliseconds")):
        ratio = one["measures"] / one[name]
        verdict = "met" if ratio <= GOAL else f"missed by {ratio / GOAL - 1:.0%}"
        told.append(f"{ratio:.2f} times the sweep {what} ({verdict})")
    return f"With {one['services']:,} services the full set takes {' and '.join(told)}."


def page_of(told: list[dict[str, Any]]) -> str:
    """Text of the page."""
    first = told[0]
    rows = [
        (
            f"| {one['services']:,} | {one['sweep_ms']:.2f} | {one['blocks']:.2f} | "
            f"{one['measures']:.2f} | {one['measures'] / one['blocks']:.2f} | "
            f"{one['measures'] / one['sweep_ms']:.2f} | {one['peak_mb'] - one['held_mb']:,.0f} |"
        )
        for one in told
    ]
    middle = min(told, key=lambda one: abs(one["services"] - LARGE_SERVICES))
    spent = [f"| {name} | {s:.2f} |" for name, s in middle["parts"].items()]
    return f"""# What measures cost beside their travel times

Made by `python scripts/bench/measures.py --write`. A generated country of {JUNCTIONS:,} junctions,
{first["origins"]:,} origins, cutoff {CUTOFF_MIN:g} min, {first["threads"]} threads; \
{first["reached"]:.0%} of all pairs are reached. Seconds are
medians of {ROUNDS} rounds, each number of services in a process of its own.

The full set is each measure once: time to the nearest and to the third, mean of five, coverage, a
basket of four kinds, cumulative, cumulative over a span, gravity, 2SFCA, E2SFCA, M2SFCA, 3SFCA,
BFCA, spatial availability, what these leave out, and RAAM.

| services | sweep, ms | sweep, minutes | full set | over minutes | over ms | MB above roads |
| --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

`sweep, minutes` is `for _ in times.blocks()`, with which a measure of one's own would begin: it is
the travel-time sweep that the goal speaks of. `sweep, ms` computes every block in whole
milliseconds and drops it, less than which no measure could begin with. The full set includes two
sweeps of that kind of its own: BFCA and 3SFCA must know what each origin reaches before they can
share it out, and keeping the times between the two would take memory that grows with services.

The goal is three times the sweep at most, for 1,000 services, and a peak of memory that does not
grow with services. {_verdict(middle)}

Memory is that of one block of 256 services, whatever their number; of a block, a thread turns 512
origins by 64 services at a time. Weights are not kept but reckoned as often as they are needed, up
to four times a pair, which costs no more than reading them back would. Looking them up in a table
of milliseconds was tried: 6 ns a pair in place of 2.

Where the seconds go with {middle["services"]:,} services, one round:

| part | seconds |
| --- | --- |
{chr(10).join(spent)}
"""


def large_section(one: dict[str, Any]) -> str:
    """Text on the large run."""
    rows = "\n".join(f"| {name} | {s:.1f} |" for name, s in one["parts"].items())
    in_time = "met" if one["seconds"] <= LARGE_GOAL_S else "missed"
    in_memory = "met" if one["peak_mb"] <= LARGE_GOAL_MB else "missed"
    return f"""
## Half a million origins

`python scripts/bench/measures.py --large`: {one["origins"]:,} origins and {one["services"]:,}
services on {LARGE_JUNCTIONS:,} junctions, every measure once, {one["threads"]} threads, with the
roads read and made ready before: **{one["seconds"]:.0f} s** (goal {LARGE_GOAL_S:.0f} s: {in_time}),
and at most **{one["peak_mb"] / 1000:.2f} GB** (goal {LARGE_GOAL_MB / 1000:.0f} GB: {in_memory}), of
which {one["held_mb"] / 1000:.2f} GB were there before.

| part | seconds |
| --- | --- |
{rows}
"""


if __name__ == "__main__":
    main()
