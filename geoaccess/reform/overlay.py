"""Land that two sets of borders share, with the slivers of drawn outlines put apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoaccess.units import AnyArray, BoolArray, FloatArray, IntArray

# A piece this large a share of its old or its new unit is land, however narrow.
LARGE_SHARE = 0.25
_AREAL = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """
    Pairs of an old and a new unit that share land.

    Attributes
    ----------
    before, after
        Positions of units, shape (n_pairs,).
    land_m2
        Land that they share, slivers left out, square metres, shape (n_pairs,).
    sliver_m2
        Land in slivers, square metres, shape (n_pairs,).
    """

    before: IntArray
    after: IntArray
    land_m2: FloatArray
    sliver_m2: FloatArray


def overlap_of(before: AnyArray, after: AnyArray, *, sliver_width_m: float) -> Overlap:
    """
    Lay one set of polygons over another.

    A piece of a shared area is land if a disc as wide as ``sliver_width_m`` fits into it, or
    if it makes up a quarter of its old or of its new unit; otherwise it is a sliver.

    Parameters
    ----------
    before, after
        Polygons in one CRS in metres, shapes (n_before,) and (n_after,).
    sliver_width_m
        Width of the disc, metres.

    Returns
    -------
    Every pair that shares more than a line, in order of ``before``, then ``after``.

    Examples
    --------
    >>> old = [shapely.box(0, 0, 20, 10)]
    >>> new = [shapely.box(0, 0, 19, 10), shapely.box(19, 0, 90, 10)]
    >>> found = overlap_of(old, new, sliver_width_m=2.0)
    >>> found.land_m2.tolist(), found.sliver_m2.tolist()
    ([190.0, 0.0], [0.0, 10.0])
    """
    old, new = np.asarray(before, dtype=object), np.asarray(after, dtype=object)
    one, other = shapely.STRtree(new).query(old, predicate="intersects")
    shared = shapely.intersection(old[one], new[other])
    pieces, pair = shapely.get_parts(shared, return_index=True)
    areal = shapely.get_dimensions(pieces) == _AREAL
    pieces, pair = pieces[areal], pair[areal]
    area_m2 = shapely.area(pieces)
    of_old = area_m2 / shapely.area(old)[one[pair]]
    of_new = area_m2 / shapely.area(new)[other[pair]]
    land = np.maximum(of_old, of_new) >= LARGE_SHARE
    land[~land] = _takes_a_disc(pieces[~land], area_m2[~land], sliver_width_m)
    land_m2, sliver_m2 = np.zeros(len(one)), np.zeros(len(one))
    np.add.at(land_m2, pair[land], area_m2[land])
    np.add.at(sliver_m2, pair[~land], area_m2[~land])
    kept = np.flatnonzero(land_m2 + sliver_m2 > 0)
    kept = kept[np.lexsort((other[kept], one[kept]))]
    return Overlap(
        before=one[kept].astype(np.int32),
        after=other[kept].astype(np.int32),
        land_m2=land_m2[kept],
        sliver_m2=sliver_m2[kept],
    )


def _takes_a_disc(pieces: AnyArray, area_m2: FloatArray, width_m: float) -> BoolArray:
    """Whether a disc of that width fits into each piece."""
    fits: BoolArray = area_m2 >= np.pi * width_m**2 / 4.0
    if width_m > 0:
        fits[fits] = ~shapely.is_empty(shapely.buffer(pieces[fits], -width_m / 2.0))
    return fits
