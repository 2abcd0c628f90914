"""Ask peers, each in a process of its own, one at a time, in turns."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from work import TASKS, UNREACHED_MS

HERE = Path(__file__).resolve().parent
OWN = "geoaccess"
# What one round of takes longer is timed once.
SLOW_S = 8.0
# What takes less is timed more often: a busy machine disturbs it most.
QUICK_S = 1.0
MORE_ROUNDS = 3
# Who takes longer for the nearest is not asked for the five nearest.
LONG_S = 90.0
# Peers that answer in whole milliseconds, as geoaccess does; pandana answers in floats.
EXACT = ("scipy", "pyroutingkit")


@dataclass(kw_only=True)
class Timing:
    """Seconds that a peer took for the whole of a task, one entry a round, in one run."""

    run: str = ""
    seconds: list[float] = field(default_factory=list)
    share: float = 1.0
    error: str = ""
    agrees: str = ""
    largest_gap_ms: int = 0

    @property
    def median(self) -> float:
        """Median over the rounds, a sample blown up to the whole."""
        return statistics.median(self.seconds) / self.share if self.seconds else float("nan")


@dataclass(kw_only=True)
class Results:
    """
    What was measured on one graph, by task and peer.

    ``earlier`` holds, by task and run, what geoaccess took when a peer was last measured, if it
    was measured again without that peer.
    """

    graph: str
    n_nodes: int
    n_arcs: int
    timings: dict[tuple[str, str], Timing] = field(default_factory=dict)
    earlier: dict[tuple[str, str], Timing] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=dict)


class Worker:
    """One peer's process."""

    def __init__(self, peer: str, python: str, graph: Path, folder: Path) -> None:
        self.peer = peer
        environment = dict(os.environ)
        if peer == OWN:
            environment["PYTHONPATH"] = str(HERE.parent.parent)
        self.log = (folder / f"{peer}-{graph.stem}.log").open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), f"with_{peer}", str(graph), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env=environment,
        )

    def ask(self, task: str, keep: Path | None = None) -> dict[str, Any]:
        """Have one task done."""
        if self.process.stdin is None or self.process.stdout is None:
            return {"error": "no process"}
        try:
            self.process.stdin.write(json.dumps({"task": task, "keep": keep and str(keep)}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        told: dict[str, Any] = json.loads(line) if line else {"error": "the process died"}
        return told

    def close(self) -> None:
        """Let the process end."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.log.close()


def measure(
    graph: Path, pythons: dict[str, str], folder: Path, *, rounds: int, tasks: list[str]
) -> Results:
    """
    Have every peer do every task on one graph.

    The first round gives the answers, which are compared; quick tasks then go round again,
    peer after peer. Every peer prepares, whether that is asked for or not.
    """
    held = np.load(graph)
    results = Results(graph=graph.stem, n_nodes=len(held["x"]), n_arcs=len(held["head"]))
    workers = [Worker(peer, python, graph, folder) for peer, python in pythons.items()]
    try:
        ready = [worker for worker in workers if _first(worker, "prepare", results, folder)]
        for task in tasks:
            print(f"{results.graph}: {TASKS[task]}", flush=True)
            if task != "prepare":
                able = [worker for worker in ready if _first(worker, task, results, folder)]
                _compare(task, results, folder)
            else:
                able = ready
            _again(able, task, results, rounds)
    finally:
        for worker in workers:
            worker.close()
    results.timings = {key: told for key, told in results.timings.items() if key[0] in tasks}
    return results


def _first(worker: Worker, task: str, results: Results, folder: Path) -> bool:
    """Do a task for the first time; gives whether it can be done."""
    before = results.timings.get(("nearest", worker.peer), Timing())
    if task.startswith("five") and before.seconds and before.seconds[0] > LONG_S:
        results.timings[task, worker.peer] = Timing(error="not asked, nearest took too long")
        return False
    told = worker.ask(task, folder / f"answer-{worker.peer}.npy")
    if "absent" in told:
        return False
    timing = results.timings.setdefault((task, worker.peer), Timing())
    if "error" in told:
        timing.error = told["error"]
        print(f"  {worker.peer} failed: {timing.error}", file=sys.stderr, flush=True)
        return False
    timing.seconds.append(told["s"])
    timing.share = told["share"]
    results.peak_mb[worker.peer] = told["peak_mb"]
    return True


def _again(able: list[Worker], task: str, results: Results, rounds: int) -> None:
    for done in range(1, rounds * MORE_ROUNDS if rounds > 1 else 1):
        for worker in able:
            timing = results.timings[task, worker.peer]
            most = rounds * MORE_ROUNDS if timing.seconds[0] < QUICK_S else rounds
            if timing.seconds[0] > SLOW_S or done >= most:
                continue
            told = worker.ask(task)
            if "s" in told:
                timing.seconds.append(told["s"])


def _compare(task: str, results: Results, folder: Path) -> None:
    """Compare each peer's answer with our own, then remove them."""
    paths = {path.stem.removeprefix("answer-"): path for path in folder.glob("answer-*.npy")}
    answers = {peer: np.load(path) for peer, path in paths.items()}
    for path in paths.values():
        path.unlink()
    own = answers.pop(OWN, None)
    for peer, answer in answers.items():
        timing = results.timings[task, peer]
        if own is None or not answer.size:
            continue
        if own.ndim == answer.ndim:
            same = own[tuple(slice(n) for n in answer.shape)].astype(np.int64)
            reached = (same < UNREACHED_MS) & (answer < UNREACHED_MS)
            gap = np.abs(same - answer)
            timing.largest_gap_ms = int(gap[reached].max(initial=0))
            n_other = int((gap > 0).sum())
            if not task.endswith("_1h"):
                # With a limit, a peer leaves out what lies beyond it.
                n_other = max(
                    n_other, int(((same < UNREACHED_MS) != (answer < UNREACHED_MS)).sum())
                )
            timing.agrees = f"{n_other:,} of {answer.size:,} differ" if n_other else "all equal"
