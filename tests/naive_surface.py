"""A slow, obvious twin of what is made of surfaces: one cell after another."""

from __future__ import annotations

import math
from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.model.grid import Grid
from geoaccess.model.surface import Surface


def cells_of(grid: Grid) -> Iterator[tuple[int, int, BaseGeometry]]:
    """Row, column and square of every cell."""
    west, _, _, north = grid.bounds
    for row in range(grid.n_rows):
        for column in range(grid.n_columns):
            left, top = west + column * grid.cell_m, north - row * grid.cell_m
            yield row, column, shapely.box(left, top - grid.cell_m, left + grid.cell_m, top)


def shares(grid: Grid, polygon: BaseGeometry) -> dict[int, float]:
    """Share of each cell in a polygon, by its number, where above 0."""
    found = {}
    for row, column, square in cells_of(grid):
        part = shapely.area(shapely.intersection(square, polygon)) / shapely.area(square)
        if part > 0:
            found[row * grid.n_columns + column] = float(part)
    return found


def zone_figures(
    surface: Surface, polygon: BaseGeometry, *, shift: float = 0.0
) -> dict[str, float]:
    """Area-weighted figures of a zone, straight from their definitions."""
    reached, unreached, inside = [], 0.0, 0.0
    for row, column, square in cells_of(surface.grid):
        minutes = float(surface.minutes[row, column])
        area = shapely.area(shapely.intersection(square, polygon)) / 1e6
        if math.isnan(minutes) or area == 0:
            continue
        inside += area
        if math.isinf(minutes):
            unreached += area
        else:
            reached.append((minutes, area))
    reached.sort()
    total = sum(area for _, area in reached)
    return {
        "area_km2": inside,
        "beyond_km2": shapely.area(polygon) / 1e6 - inside,
        "mean_min": sum(m * area for m, area in reached) / total if total else math.nan,
        "median_min": _quantile(reached, inside, 0.5 + shift),
        "p90_min": _quantile(reached, inside, 0.9 + shift),
        "unreached_km2": unreached,
    }


def _quantile(reached: list[tuple[float, float]], inside: float, share: float) -> float:
    so_far = 0.0
    for minutes, area in reached:
        so_far += area
        if so_far >= share * inside * (1 - 1e-12):
            return minutes
    return math.nan


def within(surface: Surface, upper: float, lower: float | None = None) -> BaseGeometry:
    """Union of the cells up to some minutes, above some others."""
    squares = []
    for row, column, square in cells_of(surface.grid):
        minutes = float(surface.minutes[row, column])
        if minutes <= upper and (lower is None or minutes > lower):
            squares.append(square)
    return shapely.union_all(squares)
