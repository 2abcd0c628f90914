"""Turn restriction relations become forbidden runs of arcs, or a count and a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from geoaccess.io.osm import RawRestriction
from geoaccess.io.turns import Run
from geoaccess.model.profile import Profile
from geoaccess.units import AnyArray, BoolArray, LongArray

_MOST_VIA_WAYS = 8
# Why a restriction cannot be applied.
_MISSING = "member_missing"
_AMBIGUOUS = "ambiguous"
_CLOSED = "on_closed_road"
_NOT_JOINED = "not_joined"
_CYCLIC = "cyclic"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadPieces:
    """
    Pieces of road and the arcs that drive them, as restrictions need them.

    Arc ``s`` drives piece s along its way, arc ``n_pieces + s`` against it.

    Attributes
    ----------
    way, begin_id, finish_id
        OSM ids of the way and of the first and last node of each piece.
    tail, head
        Nodes where each arc begins and ends, shape (2 x n_pieces,).
    is_open
        Whether each arc may be driven.
    every_way
        Ids of all ways in the file, closed ones too.
    """

    way: LongArray
    begin_id: LongArray
    finish_id: LongArray
    tail: AnyArray
    head: AnyArray
    is_open: BoolArray
    every_way: LongArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ForbiddenRuns:
    """
    What the restrictions forbid, and what became of each.

    Attributes
    ----------
    runs
        Runs of arcs that may not be driven.
    fate
        Ids of relations by what was done with them.
    """

    runs: frozenset[Run]
    fate: Mapping[str, Sequence[int]]


def forbidden_runs(
    profile: Profile, restrictions: Iterable[RawRestriction], pieces: RoadPieces
) -> ForbiddenRuns:
    """
    Work out which runs of arcs a vehicle may not drive (OSM wiki, Relation:restriction).

    ``no_`` forbids the run from the first way over the via to the last. ``only_`` forbids
    every other way on for a vehicle that has come from the first way and has passed the
    whole via, turning back included. Restrictions that hold at some hours only are left
    aside, as are those whose members are missing, do not meet, or contradict one another.

    Parameters
    ----------
    profile
        The vehicle.
    restrictions
        Relations as they were decoded.
    pieces
        Roads that they speak of.
    """
    reader = _Reader(profile, pieces)
    if profile.turn_restrictions:
        chosen = sorted(restrictions, key=lambda one: one.id)
        reader.learn({ref for one in chosen for kind, ref, _ in one.members if kind == "w"})
        for one in chosen:
            reader.read(one)
    return reader.result()


def kind_for(profile: Profile, restriction: RawRestriction) -> tuple[str, str]:
    """
    Kind of restriction for a vehicle, and, where there is none, why.

    Examples
    --------
    >>> from geoaccess.io.profile import read_profile
    >>> turn = {"type": "restriction", "restriction": "no_left_turn", "except": "bicycle"}
    >>> relation = RawRestriction(id=1, tags=turn, members=())
    >>> kind_for(read_profile("car"), relation), kind_for(read_profile("bicycle"), relation)
    (('no_left_turn', ''), ('', 'not_for_this_vehicle'))
    """
    tags, modes = restriction.tags, profile.access_keys[1:]
    if set(modes) & {word.strip() for word in tags.get("except", "").split(";")}:
        return "", "not_for_this_vehicle"
    names = [*(f"restriction:{mode}" for mode in reversed(modes)), "restriction"]
    kind = next((tags[name] for name in names if name in tags), "")
    if kind:
        if "day_on" in tags or "hour_on" in tags:
            return "", "conditional_ignored"
        return (kind, "") if kind.startswith(("no_", "only_")) else ("", "of_unknown_kind")
    if any(f"{name}:conditional" in tags for name in names):
        return "", "conditional_ignored"
    return "", "not_for_this_vehicle"


class _Unusable(Exception):  # noqa: N818 - it is a fate, and never leaves this file
    """The restriction cannot be applied, for the reason that it carries."""


@dataclass(slots=True)
class _Group:
    """What is told of vehicles that came the same way: runs of arcs and last arcs."""

    ends_forbidden: dict[int, int] = field(default_factory=dict)
    ends_only: dict[int, int] = field(default_factory=dict)


class _Reader:
    def __init__(self, profile: Profile, pieces: RoadPieces) -> None:
        self._profile = profile
        self._pieces = pieces
        self._n = len(pieces.way)
        self._of_way: dict[int, list[int]] = {}
        self._known: set[int] = set()
        self._groups: dict[Run, _Group] = {}
        self._fate: dict[str, list[int]] = {}

    def learn(self, ways: set[int]) -> None:
        """Find the pieces of the ways that restrictions name."""
        wanted = np.array(sorted(ways), dtype=np.int64)
        every = self._pieces.every_way
        self._known = set(every[np.isin(every, wanted)].tolist())
        for piece in np.flatnonzero(np.isin(self._pieces.way, wanted)).tolist():
            self._of_way.setdefault(int(self._pieces.way[piece]), []).append(piece)

    def read(self, restriction: RawRestriction) -> None:
        kind, why_not = kind_for(self._profile, restriction)
        if not kind:
            self._fate.setdefault(why_not, []).append(restriction.id)
            return
        try:
            pairs = self._runs_of(restriction)
        except _Unusable as reason:
            self._fate.setdefault(str(reason), []).append(restriction.id)
            return
        for run in pairs:
            group = self._groups.setdefault(run[:-1], _Group())
            ends = group.ends_only if kind.startswith("only_") else group.ends_forbidden
            ends.setdefault(run[-1], restriction.id)
        self._fate.setdefault("kept", []).append(restriction.id)

    def _runs_of(self, restriction: RawRestriction) -> list[Run]:
        roles: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
        for kind, ref, role in restriction.members:
            roles.get(role, []).append((kind, ref))
        from_, via, to = roles["from"], roles["via"], roles["to"]
        if not (from_ and via and to) or any(kind != "w" for kind, _ in from_ + to):
            raise _Unusable(_MISSING)
        if any(ref not in self._known for kind, ref in from_ + via + to if kind == "w"):
            raise _Unusable(_MISSING)
        several = len(from_) > 1 or len(to) > 1
        if several and restriction.tags.get("restriction", "") not in {"no_entry", "no_exit"}:
            raise _Unusable(_AMBIGUOUS)
        return [self._run(first, via, last) for _, first in from_ for _, last in to]

    def _run(self, first: int, via: list[tuple[str, int]], last: int) -> Run:
        if all(kind == "n" for kind, _ in via) and len(via) == 1:
            node = via[0][1]
            run: Run = (self._one(first, node, into=True), self._one(last, node, into=False))
        elif all(kind == "w" for kind, _ in via):
            run = self._over_ways(first, [ref for _, ref in via], last)
        else:
            raise _Unusable(_AMBIGUOUS)
        if not all(bool(self._pieces.is_open[arc]) for arc in run):
            raise _Unusable(_CLOSED)
        for arc, onward in pairwise(run):
            if self._pieces.head[arc] != self._pieces.tail[onward]:
                raise _Unusable(_NOT_JOINED)
        return run

    def _one(self, way: int, node: int, *, into: bool) -> int:
        """Find the one open arc of a way that leads into a node, or out of it."""
        arcs = self._all(way, node, into=into)
        if not arcs and way in self._of_way:
            raise _Unusable(_NOT_JOINED)
        found = [arc for arc in arcs if self._pieces.is_open[arc]]
        if len(found) != 1:
            raise _Unusable(_AMBIGUOUS if found else _CLOSED)
        return found[0]

    def _all(self, way: int, node: int, *, into: bool) -> list[int]:
        """Find every arc of a way that leads into a node, or out of it."""
        arcs = []
        for piece in self._of_way.get(way, ()):
            if self._pieces.finish_id[piece] == node:
                arcs.append(piece if into else self._n + piece)
            if self._pieces.begin_id[piece] == node:
                arcs.append(self._n + piece if into else piece)
        return arcs

    def _over_ways(self, first: int, via: list[int], last: int) -> Run:
        if len(via) > _MOST_VIA_WAYS or len(set(via)) < len(via):
            raise _Unusable(_CYCLIC)
        if any(way not in self._of_way for way in (first, *via, last)):
            raise _Unusable(_CLOSED)
        runs = [
            (into, *arcs, out)
            for start in sorted(self._nodes(first))
            for arcs, goal in self._chains(start, via)
            for into in self._all(first, start, into=True)
            for out in self._all(last, goal, into=False)
        ]
        if not runs:
            raise _Unusable(_NOT_JOINED)
        runs = [run for run in runs if self._pieces.is_open[list(run)].all()]
        if len(runs) != 1:
            raise _Unusable(_AMBIGUOUS if runs else _CLOSED)
        return runs[0]

    def _chains(self, node: int, ways: list[int]) -> list[tuple[Run, int]]:
        """Every way to drive all of some ways one after another from a node, and its end."""
        if not ways:
            return [((), node)]
        found = []
        for way in ways:
            rest = [other for other in ways if other != way]
            for start, arcs, end in self._crossings(way):
                if start == node:
                    found += [(arcs + more, goal) for more, goal in self._chains(end, rest)]
        return found

    def _crossings(self, way: int) -> list[tuple[int, Run, int]]:
        """Both ways to drive a whole way: first node, arcs, last node."""
        pieces, told = self._of_way[way], self._pieces
        begin, finish = int(told.begin_id[pieces[0]]), int(told.finish_id[pieces[-1]])
        if begin == finish:
            raise _Unusable(_CYCLIC)
        back = tuple(self._n + piece for piece in reversed(pieces))
        return [(begin, tuple(pieces), finish), (finish, back, begin)]

    def _nodes(self, way: int) -> set[int]:
        """Nodes at which the pieces of a way begin or end."""
        told, pieces = self._pieces, self._of_way[way]
        return {int(end[piece]) for piece in pieces for end in (told.begin_id, told.finish_id)}

    def result(self) -> ForbiddenRuns:
        runs: set[Run] = set()
        onward = self._onward({before[-1] for before, one in self._groups.items() if one.ends_only})
        for before, group in self._groups.items():
            forbidden, only = set(group.ends_forbidden), set(group.ends_only)
            if only and only <= forbidden:
                self._contradict([*group.ends_only.values(), *group.ends_forbidden.values()])
                continue
            if len(set(group.ends_only.values())) > 1:
                # Each says "only this way"; together they can but mean "only these".
                self._contradict(group.ends_only.values(), kept=True)
            runs |= {(*before, arc) for arc in forbidden}
            if only:
                others = set(onward[int(self._pieces.head[before[-1]])]) - only
                runs |= {(*before, arc) for arc in others}
        return ForbiddenRuns(
            runs=frozenset(runs),
            fate={name: sorted(set(ids)) for name, ids in sorted(self._fate.items())},
        )

    def _contradict(self, ids: Iterable[int], *, kept: bool = False) -> None:
        told = sorted(set(ids))
        self._fate.setdefault("contradictory", []).extend(told)
        if not kept:
            left = [one for one in self._fate["kept"] if one not in told]
            self._fate["kept"] = left

    def _onward(self, arcs: set[int]) -> dict[int, list[int]]:
        """Open arcs out of the nodes where some arcs end."""
        nodes = {int(self._pieces.head[arc]) for arc in arcs}
        leaving = np.isin(self._pieces.tail, np.array(sorted(nodes), dtype=np.int64))
        found: dict[int, list[int]] = {node: [] for node in nodes}
        for arc in np.flatnonzero(leaving & self._pieces.is_open).tolist():
            found[int(self._pieces.tail[arc])].append(arc)
        return found
