"""A network from a graph that osmnx made."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import Transformer

from geoaccess.errors import DataWarning, InputError, NetworkError, some_ids
from geoaccess.io.build import build_network
from geoaccess.io.lines import GRID, raw_roads, tag_text, tags_of
from geoaccess.io.osm import Tags
from geoaccess.io.osm_keys import is_node_key
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from geoaccess.model.profile import Profile
from geoaccess.units import FloatArray, LongArray

if TYPE_CHECKING:
    import networkx as nx

# Of several values of a simplified edge, those that the judge reads as a list, and knows
# to take the slowest of.
_LISTS = {"surface", "maxspeed", "maxspeed:forward", "maxspeed:backward"}
_ACCESS = ("no", "private", "permit", "delivery", "customers", "destination")
_STRICTNESS = {word: rank for rank, word in enumerate(_ACCESS)}


def read_network_osmnx(
    graph: nx.MultiDiGraph[Any], *, profile: str | Path | Profile = "car"
) -> Network:
    """
    Take the roads of an osmnx graph, to be driven as those of an OSM file are.

    An edge and its mirror image are one road in both directions; an edge without one is a
    one-way road. A graph that is not simplified, with the tags that geoaccess reads among
    ``osmnx.settings.useful_tags_way`` (``surface`` above all), gives the same times as the
    file it came from, but for turn restrictions, which osmnx does not keep, and ferries,
    which it keeps only if it is asked for them.

    Where simplification has put several values on one edge, the strictest counts for all
    of it: the slowest class (none that the vehicle may not use), surface and limit, the
    narrowest access; of other keys the value that sorts first.

    Parameters
    ----------
    graph
        Nodes with ``x`` and ``y``, edges with ``osmid`` and tags, and a ``crs``.
    profile
        Name of a bundled vehicle profile, path of a TOML file, or a profile.

    Warns
    -----
    DataWarning
        That turn restrictions are absent, and ferries or surfaces if no edge has them.

    Raises
    ------
    InputError
        If nodes have no place or the graph has no CRS.
    NetworkError
        If no road is open to the vehicle.

    Examples
    --------
    >>> import networkx, warnings
    >>> graph = networkx.MultiDiGraph(crs="EPSG:4326")
    >>> graph.add_node(1, x=24.0, y=57.0)
    >>> graph.add_node(2, x=24.1, y=57.0)
    >>> for u, v in [(1, 2), (2, 1)]:
    ...     _ = graph.add_edge(u, v, osmid=7, highway="tertiary", surface="gravel", oneway=False)
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     read_network_osmnx(graph).n_arcs
    2
    """
    chosen = read_profile(profile)
    places = _places(graph)
    ways = _chained(_ways(graph, chosen, places))
    if not ways:
        msg = "the graph has no edges of roads; give a graph of roads"
        raise NetworkError(msg)
    _warn(ways)
    number = {name: rank for rank, name in enumerate(places, start=1)}
    if all(isinstance(name, int | np.integer) for name in places):
        number = {name: int(name) for name in places}
    ids = _node_ids(ways, number)
    roads = raw_roads(
        [way.all_tags() for way in ways],
        [way.line for way in ways],
        way_id=[way.id for way in ways],
        node_id=ids,
        node_tags=_node_tags(graph, number),
    )
    return build_network(roads, profile=chosen, path="osmnx graph")


@dataclass(slots=True, kw_only=True, eq=False)
class _Way:
    """A road of the graph: nodes, None at bends; directions are those of its edges."""

    id: int
    nodes: list[Any]
    line: FloatArray
    tags: dict[str, str]
    directions: set[bool] = field(default_factory=set)

    def all_tags(self) -> Tags:
        if "oneway" in self.tags or len(self.directions) > 1:
            return self.tags
        return self.tags | {"oneway": "yes" if True in self.directions else "-1"}


def _node_ids(ways: list[_Way], number: Mapping[Any, int]) -> LongArray:
    """Give bends, which join nothing, numbers of their own, below all others."""
    names = [name for way in ways for name in way.nodes]
    bends = iter(range(min([0, *number.values()]) - 1, -sys.maxsize, -1))
    ids = [next(bends) if name is None else number[name] for name in names]
    return np.array(ids, dtype=np.int64)


def _chained(ways: list[_Way]) -> list[_Way]:
    """
    Join edges of one OSM way with the same tags again.

    The length of a road is rounded to milliseconds of driving once, and the duration of a
    ferry is that of the whole way.
    """
    alike: dict[tuple[object, ...], list[_Way]] = {}
    for way in ways:
        key = (way.id, frozenset(way.tags.items()), frozenset(way.directions))
        alike.setdefault(key, []).append(way)
    return [chain for group in alike.values() for chain in _chains(group)]


def _chains(group: list[_Way]) -> Iterator[_Way]:
    if len(group) == 1:
        yield group[0]
        return
    onward: dict[Any, list[_Way]] = {}
    for way in group:
        onward.setdefault(way.nodes[0], []).append(way)
    reached = {way.nodes[-1] for way in group}
    # Open ends first; what is left are rings.
    for way in sorted(group, key=lambda one: one.nodes[0] in reached):
        if way not in onward[way.nodes[0]]:
            continue
        onward[way.nodes[0]].remove(way)
        chain = [way]
        while onward.get(chain[-1].nodes[-1]):
            chain.append(onward[chain[-1].nodes[-1]].pop(0))
        yield _Way(
            id=way.id,
            nodes=[*way.nodes, *(name for one in chain[1:] for name in one.nodes[1:])],
            line=np.concatenate([way.line, *(one.line[1:] for one in chain[1:])]),
            tags=way.tags,
            directions=way.directions,
        )


def _ways(
    graph: nx.MultiDiGraph[Any], profile: Profile, places: Mapping[Any, FloatArray]
) -> list[_Way]:
    """Edges and their mirror images, joined; in the direction of the OSM way if it is told."""
    ways: dict[tuple[tuple[int, ...], bytes], _Way] = {}
    # With osmnx.settings.all_oneway there is one edge for both directions.
    single = any(_is_tag(told.get("oneway")) for _, _, told in graph.edges(data=True))
    to_degrees = _to_degrees(graph)
    for u, v, told in graph.edges(data=True):
        line = np.vstack([places[u], *_bends(told, to_degrees), places[v]])
        osmids = tuple(sorted({int(one) for one in _list(told.get("osmid", 0))}))
        either = min(line.tobytes(), line[::-1].tobytes())
        backward = all(bool(one) for one in _list(told.get("reversed", False)))
        known = ways.get((osmids, either))
        if known is None:
            nodes, along = [u, *[None] * (len(line) - 2), v], line
            if backward:
                nodes, along = nodes[::-1], line[::-1]
            known = ways[osmids, either] = _Way(
                id=osmids[0],
                nodes=nodes,
                line=np.ascontiguousarray(along),
                tags=dict(tags_of(_strict(told, profile), profile.tag_keys)),
            )
        known.directions |= {True, False} if single else {known.line.tobytes() == line.tobytes()}
    # A graph read from a file of everything also has the outlines of houses and fields.
    roads = [way for way in ways.values() if {"highway", "route"} & way.tags.keys()]
    # In the order of an OSM file, so that a place between two roads meets the same one.
    return sorted(roads, key=lambda way: way.id)


def _strict(told: Mapping[str, Any], profile: Profile) -> dict[str, object]:
    """One value for each key, the strictest of several."""
    values: dict[str, object] = {}
    for key, value in told.items():
        several = sorted({tag_text(one) for one in _list(value)} - {""})
        if key == "highway":
            several.sort(key=lambda one: profile.speed_kmh.get(one, 0.0))
        else:
            several.sort(key=lambda one: _STRICTNESS.get(one, len(_STRICTNESS)))
        if several and (key != "oneway" or _is_tag(value)):
            values[key] = ";".join(several) if key in _LISTS else several[0]
    return values


def _is_tag(oneway: object) -> bool:
    """Whether this is what the way says, not osmnx's note of whether there are two edges."""
    return isinstance(oneway, str) and oneway not in {"True", "False"}


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set) else [value]


