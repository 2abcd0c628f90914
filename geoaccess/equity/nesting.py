"""Zones within larger zones: who is in which, at every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.units import FloatArray, LongArray

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
    ladder
        For each level, the matrix that sums by zone: the first sums values, each other the
        sums of the level before it.
    n_outside
        For each level, how many of its zones stand for people outside every zone.
    """

    member: Mapping[str, LongArray]
    ladder: Mapping[str, csr_array[np.float64]]
    n_outside: Mapping[str, int]

    @classmethod
    def of(cls, levels: Mapping[str, npt.ArrayLike], *, n: int, rows: LongArray) -> Self:
        """
        Give the zones of every level numbers, and make sure that each lies in one larger.

        Parameters
        ----------
        levels
            Zone of each value by level, shape (n,), the smallest zones first; codes, or any
            other names. Those in no zone (an empty code) count as one zone of their own in
            the larger zone.
        n
            How many values there are.
        rows
            Which of them count, and in what order.

        Raises
        ------
        InputError
            If no level is given.
        MismatchError
            If a level is not as long as the values, or a zone lies in two larger ones.
        """
        if not levels:
            msg = "no levels; give zones by level, the smallest first"
            raise InputError(msg)
        member: dict[str, LongArray] = {}
        outside: dict[str, int] = {}
        above, larger = np.zeros(len(rows), dtype=np.int64), ""
        for level, zones in reversed(list(levels.items())):
            codes = np.asarray(zones, dtype=object)
            if codes.shape != (n,):
                msg = f"zones of level {level!r}: {codes.shape} for {n} values; give one for each"
                raise MismatchError(msg)
            own, outside[level] = _numbered(codes[rows], above)
            _require_within(codes[rows], own, above, level=level, larger=larger)
            member[level], above, larger = own, own, level
        ordered = {level: member[level] for level in levels}
        return cls(member=ordered, ladder=_ladder(ordered), n_outside=outside)

    def n_zones(self, level: str) -> int:
        """Count the zones of a level that have a value, those outside being some of them."""
        return self.ladder[level].shape[0]

    def sums(self, values: FloatArray) -> dict[str, FloatArray]:
        """Sum columns of values (n, k) by zone at every level, each of shape (n_zones, k)."""
        found: dict[str, FloatArray] = {}
        below = values
        for level, matrix in self.ladder.items():
            below = np.asarray(matrix @ below)
            found[level] = below
        return found


def _ladder(member: Mapping[str, LongArray]) -> dict[str, csr_array[np.float64]]:
    from scipy.sparse import csr_array  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    found: dict[str, csr_array[np.float64]] = {}
    below: LongArray | None = None
    for level, own in member.items():
        # The zone of each value, or of each zone of the level below.
        into = own
        if below is not None:
            into = np.zeros(int(below.max(initial=-1)) + 1, dtype=np.int64)
            into[below] = own
        n_zones = int(own.max(initial=-1)) + 1
        cells = (np.ones(len(into)), (into, np.arange(len(into))))
        found[level] = csr_array(cells, shape=(n_zones, len(into)))
        below = own
    return found


def _numbered(codes: npt.NDArray[np.object_], above: LongArray) -> tuple[LongArray, int]:
    import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    nowhere = np.asarray(pd.isna(codes)) | (codes == "")
    own, known = pd.factorize(codes)
    # Those in no zone are one zone for each larger one, so that the levels still nest.
    own = np.where(nowhere, len(known) + above, own)
    numbers = np.unique(own, return_inverse=True)[1].astype(np.int64)
    return numbers, len(np.unique(numbers[nowhere]))


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
