"""Three-step floating catchments: people share themselves out among places first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.measures.amounts import by_origin, of_destinations, of_origins, over
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Catch, Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes


def three_step_floating_catchment(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> pd.Series[float]:
    """
    Supply per head in three steps, people choosing among places first (3SFCA).

    A resident with many places near asks less of each. The weight of a pair is multiplied,
    in both of the other steps, by its share of all weights of the origin. It has been
    criticised for punishing choice; use it to compare with studies that did.

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
    Series of shape (n_origins,), supply per head, indexed by origin id; 0 where nothing is
    reached. Times demand, it adds up to all supply that anybody reaches.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If supply or demand is not one amount for each place.

    References
    ----------
    Wan, N., Zou, B., and Sternberg, T. (2012). A three-step floating catchment area method
    for analyzing spatial access to health services. International Journal of Geographical
    Information Science 26(6), 1073-1089.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_binary
    >>> times = TravelTimes.from_minutes([[10, 20], [15, 90]], cutoff_min=60)
    >>> near = decay_binary(30)
    >>> three_step_floating_catchment(
    ...     times, supply=[30, 20], demand=[100, 200], decay=near
    ... ).round(3).tolist()
    [0.26, 0.12]
    """
    plan = three_step_floating_catchment_plan(times, supply=supply, demand=demand, decay=decay)
    return run_plan(times, plan)


def three_step_floating_catchment_plan(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[pd.Series[float]]:
    """Plan of :func:`three_step_floating_catchment`, to run together with others."""
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    (weight,) = yield [Gather(decay=decay, value=np.ones_like(offered))]
    # Share times weight is weight squared over the sum of weights, which is the origin's own.
    choosing = Catch(
        decay=decay,
        supply=offered,
        amount=over(people, weight),
        draw_squared=True,
        catch_squared=True,
    )
    (access,) = yield [choosing]
    return by_origin(times, over(access, weight), "three_step_floating_catchment")
