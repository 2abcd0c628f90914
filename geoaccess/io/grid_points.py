"""Where in its cell everybody sets out, and which settlement is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from pyproj import Geod
from scipy.spatial import cKDTree

from geoaccess.errors import InputError
from geoaccess.model.cells import Cells
from geoaccess.model.network import Network
from geoaccess.model.places import Origins
from geoaccess.model.population import Manner
from geoaccess.units import (
    M_PER_KM,
    AnyArray,
    BoolArray,
    FloatArray,
    LongArray,
    TextArray,
)

_EARTH = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellPoints:
    """
    How cells become points.

    Attributes
    ----------
    place
        ``"centre"``: the middle of the cell. ``"weighted"``: in a cell of ``weigh_from_m`` or
        more, the mean of its settlements with people, weighted by them; where it has none,
        the mean of its road junctions; where it has none either, the middle.
    settlements
        Settlements to weigh by, and to match cells with.
    network
        Roads whose junctions weigh.
    weigh_from_m
        Least width of a cell in which anything is weighed, metres: in a smaller one the
        middle is as near as a settlement's point is exact.

    Raises
    ------
    InputError
        If weighing is asked for and there is nothing to weigh by.
    """

    place: Literal["centre", "weighted"] = "centre"
    settlements: Origins | None = None
    network: Network | None = None
    weigh_from_m: float = 200.0

    def __post_init__(self) -> None:
        """Refuse to weigh by nothing."""
        if self.place not in {"centre", "weighted"}:
            msg = f"place must be 'centre' or 'weighted', not {self.place!r}"
            raise InputError(msg)
        if self.place == "weighted" and self.settlements is None and self.network is None:
            msg = "place='weighted' needs settlements or a network to weigh by; give one"
            raise InputError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Placed:
    """Points of cells in degrees, and how each came about, shape (n,) each."""

    lon: FloatArray
    lat: FloatArray
    manner: TextArray


def placed(cells: Cells, rule: CellPoints) -> Placed:
    """
    Give each cell its point.

    Parameters
    ----------
    cells
        Cells.
    rule
        How.
    """
    x, y = np.array(cells.x), np.array(cells.y)
    manner = np.full(len(cells), Manner.CENTRE, dtype=object)
    if cells.shape is not None:
        _onto_shapes(cells.shape, x, y, manner)
    if rule.place == "weighted":
        free = cells.sized & (_width_m(cells) >= rule.weigh_from_m)
        for source, (lon, lat, weight) in _sources(rule).items():
            free &= ~_weighed(cells, (x, y), (lon, lat, weight), free, manner, source)
    lon, lat = cells.to_degrees(x, y)
    return Placed(lon=lon, lat=lat, manner=manner)


def _sources(rule: CellPoints) -> dict[Manner, tuple[FloatArray, FloatArray, FloatArray]]:
    """Points that tell where people are, the better ones first."""
    told = {}
    if rule.settlements is not None:
        some = rule.settlements.take(rule.settlements.population > 0)
        told[Manner.SETTLEMENTS] = (some.lon, some.lat, some.population)
    if rule.network is not None:
        lon, lat = junctions(rule.network)
        told[Manner.ROADS] = (lon, lat, np.ones(len(lon)))
    return told


def junctions(network: Network) -> tuple[FloatArray, FloatArray]:
    """List the ends of pieces of road that take places, each spot once, in degrees."""
    ends = [network.segment_from[network.snappable], network.segment_to[network.snappable]]
    nodes = np.unique(np.concatenate(ends))
    spots = np.unique(np.column_stack([network.node_lon[nodes], network.node_lat[nodes]]), axis=0)
    return spots[:, 0], spots[:, 1]


def _onto_shapes(shape: AnyArray, x: FloatArray, y: FloatArray, manner: TextArray) -> None:
    """Move the points of crooked cells that lie outside them."""
    off = np.flatnonzero(~shapely.intersects_xy(shape, x, y))
    spots = shapely.point_on_surface(shape[off])
    x[off], y[off] = shapely.get_x(spots), shapely.get_y(spots)
    manner[off] = Manner.ON_SHAPE


def _width_m(cells: Cells) -> FloatArray:
    """Metres across each cell from west to east through its middle."""
    half = cells.width / 2.0
    west = cells.to_degrees(cells.x - half, cells.y)
    east = cells.to_degrees(cells.x + half, cells.y)
    return np.asarray(_EARTH.inv(*west, *east)[2])


def _weighed(
    cells: Cells,
    xy: tuple[FloatArray, FloatArray],
    points: tuple[FloatArray, FloatArray, FloatArray],
    free: BoolArray,
    manner: TextArray,
    source: Manner,
) -> BoolArray:
    """Move the points of free cells to the weighted mean of what lies in them."""
    lon, lat, weight = points
    cell, point = points_in_cells(cells, lon, lat)
    n, px_py = len(cells), cells.from_degrees(lon, lat)
    behind = np.bincount(cell, weight[point], n)
    has = free & (behind > 0)
    safe = np.where(behind > 0, behind, 1.0)
    mean = [np.bincount(cell, weight[point] * axis[point], n) / safe for axis in px_py]
    if cells.shape is not None:
        # The mean of a crooked cell may lie outside it.
        has &= shapely.intersects_xy(cells.shape, mean[0], mean[1])
    for axis, told in zip(xy, mean, strict=True):
        axis[has] = told[has]
    manner[has] = source
    return has


def points_in_cells(cells: Cells, lon: FloatArray, lat: FloatArray) -> tuple[LongArray, LongArray]:
    """
    Find which points lie in which cells.

    Returns
    -------
    Positions of cells and of points. A point on the edge of two cells is in the first; one in
    no cell is left out.
    """
    x, y = cells.from_degrees(lon, lat)
    good = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    spots = np.asarray(shapely.points(x[good], y[good]))
    point, cell = shapely.STRtree(cells.outlines()).query(spots, predicate="intersects")
    owner = np.full(len(good), len(cells), dtype=np.int64)
    np.minimum.at(owner, point, cell)
    inside = np.flatnonzero(owner < len(cells))
    return owner[inside], good[inside]


def matched(
    cells: Cells, points: Placed, settlements: Origins | None
) -> tuple[LongArray, FloatArray]:
    """
    Match each cell with a settlement.

    Parameters
    ----------
    cells
        Cells.
    points
        Their points.
    settlements
        Settlements; None matches nothing.

    Returns
    -------
    Position of the settlement with most people in the cell (of several the first), else of
    the nearest to its point, -1 where there are none; and kilometres to it on the ellipsoid,
    NaN where there is none. Shape (n,) each.
    """
    found = np.full(len(cells), -1, dtype=np.int64)
    if settlements is None or not len(settlements) or not len(cells):
        return found, np.full(len(cells), np.nan)
    found = _nearest(points, settlements)
    cell, inside = points_in_cells(cells, settlements.lon, settlements.lat)
    # The largest comes last, and of equal ones the first, so that it is the one that stays.
    order = np.lexsort([-inside, settlements.population[inside]])
    found[cell[order]] = inside[order]
    _, _, metres = _EARTH.inv(
        points.lon, points.lat, settlements.lon[found], settlements.lat[found]
    )
    return found, np.asarray(metres) / M_PER_KM


def _nearest(points: Placed, settlements: Origins) -> LongArray:
    """Nearest settlement on the globe; of two equally near the first."""
    tree = cKDTree(_on_sphere(settlements.lon, settlements.lat))
    k = min(2, len(settlements))
    found = tree.query(_on_sphere(points.lon, points.lat), k=k)
    far, which = (np.reshape(one, (-1, k)) for one in found)
    even = far == far[:, :1]
    return np.asarray(np.where(even, which, len(settlements)).min(axis=1), dtype=np.int64)


def _on_sphere(lon: FloatArray, lat: FloatArray) -> FloatArray:
    east, north = np.radians(lon), np.radians(lat)
    flat = np.cos(north)
    return np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
