"""The one door to shortest paths: seeds in, times out, block by block."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.seeds import Direct, Seeds, same_segment_ms, seeds_in, seeds_out
from geoaccess.units import UNREACHED_MS, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadTimes:
    """
    Travel times over a network, computed when a block is asked for.

    Attributes
    ----------
    network
        Roads.
    n_origins, n_destinations
        Numbers of places.
    leaving, arriving
        Where origins enter the network and destinations leave it.
    direct
        Pairs on one segment.
    """

    network: Network
    n_origins: int
    n_destinations: int
    leaving: Seeds
    arriving: Seeds
    direct: Direct
    _held: dict[int, tuple[IntArray, IntArray]] = field(default_factory=dict)

    def block_ms(self, start: int, stop: int) -> IntArray:
        """
        Milliseconds to destinations ``start`` to ``stop``.

        One search for each destination, against the direction of travel, from a node of
        its own that stands for the place.
        """
        ms = np.full((self.n_origins, stop - start), UNREACHED_MS, dtype=np.int32)
        if stop > start and self.n_origins:
            nodes = self._from_nodes_ms(start, stop)
            via = nodes[:, self.leaving.node] + self.leaving.offset_ms
            column = ms.T
            for row, times in zip(column, via, strict=True):
                told = np.minimum(times, UNREACHED_MS).astype(np.int32)
                np.minimum.at(row, self.leaving.place, told)
        here = (self.direct.destination >= start) & (self.direct.destination < stop)
        at = (self.direct.origin[here], self.direct.destination[here] - start)
        np.minimum.at(ms, at, self.direct.ms[here])
        return ms

    def nearest_ms(self, k: int) -> tuple[IntArray, IntArray]:
        """Find the k nearest, by (time, position), folded over blocks."""
        if k not in self._held:
            self._held[k] = self._fold_nearest(k)
        return self._held[k]

    def _fold_nearest(self, k: int, block: int = 64) -> tuple[IntArray, IntArray]:
        times = np.full((self.n_origins, k), UNREACHED_MS, dtype=np.int32)
        position = np.full((self.n_origins, k), -1, dtype=np.int32)
        for start in range(0, self.n_destinations, block):
            stop = min(start + block, self.n_destinations)
            both = np.hstack([times, self.block_ms(start, stop)])
            new = np.tile(np.arange(start, stop, dtype=np.int32), (self.n_origins, 1))
            where = np.hstack([position, new])
            # Held ones stand first and have lower positions, so a stable sort keeps ties
            # in order of position.
            first = np.argsort(both, axis=1, kind="stable")[:, :k]
            times = np.take_along_axis(both, first, axis=1)
            position = np.take_along_axis(where, first, axis=1)
        return times, np.where(times < UNREACHED_MS, position, np.int32(-1))

    def _from_nodes_ms(self, start: int, stop: int) -> FloatArray:
        """Milliseconds from every node to each destination, shape (block, n_nodes)."""
        network, n, b = self.network, self.network.n_nodes, stop - start
        here = (self.arriving.place >= start) & (self.arriving.place < stop)
        # Arcs turned round, after them the arcs from the nodes that stand for places.
        tail = np.concatenate([network.head, self.arriving.place[here] - start + n])
        head = np.concatenate([network.tail, self.arriving.node[here]])
        ms = np.concatenate([network.travel_time_ms, self.arriving.offset_ms[here]])
        order = np.argsort(tail, kind="stable")
        first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n + b))])
        # Rows, not coordinates: from coordinates SciPy would add parallel arcs together.
        graph = csr_array((ms[order].astype(np.float64), head[order], first), shape=(n + b, n + b))
        found = dijkstra(graph, indices=np.arange(n, n + b))[:, :n]
        return np.asarray(np.minimum(found, UNREACHED_MS))


def road_times(network: Network, origins: Snapped, destinations: Snapped) -> RoadTimes:
    """
    Make ready to answer for times between snapped places.

    Parameters
    ----------
    network
        Roads.
    origins, destinations
        Places on it.
    """
    return RoadTimes(
        network=network,
        n_origins=len(origins),
        n_destinations=len(destinations),
        leaving=seeds_out(network, origins),
        arriving=seeds_in(network, destinations),
        direct=same_segment_ms(network, origins, destinations),
    )
