"""A surface as areas: what lies within so many minutes, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geoaccess.errors import InputError
from geoaccess.measures.isochrones import require_minutes
from geoaccess.model.grid import Grid
from geoaccess.model.surface import Surface
from geoaccess.units import BoolArray

if TYPE_CHECKING:
    import geopandas as gpd


def surface_isochrones(
    surface: Surface, *, minutes: Sequence[float], nested: bool = True
) -> gpd.GeoDataFrame:
    """
    Draw the cells of a surface within so many minutes as areas.

    Parameters
    ----------
    surface
        A surface.
    minutes
        Cutoffs, each above 0 and at most that of the surface.
    nested
        Whether an area holds all that is nearer, too, or only what lies above the cutoff
        before; then areas lie side by side.

    Returns
    -------
    One row a cutoff, the largest first, so that a map draws it lowest: ``service``,
    ``minutes``, ``from_min`` (0 where nested), ``n_cells``, ``area_km2`` (on the plane of the
    CRS); multipolygons in the CRS of the surface that cover these cells and nothing else,
    missing where there is none.

    Raises
    ------
    InputError
        If a cutoff is not above 0, stands twice, or is above that of the surface.

    Examples
    --------
    >>> from geoaccess.model.grid import Grid
    >>> grid = Grid(
    ...     crs="EPSG:3059", west_m=0, north_m=1000, cell_m=1000, n_rows=1, n_columns=2
    ... )
    >>> surface = Surface(
    ...     grid=grid, minutes=[[5, 9]], reason=[[0, 0]], service="school", cutoff_min=60,
    ...     max_snap_m=1000,
    ... )
    >>> surface_isochrones(surface, minutes=[6, 10])["area_km2"].tolist()
    [2.0, 1.0]
    """
    import geopandas as gpd  # noqa: PLC0415 - heavy, and needed by few

    cutoffs = require_minutes(minutes)
    if cutoffs[-1] > surface.cutoff_min:
        msg = (
            f"the surface tells minutes up to {surface.cutoff_min:g}, not {cutoffs[-1]:g}; make "
            f"it with cutoff_min={cutoffs[-1]:g}"
        )
        raise InputError(msg)
    lower = (0.0, *cutoffs[:-1])
    masks = [
        surface.reached
        & (surface.minutes <= np.float32(upper))
        & (nested or low == 0 or surface.minutes > np.float32(low))
        for low, upper in zip(lower, cutoffs, strict=True)
    ][::-1]
    counts = np.array([int(mask.sum()) for mask in masks])
    return gpd.GeoDataFrame(
        {
            "service": surface.service,
            "minutes": cutoffs[::-1],
            "from_min": np.zeros(len(cutoffs)) if nested else lower[::-1],
            "n_cells": counts,
            "area_km2": counts * surface.grid.cell_km2,
        },
        geometry=[_outlined(surface.grid, mask) for mask in masks],
        crs=surface.grid.crs,
    )


def _outlined(grid: Grid, mask: BoolArray) -> shapely.MultiPolygon | None:
    """Join the cells of a mask; None if there is none."""
    if not mask.any():
        return None
    from rasterio import Affine  # noqa: PLC0415 - heavy, and needed by few
    from rasterio.features import shapes  # noqa: PLC0415

    found = shapes(
        mask.astype(np.uint8), mask=mask, connectivity=4, transform=Affine(*grid.transform)
    )
    # A ring that touches itself at a corner is parted there; the cells covered stay the same.
    parts = shapely.make_valid([shapely.geometry.shape(shape) for shape, _ in found])
    return shapely.MultiPolygon(list(shapely.get_parts(parts)))
