"""
Roads sorted into square bins, so that millions of points find their nearest quickly.

The answer is that of :class:`~geoaccess.routing.road_index.RoadIndex` to the last bit: the
distance from a point to a piece of road, the place along it and the point on it follow the
same arithmetic as GEOS does, and of equally near roads the first is taken. What differs is
the search: a piece stands in every bin that it passes, a point looks at its own bin and then
at rings of bins around it, and starts with the road of the point before, which lies near by.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from geoaccess.routing.kernels import Whole, inner_kernel, kernel
from geoaccess.units import AnyArray, FloatArray, IntArray, LongArray

# Of the side of a bin: by so much pieces are thought wider, and searched blocks narrower.
_HAIR = 1e-6
# So many bins for each piece of road, on average; more would be empty ones.
_BINS_PER_PIECE = 1.0
_MOST_BINS = 40_000_000


class RoadBins(NamedTuple):
    """
    Lines on a plane in square bins.

    Piece p of a line runs from point ``start[p]`` to the next, begins ``along[p]`` after the
    start of its line ``line[p]``, and the pieces of line l are ``piece_first[l]`` to
    ``piece_first[l + 1]``. Pieces that pass bin b are ``piece[first[b]]`` to
    ``piece[first[b + 1]]``; bins are numbered row by row from the south-west.
    """

    x: FloatArray
    y: FloatArray
    start: IntArray
    line: IntArray
    along: FloatArray
    piece_first: LongArray
    length: FloatArray
    west: float
    south: float
    size: float
    n_rows: int
    n_columns: int
    first: LongArray
    piece: IntArray


class Feet(NamedTuple):
    """The nearest line of each point, -1 for none, where along it, and the point on it."""

    line: IntArray
    fraction: FloatArray
    x: FloatArray
    y: FloatArray


def bins_over(lines: AnyArray) -> RoadBins:
    """
    Sort lines into bins.

    Parameters
    ----------
    lines
        Lines on a plane, at least one, shape (n_lines,).
    """
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    start = np.flatnonzero(owner[1:] == owner[:-1]).astype(np.int32)
    line = owner[start].astype(np.int32)
    piece_first = np.searchsorted(line, np.arange(len(lines) + 1)).astype(np.int64)
    along, length = _measured(x, y, start, piece_first)
    west, south = float(x.min()), float(y.min())
    wide, high = float(x.max()) - west, float(y.max()) - south
    size = _bin_size(wide, high, len(start))
    n_columns, n_rows = int(wide / size) + 1, int(high / size) + 1
    bins = RoadBins(
        x=x,
        y=y,
        start=start,
        line=line,
        along=along,
        piece_first=piece_first,
        length=length,
        west=west,
        south=south,
        size=size,
        n_rows=n_rows,
        n_columns=n_columns,
        first=np.zeros(n_rows * n_columns + 1, np.int64),
        piece=np.empty(0, np.int32),
    )
    _count(bins)
    np.cumsum(bins.first, out=bins.first)
    filled = bins._replace(piece=np.empty(int(bins.first[-1]), np.int32))
    _fill(filled, bins.first[:-1].copy())
    return filled


def _bin_size(wide: float, high: float, n_pieces: int) -> float:
    """Side of a bin; never so small that there are more of them than memory likes."""
    side = max(wide, high, 1.0)
    even = np.sqrt(max(wide, side * 1e-3) * max(high, side * 1e-3) / _BINS_PER_PIECE / n_pieces)
    return float(max(even, side / np.sqrt(_MOST_BINS)))


def feet_of(bins: RoadBins, x: FloatArray, y: FloatArray, limit: FloatArray) -> Feet:
    """
    Find the nearest line to each point.

    Parameters
    ----------
    bins
        Lines in bins.
    x, y
        Points on the plane, shape (n,); it is quickest if neighbours follow one another.
    limit
        How far a line may be for each point, in units of the plane, shape (n,).

    Returns
    -------
    Line -1 where none lies within the limit.
    """
    n = len(x)
    found = Feet(np.full(n, -1, np.int32), np.zeros(n), np.full(n, np.nan), np.full(n, np.nan))
    _find(bins, x, y, limit, found)
    return found


@kernel
def _measured(
    x: FloatArray, y: FloatArray, start: IntArray, piece_first: LongArray
) -> tuple[FloatArray, FloatArray]:
    """How far along its line each piece begins, and how long each line is."""
    along = np.empty(len(start))
    length = np.empty(len(piece_first) - 1)
    for line in range(len(length)):
        run = 0.0
        for p in range(piece_first[line], piece_first[line + 1]):
            along[p] = run
            run += _between(x, y, start[p], start[p] + 1)
        length[line] = run
    return along, length


@inner_kernel
def _between(x: FloatArray, y: FloatArray, one: int, other: int) -> float:
    dx, dy = x[one] - x[other], y[one] - y[other]
    return float(np.sqrt(dx * dx + dy * dy))


@inner_kernel
def _rows_of(bins: RoadBins, p: int) -> tuple[int, int]:
    """Rows of bins that a piece passes."""
    low = min(bins.y[bins.start[p]], bins.y[bins.start[p] + 1]) - bins.south
    high = max(bins.y[bins.start[p]], bins.y[bins.start[p] + 1]) - bins.south
    return (
        max(int(np.floor(low / bins.size - _HAIR)), 0),
        min(int(np.floor(high / bins.size + _HAIR)), bins.n_rows - 1),
    )


@inner_kernel
def _columns_of(bins: RoadBins, p: int, row: int) -> tuple[int, int]:
    """Columns of bins that a piece passes in a row of them."""
    x0, y0 = bins.x[bins.start[p]], bins.y[bins.start[p]]
    x1, y1 = bins.x[bins.start[p] + 1], bins.y[bins.start[p] + 1]
    left, right = min(x0, x1), max(x0, x1)
    if y0 != y1:
        low = bins.south + (row - _HAIR) * bins.size
        high = bins.south + (row + 1 + _HAIR) * bins.size
        one = x0 + min(max((low - y0) / (y1 - y0), 0.0), 1.0) * (x1 - x0)
        other = x0 + min(max((high - y0) / (y1 - y0), 0.0), 1.0) * (x1 - x0)
        left, right = max(left, min(one, other)), min(right, max(one, other))
    return (
        max(int(np.floor((left - bins.west) / bins.size - _HAIR)), 0),
        min(int(np.floor((right - bins.west) / bins.size + _HAIR)), bins.n_columns - 1),
    )


@kernel
def _count(bins: RoadBins) -> None:
    for p in range(len(bins.start)):
        low, high = _rows_of(bins, p)
        for row in range(low, high + 1):
            left, right = _columns_of(bins, p, row)
            for column in range(left, right + 1):
                bins.first[row * bins.n_columns + column + 1] += 1


@kernel
def _fill(bins: RoadBins, free: LongArray) -> None:
    for p in range(len(bins.start)):
        low, high = _rows_of(bins, p)
        for row in range(low, high + 1):
            left, right = _columns_of(bins, p, row)
            for column in range(left, right + 1):
                b = row * bins.n_columns + column
                bins.piece[free[b]] = p
                free[b] += 1


@inner_kernel
def _distance(bins: RoadBins, p: Whole, px: float, py: float) -> float:
    """From a point to a piece of line."""
    x0, y0 = bins.x[bins.start[p]], bins.y[bins.start[p]]
    dx, dy = bins.x[bins.start[p] + 1] - x0, bins.y[bins.start[p] + 1] - y0
    square = dx * dx + dy * dy
    r = ((px - x0) * dx + (py - y0) * dy) / square if square > 0.0 else 0.0
    if r <= 0.0:
        return float(np.sqrt((px - x0) * (px - x0) + (py - y0) * (py - y0)))
    if r >= 1.0:
        ex, ey = px - bins.x[bins.start[p] + 1], py - bins.y[bins.start[p] + 1]
        return float(np.sqrt(ex * ex + ey * ey))
    return float(abs(((y0 - py) * dx - (x0 - px) * dy) / square) * np.sqrt(square))


@inner_kernel
def _best_in_row(
    bins: RoadBins, px: float, py: float, span: tuple[int, int, int], best: float, found: Whole
) -> tuple[float, Whole]:
    """Better the nearest piece by those of some bins of a row; of equals, the first."""
    row, left, right = span
    if row < 0 or row >= bins.n_rows or right < 0 or left >= bins.n_columns:
        return best, found
    begin = row * bins.n_columns + max(left, 0)
    end = row * bins.n_columns + min(right, bins.n_columns - 1)
    for i in range(bins.first[begin], bins.first[end + 1]):
        p = np.int64(bins.piece[i])
        away = _distance(bins, p, px, py)
        if away < best or (away == best and p < found):
            best, found = away, p
    return best, found


@kernel
def _find(bins: RoadBins, x: FloatArray, y: FloatArray, limit: FloatArray, feet: Feet) -> None:
    found: Whole = np.int64(-1)
    for i in range(len(x)):
        px, py = x[i], y[i]
        best = np.inf if found < 0 else _distance(bins, found, px, py)
        row = int(np.floor((py - bins.south) / bins.size))
        column = int(np.floor((px - bins.west) / bins.size))
        inner_x = px - (bins.west + column * bins.size)
        inner_y = py - (bins.south + row * bins.size)
        margin = min(inner_x, bins.size - inner_x, inner_y, bins.size - inner_y)
        farthest = max(row, column, bins.n_rows - row, bins.n_columns - column)
        for ring in range(farthest + 1):
            south, north = row - ring, row + ring
            west, east = column - ring, column + ring
            best, found = _best_in_row(bins, px, py, (south, west, east), best, found)
            if ring > 0:
                best, found = _best_in_row(bins, px, py, (north, west, east), best, found)
                for middle in range(max(south + 1, 0), min(north, bins.n_rows)):
                    best, found = _best_in_row(bins, px, py, (middle, west, west), best, found)
                    best, found = _best_in_row(bins, px, py, (middle, east, east), best, found)
            # Whatever was not looked at lies farther than this.
            seen = margin + (ring - _HAIR) * bins.size
            if best < seen or seen > limit[i]:
                break
        if found >= 0 and best <= limit[i]:
            _put_foot(bins, found, px, py, feet, i)


@inner_kernel
def _put_foot(bins: RoadBins, p: Whole, px: float, py: float, feet: Feet, i: int) -> None:
    """Write where along its line a point is nearest, and the point on the line there."""
    line = bins.line[p]
    begin, end = bins.piece_first[line], bins.piece_first[line + 1]
    x0, y0 = bins.x[bins.start[p]], bins.y[bins.start[p]]
    dx, dy = bins.x[bins.start[p] + 1] - x0, bins.y[bins.start[p] + 1] - y0
    square = dx * dx + dy * dy
    r = ((px - x0) * dx + (py - y0) * dy) / square if square > 0.0 else 0.0
    own = _between(bins.x, bins.y, bins.start[p], bins.start[p] + 1)
    fraction = 0.0
    if bins.length[line] > 0.0:
        fraction = (bins.along[p] + min(max(r, 0.0), 1.0) * own) / bins.length[line]
    feet.line[i] = line
    feet.fraction[i] = fraction
    # The point is sought anew by the fraction, as for single places.
    at = fraction * bins.length[line]
    while p > begin and bins.along[p] > at:
        p -= 1
    while p + 1 < end and bins.along[p + 1] <= at:
        p += 1
    one = bins.start[p]
    own = _between(bins.x, bins.y, one, one + 1)
    part = (at - bins.along[p]) / own if own > 0.0 else 0.0
    if part >= 1.0:
        feet.x[i], feet.y[i] = bins.x[one + 1], bins.y[one + 1]
    elif part <= 0.0:
        feet.x[i], feet.y[i] = bins.x[one], bins.y[one]
    else:
        feet.x[i] = bins.x[one] + part * (bins.x[one + 1] - bins.x[one])
        feet.y[i] = bins.y[one] + part * (bins.y[one + 1] - bins.y[one])
