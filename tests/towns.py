"""
A grid town small enough to compute by hand, as an OSM file, as tables and as a study.

Twelve junctions in three rows of four, 1 km apart, all at 30 km/h, so a block takes two
minutes. Settlements and services lie on junctions::

    Ciemupe 30 ──── . ──── . ──── Dižķūri 20
        │           │      │          │
        . ───────── . ── pharmacy ─ school B
        │           │      │          │
    Alka 100 ─── school A ─ . ──── Bērzi 50

Two councils share it, West with the two left columns, East with the two right ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from pyproj import Geod

_EARTH = Geod(ellps="WGS84")
WEST, SOUTH = 24.0, 57.0
BLOCK_M = 1000.0
BLOCK_MIN = 2.0
TIMESTAMP = "2024-05-01T00:00:00Z"

# Column and row of each place.
SETTLEMENTS = {
    "Alka": (0, 0, 100),
    "Bērzi": (3, 0, 50),
    "Ciemupe": (0, 2, 30),
    "Dižķūri": (3, 2, 20),
}
SERVICES = {
    "school A": (1, 0, "school"),
    "school B": (3, 1, "school"),
    "pharmacy": (2, 1, "pharmacy"),
}
BLOCKS_TO_SCHOOL = {"Alka": 1, "Bērzi": 1, "Ciemupe": 3, "Dižķūri": 1}
BLOCKS_TO_PHARMACY = {"Alka": 3, "Bērzi": 2, "Ciemupe": 3, "Dižķūri": 2}


def at(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude so many blocks east and north of the corner of the town."""
    lon, lat, _ = _EARTH.fwd(WEST, SOUTH, 0.0, row * BLOCK_M)
    lon, lat, _ = _EARTH.fwd(lon, lat, 90.0, column * BLOCK_M)
    return round(lon, 7), round(lat, 7)


def node(id_: int, lon: float, lat: float, tags: Mapping[str, str] | None = None) -> str:
    """OSM XML of a node."""
    return f'<node id="{id_}" version="1" lon="{lon!r}" lat="{lat!r}">{_tags(tags)}</node>'


def way(id_: int, refs: Iterable[int], tags: Mapping[str, str] | None = None) -> str:
    """OSM XML of a way."""
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{id_}" version="1">{nodes}{_tags(tags)}</way>'


def relation(id_: int, ways: Iterable[int], tags: Mapping[str, str] | None = None) -> str:
    """OSM XML of a relation whose members are outer ways."""
    members = "".join(f'<member type="way" ref="{ref}" role="outer"/>' for ref in ways)
    return f'<relation id="{id_}" version="1">{members}{_tags(tags)}</relation>'


def osm_xml(*elements: str, timestamp: str = TIMESTAMP) -> str:
    """OSM XML document; give nodes first, then ways, then relations."""
    stamp = f" timestamp={quoteattr(timestamp)}" if timestamp else ""
    body = "\n".join(elements)
    return f'<?xml version="1.0"?>\n<osm version="0.6" generator="tests"{stamp}>\n{body}\n</osm>\n'


def write_osm(path: Path, *elements: str) -> Path:
    """Write elements as OSM XML."""
    path.write_text(osm_xml(*elements), encoding="utf-8")
    return path


def write_town(
    path: Path,
    *,
    roads: bool = True,
    settlements: bool = True,
    services: bool = True,
    borders: bool = True,
) -> Path:
    """
    Write the town as OSM XML.

    Parameters
    ----------
    path
        File to write, ``.osm``.
    roads, settlements, services, borders
        Parts to write; each can be left out.
    """
    nodes, ways, relations = _road_parts() if roads else ([], [], [])
    if settlements:
        nodes += [
            node(200 + i, *at(column, row), _settlement_tags(name, people))
            for i, (name, (column, row, people)) in enumerate(SETTLEMENTS.items())
        ]
    if services:
        nodes += [
            node(300 + i, *at(column, row), {"amenity": kind, "name": name})
            for i, (name, (column, row, kind)) in enumerate(SERVICES.items())
        ]
    if borders:
        more = _border_parts()
        nodes, ways, relations = nodes + more[0], ways + more[1], relations + more[2]
    return write_osm(path, *nodes, *ways, *relations)


