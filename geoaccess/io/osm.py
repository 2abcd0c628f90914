"""
Decode an OpenStreetMap file; judge nothing.

Reads ``.osm.pbf``, ``.osm``, ``.osm.gz`` and ``.osm.bz2`` through pyosmium. What a tag
means for a vehicle is for ``profile.py``, what it means for a service is for
``taxonomy.py``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import InputError, NetworkError
from geoaccess.io.files import require_file
from geoaccess.io.osm_keys import COMMON_KEYS, is_node_key, is_road_key
from geoaccess.units import BoolArray, FloatArray, LongArray

Tags = Mapping[str, str]
# Furniture of the roadside, at which nobody waits.
_IDLE_NODES = {"bus_stop", "street_lamp", "turning_circle", "turning_loop", "motorway_junction"}
# Name under which ways that were left out for where they lie are counted.
OUTSIDE_AREA = "ways_outside_area"
OSM_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".pbf")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRestriction:
    """
    A relation that forbids or prescribes a turn.

    Attributes
    ----------
    id
        OSM id.
    tags
        As the file has them.
    members
        Type (``n``, ``w``, ``r``), OSM id and role of each, in order.
    """

    id: int
    tags: Tags
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawRoads:
    """
    Ways that could be roads or ferries, as the file has them.

    Attributes
    ----------
    way_id
        OSM ids, shape (n_ways,).
    tags
        Tags of each way that say how it may be used; ways with the same tags share them.
    first
        Nodes of way w are ``first[w]`` to ``first[w + 1]`` of the arrays below.
    node_id, lon, lat
        OSM ids and degrees; NaN where the node is missing from the file.
    timestamp
        Date of the data, ISO 8601, or empty.
    node_tags
        Tags of nodes that may hold up a vehicle, by OSM id.
    restrictions
        Turn restrictions.
    speed_kmh
        Driven speed of each way where its source states one, NaN elsewhere; or None.
    blocked
        Whether nobody passes from each node to the next, shape (n_way_nodes,); or None.
    counts
        What was left out or closed before any vehicle was asked, by name.
    """

    way_id: LongArray
    tags: list[Tags]
    first: LongArray
    node_id: LongArray
    lon: FloatArray
    lat: FloatArray
    timestamp: str
    node_tags: Mapping[int, Tags] = field(default_factory=dict)
    restrictions: tuple[RawRestriction, ...] = ()
    speed_kmh: FloatArray | None = None
    blocked: BoolArray | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPlace:
    """
    A tagged node, or an area reduced to a point inside it.

    Attributes
    ----------
    id
        ``n``, ``w`` or ``r`` and the OSM id.
    lon, lat
        Degrees.
    tags
        As the file has them.
    area
        The polygon in EPSG:4326, or None for a node.
    """

    id: str
    lon: float
    lat: float
    tags: Tags
    area: BaseGeometry | None = None


def is_osm_path(path: Path) -> bool:
    """Whether a file name looks like OpenStreetMap data."""
    return path.name.lower().endswith(OSM_SUFFIXES)


def osm_timestamp(path: Path) -> str:
    """Date of the data as the header of the file states it, or empty."""
    with readable(path):
        reader = osmium.io.Reader(str(path), osmium.osm.NOTHING)
        header = reader.header()
        stamp = str(header.get("osmosis_replication_timestamp", ""))
        stamp = stamp or str(header.get("timestamp", ""))
        reader.close()
    return stamp


def read_roads(
    path: Path,
    *,
    keys: Iterable[str] = (),
    bounds: tuple[float, float, float, float] | None = None,
) -> RawRoads:
    """
    Ways with a ``highway`` tag, and ferries; what stands on them; turn restrictions.

    Parameters
    ----------
    path
        An OSM file.
    keys
        Tag keys to keep besides those that say how a way may be used.
    bounds
        West, south, east and north edge, degrees: ways wholly outside are counted and
        forgotten at once, so that a town out of a continent takes a town's memory.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM.
    NetworkError
        If it has no such way.
    """
    decoded = _Decoded(frozenset(keys), bounds)
    wanted = osmium.filter.KeyFilter("highway", "route", "barrier", "ford", "railway", "type")
    with readable(path):
        things: Any = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION)
            .with_locations()
            .with_filter(wanted)
        )
        for thing in things:
            decoded.take(thing)
    if not len(decoded.way_id) and not decoded.outside:
        msg = f"{path} has no roads (no way with a highway tag); give a file with roads"
        raise NetworkError(msg)
    return decoded.roads(osm_timestamp(path))


class _Keeps(dict[str, bool]):
    """Whether the tags of a key are kept; each key is judged once."""

    def __init__(self, keys: frozenset[str]) -> None:
        super().__init__(dict.fromkeys(keys, True))

    def __missing__(self, key: str) -> bool:
        kept = self[key] = is_road_key(key)
        return kept


class _Decoded:
    """What was read so far; ways with equal tags share one set of them."""

    def __init__(
        self, keys: frozenset[str], bounds: tuple[float, float, float, float] | None
    ) -> None:
        self.outside = 0
        self._bounds = bounds
        self.way_id, self.first = array("q"), array("q", [0])
        self.node_id, self.lon_lat = array("q"), array("d")
        self._keeps = _Keeps(keys)
        self._tags: list[Tags] = []
        self._shared: dict[frozenset[tuple[str, str]], Tags] = {}
        self._node_tags: dict[int, Tags] = {}
        self._restrictions: list[RawRestriction] = []
        self._wkb = osmium.geom.WKBFactory()

    def take(self, thing: Any) -> None:  # noqa: ANN401 - pyosmium objects have no types
        if thing.is_way():
            self._take_way(thing)
        elif thing.is_node():
            self._take_node(thing)
        elif thing.tags.get("type") == "restriction":
            members = tuple((member.type, member.ref, member.role) for member in thing.members)
            self._restrictions.append(
                RawRestriction(id=thing.id, tags=dict(thing.tags), members=members)
            )

    def _take_way(self, way: Any) -> None:  # noqa: ANN401
        keeps, get = self._keeps, way.tags.get
        pairs: Any = [(key, value) for key in COMMON_KEYS if (value := get(key)) is not None]
        if len(pairs) < len(way.tags):
            pairs = way.tags
        tags = self._shared_tags(frozenset([pair for pair in pairs if keeps[pair[0]]]))
        if "highway" not in tags and tags.get("route") != "ferry":
            return
        start = len(self.lon_lat)
        self._take_places(way)
        if self._bounds is not None and self._is_outside(self.lon_lat[start:], self._bounds):
            self.outside += 1
            del self.lon_lat[start:]
            return
        self.way_id.append(way.id)
        self._tags.append(tags)
        nodes = way.nodes
        self.node_id.extend([nodes[i].ref for i in range(len(nodes))])
        self.first.append(len(self.node_id))

    def _take_places(self, way: Any) -> None:  # noqa: ANN401
        try:
            # One call for all nodes of a way; 9 bytes of head, then pairs of doubles.
            line = self._wkb.create_linestring(way, osmium.geom.use_nodes.ALL)
            self.lon_lat.frombytes(bytes.fromhex(line)[9:])
        except (RuntimeError, osmium.InvalidLocationError):
            for node in way.nodes:
                here = node.location.valid()
                self.lon_lat.extend((node.lon, node.lat) if here else (np.nan, np.nan))

    @staticmethod
    def _is_outside(lon_lat: array[float], bounds: tuple[float, float, float, float]) -> bool:
        """Whether all nodes lie beyond one edge; a way with missing nodes does not."""
        west, south, east, north = bounds
        lon, lat = lon_lat[::2], lon_lat[1::2]
        return bool(lon) and (
            all(x < west for x in lon)
            or all(x > east for x in lon)
            or all(y < south for y in lat)
            or all(y > north for y in lat)
        )

    def _take_node(self, node: Any) -> None:  # noqa: ANN401
        told = {tag.k: tag.v for tag in node.tags if is_node_key(tag.k)}
        railway = told.get("railway")
        halts = "barrier" in told or "ford" in told or railway == "level_crossing"
        if halts or told.get("highway", "bus_stop") not in _IDLE_NODES:
            self._node_tags[node.id] = self._shared_tags(frozenset(told.items()))

    def _shared_tags(self, kept: frozenset[tuple[str, str]]) -> Tags:
        shared = self._shared.get(kept)
        if shared is None:
            shared = self._shared[kept] = dict(sorted(kept))
        return shared

    def roads(self, timestamp: str) -> RawRoads:
        node_id = np.array(self.node_id)
        lon_lat = np.array(self.lon_lat).reshape(-1, 2)
        tagged = np.fromiter(self._node_tags, np.int64, len(self._node_tags))
        used = tagged[np.isin(tagged, node_id)].tolist()
        return RawRoads(
            way_id=np.array(self.way_id),
            tags=self._tags,
            first=np.array(self.first),
            node_id=node_id,
            lon=np.ascontiguousarray(lon_lat[:, 0]),
            lat=np.ascontiguousarray(lon_lat[:, 1]),
            timestamp=timestamp,
            node_tags={id_: self._node_tags[id_] for id_ in used},
            restrictions=tuple(self._restrictions),
            counts={} if self._bounds is None else {OUTSIDE_AREA: self.outside},
        )


def read_tagged_nodes(path: Path, *, key: str) -> Iterator[RawPlace]:
    """
    Nodes that carry a key, in the order of the file.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM.
    """
    with readable(path):
        nodes: Any = osmium.FileProcessor(str(path), osmium.osm.NODE)
        for node in nodes.with_filter(osmium.filter.KeyFilter(key)):
            yield RawPlace(id=f"n{node.id}", lon=node.lon, lat=node.lat, tags=dict(node.tags))


def read_tagged_places(path: Path, *, keys: tuple[str, ...]) -> Iterator[RawPlace]:
    """
    Nodes and areas that carry any of the keys; an area stands for a point inside it.

    Parameters
    ----------
    path
        An OSM file.
    keys
        Tag keys, any of which is enough.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM.
    """
    wanted = osmium.filter.KeyFilter(*keys)
    with readable(path):
        things: Any = osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(wanted)
        for thing in things:
            if thing.is_node():
                yield RawPlace(
                    id=f"n{thing.id}", lon=thing.lon, lat=thing.lat, tags=dict(thing.tags)
                )
            elif thing.is_area():
                place = _area(thing)
                if place is not None:
                    yield place


def read_boundaries(path: Path, *, admin_level: int) -> Iterator[RawPlace]:
    """
    Administrative areas of one level, with their polygons.

    Parameters
    ----------
    path
        An OSM file.
    admin_level
        Value of the ``admin_level`` tag, for example 8 for councils.
    """
    administrative = osmium.filter.TagFilter(("boundary", "administrative"))
    with readable(path):
        areas: Any = osmium.FileProcessor(str(path)).with_areas(administrative)
        for thing in areas.with_filter(osmium.filter.TagFilter(("boundary", "administrative"))):
            if thing.is_area() and thing.tags.get("admin_level") == str(admin_level):
                place = _area(thing)
                if place is not None:
                    yield place


def _area(thing: Any) -> RawPlace | None:  # noqa: ANN401 - pyosmium objects have no types
    try:
        wkb = osmium.geom.WKBFactory().create_multipolygon(thing)
    except RuntimeError:  # a ring with missing nodes: there is no polygon to be had
        return None
    polygon = shapely.from_wkb(wkb)
    point = shapely.point_on_surface(polygon)
    return RawPlace(
        id=f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}",
        lon=float(point.x),
        lat=float(point.y),
        tags=dict(thing.tags),
        area=polygon,
    )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what pyosmium says about a bad file into one line that says how to mend it."""
    require_file(path)
    if not is_osm_path(path):
        msg = f"{path} is not an OpenStreetMap file; give .osm.pbf, .osm, .osm.gz or .osm.bz2"
        raise InputError(msg)
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        mend = "sort it by type and id" if "out of order" in str(error) else "fetch it again"
        msg = f"{path} cannot be read as OSM data ({error}); {mend}"
        raise InputError(msg) from error
