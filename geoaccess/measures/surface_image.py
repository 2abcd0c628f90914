"""A surface as a picture for a web map."""

from __future__ import annotations

import numpy as np
from pyproj import Transformer

from geoaccess.errors import InputError
from geoaccess.model.grid import Grid
from geoaccess.model.surface import Surface, SurfaceImage

_WEB = "EPSG:3857"
LONGEST_PX = 1000
_EDGE_STEPS = 64


def surface_image(surface: Surface, *, longest_px: int = LONGEST_PX) -> SurfaceImage:
    """
    Draw a surface as a web map needs it: pixels that are square in Web Mercator.

    Parameters
    ----------
    surface
        A surface.
    longest_px
        Pixels along the longer side, at most; no more than there are cells.

    Returns
    -------
    Each pixel has the value of the cell at its middle: nothing is averaged.

    Raises
    ------
    InputError
        If ``longest_px`` is below 1.

    Examples
    --------
    >>> from geoaccess.model.grid import Grid
    >>> grid = Grid(
    ...     crs="EPSG:3059", west_m=5e5, north_m=3e5, cell_m=1000, n_rows=1, n_columns=2
    ... )
    >>> surface = Surface(
    ...     grid=grid, minutes=[[5, 9]], reason=[[0, 0]], service="school", cutoff_min=60,
    ...     max_snap_m=1000,
    ... )
    >>> image = surface_image(surface)
    >>> 24.0 <= image.west < image.east < 24.1
    True
    """
    if longest_px < 1:
        msg = f"longest_px must be 1 or more, but is {longest_px}"
        raise InputError(msg)
    web = Transformer.from_crs(surface.grid.crs, _WEB, always_xy=True)
    west, south, east, north = _outline(surface.grid, web)
    wide, high = east - west, north - south
    side = max(wide, high)
    n_longest = min(longest_px, 2 * max(surface.grid.shape))
    pixel = side / n_longest
    n_columns, n_rows = max(round(wide / pixel), 1), max(round(high / pixel), 1)
    x = west + (np.arange(n_columns) + 0.5) * wide / n_columns
    y = north - (np.arange(n_rows) + 0.5) * high / n_rows
    back = Transformer.from_crs(_WEB, surface.grid.crs, always_xy=True)
    flat_x, flat_y = back.transform(np.tile(x, n_rows), np.repeat(y, n_columns))
    cell = surface.grid.cells_at(np.asarray(flat_x), np.asarray(flat_y))
    values = np.append(surface.minutes.reshape(-1), np.float32(np.nan))[cell]
    degrees = Transformer.from_crs(_WEB, "EPSG:4326", always_xy=True)
    (west_deg, east_deg), (south_deg, north_deg) = degrees.transform([west, east], [south, north])
    return SurfaceImage(
        service=surface.service,
        minutes=values.reshape(n_rows, n_columns),
        west=float(west_deg),
        south=float(south_deg),
        east=float(east_deg),
        north=float(north_deg),
        cell_m=surface.grid.cell_m,
        cutoff_min=surface.cutoff_min,
    )


def _outline(grid: Grid, web: Transformer) -> tuple[float, float, float, float]:
    """Bounds of a grid on the web's plane, whose sides are bent there."""
    west, south, east, north = grid.bounds
    across = np.linspace(west, east, _EDGE_STEPS + 1)
    upward = np.linspace(south, north, _EDGE_STEPS + 1)
    x = np.concatenate([across, across, np.full(len(upward), west), np.full(len(upward), east)])
    y = np.concatenate([np.full(len(across), south), np.full(len(across), north), upward, upward])
    found_x, found_y = web.transform(x, y)
    return float(min(found_x)), float(min(found_y)), float(max(found_x)), float(max(found_y))
