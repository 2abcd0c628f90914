"""
Compile half of the kernels in a second process, once after installation.

numba compiles one kernel at a time in a process. While the first process compiles and runs
what orders the nodes, another one compiles what puts weights on them and sweeps, on a road
of two nodes, and keeps it on disk, where the first one finds it. Should the second process
fail, the first compiles all: nothing but time depends on it.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from geoaccess.routing.basic_weights import basic_rows
from geoaccess.routing.graph import Graph, Seeds, sealed_int32, sealed_int64
from geoaccess.routing.hierarchy import customize, perfected
from geoaccess.routing.nearest import nearest_of_nodes
from geoaccess.routing.sweep import many_to_many
from geoaccess.routing.topology import Topology
from geoaccess.routing.up_arcs import Up, road_slots

CODE = "from geoaccess.routing.beforehand import compile_sweeps; compile_sweeps()"
LONGEST_S = 120.0


@contextmanager
def sweeps_compiled_beside(*, threads: int) -> Iterator[None]:
    """
    Have the kernels of sweeps compiled while other work goes on, and wait for them at its end.

    Nothing is started if they are kept from an earlier run, or if only one thread may work.

    Parameters
    ----------
    threads
        How many threads may work.
    """
    if threads < 2 or sweeps_are_kept() or getattr(sys, "frozen", False):  # noqa: PLR2004
        yield
        return
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(  # noqa: S603 - this Python, and our own code
        [sys.executable, "-c", CODE],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    try:
        yield
        child.wait(LONGEST_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def sweeps_are_kept() -> bool:
    """
    Say whether the kernels of sweeps are compiled already, or cannot be kept.

    Returns
    -------
    True where nobody can tell.
    """
    folder = getattr(getattr(basic_rows, "_cache", None), "cache_path", None)
    if folder is None or len(getattr(basic_rows, "signatures", ())):
        return True
    return any(Path(folder).glob("basic_weights.basic_rows*.nbi"))


def compile_sweeps() -> None:
    """Put weights on one road between two nodes, and sweep: compiles all kernels for that."""
    # The other process needs these last, and finds them here.
    road = Graph(
        first_out=sealed_int64([0, 1, 2]),
        head=sealed_int32([1, 0]),
        weight=sealed_int32([1000, 1000]),
    )
    road_slots(road, np.array([0, 1], np.int32), Up(np.array([0, 1, 1]), np.array([1], np.int32)))
    hierarchy = perfected(customize(_one_road(), np.array([1000, 1000], np.int32)))
    places = Seeds.at_nodes([0])
    nearest_of_nodes(hierarchy, places)
    many_to_many(hierarchy, places, places)


def _one_road() -> Topology:
    """Make a topology without any kernel: node 0 below node 1, which is the top."""
    return Topology(
        rank=sealed_int32([0, 1]),
        first_up=sealed_int64([0, 1, 1]),
        up_head=sealed_int32([1]),
        parent=sealed_int32([1, -1]),
        block_first=sealed_int64([0, 1]),
        stretches=(sealed_int64([[0, 0], [1, 1]]), sealed_int64([[1, 1], [2, 2]])),
        slot=sealed_int32([0, 1]),
        bearer=sealed_int32([[0, 1]]),
        spare=sealed_int32(np.empty(0)),
        seat=sealed_int32([1, 0]),
    )
