"""The benchmark runs, on a graph so small that nothing is measured."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

BENCH = Path(__file__).resolve().parents[2] / "scripts" / "bench"
PEERS = ("scipy", "pandana", "pyroutingkit")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of 12 by 12 crossings, some streets closed in one direction."""
    rng = np.random.default_rng(0)
    side = 12
    n = side * side
    x, y = np.divmod(np.arange(n), side)
    tail = np.repeat(np.arange(n), 4)
    head = np.stack([x * side + y + 1, x * side + y - 1, (x + 1) * side + y, (x - 1) * side + y])
    is_open = np.stack([y + 1 < side, y > 0, x + 1 < side, x > 0]).T.ravel()
    is_open &= rng.random(len(is_open)) < 0.95
    path = tmp_path_factory.mktemp("bench") / "town.npz"
    np.savez(
        path,
        allow_pickle=False,
        x=x * 100.0,
        y=y * 100.0,
        first_out=np.concatenate([[0], np.cumsum(np.bincount(tail[is_open], minlength=n))]),
        head=head.T.ravel()[is_open].astype(np.int32),
        weight=rng.integers(1_000, 90_000, int(is_open.sum())).astype(np.int32),
    )
    return path


def test_every_row_is_filled_and_answers_agree(graph: Path, tmp_path: Path) -> None:
    out = tmp_path / "benchmarks.md"
    words = ["--graphs", str(graph), "--peers", *PEERS, "--no-install", "--rounds", "1"]
    done = subprocess.run(
        [sys.executable, str(BENCH / "run.py"), *words, "--cache", str(tmp_path), "--out", out],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page = out.read_text("utf-8")
    for peer in PEERS:
        assert (f"not measured: {peer}, because: not installed" in page) == (not find_spec(peer))
    for row in ("nearest of 500", "5 nearest", "64,000 x 1,000", "memory traffic", "how many"):
        assert f"\n| {row}" in page or f"| 500 one-to-all within 60 min: {row}" in page
    for goal in ("first call after install", "`geoaccess --help`", "cost of a node"):
        assert goal in page
    assert "| town | 1,000 x 500 | scipy | all equal | 0 ms |" in page
    held = json.loads(out.with_suffix(".json").read_text("utf-8"))
    words = [*words[:-1], "1", "--work", "count", "weights", "--note", "some rows only"]
    again = [sys.executable, BENCH / "run.py", *words, "--cache", tmp_path, "--out", out]
    subprocess.run(again, capture_output=True, check=True)
    after = json.loads(out.with_suffix(".json").read_text("utf-8"))
    first, second = after["runs"]
    assert [first] == list(held["runs"])
    assert after["own"] == held["own"]
    runs = {(t["task"], t["peer"]): t["run"] for t in after["results"][0]["timings"]}
    assert {key for key, run in runs.items() if run == second} >= {("count", "geoaccess")}
    assert {task for (task, _), run in runs.items() if run == second} == {"count", "weights"}
    page = out.read_text("utf-8")
    assert "- some rows only" in page
    assert f"Run 2, {second} UTC:" in page


def test_a_peer_that_is_not_there_is_reported(graph: Path, tmp_path: Path) -> None:
    out = tmp_path / "benchmarks.md"
    words = ["--graphs", str(graph), "--peers", "osrm", "--no-install", "--quick"]
    subprocess.run(
        [sys.executable, str(BENCH / "run.py"), *words, "--cache", tmp_path, "--out", out],
        capture_output=True,
        check=True,
    )
    assert "not measured: osrm, because: not installed" in out.read_text("utf-8")


def test_a_ratio_is_of_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))
    session, kept, goals = (import_module(name) for name in ("session", "kept", "goals"))
    facts = kept.Facts(machine=[], versions={}, missing={}, rounds=1, slow_s=8.0)
    timing, results, own = session.Timing, session.Results, session.OWN
    both = {("few", own): timing(seconds=[1.0]), ("few", "scipy"): timing(seconds=[7.0])}
    known = kept.Kept()
    known.add("a", facts, {"g": results(graph="g", n_nodes=1, n_arcs=1, timings=both)}, {})
    ours = {("few", own): timing(seconds=[0.5])}
    known.add("b", facts, {"g": results(graph="g", n_nodes=1, n_arcs=1, timings=ours)}, {})
    assert known.results["g"].timings["few", own].median == 0.5
    assert goals.speedup(known.results["g"], "few", "scipy") == 7.0
    again = {**both, ("few", "scipy"): timing(seconds=[4.0])}
    known.add("c", facts, {"g": results(graph="g", n_nodes=1, n_arcs=1, timings=again)}, {})
    assert goals.speedup(known.results["g"], "few", "scipy") == 4.0
    assert list(known.runs) == ["c"]
