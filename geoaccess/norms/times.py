"""Times of one vehicle, as norms are checked against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from geoaccess.model.norm import Direction
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.profile import Profile
from geoaccess.model.times import TravelTimes
from geoaccess.travel import unreached_reasons
from geoaccess.units import UNREACHED_MS, IntArray, TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormTimes:
    """
    Times of one vehicle to or from the nearest service of each kind.

    Attributes
    ----------
    profile, direction
        The vehicle, by name, and who drives to whom.
    turnout_min
        Minutes between call and setting out that the times hold.
    cutoff_min
        Largest time that is told.
    origins, destinations
        Settlements and services.
    nearest_ms
        For each kind, whole milliseconds of shape (n_origins,); ``UNREACHED_MS`` where none
        is reached within the cutoff.
    reason
        For each kind, why not, shape (n_origins,); empty where one is reached.

    Examples
    --------
    >>> car = Profile(name="car", speed_kmh={"residential": 30})
    >>> times = TravelTimes.from_minutes([[5.0], [70.0]], cutoff_min=60)
    >>> NormTimes.of(times, profile=car).nearest_ms["service"].tolist()
    [300000, 1000000000]
    """

    profile: str
    direction: Direction
    turnout_min: float
    cutoff_min: float
    origins: Origins
    destinations: Destinations
    nearest_ms: Mapping[str, IntArray]
    reason: Mapping[str, TextArray]

    @classmethod
    def of(
        cls, times: TravelTimes, *, profile: Profile, direction: Direction = "to_service"
    ) -> Self:
        """
        Fold travel times, kind by kind.

        Parameters
        ----------
        times
            To or from services of any kinds.
        profile
            The vehicle that was routed; its turnout is in the times.
        direction
            Who drove to whom.
        """
        nearest_ms: dict[str, IntArray] = {}
        reason: dict[str, TextArray] = {}
        for kind in times.destinations.kinds:
            to_kind = times.of_kind(kind)
            ms = to_kind.source.nearest_ms(1)[0][:, 0]
            told = np.where(ms <= to_kind.cutoff_ms, ms, np.int32(UNREACHED_MS))
            nearest_ms[kind] = told.astype(np.int32)
            reason[kind] = unreached_reasons(to_kind)
        return cls(
            profile=profile.name,
            direction=direction,
            turnout_min=profile.turnout_min,
            cutoff_min=times.cutoff_min,
            origins=times.origins,
            destinations=times.destinations,
            nearest_ms=nearest_ms,
            reason=reason,
        )
