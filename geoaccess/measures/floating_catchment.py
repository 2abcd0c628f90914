"""Floating catchments: supply per head, where supply is shared and demand is scattered."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations, of_origins
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Catch, Plan, run_plan
from geoaccess.model.times import TravelTimes


def floating_catchment(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> pd.Series[float]:
    """
    Supply per head that each origin can reach, in two steps (2SFCA, E2SFCA).

    A resident shares each place with all others who can reach it. First every destination
    divides its supply by the demand around it, then every origin adds up what the
    destinations around it have per head; the same weight counts in both steps.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    supply
        Beds, places or doctors of each destination, shape (n_destinations,), 0 or more.
    demand
        People of each origin who want them, shape (n_origins,), 0 or more: everybody, or a
        group such as ``origins.groups["age_7_15"]``.
    decay
        ``decay_binary`` gives 2SFCA, any other the enhanced form (E2SFCA).

    Returns
    -------
    Series of shape (n_origins,), supply per head, indexed by origin id; 0 where nothing is
    reached. Times demand, it adds up to all supply that anybody reaches; for the rest see
    :func:`catchment_leakage`.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If supply or demand is not one amount for each place.

    References
    ----------
    Luo, W., and Wang, F. (2003). Measures of spatial accessibility to health care in a GIS
    environment. Environment and Planning B 30(6), 865-884.
    Luo, W., and Qi, Y. (2009). An enhanced two-step floating catchment area (E2SFCA) method.
    Health & Place 15(4), 1100-1107.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_binary
    >>> times = TravelTimes.from_minutes([[10, 20], [15, 90]], cutoff_min=60)
    >>> near = decay_binary(30)
    >>> floating_catchment(times, supply=[30, 20], demand=[100, 200], decay=near).tolist()
    [0.30000000000000004, 0.1]
    """
    plan = floating_catchment_plan(times, supply=supply, demand=demand, decay=decay)
    return run_plan(times, plan)


def floating_catchment_plan(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`floating_catchment`, to run together with others."""
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    (access,) = yield [Catch(decay=decay, supply=offered, amount=people)]
    return by_origin(times, access, "floating_catchment")
