"""
One peer in a process of its own: reads a task a line, does it, answers with a line of JSON.

    python scripts/bench/worker.py PEER GRAPH_FILE FOLDER
"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
from work import Done, read_roads


def main() -> None:
    """Answer until there is nothing more to read."""
    name, graph, folder = sys.argv[1:4]
    # A library that prints must not garble the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if peer is None:
                module = importlib.import_module(f"peers.{name}")
                peer = module.Peer(read_roads(Path(graph)), Path(folder))
            told = _told(peer, asked["task"], asked["keep"])
        except Exception as error:  # noqa: BLE001 - whatever a peer does wrong is reported
            traceback.print_exc()
            told = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(told), file=answers, flush=True)


def _told(peer: Any, task: str, keep: str | None) -> dict[str, object]:  # noqa: ANN401
    method = getattr(peer, task, None)
    if method is None:
        return {"absent": True}
    done: Done = method()
    if keep and done.answer is not None:
        np.save(keep, done.answer)
    kept = bool(keep) and done.answer is not None
    return {"s": done.seconds, "share": done.share, "kept": kept, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Most memory that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():
        told = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))
        if told:
            return int(told[1]) / 1024
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # not on Windows
        return float("nan")
    peak: float = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
