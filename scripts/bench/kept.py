"""What earlier runs measured, kept beside the page, so that a run may refresh some rows only."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

from goals import Own
from session import OWN, Results, Timing


@dataclass(kw_only=True)
class Facts:
    """One run: when, on what, with which peers, and what was not measured, and why."""

    machine: list[str]
    versions: dict[str, str]
    missing: dict[str, str]
    rounds: int
    slow_s: float
    notes: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Kept:
    """All that is known, each figure from the last run that measured it."""

    runs: dict[str, Facts] = field(default_factory=dict)
    results: dict[str, Results] = field(default_factory=dict)
    own: Own = field(default_factory=dict)
    own_runs: dict[str, str] = field(default_factory=dict)

    def add(self, run: str, facts: Facts, results: dict[str, Results], own: Own) -> None:
        """Take over what a run measured, and forget runs of which nothing is left."""
        self.runs[run] = facts
        for graph, fresh in results.items():
            held = self.results.setdefault(graph, dataclasses.replace(fresh, timings={}))
            for (task, peer), timing in fresh.timings.items():
                old = held.timings.get((task, peer))
                if peer == OWN and old is not None:
                    held.earlier[task, old.run] = old
                held.timings[task, peer] = dataclasses.replace(timing, run=run)
            held.earlier = {
                (task, then): timing
                for (task, then), timing in held.earlier.items()
                if any(key[0] == task and t.run == then for key, t in held.timings.items())
            }
            held.peak_mb |= {
                peer: mb for peer, mb in fresh.peak_mb.items() if mb > held.peak_mb.get(peer, 0.0)
            }
        self.own |= own
        self.own_runs |= dict.fromkeys(own, run)
        used = {t.run for r in self.results.values() for t in r.timings.values()}
        used |= {*self.own_runs.values(), run}
        self.runs = {name: told for name, told in sorted(self.runs.items()) if name in used}

    def number(self, run: str) -> int:
        """Count the runs up to this one."""
        return list(self.runs).index(run) + 1 if run in self.runs else 0


def load_kept(path: Path) -> Kept:
    """Read what is kept; nothing if there is no file."""
    if not path.exists():
        return Kept()
    held = json.loads(path.read_text("utf-8"))
    results = {}
    for told in held["results"]:
        timings = {
            (entry.pop("task"), entry.pop("peer")): Timing(**entry) for entry in told.pop("timings")
        }
        earlier = {
            (entry.pop("task"), entry["run"]): Timing(**entry) for entry in told.pop("earlier", ())
        }
        results[told["graph"]] = Results(**told, timings=timings, earlier=earlier)
    return Kept(
        runs={name: Facts(**facts) for name, facts in held["runs"].items()},
        results=results,
        own=held["own"],
        own_runs=held["own_runs"],
    )


def save_kept(kept: Kept, path: Path) -> None:
    """Write all of it as JSON."""
    results = [
        {
            **{f: getattr(told, f) for f in ("graph", "n_nodes", "n_arcs", "peak_mb")},
            "timings": [
                {"task": task, "peer": peer, **_rounded(timing)}
                for (task, peer), timing in told.timings.items()
            ],
            "earlier": [{"task": task, **_rounded(t)} for (task, _), t in told.earlier.items()],
        }
        for told in kept.results.values()
    ]
    held = {
        "runs": {name: dataclasses.asdict(facts) for name, facts in kept.runs.items()},
        "results": results,
        "own": kept.own,
        "own_runs": kept.own_runs,
    }
    path.write_text(json.dumps(held, indent=1) + "\n", "utf-8")


def _rounded(timing: Timing) -> dict[str, object]:
    told = dataclasses.asdict(timing)
    return {**told, "seconds": [float(f"{s:.4g}") for s in timing.seconds]}
