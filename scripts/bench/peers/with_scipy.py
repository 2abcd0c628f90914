"""SciPy: one Dijkstra search after another, in C, on one thread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from work import CUTOFF_MS, FEW, MANY, UNREACHED_MS, Done, Floats, Roads, clocked

SAMPLE = 10


class Peer:
    """Does the work with SciPy; long work is sampled."""

    def __init__(self, roads: Roads, folder: Path) -> None:
        del folder
        self.roads = roads
        self.forward: Any = None
        self.backward: Any = None

    def prepare(self) -> Done:
        """Make the matrix and its transpose."""
        roads = self.roads

        def build() -> None:
            parts = (roads.weight.astype(float), roads.head, roads.first_out)
            self.forward = csr_matrix(parts, (roads.n_nodes, roads.n_nodes))
            self.backward = csr_matrix(self.forward.T)

        return Done(clocked(build)[0])

    def nearest(self) -> Done:
        """Search once from all services."""
        services = self.roads.services()
        seconds, ms = clocked(lambda: dijkstra(self.backward, indices=services, min_only=True))
        return Done(seconds, _whole(ms))

    def five(self) -> Done:
        """Search from each service and keep the best five of each node."""
        services = self.roads.services()
        sample = services[:SAMPLE]
        seconds, ms = clocked(
            lambda: np.sort(dijkstra(self.backward, indices=sample), axis=0)[:5].T
        )
        del ms
        return Done(seconds, None, len(sample) / len(services))

    def few(self) -> Done:
        """Search from some of the destinations."""
        return self._matrix(FEW)

    def many(self) -> Done:
        """Search from some of the destinations."""
        return self._matrix(MANY)

    def _matrix(self, shape: tuple[int, int]) -> Done:
        origins, destinations = self.roads.pairs(shape)
        sample = destinations[:SAMPLE]
        seconds, ms = clocked(lambda: dijkstra(self.backward, indices=sample)[:, origins].T)
        return Done(seconds, _whole(ms), len(sample) / len(destinations))

    def reach(self) -> Done:
        """Search from some of the services up to the limit, and list what was found."""
        services = self.roads.services()
        sample = services[:SAMPLE]

        def listed() -> Any:  # noqa: ANN401
            ms = dijkstra(self.forward, indices=sample, limit=CUTOFF_MS)
            place, node = np.nonzero(np.isfinite(ms))
            return node, ms[place, node]

        seconds, (_, ms) = clocked(listed)
        return Done(seconds, _whole(ms), len(sample) / len(services))

    def count(self) -> Done:
        """Search from some of the services up to the limit, and count what was found."""
        services = self.roads.services()
        sample = services[:SAMPLE]
        seconds, found = clocked(
            lambda: np.isfinite(dijkstra(self.forward, indices=sample, limit=CUTOFF_MS)).sum(axis=1)
        )
        return Done(seconds, found, len(sample) / len(services))


def _whole(ms: Floats) -> Any:  # noqa: ANN401
    return np.where(np.isfinite(ms), ms, UNREACHED_MS).astype(np.int64)
