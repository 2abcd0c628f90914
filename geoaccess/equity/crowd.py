"""People in order of what they have: what every index is counted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import finite
from geoaccess.units import FloatArray, LongArray

_HAIR = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crowd:
    """
    One distribution of values over people, or several at once.

    The formulas of the indices answer for every row of weights: that is how a bootstrap stays
    quick, and how it uses the very formula of the index.

    Attributes
    ----------
    value
        Shape (n,), ascending, finite, 0 or more.
    weight
        People behind each value, shape (k, n), k rows of them; none is empty unless n is 0.
    people, held
        People up to each value, and the sum of their values, shape (k, n).
    """

    value: FloatArray
    weight: FloatArray
    people: FloatArray
    held: FloatArray

    @classmethod
    def of(cls, values: npt.ArrayLike, weights: npt.ArrayLike | None) -> Self:
        """
        Check values and weights, leave out those that weigh nothing, and sort.

        Raises
        ------
        InputError
            If the shapes differ, a value is negative, NaN or ``inf``, or a weight is not a
            number of people.
        """
        value = np.asarray(values, dtype=np.float64)
        weight = np.ones_like(value) if weights is None else np.asarray(weights, dtype=np.float64)
        value, weight = finite(value, weight)
        order = np.argsort(value, kind="stable")
        return cls.sorted(value[order], weight[None, order])

    @classmethod
    def sorted(cls, value: FloatArray, weight: FloatArray) -> Self:
        """Take ascending values (n,) and rows of weights (k, n) as they are."""
        return cls(
            value=value,
            weight=weight,
            people=np.cumsum(weight, axis=1),
            held=np.cumsum(weight * value, axis=1),
        )

    def __len__(self) -> int:
        """Count the values."""
        return len(self.value)

    @property
    def everybody(self) -> FloatArray:
        """All people of each row, shape (k,)."""
        return self.people[:, -1]

    @property
    def total(self) -> FloatArray:
        """Sum of all values of each row, shape (k,)."""
        return self.held[:, -1]

    def mean(self, feature: FloatArray) -> FloatArray:
        """Mean over people of something of each value, given as (n,), shape (k,)."""
        # Not by BLAS, whose sums depend on how many threads it takes.
        return np.asarray(np.einsum("ki,i->k", self.weight, feature) / self.everybody)

    def first_at(self, share: float) -> LongArray:
        """Position of the smallest value that at least a share of people do not exceed, (k,)."""
        # A hair below, so that a share met exactly is not missed for a rounding error.
        wanted = share * self.everybody * (1 - _HAIR)
        found = [np.searchsorted(row, one) for row, one in zip(self.people, wanted, strict=True)]
        return np.array(found, dtype=np.int64)

    def held_by_lowest(self, share: float) -> FloatArray:
        """Sum of the values of the lowest share of people; at its edge a settlement is cut."""
        at = self.first_at(share)
        row = np.arange(len(self.weight))
        missing = share * self.everybody - self.people[row, at]
        return np.asarray(self.held[row, at] + missing * self.value[at])
