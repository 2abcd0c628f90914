"""Who meets which norm: by settlement, by zone, and in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from geoaccess.norms.verdicts import FAIL, NOT_MODELLED, PASS, UNREACHED, Verdicts, judge
from geoaccess.units import AnyArray, BoolArray, FloatArray

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
ZONE_COLUMNS = (
    "territory",
    "zone_id",
    "service",
    "norm_id",
    "group",
    "zone_type",
    "threshold",
    "unit",
    "required_share",
    "people",
    "people_within",
    "people_beyond",
    "people_unreached",
    "people_not_modelled",
    "share_within",
    "population_beyond",
    "mean_gap",
    "largest_gap",
    "verdict",
    "reason",
    "status",
)
EVERYWHERE = "all"
# A share that falls short by rounding alone is not short.
_HAIR = 1e-12


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
    types = None if zone_types is None else _kinds_of_place(zone_types, origins)
    codes = {role: _codes(role, of_role, origins) for role, of_role in (zones or {}).items()}
    judged = [judge(norm, times, day=day, zone_types=types) for norm in chosen]
    by_settlement = [_settlement_rows(one, origins) for one in judged if one.not_modelled is None]
    by_zone = [row for one in judged for row in _zone_rows(one, origins, codes)]
    return NormCheck(
        day=day,
        norms=chosen,
        settlements=pd.concat(by_settlement).sort_values("id", kind="stable", ignore_index=True)
        if by_settlement
        else pd.DataFrame({name: [] for name in SETTLEMENT_COLUMNS}),
        zones=pd.DataFrame(by_zone, columns=list(ZONE_COLUMNS)),
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


def _kinds_of_place(zone_types: Sequence[str] | AnyArray, origins: Origins) -> list[frozenset[str]]:
    _require_length("zone_types", zone_types, origins)
    return [
        frozenset(word.strip() for word in str(text).split(";") if word.strip())
        for text in zone_types
    ]


def _codes(role: str, codes: Sequence[str] | AnyArray, origins: Origins) -> AnyArray:
    _require_length(f"zones {role}", codes, origins)
    return np.array([str(code) for code in codes], dtype=object)


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
    gap = _gap(judged)[rows]
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


def _gap(judged: Verdicts) -> FloatArray:
    """How much is missing: 0 where the norm is met, NaN where nobody can tell."""
    over = np.maximum(judged.value - judged.norm.threshold, 0.0)
    known = np.isfinite(judged.value)
    return np.where(judged.verdict == PASS, 0.0, np.where(known, over, np.nan))


def _zone_rows(
    judged: Verdicts, origins: Origins, codes: Mapping[str, AnyArray]
) -> Iterator[dict[str, Any]]:
    everybody = np.ones(len(origins), dtype=np.bool_)
    yield _zone_row(judged, origins, everybody, (EVERYWHERE, ""))
    if judged.not_modelled is not None:
        return
    for role, code in codes.items():
        for zone in sorted(set(code[judged.verdict != ""])):
            yield _zone_row(judged, origins, code == zone, (role, zone))


def _zone_row(
    judged: Verdicts, origins: Origins, here: BoolArray, where: tuple[str, str]
) -> dict[str, Any]:
    norm, verdict = judged.norm, judged.verdict
    people = {
        one: float(judged.people[here & (verdict == one)].sum())
        for one in (PASS, FAIL, UNREACHED, NOT_MODELLED)
    }
    beyond = here & ((verdict == FAIL) | (verdict == UNREACHED))
    told, reason = _zone_verdict(people, norm.required_share)
    if judged.not_modelled is not None:
        reason = judged.not_modelled.value
    known = people[PASS] + people[FAIL] + people[UNREACHED]
    nothing = judged.not_modelled is not None
    gap = _gap(judged)
    late = beyond & (verdict == FAIL) & (judged.people > 0)
    return {
        "territory": where[0],
        "zone_id": where[1],
        "service": norm.service,
        "norm_id": norm.id,
        "group": norm.group,
        "zone_type": norm.zone_type,
        "threshold": norm.threshold,
        "unit": norm.unit,
        "required_share": norm.required_share,
        "people": np.nan if nothing else known,
        "people_within": np.nan if nothing else people[PASS],
        "people_beyond": np.nan if nothing else people[FAIL] + people[UNREACHED],
        "people_unreached": np.nan if nothing else people[UNREACHED],
        "people_not_modelled": np.nan if nothing else people[NOT_MODELLED],
        "share_within": people[PASS] / known if known else np.nan,
        "population_beyond": np.nan if nothing else float(origins.population[beyond].sum()),
        "mean_gap": float(np.average(gap[late], weights=judged.people[late]))
        if late.any()
        else np.nan,
        "largest_gap": float(gap[late].max()) if late.any() else np.nan,
        "verdict": told,
        "reason": reason,
        "status": norm.status,
    }


def _zone_verdict(people: Mapping[str, float], required_share: float) -> tuple[str, str]:
    """
    Pass or fail where people of unknown kind could not change it, else not modelled.

    They might all be within, all beyond, or not meant by the norm at all.
    """
    everybody = sum(people.values())
    if not everybody:
        return NOT_MODELLED, NormReason.NOBODY_THERE.value
    if people[PASS] / everybody >= required_share - _HAIR:
        return PASS, ""
    if (people[PASS] + people[NOT_MODELLED]) / everybody < required_share - _HAIR:
        return FAIL, ""
    return NOT_MODELLED, NormReason.ZONE_TYPE_UNKNOWN.value
