"""A scenario's edits made to services, people, roads, borders and norms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.territory import Territory
from geoaccess.routing.router import Router
from geoaccess.scenario.edits import (
    ChangeSpeed,
    CloseRoads,
    Edit,
    NewRoad,
    PeopleEdit,
    ServiceEdit,
    UseBorders,
    UseNorms,
    UseProfile,
)
from geoaccess.scenario.new_road import Joint, split_at, with_road
from geoaccess.scenario.people_edits import PeopleDraft
from geoaccess.scenario.road_edits import RoadDraft, without_closed
from geoaccess.scenario.scenario import EditError, Scenario
from geoaccess.scenario.service_edits import ServiceDraft
from geoaccess.units import MS_PER_MIN, drive_ms

_AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """
    What stands before any edit.

    Attributes
    ----------
    router
        Roads made ready.
    origins, destinations
        Settlements and services.
    territories
        Border sets by role.
    """

    router: Router
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """
    Where edits get what they name.

    Attributes
    ----------
    area
        Polygons of a file, as one geometry in degrees.
    forecasts
        A table of forecasts: ``zone, year, population``.
    roads
        Roads of the study for another profile.
    """

    area: Callable[[str], Any]
    forecasts: Callable[[str], pd.DataFrame]
    roads: Callable[[str], Network]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edited:
    """
    What stands after a scenario's edits, and what they touched.

    Attributes
    ----------
    scenario
        Name of the scenario.
    router, origins, destinations, territories
        As of :class:`Ground`.
    changed_kinds
        Kinds whose services were opened, closed, moved or resized.
    moved_ids
        Services that must meet the road anew.
    roads
        ``"same"``, ``"times"`` (other speeds only), ``"closed"`` (some roads gone), or
        ``"new"`` (another network).
    people, borders
        Whether these changed.
    """

    scenario: str
    router: Router
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]
    changed_kinds: frozenset[str]
    moved_ids: frozenset[str]
    roads: str
    people: bool
    borders: bool


def apply_scenario(scenario: Scenario, ground: Ground, sources: Sources) -> Edited:
    """
    Make a scenario's edits; nothing given is changed.

    Parameters
    ----------
    scenario
        Its edits, those of what it extends included.
    ground
        What stands before.
    sources
        Where edits get what they name.

    Returns
    -------
    What stands after, and what was touched, so that only that is computed anew. Roads
    are exact whichever way they were made: as if they had been read so.

    Raises
    ------
    EditError
        If an edit names what is not there, or two edit one thing.
    """
    if scenario.extends is not None:
        msg = f"scenario {scenario.name!r} extends {scenario.extends!r}; join them first"
        raise InputError(msg)
    services = ServiceDraft(ground.destinations)
    people = PeopleDraft(ground.origins, ground.territories, sources.forecasts)
    router, roads = _routed(scenario, ground, sources)
    territories, touched = dict(ground.territories), set()
    for number, edit in enumerate(scenario.edits, start=1):
        refuse = _refusal(scenario, number, edit)
        if isinstance(edit, get_args(ServiceEdit)):
            services.make(edit, refuse)
        elif isinstance(edit, get_args(PeopleEdit)):
            people.make(edit, refuse)
            touched.add("people")
        elif isinstance(edit, UseBorders):
            territories[_AFTER] = _borders(edit, ground.territories, refuse)
            touched.add("borders")
        elif isinstance(edit, UseNorms):
            refuse("norms of another pack are not compared in scenarios yet; take the edit out")
    return Edited(
        scenario=scenario.name,
        router=router,
        origins=people.result(),
        destinations=services.result(),
        territories=territories,
        changed_kinds=frozenset(services.changed_kinds),
        moved_ids=frozenset(services.moved_ids),
        roads=roads,
        people="people" in touched,
        borders="borders" in touched,
    )


def _refusal(scenario: Scenario, number: int, edit: Edit) -> Callable[[str], NoReturn]:
    def refuse(why: str) -> NoReturn:
        raise EditError(scenario.name, number, edit, why)

    return refuse


def _borders(
    edit: UseBorders, known: Mapping[str, Territory], refuse: Callable[[str], NoReturn]
) -> Territory:
    if edit.borders not in known:
        told = nearest_known(edit.borders, list(known) or ["none"])
        refuse(f"the study has no borders {edit.borders!r}; {told}")
    return known[edit.borders]


def _routed(scenario: Scenario, ground: Ground, sources: Sources) -> tuple[Router, str]:
    """Roads after all edits of roads: first the vehicle, then speeds, then new roads."""
    router, told = _of_profile(scenario, ground, sources)
    draft = RoadDraft(router.network, sources.area)
    for number, edit in enumerate(scenario.edits, start=1):
        if isinstance(edit, CloseRoads | ChangeSpeed):
            draft.make(edit, _refusal(scenario, number, edit))
    if draft.changed:
        arc_ms = draft.arc_ms
        network = without_closed(router.network, arc_ms)
        if told == "same":
            router, told = router.with_times(network, arc_ms), draft.kind
        else:
            router = router.over(network)
    for number, edit in enumerate(scenario.edits, start=1):
        if isinstance(edit, NewRoad):
            router, told = _joined(router, edit, _refusal(scenario, number, edit)), "new"
    return router, told


def _of_profile(scenario: Scenario, ground: Ground, sources: Sources) -> tuple[Router, str]:
    router, told = ground.router, "same"
    for number, edit in enumerate(scenario.edits, start=1):
        if isinstance(edit, UseProfile):
            if told == "new":
                _refusal(scenario, number, edit)("a profile was chosen before; choose one")
            router, told = router.over(sources.roads(edit.profile)), "new"
    return router, told


def _joined(router: Router, edit: NewRoad, refuse: Callable[[str], NoReturn]) -> Router:
    first, joined = _joint(router, edit, 0, refuse)
    last, joined = _joint(router.over(joined), edit, -1, refuse)

    # The second joint may have split the first one's segment; nodes keep their numbers.
    def time_ms(length_m: float) -> int:
        if edit.minutes is not None:
            driven = round(edit.minutes * MS_PER_MIN)
        else:
            driven = int(drive_ms(np.array(length_m), np.array(edit.speed_kmh)))
        return driven + round(edit.boarding_min * MS_PER_MIN)

    built = with_road(
        joined,
        first,
        last,
        between=edit.line[1:-1],
        time_ms=time_ms,
        one_way=edit.one_way,
    )
    return router.over(built)


def _joint(
    router: Router, edit: NewRoad, end: int, refuse: Callable[[str], NoReturn]
) -> tuple[Joint, Network]:
    lon, lat = edit.line[end]
    snapped = router.snapper.snap(
        np.array(["joint"], dtype=object),
        np.array([lon]),
        np.array([lat]),
        max_snap_m=edit.max_join_m,
    )
    if not snapped.on_road[0]:
        where = f"{lon:g}, {lat:g}"
        refuse(
            f"no road to join within {edit.max_join_m:g} m of {where}, the nearest lies "
            f"{float(snapped.distance_m[0]):,.0f} m off; draw the line to a road, or raise "
            f"max_join_m"
        )
    network, joint = split_at(router.network, int(snapped.segment[0]), float(snapped.fraction[0]))
    return joint, network
