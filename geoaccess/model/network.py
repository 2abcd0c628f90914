"""
The directed road network as parallel arrays.

Three layers:

- *nodes*: places where roads meet or end;
- *arcs*: what a vehicle may drive, one direction each, in compressed sparse rows
  (``first_out``, ``head``), sorted by tail, then head;
- *segments*: the pieces of road on the ground between two nodes, which own the shape and
  the length, and point to the arc of each direction, or to -1 where it is closed.

An arc of a segment says where a place on that segment enters the network. Arcs without a
segment (-1) stand for turns and for boarding a ferry.

Where a turn is restricted, a junction has several nodes with one OSM id and one place: the
arcs of a segment may begin and end at any of them, and ``segment_from`` and ``segment_to``
name one of them. A segment that a restriction passes over has *copies* of its arcs, for
vehicles that it binds: a trip that starts on the segment takes the arc itself, one that
ends there may come by the arc or by any copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoaccess.errors import NetworkError
from geoaccess.model.frozen import require_equal_lengths, sealed
from geoaccess.units import MS_PER_S, UNREACHED_MS, BoolArray, FloatArray, IntArray, LongArray

if TYPE_CHECKING:
    import geopandas as gpd
    import networkx as nx

_DTYPES = {
    "node_id": "int64",
    "node_lon": "float64",
    "node_lat": "float64",
    "first_out": "int64",
    "head": "int32",
    "travel_time_ms": "int32",
    "arc_segment": "int32",
    "segment_from": "int32",
    "segment_to": "int32",
    "segment_way": "int64",
    "segment_length_m": "float64",
    "forward_arc": "int32",
    "backward_arc": "int32",
    "copy_arc": "int32",
    "copy_of": "int32",
    "snappable": "bool",
    "shape_first": "int64",
    "shape_lon": "float64",
    "shape_lat": "float64",
    "road_class": "int32",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkSource:
    """
    Where a network came from and what was decided on the way.

    Attributes
    ----------
    path
        File that was read, as given; empty for a network made in memory.
    osm_timestamp
        Date of the OSM data, ISO 8601; empty when unknown.
    counts
        What was kept, left out and assumed, by name: ways, nodes or relations, and
        kilometres where the name begins with ``km_``.
    named
        The first ids of some of what was counted, by the same name.
    """

    path: str = ""
    osm_timestamp: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """
    Roads that one vehicle may drive, with the time that it needs.

    Attributes
    ----------
    node_id
        OSM node ids, shape (n_nodes,).
    node_lon, node_lat
        Degrees, EPSG:4326, shape (n_nodes,).
    first_out, head
        Arcs leaving node v are ``first_out[v]`` to ``first_out[v + 1]``; ``head`` is the
        node where each ends. Shapes (n_nodes + 1,) and (n_arcs,).
    travel_time_ms
        Milliseconds to drive each arc, shape (n_arcs,).
    arc_segment
        Segment that each arc drives, -1 for a turn, shape (n_arcs,).
    segment_from, segment_to
        Nodes at the two ends, in the direction of the OSM way, shape (n_segments,).
    segment_way, segment_length_m
        OSM way id; geodesic metres. Shape (n_segments,).
    forward_arc, backward_arc
        Arc that drives the segment along or against its way, -1 where closed.
    snappable
        Whether a place may meet the network on this segment, shape (n_segments,).
    shape_first, shape_lon, shape_lat
        Shape points of segment s, both ends included, are ``shape_first[s]`` to
        ``shape_first[s + 1]``.
    access_speed_kmh
        Speed between a place and its road.
    turnout_min
        Minutes between a call and setting out, once a trip.
    copy_arc, copy_of
        Arcs that copy others for vehicles bound by a turn restriction, and which.
    road_class, road_classes
        Which of the classes each segment is of, shape (n_segments,); and the classes, pairs
        of ``highway`` (``"ferry"`` for a ferry) and ``surface`` as tagged, empty where not.
    profile
        Name of the vehicle profile.
    source
        Where it all came from.

    Raises
    ------
    NetworkError
        If the arrays contradict one another.
    """

    node_id: LongArray
    node_lon: FloatArray
    node_lat: FloatArray
    first_out: LongArray
    head: IntArray
    travel_time_ms: IntArray
    arc_segment: IntArray
    segment_from: IntArray
    segment_to: IntArray
    segment_way: LongArray
    segment_length_m: FloatArray
    forward_arc: IntArray
    backward_arc: IntArray
    snappable: BoolArray
    shape_first: LongArray
    shape_lon: FloatArray
    shape_lat: FloatArray
    access_speed_kmh: float
    profile: str
    source: NetworkSource = field(default_factory=NetworkSource)
    turnout_min: float = 0.0
    copy_arc: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    copy_of: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    road_class: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    road_classes: tuple[tuple[str, str], ...] = (("", ""),)

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        if not len(self.road_class):
            object.__setattr__(self, "road_class", np.zeros(len(self.segment_way)))
        told = tuple((str(highway), str(surface)) for highway, surface in self.road_classes)
        object.__setattr__(self, "road_classes", told)
        for name, dtype in _DTYPES.items():
            object.__setattr__(self, name, sealed(getattr(self, name), dtype))
        _check(self)

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.head)

    @property
    def n_segments(self) -> int:
        """Number of road segments."""
        return len(self.segment_way)

    @property
    def tail(self) -> IntArray:
        """Node where each arc begins, shape (n_arcs,)."""
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.first_out))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge of the nodes, degrees."""
        return (
            float(self.node_lon.min()),
            float(self.node_lat.min()),
            float(self.node_lon.max()),
            float(self.node_lat.max()),
        )

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """
        Copy as a NetworkX graph.

        Returns
        -------
        Directed multigraph; nodes are numbered from 0 and carry ``x``, ``y`` (longitude,
        latitude, degrees) and ``osmid``; edges carry ``length_m``, ``travel_time_s`` and
        ``osmid`` of the way.
        """
        import networkx as nx  # noqa: PLC0415 - heavy, and needed by few

        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326", profile=self.profile)
        for v in range(self.n_nodes):
            graph.add_node(
                v,
                x=float(self.node_lon[v]),
                y=float(self.node_lat[v]),
                osmid=int(self.node_id[v]),
            )
        tail = self.tail
        for a in range(self.n_arcs):
            s = int(self.arc_segment[a])
            graph.add_edge(
                int(tail[a]),
                int(self.head[a]),
                length_m=float(self.segment_length_m[s]) if s >= 0 else 0.0,
                travel_time_s=float(self.travel_time_ms[a]) / 1000.0,
                osmid=int(self.segment_way[s]) if s >= 0 else 0,
            )
        return graph

    def to_gdfs(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """
        Copy as tables of nodes and of road segments, in EPSG:4326.

        Returns
        -------
        Nodes, numbered from 0, with ``osmid``; and segments with ``from_node``, ``to_node``,
        ``osmid`` of the way, ``length_m``, and ``forward_s`` and ``backward_s``, seconds
        along and against the line, NaN where closed.
        """
        import geopandas as gpd  # noqa: PLC0415 - heavy, and needed by few

        lines = shapely.linestrings(
            self.shape_lon,
            self.shape_lat,
            indices=np.repeat(np.arange(self.n_segments), np.diff(self.shape_first)),
        )
        nodes = gpd.GeoDataFrame(
            {"osmid": self.node_id},
            geometry=shapely.points(self.node_lon, self.node_lat),
            crs="EPSG:4326",
        )
        roads = gpd.GeoDataFrame(
            {
                "from_node": self.segment_from,
                "to_node": self.segment_to,
                "osmid": self.segment_way,
                "length_m": self.segment_length_m,
                "forward_s": self._seconds(self.forward_arc),
                "backward_s": self._seconds(self.backward_arc),
            },
            geometry=lines,
            crs="EPSG:4326",
        )
        return nodes, roads

    def _seconds(self, arc: IntArray) -> FloatArray:
        driven = self.travel_time_ms[np.maximum(arc, 0)] / MS_PER_S
        return np.where(arc >= 0, driven, np.nan)

    def __repr__(self) -> str:
        """One line: profile, sizes and kilometres."""
        km = self.segment_length_m.sum() / 1000.0
        return (
            f"<Network {self.profile}: {self.n_nodes} nodes, {self.n_arcs} arcs, "
            f"{km:,.0f} km of road>"
        )


def _check(network: Network) -> None:
    require_equal_lengths(
        "network nodes", node_id=network.node_id, lon=network.node_lon, lat=network.node_lat
    )
    require_equal_lengths(
        "network arcs",
        head=network.head,
        travel_time_ms=network.travel_time_ms,
        arc_segment=network.arc_segment,
    )
    require_equal_lengths(
        "network segments",
        segment_from=network.segment_from,
        segment_to=network.segment_to,
        segment_way=network.segment_way,
        segment_length_m=network.segment_length_m,
        forward_arc=network.forward_arc,
        backward_arc=network.backward_arc,
        snappable=network.snappable,
        shape_first=network.shape_first[1:],
        road_class=network.road_class,
    )
    _check_range("road_class", network.road_class, 0, len(network.road_classes))
    _check_rows("first_out", network.first_out, network.n_nodes, network.n_arcs)
    _check_rows("shape_first", network.shape_first, network.n_segments, len(network.shape_lon))
    _check_range("head", network.head, 0, network.n_nodes)
    _check_range("segment_from", network.segment_from, 0, network.n_nodes)
    _check_range("segment_to", network.segment_to, 0, network.n_nodes)
    _check_range("arc_segment", network.arc_segment, -1, network.n_segments)
    _check_range("forward_arc", network.forward_arc, -1, network.n_arcs)
    _check_range("backward_arc", network.backward_arc, -1, network.n_arcs)
    require_equal_lengths("network copies", arc=network.copy_arc, of=network.copy_of)
    _check_range("copy_arc", network.copy_arc, 0, network.n_arcs)
    _check_range("copy_of", network.copy_of, 0, network.n_arcs)
    _check_range("travel_time_ms", network.travel_time_ms, 0, UNREACHED_MS)


def _check_rows(name: str, first: LongArray, n_rows: int, n_items: int) -> None:
    ok = len(first) == n_rows + 1 and first[0] == 0 and first[-1] == n_items
    if not ok or bool((np.diff(first) < 0).any()):
        msg = f"network: {name} must rise from 0 to {n_items} in {n_rows} steps"
        raise NetworkError(msg)


def _check_range(name: str, values: IntArray, low: int, end: int) -> None:
    bad = np.flatnonzero((values < low) | (values >= end))
    if len(bad):
        msg = (
            f"network: {name}[{bad[0]}] is {values[bad[0]]}, outside {low} to {end - 1} "
            f"({len(bad)} such)"
        )
        raise NetworkError(msg)
