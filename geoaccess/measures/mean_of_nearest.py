"""Mean time to the k nearest destinations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.measures.amounts import by_origin
from geoaccess.model.times import TravelTimes


def mean_of_nearest(times: TravelTimes, *, k: int) -> pd.Series[float]:
    """
    Mean minutes from each origin to its k nearest destinations.

    A resident does not always use the nearest place: the mean over a few says what one can
    expect, and changes less than the nearest when one place opens or closes.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    k
        How many, from 1 to n_destinations.

    Returns
    -------
    Series of shape (n_origins,), minutes, indexed by origin id; ``inf`` where fewer than k
    are reached within the cutoff.

    Raises
    ------
    InputError
        If k is below 1 or above n_destinations.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 20, 40], [9, 200, 7]], cutoff_min=60)
    >>> mean_of_nearest(times, k=2).tolist()
    [12.5, 8.0]
    """
    minutes, _ = times.nearest(k)
    mean = minutes.astype(np.float64).mean(axis=1)
    return by_origin(times, mean, f"mean_of_nearest_{k}_min")
