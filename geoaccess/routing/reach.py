"""
What lies within a cutoff: sweeps over the graph, sixteen places at a time.

Places that share a sweep are neighbours, so that they reach much the same nodes, and the
sweep passes over the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.routing.answers import Reached
from geoaccess.routing.graph import Csr, Seeds, require_threads
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.kernels import Whole, kernel
from geoaccess.routing.lanes import Lanes, Side, lanes_for, sweep_within
from geoaccess.routing.restriction import Part, restricted, whole
from geoaccess.routing.sweep import lane_width
from geoaccess.routing.vectors import LANES, add_to_lanes, lanes_within
from geoaccess.routing.workers import run_tasks
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

# The top four bits of DE_BRUIJN shifted by l are different for each lane l: they find it.
DE_BRUIJN = 0x09AF
ReachedBy = npt.NDArray[np.uint16]
LANE_OF = np.argsort([(DE_BRUIJN << lane >> 12) & 15 for lane in range(LANES)])


def reached_within(
    hierarchy: Hierarchy,
    places: Seeds,
    *,
    cutoff_ms: int,
    reverse: bool = False,
    threads: int = 1,
) -> Reached:
    """
    All nodes within a cutoff of each place.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    places
        Where places enter the network.
    cutoff_ms
        Longest time that counts, milliseconds.
    reverse
        Whether times run from the node to the place.
    threads
        How many threads may work.

    Returns
    -------
    Nodes and times, in node order for each place.
    """
    require_threads(threads)
    cutoff = require_cutoff(cutoff_ms)
    topology = hierarchy.topology
    up, down = hierarchy.forward, hierarchy.backward
    arcs, climbed = (up, down) if reverse else (down, up)
    order, sorted_places = _by_rank(places, topology.rank)
    side = Side(climbed, topology.parent, sorted_places)
    part = whole(arcs)
    node = np.empty(topology.n_nodes, np.int32)
    node[topology.rank] = part.row
    nobody = np.empty(0, np.int64)
    empty = np.empty(0, np.int32)
    found: list[tuple[IntArray, IntArray]] = [(empty, empty)] * places.n_places

    def workspace() -> tuple[Lanes, ReachedBy]:
        return lanes_for(side, part, width=LANES), np.empty(topology.n_nodes, np.uint16)

    def task(batch: int, space: tuple[Lanes, ReachedBy]) -> None:
        room, reached_by = space
        start, count = batch * LANES, np.zeros(LANES, np.int64)
        sweep_within(side, part, room, start, cutoff, nobody, nobody)
        _mark_reached(room.flat, room.alive, node, cutoff, reached_by, count)
        stop = np.cumsum(count)
        # Together: numpy asks for large pages for large arrays, which spares page faults.
        nodes, ms = np.empty((2, stop[-1]), np.int32)
        _list_reached(reached_by, room.flat, topology.rank, stop - count, nodes, ms)
        for lane in range(min(LANES, places.n_places - start)):
            row = slice(stop[lane] - count[lane], stop[lane])
            found[order[start + lane]] = nodes[row], ms[row]

    run_tasks(task, -(-places.n_places // LANES), workspace=workspace, threads=threads)
    first = np.cumsum([0, *(len(nodes) for nodes, _ in found)], dtype=np.int64)
    whole_lists = np.empty((2, first[-1]), np.int32)

    def join(place: int, _: None) -> None:
        for piece, joined in zip(found[place], whole_lists, strict=True):
            joined[first[place] : first[place + 1]] = piece

    run_tasks(join, places.n_places, workspace=lambda: None, threads=threads)
    return Reached(first=first, node=whole_lists[0], ms=whole_lists[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SortedAmounts:
    """
    Amounts at places, laid out along a sweep: made once, good for many questions.

    Attributes
    ----------
    part
        The rows that their places need, and the places, row by row.
    amount
        How much there is at each place, in the order of ``part``.
    reverse
        Whether times run from these places to those that are asked about.
    """

    part: Part
    amount: LongArray
    reverse: bool


def sorted_amounts(
    hierarchy: Hierarchy, origins: Seeds, *, amount: npt.ArrayLike, reverse: bool = False
) -> SortedAmounts:
    """
    Lay out amounts along a sweep.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    origins
        Where what is added up enters the network.
    amount
        How much there is at each origin, whole numbers, shape (n_origins,).
    reverse
        Whether times run from the origin to the place that is asked about.

    Returns
    -------
    The amounts, for ``reached_amounts`` on the same hierarchy.

    Raises
    ------
    InputError
        If there is not one whole amount an origin.
    """
    amounts = _require_amounts(amount, origins.n_places)
    topology = hierarchy.topology
    arcs = hierarchy.forward if reverse else hierarchy.backward
    part = restricted(arcs, origins.renumbered(topology.rank), topology.seat)
    return SortedAmounts(part=part, amount=amounts[part.place], reverse=reverse)


def reached_amounts(
    hierarchy: Hierarchy,
    places: Seeds,
    amounts: SortedAmounts,
    *,
    cutoff_ms: int,
    threads: int = 1,
) -> LongArray:
    """
    Add up what lies within a cutoff of each place: the people of its catchment.

    Nothing is stored for a pair, so memory does not grow with the number of pairs.

    Parameters
    ----------
    hierarchy
        Roads ready for sweeps.
    places
        Where places enter the network.
    amounts
        What is added up, and in which direction times run.
    cutoff_ms
        Longest time that counts, milliseconds.
    threads
        How many threads may work.

    Returns
    -------
    Sums, shape (n_places,); the same for any number of threads.
    """
    require_threads(threads)
    cutoff = require_cutoff(cutoff_ms)
    topology, part = hierarchy.topology, amounts.part
    order, sorted_places = _by_rank(places, topology.rank)
    climbed = hierarchy.backward if amounts.reverse else hierarchy.forward
    side = Side(climbed, topology.parent, sorted_places)
    width = lane_width(part, places.n_places, threads=threads)
    sums = np.zeros((-(-places.n_places // width), width), np.int64)

    def task(number: int, room: Lanes) -> None:
        sweep_within(side, part, room, number * width, cutoff, amounts.amount, sums[number])

    run_tasks(
        task, len(sums), workspace=lambda: lanes_for(side, part, width=width), threads=threads
    )
    answer = np.empty(places.n_places, np.int64)
    answer[order] = sums.reshape(-1)[: places.n_places]
    return answer


def _require_amounts(amount: npt.ArrayLike, n_origins: int) -> LongArray:
    amounts = np.asarray(amount)
    if amounts.shape != (n_origins,) or (n_origins and amounts.dtype.kind not in "iu"):
        msg = f"amount is {amounts.dtype} {amounts.shape}; {n_origins} whole numbers are needed"
        raise InputError(msg)
    return amounts.astype(np.int64)


def _by_rank(places: Seeds, rank: IntArray) -> tuple[LongArray, Csr]:
    """Sort places by the rank of their first seed; gives the order and the sorted places."""
    seeds = places.renumbered(rank)
    order = _order_by_head(seeds, len(rank))
    return order, Csr(*_taken(seeds, order))


def require_cutoff(cutoff_ms: int) -> int:
    """
    Check a cutoff.

    Parameters
    ----------
    cutoff_ms
        Longest time that counts, milliseconds.

    Returns
    -------
    The same, below ``UNREACHED_MS``.

    Raises
    ------
    InputError
        If it is negative.
    """
    if cutoff_ms < 0:
        msg = f"cutoff_ms={cutoff_ms} lets nothing through; it must be 0 or more"
        raise InputError(msg)
    return min(cutoff_ms, UNREACHED_MS - 1)


@kernel
def _order_by_head(places: Csr, n_nodes: int) -> LongArray:
    """Order places by the head of their first seed, those without any last; ties by number."""
    first, head = places.first, places.head
    end = np.zeros(n_nodes + 2, np.int64)
    for p in range(len(first) - 1):
        v = head[first[p]] if first[p] < first[p + 1] else n_nodes
        end[v + 1] += 1
    for v in range(n_nodes + 1):
        end[v + 1] += end[v]
    order = np.empty(len(first) - 1, np.int64)
    for p in range(len(first) - 1):
        v = head[first[p]] if first[p] < first[p + 1] else n_nodes
        order[end[v]] = p
        end[v] += 1
    return order


@kernel
def _taken(places: Csr, order: LongArray) -> tuple[LongArray, IntArray, IntArray]:
    """Copy rows in another order."""
    first = np.zeros(len(order) + 1, np.int64)
    head = np.empty(len(places.head), np.int32)
    weight = np.empty(len(places.head), np.int32)
    at = 0
    for i in range(len(order)):
        for s in range(places.first[order[i]], places.first[order[i] + 1]):
            head[at] = places.head[s]
            weight[at] = places.weight[s]
            at += 1
        first[i + 1] = at
    return first, head, weight


@kernel
def _mark_reached(
    flat: IntArray,
    alive: LongArray,
    node: IntArray,
    cutoff: int,
    reached_by: ReachedBy,
    count: LongArray,
) -> None:
    """Give each node, in the order of memory, a bit for every lane that reaches it; count them."""
    for x in range(len(node)):
        bits = 0
        if alive[x]:
            bits = lanes_within(flat, x * LANES, cutoff)
            add_to_lanes(count, 0, bits, 1)
        reached_by[node[x]] = bits


@kernel
def _list_reached(
    reached_by: ReachedBy,
    flat: IntArray,
    rank: IntArray,
    at: LongArray,
    nodes: IntArray,
    found: IntArray,
) -> None:
    """List the nodes that each lane reaches, and when; ``at`` is where its list begins."""
    for v in range(len(rank)):
        left: Whole = np.int64(reached_by[v])
        while left:
            lane = LANE_OF[((left & -left) * DE_BRUIJN >> 12) & 15]
            left &= left - 1
            nodes[at[lane]] = v
            found[at[lane]] = flat[rank[v] * LANES + lane]
            at[lane] += 1
