"""
Measure a travel-time surface of a country beside two other ways to make one.

    python scripts/make_country.py 1000000 country.osm.pbf
    python scripts/bench/surfaces.py country.osm.pbf [--cells 6500000] [--write]
    python scripts/bench/surfaces.py roads.osm.pbf --area borders.gpkg --services hospitals.csv

Each way runs in a process of its own, for its memory. The peers are what is commonly done: each
cell takes the time of its nearest junction, found in a k-d tree of SciPy, and SciPy's Dijkstra
search tells the junctions; and geoaccess's own way for single settlements, on a tenth of the
cells. With --write a row goes into docs/benchmarks_surfaces.md.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import describe_machine

import geoaccess as ga
from geoaccess.io.area import widened_area
from geoaccess.io.tables import read_polygons
from geoaccess.measures.surface_grid import SurfaceCells, ground_of, surface_cells
from geoaccess.measures.surface_times import SurfaceRules, surfaces_over
from geoaccess.model.places import Destinations
from geoaccess.model.surface import Surface
from geoaccess.routing.router import Router
from geoaccess.travel import snap_places
from geoaccess.units import LongArray

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks_surfaces.md"
WAYS = ("surface", "junctions", "settlements")
GOAL_S = 60.0
SETTLEMENT_SHARE = 10
N_SERVICES = 40
CUTOFF_MIN = 240.0
CPU = " (processor)"


def main() -> None:
    """Read the command line, measure, and print or write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roads", type=Path)
    parser.add_argument("--area", type=Path, help="polygons of the ground; the hull if left out")
    parser.add_argument("--services", type=Path, help="table of services; drawn if left out")
    parser.add_argument("--cells", type=float, default=6.5e6)
    parser.add_argument("--resolution-m", type=float, help="instead of --cells")
    parser.add_argument("--name", default="a generated country")
    parser.add_argument("--write", action="store_true", help=f"add to {PAGE.name}")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.way:
        print(json.dumps(_measured(asked)))
        return
    found = {way: _in_a_process(way) for way in WAYS}
    text = _section(asked.name, found)
    print(text)
    if asked.write:
        head = PAGE.read_text("utf-8") if PAGE.exists() else _head()
        PAGE.write_text(head.rstrip("\n") + "\n\n" + text, encoding="utf-8", newline="\n")


def _in_a_process(way: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, __file__, *sys.argv[1:], "--way", way],
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(way, told, file=sys.stderr, flush=True)
    return told


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    network = _network(asked.roads)
    router, services = Router(network), _services(asked, network)
    resolution_m = asked.resolution_m or _resolution(network, asked)
    area = None if asked.area is None else list(read_polygons(asked.area))
    seconds: dict[str, float] = {}
    cells = _timed(
        seconds,
        "lay out the cells",
        lambda: surface_cells(
            network,
            resolution_m=resolution_m,
            area=area,
            crs=None,
            max_snap_m=1000.0,
            max_memory_gb=16.0,
        ),
    )
    loaded_gb = _peak_gb()
    work = {"surface": _surface, "junctions": _by_junction, "settlements": _by_settlement}
    told = work[asked.way](router, services, cells, seconds)
    return {
        "seconds": seconds,
        "cells": int(cells.asked.sum()),
        "cell_m": resolution_m,
        "junctions": network.n_nodes,
        "segments": network.n_segments,
        "services": len(services),
        "loaded_gb": loaded_gb,
        "peak_gb": _peak_gb(),
        **told,
    }


def _network(path: Path) -> ga.Network:
    kept = path.with_suffix(".roads")
    if kept.exists():
        return ga.load_network(kept)
    network = ga.read_network(path)
    with tempfile.TemporaryDirectory() as folder:
        # Read back, so that every way begins with the same memory.
        ga.save_network(network, Path(folder) / "kept.roads")
        return ga.load_network(Path(folder) / "kept.roads")


def _services(asked: argparse.Namespace, network: ga.Network) -> Destinations:
    if asked.services is not None:
        return ga.read_services(asked.services, kinds=["hospital"])
    at = np.random.default_rng(1).choice(network.n_nodes, N_SERVICES, replace=False)
    ids = np.array([f"d{i:03d}" for i in range(N_SERVICES)], dtype=object)
    return Destinations(
        id=ids,
        name=ids,
        kind=np.full(N_SERVICES, "hospital", dtype=object),
        lon=network.node_lon[at],
        lat=network.node_lat[at],
        capacity=np.full(N_SERVICES, np.nan),
    )


