"""Two lists of route lengths make a distribution of differences, and a reason for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

SAME_SHARE = 0.01
SAME_M = 20.0
_MINOR = {"track", "parking_aisle", "drive-through"}
_TELLING = (
    "highway",
    "service",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "oneway",
    "construction",
    "area",
    "route",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """
    How two engines differ over many pairs.

    Attributes
    ----------
    n_pairs, n_both
        Pairs asked for, and those that both reach.
    only_ours, only_theirs
        Pairs that one reaches alone.
    within_share
        Of those that both reach, the share that differs by at most ``SAME_SHARE``.
    median, p90, p99
        Quantiles of the absolute difference, as shares of their length.
    """

    n_pairs: int
    n_both: int
    only_ours: int
    only_theirs: int
    within_share: float
    median: float
    p90: float
    p99: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """
    A route of one engine.

    Attributes
    ----------
    length_m
        Metres.
    ways
        Ways in the order driven.
    nodes
        Node where each way is left for the next, shape (n_ways - 1,); empty if not known.
    u_turns
        How often it turns back on the road that it came by.
    """

    length_m: float
    ways: tuple[int, ...] = ()
    nodes: tuple[int, ...] = ()
    u_turns: int = 0


def spread(ours: Sequence[float | None], theirs: Sequence[float | None]) -> Spread:
    """
    Sum up differences.

    Parameters
    ----------
    ours, theirs
        One number a pair, None where unreached.

    Examples
    --------
    >>> told = spread([100.0, 200.0, None], [100.0, 400.0, 5.0])
    >>> told.n_both, told.only_theirs, told.within_share, told.median
    (2, 1, 0.5, 0.25)
    """
    both = [
        (mine, other)
        for mine, other in zip(ours, theirs, strict=True)
        if mine is not None and other is not None
    ]
    share = np.array([abs(mine - other) / other for mine, other in both if other > 0])
    quantiles = (
        [float(np.quantile(share, q)) for q in (0.5, 0.9, 0.99)] if len(share) else [0.0] * 3
    )
    return Spread(
        n_pairs=len(ours),
        n_both=len(both),
        only_ours=sum(m is not None and t is None for m, t in zip(ours, theirs, strict=True)),
        only_theirs=sum(m is None and t is not None for m, t in zip(ours, theirs, strict=True)),
        within_share=float((share <= SAME_SHARE).mean()) if len(share) else 1.0,
        median=quantiles[0],
        p90=quantiles[1],
        p99=quantiles[2],
    )


def is_tail(ours_m: float, theirs_m: float) -> bool:
    """Whether two lengths differ by more than one per cent and more than 20 m."""
    apart = abs(ours_m - theirs_m)
    return apart > SAME_SHARE * theirs_m and apart > SAME_M


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions:
    """
    Turns that the map forbids.

    Attributes
    ----------
    banned
        Kind of a ``no_*`` restriction by its ways from and to.
    only
        Ways that may follow, of an ``only_*`` restriction, by the way from and the node.
    """

    banned: Mapping[tuple[int, int], str]
    only: Mapping[tuple[int, int], frozenset[int]]


def forbidden_turn(route: Route, restrictions: Restrictions) -> str:
    """
    First turn of a route that a restriction forbids, empty if none.

    Examples
    --------
    >>> laws = Restrictions(banned={(2, 3): "no_left_turn"}, only={(5, 9): frozenset({6})})
    >>> forbidden_turn(Route(length_m=1, ways=(1, 1, 2, 3)), laws)
    'no_left_turn from way 2 to way 3'
    >>> forbidden_turn(Route(length_m=1, ways=(5, 7), nodes=(9,)), laws)
    'only_* from way 5 to way 7'
    """
    nodes = route.nodes or (0,) * len(route.ways)
    for (before, after), node in zip(pairwise(route.ways), nodes, strict=False):
        kind = restrictions.banned.get((before, after), "")
        if not kind and after not in restrictions.only.get((before, node), {after}):
            kind = "only_*"
        if kind and before != after:
            return f"{kind} from way {before} to way {after}"
    return ""


def reason(
    ours: Route,
    theirs: Route,
    *,
    tags: Mapping[int, Mapping[str, str]],
    open_to_us: frozenset[int],
    restrictions: Restrictions,
    barriers: Mapping[int, str],
) -> tuple[str, str]:
    """
    Say why two lengths differ: a class, and what it rests on.

    Parameters
    ----------
    ours, theirs
        The two routes.
    tags
        Tags of ways by id.
    open_to_us
        Ways that our network drives.
    restrictions
        Forbidden turns.
    barriers
        Kind of barrier by the way that it stands on.
    """
    if not ours.ways or not theirs.ways:
        return "not traced", "one of the routes has no list of ways"
    for at, name in ((0, "start"), (-1, "end")):
        if ours.ways[at] != theirs.ways[at]:
            told = f"{name} on way {ours.ways[at]} here, {theirs.ways[at]} there"
            return "the point meets another road", told
    longer, shorter = sorted((ours, theirs), key=lambda one: -one.length_m)
    turn, alone = forbidden_turn(shorter, restrictions), _but(shorter, longer)
    closed = [way for way in alone if way not in open_to_us]
    at_gate = [f"{barriers[way]} on way {way}" for way in alone if way in barriers]
    minor = [way for way in alone if _MINOR & set(tags.get(way, {}).values())]
    whose = "they" if shorter is theirs else "we"
    found = (
        ("a road closed to us", told_ways(closed, tags)),
        (f"a turn restriction that {whose} drive through", turn),
        (f"a U-turn that {whose} make", f"{shorter.u_turns} on the way" * (shorter.u_turns > 0)),
        (f"a barrier that {whose} drive through", "; ".join(at_gate[:1])),
        (f"a track or parking aisle that {whose} drive through", told_ways(minor, tags)),
        (f"a road that {whose} alone drive", told_ways(alone, tags)),
    )
    return next((one for one in found if one[1]), ("the same roads in another order", ""))


def _but(one: Route, other: Route) -> list[int]:
    known = set(other.ways)
    return [way for way in dict.fromkeys(one.ways) if way not in known]


def told_ways(ways: Iterable[int], tags: Mapping[int, Mapping[str, str]]) -> str:
    """
    Name ways by the tags that decide on access.

    Examples
    --------
    >>> told_ways([7], {7: {"highway": "service", "access": "private", "name": "x"}})
    'way 7 (highway=service, access=private)'
    """
    shown = []
    for way in list(dict.fromkeys(ways))[:3]:
        own = tags.get(way, {})
        told = ", ".join(f"{key}={own[key]}" for key in _TELLING if key in own)
        shown.append(f"way {way} ({told})")
    return "; ".join(shown)
