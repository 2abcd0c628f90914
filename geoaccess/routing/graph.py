"""
Roads and places as bare arrays, checked once when they are made.

Times are int32 milliseconds; ``UNREACHED_MS`` stands for "no way". No sum can wrap: every
stored time lies in [0, 10^9], so two of them add up to at most 2 * 10^9, and int32 holds
2 147 483 647. Every kernel stores the minimum of such a sum and a stored time, which lies
in [0, 10^9] again. A real time of 10^9 ms (eleven days) or more therefore counts as
unreached, whatever the algorithm. Packed keys (time * 2^32 + id) stay below 2^63 likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError, NetworkError
from geoaccess.units import UNREACHED_MS, AnyArray, IntArray, LongArray

MOST_ARCS = 2**31 - 1


class Csr(NamedTuple):
    """Arcs grouped by row: row v holds arcs ``first[v]`` to ``first[v + 1]``."""

    first: LongArray
    head: IntArray
    weight: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """
    A directed road graph; parallel arcs, loops and zero weights are welcome.

    Attributes
    ----------
    first_out
        Arcs leaving node v are ``first_out[v]`` to ``first_out[v + 1]``, shape (n_nodes + 1,).
    head
        Node where each arc ends, shape (n_arcs,).
    weight
        Milliseconds along each arc, shape (n_arcs,); ``UNREACHED_MS`` or more closes the arc.

    Raises
    ------
    NetworkError
        If the arrays contradict one another or hold impossible values.
    """

    first_out: LongArray
    head: IntArray
    weight: IntArray

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        _require_countable(self.head)
        _require_equal_lengths(head=self.head, weight=self.weight)
        first_out = _row_starts("first_out", self.first_out, len(self.head))
        object.__setattr__(self, "first_out", first_out)
        object.__setattr__(self, "head", _ids("head", self.head, len(first_out) - 1))
        object.__setattr__(self, "weight", arc_weights(self.weight))

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.first_out) - 1

    @property
    def csr(self) -> Csr:
        """The arrays as kernels take them."""
        return Csr(self.first_out, self.head, self.weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seeds:
    """
    Where places enter the network.

    A place on a road segment enters at both ends, each after some time on the way there.

    Attributes
    ----------
    first
        Seeds of place p are ``first[p]`` to ``first[p + 1]``, shape (n_places + 1,).
    node
        Node of each seed, shape (n_seeds,).
    ms
        Milliseconds between the place and the node, shape (n_seeds,).

    Raises
    ------
    NetworkError
        If the arrays contradict one another or hold impossible values.
    """

    first: LongArray
    node: IntArray
    ms: IntArray

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        _require_countable(self.node)
        _require_equal_lengths(node=self.node, ms=self.ms)
        object.__setattr__(self, "first", _row_starts("first", self.first, len(self.node)))
        object.__setattr__(self, "node", _ids("node", self.node, MOST_ARCS))
        object.__setattr__(self, "ms", _milliseconds("ms", self.ms))

    @classmethod
    def at_nodes(cls, node: npt.ArrayLike) -> Self:
        """
        Places that lie exactly on nodes.

        Parameters
        ----------
        node
            One node a place, shape (n_places,).

        Returns
        -------
        Seeds with one entry a place and no time on the way.

        Examples
        --------
        >>> Seeds.at_nodes([4, 2]).first.tolist()
        [0, 1, 2]
        """
        nodes = np.asarray(node)
        return cls(
            first=np.arange(len(nodes) + 1, dtype=np.int64),
            node=nodes,
            ms=np.zeros(len(nodes), np.int32),
        )

    @property
    def n_places(self) -> int:
        """Number of places."""
        return len(self.first) - 1

    def renumbered(self, rank: IntArray) -> Csr:
        """
        Seeds as kernels take them, nodes renumbered.

        Parameters
        ----------
        rank
            New number of each node, shape (n_nodes,).

        Returns
        -------
        Rows are places; heads are new numbers; weights are milliseconds.

        Raises
        ------
        InputError
            If a seed lies on a node that the graph does not have.
        """
        n = len(rank)
        if len(self.node) and int(self.node.max()) >= n:
            n_bad = int((self.node >= n).sum())
            msg = f"{n_bad} of {len(self.node)} seeds lie on nodes outside the graph's {n}"
            raise InputError(msg)
        return Csr(self.first, sealed_int32(rank[self.node]), self.ms)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DirectTrips:
    """
    Trips known beforehand, such as between two places on one road segment.

    Attributes
    ----------
    origin, destination
        Which place of each list, shape (n_trips,).
    ms
        Milliseconds in the direction that is asked for, shape (n_trips,).
    """

    origin: IntArray
    destination: IntArray
    ms: IntArray

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        _require_equal_lengths(origin=self.origin, destination=self.destination, ms=self.ms)
        object.__setattr__(self, "origin", _ids("origin", self.origin, MOST_ARCS))
        object.__setattr__(self, "destination", _ids("destination", self.destination, MOST_ARCS))
        object.__setattr__(self, "ms", _milliseconds("ms", self.ms))

    @classmethod
    def none(cls) -> Self:
        """No trip at all."""
        empty = np.empty(0, np.int32)
        return cls(origin=empty, destination=empty, ms=empty)

    def require_places(self, n_origins: int, n_destinations: int) -> None:
        """
        Refuse trips between places that are not there.

        Parameters
        ----------
        n_origins, n_destinations
            Lengths of the two lists.

        Raises
        ------
        InputError
            If a trip names a place beyond its list.
        """
        off = (self.origin >= n_origins) | (self.destination >= n_destinations)
        if off.any():
            msg = (
                f"{int(off.sum())} of {len(off)} direct trips name a place beyond "
                f"{n_origins} origins and {n_destinations} destinations"
            )
            raise InputError(msg)


def sealed_int32(values: npt.ArrayLike) -> IntArray:
    """Read-only contiguous view as int32; the caller's own array stays writable."""
    array = np.ascontiguousarray(values, dtype=np.int32).view()
    array.flags.writeable = False
    return array


