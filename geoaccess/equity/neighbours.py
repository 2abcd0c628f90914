"""Which places are near which: the weights of Moran's statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError, MismatchError
from geoaccess.units import FloatArray, LongArray

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

    from geoaccess.model.times import TravelTimes

_EARTH_RADIUS_KM = 6371.0088
# Beyond the k nearest, so that places equally far are ordered by position and not by chance.
_SPARE = 8
_MM_PER_KM = 1e6
# Pairs take 16 bytes each, and are sorted.
_MOST_PAIRS = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """
    Neighbours of every place, all of which count the same.

    Attributes
    ----------
    first
        Where the neighbours of each place begin, shape (n + 1,).
    of
        Positions of the neighbours, ascending within a place; never the place itself.
    told
        What makes a neighbour, in words.

    Examples
    --------
    >>> near = nearest_neighbours([25.0, 25.1, 25.3], [57.0, 57.0, 57.0], k=1)
    >>> near.of
    array([1, 0, 1])
    """

    first: LongArray
    of: LongArray
    told: str

    @classmethod
    def from_pairs(cls, place: LongArray, neighbour: LongArray, *, n: int, told: str) -> Self:
        """Take pairs of positions; a place is no neighbour of itself, and nobody is one twice."""
        apart = place != neighbour
        pairs = np.unique(place[apart] * np.int64(n) + neighbour[apart])
        count = np.bincount(pairs // n, minlength=n)
        first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        return cls(first=first, of=(pairs % n).astype(np.int64), told=told)

    def __len__(self) -> int:
        """Count the places."""
        return len(self.first) - 1

    @property
    def count(self) -> LongArray:
        """How many neighbours each place has, shape (n,)."""
        return np.diff(self.first)

    def mean_of(self, values: FloatArray) -> FloatArray:
        """Mean of columns of values (n, k) over the neighbours of each place; 0 without any."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - keeps ``import geoaccess`` quick

        share = 1.0 / np.repeat(self.count, self.count)
        mean = csr_array((share, self.of, self.first), shape=(len(self), len(self)))
        return np.asarray(mean @ values)


def nearest_neighbours(lon: npt.ArrayLike, lat: npt.ArrayLike, *, k: int) -> Neighbours:
    """
    Take the k nearest other places, as the crow flies.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,).
    k
        From 1 to n - 1. Of equally near places (to the millimetre) the first count.

    Raises
    ------
    InputError
        If k is out of range.

    Examples
    --------
    >>> nearest_neighbours([25.0, 25.1, 25.3], [57.0, 57.0, 57.0], k=2).count
    array([2, 2, 2])
    """
    point = _on_sphere(lon, lat)
    n = len(point)
    if not 1 <= k < n:
        msg = f"k must be from 1 to {n - 1} for {n} places, but is {k}"
        raise InputError(msg)
    chord, near = _tree(point).query(point, k=min(k + 1 + _SPARE, n))
    # Itself first, then by distance, then by position.
    itself = near == np.arange(n)[:, None]
    distance = np.where(itself, -1.0, np.rint(chord * _EARTH_RADIUS_KM * _MM_PER_KM))
    order = np.lexsort((near, distance), axis=1)[:, 1 : k + 1]
    chosen = np.take_along_axis(near, order, axis=1)
    place = np.repeat(np.arange(n, dtype=np.int64), k)
    told = f"the {k} nearest settlements"
    return Neighbours.from_pairs(place, chosen.ravel().astype(np.int64), n=n, told=told)


def neighbours_within(lon: npt.ArrayLike, lat: npt.ArrayLike, *, within_km: float) -> Neighbours:
    """
    Take the other places within so many kilometres, as the crow flies.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,).
    within_km
        Above 0. A place may have no neighbours.

    Raises
    ------
    InputError
        If the distance is not above 0, or makes over 50 million pairs.

    Examples
    --------
    >>> neighbours_within([25.0, 25.1, 25.3], [57.0, 57.0, 57.0], within_km=10).count
    array([1, 1, 0])
    """
    if not 0 < within_km < np.pi * _EARTH_RADIUS_KM:
        msg = f"within_km must be above 0 and below half the globe, but is {within_km:g}"
        raise InputError(msg)
    point = _on_sphere(lon, lat)
    chord = 2 * np.sin(within_km / _EARTH_RADIUS_KM / 2)
    tree = _tree(point)
    _require_few(int(tree.count_neighbors(tree, chord)), f"within_km={within_km:g}")
    pairs = tree.query_pairs(chord, output_type="ndarray").astype(np.int64)
    place = np.concatenate([pairs[:, 0], pairs[:, 1]])
    other = np.concatenate([pairs[:, 1], pairs[:, 0]])
    told = f"settlements within {within_km:g} km"
    return Neighbours.from_pairs(place, other, n=len(point), told=told)


def neighbours_by_time(times: TravelTimes, *, within_min: float) -> Neighbours:
    """
    Take the other places that are reached within so many minutes.

    Parameters
    ----------
    times
        Minutes from the places to themselves: as many destinations as origins, in the same
        order, for example ``travel_times(roads, people, people_as_destinations)``.
    within_min
        Minutes, up to the cutoff of the times. A place may have no neighbours.

    Raises
    ------
    MismatchError
        If destinations are not the origins.
    CutoffError
        If the times do not reach so far.
    InputError
        If it makes over 50 million pairs.

    Examples
    --------
    >>> from geoaccess.model.times import TravelTimes
    >>> times = TravelTimes.from_minutes([[0, 9], [9, 0]], cutoff_min=30)
    >>> neighbours_by_time(times, within_min=10).count
    array([1, 1])
    """
    n = len(times.origins)
    if len(times.destinations) != n:
        msg = f"{n} origins and {len(times.destinations)} destinations; give the same places twice"
        raise MismatchError(msg)
    times.require_cutoff(within_min)
    found, many = [], 0
    for columns, minutes in times.blocks():
        place, other = np.nonzero(minutes <= within_min)
        found.append((place.astype(np.int64), other.astype(np.int64) + columns.start))
        many += len(place)
        _require_few(many, f"within_min={within_min:g}")
    place = np.concatenate([one for one, _ in found])
    other = np.concatenate([two for _, two in found])
    told = f"settlements within {within_min:g} min"
    return Neighbours.from_pairs(place, other, n=n, told=told)


def _on_sphere(lon: npt.ArrayLike, lat: npt.ArrayLike) -> FloatArray:
    """Points on the unit sphere: the chord between two grows with the way between them."""
    east, north = (np.radians(np.asarray(one, dtype=np.float64)) for one in (lon, lat))
    if east.shape != north.shape or not bool((np.isfinite(east) & np.isfinite(north)).all()):
        msg = "lon and lat must be equally many finite degrees; fill or leave out the others"
        raise InputError(msg)
    across = np.cos(north)
    return np.column_stack([across * np.cos(east), across * np.sin(east), np.sin(north)])


def _require_few(pairs: int, what: str) -> None:
    if pairs > _MOST_PAIRS:
        msg = f"{what} makes {pairs:,} pairs of neighbours or more; take a smaller one"
        raise InputError(msg)


def _tree(point: FloatArray) -> cKDTree:
    from scipy.spatial import cKDTree  # noqa: PLC0415 - keeps ``import geoaccess`` quick

    return cKDTree(point)
