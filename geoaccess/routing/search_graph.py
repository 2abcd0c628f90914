"""Roads laid out for Dijkstra's algorithm in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from geoaccess.routing.curve import morton_order
from geoaccess.routing.graph import Csr, Graph, sealed_int32, sealed_int64
from geoaccess.routing.kernels import kernel
from geoaccess.units import IntArray, LongArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchGraph:
    """
    Roads laid out for searches in both directions.

    Attributes
    ----------
    rank
        Place of each node along the Morton curve, shape (n_nodes,).
    forward, backward
        Arcs in rank order; backward rows are heads.
    """

    rank: IntArray
    forward: Csr
    backward: Csr

    @classmethod
    def lay_out(cls, graph: Graph, *, x: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """
        Renumber roads along a Morton curve.

        Parameters
        ----------
        graph
            Directed roads.
        x, y
            Planar coordinates, any unit, shape (n_nodes,).

        Returns
        -------
        The roads in both directions.
        """
        rank = morton_order(x, y)
        forward = _renumber(graph.csr, rank)
        return cls(rank=rank, forward=_sealed(*forward), backward=_sealed(*_turn_over(*forward)))

    def arcs(self, *, reverse: bool) -> Csr:
        """Arcs to follow forwards, or backwards."""
        return self.backward if reverse else self.forward


def _sealed(first: LongArray, head: IntArray, weight: IntArray) -> Csr:
    return Csr(sealed_int64(first), sealed_int32(head), sealed_int32(weight))


@kernel
def _renumber(graph: Csr, rank: IntArray) -> tuple[LongArray, IntArray, IntArray]:
    n = len(rank)
    first = np.zeros(n + 1, np.int64)
    for v in range(n):
        first[rank[v] + 1] = graph.first[v + 1] - graph.first[v]
    for r in range(n):
        first[r + 1] += first[r]
    head = np.empty(len(graph.head), np.int32)
    weight = np.empty(len(graph.head), np.int32)
    for v in range(n):
        at = first[rank[v]]
        for e in range(graph.first[v], graph.first[v + 1]):
            head[at] = rank[graph.head[e]]
            weight[at] = graph.weight[e]
            at += 1
    return first, head, weight


@kernel
def _turn_over(
    first: LongArray, head: IntArray, weight: IntArray
) -> tuple[LongArray, IntArray, IntArray]:
    """Group arcs by head, tails ascending."""
    n = len(first) - 1
    new_first = np.zeros(n + 1, np.int64)
    for e in range(len(head)):
        new_first[head[e] + 1] += 1
    for v in range(n):
        new_first[v + 1] += new_first[v]
    end = new_first[:n].copy()
    tail = np.empty(len(head), np.int32)
    new_weight = np.empty(len(head), np.int32)
    for v in range(n):
        for e in range(first[v], first[v + 1]):
            tail[end[head[e]]] = v
            new_weight[end[head[e]]] = weight[e]
            end[head[e]] += 1
    return new_first, tail, new_weight
