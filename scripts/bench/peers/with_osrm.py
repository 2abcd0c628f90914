"""OSRM, multi-level Dijkstra, by its own car profile: its times are its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import osrm
from work import FEW, Done, Roads, clocked

SAMPLE = 250


class Peer:
    """Does part of the work with OSRM."""

    def __init__(self, roads: Roads, folder: Path) -> None:
        self.roads = roads
        self.source = roads.source or folder / f"{roads.name}.osm.pbf"
        self.base = folder / f"osrm-{roads.name}" / f"{roads.name}.osrm"
        self.engine: Any = None

    def prepare(self) -> Done:
        """Extract, partition, customize and load."""
        self.base.parent.mkdir(exist_ok=True)
        profile = next(Path(osrm.__file__).parent.rglob("car.lua"))

        def build() -> None:
            _run("extract", "-p", str(profile), "-o", str(self.base), str(self.source))
            _run("partition", str(self.base))
            _run("customize", str(self.base))
            self.engine = osrm.OSRM(
                algorithm="MLD",
                storage_config=str(self.base),
                use_shared_memory=False,
                max_locations_distance_table=10**8,
            )

        return Done(clocked(build)[0])

    def few(self) -> Done:
        """Take some of the origins, all destinations."""
        origins, destinations = self.roads.pairs(FEW)
        some = origins[:SAMPLE]
        places = [
            (float(self.roads.lon[v]), float(self.roads.lat[v])) for v in [*some, *destinations]
        ]
        asked = osrm.TableParameters(
            coordinates=places,
            sources=list(range(len(some))),
            destinations=list(range(len(some), len(places))),
            annotations=["duration"],
            generate_hints=False,
        )
        return Done(clocked(lambda: self.engine.Table(asked))[0], None, len(some) / len(origins))


def _run(command: str, *arguments: str) -> None:
    words = [sys.executable, "-m", "osrm", command, *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        msg = f"osrm {command}: {(done.stderr or done.stdout).strip()[-200:]}"
        raise RuntimeError(msg)
