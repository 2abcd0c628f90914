"""Write the region as OSM objects into a PBF file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely
from osmium.osm import mutable
from shapely.geometry import LineString, Polygon

from demo_region.land import dissolve
from demo_region.names import LAKE_NAME, RIVER_NAME
from demo_region.plane import FloatArray, polygon_to_lonlat, to_lonlat
from demo_region.region import Region
from demo_region.services import Service

GENERATOR = "geoaccess demo (synthetic)"
STAMP = datetime(2021, 7, 1, tzinfo=UTC)
ADMIN_LEVEL = "5"
SYNTHETIC = {"note": "synthetic"}
SERVICE_TAGS = {
    "school": {"amenity": "school"},
    "kindergarten": {"amenity": "kindergarten"},
    "family_doctor": {"amenity": "doctors", "healthcare": "doctor"},
    "hospital": {"amenity": "hospital", "healthcare": "hospital"},
    "pharmacy": {"amenity": "pharmacy"},
    "library": {"amenity": "library"},
    "fire_station": {"amenity": "fire_station"},
    "ambulance_station": {"emergency": "ambulance_station"},
    "social_service": {"amenity": "social_facility", "social_facility": "outreach"},
    "town_hall": {"amenity": "townhall"},
}
CAPACITY_TAGS = {"school": "capacity", "kindergarten": "capacity", "hospital": "beds"}
GROUNDS_M = {"school": (70.0, 50.0), "hospital": (160.0, 110.0)}
BUILDING_M = (32.0, 18.0)

Tags = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Objects in a file, by type."""

    nodes: int
    ways: int
    relations: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Draft:
    """Objects in the making; ids are positions plus one."""

    nodes: list[tuple[float, float, Tags]]
    ways: list[tuple[list[int], Tags]]
    relations: list[tuple[list[tuple[str, int, str]], Tags]]
    shared: dict[tuple[float, float], int]

    def point(self, lonlat: FloatArray, tags: Tags) -> None:
        """Add a node of its own."""
        self.nodes.append((float(lonlat[0]), float(lonlat[1]), tags))

    def line(self, lonlat: FloatArray, tags: Tags) -> int:
        """Add a way that shares nodes with every way through the same places; return its id."""
        refs: list[int] = []
        for lon, lat in lonlat.tolist():
            if (lon, lat) not in self.shared:
                self.nodes.append((lon, lat, {}))
                self.shared[lon, lat] = len(self.nodes)
            refs.append(self.shared[lon, lat])
        distinct = [refs[0], *[b for a, b in pairwise(refs) if a != b]]
        self.ways.append((distinct, tags))
        return len(self.ways)

    def area(self, polygon: Polygon, tags: Tags, *, rings: dict[bytes, int]) -> None:
        """Add a multipolygon or boundary relation over closed ways, each ring drawn once."""
        members: list[tuple[str, int, str]] = []
        for role, ring in (
            ("outer", polygon.exterior),
            *(("inner", hole) for hole in polygon.interiors),
        ):
            shape = shapely.normalize(Polygon(ring))
            if shape.wkb not in rings:
                rings[shape.wkb] = self.line(shapely.get_coordinates(shape.exterior), {})
            members.append(("w", rings[shape.wkb], role))
        self.relations.append((members, tags))


def write_osm(region: Region, path: Path) -> Counts:
    """
    Write roads, places, services, water and borders, sorted by type and id.

    Parameters
    ----------
    region
        What to write.
    path
        File to make or replace; its folder exists.

    Returns
    -------
    Objects written.
    """
    draft = _Draft(nodes=[], ways=[], relations=[], shared={})
    for way in region.ways:
        draft.line(to_lonlat(way.xy), way.tags)
    _add_services(draft, region.services)
    _add_water(draft, region)
    _add_borders(draft, region)
    _add_places(draft, region)
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    west, south, east, north = shapely.total_bounds([unit.outline for unit in region.country.units])
    header.add_box(osmium.osm.Box(west, south, east, north))
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for node in _nodes(draft):
            writer.add_node(node)
        for line in _ways(draft):
            writer.add_way(line)
        for relation in _relations(draft):
            writer.add_relation(relation)
    return Counts(nodes=len(draft.nodes), ways=len(draft.ways), relations=len(draft.relations))


def _nodes(draft: _Draft) -> Iterator[mutable.Node]:
    for number, (lon, lat, tags) in enumerate(draft.nodes, start=1):
        yield mutable.Node(id=number, version=1, timestamp=STAMP, location=(lon, lat), tags=tags)


def _ways(draft: _Draft) -> Iterator[mutable.Way]:
    for number, (refs, tags) in enumerate(draft.ways, start=1):
        yield mutable.Way(id=number, version=1, timestamp=STAMP, nodes=refs, tags=tags)


def _relations(draft: _Draft) -> Iterator[mutable.Relation]:
    for number, (members, tags) in enumerate(draft.relations, start=1):
        yield mutable.Relation(id=number, version=1, timestamp=STAMP, members=members, tags=tags)


def _add_places(draft: _Draft, region: Region) -> None:
    lonlat = to_lonlat(region.settlements.xy)
    for k, name in enumerate(region.settlement_names):
        tags = {
            "place": region.settlements.kind[k],
            "name": name,
            "population": str(region.settlements.population[k]),
        }
        draft.point(lonlat[k], tags | SYNTHETIC)


def _add_services(draft: _Draft, services: Iterable[Service]) -> None:
    for service in services:
        tags = SERVICE_TAGS[service.kind] | {"name": service.name}
        if service.capacity and service.kind in CAPACITY_TAGS:
            tags[CAPACITY_TAGS[service.kind]] = str(service.capacity)
        if service.grades:
            tags["grades"] = service.grades
        if service.as_area:
            grounds = service.kind in GROUNDS_M
            corners = _rectangle(service.xy, GROUNDS_M.get(service.kind, BUILDING_M))
            draft.line(corners, tags if grounds else tags | {"building": "public"})
        if service.as_point:
            aside = np.array([9.0, 4.0]) if service.as_area else np.zeros(2)
            draft.point(to_lonlat((service.xy + aside)[None])[0], tags)


def _rectangle(xy: FloatArray, size_m: tuple[float, float]) -> FloatArray:
    turn = float(xy.sum()) % np.pi  # any angle will do, as long as it is the same next time
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * np.array(size_m) / 2.0
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return to_lonlat(xy + corners @ spin)


def _add_water(draft: _Draft, region: Region) -> None:
    water = region.country.water
    tags = {"name": RIVER_NAME} | SYNTHETIC
    for part in shapely.get_parts([water.river.intersection(region.country.land)]):
        draft.line(_degrees(part), {"waterway": "river"} | tags)
    lake = polygon_to_lonlat(water.lake, decimals=7)
    tags = {"type": "multipolygon", "natural": "water", "water": "lake", "name": LAKE_NAME}
    draft.area(lake, tags | SYNTHETIC, rings={})


def _degrees(line: LineString) -> FloatArray:
    return to_lonlat(shapely.get_coordinates(line))


def _add_borders(draft: _Draft, region: Region) -> None:
    rings: dict[bytes, int] = {}
    for k, municipality in enumerate(region.country.after):
        outlines = [unit.outline for unit in region.country.units if unit.after == k]
        whole = dissolve(np.array(outlines, dtype=object))
        tags = {
            "type": "boundary",
            "boundary": "administrative",
            "admin_level": ADMIN_LEVEL,
            "name": municipality.name,
            "ref": municipality.code,
        }
        draft.area(whole, tags | SYNTHETIC, rings=rings)
