"""Who meets which norm: by settlement, by zone, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, MismatchError
from geoaccess.model.norm import Norm, require_apart
from geoaccess.model.places import Origins
from geoaccess.model.territory import is_day
from geoaccess.norms.reasons import HINTS, NormReason
from geoaccess.norms.times import NormTimes
from geoaccess.norms.verdicts import NOT_MODELLED, Verdicts, judge, kinds_of_place
from geoaccess.norms.zones import (
    EVERYWHERE,
    ZONE_COLUMNS,
    Zoning,
    everywhere,
    gap_of,
    zone_rows,
)
from geoaccess.units import AnyArray

SETTLEMENT_COLUMNS = (
    "id",
    "service",
    "norm_id",
    "group",
    "threshold",
    "unit",
    "value",
    "verdict",
    "gap_min",
    "status",
    "gap_km",
    "people",
    "reason",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormCheck:
    """
    Who meets which norm.

    Attributes
    ----------
    day
        Day of the check.
    norms
        All that were asked about, in order.
    settlements
        Columns ``SETTLEMENT_COLUMNS``: one row for each settlement and norm that holds, or
        may hold, there; norms that could not be modelled at all have no rows.
    zones
        Columns ``ZONE_COLUMNS``: one row for each norm and zone, and one with territory
        ``all`` for each norm, also for those that could not be modelled.
    """

    day: str
    norms: tuple[Norm, ...]
    settlements: pd.DataFrame
    zones: pd.DataFrame

    @property
    def overall(self) -> pd.DataFrame:
        """One row for each norm, everybody together."""
        rows = self.zones[self.zones["territory"] == EVERYWHERE]
        return rows.drop(columns=["territory", "zone_id"]).reset_index(drop=True)

    @property
    def not_modelled(self) -> dict[str, str]:
        """Why norms could not be modelled, by id, each with what would mend it."""
        rows = self.overall
        left = rows[(rows["verdict"] == NOT_MODELLED) & (rows["reason"] != "")]
        return {
            str(one): f"{reason}: {HINTS[NormReason(reason)]}"
            for one, reason in zip(left["norm_id"], left["reason"], strict=True)
        }


def check_norms(
    norms: Iterable[Norm],
    times: Sequence[NormTimes],
    *,
    day: str,
    zone_types: Sequence[str] | AnyArray | None = None,
    zones: Mapping[str, Sequence[str] | AnyArray] | None = None,
) -> NormCheck:
    """
    Check who meets which norm.

    Whether a resident has what a law, a guideline or a plan asks for; and if not, how many
    minutes are missing.

    Parameters
    ----------
    norms
        A pack, or some of its norms.
    times
        Times of one or more vehicles, all of the same settlements.
    day
        Day of the check, ISO 8601; norms that do not hold on it are not modelled.
    zone_types
        Kind of place of each settlement, shape (n_origins,), for example ``town``; several
        are joined by ``;``, empty where unknown. Without it, norms for one kind of place
        are not modelled.
    zones
        For each border set, code of the zone of each settlement, shape (n_origins,), empty
        outside every zone.

    Returns
    -------
    Tables by settlement, by zone and in all.

    Raises
    ------
    InputError
        If there are no times, the day is none, or two norms share an id.
    MismatchError
        If times are of different settlements, or zones are not one for each of them.

    Examples
    --------
    >>> import geoaccess as ga
    >>> times = ga.TravelTimes.from_minutes([[5.0], [19.0]], cutoff_min=60)
    >>> norm = ga.Norm(
    ...     id="x", title={"en": "In 15 minutes"}, service="service", aspect="drive_time",
    ...     threshold=15, unit="min", status="planning_assumption",
    ...     source={"citation": "We", "where": "here", "grade": "A"},
    ... )
    >>> checked = check_norms([norm], [NormTimes.of(times, profile=ga.read_profile("car"))],
    ...                       day="2021-07-01")
    >>> checked.settlements[["id", "verdict", "gap_min"]].values.tolist()
    [['o0', 'pass', 0.0], ['o1', 'fail', 4.0]]
    """
    chosen = tuple(norms)
    require_apart(chosen, label="norms")
    if not is_day(day):
        msg = f"day must be a day such as 2021-07-01, but is {day!r}"
        raise InputError(msg)
    origins = _same_origins(times)
    types = None
    if zone_types is not None:
        _require_length("zone_types", zone_types, origins)
        types = kinds_of_place(zone_types)
    zonings = [everywhere(len(origins))]
    zonings += [_zoning(role, codes, origins) for role, codes in (zones or {}).items()]
    judged = [judge(norm, times, day=day, zone_types=types) for norm in chosen]
    by_settlement = [_settlement_rows(one, origins) for one in judged if one.not_modelled is None]
    by_zone = [
        rows
        for one in judged
        for zoning in zonings
        if (rows := zone_rows(one, zoning, origins.population)) is not None
    ]
    return NormCheck(
        day=day,
        norms=chosen,
        settlements=pd.concat(by_settlement).sort_values("id", kind="stable", ignore_index=True)
        if by_settlement
        else pd.DataFrame({name: [] for name in SETTLEMENT_COLUMNS}),
        zones=pd.concat(by_zone, ignore_index=True)
        if by_zone
        else pd.DataFrame({name: [] for name in ZONE_COLUMNS}),
    )


def _same_origins(times: Sequence[NormTimes]) -> Origins:
    if not times:
        msg = "no times to check norms against; give those of at least one vehicle"
        raise InputError(msg)
    first = times[0].origins
    for other in times[1:]:
        if not np.array_equal(other.origins.id, first.id):
            msg = (
                f"times by {times[0].profile} and by {other.profile} are of different "
                f"settlements; compute both for the same"
            )
            raise MismatchError(msg)
    return first


def _zoning(role: str, codes: Sequence[str] | AnyArray, origins: Origins) -> Zoning:
    _require_length(f"zones {role}", codes, origins)
    names, zone = np.unique(np.array([str(code) for code in codes]), return_inverse=True)
    return Zoning(role=role, codes=names.astype(object), zone=zone)


def _require_length(what: str, values: Sequence[str] | AnyArray, origins: Origins) -> None:
    if len(values) != len(origins):
        msg = (
            f"{what}: {len(values)} for {len(origins)} settlements; give one for each, "
            f"empty where unknown"
        )
        raise MismatchError(msg)


def _settlement_rows(judged: Verdicts, origins: Origins) -> pd.DataFrame:
    norm = judged.norm
    rows = np.flatnonzero(judged.verdict != "")
    gap = gap_of(judged)[rows]
    value = judged.value[rows]
    nothing = np.full(len(rows), np.nan)
    columns: dict[str, Any] = {
        "id": origins.id[rows],
        "service": norm.service,
        "norm_id": norm.id,
        "group": norm.group,
        "threshold": norm.threshold,
        "unit": norm.unit,
        "value": np.where(np.isfinite(value), value, np.nan),
        "verdict": judged.verdict[rows],
        "gap_min": gap if norm.unit == "min" else nothing,
        "status": norm.status,
        "gap_km": gap if norm.unit == "km" else nothing,
        "people": judged.people[rows],
        "reason": judged.reason[rows],
    }
    return pd.DataFrame(columns)[list(SETTLEMENT_COLUMNS)]
