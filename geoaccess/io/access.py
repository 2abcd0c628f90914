"""Who may pass: access tags on ways and at barriers, as the OSM wiki ranks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geoaccess.model.profile import Profile

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """
    Whether a vehicle may pass in one direction.

    Attributes
    ----------
    open
        It may.
    pushed
        It may, but on foot.
    told
        A tag says so, more particular than ``access``.
    """

    open: bool
    pushed: bool = False
    told: bool = False


def access_of(profile: Profile, tags: Tags, direction: str = "forward") -> Access:
    """
    Judge the access tags of a way or a barrier.

    The keys of the profile run from the general to the particular, and the last one that
    is tagged decides; ``:forward`` and ``:backward`` bind one direction and outrank the
    plain key (OSM wiki, Key:access). Of a list, one open value is enough.

    Parameters
    ----------
    profile
        The vehicle.
    tags
        Tags of a way or a node.
    direction
        ``"forward"`` or ``"backward"`` along the way.

    Examples
    --------
    >>> car = Profile(name="car", access_keys=("access", "vehicle"), speed_kmh={"road": 40})
    >>> access_of(car, {"access": "no", "vehicle": "yes"}).open
    True
    >>> access_of(car, {"vehicle:backward": "no"}, "backward").open
    False
    """
    value, key_told = "", ""
    for key in profile.access_keys:
        for name in (key, f"{key}:{direction}"):
            if name in tags:
                value, key_told = tags[name], key
    told = key_told not in {"", "access"}
    words = {word.strip() for word in value.split(";")} - {""}
    if profile.dismount_kmh is not None and words == {"dismount"}:
        return Access(open=True, pushed=True, told=told)
    if words and words <= profile.closed_values:
        return Access(open=False, told=told)
    return Access(open=told or not _closed_by_class(profile, tags), told=told)


def _closed_by_class(profile: Profile, tags: Tags) -> bool:
    if tags.get("highway", "") in profile.implied_closed:
        return True
    return tags.get("motorroad") == "yes" and "motorroad" in profile.implied_closed


def has_closing_tag(profile: Profile, tags: Tags) -> bool:
    """Whether one of the profile's ``closed_tags`` is there."""
    return any(
        key in tags and any(word.strip() in closing for word in tags[key].split(";"))
        for key, closing in profile.closed_tags.items()
    )


def barrier_is_open(profile: Profile, tags: Tags) -> bool:
    """
    Judge a node with a barrier or a ford.

    An access tag decides if there is one that speaks of this vehicle; else the kind of
    barrier does (OSM wiki, Key:barrier).

    Examples
    --------
    >>> from geoaccess.io.profile import read_profile
    >>> car = read_profile("car")
    >>> barrier_is_open(car, {"barrier": "gate"}), barrier_is_open(car, {"barrier": "bollard"})
    (True, False)
    >>> barrier_is_open(car, {"barrier": "bollard", "motor_vehicle": "yes"})
    True
    """
    if any(key in tags for key in profile.access_keys):
        return access_of(profile, tags).open
    kinds = {word.strip() for word in tags.get("barrier", "").split(";")}
    locked = tags.get("locked") == "yes" and "barrier" in tags
    ford = tags.get("ford", "") in profile.closed_tags.get("ford", ())
    return not (locked or ford or kinds & profile.closed_barriers)
