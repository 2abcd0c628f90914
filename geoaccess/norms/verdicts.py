"""One norm against the settlements of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geoaccess.model.norm import ANY_ZONE, EVERYBODY, Norm
from geoaccess.model.places import Origins
from geoaccess.norms.reasons import NormReason
from geoaccess.norms.straight import straight_km_to_nearest
from geoaccess.norms.times import NormTimes
from geoaccess.units import (
    MS_PER_MIN,
    UNREACHED_MS,
    BoolArray,
    FloatArray,
    LongArray,
    TextArray,
    min_to_ms,
)

PASS, FAIL, UNREACHED, NOT_MODELLED = "pass", "fail", "unreached", "not_modelled"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdicts:
    """
    What one norm says of each settlement.

    Attributes
    ----------
    norm
        The norm.
    not_modelled
        Why it could not be modelled at all, or None.
    verdict
        Shape (n,): ``pass``, ``fail``, ``unreached``, ``not_modelled``, or empty where the
        norm does not hold.
    value
        Minutes or kilometres, shape (n,), ``inf`` where unreached, NaN where not judged.
    reason
        Why unreached or not modelled, shape (n,), else empty.
    people
        Of the norm's group, shape (n,).
    """

    norm: Norm
    not_modelled: NormReason | None
    verdict: TextArray
    value: FloatArray
    reason: TextArray
    people: FloatArray


def judge(
    norm: Norm,
    times: Sequence[NormTimes],
    *,
    day: str,
    zone_types: Sequence[frozenset[str]] | None,
) -> Verdicts:
    """
    Judge every settlement by one norm.

    Parameters
    ----------
    norm
        The norm.
    times
        Times of one or more vehicles, of the same settlements.
    day
        Day of the check, ISO 8601.
    zone_types
        Kinds of place that each settlement is, empty where unknown; None if not told.
    """
    origins = times[0].origins
    why = _why_not(norm, times, day) or _why_nowhere(norm, zone_types)
    n = len(origins)
    texts = np.full((2, n), "", dtype=object)
    value = np.full(n, np.nan)
    if why is None:
        holds, unknown = _where(norm, zone_types, n)
        value, passes, reason = _measured(norm, times)
        told = np.where(passes, PASS, np.where(np.isfinite(value), FAIL, UNREACHED))
        texts[0][holds], texts[1][holds] = told[holds], reason[holds]
        texts[0][unknown] = NOT_MODELLED
        texts[1][unknown] = NormReason.ZONE_TYPE_UNKNOWN.value
        value = np.where(holds, value, np.nan)
    return Verdicts(
        norm=norm,
        not_modelled=why,
        verdict=texts[0],
        value=value,
        reason=texts[1],
        people=people_of(norm, origins),
    )


def people_of(norm: Norm, origins: Origins) -> FloatArray:
    """People whom a norm protects; none where its group is unknown."""
    if norm.group == EVERYBODY:
        return origins.population
    return origins.groups.get(norm.group, np.zeros(len(origins)))


def _why_not(norm: Norm, times: Sequence[NormTimes], day: str) -> NormReason | None:
    """Why a norm cannot be modelled with these times, or None; the first that holds."""
    valid = norm.when(day)
    with_service = [one for one in times if norm.service in one.nearest_ms]
    tests = (
        (valid == "not_valid_on_date", NormReason.NOT_VALID_ON_DATE),
        (valid == "validity_unclear", NormReason.VALIDITY_UNCLEAR),
        (norm.transport == "timetable", NormReason.TIMETABLE_TRANSPORT),
        (norm.aspect == "spacing", NormReason.BETWEEN_SERVICES),
        (norm.aspect == "presence", NormReason.COUNTS_SERVICES),
        (norm.unit == "km" and norm.distance_by == "unstated", NormReason.DISTANCE_UNSTATED),
        (norm.unit == "km" and norm.distance_by == "road", NormReason.ROAD_DISTANCE_UNKNOWN),
        (not with_service, NormReason.SERVICE_NOT_IN_STUDY),
        (
            norm.group != EVERYBODY and norm.group not in times[0].origins.groups,
            NormReason.GROUP_UNKNOWN,
        ),
    )
    for holds, reason in tests:
        if holds:
            return reason
    return _why_no_minutes(norm, with_service) if norm.unit == "min" else None


def _why_no_minutes(norm: Norm, times: Sequence[NormTimes]) -> NormReason | None:
    vehicle = _vehicle(norm, times)
    if vehicle is None:
        return NormReason.OTHER_PROFILE
    needed_ms = min_to_ms(norm.threshold) - _added_ms(norm, vehicle)
    return NormReason.CUTOFF_TOO_LOW if needed_ms > min_to_ms(vehicle.cutoff_min) else None


def _why_nowhere(norm: Norm, zone_types: Sequence[frozenset[str]] | None) -> NormReason | None:
    """Why a norm that holds in one kind of place holds nowhere here, or None."""
    if norm.zone_type == ANY_ZONE:
        return None
    if zone_types is None or not any(zone_types):
        return NormReason.ZONE_TYPE_UNKNOWN
    known = any(norm.zone_type in types for types in zone_types)
    return None if known else NormReason.NO_SUCH_ZONE_TYPE


def _where(
    norm: Norm, zone_types: Sequence[frozenset[str]] | None, n: int
) -> tuple[BoolArray, BoolArray]:
    """Settlements for which a norm holds, and those of which nobody can tell."""
    if norm.zone_type == ANY_ZONE or zone_types is None:
        return np.ones(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    holds = np.array([norm.zone_type in types for types in zone_types], dtype=np.bool_)
    return holds, np.array([not types for types in zone_types], dtype=np.bool_)


def _vehicle(norm: Norm, times: Sequence[NormTimes]) -> NormTimes | None:
    asked = (norm.profile, norm.direction)
    return next((one for one in times if (one.profile, one.direction) == asked), None)


def _added_ms(norm: Norm, vehicle: NormTimes) -> int:
    """Milliseconds between the time that was routed and the time that the norm means."""
    held = min_to_ms(vehicle.turnout_min)
    if norm.aspect == "drive_time":
        return -held
    return 0 if norm.turnout_min is None else min_to_ms(norm.turnout_min) - held


def _measured(norm: Norm, times: Sequence[NormTimes]) -> tuple[FloatArray, BoolArray, TextArray]:
    """Value, whether it is within the threshold, and why unreached, for each settlement."""
    with_service = [one for one in times if norm.service in one.nearest_ms]
    vehicle = _vehicle(norm, with_service)
    if norm.unit == "km" or vehicle is None:
        return _straight(norm, with_service[0])
    routed_ms: LongArray = vehicle.nearest_ms[norm.service].astype(np.int64)
    reached = routed_ms < UNREACHED_MS
    # Compared as whole milliseconds, so that a value just on the threshold meets it.
    meant_ms = routed_ms + _added_ms(norm, vehicle)
    value = np.where(reached, meant_ms / MS_PER_MIN, np.inf)
    return value, reached & (meant_ms <= min_to_ms(norm.threshold)), vehicle.reason[norm.service]


def _straight(norm: Norm, times: NormTimes) -> tuple[FloatArray, BoolArray, TextArray]:
    there = times.destinations.of_kind(norm.service)
    origins = times.origins
    km = straight_km_to_nearest(origins.lon, origins.lat, there.lon, there.lat)
    return km, km <= norm.threshold, np.full(len(origins), "", dtype=object)
