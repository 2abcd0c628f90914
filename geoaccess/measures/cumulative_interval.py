"""Cumulative opportunities, averaged over a span of cutoffs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError
from geoaccess.measures.amounts import by_origin, of_destinations
from geoaccess.measures.decay import Formula, KnownDecay
from geoaccess.measures.fold import Gather, Plan, run_plan
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray

# A millionth of a step: far below a millisecond, far above what a division rounds.
_HAIR = 1e-6


def cumulative_interval(
    times: TravelTimes,
    *,
    opportunities: npt.ArrayLike,
    from_min: float,
    to_min: float,
    step_min: float = 1.0,
) -> pd.Series[float]:
    """
    Opportunities within reach, on average over all cutoffs of a span.

    A resident is not cut off from a place because it lies at 31 minutes instead of 30: the
    mean over the cutoffs from, say, 20 to 40 minutes has no single cliff.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations).
    opportunities
        What each destination offers, shape (n_destinations,), 0 or more.
    from_min, to_min
        First and last cutoff, minutes, 0 or more, both counted.
    step_min
        Minutes between cutoffs, a whole number of which make the span.

    Returns
    -------
    Series of shape (n_origins,), opportunities, indexed by origin id.

    Raises
    ------
    CutoffError
        If the last cutoff is above that of the times.
    InputError
        If the span is empty or no whole number of steps, or there is not one amount of
        opportunities for each destination.

    References
    ----------
    Tomasiello, D. B., Herszenhut, D., Oliveira, J. L. A., Braga, C. K. V., and Pereira,
    R. H. M. (2023). A time interval metric for cumulative opportunity accessibility. Applied
    Geography 157, 103007. (They take the median or the mean; this is the mean.)

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[25, 31]], cutoff_min=60)
    >>> cumulative_interval(
    ...     times, opportunities=[100, 100], from_min=20, to_min=40, step_min=10
    ... ).round(1).tolist()
    [100.0]
    """
    plan = cumulative_interval_plan(
        times, opportunities=opportunities, from_min=from_min, to_min=to_min, step_min=step_min
    )
    return run_plan(times, plan)


def cumulative_interval_plan(
    times: TravelTimes,
    *,
    opportunities: npt.ArrayLike,
    from_min: float,
    to_min: float,
    step_min: float = 1.0,
) -> Plan[pd.Series[float]]:
    """Plan of :func:`cumulative_interval`, to run together with others."""
    value = of_destinations(times, "opportunities", opportunities)
    (total,) = yield [Gather(decay=_share_of_cutoffs(from_min, to_min, step_min), value=value)]
    return by_origin(times, total, "cumulative_interval")


def _share_of_cutoffs(from_min: float, to_min: float, step_min: float) -> KnownDecay:
    """Weigh minutes by the share of the cutoffs that they keep to."""
    if not (0 <= from_min <= to_min < np.inf and 0 < step_min < np.inf):
        msg = (
            f"from_min={from_min:g}, to_min={to_min:g}, step_min={step_min:g} is no span of "
            f"cutoffs; give 0 <= from_min <= to_min and step_min above 0"
        )
        raise InputError(msg)
    steps = (to_min - from_min) / step_min
    if abs(steps - round(steps)) > _HAIR:
        msg = (
            f"from {from_min:g} to {to_min:g} min is no whole number of steps of "
            f"{step_min:g} min; choose another step_min"
        )
        raise InputError(msg)
    n_cutoffs = round(steps) + 1

    def weigh(minutes: FloatArray) -> FloatArray:
        missed = minutes - from_min
        missed /= step_min
        missed -= _HAIR
        np.ceil(missed, out=missed)
        np.clip(missed, 0.0, n_cutoffs, out=missed)
        missed -= n_cutoffs
        missed /= -n_cutoffs
        return missed

    text = f"cutoffs({from_min!r}, {to_min!r}, {step_min!r})"
    formula = Formula("cutoffs", (from_min, step_min, n_cutoffs, _HAIR))
    return KnownDecay(text, float(to_min), weigh, formula)
