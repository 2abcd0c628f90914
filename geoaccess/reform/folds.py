"""
Nearest services under a rule of who may use which, as folds over blocks of travel times.

One pass over the blocks answers for as many rules as wanted: borders and agreements never
enter routing, and the whole matrix is never held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from geoaccess.model.times import TravelTimes
from geoaccess.units import UNREACHED_MS, BoolArray, IntArray


class Fold(Protocol):
    """What takes travel times block by block."""

    def take(self, columns: slice, ms: IntArray) -> None:
        """Take the milliseconds to some destinations, shape (n_origins, block)."""


def fold_blocks(times: TravelTimes, *folds: Fold) -> None:
    """Hand every block of travel times, before any cutoff, to each of the folds."""
    wide, n_destinations = times.block_size, len(times.destinations)
    for start in range(0, n_destinations, wide):
        stop = min(start + wide, n_destinations)
        ms = times.source.block_ms(start, stop)
        for fold in folds:
            fold.take(slice(start, stop), ms)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestOpen:
    """
    Nearest destination that is open to each origin, by (time, position).

    Attributes
    ----------
    zone
        Zone of each origin, -1 outside every zone.
    owner
        Zone that owns each destination, -1 for nobody's.
    opens
        Whether zone (row) may use the services of zone (column), the last row and column
        for -1.
    ms, position
        The answer, shape (n_origins,): ``UNREACHED_MS`` and -1 where none is reached.
    """

    zone: IntArray
    owner: IntArray
    opens: BoolArray
    ms: IntArray
    position: IntArray

    @classmethod
    def over(cls, zone: IntArray, owner: IntArray, opens: BoolArray) -> NearestOpen:
        """Begin with nothing reached."""
        return cls(
            zone=zone,
            owner=owner,
            opens=opens,
            ms=np.full(len(zone), UNREACHED_MS, dtype=np.int32),
            position=np.full(len(zone), -1, dtype=np.int32),
        )

    def take(self, columns: slice, ms: IntArray) -> None:
        """Keep what is nearer than all before; the first of equally near ones stays."""
        may_use = self.opens[:, self.owner[columns]][self.zone]
        allowed = np.where(may_use, ms, np.int32(UNREACHED_MS))
        first = allowed.argmin(axis=1)
        found = np.take_along_axis(allowed, first[:, None], axis=1)[:, 0]
        nearer = found < self.ms
        self.ms[nearer] = found[nearer]
        self.position[nearer] = (first[nearer] + columns.start).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestByOwner:
    """
    Time from each origin to the nearest destination of each zone.

    Attributes
    ----------
    owner
        Zone that owns each destination, -1 for nobody's.
    ms
        The answer, shape (n_origins, n_zones), ``UNREACHED_MS`` where none is reached.
    """

    owner: IntArray
    ms: IntArray

    @classmethod
    def over(cls, n_origins: int, owner: IntArray, n_zones: int) -> NearestByOwner:
        """Begin with nothing reached."""
        return cls(owner=owner, ms=np.full((n_origins, n_zones), UNREACHED_MS, dtype=np.int32))

    def take(self, columns: slice, ms: IntArray) -> None:
        """Keep what is nearer than all before."""
        owner = self.owner[columns]
        order = np.argsort(owner, kind="stable")
        order = order[owner[order] >= 0]
        if not len(order):
            return
        zones, first = np.unique(owner[order], return_index=True)
        least = np.minimum.reduceat(ms[:, order], first, axis=1)
        self.ms[:, zones] = np.minimum(self.ms[:, zones], least)


def open_to_all(n_zones: int) -> BoolArray:
    """Rule without borders: everybody may use everything, also what nobody owns."""
    return np.ones((n_zones + 1, n_zones + 1), dtype=np.bool_)


def open_to_own(n_zones: int) -> BoolArray:
    """Rule of the own municipality; who lives outside every zone has none."""
    rule: BoolArray = np.eye(n_zones + 1, dtype=np.bool_)
    rule[-1, -1] = False
    return rule
