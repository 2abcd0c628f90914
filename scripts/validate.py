"""
Compare routes and areas with those of Valhalla, and write ``docs/validation.md``.

Usage: ``.venv/bin/python scripts/validate.py [--data FOLDER] [--pairs N] [--python PYTHON]``.
Needs the extracts ``andorra.osm.pbf`` and ``malta.osm.pbf`` in the folder (by default
``../shared/data/osm``) and the package index, from which Valhalla comes into an environment
of its own; routes and tiles are made on this machine alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from environment import ROOT

sys.path.insert(0, str(ROOT))

from validation.areas import match_place
from validation.compare import Route, is_tail, reason, spread
from validation.ours import (
    Facts,
    by_length,
    first_pairs,
    pair_s,
    random_points,
    read_car,
    read_facts,
    route,
    snapped_pairs,
)
from validation.page import Country, Tail, page

import geoaccess as ga
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped

COUNTRIES = ("andorra", "malta")
CONTOURS = {"distance": [3, 8], "time": [10, 20]}
UNIT_S = {"distance": 1000.0, "time": 60.0}
UNIT = {"distance": "km", "time": "min"}
N_PLACES = 10
SEED = 20_240_501
# The peer has wheels for these and newer.
_PYTHONS = ("python3.13", "python3.12")
_WANTED = "pyvalhalla>=3.6"
_PEER = ROOT / ".geoaccess-cache" / "peer"


def main() -> None:
    """Ask both engines, compare, and write the page."""
    chosen = _arguments()
    peer = _peer_python(chosen.python)
    countries, version = [], ""
    for name in COUNTRIES:
        path = chosen.data / f"{name}.osm.pbf"
        print(f"{name}: reading roads ...", flush=True)
        network = read_car(path)
        points = random_points(network, 2 * chosen.pairs + N_PLACES, seed=SEED)
        pairs, places = points[: 2 * chosen.pairs], points[2 * chosen.pairs :]
        print(f"{name}: asking Valhalla ...", flush=True)
        told = _ask(peer, path, {"pairs": first_pairs(pairs), "places": places})
        version = told["version"]
        print(f"{name}: comparing ...", flush=True)
        countries.append(_compared(name, path, network, pairs, places, told))
    versions = {
        "geoaccess": ga.__version__,
        "Valhalla (pyvalhalla)": version,
        "Python": platform.python_version(),
    }
    chosen.out.write_text(page(countries, versions=versions), "utf-8", newline="\n")
    print(f"written: {chosen.out}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare with Valhalla.")
    data = ROOT.parent / "shared" / "data" / "osm"
    parser.add_argument("--data", type=Path, default=data, help="folder of the extracts")
    parser.add_argument("--pairs", type=int, default=300, help="random pairs on each")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "validation.md")
    parser.add_argument("--python", help="Python 3.12 or newer, for Valhalla")
    return parser.parse_args()


def _peer_python(asked: str | None) -> Path:
    """Make the peer's environment, unless it is there."""
    folder = "Scripts" if os.name == "nt" else "bin"
    python = _PEER / folder / ("python.exe" if os.name == "nt" else "python")
    works = (
        python.exists()
        and not subprocess.run(
            [python, "-c", "import valhalla.mjolnir"], check=False, capture_output=True
        ).returncode
    )
    if not works:
        base = asked or next(filter(_starts, _PYTHONS), None)
        if base is None:
            sys.exit("Valhalla needs Python 3.12 or newer; name one with --python")
        print(f"installing pyvalhalla into {_PEER.relative_to(ROOT)} ...", flush=True)
        subprocess.run([base, "-m", "venv", "--clear", _PEER], check=True)
        words = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary"]
        subprocess.run([python, *words, ":all:", _WANTED], check=True)
    return python


def _starts(python: str) -> bool:
    """Whether a Python is there, and no mere signpost to one."""
    found = shutil.which(python)
    return (
        found is not None
        and not subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode
    )


def _ask(peer: Path, roads: Path, asked: dict[str, Any]) -> dict[str, Any]:
    program = ROOT / "scripts" / "validation" / "peer.py"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [peer, program, folder, roads.resolve()],
            input=json.dumps({**asked, "contours": CONTOURS}),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"Valhalla failed on {roads.name}: {done.stderr.strip()[-500:]}")
    # Valhalla writes its log on the same stream; the answer is the last line.
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def _compared(
    name: str,
    path: Path,
    network: Network,
    pairs: list[tuple[float, float]],
    places: list[tuple[float, float]],
    told: dict[str, Any],
) -> Country:
    metres = by_length(network)
    origins, destinations = snapped_pairs(network, pairs)
    ours_m = pair_s(metres, origins, destinations)
    theirs_m = [one and one["length_m"] for one in told["shortest"]]
    ours_s = pair_s(network, origins, destinations)
    theirs_s = [one and one["time_s"] for one in told["default"]]
    facts = read_facts(path)
    return Country(
        name=name.capitalize(),
        day=facts.day or network.source.osm_timestamp[:10],
        lengths=spread(ours_m, theirs_m),
        tails=_tails(metres, (origins, destinations), ours_m, told["shortest"], facts),
        alone=_alone(first_pairs(pairs), ours_m, theirs_m),
        time_ratio=[a / b for a, b in zip(ours_s, theirs_s, strict=True) if a and b],
        areas=_areas(network, metres, places, told["areas"]),
    )


def _tails(
    metres: Network,
    snapped: tuple[Snapped, Snapped],
    ours_m: list[float | None],
    theirs: list[dict[str, Any] | None],
    facts: Facts,
) -> list[Tail]:

    open_to_us = frozenset(metres.segment_way.tolist())
    found = []
    for pair, (mine_m, other) in enumerate(zip(ours_m, theirs, strict=True)):
        if mine_m is None or other is None or not is_tail(mine_m, other["length_m"]):
            continue
        kind, told = reason(
            route(metres, *snapped, pair),
            Route(length_m=other["length_m"], ways=tuple(other["ways"])),
            tags=facts.tags,
            open_to_us=open_to_us,
            restrictions=facts.restrictions,
            barriers=facts.barriers,
        )
        found.append(Tail(ours_m=mine_m, theirs_m=other["length_m"], kind=kind, told=told))
    return found


def _alone(
    pairs: list[list[tuple[float, float]]],
    ours_m: list[float | None],
    theirs_m: list[float | None],
) -> list[str]:
    told = []
    for (a, b), mine, other in zip(pairs, ours_m, theirs_m, strict=True):
        if (mine is None) != (other is None):
            who = "we" if other is None else "they"
            told.append(f"{who} alone: {a[1]:.5f}, {a[0]:.5f} to {b[1]:.5f}, {b[0]:.5f}")
    return told


def _areas(
    network: Network,
    metres: Network,
    places: list[tuple[float, float]],
    theirs: list[dict[str, Any]],
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for at, areas in zip(places, theirs, strict=True):
        for kind, by_cutoff in areas.items():
            roads = metres if kind == "distance" else network
            matches = match_place(roads, at, by_cutoff, unit_s=UNIT_S[kind])
            for value, one in matches.items():
                found.setdefault(f"{value} {UNIT[kind]}", []).append(one)
    return found


if __name__ == "__main__":
    main()
