"""Speed limits: what a tag says, and what the law says where none does."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from geoaccess.model.profile import Profile

Tags = Mapping[str, str]
LegalLimits = Mapping[str, Mapping[str, float]]
"""Limits in km/h by country and kind of zone."""

NO_LIMIT = math.inf
_WALK_KMH = 6.0
_HIGHEST_KMH = 400.0
_KMH_PER = {"mph": 1.609344, "knots": 1.852, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "": 1.0}
_NUMBER = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph|)$")
_CODE = re.compile(r"^([A-Z]{2}):(.+)$")
_ZONE_NUMBER = re.compile(r"^(?:zone:?)?(\d+)$")
# Values that name a rule which is not in the tag (OSM wiki, Key:maxspeed).
_NOT_A_NUMBER = {"signals", "variable", "implicit", "default", "unknown", "national", "sign"}
# Where the kind of zone is told (OSM wiki, Key:maxspeed:type and its elder forms).
_TYPE_KEYS = (
    "maxspeed:type",
    "source:maxspeed",
    "maxspeed:source",
    "zone:maxspeed",
    "zone:traffic",
)
# A kind that a country's table lacks is as the next one.
_FALLBACK = {
    "unpaved": "rural",
    "motorroad": "rural",
    "trunk": "rural",
    "living_street": "urban",
    "nsl_restricted": "urban",
}
_ALIASES = {"UK": "GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """
    Highest legal speed on a way in one direction.

    Attributes
    ----------
    kmh
        ``inf`` where there is none.
    tagged
        Whether a tag says so, and not a default of the law.
    zone_known
        Whether tags tell if the way lies in a built-up area, or it does not matter.
    """

    kmh: float
    tagged: bool
    zone_known: bool = True


def limit_on(profile: Profile, tags: Tags, direction: str) -> Limit:
    """
    Legal limit of a way in one direction.

    Parameters
    ----------
    profile
        The vehicle.
    tags
        Tags of the way.
    direction
        ``"forward"`` or ``"backward"``.

    Examples
    --------
    >>> from geoaccess.io.profile import read_profile
    >>> car = read_profile("car")
    >>> limit_on(car, {"highway": "primary", "maxspeed": "70"}, "forward").kmh
    70.0
    >>> limit_on(car, {"highway": "primary", "surface": "gravel"}, "forward").kmh
    80.0
    >>> limit_on(car, {"highway": "primary", "zone:traffic": "LV:urban"}, "forward").kmh
    50.0
    """
    for key in _limit_keys(profile, direction):
        text = tags.get(key)
        if text is not None:
            found = _of_lanes(text, profile) if ":lanes" in key else _told(text, profile, tags)
            if found is not None:
                return Limit(kmh=found, tagged=True)
    for key in _TYPE_KEYS:
        found = _of_code(tags.get(key, ""), profile.legal_kmh, unpaved=is_unpaved(profile, tags))
        if found is not None:
            return Limit(kmh=found, tagged=True)
    return _by_law(profile, tags)


def is_unpaved(profile: Profile, tags: Tags) -> bool:
    """Whether a way has, or is assumed to have, an unpaved surface."""
    surface = tags.get("surface") or profile.assumed_surface.get(tags.get("highway", ""), "")
    return surface in profile.unpaved_surfaces


def _limit_keys(profile: Profile, direction: str) -> Iterator[str]:
    """Keys that set a limit, the most telling first."""
    for mode in reversed(profile.access_keys[1:]):
        yield f"maxspeed:{mode}:{direction}"
        yield f"maxspeed:{mode}"
    yield f"maxspeed:{direction}"
    yield "maxspeed"
    yield f"maxspeed:lanes:{direction}"
    yield "maxspeed:lanes"


def _told(text: str, profile: Profile, tags: Tags) -> float | None:
    return parse_maxspeed_kmh(text, profile.legal_kmh, unpaved=is_unpaved(profile, tags))


def _of_lanes(text: str, profile: Profile) -> float | None:
    """Limit of the fastest lane; an empty lane has the limit of the road, which is not told."""
    each = [parse_maxspeed_kmh(lane, profile.legal_kmh) for lane in text.split("|")]
    return None if None in each else max((one for one in each if one is not None), default=None)


def _by_law(profile: Profile, tags: Tags) -> Limit:
    table = profile.legal_kmh.get(profile.country)
    if table is None:
        return Limit(kmh=NO_LIMIT, tagged=False)
    highway = tags.get("highway", "")
    if highway in {"motorway", "motorway_link"}:
        return Limit(kmh=table.get("motorway", NO_LIMIT), tagged=False)
    if highway == "living_street" or tags.get("living_street") == "yes":
        return Limit(kmh=_of_kind("living_street", table), tagged=False)
    if tags.get("motorroad") == "yes":
        return Limit(kmh=_of_kind("motorroad", table), tagged=False)
    # OSM wiki, Tag:highway=residential: roads of a settlement, lined with housing.
    if highway == "residential":
        return Limit(kmh=_of_kind("urban", table), tagged=False)
    kind = "unpaved" if is_unpaved(profile, tags) else "rural"
    return Limit(kmh=_of_kind(kind, table), tagged=False, zone_known=False)


def urban_limit_kmh(profile: Profile) -> float:
    """Limit of built-up areas in the country of the profile; ``inf`` if it has none."""
    return _of_kind("urban", profile.legal_kmh.get(profile.country, {}))


def _of_kind(kind: str, table: Mapping[str, float]) -> float:
    while kind not in table:
        if kind not in _FALLBACK:
            return NO_LIMIT
        kind = _FALLBACK[kind]
    return table[kind]


def parse_maxspeed_kmh(text: str, legal_kmh: LegalLimits, *, unpaved: bool = False) -> float | None:
    """
    Speed limit in km/h: ``inf`` for "none", None where the tag sets none that can be read.

    Parameters
    ----------
    text
        Value of a ``maxspeed`` tag; of a list, the lowest counts.
    legal_kmh
        Limits by country and kind of zone, for values such as ``LV:urban``.
    unpaved
        Whether the way is unpaved, which lowers ``rural`` in some countries.

    Examples
    --------
    >>> parse_maxspeed_kmh("30 mph", {})
    48.28032
    >>> parse_maxspeed_kmh("70;50", {})
    50.0
    >>> parse_maxspeed_kmh("LV:rural", {"LV": {"rural": 90.0, "unpaved": 80.0}}, unpaved=True)
    80.0
    >>> parse_maxspeed_kmh("none", {})
    inf
    """
    limits = [
        _of_word(part.strip(), legal_kmh, unpaved=unpaved) for part in re.split(r"[;|]", text)
    ]
    return min((one for one in limits if one is not None), default=None)


def _of_word(word: str, legal_kmh: LegalLimits, *, unpaved: bool) -> float | None:
    if word == "none":
        return NO_LIMIT
    if word == "walk":
        return _WALK_KMH
    number = _NUMBER.match(word.lower())
    if number:
        kmh = float(number[1]) * _KMH_PER[number[2]]
        return kmh if 0 < kmh <= _HIGHEST_KMH else None
    return _of_code(word, legal_kmh, unpaved=unpaved)


def _of_code(word: str, legal_kmh: LegalLimits, *, unpaved: bool) -> float | None:
    """Limit of a word such as ``LV:urban``, ``DE:motorway`` or ``DE:zone30``."""
    code = _CODE.match(word)
    if code is None:
        return None
    number = _ZONE_NUMBER.match(code[2])
    if number:
        return float(number[1]) or None
    if code[2] == "walk":
        return _WALK_KMH
    table = legal_kmh.get(_ALIASES.get(code[1], code[1]))
    if table is None:
        return None
    kind = "unpaved" if code[2] == "rural" and unpaved else code[2]
    if kind == "motorway" and kind not in table:
        return NO_LIMIT
    return table[kind] if kind in table else _known(_of_kind(kind, table))


def _known(kmh: float) -> float | None:
    return kmh if kmh < NO_LIMIT else None


def is_unreadable(text: str, profile: Profile) -> bool:
    """Whether the value of a ``maxspeed`` tag neither sets a limit nor names a rule."""
    read = parse_maxspeed_kmh(text, profile.legal_kmh)
    return read is None and text.strip() not in _NOT_A_NUMBER
