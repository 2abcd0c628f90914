from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CODE = """
from geoaccess.routing.compiled import kernels_are_kept
import geoaccess as ga
from geoaccess.io.bundled import bundled
before = kernels_are_kept()
roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
people = ga.read_settlements(bundled("boundaries", "demo_settlements.csv"))
places = ga.read_services(bundled("services", "demo_services.csv"), kinds=["hospital"])
ga.time_to_nearest(ga.travel_times(roads, people, places))
print(before, kernels_are_kept())
"""


def test_the_first_call_after_installation_is_known(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", CODE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["False", "True"]


BESIDE = """
from geoaccess.routing import beforehand, lanes, nearest, perfect_weights
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.sweep import many_to_many
from geoaccess.routing.nearest import nearest_of_nodes
from geoaccess.routing.graph import Graph, Seeds
import numpy as np

print(beforehand.sweeps_are_kept())
road = Graph(first_out=[0, 1, 2], head=[1, 0], weight=[7, 9])
hierarchy = build_hierarchy(road, x=[0, 1], y=[0, 0], threads=2)
places = Seeds.at_nodes([0, 1])
print(many_to_many(hierarchy, places, places).ravel().tolist())
nearest_of_nodes(hierarchy, places)
print(beforehand.sweeps_are_kept())
for kernel in (perfect_weights.perfect_rows, lanes.sweep_into, nearest._sweep_one):
    print(sum(kernel.stats.cache_misses.values()))
"""


def test_half_of_the_kernels_are_compiled_in_a_second_process(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", BESIDE],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split("\n")[:-1] == ["False", "[0, 7, 9, 0]", "True", "0", "0", "0"]
