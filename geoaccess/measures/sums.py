"""
Weighted sums over one block of travel times, on several threads.

Rows go in groups of a fixed size, each by one thread, and what the groups draw is added up
in their order: neither threads nor the width of a block change a bit of any sum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

from geoaccess.measures.decay import Decay
from geoaccess.routing.workers import run_tasks
from geoaccess.units import MS_PER_MIN, FloatArray, IntArray

P = ParamSpec("P")
R = TypeVar("R")

# Origins that one task folds: their weights stay in a processor's own cache.
ROWS = 128


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


class Term(NamedTuple):
    """
    One sum over weighted pairs.

    Attributes
    ----------
    factor
        What stands beside each weight, of each column (gathered) or row (drawn).
    total
        Where the sum goes, of each row (gathered) or column (drawn).
    squared
        Whether the weights are squared.
    """

    factor: FloatArray
    total: FloatArray
    squared: bool = False


class Weighing(NamedTuple):
    """
    One decay in one block, and the sums that it weighs.

    Attributes
    ----------
    decay
        Minutes to weights.
    gathered
        Sums over the columns, which are added to.
    drawn
        Sums over the rows, which are set.
    """

    decay: Decay
    gathered: Sequence[Term]
    drawn: Sequence[Term]


def add_block(ms: IntArray, cutoff_ms: int, weighings: Sequence[Weighing], *, threads: int) -> None:
    """
    Weigh one block of travel times.

    Parameters
    ----------
    ms
        Milliseconds, shape (n_origins, block).
    cutoff_ms
        What takes longer is unreached.
    weighings
        Sums to add to, and to set.
    threads
        How many threads may work.
    """
    n_groups = -(-len(ms) // ROWS)
    partial = [np.zeros((len(one.drawn), n_groups, ms.shape[1])) for one in weighings]

    def task(group: int, minutes: FloatArray) -> None:
        rows = slice(group * ROWS, min((group + 1) * ROWS, len(ms)))
        told = minutes[: rows.stop - rows.start]
        _to_minutes(ms[rows], cutoff_ms, told)
        for one, sums in zip(weighings, partial, strict=True):
            _weigh(one, told, rows, sums[:, group])

    run_tasks(task, n_groups, workspace=lambda: np.empty((ROWS, ms.shape[1])), threads=threads)
    for one, sums in zip(weighings, partial, strict=True):
        for term, parts in zip(one.drawn, sums, strict=True):
            # Along the first axis NumPy adds one row after another.
            np.add.reduce(parts, axis=0, out=term.total)


def _weigh(one: Weighing, minutes: FloatArray, rows: slice, sums: FloatArray) -> None:
    """Weigh a group of rows and add what they gather and draw."""
    weight = np.ascontiguousarray(one.decay(minutes), dtype=np.float64)
    square = weight
    if any(term.squared for term in (*one.gathered, *one.drawn)):
        square = weight * weight
    for term in one.gathered:
        _gather(square if term.squared else weight, term.factor, term.total[rows])
    for term, total in zip(one.drawn, sums, strict=True):
        _draw(square if term.squared else weight, term.factor[rows], total)


@_kernel
def _to_minutes(ms: IntArray, cutoff_ms: int, minutes: FloatArray) -> None:
    """Minutes for milliseconds, ``inf`` beyond the cutoff."""
    for i in range(ms.shape[0]):
        for j in range(ms.shape[1]):
            minutes[i, j] = ms[i, j] / float(MS_PER_MIN) if ms[i, j] <= cutoff_ms else np.inf


@_kernel
def _gather(weight: FloatArray, value: FloatArray, total: FloatArray) -> None:
    """
    Add to each row its weights times the values of the columns, one after another.

    Four rows at a time: additions to one sum must wait for each other, those to others not.
    """
    n_rows, n_columns = weight.shape
    whole = n_rows - n_rows % 4
    for i in range(0, whole, 4):
        a, b, c, d = total[i], total[i + 1], total[i + 2], total[i + 3]
        for j in range(n_columns):
            a += weight[i, j] * value[j]
            b += weight[i + 1, j] * value[j]
            c += weight[i + 2, j] * value[j]
            d += weight[i + 3, j] * value[j]
        total[i], total[i + 1], total[i + 2], total[i + 3] = a, b, c, d
    for i in range(whole, n_rows):
        a = total[i]
        for j in range(n_columns):
            a += weight[i, j] * value[j]
        total[i] = a


@_kernel
def _draw(weight: FloatArray, amount: FloatArray, total: FloatArray) -> None:
    """Add to each column its weights times the amounts of the rows, one after another."""
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            total[j] += weight[i, j] * amount[i]
