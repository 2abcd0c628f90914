"""Cumulative opportunities: what lies within a cutoff."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations
from geoaccess.measures.decay import decay_binary
from geoaccess.measures.fold import Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes


def cumulative(
    times: TravelTimes, *, opportunities: npt.ArrayLike, cutoff_min: float
) -> pd.Series[float]:
    """
    Opportunities within so many minutes of each origin.

    A resident can choose among so many places, beds or jobs. A place one minute beyond the
    cutoff counts for nothing: see :func:`cumulative_interval` for a measure without that
    cliff.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    opportunities
        What each destination offers, shape (n_destinations,), 0 or more; ones count places.
    cutoff_min
        Largest time counted, minutes, above 0 and at most the cutoff of the times.

    Returns
    -------
    Series of shape (n_origins,), opportunities, indexed by origin id; 0 where nothing is
    reached.

    Raises
    ------
    CutoffError
        If the cutoff is above that of the times.
    InputError
        If there is not one amount of opportunities for each destination.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 30], [31, 90]], cutoff_min=60)
    >>> cumulative(times, opportunities=[100, 40], cutoff_min=30).tolist()
    [140.0, 0.0]
    """
    plan = cumulative_plan(times, opportunities=opportunities, cutoff_min=cutoff_min)
    return run_plan(times, plan)


def cumulative_plan(
    times: TravelTimes, *, opportunities: npt.ArrayLike, cutoff_min: float
) -> Plan[pd.Series[float]]:
    """Plan of :func:`cumulative`, to run together with others."""
    value = of_destinations(times, "opportunities", opportunities)
    (total,) = yield [Gather(decay=decay_binary(cutoff_min), value=value)]
    return by_origin(times, total, "cumulative")
