"""
Nested dissection by geometry: cut a graph in two where few nodes part it, then each half.

Eight straight lines sweep the plane; along each, a straight cut shows about how many nodes
part its first nodes from its last ones. For the most promising line the smallest such set
of nodes is found exactly, as a largest set of paths that share no node (Menger's theorem;
a maximum flow, one unit a node). Roads part along rivers and valleys, seldom straight: this
halves the separators.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geoaccess.routing.kernels import Whole, inner_kernel, kernel
from geoaccess.units import FloatArray, IntArray, LongArray

N_DIRECTIONS = 8
LARGEST_LEAF = 4
SMALLEST_SHARE = 0.3
LEFT, RIGHT, CUT = 0, 1, 2
SEEN = -2
FREE = -2


class _Piece(NamedTuple):
    """What the dissection knows: the piece of each node, its side, and room to count."""

    owner: IntArray
    side: IntArray
    place: IntArray
    left: IntArray
    right: IntArray


class _Flow(NamedTuple):
    """
    Paths that share no node, and how far a search for another one got.

    Each node has two states, entered (2 v) and left (2 v + 1); ``level`` numbers them by
    distance. ``after`` and ``before`` are FREE off all paths, -1 at an end. ``rim`` lists the
    nodes at which paths may start (row 0) and end (row 1).
    """

    after: IntArray
    before: IntArray
    level: IntArray
    next_arc: LongArray
    queue: IntArray
    rim: IntArray
    n_rim: LongArray


class _Plan(NamedTuple):
    """The ranks that are found, room for a piece, and pieces that wait: start and stop."""

    rank: IntArray
    room: IntArray
    todo: LongArray


def dissection_order(first: LongArray, head: IntArray, points: FloatArray) -> IntArray:
    """
    Order the nodes of a graph by nested dissection.

    Parameters
    ----------
    first, head
        Undirected links, shapes (n + 1,) and (n_links,).
    points
        Planar coordinates, any unit, shape (2, n).

    Returns
    -------
    When each node goes, 0 first, shape (n,).
    """
    n = len(first) - 1
    rank, room = np.full((2, n), -1, np.int32)
    owner, side, place = np.zeros((3, n), np.int32)
    left, right = np.zeros((2, n + 2), np.int32)
    after, before = np.empty((2, n), np.int32)
    flow = _Flow(
        after,
        before,
        np.empty(2 * n, np.int32),
        np.empty(n, np.int64),
        np.empty(2 * n + 2, np.int32),
        np.empty((2, n), np.int32),
        np.zeros(2, np.int64),
    )
    lines, todo = _sorted_by_direction(points), np.empty((n + 2, 2), np.int64)
    piece = _Piece(owner, side, place, left, right)
    _dissect(first, head, lines, piece, flow, _Plan(rank, room, todo))
    return rank


def _sorted_by_direction(points: FloatArray) -> IntArray:
    """Nodes in the order a line meets that sweeps the plane, for each of its directions."""
    angles = np.pi * np.arange(N_DIRECTIONS) / N_DIRECTIONS
    orders = [
        np.argsort(points[0] * np.cos(angle) + points[1] * np.sin(angle), kind="stable")
        for angle in angles
    ]
    return np.asarray(orders, dtype=np.int32)


@inner_kernel
def _set_places(nodes: IntArray, piece: _Piece) -> None:
    for i in range(len(nodes)):
        piece.place[nodes[i]] = i


@inner_kernel
def _straight_cost(first: LongArray, head: IntArray, nodes: IntArray, piece: _Piece) -> int:
    """
    Count the nodes of the cheapest straight cut across one direction.

    A cut at i parts the nodes before i from the rest. Either the last nodes before it or
    the first nodes after it can be the separator; ``left`` and ``right`` count both.
    """
    m = len(nodes)
    for i in range(m + 1):
        piece.left[i] = piece.right[i] = 0
    _set_places(nodes, piece)
    for i in range(m):
        near = far = i
        owner = piece.owner[nodes[i]]
        for e in range(first[nodes[i]], first[nodes[i] + 1]):
            if piece.owner[head[e]] == owner:
                far = max(far, piece.place[head[e]])
                near = min(near, piece.place[head[e]])
        piece.left[i + 1] += 1
        piece.left[far + 1] -= 1
        piece.right[near + 1] += 1
        piece.right[i + 1] -= 1
    margin = _margin(m)
    cost = m
    n_left = n_right = 0
    for i in range(m - margin + 1):
        n_left += piece.left[i]
        n_right += piece.right[i]
        if i >= margin:
            cost = min(cost, n_left, n_right)
    return cost


@inner_kernel
def _margin(m: int) -> int:
    """Count the nodes at each end of a line that no cut parts."""
    return max(1, int(m * SMALLEST_SHARE))


@inner_kernel
def _start(first: LongArray, head: IntArray, nodes: IntArray, piece: _Piece, flow: _Flow) -> None:
    """Forget all paths, and list the nodes at the inner rims of both ends of a line."""
    _set_places(nodes, piece)
    m = len(nodes)
    margin = _margin(m)
    flow.n_rim[0] = flow.n_rim[1] = 0
    for i in range(m):
        v = nodes[i]
        flow.after[v] = flow.before[v] = FREE
        if i >= margin and i < m - margin:
            continue
        end = 0 if i < margin else 1
        for e in range(first[v], first[v + 1]):
            place = piece.place[head[e]]
            inside = place < margin if end == 0 else place >= m - margin
            if piece.owner[head[e]] == piece.owner[v] and not inside:
                flow.rim[end, flow.n_rim[end]] = v
                flow.n_rim[end] += 1
                break


@inner_kernel
def _reach(flow: _Flow, state: Whole, level: Whole, size: Whole) -> Whole:
    """Give a state its level and queue it, unless it has one; gives the queue's new size."""
    if flow.level[state] >= 0:
        return size
    flow.level[state] = level
    flow.queue[size] = state
    return size + 1


