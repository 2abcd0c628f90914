"""Norms before and after a scenario, under the study's packs and under others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.io.norm_packs import read_norms
from geoaccess.model.norm import Norm
from geoaccess.model.profile import Profile
from geoaccess.model.territory import Territory
from geoaccess.norms.check import NormCheck, check_norms
from geoaccess.norms.times import NormTimes, whole_ms
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Edited, Sources, apply_roads
from geoaccess.scenario.scenario import EditError, Scenario
from geoaccess.scenario.solve import Solved
from geoaccess.study.norm_crossings import compared_norms, norms_told
from geoaccess.study.norms_asked import AskedNorms, asked_norms, read_profile_of
from geoaccess.study.norms_part import by_vehicle
from geoaccess.study.norms_schema import NormsTable
from geoaccess.study.norms_times import vehicle_router
from geoaccess.study.schema import Study
from geoaccess.study.zone_types import Located, zone_types_of
from geoaccess.travel import travel_times


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Side:
    """What stands before a scenario, or after it."""

    solved: Solved
    territories: Mapping[str, Territory]
    scenario: Scenario | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormsCompared:
    """
    Norms before and after a scenario.

    Attributes
    ----------
    tables
        ``scenario_norms`` and ``norm_crossings``; none where no norms are asked about.
    told
        The norms that could be judged at either time, everybody together, ready for JSON.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    told: Sequence[Mapping[str, Any]] = ()


class NormDesk:
    """
    Checks the norms of a study before and after its scenarios.

    Parameters
    ----------
    study
        The study file.
    base
        What stands before any edit.
    territories
        Its border sets by role.
    sources
        Where edits get what they name.
    """

    def __init__(
        self,
        study: Study,
        base: Solved,
        territories: Mapping[str, Territory],
        sources: Sources,
    ) -> None:
        self._study = study
        self._base = base
        self._territories = territories
        self._sources = sources
        self._routers: dict[str, Router] = {}
        self._lock = Lock()

    def compare(self, scenario: Scenario, edited: Edited, after: Solved) -> NormsCompared:
        """
        Compare norms before a scenario with those after it.

        Parameters
        ----------
        scenario
            Its edits.
        edited, after
            What stands after them, and the nearest services then.

        Raises
        ------
        InputError
            If a kind of place is explained by no pack, or stand-ins do not fit.
        """
        before, now = self._asked(None), self._asked(edited.norm_packs)
        if now is None:
            return NormsCompared()
        then = before or now
        first = _Side(solved=self._base, territories=self._territories, scenario=None)
        last = _Side(solved=after, territories=edited.territories, scenario=scenario)
        tables = compared_norms(
            self._check(first, _with(then, now)),
            self._check(last, _with(now, then)),
            asked={
                norm.id: _asked_when(norm.id, before, now) for norm in (*then.norms, *now.norms)
            },
            located=Located.of(self._study, after.origins, edited.territories),
            names=dict(zip(after.origins.id, after.origins.name, strict=True)),
        )
        titles = {norm.id: dict(norm.title) for norm in (*then.norms, *now.norms)}
        return NormsCompared(tables=tables, told=norms_told(tables["scenario_norms"], titles))

    def _asked(self, packs: tuple[str, ...] | None) -> AskedNorms | None:
        table = self._study.norms
        if packs is not None:
            table = _with_packs(self._study, table, packs)
        return None if table is None else asked_norms(self._study, table)

    def _check(self, side: _Side, asked: AskedNorms) -> NormCheck:
        table = self._study.norms or NormsTable(packs=["latvia"])
        located = Located.of(self._study, side.solved.origins, side.territories)
        zone_types = zone_types_of(located, table, asked.packs)
        times = [_own_times(side, asked.own)]
        if table.route_profiles:
            for (vehicle, _), norms in by_vehicle(asked, times, zone_types).items():
                more = self._vehicle_times(side, asked.profiles[vehicle], norms)
                times += [] if more is None else [more]
        return check_norms(
            asked.norms, times, day=asked.day, zone_types=zone_types, zones=located.zones
        )

    def _vehicle_times(
        self, side: _Side, vehicle: Profile, norms: Sequence[Norm]
    ) -> NormTimes | None:
        """Route a vehicle on its own roads; None where the edits are not about these."""
        solved = side.solved
        try:
            router = self._router(side, vehicle)
        except EditError:
            return None
        services = solved.destinations
        services = services.take(np.isin(services.kind, [norm.service for norm in norms]))
        times = travel_times(
            router,
            solved.origins,
            services,
            cutoff_min=solved.limits.cutoff_min,
            max_snap_m=self._study.study.max_snap_m or vehicle.max_snap_m,
            service_max_snap_m=solved.limits.of_services(services.id),
            direction=norms[0].direction,
            max_memory_gb=solved.limits.max_memory_gb,
        )
        return NormTimes.of(times, profile=vehicle, direction=norms[0].direction)

    def _router(self, side: _Side, vehicle: Profile) -> Router:
        own = read_profile_of(self._study, self._study.roads.profile)
        if vehicle.name == own.name:
            return side.solved.router
        with self._lock:
            if vehicle.name not in self._routers:
                made = vehicle_router(self._study, vehicle, self._base.router)
                self._routers[vehicle.name] = made
        router = self._routers[vehicle.name]
        if side.scenario is None:
            return router
        sources = replace(self._sources, profile=lambda _own: vehicle)
        return apply_roads(side.scenario, router, sources)


def _own_times(side: _Side, own: Profile) -> NormTimes:
    """Take times of the study's own vehicle, or of the season that a scenario puts in its place."""
    solved = side.solved
    return NormTimes(
        profile=own.name,
        direction="to_service",
        turnout_min=solved.router.network.turnout_min,
        cutoff_min=solved.limits.cutoff_min,
        origins=solved.origins,
        destinations=solved.destinations,
        nearest_ms={kind: whole_ms(near.minutes[:, 0]) for kind, near in solved.nearest.items()},
        reason={kind: near.reason for kind, near in solved.nearest.items()},
    )


def _with_packs(study: Study, table: NormsTable | None, packs: tuple[str, ...]) -> NormsTable:
    """Other packs, with those stand-ins of the study that are about their words."""
    if table is None:
        return NormsTable(packs=list(packs))
    norms = [norm for text in packs for norm in read_norms(study.pack_path(text))]
    words = {
        key: {
            word: said
            for word, said in getattr(table, key).items()
            if word in {getattr(norm, of_norm) for norm in norms}
        }
        for key, of_norm in (("services", "service"), ("groups", "group"), ("profiles", "profile"))
    }
    return table.model_copy(update={"packs": list(packs), "only": [], **words})


def _with(first: AskedNorms, second: AskedNorms) -> AskedNorms:
    """Add to what one asks the norms that only the other has."""
    ids = {norm.id for norm in first.norms}
    names = {pack.name for pack in first.packs}
    return replace(
        first,
        norms=(*first.norms, *(norm for norm in second.norms if norm.id not in ids)),
        packs=(*first.packs, *(pack for pack in second.packs if pack.name not in names)),
        profiles={**second.profiles, **first.profiles},
    )


def _asked_when(id_: str, before: AskedNorms | None, now: AskedNorms) -> str:
    was = before is not None and any(norm.id == id_ for norm in before.norms)
    if was and any(norm.id == id_ for norm in now.norms):
        return "both"
    return "before" if was else "after"
