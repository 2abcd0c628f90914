"""Theil's T index and its parts between and within zones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import finite
from geoaccess.errors import InputError
from geoaccess.units import FloatArray


def theil(values: npt.ArrayLike, *, weights: npt.ArrayLike | None = None) -> float:
    """
    Theil's T index of values over people.

    0 when everybody has the same; it grows with the advantage of those on top. Somebody
    with 0 adds 0, the limit of x ln x.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more.
    weights
        People behind each value, shape (n,); one each if left out.

    Returns
    -------
    From 0 to ln(people); 0 where all values are 0; NaN where there are no people.

    Raises
    ------
    InputError
        If shapes differ, or a value is negative, NaN or ``inf``.

    References
    ----------
    Theil, H. (1967). Economics and Information Theory. North-Holland.

    Examples
    --------
    >>> round(theil([1, 3]), 6)
    0.130812
    """
    value = np.asarray(values, dtype=np.float64)
    weight = np.ones_like(value) if weights is None else np.asarray(weights, dtype=np.float64)
    value, weight = finite(value, weight)
    return _theil(value, weight)


def theil_decomposition(
    values: npt.ArrayLike, *, weights: npt.ArrayLike, zones: npt.ArrayLike
) -> dict[str, float]:
    """
    Theil's T index and its parts: between zones, and within them.

    The part between is what would remain if everybody in a zone had its mean; the part
    within is the zones' own indices, each by its share of the total.

    Parameters
    ----------
    values, weights
        As for :func:`theil`.
    zones
        Zone of each value, shape (n,).

    Returns
    -------
    ``total``, ``between`` and ``within``; the latter two add up to the first.

    Raises
    ------
    InputError
        As for :func:`theil`, or if ``zones`` is not as long as ``values``.

    Examples
    --------
    >>> parts = theil_decomposition([1, 3], weights=[1, 1], zones=["a", "b"])
    >>> round(parts["between"], 6), parts["within"]
    (0.130812, 0.0)
    """
    weight = np.asarray(weights, dtype=np.float64)
    zone = np.asarray(zones)
    if zone.shape != weight.shape:
        msg = f"zones {zone.shape} and weights {weight.shape} must be equally long"
        raise InputError(msg)
    value, heavy = finite(values, weight)
    _, member = np.unique(zone[weight > 0].astype(str), return_inverse=True)
    people = np.bincount(member, heavy).astype(np.float64)
    total = np.bincount(member, heavy * value).astype(np.float64)
    between = _theil(total / people, people)
    own = np.array([_theil(value[member == z], heavy[member == z]) for z in range(len(people))])
    everything = total.sum()
    within = float(own @ total / everything) if everything > 0 else 0.0
    return {"total": _theil(value, heavy), "between": between, "within": within}


def _theil(value: FloatArray, weight: FloatArray) -> float:
    if not len(value):
        return float("nan")
    people = weight.sum()
    mean = float(value @ weight / people)
    if mean == 0:
        return 0.0
    ratio = value / mean
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return max(float((weight * ratio) @ logs / people), 0.0)
