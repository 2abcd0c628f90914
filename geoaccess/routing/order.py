"""
In which order a contraction hierarchy takes the nodes away.

Two steps. Dead ends, bends and three-way junctions (degree 3 or less) go first: taking
one away joins its neighbours, which costs next to nothing. The core that is left, an eighth
of a real road network, is cut in two, then each half again; the nodes of a cut go last.

One input gives one order, whatever the machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.routing.curve import morton_order
from geoaccess.routing.dissection import dissection_order
from geoaccess.routing.graph import Graph, sealed_int32, sealed_int64
from geoaccess.routing.kernels import Whole, inner_kernel, kernel
from geoaccess.units import IntArray, LongArray

LARGEST_DEGREE = 3


class Links(NamedTuple):
    """An undirected simple graph: neighbours of v, ascending, are one row."""

    first: LongArray
    head: IntArray


class _Web(NamedTuple):
    """Neighbour lists that can change; entry h and its twin h ^ 1 are one link."""

    begin: IntArray
    after: IntArray
    before: IntArray
    to: IntArray
    degree: IntArray


class _Queues(NamedTuple):
    """Nodes of degree 0 or 1, 2, and 3 that wait, first come first served."""

    node: IntArray
    start: IntArray
    size: IntArray
    waits: npt.NDArray[np.bool_]


class _Room(NamedTuple):
    """Who steps back once, and room for a node's neighbours and their links."""

    steps_back: npt.NDArray[np.bool_]
    neighbour: IntArray
    spare: IntArray


def undirected_links(graph: Graph) -> Links:
    """
    Forget directions, parallel arcs and loops.

    Parameters
    ----------
    graph
        Directed roads.

    Returns
    -------
    Who is joined to whom.
    """
    n, most = graph.n_nodes, 2 * len(graph.head)
    first, end, tight = np.zeros((3, n + 1), np.int64)
    row, turned = np.empty((2, most), np.int32)
    _symmetric(graph.first_out, graph.head, first, end, row)
    _sort_rows(first, end, row, turned, tight)
    return Links(sealed_int64(tight), sealed_int32(row[: tight[n]]))


def elimination_order(links: Links, x: npt.ArrayLike, y: npt.ArrayLike) -> IntArray:
    """
    Order the nodes for a contraction hierarchy.

    Parameters
    ----------
    links
        Who is joined to whom.
    x, y
        Planar coordinates, any unit, shape (n_nodes,).

    Returns
    -------
    When each node goes, 0 first, shape (n_nodes,).

    Raises
    ------
    InputError
        If there is not one finite coordinate pair a node.
    """
    n = len(links.first) - 1
    points = np.asarray([x, y], dtype=np.float64).reshape(2, -1)
    if points.shape[1] != n or not bool(np.isfinite(points).all()):
        msg = f"{n} nodes need {n} finite coordinate pairs, not {points.shape[1]}"
        raise InputError(msg)
    along = morton_order(points[0], points[1])
    points = points[:, np.argsort(along)]
    rank, web = _eliminated(renumbered_links(links, along))
    core = np.flatnonzero(rank < 0).astype(np.int32)
    place = np.full(n, -1, np.int32)
    place[core] = np.arange(len(core))
    core_first = np.concatenate([[0], np.cumsum(web.degree[core], dtype=np.int64)])
    core_head = np.empty(core_first[-1], np.int32)
    _core_links(core, place, web, core_head)
    rank[core] = n - len(core) + dissection_order(core_first, core_head, points[:, core])
    return sealed_int32(rank[along])


def _eliminated(links: Links) -> tuple[IntArray, _Web]:
    """Rank of each node of low degree, -1 in the core, and how the core is joined."""
    n, n_links = len(links.first) - 1, len(links.head)
    after, before, to = np.empty((3, n_links), np.int32)
    web = _Web(np.full(n, -1, np.int32), after, before, to, np.zeros(n, np.int32))
    start, size = np.zeros((2, LARGEST_DEGREE), np.int32)
    waiting = np.empty((LARGEST_DEGREE, max(n, 1)), np.int32)
    queues = _Queues(waiting, start, size, np.zeros((LARGEST_DEGREE, n), np.bool_))
    neighbour, spare = np.empty((2, LARGEST_DEGREE), np.int32)
    rank = np.full(n, -1, np.int32)
    _eliminate(links, web, queues, rank, _Room(np.zeros(n, np.bool_), neighbour, spare))
    return rank, web


def renumbered_links(links: Links, rank: IntArray) -> Links:
    """
    Write links in another order of nodes.

    Parameters
    ----------
    links
        Who is joined to whom.
    rank
        New number of each node, shape (n_nodes,).

    Returns
    -------
    The same links; rows are no longer sorted.
    """
    new = Links(np.zeros_like(links.first), np.empty_like(links.head))
    _renumber(links, sealed_int32(rank), np.empty(len(rank), np.int32), new)
    return new


@kernel
def _renumber(old: Links, rank: IntArray, node: IntArray, new: Links) -> None:
    """Write the rows of an undirected graph in rank order; finds the node of each rank."""
    for v in range(len(rank)):
        node[rank[v]] = v
    at = 0
    for r in range(len(rank)):
        v = node[r]
        for e in range(old.first[v], old.first[v + 1]):
            new.head[at] = rank[old.head[e]]
            at += 1
        new.first[r + 1] = at


