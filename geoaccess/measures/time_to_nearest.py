"""Time to the nearest, or k-th nearest, destination."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.model.times import TravelTimes


def time_to_nearest(times: TravelTimes, *, k: int = 1) -> pd.Series[float]:
    """
    Minutes from each origin to its k-th nearest destination.

    A resident needs this long, at free flow, to have k places to choose from.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    k
        Rank of the destination, from 1 to n_destinations.

    Returns
    -------
    Series of shape (n_origins,), minutes, float64, indexed by origin id; ``inf`` where
    fewer than k are reached within the cutoff.

    Raises
    ------
    InputError
        If k is below 1 or above n_destinations.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 20], [9, 200]], cutoff_min=60)
    >>> time_to_nearest(times, k=2).tolist()
    [20.0, inf]
    """
    minutes, _ = times.nearest(k)
    return pd.Series(
        minutes[:, k - 1].astype(np.float64),
        index=pd.Index(times.origins.id, name="id"),
        name=f"time_to_nearest_{k}_min",
    )


def nearest_destinations(times: TravelTimes, *, k: int = 1) -> pd.DataFrame:
    """
    Name the nearest, or k-th nearest, destination of each origin.

    The place that a resident would go to if the k - 1 nearer ones were closed.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    k
        Rank of the destination, from 1 to n_destinations.

    Returns
    -------
    Index origin id; columns ``nearest_min`` (``inf`` where unreached), ``nearest_id`` and
    ``nearest_name`` (empty where unreached).

    Raises
    ------
    InputError
        If k is below 1 or above n_destinations.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[5, 20], [200, 200]], cutoff_min=60)
    >>> nearest_destinations(times)["nearest_id"].tolist()
    ['d0', '']
    >>> nearest_destinations(times, k=2)["nearest_id"].tolist()
    ['d1', '']
    """
    minutes, position = times.nearest(k)
    at = position[:, k - 1]
    return pd.DataFrame(
        {
            "nearest_min": minutes[:, k - 1].astype(np.float64),
            "nearest_id": np.append(times.destinations.id, "")[at],
            "nearest_name": np.append(times.destinations.name, "")[at],
        },
        index=pd.Index(times.origins.id, name="id"),
    )
