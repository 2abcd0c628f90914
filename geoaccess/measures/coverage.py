"""Coverage: how many people live within so many minutes of anything."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.errors import InputError
from geoaccess.model.times import TravelTimes


def coverage(times: TravelTimes, *, cutoff_min: float) -> pd.DataFrame:
    """
    People within so many minutes of at least one destination, in all and by group.

    So many residents have a place within reach, so many have one only further away, and so
    many have none at all.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    cutoff_min
        Minutes that count as within reach, above 0 and at most the cutoff of the times.

    Returns
    -------
    Index ``group`` (``all``, then the groups of the origins); columns ``people``, ``within``,
    ``beyond`` (reached, but later), ``unreached``, which the other three add up to, and
    ``share_within``, NaN where there are no people.

    Raises
    ------
    CutoffError
        If the cutoff is above that of the times.
    InputError
        If it is not above 0.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[10], [50], [90]], cutoff_min=60)
    >>> coverage(times, cutoff_min=30).loc["all"].tolist()
    [3.0, 1.0, 1.0, 1.0, 0.3333333333333333]
    """
    if not cutoff_min > 0:
        msg = f"cutoff_min must be above 0, but is {cutoff_min:g}"
        raise InputError(msg)
    times.require_cutoff(cutoff_min)
    nearest = times.nearest(1)[0][:, 0]
    within, reached = nearest <= cutoff_min, np.isfinite(nearest)
    rows = {
        group: {
            "people": people.sum(),
            "within": people[within].sum(),
            "beyond": people[reached & ~within].sum(),
            "unreached": people[~reached].sum(),
        }
        for group, people in {"all": times.origins.population, **times.origins.groups}.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=np.float64)
    table["share_within"] = table["within"] / table["people"].where(table["people"] > 0)
    return table.rename_axis("group")
