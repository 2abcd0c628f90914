"""
Twelve settlements on one straight road, two minutes apart, worked by hand.

Before the reform there are three municipalities of four; after it there are two, and the
middle one is split between them::

    place    0   1   2   3   4   5   6   7   8   9  10  11
    school       *                   *                   *
    before  [----- A -----] [----- B -----] [----- C -----]
    after   [--------- West ------] [-------- East -------]

Ten people live in each, but forty in place 5.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

import geoaccess as ga
from geoaccess.units import FloatArray

MIN_PER_STEP = 2.0
PEOPLE = np.array([10, 10, 10, 10, 10, 40, 10, 10, 10, 10, 10, 10], dtype=np.float64)
SCHOOLS = (1, 6, 11)
CUTOFF_MIN = 60.0


def settlements(people: FloatArray = PEOPLE) -> ga.Origins:
    ids = [f"v{i:02}" for i in range(len(people))]
    return ga.Origins(
        id=ids, name=ids, lon=np.arange(float(len(people))), lat=np.zeros(len(people)),
        population=people,
    )  # fmt: skip


def services(at: Sequence[float], kind: str = "school") -> ga.Destinations:
    ids = [f"{kind}-{place:g}" for place in at]
    return ga.Destinations(
        id=ids, name=ids, kind=[kind] * len(ids), lon=np.array(at, dtype=np.float64),
        lat=np.zeros(len(ids)), capacity=np.full(len(ids), 50.0),
    )  # fmt: skip


def times(
    at: Sequence[float] = SCHOOLS,
    *,
    kind: str = "school",
    min_per_step: float = MIN_PER_STEP,
    cutoff_min: float = CUTOFF_MIN,
) -> ga.TravelTimes:
    origins, destinations = settlements(), services(at, kind)
    minutes = np.abs(origins.lon[:, None] - destinations.lon[None, :]) * min_per_step
    return ga.TravelTimes.from_minutes(
        minutes, cutoff_min=cutoff_min, origins=origins, destinations=destinations
    )


def borders(date: str, **spans: tuple[int, int]) -> ga.Territory:
    """Municipalities that reach from the first to the last of their places."""
    boxes = [shapely.box(first - 0.5, -1, last + 0.5, 1) for first, last in spans.values()]
    return ga.Territory(date=date, code=list(spans), name=list(spans), geometry=boxes)


def before() -> ga.Territory:
    return borders("2021-06-30", A=(0, 3), B=(4, 7), C=(8, 11))


def after() -> ga.Territory:
    return borders("2021-07-01", East=(6, 11), West=(0, 5))
