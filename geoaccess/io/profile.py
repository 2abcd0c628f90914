"""Judge tags: may this vehicle use the way, how fast, and in which direction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from geoaccess.errors import InputError
from geoaccess.io.bundled import named_or_path
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import parse_toml, told_problem
from geoaccess.model.profile import Profile

Tags = Mapping[str, str]

_KMH_PER = {"mph": 1.609344, "knots": 1.852, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "": 1.0}
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph|)$")
_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d\d)$")
_ISO = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")
_IMPLIED_ONEWAY = ("motorway", "motorway_link")
_NEVER_SNAP = ("motorway", "motorway_link")


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
    """

    forward_kmh: float
    backward_kmh: float
    crossing_min: float = 0.0
    ferry: bool = False
    snappable: bool = True


CLOSED = Verdict(forward_kmh=0.0, backward_kmh=0.0, snappable=False)


def read_profile(name_or_path: str | Path | Profile) -> Profile:
    """
    Load a vehicle profile.

    Parameters
    ----------
    name_or_path
        Name of a bundled profile (``"car"``), path of a TOML file of the same layout, or
        a profile, which is given back.

    Raises
    ------
    InputError
        If there is no such profile, or a key is unknown or out of range.

    Examples
    --------
    >>> read_profile("car").speed_kmh["residential"]
    35.0
    """
    if isinstance(name_or_path, Profile):
        return name_or_path
    path = named_or_path(name_or_path, folder="profiles", what="profile")
    text = read_utf8(path)
    try:
        return Profile.model_validate(parse_toml(text))
    except ValidationError as error:
        msg = f"profile {path}: {told_problem(error, Profile)}"
        raise InputError(msg) from error
    except InputError as error:
        msg = f"profile {path}: {error}"
        raise InputError(msg) from error.__cause__


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
    >>> car = read_profile("car")
    >>> judge(car, {"highway": "tertiary", "surface": "gravel"}).forward_kmh
    60.0
    >>> judge(car, {"highway": "footway"}).forward_kmh
    0.0
    """
    if not _may_pass(profile, tags):
        return CLOSED
    if tags.get("route") == "ferry" and "highway" not in tags:
        return _judge_ferry(profile, tags)
    highway = tags.get("highway", "")
    base = profile.speed_kmh.get(highway)
    if base is None or tags.get("area") == "yes":
        return CLOSED
    caps = [
        profile.surface_cap_kmh.get(tags.get("surface", "")),
        profile.tracktype_cap_kmh.get(tags.get("tracktype", "")),
    ]
    driven = min([base, *(cap for cap in caps if cap is not None)])
    along, against = _directions(tags, highway)
    return Verdict(
        forward_kmh=_capped(profile, tags, driven, "forward") if along else 0.0,
        backward_kmh=_capped(profile, tags, driven, "backward") if against else 0.0,
        snappable=_may_snap(tags, highway),
    )


def _may_pass(profile: Profile, tags: Tags) -> bool:
    open_to_us = True
    for key in profile.access_keys:
        value = tags.get(key)
        if value is not None:
            open_to_us = value not in profile.closed_values
    return open_to_us


def _judge_ferry(profile: Profile, tags: Tags) -> Verdict:
    """Judge a ferry, which carries cars unless it says otherwise (OSM wiki, route=ferry)."""
    if profile.ferries == "exclude":
        return CLOSED
    along, against = _directions(tags, "")
    speed = profile.ferry_speed_kmh
    return Verdict(
        forward_kmh=speed if along else 0.0,
        backward_kmh=speed if against else 0.0,
        crossing_min=parse_duration_min(tags.get("duration", "")),
        ferry=True,
        snappable=False,
    )


def _directions(tags: Tags, highway: str) -> tuple[bool, bool]:
    oneway = tags.get("oneway", "")
    if oneway in {"yes", "true", "1"}:
        return True, False
    if oneway in {"-1", "reverse"}:
        return False, True
    if oneway in {"reversible", "alternating"}:
        return False, False
    implied = highway in _IMPLIED_ONEWAY or tags.get("junction") in {"roundabout", "circular"}
    return True, oneway in {"no", "false", "0"} or not implied


def _capped(profile: Profile, tags: Tags, driven: float, direction: str) -> float:
    for key in (f"maxspeed:{direction}", "maxspeed"):
        limit = parse_maxspeed_kmh(tags.get(key, ""), profile.implicit_kmh)
        if limit is not None:
            return min(driven, limit)
    return driven


def parse_maxspeed_kmh(text: str, implicit_kmh: Mapping[str, float]) -> float | None:
    """
    Speed limit in km/h, or None where the tag sets none that can be read.

    Parameters
    ----------
    text
        Value of a ``maxspeed`` tag; of a list, the lowest counts.
    implicit_kmh
        Limits for values that are names.

    Examples
    --------
    >>> parse_maxspeed_kmh("30 mph", {})
    48.28032
    >>> parse_maxspeed_kmh("70;50", {})
    50.0
    >>> parse_maxspeed_kmh("none", {}) is None
    True
    """
    limits = []
    for part in re.split(r"[;|]", text):
        word = part.strip()
        number = _NUMBER.match(word.lower())
        if word in implicit_kmh:
            limits.append(implicit_kmh[word])
        elif number and float(number[1]) > 0:
            limits.append(float(number[1]) * _KMH_PER[number[2]])
    return min(limits, default=None)


def parse_duration_min(text: str) -> float:
    """
    Minutes of a ``duration`` tag, 0 where it cannot be read.

    Examples
    --------
    >>> parse_duration_min("00:25"), parse_duration_min("01:10:30"), parse_duration_min("PT1H")
    (25.0, 70.5, 60.0)
    """
    word = text.strip()
    if word.isdigit():
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


def _may_snap(tags: Tags, highway: str) -> bool:
    """Nobody lives on a motorway, on a bridge deck or in a tunnel."""
    return (
        highway not in _NEVER_SNAP
        and tags.get("bridge", "no") == "no"
        and tags.get("tunnel", "no") == "no"
    )
