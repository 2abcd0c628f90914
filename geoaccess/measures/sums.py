"""
Weighted sums over a strip of travel times, on several threads.

Rows go in groups of a fixed size, each by one thread, and what the groups draw is added up
in their order: neither threads nor the width of a strip change a bit of any sum.
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

# Origins and destinations that one task folds: their weights stay in a processor's own cache.
ROWS, COLUMNS = 512, 64


SMALLEST_WEIGHT = 1e-100
"""A weight below counts as 0: its square and its inverse would leave the range of numbers."""


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True)(function))


@_kernel
def _power(weight: float, squared: bool) -> float:  # noqa: FBT001 - a kernel takes no keywords
    return weight * weight if squared else weight


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
    One decay in one strip, and the sums that it weighs.

    Attributes
    ----------
    decay
        Minutes to weights.
    gathered
        Sums over the columns, which are added to.
    drawn
        Sums over the rows, which are set.
    held
        Where weights are kept for a second time, shape (n_origins, width), or nowhere.
    is_held
        Whether this is the second time.
    """

    decay: Decay
    gathered: Sequence[Term]
    drawn: Sequence[Term]
    held: FloatArray | None = None
    is_held: bool = False


class Strip(NamedTuple):
    """
    Some columns of a block of travel times.

    Attributes
    ----------
    ms
        Milliseconds, shape (n_origins, block).
    cutoff_ms
        What takes longer is unreached.
    first, width
        The columns.
    threads
        How many threads may work.
    """

    ms: IntArray
    cutoff_ms: int
    first: int
    width: int
    threads: int


class Room(NamedTuple):
    """Room of one worker, a group of rows each: minutes, and their weights."""

    minutes: FloatArray
    weight: FloatArray


def add_strip(strip: Strip, weighings: Sequence[Weighing]) -> None:
    """
    Weigh one strip of travel times.

    Parameters
    ----------
    strip
        The travel times.
    weighings
        Sums to add to, and to set.
    """
    n_rows = len(strip.ms)
    n_groups = -(-n_rows // ROWS)
    partial = [np.zeros((len(one.drawn), n_groups, strip.width)) for one in weighings]
    is_new = not all(one.is_held for one in weighings)

    def task(group: int, room: Room) -> None:
        rows = slice(group * ROWS, min((group + 1) * ROWS, n_rows))
        own = Room(*(array[: rows.stop - rows.start] for array in room))
        if is_new:
            _to_minutes(strip.ms[rows], strip.first, strip.cutoff_ms, own.minutes)
        for one, sums in zip(weighings, partial, strict=True):
            _add_up(one, _weighed(one, strip, rows, own), rows, sums[:, group])

    def room() -> Room:
        return Room(*(np.empty((ROWS, strip.width)) for _ in range(2)))

    run_tasks(task, n_groups, workspace=room, threads=strip.threads)
    for one, sums in zip(weighings, partial, strict=True):
        for term, parts in zip(one.drawn, sums, strict=True):
            # Along the first axis NumPy adds one row after another.
            np.add.reduce(parts, axis=0, out=term.total)


def _weighed(one: Weighing, strip: Strip, rows: slice, room: Room) -> FloatArray:
    """Weigh a group of rows, or take the weights that are held."""
    weight = room.weight if one.held is None else one.held[rows]
    if not one.is_held:
        raw = np.ascontiguousarray(one.decay(room.minutes), dtype=np.float64)
        _keep(raw, strip.ms[rows], strip.first, strip.cutoff_ms, weight)
    return weight


def _add_up(one: Weighing, weight: FloatArray, rows: slice, sums: FloatArray) -> None:
    """Add what a group of rows gathers and draws."""
    for term in one.gathered:
        _gather(weight, term.factor, term.total[rows], term.squared)
    for term, total in zip(one.drawn, sums, strict=True):
        _draw(weight, term.factor[rows], total, term.squared)


@_kernel
def _to_minutes(ms: IntArray, first: int, cutoff_ms: int, minutes: FloatArray) -> None:
    """Minutes for milliseconds; for the unreached, those of the cutoff: decays are slow on inf."""
    for i in range(minutes.shape[0]):
        for j in range(minutes.shape[1]):
            minutes[i, j] = min(ms[i, first + j], cutoff_ms) / float(MS_PER_MIN)


@_kernel
def _keep(raw: FloatArray, ms: IntArray, first: int, cutoff_ms: int, weight: FloatArray) -> None:
    """Copy weights, 0 for the unreached and for those too small to reckon with."""
    for i in range(raw.shape[0]):
        for j in range(raw.shape[1]):
            is_kept = ms[i, first + j] <= cutoff_ms and raw[i, j] >= SMALLEST_WEIGHT
            weight[i, j] = raw[i, j] if is_kept else 0.0


@_kernel
def _gather(weight: FloatArray, value: FloatArray, total: FloatArray, squared: bool) -> None:  # noqa: FBT001 - a kernel takes no keywords
    """
    Add to each row its weights times the values of the columns, one after another.

    Eight rows at a time: additions to one sum must wait for each other, those to others not.
    """
    n_rows, n_columns = weight.shape
    whole = n_rows - n_rows % 8
    for i in range(0, whole, 8):
        a, b, c, d = total[i], total[i + 1], total[i + 2], total[i + 3]
        e, f, g, h = total[i + 4], total[i + 5], total[i + 6], total[i + 7]
        for j in range(n_columns):
            v = value[j]
            a += _power(weight[i, j], squared) * v
            b += _power(weight[i + 1, j], squared) * v
            c += _power(weight[i + 2, j], squared) * v
            d += _power(weight[i + 3, j], squared) * v
            e += _power(weight[i + 4, j], squared) * v
            f += _power(weight[i + 5, j], squared) * v
            g += _power(weight[i + 6, j], squared) * v
            h += _power(weight[i + 7, j], squared) * v
        total[i], total[i + 1], total[i + 2], total[i + 3] = a, b, c, d
        total[i + 4], total[i + 5], total[i + 6], total[i + 7] = e, f, g, h
    for i in range(whole, n_rows):
        a = total[i]
        for j in range(n_columns):
            a += _power(weight[i, j], squared) * value[j]
        total[i] = a


@_kernel
def _draw(weight: FloatArray, amount: FloatArray, total: FloatArray, squared: bool) -> None:  # noqa: FBT001 - a kernel takes no keywords
    """Add to each column its weights times the amounts of the rows, one after another."""
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            total[j] += _power(weight[i, j], squared) * amount[i]
