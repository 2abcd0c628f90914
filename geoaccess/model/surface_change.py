"""What changes between two surfaces of the same cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoaccess.errors import MismatchError
from geoaccess.model.frozen import sealed
from geoaccess.model.grid import Grid
from geoaccess.model.surface import OUTSIDE_CODE, CodeArray
from geoaccess.units import MinutesArray

# What a code of a change stands for: its place in this row.
CHANGES = ("reached before and after", "gained", "lost", "reached neither before nor after")
BOTH, GAINED, LOST, NEITHER = range(4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceChange:
    """
    What changes between two surfaces of the same cells.

    Attributes
    ----------
    grid
        The cells.
    change_min
        Minutes after less minutes before, float32, below 0 where it is nearer; NaN where a
        cell is not reached both times. Shape (n_rows, n_columns).
    change
        A position in ``CHANGES``: whether a cell is reached both times, only after (gained),
        only before (lost) or neither; 255 outside the area. Shape (n_rows, n_columns).
    service, cutoff_min, max_snap_m, direction, profile, source, licence
        As of the surfaces.

    Raises
    ------
    MismatchError
        If the arrays and the grid do not agree.
    """

    grid: Grid
    change_min: MinutesArray
    change: CodeArray
    service: str
    cutoff_min: float
    max_snap_m: float
    direction: str = "to_service"
    profile: str = ""
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        object.__setattr__(self, "change_min", sealed(self.change_min, "float32"))
        object.__setattr__(self, "change", sealed(self.change, "uint8"))
        fits = self.change_min.shape == self.change.shape == self.grid.shape
        if not fits or not np.array_equal(np.isfinite(self.change_min), self.change == BOTH):
            msg = "surface change: minutes must stand where a cell is reached both times"
            raise MismatchError(msg)

    def counts(self) -> dict[str, int]:
        """
        Cells by what becomes of them.

        Returns
        -------
        ``nearer``, ``farther`` and ``unchanged`` of those reached both times, ``gained``,
        ``lost`` and ``neither``; they add up to the cells of the area.
        """
        told = self.change_min[self.change == BOTH]
        number = np.bincount(self.change.reshape(-1), minlength=OUTSIDE_CODE + 1)
        return {
            "nearer": int((told < 0).sum()),
            "farther": int((told > 0).sum()),
            "unchanged": int((told == 0).sum()),
            "gained": int(number[GAINED]),
            "lost": int(number[LOST]),
            "neither": int(number[NEITHER]),
        }

    def __repr__(self) -> str:
        """One line: what becomes of the cells."""
        told = ", ".join(f"{name} {n}" for name, n in self.counts().items())
        return f"<SurfaceChange of {self.service or 'services'}: {told}>"
