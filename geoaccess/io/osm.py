"""
Decode an OpenStreetMap file; judge nothing.

Reads ``.osm.pbf``, ``.osm``, ``.osm.gz`` and ``.osm.bz2`` through pyosmium. What a tag
means for a vehicle is for ``profile.py``, what it means for a service is for
``taxonomy.py``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import InputError, NetworkError
from geoaccess.io.files import require_file
from geoaccess.units import FloatArray, LongArray

Tags = Mapping[str, str]
OSM_SUFFIXES = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".pbf")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawRoads:
    """
    Ways that could be roads or ferries, as the file has them.

    Attributes
    ----------
    way_id
        OSM ids, shape (n_ways,).
    tags
        Tags of each way.
    first
        Nodes of way w are ``first[w]`` to ``first[w + 1]`` of the arrays below.
    node_id, lon, lat
        OSM ids and degrees; NaN where the node is missing from the file.
    timestamp
        Date of the data, ISO 8601, or empty.
    """

    way_id: LongArray
    tags: list[Tags]
    first: LongArray
    node_id: LongArray
    lon: FloatArray
    lat: FloatArray
    timestamp: str


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
    with _readable(path):
        reader = osmium.io.Reader(str(path), osmium.osm.NOTHING)
        header = reader.header()
        stamp = str(header.get("osmosis_replication_timestamp", ""))
        stamp = stamp or str(header.get("timestamp", ""))
        reader.close()
    return stamp


def read_roads(path: Path) -> RawRoads:
    """
    Ways with a ``highway`` tag, and ferries.

    Parameters
    ----------
    path
        An OSM file.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM.
    NetworkError
        If it has no such way.
    """
    way_id, first, node_id = array("q"), array("q", [0]), array("q")
    lon, lat = array("d"), array("d")
    tags: list[Tags] = []
    with _readable(path):
        ways: Any = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway", "route"))
        )
        for way in ways:
            if "highway" not in way.tags and way.tags.get("route") != "ferry":
                continue
            way_id.append(way.id)
            tags.append(dict(way.tags))
            for node in way.nodes:
                node_id.append(node.ref)
                here = node.location.valid()
                lon.append(node.lon if here else np.nan)
                lat.append(node.lat if here else np.nan)
            first.append(len(node_id))
        if not len(way_id):
            msg = f"{path} has no roads (no way with a highway tag); give a file with roads"
            raise NetworkError(msg)
    return RawRoads(
        way_id=np.array(way_id),
        tags=tags,
        first=np.array(first),
        node_id=np.array(node_id),
        lon=np.array(lon),
        lat=np.array(lat),
        timestamp=osm_timestamp(path),
    )


def read_tagged_nodes(path: Path, *, key: str) -> Iterator[RawPlace]:
    """
    Nodes that carry a key, in the order of the file.

    Raises
    ------
    InputError
        If the file is missing, cut short or not OSM.
    """
    with _readable(path):
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
    with _readable(path):
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
    with _readable(path):
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
def _readable(path: Path) -> Iterator[None]:
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
