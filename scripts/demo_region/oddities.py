"""Hard cases on purpose: islands, a one-way trap, a cut-off road, homes far from any road."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from demo_region.mesh import delaunay_edges, relative_neighbours
from demo_region.plane import FloatArray
from demo_region.shapes import scatter, sparse
from demo_region.ways import Way

EMPTY_RADIUS_M = {"one_way_trap": 1550.0, "cut_off_fragment": 1900.0, "far_from_road": 1950.0}
N_FAR = 4
PIER_M = 40.0  # piers stand this far inland


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spots:
    """
    Where the hard cases lie.

    Attributes
    ----------
    xy
        Settlements of each kind, metres, each of shape (k, 2).
    closed
        Areas that ordinary roads and settlements keep out of.
    """

    xy: dict[str, FloatArray]
    closed: list[BaseGeometry]


def choose_spots(
    rng: np.random.Generator, land: BaseGeometry, *, main: FloatArray, centres: FloatArray
) -> Spots:
    """
    Choose the emptiest places between the main roads.

    Parameters
    ----------
    rng
        Source of chance.
    land
        Dry land, metres.
    main
        Points along main roads, shape (k, 2).
    centres
        City, towns and parish centres, shape (c, 2).

    Returns
    -------
    One trap, one fragment and four remote homes, none near another.
    """
    tries = scatter(rng, land.buffer(-1300.0), 6000)
    room = np.asarray(KDTree(np.vstack([main, centres])).query(tries)[0])
    order = np.argsort(-np.minimum(room, 2300.0), kind="stable")
    spots = sparse(tries[order], gap_m=5500.0)[: N_FAR + 2]
    xy = {"one_way_trap": spots[:1], "cut_off_fragment": spots[1:2], "far_from_road": spots[2:]}
    closed = [
        shapely.points(point).buffer(EMPTY_RADIUS_M[kind])
        for kind, points in xy.items()
        for point in points
    ]
    return Spots(xy=xy, closed=closed)


def trap_ways(spot: FloatArray, *, junctions: FloatArray, roads: shapely.STRtree) -> list[Way]:
    """
    Draw a one-way road from the network to a small one-way loop; no road leads out.

    Parameters
    ----------
    spot
        The settlement caught in the loop, metres, shape (2,).
    junctions
        Junctions of the main network, metres, shape (n, 2).
    roads
        Lines of the main network.

    Returns
    -------
    The lead-in and the loop.
    """
    nearest = np.argsort(np.hypot(*(junctions - spot).T), kind="stable")[:40]
    for start in junctions[nearest]:
        arm = (start - spot) / np.hypot(*(start - spot))
        gate = spot + arm * 220.0
        if _free(LineString([start + (gate - start) * 0.01, gate]), roads):
            break
    turn = np.linspace(0.0, 2.0 * np.pi, 9)[:, None]
    side = np.array([-arm[1], arm[0]])
    loop = spot + arm * 120.0 + 100.0 * (np.cos(turn) * arm + np.sin(turn) * side)
    loop[0] = loop[-1] = gate
    tags = {"highway": "unclassified", "surface": "gravel", "oneway": "yes"}
    return [Way(xy=bent(start, gate, bow=0.05), tags=tags), Way(xy=loop, tags=tags)]


def fragment_ways(rng: np.random.Generator, spot: FloatArray) -> list[Way]:
    """Draw a road of some 1.4 km past a settlement, joined to nothing."""
    angle = rng.uniform(0.0, np.pi)
    arm = np.array([np.cos(angle), np.sin(angle)])
    middle = spot + np.array([-arm[1], arm[0]]) * 60.0
    tags = {"highway": "unclassified", "surface": "gravel"}
    stub = middle + np.array([-arm[1], arm[0]]) * 300.0
    return [
        Way(xy=bent(middle - arm * 550.0, middle, bow=0.04), tags=tags),
        Way(xy=bent(middle, middle + arm * 550.0, bow=-0.04), tags=tags),
        Way(xy=bent(middle, stub, bow=0.02), tags={"highway": "service", "surface": "gravel"}),
    ]


def island_ways(rng: np.random.Generator, island: Polygon, *, sites: FloatArray) -> list[Way]:
    """
    Draw a small road network over an island.

    Parameters
    ----------
    rng
        Source of chance.
    island
        Shore of the island, metres.
    sites
        Junctions by its settlements, shape (s, 2).

    Returns
    -------
    Gravel roads in one piece.
    """
    gap_m = 0.35 * float(np.sqrt(island.area))
    more = scatter(rng, island.buffer(-0.13 * gap_m - 60.0), 40)
    xy = sparse(np.vstack([sites, more]), gap_m=gap_m * 0.7)
    ends = delaunay_edges(xy)
    ends = ends[relative_neighbours(xy, ends)]
    tags = {"highway": "unclassified", "surface": "gravel"}
    bows = rng.uniform(-0.06, 0.06, len(ends))
    return [
        Way(xy=bent(xy[tail], xy[head], bow=float(bow)), tags=tags)
        for (tail, head), bow in zip(ends, bows, strict=True)
    ]


def ferry_ways(
    island: Polygon,
    *,
    island_xy: FloatArray,
    junctions: FloatArray,
    lake: Polygon,
    roads: shapely.STRtree,
) -> list[Way]:
    """
    Join an island to the main network: a road to each pier and a ferry between the piers.

    Parameters
    ----------
    island
        Shore of the island, metres.
    island_xy, junctions
        Junctions of the island and of the main network, metres, shape (n, 2).
    lake
        Lake with its islands as holes.
    roads
        Lines of the main network.

    Returns
    -------
    The two roads and the ferry.

    Raises
    ------
    ValueError
        If no straight line over open water reaches the main network.
    """
    gap = np.hypot(*(junctions[:, None, :] - island_xy[None, :, :]).transpose(2, 0, 1))
    for k in np.argsort(gap, axis=None, kind="stable")[:4000]:
        main, isle = junctions[k // len(island_xy)], island_xy[k % len(island_xy)]
        sea = LineString([main, isle]).intersection(lake)
        clear = sea.geom_type == "LineString" and sea.distance(island) < 1.0
        if clear and _free(
            LineString([main + (isle - main) * 0.002, isle + (main - isle) * 0.002]), roads
        ):
            break
    else:
        message = "no free line for the ferry; choose another seed"
        raise ValueError(message)
    heading = (isle - main) / np.hypot(*(isle - main))
    shore = np.sort(shapely.get_coordinates(sea) @ heading - main @ heading)
    piers = main + np.outer([shore[0] - PIER_M, shore[-1] + PIER_M], heading)
    road = {"highway": "unclassified", "surface": "gravel"}
    ferry = {"route": "ferry", "duration": "00:20", "motor_vehicle": "yes", "foot": "yes"}
    return [
        Way(xy=np.vstack([main, piers[0]]), tags=road),
        Way(xy=np.vstack([isle, piers[1]]), tags=road),
        Way(xy=piers, tags=ferry),
    ]


def bent(tail: FloatArray, head: FloatArray, *, bow: float) -> FloatArray:
    """Draw a bow with a point every 300 m or so, bow as a share of its length; shape (n, 2)."""
    arm = head - tail
    share = np.linspace(0.0, 1.0, max(int(np.hypot(*arm) / 300.0), 1) + 1)[:, None]
    offset = bow * np.sin(np.pi * share) * np.array([-arm[1], arm[0]])
    line: FloatArray = tail + share * arm + offset
    line[0], line[-1] = tail, head  # exactly, so that the junction is one node
    return line


def _free(line: LineString, roads: shapely.STRtree) -> bool:
    return len(roads.query(line, predicate="intersects")) == 0
