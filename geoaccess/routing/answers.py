"""What the routing kernels answer, whichever algorithm found it."""

from __future__ import annotations

from dataclasses import dataclass

from geoaccess.units import IntArray, LongArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nearest:
    """
    The nearest destinations of each origin, by (time, number).

    Attributes
    ----------
    ms
        Milliseconds, ``UNREACHED_MS`` where fewer are reached, shape (n_origins, k).
    place
        Which destination, -1 where fewer are reached, shape (n_origins, k).
    """

    ms: IntArray
    place: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """
    The nodes that lie within a cutoff of each place.

    Attributes
    ----------
    first
        Nodes of place p are ``first[p]`` to ``first[p + 1]``, shape (n_places + 1,).
    node
        Node, ascending for each place, shape (n_reached,).
    ms
        Milliseconds, shape (n_reached,).
    """

    first: LongArray
    node: IntArray
    ms: IntArray
