"""Rational agents: people weigh the way against the crowd at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError
from geoaccess.measures.amounts import by_origin, of_destinations, of_origins
from geoaccess.measures.equilibrium import settle_once, unsettled
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray, IntArray, LongArray

# Looking how much could still be saved costs nearly a round itself.
_ROUNDS_A_LOOK = 4


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
    n_choices: int = 10
    tolerance: float = 1e-3
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
    minutes, place = times.take(rows).nearest(min(asked.n_choices, len(rows)))
    reached = place[:, 0] >= 0
    loads = np.zeros(len(offered))
    # By id, so that the order of rows in a table does not matter.
    turns = np.argsort(times.origins.id.astype(str), kind="stable")
    settled = _settle(
        asked,
        people,
        turns[(people > 0)[turns] & reached[turns]],
        place,
        minutes.astype(np.float64) / asked.tau_min,
        offered.sum() / people.sum() / offered[rows],
    )
    loads[rows] = settled.load
    return RationalAccess(
        cost=by_origin(times, settled.cheapest, "raam"),
        load=pd.Series(loads, index=pd.Index(times.destinations.id, name="id"), name="load"),
        converged=settled.gap <= asked.tolerance,
        gap=settled.gap,
        rounds=settled.rounds,
        unreached_demand=float(people[~reached].sum()),
        unreached_supply=float(offered[loads == 0].sum()),
    )


class _Settled(NamedTuple):
    """Least cost of each origin and load of each place, and how near they are to the end."""

    cheapest: FloatArray
    load: FloatArray
    gap: float
    rounds: int


def _settle(
    asked: AgentRules,
    people: FloatArray,
    turns: LongArray,
    place: IntArray,
    travel: FloatArray,
    slope: FloatArray,
) -> _Settled:
    """Give all origins their turns until nobody could save much."""
    # Origins lie in the order of their turns, for memory is read fastest in order.
    idle = np.ones(len(people), dtype=bool)
    idle[turns] = False
    order = np.concatenate([turns, np.flatnonzero(idle)])
    people, place, travel = people[order], place[order], travel[order]
    n = len(turns)
    share = np.zeros(travel.shape)
    share[:n, 0] = people[:n]
    first = np.bincount(place[:n, 0], people[:n], minlength=len(slope))
    load = first.astype(np.float64)
    rank = np.tile(np.arange(place.shape[1], dtype=np.int32), (n, 1))
    least = np.empty(len(people))
    gap, rounds = np.inf, 0
    while gap > asked.tolerance and rounds < asked.max_rounds:
        for _ in range(_ROUNDS_A_LOOK):
            settle_once(people[:n], place[:n], travel[:n], slope, rank, share[:n], load)
        saved, paid = unsettled(people, place, travel, slope, share, load, least)
        gap, rounds = (saved / paid if paid > 0 else 0.0), rounds + _ROUNDS_A_LOOK
    cheapest = np.empty(len(people))
    cheapest[order] = least
    return _Settled(cheapest, load, float(gap), rounds)
