"""
Kernels that weigh travel times and add the weights up; all of them, for they call one another.

Times are turned first, so that those of many origins to one destination lie side by side:
then weights and sums are a few instructions for several origins at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

from geoaccess.units import MS_PER_MIN, BoolArray, FloatArray, IntArray, LongArray

P = ParamSpec("P")
R = TypeVar("R")

# Origins and destinations that are turned at once: they stay in a processor's own cache.
ROWS, COLUMNS = 512, 64
# Rows that are turned together: as many times as a cache line holds.
AT_ONCE = 16
_MS_PER_MIN = float(MS_PER_MIN)

SMALLEST_WEIGHT = 1e-100
"""A weight below counts as 0: its square and its inverse would leave the range of numbers."""

# Powers of e: e^x = 2^n e^r, and e^r is the eighth power of a short sum.
_LOG2_E = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
# Added to a number, it leaves the nearest whole number in the last bits.
_ROUNDING = 1.5 * 2.0**52
_EXPONENT_BIAS, _EXPONENT_AT = 1023, 52
_MANTISSA = 2**52 - 1
_SQRT_2 = 2.0**0.5
_C2, _C3, _C4, _C5 = 1 / 2, 1 / 6, 1 / 24, 1 / 120
_C6, _C7, _C8 = 1 / 720, 1 / 5040, 1 / 40320
# e^-300 is far below the smallest weight; beyond, numbers would leave their range.
_LARGEST_POWER = 300.0

# Numbers that the kernels know forms by; the weights of the last are given.
STEPPED, LINEAR, EXPONENTIAL, BELL, LOGISTIC, POWER, CUTOFFS, GIVEN = range(8)
# numba has these options, but its type hints do not tell.
_INNER: dict[str, Any] = {
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": True,
    "forceinline": True,
}
# Or each division would stop to look for zeros, of which there are none.
_PLAIN: dict[str, Any] = {"error_model": "numpy"}


def _kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(cache=True, nogil=True, **_PLAIN)(function))


def _inner_kernel(function: Callable[P, R]) -> Callable[P, R]:
    return cast("Callable[P, R]", njit(nogil=True, **_INNER, **_PLAIN)(function))


class Decays(NamedTuple):
    """
    Decays as kernels take them: their forms, and the numbers of each from ``first`` on.

    ``squared`` tells whether some sum needs the squares of its weights.
    """

    form: LongArray
    squared: BoolArray
    first: LongArray
    number: FloatArray


class Terms(NamedTuple):
    """Terms by decay, those of decay d from ``first[d]`` on; power 1 takes the squares."""

    first: LongArray
    power: LongArray
    factor: FloatArray
    total: FloatArray


class Room(NamedTuple):
    """Room of one worker: turned times, the weights of one column, and weights made elsewhere."""

    turned: IntArray
    weight: FloatArray
    given: FloatArray


class Window(NamedTuple):
    """Groups of rows, and columns, that one call folds."""

    first_group: int
    last_group: int
    first: int
    last: int


@_kernel
def fold_rows(
    ms: IntArray,
    cutoff_ms: int,
    decays: Decays,
    gathered: Terms,
    drawn: Terms,
    room: Room,
    window: Window,
) -> None:
    """
    Turn a piece of the times, weigh each column by each decay, and add it up.

    What follows takes slices that keep numbers side by side: where an index might be
    negative, or a step other than one, the compiler does nothing at once.
    """
    for group in range(window.first_group, window.last_group):
        start, stop = group * ROWS, min((group + 1) * ROWS, len(ms))
        n = stop - start
        for first in range(window.first, window.last, COLUMNS):
            width = min(COLUMNS, window.last - first)
            _turn(ms[start:stop], first, width, room.turned)
            for j in range(width):
                for d in range(len(decays.form)):
                    _weigh_column(decays, d, room, j, n, cutoff_ms)
                    for t in range(gathered.first[d], gathered.first[d + 1]):
                        w, factor = (
                            room.weight[gathered.power[t], :n],
                            gathered.factor[t, first + j],
                        )
                        _gather(w, factor, gathered.total[t, start:stop])
                    for t in range(drawn.first[d], drawn.first[d + 1]):
                        w, amount = room.weight[drawn.power[t], :n], drawn.factor[t, start:stop]
                        drawn.total[group, t, first + j] = _drawn(w, amount)


@_inner_kernel
def _weigh_column(decays: Decays, d: int, room: Room, j: int, n: int, cutoff_ms: int) -> None:
    """Weigh one column of turned times, and square the weights if some sum takes squares."""
    turned, weight = room.turned[j, :n], room.weight[0, :n]
    if decays.form[d] == GIVEN:
        weight[:] = room.given[d, j, :n]
    else:
        number = decays.number[decays.first[d] : decays.first[d + 1]]
        _weigh(decays.form[d], number, turned, weight)
    _keep(turned, cutoff_ms, weight)
    if decays.squared[d]:
        _square(weight, room.weight[1, :n])


@_inner_kernel
def _turn(ms: IntArray, first: int, width: int, turned: IntArray) -> None:
    """Lay the times of a group side by side for each column, a few rows at a time."""
    whole = len(ms) - len(ms) % AT_ONCE
    for near in range(0, whole, AT_ONCE):
        for j in range(width):
            # So many as the compiler knows beforehand: three times as fast.
            for i in range(AT_ONCE):
                turned[j, near + i] = ms[near + i, first + j]
    for i in range(whole, len(ms)):
        for j in range(width):
            turned[j, i] = ms[i, first + j]


@_inner_kernel
def _gather(weight: FloatArray, factor: float, total: FloatArray) -> None:
    """Add to each row its weight times the value of the column."""
    for i in range(len(weight)):
        total[i] += weight[i] * factor


@_inner_kernel
def _drawn(w: FloatArray, amount: FloatArray) -> float:
    """
    Add up the weights of a column times the amounts of the rows.

    Every eighth row to a sum of its own: additions to one must wait for each other.
    """
    a = b = c = d = e = f = g = h = 0.0
    whole = len(w) - len(w) % 8
    for i in range(0, whole, 8):
        a += w[i] * amount[i]
        b += w[i + 1] * amount[i + 1]
        c += w[i + 2] * amount[i + 2]
        d += w[i + 3] * amount[i + 3]
        e += w[i + 4] * amount[i + 4]
        f += w[i + 5] * amount[i + 5]
        g += w[i + 6] * amount[i + 6]
        h += w[i + 7] * amount[i + 7]
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, len(w)):
        total += w[i] * amount[i]
    return total


@_inner_kernel
def _keep(turned: IntArray, cutoff_ms: int, weight: FloatArray) -> None:
    """Let nothing count that is unreached, or too small to reckon with."""
    for i in range(len(weight)):
        is_kept = turned[i] <= cutoff_ms and weight[i] >= SMALLEST_WEIGHT
        weight[i] = weight[i] if is_kept else 0.0


@_inner_kernel
def _square(weight: FloatArray, squared: FloatArray) -> None:
    for i in range(len(weight)):
        squared[i] = weight[i] * weight[i]


@_inner_kernel
def _weigh(form: int, number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    """Weigh one column of turned times; see ``Formula`` for the forms and their numbers."""
    if form == STEPPED:
        _weigh_by_steps(number, turned, weight)
    elif form == CUTOFFS:
        _weigh_by_cutoffs(number, turned, weight)
    elif form == LINEAR:
        for i in range(len(weight)):
            weight[i] = 1.0 - turned[i] / _MS_PER_MIN / number[0]
    else:
        _weigh_smoothly(form, number, turned, weight)


@_inner_kernel
def _weigh_smoothly(form: int, number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    """Weigh by one of the formulas that never end."""
    if form == EXPONENTIAL:
        _weigh_exponentially(-number[0] / _MS_PER_MIN, turned, weight)
    elif form == BELL:
        factor = -0.5 / (number[0] * number[0]) / (_MS_PER_MIN * _MS_PER_MIN)
        for i in range(len(weight)):
            weight[i] = _exp(factor * (float(turned[i]) * float(turned[i])))
    elif form == LOGISTIC:
        _weigh_logistically(number, turned, weight)
    else:
        _weigh_by_power(number, turned, weight)


@_inner_kernel
def _weigh_exponentially(rate_per_ms: float, turned: IntArray, weight: FloatArray) -> None:
    for i in range(len(weight)):
        weight[i] = _exp(rate_per_ms * turned[i])


@_inner_kernel
def _weigh_logistically(number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    inflection, slope, numerator = number[0], number[1], number[2]
    for i in range(len(weight)):
        past = turned[i] / _MS_PER_MIN - inflection
        weight[i] = numerator / (1.0 + _exp(past * slope))


@_inner_kernel
def _weigh_by_power(number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    power, floor = number[0], number[1]
    for i in range(len(weight)):
        weight[i] = _exp(-power * _log(max(turned[i] / _MS_PER_MIN, floor) / floor))


@_inner_kernel
def _weigh_by_steps(number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    """Give each time the weight of the first bound that it keeps to."""
    n_steps = len(number) // 2
    for i in range(len(weight)):
        weight[i] = 0.0
    for step in range(n_steps - 1, -1, -1):
        bound, told = number[step], number[n_steps + step]
        for i in range(len(weight)):
            weight[i] = told if turned[i] <= bound else weight[i]


@_inner_kernel
def _weigh_by_cutoffs(number: FloatArray, turned: IntArray, weight: FloatArray) -> None:
    """Give each time the share of evenly spaced cutoffs that it keeps to."""
    first, step, n_cutoffs, hair = number[0], number[1], number[2], number[3]
    for i in range(len(weight)):
        missed = np.ceil((turned[i] / _MS_PER_MIN - first) / step - hair)
        missed = min(max(missed, 0.0), n_cutoffs)
        weight[i] = (n_cutoffs - missed) / n_cutoffs


@_inner_kernel
def _exp(x: float) -> float:
    """Raise e to a power, without a branch; powers beyond 300 either way count as 300."""
    x = min(max(x, -_LARGEST_POWER), _LARGEST_POWER)
    shifted = x * _LOG2_E + _ROUNDING
    n = shifted - _ROUNDING
    r = ((x - n * _LN2_HIGH) - n * _LN2_LOW) * 0.125
    p = _C8 * r + _C7
    p = p * r + _C6
    p = p * r + _C5
    p = p * r + _C4
    p = p * r + _C3
    p = p * r + _C2
    p = p * r + 1.0
    p = p * r + 1.0
    p *= p
    p *= p
    p *= p
    bits = (np.float64(shifted).view(np.int64) + np.int64(_EXPONENT_BIAS)) << np.int64(_EXPONENT_AT)
    return p * np.int64(bits).view(np.float64)


@_inner_kernel
def _log(x: float) -> float:
    """Natural logarithm of a number from 1 on, without a branch."""
    bits = np.float64(x).view(np.int64)
    one = np.int64(_EXPONENT_BIAS) << np.int64(_EXPONENT_AT)
    rest = np.int64(bits & _MANTISSA | one).view(np.float64)
    is_far = rest > _SQRT_2
    n = float((bits >> np.int64(_EXPONENT_AT)) - np.int64(_EXPONENT_BIAS)) + (
        1.0 if is_far else 0.0
    )
    rest = rest * 0.5 if is_far else rest
    # log m = 2 artanh s, with s below 0.172: each further term is a thirtieth.
    s = (rest - 1.0) / (rest + 1.0)
    q = s * s
    p = 1 / 19
    p = p * q + 1 / 17
    p = p * q + 1 / 15
    p = p * q + 1 / 13
    p = p * q + 1 / 11
    p = p * q + 1 / 9
    p = p * q + 1 / 7
    p = p * q + 1 / 5
    p = p * q + 1 / 3
    return n * _LN2_HIGH + (n * _LN2_LOW + 2.0 * s * (1.0 + q * p))
