"""Balanced floating catchments: nobody is counted twice, and no service either."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations, of_origins, over
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Catch, Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes


def balanced_floating_catchment(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> pd.Series[float]:
    """
    Supply per head, with people and levels of service shared out once each (BFCA).

    A resident counts once, however many places are near, and the level of service of a
    place is shared out among the origins around it instead of being given to each in full.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    supply
        Beds, places or doctors of each destination, shape (n_destinations,), 0 or more.
    demand
        People of each origin who want them, shape (n_origins,), 0 or more.
    decay
        Minutes to weights.

    Returns
    -------
    Series of shape (n_origins,), shares of supply per head, indexed by origin id; 0 where
    nothing is reached. The demand at destinations adds up to that of all origins that reach
    one, and access over all *origins*, not over people, to the ratios of all destinations.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If supply or demand is not one amount for each place.

    References
    ----------
    Paez, A., Higgins, C. D., and Vivona, S. F. (2019). Demand and level of service inflation
    in floating catchment area (FCA) methods. PLOS ONE 14(6), e0218773.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_binary
    >>> times = TravelTimes.from_minutes([[10, 20], [15, 90]], cutoff_min=60)
    >>> near = decay_binary(30)
    >>> balanced_floating_catchment(
    ...     times, supply=[30, 20], demand=[100, 200], decay=near
    ... ).tolist()
    [0.46, 0.06]
    """
    plan = balanced_floating_catchment_plan(times, supply=supply, demand=demand, decay=decay)
    return run_plan(times, plan)


def balanced_floating_catchment_plan(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`balanced_floating_catchment`, to run together with others."""
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    (weight,) = yield [Gather(decay=decay, value=np.ones_like(offered))]
    (access,) = yield [Catch(decay=decay, supply=offered, amount=over(people, weight), shared=True)]
    return by_origin(times, access, "balanced_floating_catchment")
