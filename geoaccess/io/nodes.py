"""What nodes do to those who pass them: barriers close, signals and gates take time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoaccess.io.access import barrier_is_open
from geoaccess.io.osm import RawRoads
from geoaccess.model.profile import DELAY_NODES, Profile
from geoaccess.units import BoolArray, FloatArray

Tags = Mapping[str, str]

# At these one waits in one direction only: towards the junction (OSM wiki,
# Tag:highway=stop, Tag:highway=give_way).
_ONE_SIDED = ("stop", "give_way")
_OPEN_BARRIERS = DELAY_NODES | {
    "entrance",
    "height_restrictor",
    "kerb",
    "sally_port",
    "no",
    "bump_gate",
    "hampshire_gate",
    "sliding_gate",
    "arch",
    "checkpoint",
    "yes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVerdict:
    """
    What one node does to one vehicle.

    Attributes
    ----------
    closed
        Whether nobody passes.
    forward_s, backward_s
        Seconds lost by those who drive along or against the way.
    nearer_s
        Seconds lost by those who drive towards the nearer end of the piece of road,
        where no tag says which direction waits.
    halts
        Whether the node has a delay of its own, in place of the one of a junction.
    note
        Name under which it is counted, or empty.
    """

    closed: bool = False
    forward_s: float = 0.0
    backward_s: float = 0.0
    nearer_s: float = 0.0
    halts: bool = False
    note: str = ""


def judge_node(profile: Profile, tags: Tags) -> NodeVerdict:
    """
    Say what a node with these tags does to a vehicle.

    Examples
    --------
    >>> from geoaccess.io.profile import read_profile
    >>> car = read_profile("car")
    >>> judge_node(car, {"highway": "traffic_signals"}).forward_s
    10.0
    >>> judge_node(car, {"barrier": "bollard"}).closed
    True
    """
    barred = "barrier" in tags or "ford" in tags
    if barred and not barrier_is_open(profile, tags):
        return NodeVerdict(closed=True, note="barriers_closed")
    known = profile.closed_barriers | _OPEN_BARRIERS
    strange = tags.get("barrier", "no") not in known
    note = "barriers_of_unknown_kind_open" if strange else ""
    kinds = {tags.get("highway", ""), tags.get("barrier", ""), tags.get("railway", "")}
    if tags.get("ford", "no") != "no":
        kinds.add("ford")
    lost_s = sum(profile.node_delay_s.get(kind, 0.0) for kind in sorted(kinds))
    halts = bool(kinds & profile.node_delay_s.keys())
    highway = tags.get("highway", "")
    told = tags.get("direction", "") if highway in _ONE_SIDED else ""
    told = tags.get(f"{highway}:direction", told)
    untold = told not in {"forward", "backward", "both"} and tags.get("stop") != "all"
    if highway in _ONE_SIDED and untold:
        return NodeVerdict(nearer_s=lost_s, note=note)
    return NodeVerdict(
        forward_s=0.0 if told == "backward" else lost_s,
        backward_s=0.0 if told == "forward" else lost_s,
        halts=halts,
        note=note,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeEffects:
    """
    What nodes do, for every position in the node array of the roads.

    Attributes
    ----------
    closed, halts, forward_s, backward_s, nearer_s
        As in :class:`NodeVerdict`, shape (n_way_nodes,).
    counts
        Nodes by what was done to them.
    """

    closed: BoolArray
    halts: BoolArray
    forward_s: FloatArray
    backward_s: FloatArray
    nearer_s: FloatArray
    counts: dict[str, int]


def node_effects(profile: Profile, roads: RawRoads) -> NodeEffects:
    """
    Judge each kind of tagged node once, and spread the verdicts over the ways.

    Parameters
    ----------
    profile
        The vehicle.
    roads
        Ways and the tags of their nodes.
    """
    ids = np.array(sorted(roads.node_tags), dtype=np.int64)
    cache: dict[frozenset[tuple[str, str]], NodeVerdict] = {}
    verdicts = []
    for id_ in ids.tolist():
        tags = roads.node_tags[id_]
        key = frozenset(tags.items())
        if key not in cache:
            cache[key] = judge_node(profile, tags)
        verdicts.append(cache[key])
    # One verdict more, of nodes without tags.
    verdicts.append(NodeVerdict())
    at = np.searchsorted(ids, roads.node_id)
    here = np.append(ids, -1)[at] == roads.node_id
    at = np.where(here & (at < len(ids)), at, len(ids))
    return NodeEffects(
        closed=np.array([one.closed for one in verdicts])[at],
        halts=np.array([one.halts for one in verdicts])[at],
        forward_s=np.array([one.forward_s for one in verdicts])[at],
        backward_s=np.array([one.backward_s for one in verdicts])[at],
        nearer_s=np.array([one.nearer_s for one in verdicts])[at],
        counts=dict(sorted(Counter(one.note for one in verdicts if one.note).items())),
    )
