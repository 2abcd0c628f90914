"""Write roads as an OpenStreetMap file in which everything says synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium
import shapely
from demo_region.plane import FloatArray, IntArray
from demo_region.roads import PRIMARY, SECONDARY, TERTIARY, Roads, street_patch
from demo_region.streets import Chain, make_chains
from numpy.typing import NDArray
from osmium.osm import mutable

from latvia.network import Grown
from latvia.plane import to_lonlat
from latvia.side_roads import SideRoads

GENERATOR = "geoaccess make_latvia (synthetic roads over real land)"
STAMP = datetime(2021, 7, 1, tzinfo=UTC)
SYNTHETIC = "synthetic"
HIGHWAY = {PRIMARY: "primary", SECONDARY: "secondary", TERTIARY: "tertiary"}
# Legal limits; on lesser roads no sign stands, and a profile's own speed holds.
TOWN_KMH, ASPHALT_KMH, GRAVEL_KMH = "50", "90", "80"
DEGREE = 10**7  # units of a coordinate in an OSM file


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines:
    """
    Drawn lines as numbered nodes.

    Attributes
    ----------
    lonlat
        Nodes, 1e-7 degrees, shape (k, 2); node number i has id i + 1.
    refs
        Node of every point of every line, shape (p,).
    first
        Where each line starts in `refs`, and the end of the last, shape (m + 1,).
    """

    lonlat: IntArray
    refs: IntArray
    first: IntArray

    def of(self, line: int) -> IntArray:
        """Nodes of one line, first to last."""
        return self.refs[self.first[line] : self.first[line + 1]]


def write_roads(grown: Grown, side: SideRoads, path: Path) -> tuple[int, int]:
    """
    Write public and side roads, sorted by type and id.

    Parameters
    ----------
    grown
        Public roads.
    side
        Tracks and service roads besides.
    path
        File to make or replace; its folder exists.

    Returns
    -------
    Numbers of nodes and of ways.
    """
    lines = _numbered(np.concatenate([grown.drawn, side.drawn]))
    chains = make_chains(grown.roads, stops=[])
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    west, south = lines.lonlat.min(axis=0) / DEGREE
    east, north = lines.lonlat.max(axis=0) / DEGREE
    header.add_box(osmium.osm.Box(west, south, east, north))
    n_ways = 0
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for node in _nodes(lines):
            writer.add_node(node)
        for way in _ways(grown, side, chains, lines):
            writer.add_way(way)
            n_ways += 1
    return len(lines.lonlat), n_ways


def _numbered(drawn: NDArray[np.object_]) -> Lines:
    """Give points at one place one number, so that lines meet there."""
    xy, line = shapely.get_coordinates(drawn, return_index=True)
    places = np.round(to_lonlat(xy) * DEGREE).astype(np.int64)
    lonlat, refs = np.unique(places, axis=0, return_inverse=True)
    first = np.searchsorted(line, np.arange(len(drawn) + 1))
    return Lines(lonlat=lonlat, refs=refs.ravel(), first=first)


def _nodes(lines: Lines) -> Iterator[mutable.Node]:
    degrees: FloatArray = lines.lonlat / DEGREE
    for number, place in enumerate(degrees.tolist(), start=1):
        yield mutable.Node(id=number, version=1, timestamp=STAMP, location=tuple(place))


def _ways(
    grown: Grown, side: SideRoads, chains: list[Chain], lines: Lines
) -> Iterator[mutable.Way]:
    patch = street_patch(grown.roads)
    for number, chain in enumerate(chains, start=1):
        edge = int(chain.edges[0])
        tags = _road_tags(grown.roads, edge, in_place=bool(patch[edge] >= 0))
        yield _way(number, _chain_refs(chain, lines), tags)
    for k, tags in enumerate(side.tags()):
        yield _way(len(chains) + k + 1, lines.of(len(grown.drawn) + k), tags)


def _way(number: int, refs: IntArray, tags: dict[str, str]) -> mutable.Way:
    told = {**tags, "note": SYNTHETIC}
    ids = (refs[np.append(True, refs[1:] != refs[:-1])] + 1).tolist()
    return mutable.Way(id=number, version=1, timestamp=STAMP, nodes=ids, tags=told)


def _chain_refs(chain: Chain, lines: Lines) -> IntArray:
    pieces = [
        lines.of(int(edge))[::-1] if flipped else lines.of(int(edge))
        for edge, flipped in zip(chain.edges, chain.flipped, strict=True)
    ]
    return np.concatenate(pieces)


def _road_tags(roads: Roads, edge: int, *, in_place: bool) -> dict[str, str]:
    rank, paved = int(roads.rank[edge]), bool(roads.paved[edge])
    tags = {
        "highway": HIGHWAY.get(rank, "residential" if in_place else "unclassified"),
        "surface": "asphalt" if paved else "gravel",
        "name": SYNTHETIC,
        "zone:traffic": "LV:urban" if in_place else "LV:rural",
    }
    if rank and in_place:
        tags["maxspeed"] = TOWN_KMH
    elif rank >= SECONDARY:
        tags["maxspeed"] = ASPHALT_KMH if paved else GRAVEL_KMH
    return tags