@inner_kernel
def _search_levels(  # noqa: C901 - one loop; calls in it would cost
    first: LongArray, head: IntArray, nodes: IntArray, piece: _Piece, flow: _Flow
) -> bool:
    """
    Give states their distance to the last nodes, and say if the first have a way there.

    Entering a free node, one may leave it. Entering a node on a path, one may only undo the
    step that led there. Leaving a node, one may enter any neighbour, or undo the node. The
    search runs against all this, from the rim of the last nodes to that of the first.
    """
    m = len(nodes)
    margin = _margin(m)
    for i in range(m):
        flow.level[2 * nodes[i]] = flow.level[2 * nodes[i] + 1] = -1
        flow.next_arc[nodes[i]] = 0
    # Numbers of one type spare the compiler work: it makes a kernel anew for every other type.
    none: Whole = np.int64(0)
    done = size = none
    for i in range(flow.n_rim[1]):
        size = _reach(flow, 2 * flow.rim[1, i] + 1, none, size)
    reached = False
    while done < size:
        state = flow.queue[done]
        done += 1
        v, beyond = state >> 1, flow.level[state] + 1
        if state & 1:
            if flow.after[v] == FREE:
                size = _reach(flow, 2 * v, beyond, size)
            elif flow.after[v] >= 0:
                size = _reach(flow, 2 * flow.after[v], beyond, size)
            continue
        if piece.place[v] < margin:
            reached = True
        else:
            for e in range(first[v], first[v + 1]):
                u = head[e]
                if piece.owner[u] == piece.owner[v] and piece.place[u] < m - margin:
                    size = _reach(flow, 2 * u + 1, beyond, size)
        if flow.after[v] != FREE:
            size = _reach(flow, 2 * v + 1, beyond, size)
    return reached


@inner_kernel
def _step(first: LongArray, head: IntArray, state: Whole, piece: _Piece, flow: _Flow) -> Whole:
    """Find a state that no walk has seen and that has a way to the end, nearer ones first."""
    v = state >> 1
    if state & 1 == 0:
        onward = state + 1 if flow.after[v] == FREE else 2 * int(flow.before[v]) + 1
        return onward if onward >= 0 and flow.level[onward] >= 0 else -1
    nearer = SEEN - flow.level[state] - 1
    degree = first[v + 1] - first[v]
    while flow.next_arc[v] < 2 * degree:
        u = head[first[v] + flow.next_arc[v] % degree]
        if piece.owner[u] == piece.owner[v]:
            level = flow.level[2 * u]
            if level == nearer or (level >= 0 and flow.next_arc[v] >= degree):
                return int(2 * u)
        flow.next_arc[v] += 1
    undo = flow.after[v] != FREE and flow.level[state - 1] >= 0
    return state - 1 if undo else -1


@inner_kernel
def _add_path(flow: _Flow, n_states: int) -> None:
    """Turn a walk through states, kept in ``queue``, into one more path."""
    flow.before[flow.queue[0] >> 1] = -1
    for i in range(n_states - 1):
        a, b = flow.queue[i], flow.queue[i + 1]
        v, u = a >> 1, b >> 1
        if a & 1 and u != v:
            flow.after[v] = u
            flow.before[u] = v
        elif a & 1:
            flow.after[v] = FREE
    flow.after[flow.queue[n_states - 1] >> 1] = -1