def _resolution(network: ga.Network, asked: argparse.Namespace) -> float:
    area = None if asked.area is None else widened_area(list(read_polygons(asked.area)))
    _, ground = ground_of(network, area, crs=None, max_snap_m=1000.0)
    return float(math.floor(math.sqrt(ground.area / asked.cells) * 10) / 10)


def _surface(
    router: Router, services: Destinations, cells: SurfaceCells, seconds: dict[str, float]
) -> dict[str, Any]:
    _compile(router, services, cells)
    fresh = Router(router.network)
    snapped = _timed(
        seconds, "services meet the roads", lambda: snap_places(fresh, services, max_snap_m=2000.0)
    )
    rules = SurfaceRules(cutoff_min=CUTOFF_MIN)
    surface: Surface = _timed(
        seconds,
        "minutes of all cells",
        lambda: surfaces_over(fresh, {"hospital": snapped}, cells, rules)["hospital"],
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "surface.tif"
        _timed(seconds, "write the GeoTIFF", lambda: ga.write_surface(surface, path))
        size_mb = path.stat().st_size / 1e6
    _timed(seconds, "picture for the map", lambda: ga.surface_image(surface))
    areas = [60.0, 120.0]
    _timed(seconds, "areas of two cutoffs", lambda: ga.surface_isochrones(surface, minutes=areas))
    return {"reached": int(surface.reached.sum()), "size_mb": size_mb}


def _by_junction(
    router: Router, services: Destinations, cells: SurfaceCells, seconds: dict[str, float]
) -> dict[str, Any]:
    """Give every cell the time of its nearest junction, and of the walk there."""
    from pyproj import Transformer  # noqa: PLC0415 - of this way only
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415
    from scipy.spatial import cKDTree  # noqa: PLC0415

    network, grid = router.network, cells.grid
    there = Transformer.from_crs("EPSG:4326", grid.crs, always_xy=True)

    def search() -> np.ndarray:
        graph = csr_matrix(
            (np.maximum(network.travel_time_ms, 1), network.head, network.first_out),
            shape=(network.n_nodes, network.n_nodes),
        )
        xy = np.column_stack(there.transform(network.node_lon, network.node_lat))
        places = np.column_stack(there.transform(services.lon, services.lat))
        _, at = cKDTree(xy).query(places)
        return np.asarray(dijkstra(graph.T, indices=np.unique(at), min_only=True))

    ms = _timed(seconds, "search", search)

    def lookup() -> int:
        xy = np.column_stack(there.transform(network.node_lon, network.node_lat))
        tree, reached = cKDTree(xy), 0
        for row in range(0, grid.n_rows, 100):
            end = min(row + 100, grid.n_rows)
            x, y = grid.centres(row, end)
            some = np.flatnonzero(cells.asked[row:end].reshape(-1))
            away, node = tree.query(
                np.column_stack([x[some], y[some]]), distance_upper_bound=1000.0, workers=-1
            )
            near = np.isfinite(away)
            told = ms[np.asarray(node)[near]] + np.asarray(away)[near] * 720.0
            reached += int((told <= CUTOFF_MIN * 60_000).sum())
        return reached

    return {"reached": _timed(seconds, "look up", lookup)}


def _by_settlement(
    router: Router, services: Destinations, cells: SurfaceCells, seconds: dict[str, float]
) -> dict[str, Any]:
    """Ask for a tenth of the cells as settlements."""
    _compile(router, services, cells)
    from pyproj import Transformer  # noqa: PLC0415 - of this way only

    grid = cells.grid
    rows: LongArray = np.flatnonzero(cells.asked.reshape(-1))[::SETTLEMENT_SHARE]
    x = grid.west_m + (rows % grid.n_columns + 0.5) * grid.cell_m
    y = grid.north_m - (rows // grid.n_columns + 0.5) * grid.cell_m
    lon, lat = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform(x, y)
    ids = np.arange(len(rows)).astype(str).astype(object)
    fresh = Router(router.network)

    def ask() -> int:
        people = ga.Origins(id=ids, name=ids, lon=lon, lat=lat, population=np.ones(len(rows)))
        times = ga.travel_times(fresh, people, services, cutoff_min=CUTOFF_MIN)
        return int(np.isfinite(times.nearest(1)[0]).sum())

    return {"asked": len(rows), "reached": _timed(seconds, "snap and ask", ask)}


def _compile(router: Router, services: Destinations, cells: SurfaceCells) -> None:
    """Compile all kernels beforehand, on a few rows."""
    few = np.zeros_like(cells.asked)
    row = int(cells.asked.any(axis=1).argmax())
    few[row : row + 3] = cells.asked[row : row + 3]
    snapped = snap_places(router, services, max_snap_m=2000.0)
    some = SurfaceCells(grid=cells.grid, asked=few)
    rules = SurfaceRules(max_snap_m=50_000.0)
    surfaces_over(router, {"hospital": snapped}, some, rules)


def _timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
    begin, worked = time.perf_counter(), time.process_time()
    result = work()
    seconds[name] = round(time.perf_counter() - begin, 2)
    seconds[name + CPU] = round(time.process_time() - worked, 2)
    return result


def _peak_gb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)


def _head() -> str:
    machine = "\n".join(f"- {line}" for line in describe_machine())
    return f"""# What a travel-time surface costs

Made by `scripts/bench/surfaces.py`; see there what is measured. Reading the roads and compiling are
not counted; making the roads ready for places is, on each side.

{machine}
"""


def _section(name: str, found: dict[str, dict[str, Any]]) -> str:
    own, junctions, single = (found[way] for way in WAYS)
    steps = ("lay out the cells", "services meet the roads", "minutes of all cells")
    own_s = sum(own["seconds"][step] for step in (*steps, "write the GeoTIFF"))
    minutes_s = sum(own["seconds"][step] for step in steps)
    minutes_cpu_s = sum(own["seconds"][step + CPU] for step in steps)
    searched = ("lay out the cells", "search", "look up")
    peer_s, peer_cpu_s = (
        sum(junctions["seconds"][step + kind] for step in searched) for kind in ("", CPU)
    )
    asked_s, asked_cpu_s = (single["seconds"]["snap and ask" + kind] for kind in ("", CPU))
    single_s, single_cpu_s = asked_s * SETTLEMENT_SHARE, asked_cpu_s * SETTLEMENT_SHARE
    rows = "\n".join(
        f"| {step} | {told:.2f} | {own['seconds'][step + CPU]:.2f} |"
        for step, told in own["seconds"].items()
        if not step.endswith(CPU)
    )
    met = "met" if own_s <= GOAL_S else "missed"
    return f"""## {name}

{own["cells"]:,} cells of {own["cell_m"]:g} m, {own["junctions"]:,} junctions, {own["segments"]:,}
pieces of road, {own["services"]} services, {own["reached"]:,} cells reached; {own["size_mb"]:.1f} MB
of GeoTIFF.

| step | seconds | of processor |
|---|---:|---:|
{rows}

**{own_s:.1f} s** to the finished file (goal {GOAL_S:g} s: {met}); memory {own["peak_gb"]:.2f} GB at its
peak, of which {own["loaded_gb"]:.2f} GB held the roads and the cells before.

| way | seconds | of processor | ratio | GB |
|---|---:|---:|---:|---:|
| surface, minutes without the file | {minutes_s:.1f} | {minutes_cpu_s:.1f} | 1 | {own["peak_gb"]:.2f} |
| nearest junction: SciPy's k-d tree and Dijkstra | {peer_s:.1f} | {peer_cpu_s:.1f} | {peer_cpu_s / minutes_cpu_s:.2f} | {junctions["peak_gb"]:.2f} |
| cells asked as settlements, {single["asked"]:,} of them, times {SETTLEMENT_SHARE} | {single_s:.1f} | {single_cpu_s:.1f} | {single_cpu_s / minutes_cpu_s:.1f} | {single["peak_gb"]:.2f} |

Ratios are of processor seconds, which say the same beside other work on the machine.
The junction way answers another question: it leaves every road at a junction only, so cells along a
road take the time of its end ({junctions["reached"]:,} cells reached instead of {own["reached"]:,}).
"""  # noqa: E501 - rows of a table


if __name__ == "__main__":
    main()
