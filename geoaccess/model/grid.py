"""A plane cut into square cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoaccess.errors import InputError
from geoaccess.units import FloatArray, LongArray

Affine6 = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    A plane cut into square cells, in rows from the north and columns from the west.

    Attributes
    ----------
    crs
        Projected CRS in metres, for example ``"EPSG:3059"``.
    west_m, north_m
        The outer corner of the first cell.
    cell_m
        Side of a cell, metres.
    n_rows, n_columns
        How many.

    Raises
    ------
    InputError
        If the cell is no length above 0, or there is no cell.

    Examples
    --------
    >>> grid = Grid(
    ...     crs="EPSG:3059", west_m=0.0, north_m=500.0, cell_m=250.0, n_rows=2, n_columns=3
    ... )
    >>> grid.bounds
    (0.0, 0.0, 750.0, 500.0)
    """

    crs: str
    west_m: float
    north_m: float
    cell_m: float
    n_rows: int
    n_columns: int

    def __post_init__(self) -> None:
        """Check that there are cells."""
        if not 0 < self.cell_m < np.inf:
            msg = f"the side of a cell must be above 0 m, but is {self.cell_m:g}"
            raise InputError(msg)
        if self.n_rows < 1 or self.n_columns < 1:
            msg = f"a grid needs cells, but has {self.n_rows} rows of {self.n_columns}"
            raise InputError(msg)
        if not (np.isfinite(self.west_m) and np.isfinite(self.north_m)):
            msg = "the corner of a grid must be finite; check the CRS"
            raise InputError(msg)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.n_rows, self.n_columns

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north edge, metres."""
        east = self.west_m + self.n_columns * self.cell_m
        return self.west_m, self.north_m - self.n_rows * self.cell_m, east, self.north_m

    @property
    def transform(self) -> Affine6:
        """From column and row to metres, as ``rasterio.Affine`` takes it."""
        return self.cell_m, 0.0, self.west_m, 0.0, -self.cell_m, self.north_m

    @property
    def cell_km2(self) -> float:
        """Area of a cell on the plane of the CRS, square kilometres."""
        return (self.cell_m / 1000.0) ** 2

    def centres(self, first_row: int, end_row: int) -> tuple[FloatArray, FloatArray]:
        """
        Middle of each cell of some rows.

        Parameters
        ----------
        first_row, end_row
            From which row to before which.

        Returns
        -------
        Metres east and north, row by row, shape ((end_row - first_row) * n_columns,).
        """
        x = self.west_m + (np.arange(self.n_columns) + 0.5) * self.cell_m
        y = self.north_m - (np.arange(first_row, end_row) + 0.5) * self.cell_m
        return np.tile(x, len(y)), np.repeat(y, len(x))

    def cells_at(self, x: FloatArray, y: FloatArray) -> LongArray:
        """
        Cell that holds each point.

        Parameters
        ----------
        x, y
            Metres east and north in the grid's CRS, shape (n,).

        Returns
        -------
        Cells numbered row by row, -1 outside the grid, shape (n,). On the line between two,
        the one to the south or east.
        """
        with np.errstate(invalid="ignore"):
            column = np.floor((np.asarray(x) - self.west_m) / self.cell_m)
            row = np.floor((self.north_m - np.asarray(y)) / self.cell_m)
            inside = (row >= 0) & (row < self.n_rows) & (column >= 0) & (column < self.n_columns)
            cell = np.where(inside, row * self.n_columns + column, -1)
        return np.asarray(cell, dtype=np.int64)
