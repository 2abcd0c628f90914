"""The cells of a surface: which ground they cover, and whether memory holds them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import InputError, MismatchError
from geoaccess.io.area import Shapes, widened_area
from geoaccess.io.plane import finely_flat, plane_of
from geoaccess.model.cell_shares import cells_met
from geoaccess.model.grid import Grid
from geoaccess.model.network import Network
from geoaccess.model.territory import Territory
from geoaccess.units import BoolArray, FloatArray

LARGEST_CELL_M = 100_000.0
# Minutes, reasons and what is held of them while a file is written.
_BYTES_PER_CELL = 24
_GB = 1e9

Area: TypeAlias = "Territory | shapely.Polygon | shapely.MultiPolygon | Shapes | None"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceCells:
    """
    Cells that a surface is asked for.

    Attributes
    ----------
    grid
        All cells.
    asked
        Which of them lie in the area at least in part, shape (n_rows, n_columns).
    """

    grid: Grid
    asked: BoolArray


def surface_cells(
    network: Network,
    *,
    resolution_m: float,
    area: Area,
    crs: str | None,
    max_snap_m: float,
    max_memory_gb: float,
) -> SurfaceCells:
    """
    Lay out the cells of a surface, as :func:`travel_time_surface` describes them.

    Raises
    ------
    InputError
        If the resolution, the CRS or the area makes no sense, or there are more cells than
        memory.
    MismatchError
        If the area lies nowhere near the roads.
    """
    cell_m = require_resolution(resolution_m)
    plane, ground = ground_of(network, area, crs=crs, max_snap_m=max_snap_m)
    grid = grid_over(ground, crs=plane, resolution_m=cell_m, max_memory_gb=max_memory_gb)
    return SurfaceCells(grid=grid, asked=cells_met(grid, ground))


def ground_of(
    network: Network, area: Area, *, crs: str | None, max_snap_m: float
) -> tuple[str, BaseGeometry]:
    """
    Find the ground that a surface covers, laid flat.

    Parameters
    ----------
    network
        Roads.
    area
        Polygons in EPSG:4326, or borders; the hull of the roads, wider by ``max_snap_m``,
        where None.
    crs
        Projected CRS in metres, or None for that of the country or zone.
    max_snap_m
        Farthest that a cell may lie from its road, metres.

    Returns
    -------
    The CRS, and the ground in it.

    Raises
    ------
    InputError
        If the CRS is not one of metres, or the area is no polygon.
    MismatchError
        If the area lies nowhere near the roads.
    """
    if area is None:
        plane = plane_of(np.array([shapely.box(*network.bounds)], dtype=object), crs)
        hull = _hull(network.node_lon, network.node_lat, plane)
        return plane, _finite(shapely.buffer(hull, max_snap_m), plane)
    shapes = area.geometry if isinstance(area, Territory) else area
    whole = widened_area(shapes)
    if whole.is_empty or not shapely.area(whole) > 0:
        msg = "the area of a surface is empty; give one or more polygons"
        raise InputError(msg)
    _require_roads_there(network, whole)
    shape = np.array([whole], dtype=object)
    plane = plane_of(shape, crs)
    (flat,) = finely_flat(shape, plane)
    return plane, _finite(flat, plane)


def grid_over(ground: BaseGeometry, *, crs: str, resolution_m: float, max_memory_gb: float) -> Grid:
    """
    Lay a grid over some ground, its lines at whole multiples of the resolution.

    Parameters
    ----------
    ground
        In the CRS.
    crs
        Projected CRS in metres.
    resolution_m
        Side of a cell, metres.
    max_memory_gb
        Memory that the surface may take.

    Raises
    ------
    InputError
        If it would take more, saying which resolution would not.
    """
    west, south, east, north = shapely.bounds(ground)
    first_column, first_row = np.floor(west / resolution_m), np.ceil(north / resolution_m)
    n_columns = int(np.ceil(east / resolution_m) - first_column)
    n_rows = int(first_row - np.floor(south / resolution_m))
    needed_gb = n_rows * n_columns * _BYTES_PER_CELL / _GB
    if needed_gb > max_memory_gb:
        coarser = _rounded_up(resolution_m * np.sqrt(needed_gb / max_memory_gb))
        msg = (
            f"cells of {resolution_m:g} m would be {n_rows * n_columns:,} and take "
            f"{needed_gb:.3g} GB, more than max_memory_gb={max_memory_gb:g}; use "
            f"resolution_m={coarser:g} or more, or a smaller area, or raise the limit"
        )
        raise InputError(msg)
    return Grid(
        crs=crs,
        west_m=float(first_column * resolution_m),
        north_m=float(first_row * resolution_m),
        cell_m=float(resolution_m),
        n_rows=max(n_rows, 1),
        n_columns=max(n_columns, 1),
    )


def require_resolution(resolution_m: float) -> float:
    """
    Refuse a side of a cell that makes no sense.

    Raises
    ------
    InputError
        If it is not above 0 and at most 100,000 m.
    """
    if not 0 < resolution_m <= LARGEST_CELL_M:
        msg = (
            f"resolution_m must be above 0 and at most {LARGEST_CELL_M:,.0f}, but is "
            f"{resolution_m:g}; 250 suits a municipality, 1000 a country"
        )
        raise InputError(msg)
    return float(resolution_m)


def _hull(lon: FloatArray, lat: FloatArray, plane: str) -> BaseGeometry:
    """Convex hull of points, laid flat."""
    from scipy.spatial import ConvexHull, QhullError  # noqa: PLC0415 - needed by few

    x, y = Transformer.from_crs("EPSG:4326", plane, always_xy=True).transform(lon, lat)
    points = np.column_stack([x, y])
    # Points on one line have no hull to be found so, and those off the plane are told later.
    with suppress(QhullError, ValueError):
        # Of a million points, those on the hull are few, and found before any is a shape.
        points = points[ConvexHull(points).vertices]
    return shapely.MultiPoint(points).convex_hull


def _finite(ground: BaseGeometry, crs: str) -> BaseGeometry:
    if not np.isfinite(shapely.bounds(ground)).all():
        msg = f"{crs} does not reach the area of the surface; give a CRS that is used there"
        raise InputError(msg)
    return ground


def _require_roads_there(network: Network, area: BaseGeometry) -> None:
    roads = network.bounds
    west, south, east, north = shapely.bounds(area)
    apart = west > roads[2] or east < roads[0] or south > roads[3] or north < roads[1]
    if apart:
        msg = (
            f"the area of the surface (lon {west:.3f} to {east:.3f}, lat {south:.3f} to "
            f"{north:.3f}) lies apart from the roads (lon {roads[0]:.3f} to {roads[2]:.3f}, lat "
            f"{roads[1]:.3f} to {roads[3]:.3f}); give an area with roads, and check the CRS"
        )
        raise MismatchError(msg)


def _rounded_up(value: float) -> float:
    """Two figures, not below."""
    step = 10.0 ** (np.floor(np.log10(value)) - 1)
    return float(np.ceil(value / step) * step)
