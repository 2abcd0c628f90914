"""What real maps also hold: roundabouts, forest tracks, driveways and private roads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from demo_region.ground import Ground
from demo_region.mesh import crossing, lengths
from demo_region.oddities import bent
from demo_region.plane import FloatArray, IntArray
from demo_region.roads import SECONDARY, Roads
from demo_region.sites import Centres
from demo_region.ways import Way

RING_M = 18.0
RING_POINTS = 12
N_TRACKS, N_DRIVEWAYS = 260, 120
PRIVATE_SHARE = 0.35
GRADE_SURFACES = {"grade2": "gravel", "grade3": "compacted", "grade4": "ground", "grade5": "grass"}


def roundabout_sites(roads: Roads, centres: Centres, *, n: int) -> list[int]:
    """
    Choose crossroads of main roads with room for a roundabout, one for each of the first places.

    Parameters
    ----------
    roads
        The network.
    centres
        Places.
    n
        How many places.

    Returns
    -------
    Junctions with four or more short straight edges, none a bridge.
    """
    length = lengths(roads.xy, roads.ends)
    node = roads.ends.ravel()
    degree = np.bincount(node, minlength=len(roads.xy))
    main = np.bincount(node, np.repeat(roads.rank >= SECONDARY, 2), minlength=len(degree))
    unfit = np.repeat((length < 3.0 * RING_M) | (length >= 180.0) | roads.bridge, 2)  # noqa: PLR2004
    fits = (degree > 3) & (main > 1) & (np.bincount(node, unfit, minlength=len(degree)) == 0)  # noqa: PLR2004
    sites: list[int] = []
    for place in range(len(centres.population)):
        here = np.flatnonzero(fits & (roads.patch == place))
        gap = np.hypot(*(roads.xy[here] - centres.xy[place]).T)
        if len(here) and len(sites) < n:
            sites.append(int(here[np.argmax(gap)]))  # where a main road enters the place
    return sites


def cut_roundabouts(
    roads: Roads, drawn: NDArray[np.object_], *, sites: Sequence[int]
) -> tuple[NDArray[np.object_], list[Way]]:
    """
    Replace crossroads by rings: every edge there ends on the ring.

    Parameters
    ----------
    roads
        The network.
    drawn
        Line of each edge, straight near the crossroads, shape (m,).
    sites
        Junctions to replace.

    Returns
    -------
    The lines with their ends moved, and the rings.
    """
    drawn = drawn.copy()
    rings: list[Way] = []
    turn = np.linspace(0.0, 2.0 * np.pi, RING_POINTS, endpoint=False)
    circle = np.column_stack([np.cos(turn), np.sin(turn)]) * RING_M
    for site in sites:
        ring = roads.xy[site] + circle
        for edge, side in np.argwhere(roads.ends == site):
            points = shapely.get_coordinates(drawn[edge])
            other = points[1] if side == 0 else points[-2]
            nearest = ring[np.argmin(np.hypot(*(ring - other).T))]
            points[-int(side)] = nearest
            drawn[edge] = LineString(points)
        tags = {"highway": "primary", "junction": "roundabout", "surface": "asphalt"}
        rings.append(Way(xy=np.vstack([ring, ring[:1]]), tags=tags | {"maxspeed": "50"}))
    return drawn, rings


def draw_side_roads(
    rng: np.random.Generator, roads: Roads, ground: Ground, *, others: list[LineString]
) -> list[Way]:
    """
    Draw dead ends off country junctions: forest tracks and driveways, some of them private.

    Parameters
    ----------
    rng
        Source of chance.
    roads
        The network.
    ground
        Fences that the dead ends do not cross.
    others
        Every line drawn so far, metres.

    Returns
    -------
    Ways that touch the network at their first point only.
    """
    country = np.flatnonzero(roads.patch < 0)
    starts = roads.xy[rng.permutation(country)[: 3 * (N_TRACKS + N_DRIVEWAYS)]]
    is_track = rng.random(len(starts)) < N_TRACKS / (N_TRACKS + N_DRIVEWAYS)
    reach = np.where(
        is_track, rng.uniform(350, 1200, len(starts)), rng.uniform(60, 220, len(starts))
    )
    tips = starts + _headings(rng, len(starts)) * reach[:, None]
    bows = rng.uniform(-0.12, 0.12, len(starts))
    drawn = [
        bent(start, tip, bow=float(bow)) for start, tip, bow in zip(starts, tips, bows, strict=True)
    ]
    free = _free_lines(drawn, ground, others)
    tracks = free[is_track[free]][:N_TRACKS]
    driveways = free[~is_track[free]][:N_DRIVEWAYS]
    return [
        *[Way(xy=drawn[i], tags=_track_tags(rng)) for i in tracks],
        *[Way(xy=drawn[i], tags=_driveway_tags(rng)) for i in driveways],
    ]


def _headings(rng: np.random.Generator, n: int) -> FloatArray:
    angle = rng.uniform(0.0, 2.0 * np.pi, n)
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _free_lines(drawn: list[FloatArray], ground: Ground, others: list[LineString]) -> IntArray:
    lines = np.array([LineString(points) for points in drawn], dtype=object)
    # Without its first metres, which touch the road that it leaves.
    bodies = shapely.line_merge(
        shapely.difference(
            lines, shapely.buffer(shapely.points([points[0] for points in drawn]), 12.0)
        )
    )
    wide = shapely.buffer(bodies, 8.0)
    free = ~crossing(lines, ground.fences)
    free[shapely.STRtree(others).query(wide, predicate="intersects")[0]] = False
    one, other = shapely.STRtree(wide).query(wide, predicate="intersects")
    free[other[one < other]] = False
    return np.flatnonzero(free)


def _track_tags(rng: np.random.Generator) -> dict[str, str]:
    grade = str(rng.choice(list(GRADE_SURFACES)))
    return {"highway": "track", "tracktype": grade, "surface": GRADE_SURFACES[grade]}


def _driveway_tags(rng: np.random.Generator) -> dict[str, str]:
    tags = {"highway": "service", "surface": "gravel"}
    if rng.random() < PRIVATE_SHARE:
        return tags | {"access": "private"}
    return tags | {"service": "driveway"}