def _bends(told: Mapping[str, Any], to_degrees: Transformer | None) -> list[FloatArray]:
    shape = told.get("geometry")
    if shape is None:
        return []
    inner = np.asarray(shape.coords)[1:-1, :2]
    return [_on_grid(inner, to_degrees)] if len(inner) else []


def _places(graph: nx.MultiDiGraph[Any]) -> dict[Any, FloatArray]:
    """Longitude and latitude of each node."""
    names = list(graph.nodes)
    bad = [name for name, told in graph.nodes(data=True) if not {"x", "y"} <= told.keys()]
    if bad:
        msg = f"nodes {some_ids(bad)} of the graph have no x and y; give a graph of osmnx"
        raise InputError(msg)
    xy = np.array([(told["x"], told["y"]) for _, told in graph.nodes(data=True)], dtype=np.float64)
    degrees = _on_grid(xy.reshape(-1, 2), _to_degrees(graph))
    return dict(zip(names, degrees, strict=True))


def _on_grid(xy: FloatArray, to_degrees: Transformer | None) -> FloatArray:
    if to_degrees is not None:
        xy = np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
    rounded: FloatArray = np.rint(xy * GRID) / GRID
    return rounded


def _to_degrees(graph: nx.MultiDiGraph[Any]) -> Transformer | None:
    crs = graph.graph.get("crs")
    if crs is None:
        msg = "the graph has no CRS; set it, for example graph.graph['crs'] = 'EPSG:4326'"
        raise InputError(msg)
    if str(crs).lower() == "epsg:4326":
        return None
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _node_tags(graph: nx.MultiDiGraph[Any], number: Mapping[Any, int]) -> dict[int, Tags]:
    told: dict[int, Tags] = {}
    for name, values in graph.nodes(data=True):
        texts = {key: tag_text(value) for key, value in values.items() if is_node_key(str(key))}
        tags = {key: text for key, text in sorted(texts.items()) if text}
        if tags:
            told[number[name]] = tags
    return told


def _warn(ways: list[_Way]) -> None:
    missing = ["turn restrictions"]
    if not any(way.tags.get("route") == "ferry" for way in ways):
        missing.append("ferries")
    mend = "read the OSM file with read_network to have them"
    if not any("surface" in way.tags for way in ways):
        missing.append("surfaces")
        mend += "; for surfaces, add 'surface' to osmnx.settings.useful_tags_way"
    msg = f"the graph holds no {', no '.join(missing)}: {mend}"
    warnings.warn(msg, DataWarning, stacklevel=3)
