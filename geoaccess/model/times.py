"""
Travel times from every origin to every destination, as blocks of destinations.

Nobody needs the whole matrix in memory: every measure is a fold over blocks of shape
(n_origins, block), which are computed when asked for, or held.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from geoaccess.errors import CutoffError, InputError, MemoryLimitError
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Snapped
from geoaccess.units import UNREACHED_MS, IntArray, LongArray, MinutesArray, min_to_ms, ms_to_min

if TYPE_CHECKING:
    import pandas as pd

BYTES_PER_TIME = 4
_BYTES_PER_GB = 1e9
# A block is held as milliseconds, as minutes, and once more while it is folded.
_COPIES_OF_A_BLOCK = 4
_WIDEST_BLOCK = 256


class TimeSource(Protocol):
    """What can answer for travel times in milliseconds, before any cutoff."""

    def block_ms(self, start: int, stop: int) -> IntArray:
        """Tell times to destinations ``start`` to ``stop``, shape (n_origins, stop - start)."""

    def nearest_ms(self, k: int) -> tuple[IntArray, IntArray]:
        """
        Tell times to the k nearest destinations and their positions, each (n_origins, k).

        Sorted by (time, position); where fewer than k are reached, the time is
        ``UNREACHED_MS`` and the position -1.
        """

    def take(self, destinations: LongArray) -> TimeSource:
        """Answer for some of the destinations only, given by ascending positions."""

    def digest(self) -> str:
        """Sum up everything that the times depend on, as 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldTimes:
    """A whole matrix in memory, as a source of blocks."""

    ms: IntArray

    def block_ms(self, start: int, stop: int) -> IntArray:
        """Columns ``start`` to ``stop``."""
        return self.ms[:, start:stop]

    def nearest_ms(self, k: int) -> tuple[IntArray, IntArray]:
        """Sort every row by (time, position) and keep the first k."""
        order = np.argsort(self.ms, axis=1, kind="stable")[:, :k].astype(np.int32)
        times = np.take_along_axis(self.ms, order, axis=1)
        return times, np.where(times < UNREACHED_MS, order, np.int32(-1))

    def take(self, destinations: LongArray) -> HeldTimes:
        """Keep some of the columns only."""
        return HeldTimes(ms=self.ms[:, destinations])

    def digest(self) -> str:
        """SHA-256 of the matrix."""
        return hashlib.sha256(np.ascontiguousarray(self.ms).view(np.uint8).data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTimes:
    """
    Minutes from origins to destinations, up to a cutoff.

    Attributes
    ----------
    origins, destinations
        The places, n_origins and n_destinations of them.
    origin_snap, destination_snap
        Where they meet the road.
    cutoff_min
        Largest time that is told; beyond it a pair is unreached, ``inf``.
    source
        What answers for the times.
    max_memory_gb
        A matrix that would take more is refused before it is allocated.

    Examples
    --------
    >>> import numpy as np
    >>> times = TravelTimes.from_minutes([[5.0, 70.0]], cutoff_min=60)
    >>> times.to_array()
    array([[ 5., inf]], dtype=float32)
    """

    origins: Origins
    destinations: Destinations
    origin_snap: Snapped
    destination_snap: Snapped
    cutoff_min: float
    source: TimeSource
    max_memory_gb: float = 4.0

    def __post_init__(self) -> None:
        """Refuse a cutoff or a limit of memory that is no positive number."""
        for name in ("cutoff_min", "max_memory_gb"):
            if not getattr(self, name) > 0:
                msg = f"{name} must be above 0, but is {getattr(self, name):g}"
                raise InputError(msg)

    @classmethod
    def from_minutes(
        cls,
        minutes: object,
        *,
        cutoff_min: float,
        origins: Origins | None = None,
        destinations: Destinations | None = None,
    ) -> Self:
        """
        Hold a matrix that was computed elsewhere.

        Parameters
        ----------
        minutes
            Shape (n_origins, n_destinations); ``inf`` or NaN where unreached.
        cutoff_min
            Largest time that the matrix can hold.
        origins, destinations
            The places; numbered ones are made up if left out.
        """
        matrix = np.atleast_2d(np.asarray(minutes, dtype=np.float64))
        if bool((matrix < 0).any()):
            msg = "travel times must be 0 or more; mark unreached pairs with inf"
            raise InputError(msg)
        ms = np.full(matrix.shape, UNREACHED_MS, dtype=np.int32)
        reached = np.isfinite(matrix)
        ms[reached] = np.minimum(np.rint(matrix[reached] * 60_000), UNREACHED_MS - 1)
        origins = origins or _numbered_origins(matrix.shape[0])
        destinations = destinations or _numbered_destinations(matrix.shape[1])
        return cls(
            origins=origins,
            destinations=destinations,
            origin_snap=_not_snapped(origins),
            destination_snap=_not_snapped(destinations),
            cutoff_min=cutoff_min,
            source=HeldTimes(ms=ms),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of origins and destinations."""
        return len(self.origins), len(self.destinations)

    @property
    def cutoff_ms(self) -> int:
        """The cutoff in milliseconds."""
        return min_to_ms(self.cutoff_min)

    def of_kind(self, kind: str) -> Self:
        """
        Keep the times to the services of one kind only.

        Raises
        ------
        InputError
            If there is none of that kind.
        """
        self.destinations.of_kind(kind)
        return self.take(np.flatnonzero(self.destinations.kind == kind))

    def take(self, destinations: LongArray) -> Self:
        """Keep the times to some of the destinations only, given by ascending positions."""
        return dataclasses.replace(
            self,
            destinations=self.destinations.take(destinations),
            destination_snap=self.destination_snap.take(destinations),
            source=self.source.take(destinations),
        )

    def require_cutoff(self, asked_min: float) -> None:
        """Refuse a measure that looks further than the times were computed."""
        if asked_min > self.cutoff_min:
            raise CutoffError(asked_min, self.cutoff_min)

    @property
    def block_size(self) -> int:
        """Destinations in a block, so many that the work on it stays within the limit."""
        row_bytes = max(len(self.origins), 1) * BYTES_PER_TIME * _COPIES_OF_A_BLOCK
        fitting = int(self.max_memory_gb * _BYTES_PER_GB / row_bytes)
        return max(1, min(fitting, _WIDEST_BLOCK))

    def blocks(self, size: int | None = None) -> Iterator[tuple[slice, MinutesArray]]:
        """
        Yield destinations and the minutes to them, block by block.

        Parameters
        ----------
        size
            Destinations in a block; ``block_size`` if left out.

        Yields
        ------
        A slice of the destinations and minutes of shape (n_origins, block), ``inf``
        where unreached or over the cutoff.
        """
        wide = size or self.block_size
        for start in range(0, len(self.destinations), wide):
            yield self.block(start, wide)

    def block(self, start: int, size: int) -> tuple[slice, MinutesArray]:
        """
        Tell one block of destinations, as :meth:`blocks` yields them.

        Parameters
        ----------
        start
            Its first destination.
        size
            How many destinations, fewer at the end.
        """
        stop = min(start + size, len(self.destinations))
        return slice(start, stop), self._told(self.source.block_ms(start, stop))

    def digest(self, block: int) -> str:
        """
        Sum up everything that a table of these times depends on.

        Parameters
        ----------
        block
            Destinations in a block of the table.

        Returns
        -------
        64 hexadecimal digits.
        """
        told = hashlib.sha256(f"{self.source.digest()} {self.cutoff_ms} {block}".encode())
        for ids in (self.origins.id, self.destinations.id):
            told.update("\n".join(ids).encode())
            told.update(b"|")
        return told.hexdigest()

    def to_array(self) -> MinutesArray:
        """
        Hold the whole matrix in memory.

        Returns
        -------
        Minutes, float32, shape (n_origins, n_destinations), ``inf`` where unreached.

        Raises
        ------
        MemoryLimitError
            If it would take more than ``max_memory_gb``; nothing is allocated then.
        """
        self._require_memory(len(self.origins) * len(self.destinations) * BYTES_PER_TIME)
        matrix = np.empty(self.shape, dtype=np.float32)
        for columns, minutes in self.blocks():
            matrix[:, columns] = minutes
        return matrix

    def to_frame(self) -> pd.DataFrame:
        """
        Reached pairs as a long table.

        Returns
        -------
        Columns ``from_id, to_id, travel_time_min``, by origin, then destination.
        """
        import pandas as pd  # noqa: PLC0415 - heavy, and loading a noun must stay light

        matrix = self.to_array()
        rows, columns = np.nonzero(np.isfinite(matrix))
        return pd.DataFrame(
            {
                "from_id": self.origins.id[rows],
                "to_id": self.destinations.id[columns],
                "travel_time_min": matrix[rows, columns],
            }
        )

    def nearest(self, k: int = 1) -> tuple[MinutesArray, IntArray]:
        """
        Minutes to the k nearest destinations and their positions.

        Returns
        -------
        Two arrays of shape (n_origins, k), sorted by (time, position); minutes ``inf``
        and position -1 where fewer than k are reached within the cutoff.

        Raises
        ------
        InputError
            If k is below 1 or above n_destinations.
        """
        if not 1 <= k <= len(self.destinations):
            msg = f"k must be from 1 to {len(self.destinations)} destinations, but is {k}"
            raise InputError(msg)
        ms, position = self.source.nearest_ms(k)
        told = self._told(ms)
        return told, np.where(np.isfinite(told), position, np.int32(-1))

    def _require_memory(self, needed_bytes: int) -> None:
        if needed_bytes > self.max_memory_gb * _BYTES_PER_GB:
            raise MemoryLimitError(needed_bytes / _BYTES_PER_GB, self.max_memory_gb)

    def _told(self, ms: IntArray) -> MinutesArray:
        return ms_to_min(ms, longest_ms=self.cutoff_ms)

    def __repr__(self) -> str:
        """One line: the shape and the cutoff."""
        return f"<TravelTimes {self.shape[0]} x {self.shape[1]}, cutoff {self.cutoff_min:g} min>"


def _numbered_origins(n: int) -> Origins:
    ids = np.array([f"o{i}" for i in range(n)], dtype=object)
    zeros = np.zeros(n)
    return Origins(id=ids, name=ids, lon=zeros, lat=zeros, population=np.ones(n))


def _numbered_destinations(n: int) -> Destinations:
    ids = np.array([f"d{i}" for i in range(n)], dtype=object)
    kind = np.array(["service"] * n, dtype=object)
    zeros = np.zeros(n)
    return Destinations(id=ids, name=ids, kind=kind, lon=zeros, lat=zeros, capacity=zeros)


def _not_snapped(places: Origins | Destinations) -> Snapped:
    n = len(places)
    return Snapped(
        id=places.id,
        segment=np.full(n, -1, dtype=np.int32),
        way=np.full(n, -1, dtype=np.int64),
        fraction=np.zeros(n),
        distance_m=np.zeros(n),
        lon=places.lon,
        lat=places.lat,
        access_ms=np.zeros(n, dtype=np.int32),
        component=np.full(n, -1, dtype=np.int32),
        reason=np.array([""] * n, dtype=object),
    )
