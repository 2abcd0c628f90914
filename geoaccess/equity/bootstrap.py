"""Draw settlements anew within their zones, to see how much hangs on single ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from geoaccess.equity.nesting import Nesting
from geoaccess.errors import InputError, nearest_known
from geoaccess.units import FloatArray, LongArray

# Weights that are worked on at once: few enough for the processor's cache.
_AT_ONCE = 500_000
_USUAL_LEVEL = "municipality"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strata:
    """
    Within what settlements are drawn.

    Attributes
    ----------
    name
        Set of borders and level, or nothing where all settlements are one stratum.
    number
        Stratum of each settlement, shape (n,), from 0.
    order
        Positions of the settlements by ascending value, shape (n,).
    """

    name: str
    number: LongArray
    order: LongArray

    @classmethod
    def of(cls, nestings: Mapping[str, Nesting], order: LongArray, *, level: str | None) -> Self:
        """
        Choose the strata among the zones of some borders.

        Parameters
        ----------
        nestings
            By set of borders; members stand in the order of their values.
        order
            That order, as positions.
        level
            Of the zones to take; municipalities, or else the smallest zones, if left out.

        Raises
        ------
        InputError
            If there is no such level.
        """
        number = np.zeros(len(order), dtype=np.int64)
        for name, nesting in nestings.items():
            levels = list(nesting.member)
            usual = _USUAL_LEVEL if _USUAL_LEVEL in levels else levels[0]
            chosen = level or usual
            if chosen in levels:
                number[order] = nesting.member[chosen]
                return cls(name=f"{name}/{chosen}", number=number, order=order)
        if level is not None:
            known = sorted({one for nesting in nestings.values() for one in nesting.member})
            msg = f"no level {level!r} to draw within; {nearest_known(level, known)}"
            raise InputError(msg)
        return cls(name="", number=number, order=order)


def resampled(
    weight: FloatArray, strata: Strata, *, n_boot: int, seed: int
) -> Iterator[FloatArray]:
    """
    Yield weights of settlements drawn with replacement within their strata.

    Parameters
    ----------
    weight
        People of each settlement, shape (n,).
    strata
        In which stratum each lies; a draw has as many settlements of a stratum as there are.
    n_boot
        How many draws.
    seed
        The same seed gives the same draws for the same settlements in the same order,
        whatever the strata are called.

    Yields
    ------
    Weights of some draws, shape (k, n), in order of value: a settlement drawn twice
    counts twice.

    Examples
    --------
    >>> two = Strata(name="", number=np.array([0, 0, 1]), order=np.array([2, 0, 1]))
    >>> next(resampled(np.array([1.0, 1.0, 5.0]), two, n_boot=2, seed=1)).sum(axis=1)
    array([7., 7.])
    """
    random = np.random.default_rng(seed)
    n = len(weight)
    place = np.empty(n, dtype=np.int64)
    place[strata.order] = np.arange(n)
    # Members of each stratum one after another, as positions in order of value.
    member = place[np.argsort(strata.number, kind="stable")]
    size = np.bincount(strata.number)
    first = (np.cumsum(size) - size)[strata.number]
    many = size[strata.number]
    most = max(1, _AT_ONCE // max(n, 1))
    for start in range(0, n_boot, most):
        rows = min(most, n_boot - start)
        drawn = np.empty((rows, n))
        for row in range(rows):
            pick = member[first + (random.random(n) * many).astype(np.int64)]
            drawn[row] = np.bincount(pick, minlength=n)
        yield drawn * weight[strata.order]


def centred_interval(
    draws: FloatArray, value: float, *, confidence: float, bounds: tuple[float, float]
) -> tuple[float, float]:
    """
    Interval that holds the middle share of the draws, moved to have the value as its median.

    Drawing few settlements of a zone makes its mean waver, so that draws have more inequality
    between zones, and less within, than there is: their spread tells something, their place
    does not.

    Parameters
    ----------
    draws
        Shape (n_boot,).
    value
        What was measured.
    confidence
        Between 0 and 1.
    bounds
        Least and largest value that there can be.

    Returns
    -------
    Low and high end, with the value between them; NaN where there are no draws, or where one
    that is needed is no number.

    References
    ----------
    Efron, B., Tibshirani, R. J. (1993). An Introduction to the Bootstrap, ch. 13. Chapman and
    Hall. (Percentiles; that they are moved is our own rule.)

    Examples
    --------
    >>> centred_interval(np.arange(1.0, 101.0), 60, confidence=0.9, bounds=(0.0, 100.0))
    (15.0, 100.0)
    """
    if not len(draws) or not np.isfinite(value) or bool(np.isnan(draws).any()):
        return float("nan"), float("nan")
    tail = (1 - confidence) / 2
    low, middle, high = np.quantile(draws, [tail, 0.5, 1 - tail], method="inverted_cdf")
    if not bool(np.isfinite([low, middle, high]).all()):
        return float("nan"), float("nan")
    return max(float(value + (low - middle)), bounds[0]), min(
        float(value + (high - middle)), bounds[1]
    )
