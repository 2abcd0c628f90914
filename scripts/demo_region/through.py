"""Which edges run straight on through their junctions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from demo_region.plane import FloatArray, IntArray

THROUGH_COSINE = -0.6  # edges at more than 127 degrees run through a junction


def through_pairs(xy: FloatArray, ends: IntArray, label: IntArray) -> IntArray:
    """
    Pair the edges that run straight through each junction, the straightest pair first.

    Parameters
    ----------
    xy, ends
        Junctions, metres, and edges, shape (m, 2).
    label
        Only edges of one label are paired, shape (m,).

    Returns
    -------
    For each half edge (edge i has halves 2 i and 2 i + 1, at its two ends) the half edge it
    goes on as, or -1; shape (2 m,).
    """
    arm = xy[ends[:, ::-1]] - xy[ends]
    heading = (arm / np.linalg.norm(arm, axis=2, keepdims=True)).reshape(-1, 2)
    node = ends.ravel()
    order = np.argsort(node, kind="stable")
    first = np.searchsorted(node[order], np.arange(len(xy) + 1))
    labels = np.repeat(label, 2)
    partner = np.full(len(node), -1, dtype=np.int64)
    for start, stop in pairwise(first):
        _pair_at_junction(order[start:stop], heading, labels, partner)
    return partner


def _pair_at_junction(
    halves: IntArray, heading: FloatArray, labels: IntArray, partner: IntArray
) -> None:
    cosine = heading[halves] @ heading[halves].T
    cosine[labels[halves][:, None] != labels[halves][None, :]] = 1.0
    np.fill_diagonal(cosine, 1.0)
    while len(halves) > 1 and cosine.min() < THROUGH_COSINE:
        i, j = divmod(int(cosine.argmin()), len(halves))
        partner[halves[i]], partner[halves[j]] = halves[j], halves[i]
        cosine[[i, j]] = 1.0
        cosine[:, [i, j]] = 1.0


def chain_numbers(partner: IntArray) -> IntArray:
    """Give edges that run on into each other one number, shape (m,)."""
    half = np.flatnonzero(partner >= 0)
    n = len(partner) // 2
    graph = csr_matrix((np.ones(len(half)), (half // 2, partner[half] // 2)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
