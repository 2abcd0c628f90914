"""Counts that an office publishes as one number for secrecy's sake, and what they may be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geoaccess.errors import InputError
from geoaccess.units import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCounts:
    """
    How a statistics office publishes small numbers of people.

    Attributes
    ----------
    published
        The one number that stands for all small ones.
    low, high
        Least and most people that it may stand for.

    Raises
    ------
    InputError
        If the published number does not lie between the other two.

    References
    ----------
    The Central Statistical Bureau of Latvia publishes 1 to 10 people of a cell as 5
    (data.gov.lv, data set "rezgis").

    Examples
    --------
    >>> SmallCounts(published=5, low=1, high=10).least_shown
    11
    """

    published: float = 5.0
    low: float = 1.0
    high: float = 10.0

    def __post_init__(self) -> None:
        """Check that the three are in order."""
        known = all(math.isfinite(one) for one in (self.low, self.published, self.high))
        if not known or not 0 < self.low <= self.published <= self.high:
            msg = (
                f"small counts: published must lie from low to high, above 0, but are "
                f"{self.published:g}, {self.low:g} and {self.high:g}; correct them"
            )
            raise InputError(msg)

    @property
    def least_shown(self) -> int:
        """Least number of people that a map may tell: one above what is kept secret."""
        return math.floor(self.high) + 1

    def interval(self, people: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Least and most people behind each published number, shape (n,) each."""
        small = self.among(people)
        return np.where(small, self.low, people), np.where(small, self.high, people)

    def among(self, people: FloatArray) -> BoolArray:
        """Which numbers are the published one, shape (n,)."""
        return np.asarray(people == self.published)


def within_bounds(low: FloatArray, high: FloatArray, *, total: float) -> FloatArray:
    """
    Numbers that add up to a total, each as far between its bounds as all others.

    Parameters
    ----------
    low, high
        Bounds, shape (n,).
    total
        Their sum; from the sum of ``low`` to that of ``high``.

    Returns
    -------
    ``low + t * (high - low)`` with one t from 0 to 1 for all, shape (n,).

    Examples
    --------
    >>> within_bounds(np.array([1.0, 1.0, 40.0]), np.array([10.0, 10.0, 40.0]), total=51)
    array([ 5.5,  5.5, 40. ])
    """
    least, most = math.fsum(low), math.fsum(high)
    part = (total - least) / (most - least) if most > least else 0.0
    return low + min(max(part, 0.0), 1.0) * (high - low)


def tightened(low: FloatArray, high: FloatArray, *, total: float) -> tuple[FloatArray, FloatArray]:
    """
    Bounds that are left once the total of all is known.

    If all others were as many as they may be, the total says how few one can be at least; and
    the other way round.

    Examples
    --------
    >>> low, high = tightened(np.array([1.0, 1.0]), np.array([10.0, 10.0]), total=4)
    >>> low, high
    (array([1., 1.]), array([3., 3.]))
    """
    least, most = math.fsum(low), math.fsum(high)
    return np.maximum(low, total - (most - high)), np.minimum(high, total - (least - low))
