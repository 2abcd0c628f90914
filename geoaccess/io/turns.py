"""
Forbidden runs of arcs, made unreachable by splitting the few nodes that they pass.

A turn restriction forbids to drive certain arcs one after another. A vehicle that has
driven the first of them is *bound*: it ends at a twin of the junction, from which only what
is allowed leads on. Where a run is longer than two arcs, its middle arcs get copies for
bound vehicles, so that nobody forgets on the way. Nodes that no run passes stay as they are.

The runs are matched as words are in a text (Aho and Corasick 1975): what a vehicle must
remember is the longest end of its way that begins a forbidden run. So restrictions may
overlap, and times equal those of a search over pairs of arcs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from geoaccess.units import AnyArray, LongArray

Run = tuple[int, ...]
"""Arcs driven one after another, by number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expansion:
    """
    A network in which the forbidden runs cannot be driven.

    Attributes
    ----------
    tail, head
        New ends of the arcs that were given.
    twin_of
        For each new node, in order after the old ones, the node whose place it shares.
    extra_tail, extra_head
        Ends of the new arcs.
    extra_of
        The arc of which a new one is a copy, or -1 for a turn, which takes no time.
    """

    tail: LongArray
    head: LongArray
    twin_of: LongArray
    extra_tail: LongArray
    extra_head: LongArray
    extra_of: LongArray


def forbid(n_nodes: int, tail: AnyArray, head: AnyArray, runs: Iterable[Run]) -> Expansion:
    """
    Split nodes and copy arcs until no forbidden run can be driven.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Where each open arc begins and ends, shape (n_arcs,).
    runs
        Forbidden runs, two arcs or more each, each arc beginning where the last ended.

    Returns
    -------
    The network to search. An arc that was given keeps its number; a trip may begin with
    it as one that is bound by nothing but that arc, and a trip may end on it or on any of
    its copies.

    Examples
    --------
    Two arcs into node 1 and two out of it; arc 0 may not be followed by arc 2.

    >>> import numpy as np
    >>> out = forbid(5, np.array([0, 3, 1, 1]), np.array([1, 1, 2, 4]), [(0, 2)])
    >>> out.head.tolist(), out.twin_of.tolist(), out.extra_of.tolist()
    ([5, 1, 2, 4], [1, 1], [-1, -1])
    """
    splitter = _Splitter(n_nodes, tail, head, frozenset(runs))
    for node in splitter.touched():
        splitter.split(node)
    return splitter.expansion()


class _Splitter:
    """The network while it is split, node by node."""

    def __init__(self, n_nodes: int, tail: AnyArray, head: AnyArray, runs: frozenset[Run]) -> None:
        self._tail = tail.astype(np.int64)
        self._head = head.astype(np.int64)
        self._n_nodes = n_nodes
        self._forbidden = runs
        self._prefixes = {run[:k] for run in runs for k in range(1, len(run))}
        self._bound_into: dict[int, list[Run]] = {}
        for prefix in sorted(self._prefixes):
            self._bound_into.setdefault(int(head[prefix[-1]]), []).append(prefix)
        self._into: dict[int, int] = {}
        self._out: dict[int, list[int]] = {}
        self._index_arcs(tail, head)
        self._twin_of: list[int] = []
        self._turns: list[tuple[int, int]] = []
        self._copy_tail: dict[Run, int] = {}
        self._copy_head: dict[Run, int] = {}

    def _index_arcs(self, tail: AnyArray, head: AnyArray) -> None:
        """Note the arcs out of the touched nodes, and how many lead into each."""
        touched = np.array(sorted(self._bound_into), dtype=np.int64)
        for arc in np.flatnonzero(np.isin(tail, touched)).tolist():
            self._out.setdefault(int(tail[arc]), []).append(arc)
        nodes, counts = np.unique(head[np.isin(head, touched)], return_counts=True)
        self._into = dict(zip(nodes.tolist(), counts.tolist(), strict=True))

    def touched(self) -> list[int]:
        """Nodes at which some vehicles are bound."""
        return sorted(self._bound_into)

    def split(self, node: int) -> None:
        """Give each group of vehicles that may go on alike a node, and join what it may drive."""
        allowed = {state: self._allowed(state, node) for state in self._bound_into[node]}
        unbound = self._into[node] - sum(len(state) == 1 for state in allowed)
        groups: dict[frozenset[Run], list[Run]] = {}
        if unbound:
            groups[self._allowed((), node)] = []
        for state, onward in allowed.items():
            groups.setdefault(onward, []).append(state)
        # The node itself stays with those who may go farthest, so that it still lies on
        # ways through it; without anyone unbound the largest group has it.
        home = next(iter(groups)) if unbound else max(groups, key=len)
        place = {group: node if group == home else self._new_node(node) for group in groups}
        for group, states in groups.items():
            for state in states:
                self._end_at(state, place[group])
        self._begin_arcs(node, groups, place)

    def _allowed(self, state: Run, node: int) -> frozenset[Run]:
        """Arcs that may follow: as (arc,), or as what a vehicle then remembers, if longer."""
        onward = set()
        for arc in self._out.get(node, ()):
            way = (*state, arc)
            ends = [way[k:] for k in range(len(way))]
            if not any(end in self._forbidden for end in ends):
                known = next((end for end in ends if end in self._prefixes), (arc,))
                onward.add(known)
        return frozenset(onward)

    def _begin_arcs(
        self, node: int, groups: Iterable[frozenset[Run]], place: dict[frozenset[Run], int]
    ) -> None:
        """Let each arc, or copy, begin where all who may drive it can get to it."""
        starts = {(arc,) for arc in self._out.get(node, ())}.union(*groups)
        shared: dict[frozenset[int], int] = {}
        for start in sorted(starts):
            owners = frozenset(place[group] for group in groups if start in group)
            if not owners and len(start) > 1:
                continue
            if owners not in shared:
                shared[owners] = self._common_node(node, owners)
            self._begin_at(start, shared[owners])

    def _common_node(self, node: int, owners: frozenset[int]) -> int:
        if len(owners) == 1:
            return next(iter(owners))
        common = self._new_node(node)
        self._turns += [(owner, common) for owner in sorted(owners)]
        return common

    def _new_node(self, node: int) -> int:
        self._twin_of.append(node)
        return self._n_nodes + len(self._twin_of) - 1

    def _begin_at(self, start: Run, place: int) -> None:
        if len(start) == 1:
            self._tail[start[0]] = place
        else:
            self._copy_tail[start] = place

    def _end_at(self, state: Run, place: int) -> None:
        if len(state) == 1:
            self._head[state[0]] = place
        else:
            self._copy_head[state] = place

    def expansion(self) -> Expansion:
        copies = sorted(self._copy_tail)
        turn_tail, turn_head = (
            [turn[0] for turn in self._turns],
            [turn[1] for turn in self._turns],
        )
        return Expansion(
            tail=self._tail,
            head=self._head,
            twin_of=np.array(self._twin_of, dtype=np.int64),
            extra_tail=np.array(
                [self._copy_tail[one] for one in copies] + turn_tail, dtype=np.int64
            ),
            extra_head=np.array(
                [self._copy_head[one] for one in copies] + turn_head, dtype=np.int64
            ),
            extra_of=np.array([one[-1] for one in copies] + [-1] * len(turn_tail), dtype=np.int64),
        )
