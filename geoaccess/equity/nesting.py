"""Zones within larger zones: who is in which, at every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.units import BoolArray, FloatArray, LongArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nesting:
    """
    Zones of one set of borders by level, the smallest first.

    Attributes
    ----------
    member
        For each level, the number of the zone of every value, shape (n,), from 0.
    n_zones
        For each level, how many zones have a value, those outside every zone counting as
        one.
    """

    member: Mapping[str, LongArray]
    n_zones: Mapping[str, int]

    @classmethod
    def of(cls, levels: Mapping[str, npt.ArrayLike], heavy: BoolArray) -> Self:
        """
        Give the zones of every level numbers, and make sure that each lies in one larger.

        Parameters
        ----------
        levels
            Zone of each value by level, shape (n,), the smallest zones first; codes, or any
            other names. What is in no zone (an empty code) counts as one zone of its own in
            the larger zone.
        heavy
            Which values have people behind them, shape (n,); the others are left out.

        Raises
        ------
        MismatchError
            If a level is not as long as the values, or a zone lies in two larger ones.
        """
        member: dict[str, LongArray] = {}
        above = np.zeros(int(heavy.sum()), dtype=np.int64)
        larger = ""
        for level, zones in reversed(list(levels.items())):
            codes = np.asarray(zones, dtype=object)
            if codes.shape != heavy.shape:
                msg = f"zones of level {level!r} {codes.shape} and values {heavy.shape} must match"
                raise MismatchError(msg)
            own = _numbered(codes[heavy], above)
            _require_within(codes[heavy], own, above, level=level, larger=larger)
            member[level], above, larger = own, own, level
        ordered = {level: member[level] for level in levels}
        return cls(
            member=ordered,
            n_zones={level: int(own.max(initial=-1)) + 1 for level, own in ordered.items()},
        )

    def take(self, order: LongArray) -> Self:
        """Put the values into another order."""
        return type(self)(
            member={level: own[order] for level, own in self.member.items()},
            n_zones=self.n_zones,
        )

    def sums(self, level: str) -> csr_array[np.float64]:
        """Matrix of shape (n_zones, n) that sums values by zone."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - keeps ``import geoaccess`` quick

        own = self.member[level]
        cells = (np.ones(len(own)), (own, np.arange(len(own))))
        return csr_array(cells, shape=(self.n_zones[level], len(own)))


def summed(sums: csr_array[np.float64], values: FloatArray) -> FloatArray:
    """Sum values of shape (..., n) by zone, shape (..., n_zones)."""
    return np.ascontiguousarray((sums @ values.T).T)


def _numbered(codes: npt.NDArray[np.object_], above: LongArray) -> LongArray:
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    nowhere = pd.isna(codes) | (codes == "")
    own, known = pd.factorize(codes)
    # Those in no zone are one zone for each larger one, so that the levels still nest.
    own = np.where(nowhere, len(known) + above, own)
    return np.unique(own, return_inverse=True)[1].astype(np.int64)


def _require_within(
    codes: npt.NDArray[np.object_], own: LongArray, above: LongArray, *, level: str, larger: str
) -> None:
    first = np.zeros(int(own.max(initial=-1)) + 1, dtype=np.int64)
    first[own] = above
    split = first[own] != above
    if bool(split.any()):
        zones = some_ids(sorted({str(code) for code in codes[split]}))
        msg = f"{level} {zones}: in two zones of level {larger!r}; give each {level} one"
        raise MismatchError(msg)


def require_levels(zonings: Mapping[str, Mapping[str, npt.ArrayLike]]) -> None:
    """Refuse a set of borders without any level."""
    bare = [name for name, levels in zonings.items() if not levels]
    if bare:
        msg = f"zonings {some_ids(bare)}: no levels; give zones by level, the smallest first"
        raise InputError(msg)
