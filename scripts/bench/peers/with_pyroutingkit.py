"""RoutingKit's customizable contraction hierarchies, through pyroutingkit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyroutingkit
from work import FEW, MANY, UNREACHED_MS, Done, Roads, clocked

SAMPLE = 8


class Peer:
    """Does the work with RoutingKit; long work is sampled."""

    def __init__(self, roads: Roads, folder: Path) -> None:
        del folder
        self.roads = roads
        self.hierarchy = pyroutingkit.CCH()
        self.weight = roads.weight.astype(np.uint32)

    def prepare(self) -> Done:
        """Order, build and customize."""
        roads = self.roads
        tail, head = roads.tail.astype(np.uint32), roads.head.astype(np.uint32)
        y, x = roads.lat.astype(np.float32), roads.lon.astype(np.float32)

        def build() -> None:
            self.hierarchy.build_topology(tail, head, y, x, roads.n_nodes)
            self.hierarchy.customize_weights(self.weight)

        return Done(clocked(build)[0])

    def weights(self) -> Done:
        """Customize."""
        return Done(clocked(lambda: self.hierarchy.customize_weights(self.weight))[0])

    def few(self) -> Done:
        """All pairs."""
        origins, destinations = (nodes.astype(np.uint32) for nodes in self.roads.pairs(FEW))
        seconds, ms = clocked(lambda: self.hierarchy.distances_many_to_many(origins, destinations))
        return Done(seconds, _whole(ms))

    def many(self) -> Done:
        """Take some of the rows, from the side that takes it less time for all."""
        origins, destinations = (nodes.astype(np.uint32) for nodes in self.roads.pairs(MANY))
        some = origins[: max(1, len(origins) // SAMPLE)]
        find = self.hierarchy.distances_many_to_many
        seconds, ms = clocked(lambda: find(some, destinations))
        share = len(some) / len(origins)
        turned = destinations[: max(1, len(destinations) // SAMPLE)]
        turned_seconds = clocked(lambda: find(turned, origins))[0]
        turned_share = len(turned) / len(destinations)
        if turned_seconds / turned_share < seconds / share:
            # The same work in the other direction: what it would cost on the graph reversed.
            return Done(turned_seconds, _whole(ms), turned_share)
        return Done(seconds, _whole(ms), share)


def _whole(
    ms: np.ndarray[tuple[int, ...], np.dtype[np.uint32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.minimum(ms.astype(np.int64), UNREACHED_MS)
