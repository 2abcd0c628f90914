"""Modified two-step floating catchments: where places are far, part of the supply is wasted."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations, of_origins
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Catch, Plan, run_plan
from geoaccess.model.times import TravelTimes


def modified_floating_catchment(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> pd.Series[float]:
    """
    Supply per head in two steps, distance counting once more in the second (M2SFCA).

    Where everybody is far from everything, :func:`floating_catchment` still hands out all
    supply. Here a resident a long way off gets less even without rivals, and what nobody
    gets is lost on purpose: access times demand adds up to less than supply.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    supply
        Beds, places or doctors of each destination, shape (n_destinations,), 0 or more.
    demand
        People of each origin who want them, shape (n_origins,), 0 or more.
    decay
        Minutes to weights from 0 to 1; squared in the second step.

    Returns
    -------
    Series of shape (n_origins,), supply per head, indexed by origin id; 0 where nothing is
    reached.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If supply or demand is not one amount for each place.

    References
    ----------
    Delamater, P. L. (2013). Spatial accessibility in suboptimally configured health care
    systems: a modified two-step floating catchment area (M2SFCA) metric. Health & Place 24,
    30-43.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_linear
    >>> times = TravelTimes.from_minutes([[30]], cutoff_min=60)
    >>> half = decay_linear(60)
    >>> modified_floating_catchment(times, supply=[10], demand=[100], decay=half).tolist()
    [0.05]
    """
    plan = modified_floating_catchment_plan(times, supply=supply, demand=demand, decay=decay)
    return run_plan(times, plan)


def modified_floating_catchment_plan(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`modified_floating_catchment`, to run together with others."""
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    (access,) = yield [Catch(decay=decay, supply=offered, amount=people, catch_squared=True)]
    return by_origin(times, access, "modified_floating_catchment")
