"""Gravity: all opportunities, those far away counting less."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes


def gravity(times: TravelTimes, *, opportunities: npt.ArrayLike, decay: Decay) -> pd.Series[float]:
    """
    Opportunities that each origin has, each weighed by the way to it.

    A resident has more who lives near more; how much a minute takes away is for the decay to
    say. The number has no unit that one could point at: compare it with the mean.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    opportunities
        What each destination offers, shape (n_destinations,), 0 or more.
    decay
        Minutes to weights, for example ``decay_exponential(0.1)``. Pairs beyond the cutoff
        of the times count for nothing.

    Returns
    -------
    Series of shape (n_origins,), weighted opportunities, indexed by origin id; 0 where
    nothing is reached.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If there is not one amount of opportunities for each destination.

    References
    ----------
    Hansen, W. G. (1959). How accessibility shapes land use. Journal of the American
    Institute of Planners 25(2), 73-76.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_linear
    >>> times = TravelTimes.from_minutes([[10, 20], [30, 90]], cutoff_min=60)
    >>> gravity(times, opportunities=[100, 40], decay=decay_linear(40)).tolist()
    [95.0, 25.0]
    """
    return run_plan(times, gravity_plan(times, opportunities=opportunities, decay=decay))


def gravity_plan(
    times: TravelTimes, *, opportunities: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`gravity`, to run together with others."""
    value = of_destinations(times, "opportunities", opportunities)
    (total,) = yield [Gather(decay=decay, value=value)]
    return by_origin(times, total, "gravity")
