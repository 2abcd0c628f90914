"""
Valhalla's side; runs in an environment of its own, where geoaccess is not.

Usage: ``python peer.py FOLDER PBF < questions.json > answers.json``. Standard library and
pyvalhalla only.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import valhalla  # lives in the environment of the peer only

_WAYS = {"attributes": ["edge.way_id"], "action": "include"}
_METRES_PER_KM = 1000
_FARTHEST_M = 1_000_000


def main() -> None:
    """Build tiles, then answer."""
    folder, roads = Path(sys.argv[1]), sys.argv[2]
    asked = json.load(sys.stdin)
    actor = valhalla.Actor(_tiles(folder, roads))
    told = {
        "version": valhalla.__version__,
        "shortest": [_route(actor, pair, _costing(shortest=True)) for pair in asked["pairs"]],
        "default": [_route(actor, pair, _costing(shortest=False)) for pair in asked["pairs"]],
        "areas": [_areas(actor, at, asked) for at in asked["places"]],
    }
    json.dump(told, sys.stdout)


def _tiles(folder: Path, roads: str) -> dict[str, Any]:
    tiles = folder / "tiles"
    tiles.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = valhalla.get_config(
        tile_dir=str(tiles), tile_extract="", verbose=False
    )
    config["service_limits"]["allow_hard_exclusions"] = True
    # Else it leaves out small roads far from both ends, and the way is not the shortest.
    config["service_limits"]["max_distance_disable_hierarchy_culling"] = _FARTHEST_M
    path = folder / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    done = subprocess.run(
        [str(program), "-c", str(path), roads], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"valhalla_build_tiles failed: {done.stderr[-500:]}")
    return config


def _costing(*, shortest: bool) -> dict[str, Any]:
    chosen = {"shortest": True, "disable_hierarchy_pruning": True} if shortest else {}
    return {"costing": "auto", "costing_options": {"auto": {"exclude_ferries": True, **chosen}}}


def _at(lon: float, lat: float) -> dict[str, float]:
    return {"lon": lon, "lat": lat}


def _route(actor: Any, pair: list[list[float]], costing: dict[str, Any]) -> dict[str, Any] | None:  # noqa: ANN401
    try:
        trip = actor.route({"locations": [_at(*one) for one in pair], **costing})["trip"]
    except valhalla.ValhallaError:
        return None
    told = {
        "length_m": trip["summary"]["length"] * _METRES_PER_KM,
        "time_s": trip["summary"]["time"],
        "ways": [],
    }
    if costing["costing_options"]["auto"].get("shortest"):
        told["ways"] = _ways(actor, trip["legs"][0]["shape"])
    return told


def _ways(actor: Any, shape: str) -> list[int]:  # noqa: ANN401
    # The way is given here, so how to search for one is left out; it stops the program.
    plain = {"costing": "auto", "costing_options": {"auto": {"shortest": True}}}
    asked = {"encoded_polyline": shape, "shape_match": "walk_or_snap", "filters": _WAYS, **plain}
    try:
        return [int(edge["way_id"]) for edge in actor.trace_attributes(asked)["edges"]]
    except valhalla.ValhallaError:
        return []


def _areas(actor: Any, at: list[float], asked: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Areas within each distance by the shortest way, and within each time by the fastest."""
    return {
        kind: {
            str(value): actor.isochrone(
                {
                    "locations": [_at(*at)],
                    "contours": [{kind: value}],
                    "polygons": True,
                    "denoise": 0,
                    "generalize": 0,
                    **_costing(shortest=kind == "distance"),
                }
            )["features"][0]["geometry"]
            for value in values
        }
        for kind, values in asked["contours"].items()
    }


if __name__ == "__main__":
    main()
