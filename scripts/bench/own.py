"""
What is measured of geoaccess alone, each in a fresh process.

    python scripts/bench/own.py ready|growth|memory GRAPH_FILE
    python scripts/bench/own.py osm OSM_FILE GRAPH_FILE
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

BEGIN = time.perf_counter()
N_SERVICES = (16, 64, 256, 1024, 4096)
REPEATS = 3


def main() -> None:
    """Do one of the measurements and print it as JSON."""
    actions: dict[str, Callable[..., object]] = {
        "ready": ready,
        "growth": growth,
        "memory": memory,
        "osm": read_osm,
    }
    print(json.dumps(actions[sys.argv[1]](*(Path(word) for word in sys.argv[2:]))))


def ready(graph: Path) -> dict[str, float]:
    """Seconds from the start of Python's work to the first answers on a small graph."""
    kept = graph.with_suffix(".kept")
    from geoaccess.io.store import load_arrays, save_arrays  # noqa: PLC0415 - its import is timed
    from geoaccess.routing.kept_hierarchy import (  # noqa: PLC0415
        hierarchy_arrays,
        hierarchy_from,
    )
    from geoaccess.routing.nearest import nearest_of_nodes  # noqa: PLC0415
    from geoaccess.routing.sweep import many_to_many  # noqa: PLC0415

    imported = time.perf_counter() - BEGIN
    import numpy as np  # noqa: PLC0415

    from geoaccess.routing.graph import Graph, Seeds  # noqa: PLC0415

    if kept.exists():
        hierarchy = hierarchy_from(load_arrays(kept, kind="hierarchy", key="bench").arrays)
    else:
        from geoaccess.routing.preparation import build_hierarchy  # noqa: PLC0415

        held = np.load(graph)
        roads = Graph(first_out=held["first_out"], head=held["head"], weight=held["weight"])
        hierarchy = build_hierarchy(roads, x=held["x"], y=held["y"], threads=2)
        arrays = hierarchy_arrays(hierarchy)
        save_arrays(kept, kind="hierarchy", facts={"key": "bench"}, arrays=arrays)
    loaded = time.perf_counter() - BEGIN
    places = Seeds.at_nodes(np.arange(min(20, hierarchy.n_nodes)))
    nearest_of_nodes(hierarchy, places)
    many_to_many(hierarchy, places, places)
    answered = time.perf_counter() - BEGIN
    return {
        "imported_s": imported,
        "loaded_s": loaded,
        "answered_s": answered,
        "CPU_s": time.process_time(),
    }


def growth(graph: Path) -> dict[str, float]:
    """Nanoseconds for a node and a service, one thread, no cutoff, by the number of services."""
    import numpy as np  # noqa: PLC0415

    from geoaccess.routing.graph import Graph, Seeds  # noqa: PLC0415
    from geoaccess.routing.preparation import build_hierarchy  # noqa: PLC0415
    from geoaccess.routing.reach import reached_amounts, sorted_amounts  # noqa: PLC0415

    held = np.load(graph)
    roads = Graph(first_out=held["first_out"], head=held["head"], weight=held["weight"])
    hierarchy = build_hierarchy(roads, x=held["x"], y=held["y"], threads=2)
    n = roads.n_nodes
    every, one_each = Seeds.at_nodes(np.arange(n)), np.ones(n, np.int64)
    ready = sorted_amounts(hierarchy, every, amount=one_each)
    rng = np.random.default_rng(1)

    def seconds(n_services: int) -> float:
        places = Seeds.at_nodes(rng.choice(n, min(n_services, n), replace=False))
        begin = time.perf_counter()
        reached_amounts(hierarchy, places, ready, cutoff_ms=10**9)
        return time.perf_counter() - begin

    seconds(16)
    return {
        str(some): statistics.median(seconds(some) for _ in range(REPEATS)) / (n * some) * 1e9
        for some in N_SERVICES
        if some <= n
    }


def memory(graph: Path) -> dict[str, float]:
    """Megabytes at most while a graph is prepared and all nodes get their nearest service."""
    import numpy as np  # noqa: PLC0415
    from worker import peak_mb  # noqa: PLC0415

    from geoaccess.routing.graph import Graph, Seeds  # noqa: PLC0415
    from geoaccess.routing.nearest import nearest_of_nodes  # noqa: PLC0415
    from geoaccess.routing.preparation import build_hierarchy  # noqa: PLC0415

    imported = peak_mb()
    held = np.load(graph)
    roads = Graph(first_out=held["first_out"], head=held["head"], weight=held["weight"])
    loaded = peak_mb()
    hierarchy = build_hierarchy(roads, x=held["x"], y=held["y"], threads=2)
    prepared, holds = peak_mb(), _now_mb()
    nearest_of_nodes(hierarchy, Seeds.at_nodes(np.arange(min(500, roads.n_nodes))), threads=2)
    return {
        "imported": imported,
        "loaded": loaded,
        "prepared": prepared,
        "holds": holds,
        "nearest": peak_mb(),
    }


def _now_mb() -> float:
    """Memory held now, where the system tells."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return float("nan")
    return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2


def read_osm(source: Path, graph: Path) -> str:
    """Read an OSM file and keep its roads as a graph."""
    import numpy as np  # noqa: PLC0415

    from geoaccess.io.build import read_network  # noqa: PLC0415

    network = read_network(source)
    scale = np.cos(np.radians(network.node_lat.mean()))
    partial = graph.with_name("partial-" + graph.name)
    np.savez(
        partial,
        allow_pickle=False,
        x=network.node_lon * scale * 111_320.0,
        y=network.node_lat * 111_320.0,
        lon=network.node_lon,
        lat=network.node_lat,
        first_out=network.first_out,
        head=network.head,
        weight=network.travel_time_ms,
        source=np.array(str(source.resolve())),
    )
    partial.rename(graph)
    return str(graph)


if __name__ == "__main__":
    main()
