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
    first, head = _symmetric(graph.first_out, graph.head)
    return Links(sealed_int64(first), sealed_int32(head))


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
    rank, web = _eliminate(*renumbered_links(links, along))
    core = np.flatnonzero(rank < 0).astype(np.int32)
    core_first, core_head = _core_links(core, n, web)
    rank[core] = n - len(core) + dissection_order(core_first, core_head, points[:, core])
    return sealed_int32(rank[along])


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
    return Links(*_renumber(links.first, links.head, sealed_int32(rank)))


@kernel
def _renumber(first: LongArray, head: IntArray, rank: IntArray) -> tuple[LongArray, IntArray]:
    """Write the rows of an undirected graph in rank order."""
    n = len(rank)
    node = np.empty(n, np.int32)
    for v in range(n):
        node[rank[v]] = v
    new_first = np.zeros(n + 1, np.int64)
    new_head = np.empty(len(head), np.int32)
    at = 0
    for r in range(n):
        v = node[r]
        for e in range(first[v], first[v + 1]):
            new_head[at] = rank[head[e]]
            at += 1
        new_first[r + 1] = at
    return new_first, new_head


@kernel
def _symmetric(first_out: LongArray, head: IntArray) -> tuple[LongArray, IntArray]:
    n = len(first_out) - 1
    first = np.zeros(n + 1, np.int64)
    for v in range(n):
        for e in range(first_out[v], first_out[v + 1]):
            if head[e] != v:
                first[v + 1] += 1
                first[head[e] + 1] += 1
    for v in range(n):
        first[v + 1] += first[v]
    row = np.empty(first[n], np.int32)
    end = first[:n].copy()
    for v in range(n):
        for e in range(first_out[v], first_out[v + 1]):
            u = head[e]
            if u != v:
                row[end[v]] = u
                end[v] += 1
                row[end[u]] = v
                end[u] += 1
    return _sorted_unique(first, row)


@inner_kernel
def _sorted_unique(first: LongArray, row: IntArray) -> tuple[LongArray, IntArray]:
    """Sort the rows of a symmetric graph by turning it over once, and drop repetitions."""
    n = len(first) - 1
    turned = np.empty(len(row), np.int32)
    end = first[:n].copy()
    for v in range(n):
        for e in range(first[v], first[v + 1]):
            u = row[e]
            if end[u] == first[u] or turned[end[u] - 1] != v:
                turned[end[u]] = v
                end[u] += 1
    tight = np.zeros(n + 1, np.int64)
    for v in range(n):
        tight[v + 1] = tight[v] + end[v] - first[v]
    head = np.empty(tight[n], np.int32)
    for v in range(n):
        for i in range(end[v] - first[v]):
            head[tight[v] + i] = turned[first[v] + i]
    return tight, head


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
def _weave(first: LongArray, head: IntArray) -> _Web:
    n = len(first) - 1
    web = _Web(
        np.full(n, -1, np.int32),
        np.empty(len(head), np.int32),
        np.empty(len(head), np.int32),
        np.empty(len(head), np.int32),
        np.zeros(n, np.int32),
    )
    half = np.int64(0)
    for v in range(n):
        for e in range(first[v], first[v + 1]):
            u = np.int64(head[e])
            if v < u:
                _link(web, half, v, u)
                _link(web, half + 1, u, v)
                half += 2
    return web


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
def _eliminate(first: LongArray, head: IntArray) -> tuple[IntArray, _Web]:
    """
    Rank the nodes of low degree, lowest degree first; -1 marks the core.

    A node whose neighbour has just gone steps back once, so that a long road is halved
    again and again and not rolled up from one end: the elimination tree stays shallow.
    """
    n = len(first) - 1
    web = _weave(first, head)
    rank = np.full(n, -1, np.int32)
    queues = _Queues(
        np.empty((LARGEST_DEGREE, max(n, 1)), np.int32),
        np.zeros(LARGEST_DEGREE, np.int32),
        np.zeros(LARGEST_DEGREE, np.int32),
        np.zeros((LARGEST_DEGREE, n), np.bool_),
    )
    for v in range(n):
        _enqueue(queues, web, v)
    steps_back = np.zeros(n, np.bool_)
    neighbour = np.empty(LARGEST_DEGREE, np.int32)
    spare = np.empty(LARGEST_DEGREE, np.int32)
    n_gone = 0
    while True:
        q = 0
        while q < LARGEST_DEGREE and queues.size[q] == 0:
            q += 1
        if q == LARGEST_DEGREE:
            return rank, web
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
def _core_links(core: IntArray, n: int, web: _Web) -> tuple[LongArray, IntArray]:
    place = np.full(n, -1, np.int32)
    first = np.zeros(len(core) + 1, np.int64)
    for i in range(len(core)):
        place[core[i]] = i
        first[i + 1] = first[i] + web.degree[core[i]]
    head = np.empty(first[len(core)], np.int32)
    for i in range(len(core)):
        e = first[i]
        half = web.begin[core[i]]
        while half >= 0:
            head[e] = place[web.to[half]]
            e += 1
            half = web.after[half]
    return first, head
