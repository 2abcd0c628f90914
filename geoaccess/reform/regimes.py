"""Access under three regimes: own municipality, agreements with neighbours, no borders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, MismatchError, nearest_known, some_ids
from geoaccess.model.places import Destinations
from geoaccess.model.snap import Reason
from geoaccess.model.territory import Territory
from geoaccess.model.times import TravelTimes
from geoaccess.reform.agreements import checked_agreements, open_by_agreement
from geoaccess.reform.folds import NearestOpen, fold_blocks, open_to_all, open_to_own
from geoaccess.units import UNREACHED_MS, BoolArray, FloatArray, IntArray, TextArray, ms_to_min

REGIMES = ("own", "agreements", "borderless")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reached:
    """
    What each settlement reaches under one regime.

    Attributes
    ----------
    minutes
        Shape (n_origins,), ``inf`` where unreached.
    position
        Destination, -1 where unreached.
    reason
        Empty where reached, else why not.
    """

    minutes: FloatArray
    position: IntArray
    reason: TextArray


def access_by_regime(
    times: TravelTimes,
    territory: Territory,
    *,
    agreements: pd.DataFrame | None = None,
    owner: str | None = None,
) -> pd.DataFrame:
    """
    Minutes to the nearest service in the own municipality, by agreement, and without borders.

    What borders cost a resident: how much longer the way to the nearest service of the own
    municipality is than to the nearest of all, and which neighbour has that one.

    Parameters
    ----------
    times
        Travel times to services of one kind.
    territory
        Borders; a settlement belongs to the zone that holds it.
    agreements
        As :func:`geoaccess.read_agreements` gives them: neighbours that may be used too.
        None if left out, and the regime is then that of the own municipality.
    owner
        Attribute of the services with the code of the zone that owns each; where it is
        left out or empty, the zone that holds the service owns it. A service outside every
        zone belongs to nobody and is reached without borders only.

    Returns
    -------
    Index origin id; ``zone`` (code, empty outside every zone); for each regime ``own``,
    ``agreements``, ``borderless``: ``_min`` (``inf`` where unreached), ``_id`` and
    ``_reason``; ``border_cost_min``, own minus borderless (``inf`` where only the way
    without borders is there, NaN where neither is); ``serving_zone``, code of the zone that
    owns the nearest service of all.

    Raises
    ------
    InputError
        If ``times`` are to services of several kinds, or there is no such attribute.
    MismatchError
        If agreements or owners name a zone that the borders do not have.

    Examples
    --------
    >>> import geoaccess as ga, shapely
    >>> people = ga.Origins(id=["v"], name=["V"], lon=[0.9], lat=[0.5], population=[10])
    >>> schools = ga.Destinations(
    ...     id=["a", "b"], name=["A", "B"], kind=["school"] * 2, lon=[0.1, 1.1], lat=[0.5, 0.5],
    ...     capacity=[90, 90],
    ... )
    >>> times = ga.TravelTimes.from_minutes(
    ...     [[24, 6]], cutoff_min=60, origins=people, destinations=schools
    ... )
    >>> borders = ga.Territory(
    ...     date="2021-06-30", code=["01", "02"], name=["Rieti", "Austri"],
    ...     geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
    ... )
    >>> access = ga.access_by_regime(times, borders)
    >>> access["border_cost_min"].tolist(), access["serving_zone"].tolist()
    ([18.0], ['02'])
    """
    kinds = times.destinations.kinds
    if len(kinds) != 1:
        msg = f"give times to one kind of service, times.of_kind(...), but they are to {kinds}"
        raise InputError(msg)
    zone = territory.locate(times.origins.lon, times.origins.lat)
    owners = owners_of(times.destinations, territory, column=owner)
    rules = rules_of(territory, kinds[0], agreements)
    folds = {name: NearestOpen.over(zone, owners, rule) for name, rule in rules.items()}
    fold_blocks(times, *folds.values())
    found = {name: reached(times, fold) for name, fold in folds.items()}
    ids = np.append(times.destinations.id, "")
    columns: dict[str, object] = {"zone": territory.codes_at(zone)}
    for name, one in found.items():
        columns[f"{name}_min"] = one.minutes
        columns[f"{name}_id"] = ids[one.position]
        columns[f"{name}_reason"] = one.reason
    nearest = found["borderless"]
    columns["border_cost_min"] = border_cost(found["own"].minutes, nearest.minutes)
    columns["serving_zone"] = territory.codes_at(np.append(owners, -1)[nearest.position])
    return pd.DataFrame(columns, index=pd.Index(times.origins.id, name="id"))


def owners_of(
    services: Destinations, territory: Territory, *, column: str | None = None
) -> IntArray:
    """
    Zone that owns each service: that of a column, else the one that holds its point.

    Returns
    -------
    Positions of zones, -1 for nobody's.

    Raises
    ------
    InputError
        If there is no such column.
    MismatchError
        If it names a zone that the borders do not have.
    """
    held = territory.locate(services.lon, services.lat)
    if column is None:
        return held
    if column not in services.attributes:
        hint = nearest_known(column, list(services.attributes))
        msg = f"services have no column {column!r}; {hint}"
        raise InputError(msg)
    at = {code: i for i, code in enumerate(territory.code)}
    codes = services.attributes[column]
    strange = [code for code in dict.fromkeys(codes) if code and code not in at]
    if strange:
        msg = (
            f"services: column {column!r} names zones that the borders of {territory.date} do "
            f"not have: {some_ids(strange)}; use the codes of those borders"
        )
        raise MismatchError(msg)
    told = np.array([at.get(code, -1) for code in codes], dtype=np.int32)
    return np.where(told >= 0, told, held)


def rules_of(
    territory: Territory, service: str, agreements: pd.DataFrame | None
) -> dict[str, BoolArray]:
    """Who may use whose services, for each of the three regimes."""
    own = open_to_own(len(territory))
    agreed = own
    if agreements is not None:
        agreed = open_by_agreement(checked_agreements(agreements), territory, service, own)
    return {"own": own, "agreements": agreed, "borderless": open_to_all(len(territory))}


def reached(times: TravelTimes, fold: NearestOpen) -> Reached:
    """Minutes, destinations and reasons of one regime, up to the cutoff."""
    minutes = ms_to_min(fold.ms, longest_ms=times.cutoff_ms).astype(np.float64)
    told = np.isfinite(minutes)
    return Reached(
        minutes=minutes,
        position=np.where(told, fold.position, np.int32(-1)),
        reason=_reasons(times, fold, told),
    )


def _reasons(times: TravelTimes, fold: NearestOpen, told: BoolArray) -> TextArray:
    """Why nothing is reached: first that there is nothing open, then as without borders."""
    reason = np.array(times.origin_snap.reason)
    reason[reason == ""] = Reason.ISOLATED_ROAD
    reason[fold.ms < UNREACHED_MS] = Reason.OVER_CUTOFF
    held = np.zeros(fold.opens.shape[1], dtype=np.bool_)
    held[fold.owner] = True
    something = np.asarray((fold.opens & held).any(axis=1))
    reason[~something[fold.zone]] = Reason.NO_SERVICE_IN_TERRITORY
    reason[told] = ""
    return reason


def border_cost(own_min: FloatArray, borderless_min: FloatArray) -> FloatArray:
    """Own minus borderless, ``inf`` where only own is unreached, NaN where both are."""
    cost = np.full(len(own_min), np.nan)
    there = np.isfinite(borderless_min)
    cost[there] = own_min[there] - borderless_min[there]
    return cost
