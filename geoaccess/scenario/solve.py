"""
Nearest services of every settlement, computed anew only where a scenario touches them.

Edits of services touch the kinds that they name; edits of roads touch all kinds; edits of
people, borders and norms touch none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geoaccess.errors import some_ids
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Snapped
from geoaccess.model.times import TravelTimes
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Edited
from geoaccess.scenario.scenario import EditError
from geoaccess.travel import snap_places, source_between, unreached_reasons
from geoaccess.units import FloatArray, IntArray, MinutesArray, TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """
    How far a scenario looks.

    Attributes
    ----------
    cutoff_min
        Largest time that is told.
    max_snap_m
        Farthest that a settlement may lie from its road, metres.
    usual_service_max_snap_m, service_max_snap_m
        The same for services: the usual limit, and others by id.
    max_memory_gb
        As for :func:`geoaccess.travel.travel_times`.
    """

    cutoff_min: float
    max_snap_m: float
    service_max_snap_m: Mapping[str, float]
    usual_service_max_snap_m: float
    max_memory_gb: float = 4.0

    def of_services(self, ids: TextArray) -> FloatArray:
        """Limit of each service, metres."""
        usual = self.usual_service_max_snap_m
        return np.array([self.service_max_snap_m.get(str(id_), usual) for id_ in ids])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestOfKind:
    """
    The k nearest services of one kind.

    Attributes
    ----------
    minutes
        Shape (n_origins, k), ``inf`` where fewer are reached.
    id
        Ids of these services, shape (n_origins, k), empty where none.
    reason
        Why an origin reaches none, empty where it does, shape (n_origins,).
    """

    minutes: MinutesArray
    id: TextArray
    reason: TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """
    Settlements and services on their roads, and the nearest services by kind.

    Attributes
    ----------
    router, origins, destinations
        What stands.
    origin_snap, destination_snap
        Where they meet the road.
    limits
        How far it looks.
    nearest
        By kind of service.
    reused
        Kinds that were taken over from before the edits.
    """

    router: Router
    origins: Origins
    destinations: Destinations
    origin_snap: Snapped
    destination_snap: Snapped
    limits: Limits
    nearest: Mapping[str, NearestOfKind]
    reused: tuple[str, ...] = ()

    def times_to(self, kind: str) -> TravelTimes:
        """Travel times to the services of one kind."""
        rows = np.flatnonzero(self.destinations.kind == kind)
        snapped = self.destination_snap.take(rows)
        return TravelTimes(
            origins=self.origins,
            destinations=self.destinations.take(rows),
            origin_snap=self.origin_snap,
            destination_snap=snapped,
            cutoff_min=self.limits.cutoff_min,
            source=source_between(self.router, self.origin_snap, snapped),
            max_memory_gb=self.limits.max_memory_gb,
        )


def solve(
    router: Router,
    origins: Origins,
    destinations: Destinations,
    *,
    kinds: Sequence[str],
    limits: Limits,
    k: int = 2,
) -> Solved:
    """
    Find the nearest services of every settlement from scratch.

    Parameters
    ----------
    router, origins, destinations
        What stands.
    kinds
        Kinds of service.
    limits
        How far to look.
    k
        How many of each kind; two tell what a closure costs.
    """
    bare = Solved(
        router=router,
        origins=origins,
        destinations=destinations,
        origin_snap=snap_places(router, origins, max_snap_m=limits.max_snap_m),
        destination_snap=snap_places(
            router, destinations, max_snap_m=limits.of_services(destinations.id)
        ),
        limits=limits,
        nearest={},
    )
    return replace(bare, nearest={kind: _nearest(bare, kind, k) for kind in kinds})


def solve_again(base: Solved, edited: Edited, *, k: int = 2) -> Solved:
    """
    Find what a scenario changes, and take over the rest.

    Parameters
    ----------
    base
        What was found before the edits.
    edited
        What stands after them.
    k
        As for :func:`solve`.

    Returns
    -------
    Equal to :func:`solve` of what stands after the edits, to the last bit.

    Raises
    ------
    EditError
        If a service that was opened or moved meets no road.
    """
    require_on_road(base, edited)
    return _solved_again(base, edited, k=k)


def require_on_road(base: Solved, edited: Edited) -> None:
    """
    Refuse services that were put where no road is.

    Parameters
    ----------
    base, edited
        As for :func:`solve_again`.

    Raises
    ------
    EditError
        If a service that was opened or moved meets no road.
    """
    ids = edited.destinations.id
    rows = np.flatnonzero([str(id_) in edited.moved_ids for id_ in ids])
    if not len(rows):
        return
    met = edited.router.snapper.snap(
        ids[rows],
        edited.destinations.lon[rows],
        edited.destinations.lat[rows],
        max_snap_m=base.limits.of_services(ids[rows]),
    )
    lost = np.flatnonzero(~met.on_road)
    if len(lost):
        number, edit = edited.placed_by[str(ids[rows[lost[0]]])]
        why = (
            f"{some_ids(ids[rows[lost]])} lies {float(met.distance_m[lost[0]]):,.0f} m from the "
            f"nearest road, farther than max_snap_m; put it on land, by a road"
        )
        raise EditError(edited.scenario, number, edit, why)


def _solved_again(base: Solved, edited: Edited, *, k: int) -> Solved:
    kinds = tuple(base.nearest)
    if edited.roads in {"closed", "new"}:
        return solve(
            edited.router,
            edited.origins,
            edited.destinations,
            kinds=kinds,
            limits=base.limits,
            k=k,
        )
    changed = set(kinds) if edited.roads == "times" else edited.changed_kinds
    bare = replace(
        base,
        router=edited.router,
        origins=edited.origins,
        destinations=edited.destinations,
        destination_snap=_services_on_road(base, edited),
        reused=tuple(kind for kind in kinds if kind not in changed),
    )
    nearest = {
        kind: _nearest(bare, kind, k) if kind in changed else base.nearest[kind] for kind in kinds
    }
    return replace(bare, nearest=nearest)


def _services_on_road(base: Solved, edited: Edited) -> Snapped:
    """Snaps of before, and new ones for services that were opened or moved."""
    ids = edited.destinations.id
    row = {str(id_): i for i, id_ in enumerate(base.destinations.id)}
    fresh = np.flatnonzero([str(id_) in edited.moved_ids for id_ in ids])
    source = np.array([row.get(str(id_), -1) for id_ in ids], dtype=np.int64)
    if not len(fresh):
        return base.destination_snap.take(source)
    met = snap_places(
        edited.router,
        edited.destinations.take(fresh),
        max_snap_m=base.limits.of_services(ids[fresh]),
    )
    n_base = len(base.destinations)
    source[fresh] = n_base + np.arange(len(fresh))
    return base.destination_snap.joined(met).take(source)


def _nearest(solved: Solved, kind: str, k: int) -> NearestOfKind:
    times = solved.times_to(kind)
    n_services, n_origins = len(times.destinations), len(times.origins)
    minutes = np.full((n_origins, k), np.inf, dtype=np.float32)
    position: IntArray = np.full((n_origins, k), -1, dtype=np.int32)
    if n_services:
        held = min(k, n_services)
        minutes[:, :held], position[:, :held] = times.nearest(held)
    ids = np.append(times.destinations.id, "")[position]
    return NearestOfKind(minutes=minutes, id=ids, reason=unreached_reasons(times))
