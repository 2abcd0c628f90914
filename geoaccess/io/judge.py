"""Judge tags: may this vehicle use the way, how fast, and in which direction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geoaccess.io.access import Access, access_of, has_closing_tag
from geoaccess.io.limits import Limit, is_unreadable, limit_on, urban_limit_kmh
from geoaccess.model.profile import Profile

Tags = Mapping[str, str]

_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d\d)$")
_ISO = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")
_MOTORWAYS = ("motorway", "motorway_link")
_ROUND = ("roundabout", "circular")
_DIRECTIONS = {
    "yes": (True, False),
    "true": (True, False),
    "1": (True, False),
    "-1": (False, True),
    "reverse": (False, True),
    "no": (True, True),
    "false": (True, True),
    "0": (True, True),
    # Changes over at short intervals, such as a lane shared by means of signals.
    "alternating": (True, True),
    # Changes over with the hour, which is not known.
    "reversible": (False, False),
}
_CYCLEWAY_KEYS = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What one vehicle may do on one way.

    Attributes
    ----------
    forward_kmh, backward_kmh
        Speed along and against the way; 0 where closed.
    crossing_min
        For a ferry, minutes from end to end without boarding; 0 where not tagged.
    ferry
        Whether the way is a ferry.
    snappable
        Whether a place may meet the network here.
    circular
        Whether the way is part of a roundabout.
    notes
        What was assumed or left aside, for the counts of the network; a name that begins
        with ``km_`` is counted in kilometres, others in ways.
    """

    forward_kmh: float
    backward_kmh: float
    crossing_min: float = 0.0
    ferry: bool = False
    snappable: bool = True
    circular: bool = False
    notes: frozenset[str] = frozenset()


CLOSED = Verdict(forward_kmh=0.0, backward_kmh=0.0, snappable=False)


def judge(profile: Profile, tags: Tags) -> Verdict:
    """
    Say what a vehicle may do on a way with these tags.

    Parameters
    ----------
    profile
        The vehicle.
    tags
        Tags of the way.

    Examples
    --------
    >>> from geoaccess.io.profile import read_profile
    >>> car = read_profile("car")
    >>> judge(car, {"highway": "tertiary", "surface": "gravel"}).forward_kmh
    60.0
    >>> judge(car, {"highway": "footway"}).forward_kmh
    0.0
    """
    ferry = tags.get("route") == "ferry" and "highway" not in tags
    if not ferry and tags.get("highway", "") not in profile.speed_kmh:
        return CLOSED
    if has_closing_tag(profile, tags) or (ferry and profile.ferries == "exclude"):
        return CLOSED
    ways = _directions(profile, tags)
    notes = _notes(profile, tags)
    along, against = (
        access_of(profile, tags, direction) if is_open else Access(open=False)
        for direction, is_open in zip(("forward", "backward"), ways, strict=True)
    )
    if not (along.open or against.open):
        return Verdict(forward_kmh=0.0, backward_kmh=0.0, snappable=False, notes=notes)
    if ferry:
        return _ferry(profile, tags, along, against)
    forward = limit_on(profile, tags, "forward")
    backward = limit_on(profile, tags, "backward")
    driven = _driven_kmh(profile, tags)
    return Verdict(
        forward_kmh=_speed(profile, driven, forward, along),
        backward_kmh=_speed(profile, driven, backward, against),
        snappable=_may_snap(tags),
        circular=tags.get("junction") in _ROUND,
        notes=notes | _assumed(profile, tags, driven, forward),
    )


def _ferry(profile: Profile, tags: Tags, along: Access, against: Access) -> Verdict:
    """Judge a ferry, which carries everybody unless it says otherwise (wiki, route=ferry)."""
    speed = profile.ferry_speed_kmh
    minutes = parse_duration_min(tags.get("duration", ""))
    return Verdict(
        forward_kmh=speed if along.open else 0.0,
        backward_kmh=speed if against.open else 0.0,
        crossing_min=minutes,
        ferry=True,
        snappable=False,
        notes=frozenset() if minutes else frozenset({"ferries_without_duration"}),
    )


def _directions(profile: Profile, tags: Tags) -> tuple[bool, bool]:
    """Say whether tags of direction let this vehicle go along and against the way."""
    for mode in reversed(profile.access_keys):
        told = _DIRECTIONS.get(tags.get(f"oneway:{mode}", ""))
        if told is not None and mode != "access":
            return told
    if not profile.obey_oneway:
        return True, True
    told = _DIRECTIONS.get(tags.get("oneway", ""))
    if told is None:
        implied = tags.get("highway") in _MOTORWAYS or tags.get("junction") in _ROUND
        told = (True, not implied)
    if told != (True, True) and "bicycle" in profile.access_keys and _contraflow(tags):
        return True, True
    return told


