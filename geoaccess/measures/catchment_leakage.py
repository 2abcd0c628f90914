"""What floating catchments leave out: demand that reaches nothing, supply that nobody reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geoaccess.measures.amounts import of_destinations, of_origins
from geoaccess.measures.decay import Decay
from geoaccess.measures.fold import Draw, Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Leakage:
    """
    What a floating catchment leaves out, whatever its form.

    Attributes
    ----------
    unreached_demand
        Demand at origins that no destination weighs anything for.
    unreached_supply
        Supply at destinations that no demand weighs anything for.
    """

    unreached_demand: float
    unreached_supply: float


def catchment_leakage(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Leakage:
    """
    Count the people who reach nothing, and the supply that nobody reaches.

    Averages over residents hide both: so many people have an access of 0, and so many
    places stand where nobody can use them.

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
    ``unreached_demand`` and ``unreached_supply``, in the units of demand and supply.

    Raises
    ------
    CutoffError
        If the decay reaches further than the times were computed.
    InputError
        If supply or demand is not one amount for each place.

    Examples
    --------
    >>> from geoaccess.measures.decay import decay_binary
    >>> times = TravelTimes.from_minutes([[10, 90], [90, 90]], cutoff_min=60)
    >>> lost = catchment_leakage(times, supply=[3, 2], demand=[9, 7], decay=decay_binary(30))
    >>> lost.unreached_demand, lost.unreached_supply
    (7.0, 2.0)
    """
    return run_plan(times, leakage_plan(times, supply=supply, demand=demand, decay=decay))


def leakage_plan(
    times: TravelTimes, *, supply: npt.ArrayLike, demand: npt.ArrayLike, decay: Decay
) -> Plan[Leakage]:
    """Plan of :func:`catchment_leakage`, to run together with others."""
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    weight, drawn = yield [
        Gather(decay=decay, value=np.ones_like(offered)),
        Draw(decay=decay, amount=people),
    ]
    return Leakage(
        unreached_demand=float(people[weight == 0].sum()),
        unreached_supply=float(offered[drawn == 0].sum()),
    )
