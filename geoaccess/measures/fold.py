"""
Measures as folds over blocks of travel times, several of them in one sweep.

A measure says what it needs as a *plan*: a generator that asks for sums over all pairs, is
sent them, may ask again, and returns its result. Plans that run together share the sweep
over the roads and the weights of equal decays; the whole matrix never stands in memory.

Three sums are enough for every measure of the gravity and catchment families, ``w`` being
the weight of a pair: what an origin gathers, what a destination draws, and what a
destination hands back to those it draws.
"""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from geoaccess.errors import InputError
from geoaccess.measures.amounts import over
from geoaccess.measures.decay import Decay
from geoaccess.measures.sums import Block, Term, add_block
from geoaccess.model.times import TravelTimes
from geoaccess.routing.engine import RoadTimes
from geoaccess.units import FloatArray

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gather:
    """
    What each origin gathers: the sum over destinations of ``value * w``, shape (n_origins,).

    Attributes
    ----------
    decay
        Minutes to weights.
    value
        Of each destination, shape (n_destinations,).
    """

    decay: Decay
    value: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw:
    """
    What each destination draws: the sum over origins of ``amount * w``, (n_destinations,).

    Attributes
    ----------
    decay
        Minutes to weights.
    amount
        Of each origin, shape (n_origins,).
    """

    decay: Decay
    amount: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catch:
    """
    What destinations hand back: the sum over them of ``ratio * v``, shape (n_origins,).

    The ratio of a destination is its supply over what it draws, the sum over origins of
    ``amount * u``; it is 0 where nothing is drawn.

    Attributes
    ----------
    decay
        Minutes to weights ``w``.
    supply
        Of each destination, shape (n_destinations,).
    amount
        Of each origin, shape (n_origins,).
    draw_squared, catch_squared
        Whether ``u``, or ``v``, is the square of ``w`` instead of ``w``.
    shared
        Whether ``v`` is divided by the sum of ``w`` over all origins.
    """

    decay: Decay
    supply: FloatArray
    amount: FloatArray
    draw_squared: bool = False
    catch_squared: bool = False
    shared: bool = False


Request = Gather | Draw | Catch
Plan = Generator[list[Request], list[FloatArray], R]


def run_plan(times: TravelTimes, plan: Plan[R]) -> R:
    """Run one plan; see :func:`run_plans`."""
    return cast("R", run_plans(times, [plan])[0])


def run_plans(times: TravelTimes, plans: Sequence[Plan[Any]]) -> list[Any]:
    """
    Run plans together: one sweep for what they ask first, one for what they ask next.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    plans
        What to find; each is used up.

    Returns
    -------
    What each plan returns, in their order. It depends neither on the company of a plan, nor
    on threads, nor on the size of blocks.
    """
    results: list[Any] = [None] * len(plans)
    answers: dict[int, list[FloatArray] | None] = dict.fromkeys(range(len(plans)))
    while answers:
        asked: dict[int, list[Request]] = {}
        for number, answer in answers.items():
            try:
                asked[number] = plans[number].send(cast("list[FloatArray]", answer))
            except StopIteration as end:
                results[number] = end.value
        every = [one for requests in asked.values() for one in requests]
        found = iter(fold(times, every) if every else [])
        answers = {n: [next(found) for _ in requests] for n, requests in asked.items()}
    return results


def fold(
    times: TravelTimes, requests: Sequence[Request], *, threads: int | None = None
) -> list[FloatArray]:
    """
    Sum over all pairs of one sweep.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    requests
        The sums.
    threads
        How many threads may work; those of the router, or all processors, if left out. The
        sums never depend on it.

    Returns
    -------
    One array for each request, in their order.

    Raises
    ------
    CutoffError
        If a decay reaches further than the travel times were computed.
    InputError
        If a decay gives weights that are negative or no numbers.
    """
    decays = _decays_of(requests, times)
    everybody = np.ones(len(times.origins))
    distinct, numbers = _distinct(requests, decays, everybody)
    found = [_Sum(one, decays.index(one.decay), _zeros(one, times)) for one in distinct]
    for start in range(0, len(times.destinations), times.block_size):
        stop = min(start + times.block_size, len(times.destinations))
        ms = np.ascontiguousarray(times.source.block_ms(start, stop))
        block = Block(ms, times.cutoff_ms, threads or _threads_of(times))
        _fold_block(block, decays, found, slice(start, stop), everybody)
        # Or the next block would be computed beside this one.
        del ms, block
    return [found[number].total.copy() for number in numbers]