def sealed_int64(values: npt.ArrayLike) -> LongArray:
    """Read-only contiguous view as int64; the caller's own array stays writable."""
    array = np.ascontiguousarray(values, dtype=np.int64).view()
    array.flags.writeable = False
    return array


def arc_weights(weight: npt.ArrayLike) -> IntArray:
    """
    Check arc weights.

    Parameters
    ----------
    weight
        Whole milliseconds, 0 or more; ``UNREACHED_MS`` or more closes the arc.

    Returns
    -------
    Milliseconds in [0, UNREACHED_MS], read-only.

    Raises
    ------
    NetworkError
        If a weight is negative or not a whole number.
    """
    return _milliseconds("weight", weight)


def arc_numbers(arcs: npt.ArrayLike, n_arcs: int) -> IntArray:
    """
    Check numbers of arcs.

    Parameters
    ----------
    arcs
        Which arcs.
    n_arcs
        How many there are.

    Returns
    -------
    The same, read-only.

    Raises
    ------
    NetworkError
        If one does not exist.
    """
    return _ids("arcs", arcs, n_arcs)


def require_threads(threads: int) -> int:
    """
    Check how many threads were asked for.

    Parameters
    ----------
    threads
        How many may run at once.

    Returns
    -------
    The same number.

    Raises
    ------
    InputError
        If it is below 1.
    """
    if threads < 1:
        msg = f"threads={threads} can do no work; ask for 1 or more"
        raise InputError(msg)
    return threads


def _require_countable(head: npt.ArrayLike) -> None:
    n_entries = np.shape(head)[0] if np.ndim(head) else 0
    if n_entries > MOST_ARCS:
        msg = f"{n_entries} entries are more than the {MOST_ARCS} that int32 can number"
        raise NetworkError(msg)


def _require_equal_lengths(**arrays: npt.ArrayLike) -> None:
    lengths = {name: np.size(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        msg = f"arrays must be equally long, but are {told}"
        raise NetworkError(msg)


def _whole_numbers(name: str, values: npt.ArrayLike) -> AnyArray:
    array: AnyArray = np.asarray(values)
    if array.ndim != 1:
        msg = f"{name} has {array.ndim} dimensions; it must have one"
        raise NetworkError(msg)
    if array.size and array.dtype.kind not in "iu":
        n_nan = int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0
        msg = f"{name} is {array.dtype} with {n_nan} NaN; it must hold whole numbers"
        raise NetworkError(msg)
    return array


def _milliseconds(name: str, values: npt.ArrayLike) -> IntArray:
    array = _whole_numbers(name, values)
    if array.size and int(array.min()) < 0:
        at = int(np.argmax(array < 0))
        n_bad = int((array < 0).sum())
        msg = f"{name}[{at}] is {array[at]} ms ({n_bad} such); times must be 0 or more"
        raise NetworkError(msg)
    if array.size and int(array.max()) > UNREACHED_MS:
        array = np.minimum(array, UNREACHED_MS)
    return sealed_int32(array)


def _row_starts(name: str, values: npt.ArrayLike, n_entries: int) -> LongArray:
    array = _whole_numbers(name, values)
    ends_meet = array.size > 0 and int(array[0]) == 0 and int(array[-1]) == n_entries
    starts = array.astype(np.int64)
    if not ends_meet or bool((np.diff(starts) < 0).any()):
        msg = f"{name} must start at 0, never go down, and end at {n_entries}"
        raise NetworkError(msg)
    if len(starts) > MOST_ARCS:
        msg = f"{len(starts)} rows are more than the {MOST_ARCS} that int32 can number"
        raise NetworkError(msg)
    return sealed_int64(starts)


def _ids(name: str, values: npt.ArrayLike, n: int) -> IntArray:
    array = _whole_numbers(name, values)
    off = (array < 0) | (array >= n)
    if off.any():
        at = int(np.argmax(off))
        msg = f"{name}[{at}] is {array[at]}, outside 0 to {n - 1} ({int(off.sum())} such)"
        raise NetworkError(msg)
    return sealed_int32(array)
