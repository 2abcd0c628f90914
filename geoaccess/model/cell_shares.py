"""How much of each cell of a grid lies in a polygon, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.model.grid import Grid
from geoaccess.units import AnyArray, BoolArray, FloatArray, LongArray

# Of a window; what is missing by less is rounding.
_WHOLE = 1.0 - 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellShares:
    """
    Cells that a polygon meets, and the share of each that lies in it.

    Attributes
    ----------
    cell
        Cells numbered row by row from the north-west, ascending, shape (n,).
    share
        Above 0, up to 1, shape (n,).
    """

    cell: LongArray
    share: FloatArray


def cell_shares(grid: Grid, polygon: BaseGeometry) -> CellShares:
    """
    Find the share of each cell that lies in a polygon.

    The grid is cut into windows again and again: one that lies wholly inside or outside is
    done, one that the border crosses is cut on with its own piece of the polygon. So only
    cells on the border are ever cut out of it one by one.

    Parameters
    ----------
    grid
        The cells.
    polygon
        A polygon or several, in the CRS of the grid.

    Returns
    -------
    Cells with a share above 0.

    Examples
    --------
    >>> grid = Grid(crs="EPSG:3059", west_m=0, north_m=20, cell_m=10, n_rows=2, n_columns=2)
    >>> found = cell_shares(grid, shapely.box(0, 5, 15, 20))
    >>> found.cell.tolist(), found.share.tolist()
    ([0, 1, 2, 3], [1.0, 0.5, 0.5, 0.25])
    """
    cells: list[LongArray] = [np.empty(0, np.int64)]
    shares: list[FloatArray] = [np.empty(0)]
    window = _around(grid, polygon)
    piece = np.full(len(window), shapely.make_valid(polygon), dtype=object)
    while len(window):
        box = _boxes(grid, window)
        piece = shapely.intersection(piece, box)
        share = shapely.area(piece) / shapely.area(box)
        whole, single = share >= _WHOLE, (np.ptp(window.reshape(-1, 2, 2), axis=2) == 1).all(axis=1)
        for row in window[whole]:
            block = _block(grid, row)
            cells.append(block)
            shares.append(np.ones(len(block)))
        edge = single & ~whole & (share > 0)
        cells.append(window[edge, 0] * grid.n_columns + window[edge, 2])
        shares.append(share[edge])
        cut = ~single & ~whole & (share > 0)
        window, piece = _quartered(window[cut], piece[cut])
    cell, share = np.concatenate(cells), np.concatenate(shares)
    order = np.argsort(cell, kind="stable")
    return CellShares(cell=cell[order], share=np.minimum(share[order], 1.0))


def cells_met(grid: Grid, polygon: BaseGeometry) -> BoolArray:
    """Whether any of each cell lies in a polygon, shape (n_rows, n_columns)."""
    met = np.zeros(grid.n_rows * grid.n_columns, dtype=np.bool_)
    met[cell_shares(grid, polygon).cell] = True
    return met.reshape(grid.shape)


def _around(grid: Grid, polygon: BaseGeometry) -> LongArray:
    """Give the window of the grid around a polygon as rows and columns; none if they are apart."""
    if polygon.is_empty:
        return np.empty((0, 4), np.int64)
    west, south, east, north = polygon.bounds
    low_row = int(np.clip(np.floor((grid.north_m - north) / grid.cell_m), 0, grid.n_rows))
    end_row = int(np.clip(np.ceil((grid.north_m - south) / grid.cell_m), 0, grid.n_rows))
    low_column = int(np.clip(np.floor((west - grid.west_m) / grid.cell_m), 0, grid.n_columns))
    end_column = int(np.clip(np.ceil((east - grid.west_m) / grid.cell_m), 0, grid.n_columns))
    if low_row >= end_row or low_column >= end_column:
        return np.empty((0, 4), np.int64)
    return np.array([[low_row, end_row, low_column, end_column]], np.int64)


def _boxes(grid: Grid, window: LongArray) -> AnyArray:
    first_row, end_row, first_column, end_column = window.T
    return np.asarray(
        shapely.box(
            grid.west_m + first_column * grid.cell_m,
            grid.north_m - end_row * grid.cell_m,
            grid.west_m + end_column * grid.cell_m,
            grid.north_m - first_row * grid.cell_m,
        )
    )


def _block(grid: Grid, window: LongArray) -> LongArray:
    rows = np.arange(window[0], window[1])
    columns = np.arange(window[2], window[3])
    return np.asarray((rows[:, None] * grid.n_columns + columns).reshape(-1))


def _quartered(window: LongArray, piece: AnyArray) -> tuple[LongArray, AnyArray]:
    """Cut windows in the middle, both ways where they are wider than a cell."""
    for first, end in ((0, 1), (2, 3)):
        middle = (window[:, first] + window[:, end] + 1) // 2
        low, high = window.copy(), window.copy()
        low[:, end] = middle
        high[:, first] = middle
        both = np.concatenate([low, high])
        there = both[:, end] > both[:, first]
        window, piece = both[there], np.concatenate([piece, piece])[there]
    return window, piece
