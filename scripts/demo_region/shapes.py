"""Irregular shapes and point patterns: blobs, smooth noise, scattered and spread points."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from demo_region.plane import FloatArray

EDGE_WEIGHT = 1.7  # a shore counts as a neighbour this many times as far away


def blob(
    rng: np.random.Generator,
    *,
    centre: tuple[float, float],
    radius_m: float,
    roughness: float = 0.2,
    n_points: int = 150,
) -> Polygon:
    """
    Draw a closed wavy outline.

    Parameters
    ----------
    rng
        Source of chance.
    centre, radius_m
        Middle and mean radius, metres.
    roughness
        Size of the waves as a share of the radius; below 0.35 no outline meets itself.
    n_points
        Points on the outline.

    Returns
    -------
    Polygon around the centre.
    """
    angle = np.linspace(0.0, 2.0 * np.pi, n_points, endpoint=False)
    radius = np.ones(n_points)
    for wave in range(2, 10):
        phase, size = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.4, 1.0)
        radius += roughness * size / wave * np.cos(wave * angle + phase)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) * (radius * radius_m)[:, None]
    return Polygon(ring + np.asarray(centre))


def smooth_noise(
    rng: np.random.Generator, *, wavelength_m: float, n_waves: int = 16
) -> Callable[[FloatArray], FloatArray]:
    """
    Make a smooth random field over the plane, mean 0 and variance about 1.

    Parameters
    ----------
    rng
        Source of chance.
    wavelength_m
        Shortest wave; the longest is three times that.
    n_waves
        Waves added together.

    Returns
    -------
    Function from points, shape (n, 2), to values, shape (n,).
    """
    heading = rng.uniform(0.0, 2.0 * np.pi, n_waves)
    length = wavelength_m * rng.uniform(1.0, 3.0, n_waves)
    phase = rng.uniform(0.0, 2.0 * np.pi, n_waves)
    vectors = np.column_stack([np.cos(heading), np.sin(heading)]) * (2.0 * np.pi / length)[:, None]
    scale = float(np.sqrt(2.0 / n_waves))

    def field(xy: FloatArray) -> FloatArray:
        return np.asarray(np.cos(xy @ vectors.T + phase).sum(axis=1) * scale, dtype=np.float64)

    return field


def scatter(rng: np.random.Generator, ground: BaseGeometry, n: int) -> FloatArray:
    """Draw n points evenly inside a polygon; shape (n, 2)."""
    west, south, east, north = ground.bounds
    shapely.prepare(ground)
    found = np.empty((0, 2))
    while len(found) < n:
        tries = rng.uniform((west, south), (east, north), (2 * n + 16, 2))
        inside = shapely.contains_xy(ground, tries[:, 0], tries[:, 1])
        found = np.vstack([found, tries[inside]])
    return found[:n]


def sparse(xy: FloatArray, *, gap_m: float) -> FloatArray:
    """Keep each point that has no earlier point of the list within the gap."""
    later = KDTree(xy).query_pairs(gap_m, output_type="ndarray").max(axis=1, initial=0)
    keep = np.ones(len(xy), dtype=np.bool_)
    keep[later] = False
    return xy[keep]


def apart(xy: FloatArray, others: FloatArray, *, gap_m: float) -> FloatArray:
    """Keep the points farther than the gap from all the others."""
    if len(others) == 0 or len(xy) == 0:
        return xy
    return xy[KDTree(others).query(xy)[0] > gap_m]


def spread(
    rng: np.random.Generator, ground: BaseGeometry, n: int, *, taken: FloatArray
) -> FloatArray:
    """
    Place points one by one, each as far as can be from the rest and from the shore.

    Parameters
    ----------
    rng
        Source of chance.
    ground
        Polygon that holds the points.
    n
        Points to place.
    taken
        Points that stand already, shape (k, 2).

    Returns
    -------
    The new points, shape (n, 2).
    """
    points = taken
    for _ in range(n):
        tries = scatter(rng, ground, 400)
        gap = np.asarray(KDTree(points).query(tries)[0])
        shore = shapely.distance(ground.boundary, shapely.points(tries)) * EDGE_WEIGHT
        best = int(np.argmax(np.minimum(gap, shore)))
        points = np.vstack([points, tries[best]])
    return points[len(taken) :]
