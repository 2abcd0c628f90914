"""
The effect of a reform taken apart: borders, services, roads and people.

What one change adds depends on which others came before it, so each is given its average
over all orders in which they could have come, which is Shapley's value. All of it is done
in whole numbers, so that the parts are the total to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.units import FloatArray, LongArray

FACTORS = ("borders", "services", "roads", "population")
PARTS = tuple(f"{factor}_min" for factor in FACTORS)
# A float32 of a millisecond or more, in minutes, is a whole number of these, up to the
# longest cutoff; 24 times (four factors in all orders) that many still fit in int64.
PER_MINUTE = 2**40
_LONGEST_MIN = 2.0**13

State = frozenset[str]
Value = Callable[[State], npt.ArrayLike]


def reform_effect(value: Value, *, changed: Collection[str]) -> pd.DataFrame:
    """
    Change in minutes, and how much of it each cause has.

    How much nearer or farther residents are, and whether moved borders, opened or closed
    services, other roads or people who moved made it so.

    Parameters
    ----------
    value
        Told a set of factors, gives the minutes when those are as after the reform and the
        others as before: an array or Series of shape (n,), of settlements or of means. Cap
        unreached ones first. It is asked once for each subset of ``changed``.
    changed
        Those of ``borders``, ``services``, ``roads``, ``population`` that differ.

    Returns
    -------
    Index of the values; ``before_min, after_min, change_min, borders_min, services_min,
    roads_min, population_min``. The four parts add up to the change, and the change to after
    minus before, to the last bit and in any order; a factor that did not change has 0.

    Raises
    ------
    InputError
        If a factor is unknown, or a value is not finite or over 8,192 minutes.

    Notes
    -----
    Minutes are counted in whole multiples of 2^-40 minute, to which a value of another
    precision is rounded once; differences and their weighted sums are exact. Each part is
    rounded to such a multiple, and what is left over goes to the parts whose rounding was
    largest. Sums of multiples below 2^13 minutes are exact in float64.

    References
    ----------
    Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games
    II, 307-317. Shorrocks, A. F. (2013). Decomposition procedures for distributional
    analysis: a unified framework based on the Shapley value. Journal of Economic Inequality
    11, 99-126.

    Examples
    --------
    >>> minutes = {"": 20.0, "borders": 12.0, "services": 26.0, "borders services": 14.0}
    >>> told = reform_effect(
    ...     lambda after: [minutes[" ".join(sorted(after))]], changed=["borders", "services"]
    ... )
    >>> told.loc[0, ["change_min", "borders_min", "services_min"]].tolist()
    [-6.0, -10.0, 4.0]
    """
    factors = _known_factors(changed)
    states = {frozenset(some): value(frozenset(some)) for some in subsets(factors)}
    first = states[frozenset()]
    index = first.index if isinstance(first, pd.Series) else None
    whole = {state: in_units(minutes) for state, minutes in states.items()}
    return pd.DataFrame(effect_on_grid(whole, factors, per_minute=PER_MINUTE), index=index)


def subsets(factors: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every subset, the empty one first and the whole last."""
    return [some for n in range(len(factors) + 1) for some in combinations(factors, n)]


def in_units(minutes: npt.ArrayLike) -> LongArray:
    """
    Minutes as whole multiples of 2^-40 minute.

    Raises
    ------
    InputError
        If one is not finite or too long.
    """
    told = np.asarray(minutes, dtype=np.float64)
    if not bool((np.abs(told) <= _LONGEST_MIN).all()):
        msg = (
            f"minutes must be finite and at most {_LONGEST_MIN:,.0f}; "
            f"cap unreached settlements at the cutoff first and say so"
        )
        raise InputError(msg)
    return np.rint(told * PER_MINUTE).astype(np.int64)


def shapley_parts(
    states: Mapping[State, LongArray], factors: tuple[str, ...]
) -> dict[str, LongArray]:
    """
    Shapley's value of each factor, times the number of orders.

    Parameters
    ----------
    states
        Values as whole numbers for every subset of the factors.
    factors
        At most four.

    Returns
    -------
    For each factor, whole numbers; over all factors they add up to the number of orders
    times the whole change.
    """
    n = len(factors)
    parts = {}
    for factor in factors:
        others = tuple(one for one in factors if one != factor)
        parts[factor] = np.zeros_like(states[frozenset()])
        for some in subsets(others):
            orders = factorial(len(some)) * factorial(n - len(some) - 1)
            step = states[frozenset(some) | {factor}] - states[frozenset(some)]
            parts[factor] += orders * step
    return parts


def effect_on_grid(
    states: Mapping[State, LongArray], factors: tuple[str, ...], *, per_minute: int
) -> dict[str, FloatArray]:
    """
    Columns of :func:`reform_effect`, in whole multiples of one minute over ``per_minute``.

    Parameters
    ----------
    states
        Values in units of 2^-40 minute for every subset of the factors.
    factors
        Those that changed.
    per_minute
        2^40 for sums that are exact in float64; 10^6 for sums that are exact in the six
        decimals of a table.
    """
    before = _on_grid(states[frozenset()], per_minute)
    after = _on_grid(states[frozenset(factors)], per_minute)
    change = after - before
    orders = factorial(len(factors))
    exact = {
        name: part.astype(np.float64) * (per_minute / PER_MINUTE / orders)
        for name, part in shapley_parts(states, factors).items()
    }
    whole = _summing_to(change, exact)
    told = {"before_min": before, "after_min": after, "change_min": change}
    told |= {f"{name}_min": whole.get(name, np.zeros_like(change)) for name in FACTORS}
    return {name: numbers / per_minute for name, numbers in told.items()}


def _on_grid(units: LongArray, per_minute: int) -> LongArray:
    if per_minute == PER_MINUTE:
        return units
    whole: LongArray = np.rint(units * (per_minute / PER_MINUTE)).astype(np.int64)
    return whole


def _summing_to(total: LongArray, exact: Mapping[str, FloatArray]) -> dict[str, LongArray]:
    """Round parts to whole numbers that add up to the total; a part that is 0 stays 0."""
    if not exact:
        return {}
    parts = np.stack(list(exact.values()))
    whole = np.rint(parts).astype(np.int64)
    for _ in range(len(parts) + 1):
        short = total - whole.sum(axis=0)
        if not short.any():
            break
        # How much each part gains by being moved one step towards the total.
        gain = (parts - whole) * np.sign(short)
        gain[parts == 0] = -np.inf
        chosen = gain.argmax(axis=0)
        whole[chosen, np.arange(whole.shape[1])] += np.sign(short)
    return dict(zip(exact, whole, strict=True))


def _known_factors(changed: Collection[str]) -> tuple[str, ...]:
    for factor in changed:
        if factor not in FACTORS:
            msg = f"unknown factor {factor!r}; {nearest_known(factor, FACTORS)}"
            raise InputError(msg)
    return tuple(factor for factor in FACTORS if factor in changed)
