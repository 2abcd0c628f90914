"""
Roads made ready for shortest paths, once, when they are first needed.

Two algorithms give the same milliseconds. Dijkstra's search needs no preparation and costs
one pass over the roads for each place of the smaller side; the hierarchy takes some seconds
a million nodes to prepare, and then answers a thousand times faster. The router prepares the
hierarchy when the searches that it saves outweigh it, unless told what to do. At other speeds
it puts new weights on the hierarchy, and makes them perfect when there is enough to sweep.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import os
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Literal, get_args

import numpy as np
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import InputError, nearest_known
from geoaccess.model.network import Network
from geoaccess.routing.answers import Nearest
from geoaccess.routing.dijkstra import dijkstra_many_to_many, dijkstra_nearest
from geoaccess.routing.graph import DirectTrips, Graph, Seeds
from geoaccess.routing.hierarchy import Hierarchy, customize, perfected, recustomize
from geoaccess.routing.nearest import nearest
from geoaccess.routing.preparation import build_hierarchy
from geoaccess.routing.search_graph import SearchGraph
from geoaccess.routing.snap import MIN_COMPONENT_KM, Snapper
from geoaccess.routing.sweep import many_to_many
from geoaccess.routing.vectors import LANES
from geoaccess.units import IntArray

Method = Literal["auto", "dijkstra", "hierarchy"]

# Measured once and the same everywhere: preparing a node costs about as much as a search
# that passes this many arcs.
_ARCS_PER_PREPARED_NODE = 100
# Arcs; so many are cheaper to mend one by one than all are to customize.
_FEW = 10
# Making weights perfect costs about as much as it saves so many searches.
_SEARCHES_PER_PERFECTION = 1000
_LOG = logging.getLogger(__name__)

HierarchyMaker = Callable[[], Hierarchy]


class Router:
    """
    Roads made ready for shortest paths.

    Parameters
    ----------
    network
        Roads.
    method
        ``"dijkstra"``, ``"hierarchy"``, or ``"auto"`` to choose by the size of the work.
    threads
        How many threads may work; all processors if left out. The times never depend on it.
    islands
        Polygons of declared islands, EPSG:4326: their places use their own roads only.
    min_component_km
        Least length of roads that can be driven both ways to count as a road network.
    stored
        Gives a hierarchy that was kept from an earlier run, and keeps a new one; see
        ``travel.py``. Without it the hierarchy is built in memory.

    Raises
    ------
    InputError
        If the method is unknown or there is no thread to work.
    """

    __slots__ = (
        "_hierarchy",
        "_islands",
        "_lock",
        "_min_component_km",
        "_n_swept",
        "_search",
        "_snapper",
        "_stored",
        "graph",
        "method",
        "network",
        "threads",
    )

    def __init__(
        self,
        network: Network,
        *,
        method: Method = "auto",
        threads: int | None = None,
        islands: Sequence[BaseGeometry] = (),
        min_component_km: float = MIN_COMPONENT_KM,
        stored: Callable[[HierarchyMaker], Hierarchy] | None = None,
    ) -> None:
        if method not in get_args(Method):
            msg = f"unknown method {method!r}; {nearest_known(method, get_args(Method))}"
            raise InputError(msg)
        self.network = network
        self.method: Method = method
        self.threads = _threads(threads)
        self.graph = Graph(
            first_out=network.first_out, head=network.head, weight=network.travel_time_ms
        )
        self._stored = stored or (lambda make: make())
        self._islands = tuple(islands)
        self._min_component_km = min_component_km
        self._snapper: Snapper | None = None
        self._search: SearchGraph | None = None
        self._hierarchy: Hierarchy | None = None
        self._n_swept = 0
        self._lock = Lock()

    @property
    def snapper(self) -> Snapper:
        """Roads made ready to take places."""
        with self._lock:
            if self._snapper is None:
                self._snapper = Snapper.over(
                    self.network,
                    min_component_km=self._min_component_km,
                    islands=self._islands,
                )
            return self._snapper

    @property
    def search(self) -> SearchGraph:
        """Roads laid out for Dijkstra's search."""
        with self._lock:
            if self._search is None:
                self._search = SearchGraph.lay_out(self.graph, x=self._x, y=self.network.node_lat)
            return self._search

    @property
    def hierarchy(self) -> Hierarchy:
        """The contraction hierarchy, prepared when first asked for."""
        with self._lock:
            if self._hierarchy is None:
                self._hierarchy = self._stored(self._build)
            return self._hierarchy

    def hierarchy_for(self, n_searches: int, *, of: int | None = None) -> Hierarchy:
        """
        Give the hierarchy, with perfect weights once there is enough to sweep.

        Parameters
        ----------
        n_searches
            How many searches its sweeps will stand for.
        of
            How many the whole work takes that they are a part of.

        Returns
        -------
        The same in every answer, whether perfect or not.
        """
        held = self.hierarchy
        with self._lock:
            self._n_swept += n_searches
            n_known = max(self._n_swept, of or 0)
            if not held.is_perfect and n_known >= _SEARCHES_PER_PERFECTION:
                _LOG.debug("making weights perfect: %d searches repay it", n_known)
                self._hierarchy = perfected(held, threads=self.threads)
            return self._hierarchy or held

    @property
    def _x(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """Longitude shrunk to the scale of latitude, so that distances look alike."""
        middle = np.radians(self.network.node_lat.mean()) if self.network.n_nodes else 0.0
        return np.asarray(self.network.node_lon * np.cos(middle))

    def _build(self) -> Hierarchy:
        _LOG.info("preparing roads: %d nodes, %d arcs", self.graph.n_nodes, self.network.n_arcs)
        return build_hierarchy(self.graph, x=self._x, y=self.network.node_lat, threads=self.threads)

    def over(self, network: Network) -> Router:
        """Give a router over other roads with the settings of this one."""
        return Router(
            network,
            method=self.method,
            threads=self.threads,
            islands=self._islands,
            min_component_km=self._min_component_km,
        )

    def with_times(self, network: Network, arc_ms: IntArray) -> Router:
        """
        Give a router over the same roads at other speeds, without ordering them anew.

        Parameters
        ----------
        network
            The same nodes and segments with other times, and perhaps without some arcs.
        arc_ms
            Milliseconds along each arc of the roads as this router has them,
            ``UNREACHED_MS`` where ``network`` has the arc no more, shape (n_arcs,).

        Returns
        -------
        Equal in every answer to ``Router(network)``. Its hierarchy is this router's with
        other weights: a few are mended, many are customized anew; either is made perfect when
        there is enough to sweep. Where no arc is gone, places meet the same roads.
        """
        other = Router(
            network,
            method=self.method,
            threads=self.threads,
            islands=self._islands,
            min_component_km=self._min_component_km,
            stored=lambda _make: self._reweighted(arc_ms),
        )
        if network.n_arcs == self.network.n_arcs and self._snapper is not None:
            other._snapper = dataclasses.replace(self._snapper, network=network)
        return other

    def _reweighted(self, arc_ms: IntArray) -> Hierarchy:
        base = self.hierarchy
        changed = np.flatnonzero(base.weight != arc_ms)
        if len(changed) <= _FEW:
            _LOG.debug("mending %d of %d weights", len(changed), len(arc_ms))
            return recustomize(base, arcs=changed, weight=arc_ms[changed])
        _LOG.debug("customizing anew: %d of %d weights changed", len(changed), len(arc_ms))
        return customize(base.topology, arc_ms, threads=self.threads)

    def matrix_ms(
        self, origins: Seeds, destinations: Seeds, direct: DirectTrips, *, n_searches: int
    ) -> IntArray:
        """
        Milliseconds from every origin to every destination.

        Parameters
        ----------
        origins, destinations
            Where places enter and leave the network.
        direct
            Trips straight along one segment.
        n_searches
            How many searches the whole of the work would take, of which this may be a part.

        Returns
        -------
        Shape (n_origins, n_destinations), ``UNREACHED_MS`` where there is no way.
        """
        if self._prefers_hierarchy(n_searches):
            here = min(origins.n_places, destinations.n_places)
            held = self.hierarchy_for(here, of=n_searches)
            return many_to_many(held, origins, destinations, direct=direct, threads=self.threads)
        return dijkstra_many_to_many(
            self.search, origins, destinations, direct=direct, threads=self.threads
        )

    def nearest(
        self, origins: Seeds, destinations: Seeds, direct: DirectTrips, *, k: int, reverse: bool
    ) -> Nearest:
        """
        Find the k nearest destinations of each origin.

        Parameters
        ----------
        origins, destinations
            Where places enter and leave the network.
        direct
            Trips straight along one segment.
        k
            How many.
        reverse
            Whether times run from the destination to the origin.

        Returns
        -------
        Times and positions, each (n_origins, k), by (time, position).
        """
        if self._prefers_hierarchy(k):
            return nearest(
                self.hierarchy_for(k * LANES),
                origins,
                destinations,
                k=k,
                direct=direct,
                reverse=reverse,
                threads=self.threads,
            )
        return dijkstra_nearest(
            self.search, origins, destinations, k=k, direct=direct, reverse=reverse
        )

    def _prefers_hierarchy(self, n_searches: int) -> bool:
        if self.method != "auto":
            return self.method == "hierarchy"
        ready = self._hierarchy is not None
        search_arcs = n_searches * max(self.network.n_arcs, 1)
        chosen = ready or search_arcs > _ARCS_PER_PREPARED_NODE * self.network.n_nodes
        _LOG.debug(
            "%s: %d searches over %d arcs%s",
            "hierarchy" if chosen else "dijkstra",
            n_searches,
            self.network.n_arcs,
            ", hierarchy is ready" if ready else "",
        )
        return chosen

    def digest(self) -> str:
        """SHA-256 of the roads and their times, as 64 hexadecimal digits."""
        told = hashlib.sha256()
        for array in (self.graph.first_out, self.graph.head, self.graph.weight):
            told.update(np.ascontiguousarray(array).view(np.uint8).data)
        return told.hexdigest()


def _threads(asked: int | None) -> int:
    if asked is None:
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
    if asked < 1:
        msg = f"threads must be 1 or more, but is {asked}"
        raise InputError(msg)
    return asked
