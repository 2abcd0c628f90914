"""Basket: how much of a list of services each origin has within its norm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray


def basket(
    times: TravelTimes,
    *,
    norms_min: Mapping[str, float],
    weights: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """
    Share of a list of services that each origin has within its norm, and what fails first.

    A resident needs a school, a doctor and a shop, not three shops: each kind of service
    counts once, if the nearest of its kind is near enough.

    Parameters
    ----------
    times
        Travel times of shape (n_origins, n_destinations), to services of several kinds.
    norms_min
        For each kind of service, minutes that are near enough, above 0 and at most the
        cutoff of the times.
    weights
        What each kind counts, 0 or more; all the same if left out.

    Returns
    -------
    Index origin id; columns ``share_met`` (0 to 1), ``n_met`` (kinds within norm),
    ``fails_first`` (the kind that exceeds its norm by the largest factor, the first listed
    of several alike; empty where all are met) and ``worst_ratio`` (largest minutes over
    norm, ``inf`` where a kind is unreached).

    Raises
    ------
    CutoffError
        If a norm is above the cutoff of the times.
    InputError
        If no service is listed, one is unknown, a norm is not above 0, or the weights do
        not belong to the list.

    Examples
    --------
    >>> times = TravelTimes.from_minutes([[10], [90]], cutoff_min=60)
    >>> basket(times, norms_min={"service": 30})["fails_first"].tolist()
    ['', 'service']
    """
    kinds = list(norms_min)
    counted = _weights(kinds, weights)
    ratio = np.empty((len(times.origins), len(kinds)))
    for k, kind in enumerate(kinds):
        norm_min = norms_min[kind]
        if not norm_min > 0:
            msg = f"norms_min: {kind} must be above 0, but is {norm_min:g}"
            raise InputError(msg)
        times.require_cutoff(norm_min)
        nearest = times.of_kind(kind).nearest(1)[0][:, 0].astype(np.float64)
        # Whether a norm is met is for the minutes to say, not for a division that rounds.
        below, above = (0.0, 1.0), (np.nextafter(1.0, 2.0), np.inf)
        met = nearest <= norm_min
        ratio[:, k] = np.clip(nearest / norm_min, *np.where(met[:, None], below, above).T)
    return _told(times, ratio, kinds, counted)


def _weights(kinds: list[str], weights: Mapping[str, float] | None) -> FloatArray:
    if not kinds:
        msg = "norms_min lists no service; give minutes for at least one kind"
        raise InputError(msg)
    given = dict.fromkeys(kinds, 1.0) if weights is None else weights
    for kind in (*given, *kinds):
        if kind not in kinds or kind not in given:
            known = nearest_known(kind, kinds)
            msg = f"weights and norms_min must list the same kinds, but {kind!r} is in one; {known}"
            raise InputError(msg)
    counted = np.array([given[kind] for kind in kinds], dtype=np.float64)
    if not bool((np.isfinite(counted) & (counted >= 0)).all() and counted.sum() > 0):
        msg = "weights must be 0 or more, and not all 0"
        raise InputError(msg)
    return counted


def _told(
    times: TravelTimes, ratio: FloatArray, kinds: list[str], counted: FloatArray
) -> pd.DataFrame:
    met = ratio <= 1.0
    worst = np.argmax(ratio, axis=1)
    first = np.array(kinds, dtype=object)[worst]
    return pd.DataFrame(
        {
            "share_met": (met * counted).sum(axis=1) / counted.sum(),
            "n_met": met.sum(axis=1),
            "fails_first": np.where(met.all(axis=1), "", first),
            "worst_ratio": ratio.max(axis=1),
        },
        index=pd.Index(times.origins.id, name="id"),
    )