class _Sum(NamedTuple):
    """One request, the number of its decay, and what was found so far."""

    request: Request
    decay: int
    total: FloatArray


def _decays_of(requests: Sequence[Request], times: TravelTimes) -> list[Decay]:
    """List every decay once, each found sound."""
    decays: list[Decay] = []
    for one in requests:
        if one.decay not in decays:
            _require_sound(one.decay, times)
            decays.append(one.decay)
    return decays


def _distinct(
    requests: Sequence[Request], decays: Sequence[Decay], everybody: FloatArray
) -> tuple[list[Request], list[int]]:
    """List every sum once, equal amounts as one array, and say where each request went."""
    arrays = [everybody]
    seen: dict[tuple[object, ...], int] = {}
    distinct: list[Request] = []
    numbers = []
    for one in requests:
        names = [field.name for field in dataclasses.fields(one) if field.name != "decay"]
        told = {name: getattr(one, name) for name in names}
        same = {name: _pooled(value, arrays) for name, value in told.items() if np.ndim(value)}
        key = (type(one), decays.index(one.decay), *map(id, same.values()))
        key += tuple(value for name, value in told.items() if name not in same)
        if key not in seen:
            seen[key] = len(distinct)
            # Which fields there are depends on the kind of request.
            shared: Any = one
            distinct.append(dataclasses.replace(shared, **same))
        numbers.append(seen[key])
    return distinct, numbers


def _pooled(array: FloatArray, arrays: list[FloatArray]) -> FloatArray:
    """Find an equal array among those met before, or join them."""
    for other in arrays:
        if np.array_equal(array, other):
            return other
    arrays.append(array)
    return array


def _zeros(one: Request, times: TravelTimes) -> FloatArray:
    return np.zeros(len(times.destinations if isinstance(one, Draw) else times.origins))


def _draws(one: Request, everybody: FloatArray) -> list[tuple[FloatArray, bool]]:
    """List the amounts that destinations draw for a request, and whether weights are squared."""
    if isinstance(one, Gather):
        return []
    if isinstance(one, Draw):
        return [(one.amount, False)]
    own = (one.amount, one.draw_squared)
    return [own, (everybody, False)] if one.shared else [own]


def _fold_block(
    block: Block,
    decays: Sequence[Decay],
    found: Sequence[_Sum],
    columns: slice,
    everybody: FloatArray,
) -> None:
    """Add one block to all sums: what is gathered and drawn, then what is caught."""
    gathered = [
        Term(one.decay, one.request.value[columns], one.total)
        for one in found
        if isinstance(one.request, Gather)
    ]
    drawn: dict[tuple[int, int, bool], Term] = {}
    for one in found:
        for amount, squared in _draws(one.request, everybody):
            term = Term(one.decay, amount, np.empty(block.ms.shape[1]), squared)
            drawn.setdefault((one.decay, id(amount), squared), term)
    add_block(block, decays, gathered, list(drawn.values()))
    caught = []
    for one in found:
        totals = [
            drawn[one.decay, id(amount), squared].total
            for amount, squared in _draws(one.request, everybody)
        ]
        if isinstance(one.request, Draw):
            one.total[columns] = totals[0]
        elif isinstance(one.request, Catch):
            ratio = functools.reduce(over, totals, one.request.supply[columns])
            caught.append(Term(one.decay, ratio, one.total, one.request.catch_squared))
    add_block(block, decays, caught, [])


def _require_sound(decay: Decay, times: TravelTimes) -> None:
    """Refuse a decay that looks beyond what is known, or that gives no weights."""
    reach_min = getattr(decay, "reach_min", np.inf)
    if np.isfinite(reach_min):
        times.require_cutoff(reach_min)
    probe = np.linspace(0.0, times.cutoff_min, 8)
    weight = np.asarray(decay(probe), dtype=np.float64)
    if weight.shape != probe.shape or not bool((np.isfinite(weight) & (weight >= 0)).all()):
        msg = f"{decay!r} must give one finite weight of 0 or more for each of the minutes"
        raise InputError(msg)


def _threads_of(times: TravelTimes) -> int:
    """Threads of the router that computes the times; else all processors."""
    if isinstance(times.source, RoadTimes):
        return times.source.router.threads
    return os.cpu_count() or 1
