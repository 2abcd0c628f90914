"""The river through the region and the lake with its two islands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from demo_region.plane import FloatArray
from demo_region.shapes import blob

RIVER_WIDTH_M = 60.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Water:
    """
    Water of the region, metres.

    Attributes
    ----------
    river
        Line from beyond one shore to beyond the other.
    lake
        Lake with holes where its islands are.
    islands
        The island with a ferry, then the one without.
    """

    river: LineString
    lake: Polygon
    islands: tuple[Polygon, Polygon]


def make_water(
    rng: np.random.Generator, *, river_through: FloatArray, lake_centre: tuple[float, float]
) -> Water:
    """
    Draw the river along given points and the lake around its centre.

    Parameters
    ----------
    rng
        Source of chance.
    river_through
        Points from one end of the river to the other, metres, shape (n, 2).
    lake_centre
        Middle of the lake, metres.

    Returns
    -------
    River, lake and islands.
    """
    x, y = lake_centre
    large = blob(rng, centre=(x - 1000.0, y + 250.0), radius_m=1500.0, n_points=70)
    small = blob(rng, centre=(x + 2150.0, y - 450.0), radius_m=750.0, n_points=50)
    shore = blob(rng, centre=lake_centre, radius_m=4100.0, roughness=0.16)
    lake = Polygon(shore.exterior.coords, [large.exterior.coords, small.exterior.coords])
    if not lake.is_valid:
        message = "the islands do not lie inside the lake; choose another seed"
        raise ValueError(message)
    return Water(river=_meander(rng, river_through), lake=lake, islands=(large, small))


def _meander(rng: np.random.Generator, through: FloatArray) -> LineString:
    bones = LineString(through)
    along = np.linspace(0.0, bones.length, int(bones.length / 180.0))
    spine = shapely.get_coordinates(shapely.line_interpolate_point(bones, along))
    # Average over some 4 km so that the given points leave no corners.
    window = np.hanning(25)
    padded = np.pad(spine, ((12, 12), (0, 0)), mode="edge")
    smooth = np.column_stack(
        [np.convolve(padded[:, axis], window / window.sum(), mode="valid") for axis in (0, 1)]
    )
    heading = np.gradient(smooth, axis=0)
    heading /= np.hypot(heading[:, 0], heading[:, 1])[:, None]
    bend = np.zeros(len(along))
    for wave, size in ((5200.0, 330.0), (2900.0, 170.0), (1700.0, 70.0)):
        phase = rng.uniform(0.0, 2.0 * np.pi)
        bend += rng.uniform(0.5, 1.0) * size * np.sin(2.0 * np.pi * along / wave + phase)
    return LineString(smooth + np.column_stack([-heading[:, 1], heading[:, 0]]) * bend[:, None])
