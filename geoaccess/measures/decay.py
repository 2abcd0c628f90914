"""
How much a place counts by the minutes to it: one factory for each form of decay.

Every factory gives a callable that takes minutes (an array of any shape, ``inf`` where
unreached) and gives weights of the same shape: 1 beside the door, or what the form says
there, and 0 where unreached. Any other callable of minutes is a decay too; measures hand it
finite minutes only, and count unreached pairs for nothing themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.units import FloatArray, longest_within_ms

Decay = Callable[[FloatArray], FloatArray]
Form = Literal["stepped", "linear", "exponential", "bell", "logistic", "power", "cutoffs"]


class Formula(NamedTuple):
    """
    A decay in numbers, for kernels that weigh millions of pairs.

    Attributes
    ----------
    form
        Which of the formulas.
    numbers
        ``stepped``: milliseconds of all bounds, then the weights. ``linear``: cutoff.
        ``exponential``: rate. ``bell``: standard deviation. ``logistic``: inflection, slope,
        and the numerator. ``power``: power and floor. ``cutoffs``: the first, the step, how
        many, and what a step may be short of. Minutes where not said otherwise.
    """

    form: Form
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class KnownDecay:
    """
    A decay that knows its name and how far it reaches.

    Two of the same name and parameters are equal, so that several measures with the same
    decay weigh each pair once.

    Attributes
    ----------
    text
        How it was asked for.
    reach_min
        Minutes beyond which the weight is 0; ``inf`` where it never is.
    weigh
        The formula, as a callable of arrays.
    formula
        The same in numbers, where there is such a form.
    """

    text: str
    reach_min: float
    weigh: Decay = field(repr=False, compare=False)
    formula: Formula | None = field(default=None, repr=False, compare=False)

    def __call__(self, minutes: npt.ArrayLike) -> FloatArray:
        """Weights for minutes, of the same shape; 0 where unreached."""
        return self.weigh(np.asarray(minutes, dtype=np.float64))

    def __repr__(self) -> str:
        """How it was asked for."""
        return self.text


def decay_binary(cutoff_min: float) -> KnownDecay:
    """
    Count everything within a cutoff fully, and nothing beyond.

    A resident goes anywhere up to so many minutes and nowhere a minute further: easy to
    say, with a cliff at the cutoff.

    Parameters
    ----------
    cutoff_min
        Minutes, above 0; a place at exactly so many counts.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If the cutoff is not above 0.

    Examples
    --------
    >>> decay_binary(30)([10, 30, 31, float("inf")]).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """
    (cutoff,) = _positive(cutoff_min=cutoff_min)
    return KnownDecay(
        f"decay_binary({cutoff!r})",
        cutoff,
        lambda minutes: (minutes <= cutoff).astype(np.float64),
        Formula("stepped", (longest_within_ms(cutoff), 1.0)),
    )


def decay_linear(cutoff_min: float) -> KnownDecay:
    """
    Count a place less with every minute, down to nothing at the cutoff.

    Parameters
    ----------
    cutoff_min
        Minutes at which the weight has fallen from 1 to 0, above 0.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If the cutoff is not above 0.

    Examples
    --------
    >>> decay_linear(40)([0, 10, 40, float("inf")]).tolist()
    [1.0, 0.75, 0.0, 0.0]
    """
    (cutoff,) = _positive(cutoff_min=cutoff_min)

    def weigh(minutes: FloatArray) -> FloatArray:
        told = np.minimum(minutes, cutoff)
        told /= -cutoff
        told += 1.0
        return told

    return KnownDecay(f"decay_linear({cutoff!r})", cutoff, weigh, Formula("linear", (cutoff,)))


def decay_exponential(rate_per_min: float) -> KnownDecay:
    """
    Take the same share of the weight with every further minute: exp(-rate t).

    Parameters
    ----------
    rate_per_min
        Per minute, above 0; the weight halves every 0.693 / rate minutes.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If the rate is not above 0.

    Examples
    --------
    >>> decay_exponential(0.1)([0, 10, float("inf")]).round(4).tolist()
    [1.0, 0.3679, 0.0]
    """
    (rate,) = _positive(rate_per_min=rate_per_min)

    def weigh(minutes: FloatArray) -> FloatArray:
        told = minutes * -rate
        np.exp(told, out=told)
        return told

    formula = Formula("exponential", (rate,))
    return KnownDecay(f"decay_exponential({rate!r})", np.inf, weigh, formula)


def decay_gaussian(sd_min: float) -> KnownDecay:
    """
    Fall along a bell, slowly close by: exp(-t² / (2 sd²)).

    Parameters
    ----------
    sd_min
        Minutes at which the weight is 0.607, above 0.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If the standard deviation is not above 0.

    Examples
    --------
    >>> decay_gaussian(15)([0, 15, float("inf")]).round(4).tolist()
    [1.0, 0.6065, 0.0]
    """
    (sd,) = _positive(sd_min=sd_min)
    factor = -0.5 / (sd * sd)

    def weigh(minutes: FloatArray) -> FloatArray:
        told = minutes * minutes
        told *= factor
        np.exp(told, out=told)
        return told

    return KnownDecay(f"decay_gaussian({sd!r})", np.inf, weigh, Formula("bell", (sd,)))


def decay_stepped(bounds_min: Sequence[float], weights: Sequence[float]) -> KnownDecay:
    """
    Give one weight to each ring of minutes, and nothing beyond the last.

    Parameters
    ----------
    bounds_min
        Where each ring ends, minutes, rising; a place at exactly a bound is in that ring.
    weights
        Weight of each ring, from 0 to 1, never rising, as many as bounds.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If there is no ring, the bounds do not rise, or the weights rise.

    Examples
    --------
    >>> decay_stepped([10, 20, 30], [1, 0.68, 0.22])([10, 11, 30, 31]).tolist()
    [1.0, 0.68, 0.22, 0.0]
    """
    bounds = _positive(**{f"bounds_min #{i}": one for i, one in enumerate(bounds_min, start=1)})
    given = np.asarray(weights, dtype=np.float64)
    if not bounds or given.shape != (len(bounds),):
        msg = f"{len(bounds)} bounds_min and {given.size} weights; give one weight for each bound"
        raise InputError(msg)
    if any(near >= far for near, far in pairwise(bounds)):
        msg = f"bounds_min must rise, but are {_listed(bounds)}; sort them"
        raise InputError(msg)
    falls = np.concatenate([given[:-1] - given[1:], given[-1:]])
    if not bool((falls >= 0).all() and given[0] <= 1):
        msg = f"weights must fall from at most 1 to at least 0, but are {_listed(given)}"
        raise InputError(msg)

    table = np.append(given, 0.0)

    def weigh(minutes: FloatArray) -> FloatArray:
        passed = np.zeros(minutes.shape, np.min_scalar_type(len(bounds)))
        for bound in bounds:
            passed += minutes > bound
        return table[passed]

    text = f"decay_stepped({_listed(bounds)}; {_listed(given)})"
    ends_ms = map(longest_within_ms, bounds)
    return KnownDecay(text, bounds[-1], weigh, Formula("stepped", (*ends_ms, *map(float, given))))


def decay_logistic(inflection_min: float, sd_min: float) -> KnownDecay:
    """
    Fall along an S: full weight beside the door, half near the inflection, then little.

    The cumulative logistic distribution turned round, so scaled that the weight at no
    distance is 1.

    Parameters
    ----------
    inflection_min
        Minutes around which the weight falls most, above 0.
    sd_min
        Standard deviation of the distribution, minutes, above 0; the smaller, the steeper.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If a parameter is not above 0.

    References
    ----------
    Bauer, J., and Groneberg, D. A. (2016). Measuring spatial accessibility of health care
    providers. PLOS ONE 11(7), e0159148.

    Examples
    --------
    >>> decay_logistic(30, 10)([0, 30, float("inf")]).round(4).tolist()
    [1.0, 0.5022, 0.0]
    """
    inflection, sd = _positive(inflection_min=inflection_min, sd_min=sd_min)
    slope = np.pi / (sd * np.sqrt(3.0))
    full = 1.0 + np.exp(-inflection * slope)

    def weigh(minutes: FloatArray) -> FloatArray:
        told = minutes - inflection
        told *= slope
        with np.errstate(over="ignore"):
            np.exp(told, out=told)
        told += 1.0
        np.divide(full, told, out=told)
        return told

    formula = Formula("logistic", (inflection, slope, full))
    return KnownDecay(f"decay_logistic({inflection!r}, {sd!r})", np.inf, weigh, formula)


def decay_inverse_power(power: float, *, floor_min: float = 1.0) -> KnownDecay:
    """
    Fall with a power of the minutes: (t / floor) to the power of -power.

    Steep close by and slow far away: gravity as Newton has it, for regions rather than
    for streets.

    Parameters
    ----------
    power
        Above 0, no unit.
    floor_min
        Minutes up to which the weight is 1, above 0, for no power of 0 minutes is finite.

    Returns
    -------
    A callable: minutes, ``inf`` where unreached, to weights of the same shape.

    Raises
    ------
    InputError
        If a parameter is not above 0.

    Examples
    --------
    >>> decay_inverse_power(2)([0, 1, 10, float("inf")]).round(4).tolist()
    [1.0, 1.0, 0.01, 0.0]
    """
    steep, floor = _positive(power=power, floor_min=floor_min)
    return KnownDecay(
        f"decay_inverse_power({steep!r}, floor_min={floor!r})",
        np.inf,
        lambda minutes: (np.maximum(minutes, floor) / floor) ** -steep,
        Formula("power", (steep, floor)),
    )


def _positive(**parameters: float) -> list[float]:
    """Numbers above 0, or one line on which is not."""
    for name, value in parameters.items():
        if not (np.isfinite(value) and value > 0):
            msg = f"{name} must be a number above 0, but is {value:g}"
            raise InputError(msg)
    return [float(value) for value in parameters.values()]


def _listed(numbers: Sequence[float] | FloatArray) -> str:
    return ", ".join(repr(float(one)) for one in numbers)
