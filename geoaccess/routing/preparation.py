"""From arcs to a hierarchy, with what is compiled beside it the first time."""

from __future__ import annotations

import numpy.typing as npt

from geoaccess.routing.beforehand import sweeps_compiled_beside
from geoaccess.routing.graph import Graph
from geoaccess.routing.hierarchy import Hierarchy, customize, perfected
from geoaccess.routing.topology import build_topology


def build_hierarchy(
    graph: Graph,
    *,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    order: npt.ArrayLike | None = None,
    threads: int = 1,
) -> Hierarchy:
    """
    Go from arcs to a hierarchy that is ready for sweeps.

    Parameters
    ----------
    graph
        Directed roads.
    x, y
        Planar coordinates, any unit, shape (n_nodes,).
    order
        When each node goes, if known already, shape (n_nodes,).
    threads
        How many threads may work.

    Returns
    -------
    The hierarchy, made perfect; the same for any number of threads.
    """
    with sweeps_compiled_beside(threads=threads):
        topology = build_topology(graph, x=x, y=y, order=order)
    return perfected(customize(topology, graph.weight, threads=threads), threads=threads)
