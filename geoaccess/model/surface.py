"""Minutes to the nearest service for every cell of a grid, and the same as a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geoaccess.errors import InputError, MismatchError
from geoaccess.model.frozen import sealed
from geoaccess.model.grid import Grid
from geoaccess.model.snap import Reason
from geoaccess.units import BoolArray, LongArray, MinutesArray

CodeArray = npt.NDArray[np.uint8]

# What a code stands for: its place in this row. The order is that of files already written.
CODES: tuple[str, ...] = (
    "",
    Reason.TOO_FAR_FROM_ROAD,
    Reason.OUTSIDE_EXTRACT,
    Reason.ISOLATED_ROAD,
    Reason.ONE_WAY_TRAP,
    Reason.OVER_CUTOFF,
    Reason.NO_SERVICE_IN_TERRITORY,
)
OUTSIDE_CODE = 255


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """
    Minutes from the middle of every cell of a grid to the nearest service.

    Attributes
    ----------
    grid
        The cells.
    minutes
        Shape (n_rows, n_columns), float32: ``inf`` where no service is reached, NaN outside
        the area that was asked for.
    reason
        Why a cell has no minutes, as a position in ``CODES``; 0 where it has, 255 outside
        the area. Shape (n_rows, n_columns).
    service
        Kind of service; empty for services of several kinds.
    cutoff_min
        Largest time that is told.
    max_snap_m
        Farthest that the middle of a cell may lie from its road, metres.
    direction
        ``"to_service"`` or ``"from_service"``.
    profile
        Vehicle.
    source, licence
        Where roads and services came from, and what must be said with what is made of them;
        for the tags of a file.

    Raises
    ------
    MismatchError
        If minutes, reasons and grid do not agree.
    """

    grid: Grid
    minutes: MinutesArray
    reason: CodeArray
    service: str
    cutoff_min: float
    max_snap_m: float
    direction: str = "to_service"
    profile: str = ""
    source: str = ""
    licence: str = ""

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        object.__setattr__(self, "minutes", sealed(self.minutes, "float32"))
        object.__setattr__(self, "reason", sealed(self.reason, "uint8"))
        if self.minutes.shape != self.grid.shape or self.reason.shape != self.grid.shape:
            msg = (
                f"surface: minutes {self.minutes.shape} and reasons {self.reason.shape} must "
                f"have the shape of the grid, {self.grid.shape}"
            )
            raise MismatchError(msg)
        known = (self.reason < len(CODES)) | (self.reason == OUTSIDE_CODE)
        agree = np.isfinite(self.minutes) == (self.reason == 0)
        agree &= np.isnan(self.minutes) == (self.reason == OUTSIDE_CODE)
        if not bool((known & agree).all()):
            msg = "surface: every cell needs minutes, or one reason why it has none"
            raise MismatchError(msg)

    @property
    def crs(self) -> str:
        """CRS of the grid."""
        return self.grid.crs

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return "min"

    @property
    def reached(self) -> BoolArray:
        """Whether a cell has minutes, shape (n_rows, n_columns)."""
        return np.asarray(self.reason == 0)

    @property
    def n_cells(self) -> int:
        """Number of cells in the area that was asked for."""
        return int((self.reason != OUTSIDE_CODE).sum())

    def counts(self) -> dict[str, int]:
        """
        Cells by what became of them.

        Returns
        -------
        ``reached``, then each reason that occurs; they add up to :attr:`n_cells`.
        """
        number = np.bincount(self.reason.reshape(-1), minlength=len(CODES))
        told = {str(name): int(number[code]) for code, name in enumerate(CODES) if code}
        return {"reached": int(number[0]), **{name: n for name, n in told.items() if n}}

    def cells_at(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> LongArray:
        """
        Cell that holds each point.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,).

        Returns
        -------
        Cells numbered row by row from the north-west, -1 off the grid, shape (n,).
        """
        there = Transformer.from_crs("EPSG:4326", self.grid.crs, always_xy=True)
        x, y = there.transform(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
        return self.grid.cells_at(np.asarray(x), np.asarray(y))

    def at(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> MinutesArray:
        """
        Minutes of the cells that hold some points.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,).

        Returns
        -------
        Shape (n,), float32; ``inf`` where unreached, NaN outside the area.
        """
        cell = self.cells_at(lon, lat)
        found: MinutesArray = np.append(self.minutes.reshape(-1), np.float32(np.nan))[cell]
        return found

    def __repr__(self) -> str:
        """One line: service, size of a cell, how many are reached."""
        return (
            f"<Surface of {self.service or 'services'}: {self.grid.n_rows} x "
            f"{self.grid.n_columns} cells of {self.grid.cell_m:g} m, "
            f"{int(self.reached.sum())} of {self.n_cells} reached>"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceImage:
    """
    A surface as a picture that a web map stretches over its ground.

    Attributes
    ----------
    service
        Kind of service.
    minutes
        Shape (n_rows, n_columns), float32, rows from the north: ``inf`` where no service is
        reached, NaN outside. Pixels are square in Web Mercator (EPSG:3857), which is what an
        image stretched between two corners of a web map needs to be in its place.
    west, south, east, north
        Outer edges, degrees.
    cell_m
        Side of the cells that it was made from, metres.
    cutoff_min
        Largest time that is told.

    Raises
    ------
    InputError
        If there is no pixel, or the edges enclose nothing.
    """

    service: str
    minutes: MinutesArray
    west: float
    south: float
    east: float
    north: float
    cell_m: float
    cutoff_min: float

    def __post_init__(self) -> None:
        """Seal the pixels and check the edges."""
        object.__setattr__(self, "minutes", sealed(self.minutes, "float32"))
        if self.minutes.ndim != 2 or not self.minutes.size:  # noqa: PLR2004 - rows, columns
            msg = f"surface image: pixels must be rows and columns, but are {self.minutes.shape}"
            raise InputError(msg)
        if not (self.west < self.east and self.south < self.north):
            msg = "surface image: west must lie west of east, and south below north"
            raise InputError(msg)
