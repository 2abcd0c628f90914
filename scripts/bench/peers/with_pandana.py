"""pandana: contraction hierarchies and range searches in C++, in seconds as floats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandana
import pandas as pd
from work import CUTOFF_MS, FEW, MANY, UNREACHED_MS, Done, Floats, Roads, clocked

SAMPLE = 50
NO_LIMIT_S = 1e6


class Peer:
    """Does the work with pandana; long work is sampled."""

    def __init__(self, roads: Roads, folder: Path) -> None:
        del folder
        self.roads = roads
        self.network: Any = None
        self.prepared_s = float("nan")

    def prepare(self) -> Done:
        """Make a network; that contracts it."""
        roads = self.roads
        x, y = pd.Series(roads.x), pd.Series(roads.y)
        tail, head = pd.Series(roads.tail), pd.Series(roads.head)
        seconds = pd.DataFrame({"s": roads.weight / 1000.0})

        def build() -> object:
            return pandana.Network(x, y, tail, head, seconds, twoway=False)

        self.prepared_s, self.network = clocked(build)
        return Done(self.prepared_s)

    def weights(self) -> Done:
        """Give the time of a new network, which new weights need."""
        return Done(self.prepared_s)

    def nearest(self) -> Done:
        """Search without a limit, as the others do."""
        return self._nearest(1, NO_LIMIT_S)

    def five(self) -> Done:
        """Search without a limit."""
        return self._nearest(5, NO_LIMIT_S)

    def five_1h(self) -> Done:
        """Search within one hour."""
        return self._nearest(5, CUTOFF_MS / 1000)

    def _nearest(self, k: int, limit_s: float) -> Done:
        services = self.roads.services()
        x, y = pd.Series(self.roads.x[services]), pd.Series(self.roads.y[services])

        def find() -> Any:  # noqa: ANN401
            self.network.set_pois("services", limit_s, k, x, y)
            return self.network.nearest_pois(limit_s, "services", num_pois=k)

        seconds, table = clocked(find)
        times = table.iloc[:, :k].to_numpy()
        ms = np.where(times < limit_s, np.rint(times * 1000), UNREACHED_MS).astype(np.int64)
        return Done(seconds, ms[:, 0] if k == 1 else ms)

    def few(self) -> Done:
        """Take some of the destinations."""
        return self._matrix(FEW, len(self.roads.pairs(FEW)[0]))

    def many(self) -> Done:
        """Take some of the origins and destinations; pairs are looked up one by one."""
        return self._matrix(MANY, FEW[0])

    def _matrix(self, shape: tuple[int, int], n_origins: int) -> Done:
        origins, destinations = self.roads.pairs(shape)
        some, sample = origins[:n_origins], destinations[:SAMPLE]
        tails, heads = np.repeat(some, len(sample)), np.tile(sample, len(some))
        seconds, times = clocked(lambda: self.network.shortest_path_lengths(tails, heads))
        share = len(tails) / (len(origins) * len(destinations))
        return Done(seconds, _whole(times).reshape(len(some), -1), share)

    def reach(self) -> Done:
        """Take some of the services."""
        services = self.roads.services()
        sample = [int(node) for node in services[:SAMPLE]]
        limit_s = CUTOFF_MS / 1000
        seconds, table = clocked(lambda: self.network.nodes_in_range(sample, limit_s))
        del table
        return Done(seconds, None, len(sample) / len(services))

    def count(self) -> Done:
        """Count the same lists."""
        services = self.roads.services()
        sample = [int(node) for node in services[:SAMPLE]]
        limit_s = CUTOFF_MS / 1000

        def counted() -> object:
            return self.network.nodes_in_range(sample, limit_s).groupby("source").size()

        return Done(clocked(counted)[0], None, len(sample) / len(services))


def _whole(times: list[float]) -> Any:  # noqa: ANN401
    seconds: Floats = np.asarray(times, np.float64)
    return np.minimum(np.rint(seconds * 1000), UNREACHED_MS).astype(np.int64)
