"""The demo region made anew, and its roads as a directed graph in metres."""

from __future__ import annotations

import csv
import importlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).resolve().parents[2]
PLANE = Transformer.from_crs(
    "EPSG:4326", "+proj=tmerc +lat_0=57.3 +lon_0=20.1 +datum=WGS84 +units=m", always_xy=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmWay:
    tags: dict[str, str]
    nodes: list[int]
    line: shapely.LineString

    @property
    def is_drivable(self) -> bool:
        open_road = self.tags.get("highway", "track") != "track"
        return open_road and self.tags.get("access") != "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Osm:
    nodes: dict[int, tuple[float, float]]
    points: list[tuple[dict[str, str], shapely.Point]]
    ways: list[OsmWay]
    relations: list[tuple[dict[str, str], list[tuple[str, int, str]]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drive:
    """Arcs of every drivable way (ferries too, if asked), over node positions."""

    ids: NDArray[np.int64]
    xy: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]

    def pieces(self, *, strong: bool) -> NDArray[np.int64]:
        graph = csr_matrix(
            (np.ones(len(self.tail)), (self.tail, self.head)), shape=(len(self.ids),) * 2
        )
        _, piece = connected_components(
            graph, directed=True, connection="strong" if strong else "weak"
        )
        return piece.astype(np.int64)

    def in_main(self) -> NDArray[np.bool_]:
        piece = self.pieces(strong=True)
        return np.asarray(piece == np.bincount(piece).argmax())


def to_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = PLANE.transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([x, y])


def read_osm(path: Path) -> Osm:
    nodes: dict[int, tuple[float, float]] = {}
    points: list[tuple[dict[str, str], shapely.Point]] = []
    ways: list[OsmWay] = []
    relations: list[tuple[dict[str, str], list[tuple[str, int, str]]]] = []
    for thing in osmium.FileProcessor(str(path)):
        tags = dict(thing.tags)
        if isinstance(thing, osmium.osm.Node):
            nodes[thing.id] = (thing.lon, thing.lat)
            if tags:
                points.append((tags, shapely.Point(to_metres(np.array([nodes[thing.id]]))[0])))
        elif isinstance(thing, osmium.osm.Way):
            refs = [node.ref for node in thing.nodes]
            line = shapely.LineString(to_metres(np.array([nodes[ref] for ref in refs])))
            ways.append(OsmWay(tags=tags, nodes=refs, line=line))
        elif isinstance(thing, osmium.osm.Relation):
            relations.append((tags, [(m.type, m.ref, m.role) for m in thing.members]))
    return Osm(nodes=nodes, points=points, ways=ways, relations=relations)


def drive_of(osm: Osm, *, ferry: bool = False) -> Drive:
    pairs: list[tuple[int, int]] = []
    for way in osm.ways:
        if way.is_drivable or (ferry and way.tags.get("route") == "ferry"):
            steps = list(zip(way.nodes, way.nodes[1:], strict=False))
            one_way = way.tags.get("oneway") == "yes" or way.tags.get("junction") == "roundabout"
            pairs += steps if one_way else steps + [(b, a) for a, b in steps]
    ids, arcs = np.unique(np.array(pairs, dtype=np.int64), return_inverse=True)
    tail, head = arcs.reshape(-1, 2).T
    xy = to_metres(np.array([osm.nodes[int(node)] for node in ids]))
    return Drive(ids=ids, xy=xy, tail=tail, head=head)


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def write_region() -> Callable[..., list[str]]:
    """The script's own function; its package is found beside it, as when it is run."""
    folder = str(ROOT / "scripts")
    if folder not in sys.path:
        sys.path.append(folder)
    function: Callable[..., list[str]] = importlib.import_module("make_demo_region").write_region
    return function


@pytest.fixture(scope="session")
def made(write_region: Callable[..., list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("region")
    write_region(out)
    return out


@pytest.fixture(scope="session")
def osm(made: Path) -> Osm:
    return read_osm(made / "roads/demo.osm.pbf")


@pytest.fixture(scope="session")
def units(made: Path) -> list[dict[str, Any]]:
    """Properties of each unit, with its outline in degrees as `shape`."""
    features = json.loads((made / "boundaries/demo_units.geojson").read_text("utf-8"))["features"]
    return [
        feature["properties"] | {"shape": shapely.from_geojson(json.dumps(feature["geometry"]))}
        for feature in features
    ]


@pytest.fixture(scope="session")
def settlements(made: Path) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read_rows(made / "boundaries/demo_settlements.csv")}


@pytest.fixture(scope="session")
def odd_points(
    made: Path, settlements: dict[str, dict[str, str]]
) -> dict[str, list[shapely.Point]]:
    """Settlements of each hard case, in metres."""
    kinds = json.loads((made / "boundaries/demo_oddities.json").read_text("utf-8"))
    return {
        kind: [
            shapely.Point(
                PLANE.transform(float(settlements[k]["lon"]), float(settlements[k]["lat"]))
            )
            for k in ids
        ]
        for kind, ids in kinds.items()
    }
