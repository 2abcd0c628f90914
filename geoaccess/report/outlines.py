"""Borders for display: simplified without gaps, rounded, and written as small numbers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray, FloatArray

# Whole numbers of 0.00001 degree, about a metre, which is what a page can show.
STEPS_PER_DEGREE = 100_000
# One part of this many of the extent is under half a pixel on a full screen.
_PARTS_OF_EXTENT = 3_000
_FEWEST_POINTS = 4


def outlines(territory: Territory) -> list[list[list[int]]]:
    """
    Rings of every zone.

    Parameters
    ----------
    territory
        Zones in EPSG:4326.

    Returns
    -------
    For each zone its rings, outer and inner alike, to be filled by the even-odd rule. A
    ring is a flat list ``x0, y0, dx1, dy1, ...`` in 0.00001 degree, without its last point,
    which repeats the first.
    """
    return [list(_rings(geometry)) for geometry in _simplified(territory.geometry)]


def label_points(territory: Territory) -> FloatArray:
    """Longitude and latitude of a point inside each zone, shape (n, 2)."""
    largest = [
        max(shapely.get_parts(geometry), key=lambda part: float(part.area))
        for geometry in territory.geometry
    ]
    inside: FloatArray = shapely.get_coordinates(shapely.point_on_surface(largest))
    return inside


def _simplified(geometry: AnyArray) -> AnyArray:
    west, south, east, north = shapely.total_bounds(geometry)
    tolerance = max(east - west, north - south) / _PARTS_OF_EXTENT
    if hasattr(shapely, "coverage_simplify"):
        # Neighbours keep sharing one line; zones that overlap cannot, and fall through.
        try:
            valid = bool(shapely.coverage_is_valid(geometry))
        except (shapely.errors.GEOSException, shapely.errors.UnsupportedGEOSVersionError):
            valid = False
        if valid:
            shared: AnyArray = np.asarray(shapely.coverage_simplify(geometry, tolerance))
            return shared
    alone: AnyArray = shapely.simplify(geometry, tolerance, preserve_topology=True)
    return alone


def _rings(geometry: Any) -> Iterator[list[int]]:  # noqa: ANN401 - shapely's own typing is Any
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    for ring in itertools.chain.from_iterable((p.exterior, *p.interiors) for p in polygons):
        steps = np.rint(shapely.get_coordinates(ring) * STEPS_PER_DEGREE).astype(np.int64)
        moved = np.append([True], (np.diff(steps, axis=0) != 0).any(axis=1))
        steps = steps[moved]
        if len(steps) >= _FEWEST_POINTS:
            open_ring = steps[:-1]
            deltas = np.diff(open_ring, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
            yield [int(step) for step in deltas.ravel()]
