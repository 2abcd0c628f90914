"""
Travel times from every origin to every destination, as blocks of destinations.

Nobody needs the whole matrix in memory: every measure is a fold over blocks of shape
(n_origins, block), which are computed when asked for, or held.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from geoaccess.errors import CutoffError, InputError
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Snapped
from geoaccess.units import UNREACHED_MS, IntArray, MinutesArray, min_to_ms, ms_to_min

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 64


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

    def __post_init__(self) -> None:
        """Refuse a cutoff that is no positive number."""
        if not self.cutoff_min > 0:
            msg = f"cutoff_min must be above 0, but is {self.cutoff_min:g}"
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

    def require_cutoff(self, asked_min: float) -> None:
        """Refuse a measure that looks further than the times were computed."""
        if asked_min > self.cutoff_min:
            raise CutoffError(asked_min, self.cutoff_min)

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[slice, MinutesArray]]:
        """
        Yield destinations and the minutes to them, block by block.

        Yields
        ------
        A slice of the destinations and minutes of shape (n_origins, block), ``inf``
        where unreached or over the cutoff.
        """
        for start in range(0, len(self.destinations), size):
            stop = min(start + size, len(self.destinations))
            yield slice(start, stop), self._told(self.source.block_ms(start, stop))

    def to_array(self) -> MinutesArray:
        """Minutes, float32, shape (n_origins, n_destinations), ``inf`` where unreached."""
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

    def _told(self, ms: IntArray) -> MinutesArray:
        return ms_to_min(np.where(ms <= self.cutoff_ms, ms, np.int32(UNREACHED_MS)))

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
        fraction=np.zeros(n),
        distance_m=np.zeros(n),
        lon=places.lon,
        lat=places.lat,
        access_ms=np.zeros(n, dtype=np.int32),
        component=np.full(n, -1, dtype=np.int32),
        reason=np.array([""] * n, dtype=object),
    )
