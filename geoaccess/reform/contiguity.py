"""Zones in one piece or in several."""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geoaccess.units import AnyArray, IntArray, LongArray

# Outlines that should meet may miss one another by a hair.
_REACH_M = 1.0
# Two polygons are neighbours along at least this much border, and not at a corner.
LEAST_BORDER_M = 10.0


def neighbours(polygons: AnyArray) -> tuple[LongArray, LongArray]:
    """
    Pairs of polygons that share a border, not a corner only.

    Parameters
    ----------
    polygons
        Polygons in metres, shape (n,).

    Returns
    -------
    Positions of both of each pair, the smaller first, sorted.

    Examples
    --------
    >>> row = [shapely.box(100 * i, 0, 100 * i + 100, 100) for i in range(3)]
    >>> one, other = neighbours([*row, shapely.box(300, 100, 400, 200)])
    >>> list(zip(one.tolist(), other.tolist()))
    [(0, 1), (1, 2)]
    """
    wide = shapely.buffer(np.asarray(polygons, dtype=object), _REACH_M, quad_segs=1)
    one, other = shapely.STRtree(wide).query(wide, predicate="intersects")
    once = one < other
    one, other = one[once], other[once]
    shared_m2 = shapely.area(shapely.intersection(wide[one], wide[other]))
    along = shared_m2 >= 2.0 * _REACH_M * LEAST_BORDER_M
    one, other = one[along], other[along]
    order = np.lexsort((other, one))
    return one[order].astype(np.int64), other[order].astype(np.int64)


def count_pieces(polygons: AnyArray, zone: IntArray, n_zones: int) -> IntArray:
    """
    Pieces that do not meet, of each zone.

    Parameters
    ----------
    polygons
        Units in metres, shape (n,); one of several pieces counts as all of them.
    zone
        Position of the zone of each, shape (n,).
    n_zones
        How many zones there are.

    Returns
    -------
    Number of pieces, shape (n_zones,).

    Examples
    --------
    >>> row = [shapely.box(100 * i, 0, 100 * i + 100, 100) for i in range(3)]
    >>> count_pieces(row, np.array([0, 1, 0]), 2).tolist()
    [2, 1]
    """
    single, unit = shapely.get_parts(np.asarray(polygons, dtype=object), return_index=True)
    owner = np.asarray(zone)[unit]
    one, other = neighbours(single)
    own = owner[one] == owner[other]
    links = coo_array(
        (np.ones(own.sum()), (one[own], other[own])), shape=(len(single), len(single))
    )
    _, piece = connected_components(links, directed=False)
    whole = np.unique(np.column_stack([owner, piece]), axis=0)
    return np.bincount(whole[:, 0], minlength=n_zones).astype(np.int32)