@inner_kernel
def _add_paths(first: LongArray, head: IntArray, piece: _Piece, flow: _Flow) -> None:
    """Add paths by walks that see each state once."""
    for i in range(flow.n_rim[0]):
        onward = 2 * flow.rim[0, i]
        n_states = 0
        while flow.level[onward] >= 0:
            flow.level[onward] = SEEN - flow.level[onward]
            flow.queue[n_states] = onward
            n_states += 1
            if flow.level[onward] == SEEN:
                _add_path(flow, n_states)
                break
            onward = _step(first, head, onward, piece, flow)
            while onward < 0 and n_states > 1:
                n_states -= 1
                onward = _step(first, head, np.int64(flow.queue[n_states - 1]), piece, flow)
            if onward < 0:
                break


@inner_kernel
def _find_paths(
    first: LongArray, head: IntArray, nodes: IntArray, piece: _Piece, flow: _Flow
) -> None:
    """Find as many paths as there are between the ends of a line that share no node."""
    _start(first, head, nodes, piece, flow)
    while _search_levels(first, head, nodes, piece, flow):
        _add_paths(first, head, piece, flow)


@inner_kernel
def _choose_sides(nodes: IntArray, piece: _Piece, flow: _Flow) -> None:
    """Mark each node: the last search could enter the right ones and only leave the cut."""
    last = len(nodes) - _margin(len(nodes))
    for i in range(len(nodes)):
        v = nodes[i]
        if flow.level[2 * v] >= 0:
            piece.side[v] = RIGHT
        elif flow.level[2 * v + 1] >= 0:
            piece.side[v] = CUT
        else:
            piece.side[v] = LEFT if i < last else RIGHT


@inner_kernel
def _part(nodes: IntArray, side: IntArray, room: IntArray) -> tuple[int, int]:
    """Move left nodes to the front, then right ones, then the cut; each keeps its order."""
    n_left = n_right = 0
    for i in range(len(nodes)):
        n_left += side[nodes[i]] == LEFT
        n_right += side[nodes[i]] == RIGHT
    left, right, cut = 0, n_left, n_left + n_right
    for i in range(len(nodes)):
        v = nodes[i]
        if side[v] == LEFT:
            room[left] = v
            left += 1
        elif side[v] == RIGHT:
            room[right] = v
            right += 1
        else:
            room[cut] = v
            cut += 1
    for i in range(len(nodes)):
        nodes[i] = room[i]
    return n_left, n_right


@inner_kernel
def _cut(first: LongArray, head: IntArray, lines: IntArray, piece: _Piece, flow: _Flow) -> None:
    """Choose the sides of a piece, whose nodes ``lines`` hold in every direction."""
    line, least = 0, len(first)
    for d in range(len(lines)):
        cost = _straight_cost(first, head, lines[d], piece)
        if cost < least:
            line, least = d, cost
    _find_paths(first, head, lines[line], piece, flow)
    _choose_sides(lines[line], piece, flow)


@kernel
def _dissect(
    first: LongArray, head: IntArray, lines: IntArray, piece: _Piece, flow: _Flow, plan: _Plan
) -> None:
    """Rank the nodes by nested dissection; ``lines`` are the sorted nodes, a direction a row."""
    rank, room, todo = plan
    last = n = len(first) - 1
    n_pieces = 0
    todo[0, 0], todo[0, 1] = 0, n
    n_todo = 1
    while n_todo > 0:
        n_todo -= 1
        start, stop = todo[n_todo, 0], todo[n_todo, 1]
        n_pieces += 1
        for i in range(start, stop):
            piece.owner[lines[0, i]] = n_pieces
            piece.side[lines[0, i]] = CUT
        if stop - start > LARGEST_LEAF:
            _cut(first, head, lines[:, start:stop], piece, flow)
        n_left = n_right = 0
        for d in range(len(lines)):
            n_left, n_right = _part(lines[d, start:stop], piece.side, room)
        cut_start = start + n_left + n_right
        last -= stop - cut_start
        for i in range(cut_start, stop):
            rank[lines[0, i]] = last + i - cut_start
            piece.owner[lines[0, i]] = 0
        if n_left + n_right > 0:
            todo[n_todo, 0], todo[n_todo, 1] = start, start + n_left
            todo[n_todo + 1, 0], todo[n_todo + 1, 1] = start + n_left, cut_start
            n_todo += 2
