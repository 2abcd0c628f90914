"""Dijkstra's algorithm for k destinations: each node is settled up to k times."""

from __future__ import annotations

import numpy as np

from geoaccess.routing.graph import Csr
from geoaccess.routing.kernels import inner_kernel, kernel
from geoaccess.routing.nearest import NO_KEY, NUMBER_BITS, NUMBER_MASK
from geoaccess.units import LongArray


@inner_kernel
def _has_number(keys: LongArray, v: int, n: int, number: int) -> bool:
    found = False
    for q in range(n):
        found |= keys[v, q] & NUMBER_MASK == number
    return found


@inner_kernel
def _push_pair(heap: LongArray, size: int, key: int | np.int64, node: int) -> int:
    at = size
    while at > 0:
        above = (at - 1) >> 2
        if heap[above, 0] <= key:
            break
        heap[at, 0], heap[at, 1] = heap[above, 0], heap[above, 1]
        at = above
    heap[at, 0], heap[at, 1] = key, node
    return size + 1


@inner_kernel
def _pop_pair(heap: LongArray, size: int) -> int:
    """Take the smallest pair out of heap[:size]; the caller has read heap[0]."""
    size -= 1
    key, node = heap[size, 0], heap[size, 1]
    at = 0
    while 4 * at + 1 < size:
        least = 4 * at + 1
        for child in range(least + 1, min(least + 4, size)):
            if heap[child, 0] < heap[least, 0]:
                least = child
        if heap[least, 0] >= key:
            break
        heap[at, 0], heap[at, 1] = heap[least, 0], heap[least, 1]
        at = least
    heap[at, 0], heap[at, 1] = key, node
    return size


@kernel
def k_nearest_keys(arcs: Csr, seeds: Csr, k: int) -> LongArray:
    """Best k keys of each node: it is settled up to k times, by different destinations."""
    n = len(arcs.first) - 1
    keys = np.full((n, k), NO_KEY, np.int64)
    n_settled = np.zeros(n, np.int32)
    heap = np.empty((len(seeds.head) + 1, 2), np.int64)
    size = 0
    for place in range(len(seeds.first) - 1):
        for s in range(seeds.first[place], seeds.first[place + 1]):
            key = (np.int64(seeds.weight[s]) << NUMBER_BITS) | place
            size = _push_pair(heap, size, key, seeds.head[s])
    while size > 0:
        key, u = heap[0, 0], heap[0, 1]
        size = _pop_pair(heap, size)
        number = key & NUMBER_MASK
        if key >= NO_KEY or n_settled[u] == k or _has_number(keys, u, n_settled[u], number):
            continue
        keys[u, n_settled[u]] = key
        n_settled[u] += 1
        more = arcs.first[u + 1] - arcs.first[u]
        if size + more > len(heap):
            heap = np.concatenate((heap, np.empty((len(heap) + more, 2), np.int64)))
        for e in range(arcs.first[u], arcs.first[u + 1]):
            v = arcs.head[e]
            if n_settled[v] < k and not _has_number(keys, v, n_settled[v], number):
                onward = key + (np.int64(arcs.weight[e]) << NUMBER_BITS)
                size = _push_pair(heap, size, onward, v)
    return keys
