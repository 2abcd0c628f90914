"""Tag keys of OpenStreetMap that say how roads may be used; others stay in the file."""

from __future__ import annotations

from geoaccess.model.profile import TRANSPORT_MODES

# Most ways have no others. To ask for these takes a fraction of the time that it takes to
# list all tags of a way.
COMMON_KEYS = (
    "highway",
    "surface",
    "name",
    "maxspeed",
    "oneway",
    "ref",
    "service",
    "access",
    "tracktype",
    "smoothness",
    "lanes",
    "lit",
    "width",
    "source",
    "bridge",
    "tunnel",
    "layer",
    "junction",
    "foot",
    "bicycle",
)
# First words of the tag keys that say how a way may be used; others, such as names, are
# left in the file, so that a country's ways share few sets of tags.
_ROAD_KEYS = TRANSPORT_MODES | frozenset(
    [
        "highway",
        "route",
        "junction",
        "oneway",
        "maxspeed",
        "surface",
        "tracktype",
        "smoothness",
        "service",
        "bridge",
        "tunnel",
        "ferry",
        "duration",
        "cycleway",
        "motorroad",
        "living_street",
        "toll",
        "ford",
        "area",
        "abandoned",
        "disused",
        "razed",
        "demolished",
        "construction",
        "proposed",
        "ice_road",
        "winter_road",
        "seasonal",
        "4wd_only",
        "impassable",
    ]
)
_WHOLE_ROAD_KEYS = {"source:maxspeed", "zone:traffic", "zone:maxspeed"}
_NODE_KEYS = TRANSPORT_MODES | {
    "barrier",
    "ford",
    "highway",
    "railway",
    "locked",
    "direction",
    "stop",
}


def is_road_key(key: str) -> bool:
    """Whether a tag key may say how a way is used."""
    return key.partition(":")[0] in _ROAD_KEYS or key in _WHOLE_ROAD_KEYS


def is_node_key(key: str) -> bool:
    """Whether a tag key may say what a node does to those who pass it."""
    return key.partition(":")[0] in _NODE_KEYS or key.endswith(":direction")