def _road_parts() -> tuple[list[str], list[str], list[str]]:
    nodes = [node(100 + 10 * r + c, *at(c, r)) for r in range(3) for c in range(4)]
    street = {"highway": "residential", "maxspeed": "30"}
    rows = [way(10 + r, [100 + 10 * r + c for c in range(4)], street) for r in range(3)]
    columns = [way(20 + c, [100 + 10 * r + c for r in range(3)], street) for c in range(4)]
    return nodes, rows + columns, []


def _settlement_tags(name: str, people: int) -> dict[str, str]:
    return {"place": "village", "name": name, "population": str(people)}


def _border_parts() -> tuple[list[str], list[str], list[str]]:
    corners = [(-1, -1), (1.5, -1), (4, -1), (4, 3), (1.5, 3), (-1, 3)]
    nodes = [node(400 + i, *at(*corner)) for i, corner in enumerate(corners)]
    ways = [
        way(40, [401, 404]),
        way(41, [404, 405, 400, 401]),
        way(42, [401, 402, 403, 404]),
    ]
    council = {"type": "boundary", "boundary": "administrative", "admin_level": "8"}
    relations = [
        relation(50, [40, 41], {**council, "name": "West", "ref": "01"}),
        relation(51, [40, 42], {**council, "name": "East", "ref": "02"}),
    ]
    return nodes, ways, relations


def _tags(tags: Mapping[str, str] | None) -> str:
    pairs = (tags or {}).items()
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownStudy:
    """A folder with the roads as OSM, places and borders as tables, and a study of them."""

    folder: Path

    @property
    def roads(self) -> Path:
        return self.folder / "roads.osm"

    @property
    def settlements(self) -> Path:
        return self.folder / "settlements.csv"

    @property
    def services(self) -> Path:
        return self.folder / "services.csv"

    @property
    def borders(self) -> Path:
        return self.folder / "borders.geojson"

    @property
    def study(self) -> Path:
        return self.folder / "study.toml"

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a text that stands in a file."""
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")


STUDY = """\
[study]
title = "Grid town"
cutoff_min = 60

[roads]
path = "roads.osm"

[settlements]
path = "settlements.csv"

[[services]]
path = "services.csv"
kinds = ["school", "pharmacy"]

[territory.before]
path = "borders.geojson"
code = "old"
name = "name"
date = 2021-06-30

[territory.after]
path = "borders.geojson"
code = "new"
name = "name"
date = "2021-07-01"
"""


def write_town_study(folder: Path) -> TownStudy:
    """Write the town into a folder as a study that runs."""
    folder.mkdir(parents=True, exist_ok=True)
    town = TownStudy(folder=folder)
    write_town(town.roads)
    people = [f"V{i},{name},{at(c, r)[0]},{at(c, r)[1]},{n}\n" for i, name, c, r, n in _places()]
    town.settlements.write_text("id,name,lon,lat,population\n" + "".join(people), "utf-8")
    points = [
        f"S{i},{kind},{name},{at(c, r)[0]},{at(c, r)[1]}\n"
        for i, (name, (c, r, kind)) in enumerate(SERVICES.items(), start=1)
    ]
    town.services.write_text("id,kind,name,lon,lat\n" + "".join(points), "utf-8")
    town.borders.write_text(json.dumps(borders_geojson(), ensure_ascii=False), "utf-8")
    town.study.write_text(STUDY, "utf-8")
    return town


def _places() -> list[tuple[int, str, int, int, int]]:
    every = enumerate(SETTLEMENTS.items(), start=1)
    return [(i, name, column, row, people) for i, (name, (column, row, people)) in every]


def borders_geojson() -> dict[str, object]:
    """Two councils, ``old`` 01 and 02, which became ``new`` 1."""
    return {
        "type": "FeatureCollection",
        "features": [
            box_feature((-1, -1), (1.5, 3), {"old": "01", "new": "1", "name": "West"}),
            box_feature((1.5, -1), (4, 3), {"old": "02", "new": "1", "name": "East"}),
        ],
    }


def box_feature(
    south_west: tuple[float, float], north_east: tuple[float, float], columns: dict[str, str]
) -> dict[str, object]:
    """GeoJSON feature of a box, its corners in blocks."""
    (left, low), (right, high) = south_west, north_east
    corners = [(left, low), (right, low), (right, high), (left, high), (left, low)]
    ring = [list(at(*corner)) for corner in corners]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": columns, "geometry": geometry}
