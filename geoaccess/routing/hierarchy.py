"""
Weights on a topology: customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2016).

*Basic* customization goes from the lowest rank up: the way over a node that has been taken
away may be shorter than the up-arc that joins its neighbours. That is all that sweeps need to
be exact. *Perfect* customization goes back down: every up-arc gets the true travel time
between its ends, and an up-arc that a way over another node makes needless is dropped. What is
left, half to nine tenths, is quicker to sweep, which pays once there is much to sweep.

An up-arc x-y may be dropped for a way x-z-y of the same time when z-y takes time itself:
then z is nearer to x than y is, so no two arcs can each be dropped for the sake of the other.
Zero weights therefore stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.routing.basic_weights import (
    Ms,
    Roads,
    basic_rows,
    carry,
    lower_arcs,
    rows_above,
    update_basic,
)
from geoaccess.routing.graph import (
    Csr,
    arc_numbers,
    arc_weights,
    require_threads,
    sealed_int32,
    sealed_int64,
)
from geoaccess.routing.perfect_weights import Kept, block_room, kept_arcs, perfect_rows
from geoaccess.routing.topology import Topology
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray

EMPTY = Csr(np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """
    A topology with weights, ready for sweeps.

    Attributes
    ----------
    topology
        The up-arcs.
    weight
        Milliseconds along each road arc, shape (n_arcs,).
    basic_up, basic_down
        Milliseconds along each up-arc after the basic step, shape (n_up,).
    forward
        Up-arcs from low to high rank; rows are tails, in ranks.
    backward
        Up-arcs from high to low rank; rows are the *low* ends, in ranks.
    is_perfect
        Whether forward and backward hold needed up-arcs only, with true travel times; else
        they hold all of them, after the basic step.
    """

    topology: Topology
    weight: IntArray
    basic_up: IntArray
    basic_down: IntArray
    forward: Csr
    backward: Csr
    is_perfect: bool

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return self.topology.n_nodes


def customize(topology: Topology, weight: npt.ArrayLike, *, threads: int = 1) -> Hierarchy:
    """
    Put weights on a topology: the basic step.

    Parameters
    ----------
    topology
        The up-arcs.
    weight
        Milliseconds along each road arc, in the order of the graph that made the topology,
        shape (n_arcs,); ``UNREACHED_MS`` or more closes the arc.
    threads
        How many threads may work.

    Returns
    -------
    The hierarchy, ready for any question; the same for any number of threads.

    Raises
    ------
    InputError
        If there is not one weight an arc.
    NetworkError
        If a weight is negative or not a whole number.
    """
    require_threads(threads)
    checked = _require_weights(topology, weight)
    basic = _basic(topology, _roads(topology, checked), threads)
    return _hierarchy(topology, checked, basic)


def perfected(hierarchy: Hierarchy, *, threads: int = 1) -> Hierarchy:
    """
    Give up-arcs their true travel times and drop those that are needless.

    Parameters
    ----------
    hierarchy
        What to start from; it stays as it is.
    threads
        How many threads may work.

    Returns
    -------
    A hierarchy with the same answers, which takes less time to sweep.
    """
    require_threads(threads)
    if hierarchy.is_perfect:
        return hierarchy
    topology = hierarchy.topology
    perfect = Ms(hierarchy.basic_up.copy(), hierarchy.basic_down.copy())
    kept = Kept(np.empty(topology.n_up, np.bool_), np.empty(topology.n_up, np.bool_))
    *blocks, top = topology.stretches
    perfect_rows(topology.up, perfect, kept, top, block_room(topology.up, top))

    def task(block: int, _: None) -> None:
        room = block_room(topology.up, blocks[block])
        perfect_rows(topology.up, perfect, kept, blocks[block], room)

    run_tasks(task, len(blocks), workspace=lambda: None, threads=threads)
    compact: list[Csr] = [EMPTY, EMPTY]

    def compacted(way: int, _: None) -> None:
        first, head, ms = kept_arcs(topology.up, perfect[way], kept[way])
        compact[way] = Csr(sealed_int64(first), sealed_int32(head), sealed_int32(ms))

    run_tasks(compacted, len(compact), workspace=lambda: None, threads=threads)
    return replace(hierarchy, forward=compact[0], backward=compact[1], is_perfect=True)


def recustomize(hierarchy: Hierarchy, *, arcs: npt.ArrayLike, weight: npt.ArrayLike) -> Hierarchy:
    """
    Change the weights of a few arcs.

    Parameters
    ----------
    hierarchy
        What to start from; it stays as it is.
    arcs
        Which road arcs change, each once, shape (n_changed,).
    weight
        Their new milliseconds, shape (n_changed,).

    Returns
    -------
    The hierarchy that ``customize`` would make of all weights, old and new. Each changed arc
    costs some rows up to the top, one after the other: a handful is much quicker to mend than
    all are to customize, and hundreds are not.

    Raises
    ------
    InputError
        If there is not one weight an arc, or an arc is named twice.
    NetworkError
        If an arc does not exist or a weight is impossible.
    """
    topology = hierarchy.topology
    changed, values = arc_numbers(arcs, len(topology.slot)), arc_weights(weight)
    if len(values) != len(changed) or len(np.unique(changed)) != len(changed):
        msg = f"{len(values)} weights were given for {len(np.unique(changed))} different arcs"
        raise InputError(msg)
    weights = hierarchy.weight.copy()
    weights[changed] = values
    base = Ms(hierarchy.basic_up, hierarchy.basic_down)
    basic = Ms(base.up.copy(), base.down.copy())
    wanted = rows_above(topology.up, topology.parent, topology.slot, changed)
    lower = lower_arcs(topology.up, wanted)
    update_basic(topology.up, lower, _roads(topology, weights), base, basic, changed)
    return _hierarchy(topology, sealed_int32(weights), basic)


def _hierarchy(topology: Topology, weight: IntArray, basic: Ms) -> Hierarchy:
    """Sweeps may read all up-arcs as they are."""
    basic_up, basic_down = sealed_int32(basic.up), sealed_int32(basic.down)
    return Hierarchy(
        topology=topology,
        weight=weight,
        basic_up=basic_up,
        basic_down=basic_down,
        forward=Csr(topology.first_up, topology.up_head, basic_up),
        backward=Csr(topology.first_up, topology.up_head, basic_down),
        is_perfect=False,
    )


def _require_weights(topology: Topology, weight: npt.ArrayLike) -> IntArray:
    checked = arc_weights(weight)
    if len(checked) != len(topology.slot):
        msg = f"{len(checked)} weights were given for {len(topology.slot)} arcs"
        raise InputError(msg)
    return checked


def _roads(topology: Topology, weight: IntArray) -> Roads:
    padded = np.append(weight, np.int32(UNREACHED_MS))
    return Roads(padded, topology.slot, topology.bearer, topology.spare)


def _basic(topology: Topology, roads: Roads, threads: int) -> Ms:
    """Blocks side by side, each worker with its own copy of the top; then the top itself."""
    n_up = topology.n_up
    first_arc = topology.first_up[topology.block_first]
    first_top, top = int(first_arc[-1]), int(topology.block_first[-1])
    ms = Ms(np.empty(n_up, np.int32), np.empty(n_up, np.int32))
    carry(roads, ms, first_top, n_up)
    longest = int(np.diff(topology.first_up).max(initial=0))

    def workspace() -> tuple[Ms, Ms]:
        own = Ms(*np.full((2, n_up - first_top), UNREACHED_MS, np.int32))
        return own, Ms(*np.empty((2, longest), np.int32))

    def task(block: int, space: tuple[Ms, Ms]) -> None:
        own, room = space
        carry(roads, ms, first_arc[block], first_arc[block + 1])
        basic_rows(topology.up, ms, own, topology.stretches[block], top, room)

    top_ms = Ms(ms.up[first_top:], ms.down[first_top:])
    for own, _ in run_tasks(task, len(first_arc) - 1, workspace=workspace, threads=threads):
        np.minimum(top_ms.up, own.up, out=top_ms.up)
        np.minimum(top_ms.down, own.down, out=top_ms.down)
    basic_rows(topology.up, ms, top_ms, topology.stretches[-1], top, workspace()[1])
    return ms
