"""Spatial availability: opportunities shared out among all who are in reach of them."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations, of_origins
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Catch, Plan, run_plan
from geoaccess.model.times import TravelTimes


def spatial_availability(
    times: TravelTimes, *, opportunities: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> pd.Series[float]:
    """
    Opportunities that fall to each origin when all compete for them.

    So many places, beds or jobs are a village's own: each destination is shared out in
    proportion to people and to the weight of the way, and nothing is counted twice. Over
    demand, it is the supply per head of :func:`floating_catchment`.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    opportunities
        What each destination offers, shape (n_destinations,), 0 or more.
    demand
        People of each origin who compete, shape (n_origins,), 0 or more.
    decay
        Minutes to weights.

    Returns
    -------
    Series of shape (n_origins,), opportunities, indexed by origin id; 0 where nothing is
    reached. It adds up to all opportunities that anybody reaches.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If opportunities or demand is not one amount for each place.

    References
    ----------
    Soukhov, A., Páez, A., Higgins, C. D., and Mohamed, M. (2023). Introducing spatial
    availability, a singly-constrained measure of competitive accessibility. PLOS ONE 18(1),
    e0278468.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_binary
    >>> times = TravelTimes.from_minutes([[10, 20], [15, 90]], cutoff_min=60)
    >>> near = decay_binary(30)
    >>> spatial_availability(
    ...     times, opportunities=[30, 20], demand=[100, 200], decay=near
    ... ).round(6).tolist()
    [30.0, 20.0]
    """
    plan = spatial_availability_plan(times, opportunities=opportunities, demand=demand, decay=decay)
    return run_plan(times, plan)


def spatial_availability_plan(
    times: TravelTimes, *, opportunities: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`spatial_availability`, to run together with others."""
    offered = of_destinations(times, "opportunities", opportunities)
    people = of_origins(times, "demand", demand)
    (per_head,) = yield [Catch(decay=decay, supply=offered, amount=people)]
    return by_origin(times, per_head * people, "spatial_availability")
