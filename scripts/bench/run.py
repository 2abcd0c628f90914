"""
Compare geoaccess with its peers, and write docs/benchmarks.md.

    python scripts/bench/run.py [--graphs p30k p300k p1m porto] [--peers scipy pandana ...]
                                [--work nearest reach ...] [--own growth memory cold] [--quick]

Figures are kept in benchmarks.json beside the page. With --work or --own, only these are
measured and the others stay; the page tells of each row which run it is from. Makes what
it needs in a cache folder: an environment with the peers, graphs, compiled kernels.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from environments import own_python, peer_pythons
from goals import Own
from kept import Facts, load_kept, save_kept
from machine import PACKAGES, describe_machine, peer_version
from report import markdown
from session import EXACT, HERE, OWN, SLOW_S, Results, measure
from work import TASKS

ROOT = HERE.parent.parent
PORTO = ROOT.parent / "shared" / "data" / "osm" / "porto.osm.pbf"
MADE = ("p30k", "p300k", "p1m")
# OSRM and Valhalla take long to read an exported graph.
READS_OSM = ("osrm", "valhalla")
NOT_WITH_OSM = ("p1m",)
OWN_WORK = ("growth", "memory", "cold")
SMALL_TASKS = ("prepare", "weights", "nearest", "five", "few", "count")


def main() -> None:
    """Do all of it."""
    asked = _asked()
    own = own_python()
    if own != sys.executable:
        sys.exit(subprocess.run([own, __file__, *sys.argv[1:]], check=False).returncode)
    machine = describe_machine()
    folder = asked.cache.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found, missing = peer_pythons(
        asked.peers, folder / "peers", python=asked.peer_python, install=not asked.no_install
    )
    for peer, why in missing.items():
        print(f"not measured: {peer}, because: {why}", flush=True)
    graphs = [path for name in asked.graphs if (path := _graph(name, folder, own, missing))]
    rounds = asked.rounds or (2 if asked.quick else 3)
    results = {}
    for path in graphs if asked.tasks else ():
        pythons = {OWN: own, **_for_graph(found, path, folder, own)}
        results[path.stem] = measure(path, pythons, folder, rounds=rounds, tasks=asked.tasks)
    facts = Facts(
        machine=machine,
        versions={peer: peer_version(peer, python) for peer, python in found.items()},
        missing=missing,
        rounds=rounds,
        slow_s=SLOW_S,
        notes=asked.note,
    )
    kept = load_kept(asked.out.with_suffix(".json"))
    name = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S}"
    kept.add(name, facts, results, _own(asked.own, graphs, folder, own))
    save_kept(kept, asked.out.with_suffix(".json"))
    asked.out.write_text(markdown(kept), "utf-8")
    print(asked.out)
    sys.exit(_wrong_answers(results))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    add = parser.add_argument
    add("--graphs", nargs="+", default=[*MADE, "porto"], help="names, or .npz files")
    add("--peers", nargs="*", default=list(PACKAGES), choices=list(PACKAGES))
    add("--work", nargs="*", choices=list(TASKS), help="measure these rows only")
    add("--own", nargs="*", choices=OWN_WORK, help="measure these of geoaccess alone only")
    add("--note", action="append", default=[], help="a word about this run, for the page")
    add("--quick", action="store_true", help="two rounds of the chief tasks only")
    add("--rounds", type=int, help="how often quick tasks are timed")
    add("--out", type=Path, default=ROOT / "docs" / "benchmarks.md")
    add("--cache", type=Path, default=Path(tempfile.gettempdir()) / "geoaccess-bench")
    add("--peer-python", help="Python to make the peers' environment with")
    add("--no-install", action="store_true", help="use only peers that this Python has")
    asked = parser.parse_args()
    some = asked.work is not None or asked.own is not None
    every = [task for task in TASKS if not asked.quick or task in SMALL_TASKS]
    asked.tasks = [task for task in TASKS if task in (asked.work or ())] if some else every
    if not some:
        asked.own = [] if asked.quick else OWN_WORK
    return asked


def _graph(name: str, folder: Path, python: str, missing: dict[str, str]) -> Path | None:
    """Give the file of a graph, made if need be."""
    if name.endswith(".npz"):
        return Path(name).resolve()
    path = folder / f"{name}.npz"
    if path.exists():
        return path
    print(f"making {name} ...", flush=True)
    if name == "porto":
        if not PORTO.exists():
            missing["graph porto"] = f"no file {PORTO.name}"
            return None
        _call(python, "own.py", "osm", str(PORTO), str(path))
    else:
        _call(python, "graphs.py", str(folder), name)
    return path


def _for_graph(found: dict[str, str], graph: Path, folder: Path, own: str) -> dict[str, str]:
    """Leave out peers that a graph is too large for, and write it as OSM for the others."""
    if graph.stem in NOT_WITH_OSM:
        return {peer: python for peer, python in found.items() if peer not in READS_OSM}
    target = folder / f"{graph.stem}.osm.pbf"
    if any(peer in READS_OSM for peer in found) and graph.stem != "porto" and not target.exists():
        _call(own, "osm_export.py", str(graph), str(target))
    return found


def _own(work: Sequence[str] | None, graphs: list[Path], folder: Path, python: str) -> Own:
    """Measure what concerns geoaccess alone."""
    own: Own = {}
    chosen = work or ()
    for graph in graphs if "growth" in chosen else ():
        print(f"{graph.stem}: cost growth", flush=True)
        own[f"growth {graph.stem}"] = json.loads(_call(python, "own.py", "growth", str(graph)))
    if "memory" in chosen:
        largest = max(graphs, key=lambda path: path.stat().st_size)
        told = json.loads(_call(python, "own.py", "memory", str(largest)))
        own[f"memory, {largest.stem}, MB, highest so far"] = told
    if "cold" in chosen:
        own |= _cold(min(graphs, key=lambda path: path.stat().st_size), folder, python)
    return own


def _cold(graph: Path, folder: Path, python: str) -> Own:
    """Start three times: nothing compiled, everything compiled, and only to ask for help."""
    print("cold start", flush=True)
    graph.with_suffix(".kept").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as fresh:
        first = json.loads(_call(python, "own.py", "ready", str(graph), numba=fresh))
        again = [
            json.loads(_call(python, "own.py", "ready", str(graph), numba=fresh)) for _ in range(3)
        ]
    cached = sorted(again, key=lambda told: float(told["answered_s"]))[1]
    times = sorted(_help_cpu_s(python) for _ in range(3))
    return {
        "first call, nothing compiled": first,
        "compiled and kept before": cached,
        "geoaccess --help": {"CPU_s": times[1]},
    }


def _help_cpu_s(python: str) -> float:
    before = os.times()
    words = [python, "-m", "geoaccess", "--help"]
    subprocess.run(words, capture_output=True, check=True, env=_environment())
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


def _environment(numba: str = "") -> dict[str, str]:
    more = {"NUMBA_CACHE_DIR": numba} if numba else {}
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def _call(python: str, script: str, *words: str, numba: str = "") -> str:
    """Run one of our scripts in a fresh process; gives what it prints."""
    done = subprocess.run(
        [python, str(HERE / script), *words],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=_environment(numba),
    )
    return done.stdout


def _wrong_answers(results: dict[str, Results]) -> int:
    """Tell of every answer that an exact peer does not share; gives the exit code."""
    wrong = [
        f"{result.graph}, {TASKS[task]}, {peer}: {timing.agrees}"
        for result in results.values()
        for (task, peer), timing in result.timings.items()
        if peer in EXACT and timing.agrees not in {"", "all equal"}
    ]
    for line in wrong:
        print(f"answers differ: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