def _contraflow(tags: Tags) -> bool:
    return any(tags.get(key, "").startswith("opposite") for key in _CYCLEWAY_KEYS)


def surface_of(profile: Profile, tags: Tags) -> str:
    """Surface as tagged, or as the profile assumes for the class; empty if neither."""
    return tags.get("surface") or profile.assumed_surface.get(tags.get("highway", ""), "")


def _driven_kmh(profile: Profile, tags: Tags) -> float:
    """Speed that the road itself allows, whatever the law says."""
    highway, surfaces = tags["highway"], surface_of(profile, tags).split(";")
    base = profile.speed_kmh[highway]
    of_class = profile.class_surface_kmh.get(highway, {})
    own = [of_class[one.strip()] for one in surfaces if one.strip() in of_class]
    caps = [
        profile.tracktype_cap_kmh.get(tags.get("tracktype", "")),
        profile.smoothness_cap_kmh.get(tags.get("smoothness", "")),
    ]
    if highway == "service":
        caps.append(profile.service_cap_kmh.get(tags.get("service", "")))
    if own:
        base = min(own)
    else:
        caps += [profile.surface_cap_kmh.get(one.strip()) for one in surfaces]
    return min([base, *(cap for cap in caps if cap is not None)])


def _speed(profile: Profile, driven: float, limit: Limit, access: Access) -> float:
    if not access.open:
        return 0.0
    kmh = min(driven, limit.kmh) * profile.speed_factor
    kmh = min(kmh, limit.kmh * profile.limit_factor, profile.top_speed_kmh)
    if access.pushed and profile.dismount_kmh is not None:
        kmh = min(kmh, profile.dismount_kmh)
    return kmh


def _may_snap(tags: Tags) -> bool:
    """Nobody lives on a motorway, on a bridge deck or in a tunnel."""
    return (
        tags.get("highway") not in _MOTORWAYS
        and tags.get("motorroad") != "yes"
        and tags.get("bridge", "no") == "no"
        and tags.get("tunnel", "no") == "no"
    )


def _notes(profile: Profile, tags: Tags) -> frozenset[str]:
    """Name what the tags say and this judgement leaves aside."""
    told = set()
    if any(key.startswith("maxspeed") and key.endswith(":conditional") for key in tags):
        told.add("maxspeed_conditional_ignored")
    if any(f"{key}:conditional" in tags for key in profile.access_keys):
        told.add("access_conditional_ignored")
    if any(key.startswith("oneway") and key.endswith(":conditional") for key in tags):
        told.add("oneway_conditional_ignored")
    if _any_unreadable(tags, profile):
        told.add("maxspeed_unreadable")
    oneway = tags.get("oneway", "no")
    if profile.obey_oneway and oneway == "reversible":
        told.add("oneway_reversible_closed")
    elif oneway not in _DIRECTIONS:
        told.add("oneway_unreadable")
    return frozenset(told)


def _any_unreadable(tags: Tags, profile: Profile) -> bool:
    keys: Iterable[str] = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
    return any(key in tags and is_unreadable(tags[key], profile) for key in keys)


def _assumed(profile: Profile, tags: Tags, driven: float, limit: Limit) -> frozenset[str]:
    """Name what was not tagged and had to be assumed."""
    told = set()
    if not limit.tagged and profile.country:
        told.add("km_limit_by_law")
    if not limit.zone_known and driven > urban_limit_kmh(profile):
        told.add("km_built_up_unknown")
    if "surface" not in tags:
        told.add("km_surface_untagged")
    elif profile.surface_cap_kmh and tags["surface"] not in profile.surface_cap_kmh:
        told.add("km_surface_of_unknown_kind")
    if access_of(profile, tags).open and _destination_only(profile, tags):
        told.add("km_destination_only_open")
    return frozenset(told)


def _destination_only(profile: Profile, tags: Tags) -> bool:
    told = [tags[key] for key in profile.access_keys if key in tags]
    return bool(told) and told[-1] in {"destination", "customers"}


def parse_duration_min(text: str) -> float:
    """
    Minutes of a ``duration`` tag, 0 where it cannot be read.

    Examples
    --------
    >>> parse_duration_min("00:25"), parse_duration_min("01:10:30"), parse_duration_min("PT1H")
    (25.0, 70.5, 60.0)
    """
    word = text.strip()
    if word.isdecimal():
        return float(word)
    clock = _CLOCK.match(word)
    if clock:
        parts = [int(part) for part in word.split(":")]
        hours, minutes, seconds = parts if clock[1] else (*parts, 0)
        return hours * 60.0 + minutes + seconds / 60.0
    iso = _ISO.match(word.upper())
    if iso:
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return hours * 60.0 + minutes + seconds / 60.0
    return 0.0
