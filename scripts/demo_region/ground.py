"""Where roads may stand and what they may not cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from demo_region.mesh import fence_segments
from demo_region.plane import FloatArray

SHORE_M = 200.0  # junctions keep this far from the shore
BANK_M = 90.0  # and this far from a river


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """
    Ground for roads.

    Attributes
    ----------
    standing
        Area in which junctions may stand.
    fences
        Segments that no road may cross, except on a bridge.
    bridges
        Both ends of each bridge, metres, shape (k, 2, 2).
    """

    standing: BaseGeometry
    fences: shapely.STRtree
    bridges: FloatArray


def make_ground(
    land: BaseGeometry,
    *,
    rivers: list[LineString],
    closed: list[BaseGeometry],
    bridges: FloatArray,
) -> Ground:
    """
    Put together what limits the roads of a piece of land.

    Parameters
    ----------
    land
        Dry land, lakes cut out, metres.
    rivers
        Lines crossed on bridges only.
    closed
        Areas without any road.
    bridges
        Both ends of each bridge, metres, shape (k, 2, 2).

    Returns
    -------
    Ground for `grow_roads`.
    """
    banks = [river.buffer(BANK_M) for river in rivers]
    wide = [area.buffer(SHORE_M / 2.0) for area in closed]
    standing = land.buffer(-SHORE_M).difference(shapely.union_all([*banks, *wide]))
    shapely.prepare(standing)
    return Ground(
        standing=standing,
        fences=fence_segments([land, *rivers, *closed]),
        bridges=bridges,
    )


def bridge_over(river: LineString, *, at: FloatArray, reach_m: float = 110.0) -> FloatArray:
    """
    Find both ends of a bridge square across a river.

    Parameters
    ----------
    river
        Line of the river, metres.
    at
        Point whose nearest river point gets the bridge, shape (2,).
    reach_m
        Distance of each end from the river; above `BANK_M`.

    Returns
    -------
    Ends of shape (2, 2).
    """
    along = float(river.project(Point(at))) + np.array([-80.0, 0.0, 80.0])
    before, middle, after = shapely.get_coordinates(shapely.line_interpolate_point(river, along))
    heading = (after - before) / np.hypot(*(after - before))
    square = np.array([-heading[1], heading[0]]) * reach_m
    return np.stack([middle + square, middle - square])
