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

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from geoaccess.errors import InputError
from geoaccess.measures.amounts import over
from geoaccess.measures.decay import Decay
from geoaccess.measures.sums import Term, Weighing, add_block
from geoaccess.model.times import TravelTimes
from geoaccess.routing.engine import RoadTimes
from geoaccess.units import FloatArray

R = TypeVar("R")

SMALLEST_WEIGHT = 1e-100
"""A weight below counts as 0: its square and its inverse would leave the range of numbers."""


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
        If a decay gives weights that are negative or no numbers, or counts the unreached.
    """
    decays: list[Decay] = []
    for one in requests:
        if one.decay not in decays:
            decays.append(one.decay)
    ready = [_sound(decay, times) for decay in decays]
    n_origins, n_destinations = times.shape
    found = [np.zeros(n_destinations if isinstance(one, Draw) else n_origins) for one in requests]
    workers = threads or _threads_of(times)
    for start in range(0, n_destinations, times.block_size):
        columns = slice(start, min(start + times.block_size, n_destinations))
        ms = np.ascontiguousarray(times.source.block_ms(columns.start, columns.stop))
        jobs = [
            _job(one, total, n_origins, columns) for one, total in zip(requests, found, strict=True)
        ]
        groups = [[job for job in jobs if job.request.decay == decay] for decay in decays]
        weighings = [_first(*pair, columns) for pair in zip(ready, groups, strict=True)]
        add_block(ms, times.cutoff_ms, weighings, threads=workers)
        weighings = [_second(*pair, columns) for pair in zip(ready, groups, strict=True)]
        again = [weighing for weighing in weighings if weighing.gathered]
        if again:
            add_block(ms, times.cutoff_ms, again, threads=workers)
    return found


class _Job(NamedTuple):
    """One request in one block: where its sum goes, and what destinations draw for it."""

    request: Request
    total: FloatArray
    drawn: Sequence[Term]


def _job(one: Request, total: FloatArray, n_origins: int, columns: slice) -> _Job:
    if isinstance(one, Gather):
        return _Job(one, total, [])
    if isinstance(one, Draw):
        return _Job(one, total, [Term(one.amount, total[columns])])
    wide = columns.stop - columns.start
    own = Term(one.amount, np.zeros(wide), one.draw_squared)
    everybody = [Term(np.ones(n_origins), np.zeros(wide))] if one.shared else []
    return _Job(one, total, [own, *everybody])


def _first(decay: Decay, jobs: Sequence[_Job], columns: slice) -> Weighing:
    """List what a decay weighs before anything is handed back."""
    gathered = [
        Term(job.request.value[columns], job.total)
        for job in jobs
        if isinstance(job.request, Gather)
    ]
    return Weighing(decay, gathered, [term for job in jobs for term in job.drawn])


def _second(decay: Decay, jobs: Sequence[_Job], columns: slice) -> Weighing:
    """List what a decay weighs once it is known what each destination draws."""
    gathered = []
    for job in jobs:
        if isinstance(job.request, Catch):
            value = job.request.supply[columns]
            for term in job.drawn:
                value = over(value, term.total)
            gathered.append(Term(value, job.total, job.request.catch_squared))
    return Weighing(decay, gathered, [])


def _sound(decay: Decay, times: TravelTimes) -> Decay:
    """
    Refuse a decay that looks beyond what is known, or gives no weights; else make it ready.

    Where weights get so small that their squares or inverses leave the range of numbers,
    the smallest count as 0.
    """
    reach_min = getattr(decay, "reach_min", np.inf)
    if np.isfinite(reach_min):
        times.require_cutoff(reach_min)
    probe = np.append(np.linspace(0.0, times.cutoff_min, 8), np.inf)
    weight = np.asarray(decay(probe), dtype=np.float64)
    if weight.shape != probe.shape or not bool((np.isfinite(weight) & (weight >= 0)).all()):
        msg = f"{decay!r} must give one finite weight of 0 or more for each of the minutes"
        raise InputError(msg)
    if weight[-1] != 0:
        msg = f"{decay!r} must give 0 for inf, the unreached, but gives {weight[-1]:g}"
        raise InputError(msg)
    if np.isfinite(reach_min) or bool((weight[:-1] >= SMALLEST_WEIGHT).all()):
        return decay

    def swept(minutes: FloatArray) -> FloatArray:
        raw = np.asarray(decay(minutes), dtype=np.float64)
        return np.where(raw < SMALLEST_WEIGHT, 0.0, raw)

    return swept


def _threads_of(times: TravelTimes) -> int:
    """Threads of the router that computes the times; else all processors."""
    if isinstance(times.source, RoadTimes):
        return times.source.router.threads
    return os.cpu_count() or 1
