"""Land cut into small cells that share their corners, so that any union of them tiles exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi
from shapely.geometry import Polygon

from demo_region.plane import FloatArray, IntArray, to_lonlat, to_plane

JITTER = 0.27  # of the spacing: enough for ragged borders, too little for slivers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """
    Cells of about equal size.

    Attributes
    ----------
    xy
        A point inside each cell, metres, shape (n, 2).
    outlines
        Polygon of each cell in degrees of 6 decimals, shape (n,).
    pairs
        Cells that share an edge, shape (k, 2).
    """

    xy: FloatArray
    outlines: NDArray[np.object_]
    pairs: IntArray


def make_cells(outline: Polygon, *, spacing_m: float, rng: np.random.Generator) -> Cells:
    """
    Cut an outline into cells; their union is close to the outline, with a ragged shore.

    Parameters
    ----------
    outline
        Rough shape of the land, metres.
    spacing_m
        Distance between neighbouring cells.
    rng
        Source of chance.

    Returns
    -------
    Cells whose seeds lie in the outline.
    """
    seeds = _jittered_lattice(outline, spacing_m=spacing_m, rng=rng)
    inside = shapely.contains_xy(outline, seeds[:, 0], seeds[:, 1])
    diagram = Voronoi(seeds)
    rank = np.cumsum(inside) - 1
    ridges = diagram.ridge_points[inside[diagram.ridge_points].all(axis=1)]
    outlines = np.array([_outline(diagram, int(i)) for i in np.flatnonzero(inside)], dtype=object)
    return Cells(xy=seeds[inside], outlines=outlines, pairs=rank[ridges].astype(np.int64))


def dissolve(outlines: NDArray[np.object_]) -> Polygon:
    """Join cells of one piece into one polygon that keeps every corner on its edge."""
    joined = shapely.coverage_union_all(outlines)
    if not isinstance(joined, Polygon):
        message = f"cells do not join into one polygon but into a {joined.geom_type}"
        raise TypeError(message)
    return shapely.normalize(joined)


def land_of(cells: Cells) -> Polygon:
    """Join all cells into the land, metres."""
    return shapely.transform(dissolve(cells.outlines), to_plane)


def _jittered_lattice(
    outline: Polygon, *, spacing_m: float, rng: np.random.Generator
) -> FloatArray:
    west, south, east, north = outline.buffer(3.0 * spacing_m).bounds
    columns = np.arange(west, east, spacing_m)
    rows = np.arange(south, north, spacing_m * np.sqrt(0.75))
    x, y = np.meshgrid(columns, rows)
    x[::2] += spacing_m / 2.0  # odd rows between even ones make hexagons
    lattice = np.column_stack([x.ravel(), y.ravel()])
    return lattice + rng.uniform(-JITTER, JITTER, lattice.shape) * spacing_m


def _outline(diagram: Voronoi, seed: int) -> Polygon:
    corners = diagram.vertices[diagram.regions[diagram.point_region[seed]]]
    arm = corners - diagram.points[seed]
    ring = corners[np.argsort(np.arctan2(arm[:, 1], arm[:, 0]))]
    return Polygon(to_lonlat(ring, decimals=6))
