"""Valhalla, by its own car costing: its times are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from valhalla import Actor, get_config
from work import CUTOFF_MS, FEW, N_SERVICES, Done, Roads, clocked

SAMPLE = (50, 25)
N_ISOCHRONES = 3


class Peer:
    """Does part of the work with Valhalla."""

    def __init__(self, roads: Roads, folder: Path) -> None:
        self.roads = roads
        self.source = roads.source or folder / f"{roads.name}.osm.pbf"
        self.folder = folder / f"valhalla-{roads.name}"
        self.actor: Any = None

    def prepare(self) -> Done:
        """Build tiles and load them."""
        tiles = self.folder / "tiles"
        tiles.mkdir(parents=True, exist_ok=True)
        config = get_config(tile_dir=str(tiles.resolve()), tile_extract="", verbose=False)
        config["mjolnir"]["logging"] = {"type": "file", "file_name": str(self.folder / "log")}
        most = {"max_distance": 1e9, "max_matrix_distance": 1e9, "max_locations": 10**6}
        config["service_limits"]["auto"].update(most, max_matrix_location_pairs=10**9)
        config["service_limits"]["isochrone"].update(max_time_contour=300)
        path = self.folder / "config.json"
        path.write_text(json.dumps(config), "utf-8")

        def build() -> None:
            words = [sys.executable, "-m", "valhalla", "valhalla_build_tiles", "-c", str(path)]
            # It looks for its own program where programs are found.
            places = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
            done = subprocess.run(
                [*words, str(self.source)],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PATH": os.pathsep.join(places)},
            )
            if done.returncode:
                raise RuntimeError(done.stderr.strip()[-200:])
            self.actor = Actor(config)

        return Done(clocked(build)[0])

    def few(self) -> Done:
        """Take some of the pairs."""
        origins, destinations = self.roads.pairs(FEW)
        asked = {
            "sources": self._places(origins[: SAMPLE[0]]),
            "targets": self._places(destinations[: SAMPLE[1]]),
            "costing": "auto",
            "verbose": False,
        }
        share = SAMPLE[0] * SAMPLE[1] / (len(origins) * len(destinations))
        return Done(clocked(lambda: self.actor.matrix(asked))[0], None, share)

    def reach(self) -> Done:
        """Outlines of what some of the services reach; it does not list nodes."""
        services = self.roads.services()

        def outlines() -> None:
            for node in services[:N_ISOCHRONES]:
                asked = {
                    "locations": self._places([node]),
                    "costing": "auto",
                    "contours": [{"time": CUTOFF_MS // 60_000}],
                    "polygons": True,
                }
                self.actor.isochrone(asked)

        return Done(clocked(outlines)[0], None, N_ISOCHRONES / min(N_SERVICES, len(services)))

    def _places(self, nodes: Any) -> list[dict[str, float]]:  # noqa: ANN401
        lon, lat = self.roads.lon, self.roads.lat
        return [{"lat": float(lat[v]), "lon": float(lon[v])} for v in nodes]