@kernel
def _symmetric(
    first_out: LongArray, head: IntArray, first: LongArray, end: LongArray, row: IntArray
) -> None:
    """Write every arc but loops to the rows of both its ends; ``first`` is 0 at first."""
    n = len(first_out) - 1
    for v in range(n):
        for e in range(first_out[v], first_out[v + 1]):
            if head[e] != v:
                first[v + 1] += 1
                first[head[e] + 1] += 1
    for v in range(n):
        end[v] = first[v]
        first[v + 1] += first[v]
    for v in range(n):
        for e in range(first_out[v], first_out[v + 1]):
            u = head[e]
            if u != v:
                row[end[v]] = u
                end[v] += 1
                row[end[u]] = v
                end[u] += 1


@kernel
def _sort_rows(
    first: LongArray, end: LongArray, row: IntArray, turned: IntArray, tight: LongArray
) -> None:
    """
    Sort the rows of a symmetric graph by turning it over once, and drop repetitions.

    Rows without gaps are written back to ``row``; ``tight``, 0 at first, tells where they begin.
    """
    n = len(first) - 1
    for v in range(n):
        end[v] = first[v]
    for v in range(n):
        for e in range(first[v], first[v + 1]):
            u = row[e]
            if end[u] == first[u] or turned[end[u] - 1] != v:
                turned[end[u]] = v
                end[u] += 1
    for v in range(n):
        tight[v + 1] = tight[v] + end[v] - first[v]
        for i in range(end[v] - first[v]):
            row[tight[v] + i] = turned[first[v] + i]


@inner_kernel
def _link(web: _Web, half: Whole, v: Whole, u: Whole) -> None:
    """Write u at the head of v's list."""
    old = web.begin[v]
    web.to[half] = u
    web.before[half] = -1
    web.after[half] = old
    if old >= 0:
        web.before[old] = half
    web.begin[v] = half
    web.degree[v] += 1


@inner_kernel
def _unlink(web: _Web, half: int, v: int) -> None:
    left, right = web.before[half], web.after[half]
    if left >= 0:
        web.after[left] = right
    else:
        web.begin[v] = right
    if right >= 0:
        web.before[right] = left
    web.degree[v] -= 1


@inner_kernel
def _are_joined(web: _Web, a: Whole, b: Whole) -> bool:
    if web.degree[a] > web.degree[b]:
        a, b = b, a
    half = web.begin[a]
    while half >= 0:
        if web.to[half] == b:
            return True
        half = web.after[half]
    return False


@inner_kernel
def _weave(first: LongArray, head: IntArray, web: _Web) -> None:
    half = np.int64(0)
    for v in range(len(first) - 1):
        for e in range(first[v], first[v + 1]):
            u = np.int64(head[e])
            if v < u:
                _link(web, half, v, u)
                _link(web, half + 1, u, v)
                half += 2


@inner_kernel
def _enqueue(queues: _Queues, web: _Web, v: Whole) -> None:
    """Let v wait among those of its degree, if that is low enough and it does not already."""
    if web.degree[v] > LARGEST_DEGREE:
        return
    q = max(web.degree[v] - 1, 0)
    if not queues.waits[q, v]:
        n = queues.node.shape[1]
        queues.node[q, (queues.start[q] + queues.size[q]) % n] = v
        queues.size[q] += 1
        queues.waits[q, v] = True


@inner_kernel
def _dequeue(queues: _Queues, q: int) -> int:
    v = queues.node[q, queues.start[q]]
    queues.start[q] = (queues.start[q] + 1) % queues.node.shape[1]
    queues.size[q] -= 1
    queues.waits[q, v] = False
    return int(v)


@inner_kernel
def _take_away(web: _Web, v: int, neighbour: IntArray, spare: IntArray) -> int:
    """Remove v and join its neighbours, reusing its links; gives the number of neighbours."""
    n = 0
    half = web.begin[v]
    while half >= 0:
        neighbour[n] = web.to[half]
        spare[n] = half & ~1
        n += 1
        _unlink(web, half ^ 1, web.to[half])
        half = web.after[half]
    used = 0
    for i in range(n):
        for j in range(i + 1, n):
            a, b, half = np.int64(neighbour[i]), np.int64(neighbour[j]), np.int64(spare[used])
            if not _are_joined(web, a, b):
                _link(web, half, a, b)
                _link(web, half + 1, b, a)
                used += 1
    return n


@kernel
def _eliminate(links: Links, web: _Web, queues: _Queues, rank: IntArray, room: _Room) -> None:
    """
    Rank the nodes of low degree, lowest degree first; -1, as at first, marks the core.

    A node whose neighbour has just gone steps back once, so that a long road is halved
    again and again and not rolled up from one end: the elimination tree stays shallow.
    """
    steps_back, neighbour, spare = room
    _weave(links.first, links.head, web)
    for v in range(len(rank)):
        _enqueue(queues, web, np.int64(v))
    n_gone = 0
    while True:
        q = 0
        while q < LARGEST_DEGREE and queues.size[q] == 0:
            q += 1
        if q == LARGEST_DEGREE:
            return
        v = _dequeue(queues, q)
        if rank[v] >= 0 or max(web.degree[v] - 1, 0) != q:
            continue
        if q > 0 and steps_back[v]:
            steps_back[v] = False
            _enqueue(queues, web, v)
            continue
        rank[v] = n_gone
        n_gone += 1
        for i in range(_take_away(web, v, neighbour, spare)):
            steps_back[neighbour[i]] = True
            _enqueue(queues, web, np.int64(neighbour[i]))


@kernel
def _core_links(core: IntArray, place: IntArray, web: _Web, head: IntArray) -> None:
    """Write the neighbours of each core node, row by row, by their place in the core."""
    e = 0
    for i in range(len(core)):
        half = web.begin[core[i]]
        while half >= 0:
            head[e] = place[web.to[half]]
            e += 1
            half = web.after[half]
