"""Why a norm, or a settlement of it, could not be judged, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class NormReason(StrEnum):
    """Why a norm was not modelled; every one that was not has exactly one."""

    NOT_VALID_ON_DATE = "not_valid_on_date"
    VALIDITY_UNCLEAR = "validity_unclear"
    TIMETABLE_TRANSPORT = "timetable_transport"
    BETWEEN_SERVICES = "between_services"
    COUNTS_SERVICES = "counts_services"
    DISTANCE_UNSTATED = "distance_unstated"
    ROAD_DISTANCE_UNKNOWN = "road_distance_unknown"
    SERVICE_NOT_IN_STUDY = "service_not_in_study"
    GROUP_UNKNOWN = "group_unknown"
    OTHER_PROFILE = "other_profile"
    CUTOFF_TOO_LOW = "cutoff_too_low"
    ZONE_TYPE_UNKNOWN = "zone_type_unknown"
    NO_SUCH_ZONE_TYPE = "no_such_zone_type"
    NOBODY_THERE = "nobody_there"


HINTS: Mapping[NormReason, str] = {
    NormReason.NOT_VALID_ON_DATE: "it does not hold on the day of the check; choose another day",
    NormReason.VALIDITY_UNCLEAR: "only the year of its first or last day is known; "
    "look the day up in its source",
    NormReason.TIMETABLE_TRANSPORT: "it is about public transport, and timetables are not read",
    NormReason.BETWEEN_SERVICES: "it says how far services lie from one another, "
    "not people from services",
    NormReason.COUNTS_SERVICES: "it counts services in a zone, and asks no time or distance",
    NormReason.DISTANCE_UNSTATED: "its source does not say whether kilometres are by road "
    "or straight",
    NormReason.ROAD_DISTANCE_UNKNOWN: "it asks for kilometres by road, and only minutes "
    "are computed",
    NormReason.SERVICE_NOT_IN_STUDY: "no service of that kind was given; add it, or name the "
    "kind that stands for it",
    NormReason.GROUP_UNKNOWN: "no column of people for that group was given; add it, or name the "
    "group that stands for it",
    NormReason.OTHER_PROFILE: "times of another vehicle or direction were given; route the "
    "norm's own, or name the profile that stands for it",
    NormReason.CUTOFF_TOO_LOW: "times were computed up to a lower cutoff; raise cutoff_min",
    NormReason.ZONE_TYPE_UNKNOWN: "it holds in places of one kind, and what kind the settlements "
    "are was not told; give zone types",
    NormReason.NO_SUCH_ZONE_TYPE: "no settlement is of the kind for which it holds",
    NormReason.NOBODY_THERE: "nobody whom it protects lives there",
}
