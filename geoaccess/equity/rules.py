"""By which rules a scorecard is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from geoaccess.errors import InputError, nearest_known

Variable = Literal["minutes", "access"]

# What each index is called in a table, and what it is.
INDEX_NAMES: Mapping[str, str] = {
    "gini": "Gini index",
    "hoover": "Hoover index",
    "palma": "Palma ratio",
    "p90_p10": "P90 over P10",
    "cv": "coefficient of variation",
    "theil_t": "Theil's T",
    "theil_l": "Theil's L, mean logarithmic deviation",
    "atkinson_0.5": "Atkinson's index, epsilon 0.5",
    "atkinson_1": "Atkinson's index, epsilon 1",
    "atkinson_2": "Atkinson's index, epsilon 2",
    "concentration": "concentration index over the ranking",
    "fgt_0": "share of people who miss the norm",
    "fgt_1": "mean shortfall from the norm",
    "fgt_2": "mean squared shortfall from the norm",
    "sufficiency": "share of people who meet the norm",
    "share_beyond_min": "share of people who need longer than so many minutes",
}
INDICES = tuple(INDEX_NAMES)
_INFINITY = float("inf")
# Least and largest value of each index, where they are not 0 and 1.
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "palma": (0.25, _INFINITY),
    "p90_p10": (1.0, _INFINITY),
    "cv": (0.0, _INFINITY),
    "theil_t": (0.0, _INFINITY),
    "theil_l": (0.0, _INFINITY),
    "concentration": (-1.0, 1.0),
}


def bounds_of(index: str) -> tuple[float, float]:
    """
    Least and largest value that an index can have.

    Examples
    --------
    >>> bounds_of("gini"), bounds_of("palma")
    ((0.0, 1.0), (0.25, inf))
    """
    return _BOUNDS.get(index, (0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EquityRules:
    """
    By which rules a scorecard is made.

    Attributes
    ----------
    cutoff_min
        What longer minutes and unreached people count as: a lower bound of their burden.
        Needed where somebody is unreached, and for a norm of minutes.
    floor
        What smaller values count as where an index needs values above 0 (Theil's L, Atkinson
        with epsilon 1 and 2); if left out, 1 for minutes, and none for access.
    indices
        Names of ``INDEX_NAMES``; all if left out.
    beyond_min
        Bounds of ``share_beyond_min``, minutes.
    n_boot
        Draws behind each interval; 0 for none.
    seed
        Of the draws.
    confidence
        Share of the draws inside an interval.
    strata
        Level within which settlements are drawn; if left out, ``municipality``, or else the
        smallest. It is looked up in the first zoning that has it.

    Raises
    ------
    InputError
        If a number is out of its range, or an index is unknown.

    Examples
    --------
    >>> EquityRules(indices=["ginny"])
    Traceback (most recent call last):
    geoaccess.errors.InputError: no index 'ginny'; did you mean 'gini'?
    """

    cutoff_min: float | None = None
    floor: float | None = None
    indices: Sequence[str] = INDICES
    beyond_min: Sequence[float] = ()
    n_boot: int = 200
    seed: int = 0
    confidence: float = 0.95
    strata: str | None = None

    def __post_init__(self) -> None:
        """Check every number."""
        for name in self.indices:
            if name not in INDEX_NAMES:
                msg = f"no index {name!r}; {nearest_known(name, INDICES)}"
                raise InputError(msg)
        for name in ("cutoff_min", "floor"):
            number = getattr(self, name)
            if number is not None and not 0 < number < float("inf"):
                msg = f"{name} must be above 0, but is {number:g}"
                raise InputError(msg)
        if self.n_boot < 0:
            msg = f"n_boot must be 0 or more, but is {self.n_boot}"
            raise InputError(msg)
        if not 0 < self.confidence < 1:
            msg = f"confidence must be between 0 and 1, but is {self.confidence:g}; try 0.95"
            raise InputError(msg)
        beyond = [bound for bound in self.beyond_min if not bound < (self.cutoff_min or bound + 1)]
        if beyond:
            msg = f"beyond_min {beyond[0]:g} must be below the cutoff of {self.cutoff_min:g} min"
            raise InputError(msg)

    def floor_of(self, variable: Variable) -> float:
        """Floor in the unit of the variable; 0 where there is none."""
        return self.floor or (1.0 if variable == "minutes" else 0.0)
