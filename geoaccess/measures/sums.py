"""
Weighted sums over a block of travel times, on several threads.

Rows go in groups of a fixed size, each by one thread, and what the groups draw is added up
in their order: neither threads nor the width of a block change a bit of any sum. A thread
does all that is asked of its rows in one call, without the interpreter's lock. For that the
kernels know the usual decays; any other is called as it is, piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from geoaccess.measures.decay import Decay, Form, KnownDecay
from geoaccess.measures.sum_kernels import (
    AT_ONCE,
    BELL,
    COLUMNS,
    CUTOFFS,
    EXPONENTIAL,
    GIVEN,
    LINEAR,
    LOGISTIC,
    POWER,
    ROWS,
    STEPPED,
    Decays,
    Room,
    Terms,
    Window,
    fold_rows,
)
from geoaccess.routing.workers import run_tasks
from geoaccess.units import MS_PER_MIN, FloatArray, IntArray

# Tasks for each thread: threads that were held up leave some to the others.
_TASKS_A_THREAD = 8
_MS_PER_MIN = float(MS_PER_MIN)
_CODES: dict[Form, int] = {
    "stepped": STEPPED,
    "linear": LINEAR,
    "exponential": EXPONENTIAL,
    "bell": BELL,
    "logistic": LOGISTIC,
    "power": POWER,
    "cutoffs": CUTOFFS,
}


class Term(NamedTuple):
    """
    One sum over weighted pairs.

    Attributes
    ----------
    decay
        The number of the decay that weighs them.
    factor
        What stands beside each weight, of each column (gathered) or row (drawn).
    total
        Where the sum goes, of each row (gathered) or column (drawn).
    squared
        Whether the weights are squared.
    """

    decay: int
    factor: FloatArray
    total: FloatArray
    squared: bool = False


class Block(NamedTuple):
    """
    A block of travel times.

    Attributes
    ----------
    ms
        Milliseconds, shape (n_origins, width).
    cutoff_ms
        What takes longer is unreached.
    threads
        How many threads may work.
    """

    ms: IntArray
    cutoff_ms: int
    threads: int


def add_block(
    block: Block, decays: Sequence[Decay], gathered: Sequence[Term], drawn: Sequence[Term]
) -> None:
    """
    Weigh one block of travel times.

    Parameters
    ----------
    block
        The travel times.
    decays
        Minutes to weights.
    gathered
        Sums over the columns, which are added to.
    drawn
        Sums over the rows, which are set.
    """
    used = sorted({term.decay for term in (*gathered, *drawn)})
    if not used:
        return
    chosen = [decays[number] for number in used]
    n_rows, width = block.ms.shape
    n_groups = -(-n_rows // ROWS)
    order = [sorted(some, key=lambda term: term.decay) for some in (gathered, drawn)]
    rows = _terms(order[0], used, _stacked([term.total for term in order[0]]))
    columns = _terms(order[1], used, np.zeros((n_groups, len(drawn), width)))
    squared = {term.decay for term in (*gathered, *drawn) if term.squared}
    known = _known(chosen, [number in squared for number in used])
    work = _Work(block, chosen, known, rows, columns)
    n_tasks = min(n_groups, _TASKS_A_THREAD * block.threads) if block.threads > 1 else 1

    def task(number: int, room: Room) -> None:
        bounds = (part * n_groups // n_tasks for part in (number, number + 1))
        work.fold(range(*bounds), room)

    run_tasks(task, n_tasks, workspace=work.room, threads=block.threads)
    for term, total in zip(order[0], rows.total, strict=True):
        term.total[:] = total
    # Along the first axis NumPy adds one row after another.
    for term, total in zip(order[1], np.add.reduce(columns.total, axis=0), strict=True):
        term.total[:] = total


class _Work(NamedTuple):
    """All that is asked of a block."""

    block: Block
    decays: Sequence[Decay]
    known: Decays
    gathered: Terms
    drawn: Terms

    def room(self) -> Room:
        """Room of one worker."""
        n_given = len(self.decays) if (self.known.form == GIVEN).any() else 0
        return Room(
            # A cache line more, or the columns would crowd one another out of the cache.
            turned=np.empty((COLUMNS, ROWS + AT_ONCE), np.int32),
            weight=np.empty((2, ROWS)),
            given=np.empty((n_given, COLUMNS, ROWS)),
        )

    def fold(self, groups: range, room: Room) -> None:
        """Fold some groups of rows: at once, or piece by piece where weights come from outside."""
        width = self.block.ms.shape[1]
        if not len(room.given):
            self._fold(room, Window(groups.start, groups.stop, 0, width))
            return
        for group in groups:
            for first in range(0, width, COLUMNS):
                window = Window(group, group + 1, first, min(first + COLUMNS, width))
                for number in np.flatnonzero(self.known.form == GIVEN):
                    self._weigh(int(number), room, window)
                self._fold(room, window)

    def _weigh(self, number: int, room: Room, window: Window) -> None:
        """Ask a decay for the weights of a piece; it is told no more than the cutoff."""
        rows = slice(window.first_group * ROWS, window.last_group * ROWS)
        some = self.block.ms[rows, window.first : window.last].T
        minutes = np.minimum(some, self.block.cutoff_ms) / _MS_PER_MIN
        room.given[number, : len(some), : some.shape[1]] = self.decays[number](minutes)

    def _fold(self, room: Room, window: Window) -> None:
        block = self.block
        fold_rows(block.ms, block.cutoff_ms, self.known, self.gathered, self.drawn, room, window)


def _known(decays: Sequence[Decay], squared: Sequence[bool]) -> Decays:
    """Decays as kernels take them; those that they do not know are given."""
    forms, numbers = [], []
    for decay in decays:
        formula = decay.formula if isinstance(decay, KnownDecay) else None
        forms.append(GIVEN if formula is None else _CODES[formula.form])
        numbers.append([] if formula is None else list(formula.numbers))
    first = np.cumsum([0, *map(len, numbers)])
    every = [one for some in numbers for one in some]
    return Decays(
        form=np.array(forms, np.int64),
        squared=np.array(squared, np.bool_),
        first=first.astype(np.int64),
        number=np.array(every, np.float64),
    )


def _terms(terms: Sequence[Term], used: Sequence[int], total: FloatArray) -> Terms:
    """Terms as kernels take them, in the order of their decays."""
    first = np.searchsorted([term.decay for term in terms], [*used, used[-1] + 1])
    return Terms(
        first=first.astype(np.int64),
        power=np.array([term.squared for term in terms], dtype=np.int64),
        factor=_stacked([term.factor for term in terms]),
        total=total,
    )


def _stacked(rows: Sequence[FloatArray]) -> FloatArray:
    """Rows as one array of two dimensions, also where there is none."""
    return np.array(rows, dtype=np.float64) if rows else np.empty((0, 0))
