"""Rational agents: people weigh the way against the crowd at its end."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError
from geoaccess.measures.amounts import by_origin, of_destinations, of_origins
from geoaccess.measures.equilibrium import settle_once, unsettled
from geoaccess.model.times import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RationalAccess:
    """
    What :func:`raam` found.

    Attributes
    ----------
    cost
        Series of shape (n_origins,): congestion and travel at the cheapest choice, no unit
        (1 is ``tau_min`` minutes, or the congestion of the whole area); lower is better,
        ``inf`` where nothing is reached.
    load
        Series of shape (n_destinations,): people at each destination.
    converged
        Whether people could save no more than the tolerance by changing.
    gap
        What they could still save, as a share of what they pay.
    rounds
        How often all origins had their turn.
    unreached_demand, unreached_supply
        Demand at origins that reach no supply, and supply that nobody came for.
    """

    cost: pd.Series[float]
    load: pd.Series[float]
    converged: bool
    gap: float
    rounds: int
    unreached_demand: float
    unreached_supply: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRules:
    """
    How agents weigh and choose.

    Attributes
    ----------
    tau_min
        Minutes of travel that weigh as much as the congestion of the whole area.
    n_choices
        How many nearest destinations with supply an origin chooses among.
    tolerance
        Share of what they pay that people may still save when the search ends.
    max_rounds
        When to give up, and say so.
    """

    tau_min: float = 60.0
    n_choices: int = 20
    tolerance: float = 1e-4
    max_rounds: int = 500

    def __post_init__(self) -> None:
        """Refuse numbers that are not above 0."""
        for name in ("tau_min", "n_choices", "tolerance", "max_rounds"):
            if not 0 < getattr(self, name) < np.inf:
                msg = f"{name} must be a number above 0, but is {getattr(self, name):g}"
                raise InputError(msg)


def raam(
    times: TravelTimes,
    *,
    supply: npt.ArrayLike,
    demand: npt.ArrayLike,
    rules: AgentRules | None = None,
) -> RationalAccess:
    """
    Cost of access when everybody avoids crowds as well as distance (RAAM).

    A resident who finds the near doctor full goes further, until no change is worth the
    way. The cost of a place is its people per supply, over those of the whole area, plus
    minutes over ``tau_min``.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    supply
        Beds, places or doctors of each destination, shape (n_destinations,), 0 or more.
    demand
        People of each origin who want them, shape (n_origins,), 0 or more.
    rules
        How people weigh and choose; ``AgentRules()`` if left out.

    Returns
    -------
    Costs, loads, and whether the search converged.

    Raises
    ------
    InputError
        If supply or demand is not one amount for each place, or there is none of either.

    References
    ----------
    Saxon, J., and Snow, D. (2020). A rational agent model for the spatial accessibility of
    primary health care. Annals of the American Association of Geographers 110(1), 205-222.

    Examples
    --------
    One village of 100 between two doctors, one next door and one half an hour away: 62.5
    people stay, and the others find it no cheaper to.

    >>> times = TravelTimes.from_minutes([[0, 30]], cutoff_min=60)
    >>> found = raam(times, supply=[1, 1], demand=[100])
    >>> found.cost.tolist(), found.load.tolist(), found.converged
    ([1.25], [62.5, 37.5], True)
    """
    asked = rules or AgentRules()
    offered = of_destinations(times, "supply", supply)
    people = of_origins(times, "demand", demand)
    if not (offered.sum() > 0 and people.sum() > 0):
        msg = "raam needs some supply and some demand, but one of them is 0 everywhere"
        raise InputError(msg)
    rows = np.flatnonzero(offered > 0)
    minutes, place = _supplied(times, rows).nearest(min(asked.n_choices, len(rows)))
    travel = minutes.astype(np.float64) / asked.tau_min
    slope = offered.sum() / people.sum() / offered[rows]
    reached = place[:, 0] >= 0
    share = np.zeros(travel.shape)
    share[:, 0] = np.where(reached, people, 0.0)
    load = np.bincount(place[reached, 0], people[reached], minlength=len(rows))
    cheapest = np.empty(len(people))
    # By id, so that the order of rows in a table does not matter.
    order = np.argsort(times.origins.id.astype(str), kind="stable")
    order = order[(people > 0)[order] & reached[order]]
    gap, rounds = np.inf, 0
    while gap > asked.tolerance and rounds < asked.max_rounds:
        settle_once(order, people, place, travel, slope, share, load)
        saved, paid = unsettled(people, place, travel, slope, share, load, cheapest)
        gap, rounds = (saved / paid if paid > 0 else 0.0), rounds + 1
    loads = np.zeros(len(offered))
    loads[rows] = load
    return RationalAccess(
        cost=by_origin(times, cheapest, "raam"),
        load=_by_destination(times, loads),
        converged=bool(gap <= asked.tolerance),
        gap=float(gap),
        rounds=rounds,
        unreached_demand=float(people[~reached].sum()),
        unreached_supply=float(offered[(loads == 0)].sum()),
    )


def _supplied(times: TravelTimes, rows: npt.NDArray[np.int64]) -> TravelTimes:
    """Times to some of the destinations only."""
    return dataclasses.replace(
        times,
        destinations=times.destinations.take(rows),
        destination_snap=times.destination_snap.take(rows),
        source=times.source.take(rows),
    )


def _by_destination(times: TravelTimes, values: npt.NDArray[np.float64]) -> pd.Series[float]:
    return pd.Series(values, index=pd.Index(times.destinations.id, name="id"), name="load")
