"""Supply, demand and opportunities as a measure takes them: one finite number a place."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError, some_ids
from geoaccess.model.places import Origins
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray, TextArray


def of_origins(times: TravelTimes, what: str, amount: npt.ArrayLike) -> FloatArray:
    """
    One amount for each origin, checked.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    what
        What it is called in a message.
    amount
        Shape (n_origins,), finite, 0 or more.

    Raises
    ------
    InputError
        If there is not one for each, or one is negative or no number; the message names
        the ids.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5], [9]], cutoff_min=60)
    >>> of_origins(times, "demand", [3, -1])
    Traceback (most recent call last):
    geoaccess.errors.InputError: demand must be 0 or more, but is -1 for o1; correct it
    """
    return _checked(what, amount, times.origins.id, "origins")


def of_destinations(times: TravelTimes, what: str, amount: npt.ArrayLike) -> FloatArray:
    """One amount for each destination, checked as :func:`of_origins` does."""
    return _checked(what, amount, times.destinations.id, "destinations")


def by_origin(times: TravelTimes, values: FloatArray, name: str) -> pd.Series[float]:
    """Values as a Series by origin id."""
    return pd.Series(values, index=_index(times.origins), name=name)


@functools.lru_cache(maxsize=1)
def _index(origins: Origins) -> pd.Index[str]:
    """Ids as an index; pandas takes as long over one as some measures over their sums."""
    return pd.Index(origins.id, name="id")


def over(amount: FloatArray, share: FloatArray) -> FloatArray:
    """
    Divide, giving 0 where there is nothing to divide by.

    Examples
    --------
    >>> over(np.array([6.0, 5.0]), np.array([3.0, 0.0])).tolist()
    [2.0, 0.0]
    """
    return np.divide(amount, share, out=np.zeros_like(amount), where=share > 0)


def _checked(what: str, amount: npt.ArrayLike, ids: TextArray, places: str) -> FloatArray:
    values = np.asarray(amount, dtype=np.float64)
    if values.shape != ids.shape:
        told = " x ".join(map(str, values.shape)) or "one number"
        msg = f"{what} is {told} for {len(ids)} {places}; give one for each, in their order"
        raise InputError(msg)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        msg = (
            f"{what} must be 0 or more, but is {values[bad][0]:g} for {some_ids(ids[bad])}; "
            f"correct it"
        )
        raise InputError(msg)
    return values
