"""Theil's T index and its parts between and within zones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geoaccess.equity.distribution import ascending, divided, finite
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
        Shape (n,), finite, 0 or more: minutes (a burden) or access (a good); say which.
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
    value, weight = ascending(values, weights)
    return float(theil_of(value, weight)) if len(value) else float("nan")


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

    See Also
    --------
    theil_by_level : the same over several levels of zones.

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
    if not len(value):
        return dict.fromkeys(("total", "between", "within"), float("nan"))
    _, member = np.unique(zone[weight > 0].astype(str), return_inverse=True)
    people, held = (np.bincount(member, one).astype(np.float64) for one in (heavy, heavy * value))
    total, between = theil(value, weights=heavy), theil_between_of(people, held)
    return {
        "total": total,
        "between": float(between),
        "within": max(total - float(between), 0.0),
    }


def theil_of(value: FloatArray, weight: FloatArray) -> FloatArray:
    """Theil's T for each row of weights (..., n) of values (n,), at least one."""
    logs = np.log(value, out=np.zeros_like(value), where=value > 0)
    total = weight @ value
    mean = divided(total, weight.sum(axis=-1), otherwise=1.0)
    index = divided(weight @ (value * logs), total, otherwise=0.0) - _log(mean)
    return np.maximum(index, 0.0)


def theil_between_of(people: FloatArray, held: FloatArray) -> FloatArray:
    """
    Theil's T between zones, for each row.

    Parameters
    ----------
    people
        In each zone, shape (..., n_zones); a zone without people counts for nothing.
    held
        Sum of their values, in the same shape.
    """
    total = held.sum(axis=-1)
    mean = divided(held, people, otherwise=0.0)
    level = divided((held * _log(mean)).sum(axis=-1), total, otherwise=0.0)
    between: FloatArray = level - _log(divided(total, people.sum(axis=-1), otherwise=0.0))
    return np.maximum(between, 0.0)


def theil_l_between_of(people: FloatArray, held: FloatArray) -> FloatArray:
    """Theil's L between zones, for each row; as :func:`theil_between_of`, all values above 0."""
    mean = divided(held, people, otherwise=0.0)
    level = (people * _log(mean)).sum(axis=-1) / people.sum(axis=-1)
    between: FloatArray = _log(held.sum(axis=-1) / people.sum(axis=-1)) - level
    return np.maximum(between, 0.0)


def _log(value: FloatArray) -> FloatArray:
    """Logarithm, and 0 for 0: whatever it is then multiplied by is 0 too."""
    value = np.asarray(value, dtype=np.float64)
    logs = np.zeros_like(value)
    np.log(value, out=logs, where=value > 0)
    return logs
