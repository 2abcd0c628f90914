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
