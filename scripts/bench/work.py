"""The work that every peer is asked to do, and how a peer answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SEED = 7
CUTOFF_MS = 3_600_000
UNREACHED_MS = 10**9
N_SERVICES = 500
FEW = (1_000, 500)
MANY = (64_000, 1_000)

TASKS = {
    "prepare": "from arcs to ready",
    "weights": "new weights on all arcs",
    "weights_perfect": "the same, made perfect for many questions",
    "nearest": f"nearest of {N_SERVICES} services for every node",
    "five": "5 nearest for every node",
    "five_1h": "5 nearest within 1 h",
    "few": f"{FEW[0]:,} x {FEW[1]:,}",
    "many": f"{MANY[0]:,} x {MANY[1]:,}",
    "reach": f"{N_SERVICES} one-to-all within 60 min: which nodes, and when",
    "count": f"{N_SERVICES} one-to-all within 60 min: how many nodes",
    "search": "nearest of 500, own Dijkstra search",
    "many_again": "64,000 x 1,000 into a matrix that is there already",
    "nearest_floor": "memory traffic of the nearest of 500 alone",
    "reach_floor": "memory traffic of the lists within 60 min alone",
    "floor": "memory traffic of 64,000 x 1,000 alone",
    "floor_again": "the same into a matrix that is there already",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """
    A road graph as arrays, and the places that are asked about.

    Attributes
    ----------
    name, path
        Graph and its file; ``source`` is the OSM file that it was read from, if any.
    x, y
        Planar coordinates; ``lon``, ``lat`` are the same in degrees.
    first_out, head, weight
        Arcs by tail, weights in milliseconds.
    """

    name: str
    path: Path
    source: Path | None
    x: Floats
    y: Floats
    lon: Floats
    lat: Floats
    first_out: Longs
    head: Ints
    weight: Ints

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.x)

    @property
    def tail(self) -> Ints:
        """Node where each arc begins."""
        return np.repeat(np.arange(self.n_nodes, dtype=np.int32), np.diff(self.first_out))

    def services(self) -> Ints:
        """Nodes of the services."""
        return self._draw(SEED, N_SERVICES)

    def pairs(self, shape: tuple[int, int]) -> tuple[Ints, Ints]:
        """Nodes of origins and of destinations."""
        return self._draw(sum(shape), shape[0]), self._draw(sum(shape) + 1, shape[1])

    def _draw(self, seed: int, n: int) -> Ints:
        rng = np.random.default_rng(seed)
        return rng.choice(self.n_nodes, min(n, self.n_nodes), replace=False).astype(np.int32)


class Done(NamedTuple):
    """
    What a peer did.

    Times in ``answer`` are milliseconds; of a sample, it holds the first rows or columns.
    """

    seconds: float
    answer: npt.NDArray[Any] | None = None
    share: float = 1.0


def clocked(function: Callable[[], T]) -> tuple[float, T]:
    """Seconds that a call takes, and what it gives."""
    begin = time.perf_counter()
    value = function()
    return time.perf_counter() - begin, value


def read_roads(path: Path) -> Roads:
    """Read a graph that ``graphs.py`` or ``own.py`` made."""
    held = np.load(path)
    x, y = held["x"], held["y"]
    known = "lon" in held
    return Roads(
        name=path.stem,
        path=path,
        source=Path(str(held["source"])) if "source" in held else None,
        x=x,
        y=y,
        lon=held["lon"] if known else 21.0 + x / (111_320.0 * np.cos(np.radians(57.0))),
        lat=held["lat"] if known else 56.0 + y / 111_320.0,
        first_out=held["first_out"],
        head=held["head"],
        weight=held["weight"],
    )
