"""Norms and times for tests, with sound defaults, so that each test changes one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geoaccess.model.norm import Norm
from geoaccess.model.places import Origins
from geoaccess.model.profile import Profile
from geoaccess.model.times import TravelTimes
from geoaccess.norms.times import NormTimes

CAR = Profile(name="car", speed_kmh={"residential": 30.0})
AMBULANCE = Profile(name="ambulance", turnout_min=2.0, speed_kmh={"residential": 30.0})
ASSUMED = {"citation": "We", "where": "here", "grade": "A"}


def norm(**changes: Any) -> Norm:  # noqa: ANN401 - any key of a norm
    """Make a norm: a service within 15 minutes by car, for everybody."""
    sound: dict[str, Any] = {
        "id": "n-1",
        "title": {"en": "In time"},
        "service": "service",
        "aspect": "drive_time",
        "threshold": 15.0,
        "unit": "min",
        "status": "planning_assumption",
        "source": ASSUMED,
    }
    return Norm.model_validate({**sound, **changes})


def people(n: int, population: Sequence[float], **groups: Sequence[float]) -> Origins:
    """Make so many settlements ``o0``, ``o1``, ... a tenth of a degree apart."""
    ids = [f"o{i:03}" for i in range(n)]
    return Origins(
        id=ids,
        name=ids,
        lon=np.arange(n) / 10 + 24.0,
        lat=np.full(n, 57.0),
        population=population,
        groups=groups,
    )


def times_of(
    minutes: Sequence[Sequence[float]],
    population: Sequence[float],
    *,
    profile: Profile = CAR,
    direction: str = "to_service",
    groups: Mapping[str, Sequence[float]] | None = None,
    cutoff_min: float = 60.0,
) -> NormTimes:
    """Hold minutes of shape (n_settlements, n_services)."""
    origins = people(len(population), population, **(groups or {}))
    times = TravelTimes.from_minutes(minutes, cutoff_min=cutoff_min, origins=origins)
    chosen: Any = direction
    return NormTimes.of(times, profile=profile, direction=chosen)
