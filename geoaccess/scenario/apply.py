"""A scenario's edits made to services, people, roads, borders and norms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn, get_args

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.profile import Profile
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

Refuse = Callable[[str], NoReturn]
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
    kinds
        Kinds of service that are looked at; any may be opened if empty.
    """

    router: Router
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]
    kinds: tuple[str, ...] = ()


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
    profile
        A profile by its name, the study's own for None; None where nobody knows any.
    norms
        Packs of norms by their names, read so that a mistake is told; None where nobody does.
    """

    area: Callable[[str], Any]
    forecasts: Callable[[str], pd.DataFrame]
    roads: Callable[[str], Network]
    profile: Callable[[str | None], Profile] | None = None
    norms: Callable[[tuple[str, ...]], object] | None = None


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
    placed_by
        For each of ``moved_ids`` the number and the edit that put it where it is.
    profile
        Another vehicle or season, by its name; None for that of the study.
    norm_packs
        Packs of norms in the place of the study's; None for the study's own.
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
    placed_by: Mapping[str, tuple[int, Edit]] = field(default_factory=dict)
    profile: str | None = None
    norm_packs: tuple[str, ...] | None = None


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
    services, placed_by = _services(scenario, ground)
    people = PeopleDraft(ground.origins, ground.territories, sources.forecasts)
    for edit, refuse in _of(scenario, PeopleEdit):
        with _named(refuse):
            people.make(edit, refuse)
    territories = _borders(scenario, ground)
    packs = _packs(scenario, sources)
    # Roads come last: they cost most, and a mistake elsewhere is told before they are read.
    router, roads, profile = _routed(scenario, ground.router, sources)
    return Edited(
        scenario=scenario.name,
        router=router,
        origins=people.result(),
        destinations=services.result(),
        territories=territories,
        changed_kinds=frozenset(services.changed_kinds),
        moved_ids=frozenset(services.moved_ids),
        roads=roads,
        people=bool(_of(scenario, PeopleEdit)),
        borders=bool(_of(scenario, UseBorders)),
        placed_by=placed_by,
        profile=profile,
        norm_packs=packs,
    )


def apply_roads(scenario: Scenario, router: Router, sources: Sources) -> Router:
    """
    Make a scenario's edits of roads to those of another vehicle.

    Parameters
    ----------
    scenario
        Its edits; what they say of services, people and the vehicle itself is left out.
    router
        Roads of that vehicle.
    sources
        Where edits get what they name.

    Raises
    ------
    EditError
        If an edit is about roads that this vehicle does not drive.
    """
    edits = [one for one in scenario.edits if not isinstance(one, UseProfile)]
    of_roads = scenario.model_copy(update={"edits": tuple(edits)})
    return _routed(of_roads, router, sources)[0]


def _of(scenario: Scenario, *kinds: Any) -> list[tuple[Any, Refuse]]:  # noqa: ANN401 - unions
    """Edits of some kinds, each with what refuses it by its number."""
    wanted = tuple(one for kind in kinds for one in get_args(kind) or (kind,))
    return [
        (edit, _refusal(scenario, number, edit))
        for number, edit in enumerate(scenario.edits, start=1)
        if isinstance(edit, wanted)
    ]


def _refusal(scenario: Scenario, number: int, edit: Edit) -> Refuse:
    def refuse(why: str) -> NoReturn:
        raise EditError(scenario.name, number, edit, why)

    return refuse


@contextmanager
def _named(refuse: Refuse) -> Iterator[None]:
    """Say of a mistake in what an edit names which edit it was."""
    try:
        yield
    except EditError:
        raise
    except InputError as error:
        refuse(str(error))


def _services(
    scenario: Scenario, ground: Ground
) -> tuple[ServiceDraft, dict[str, tuple[int, Edit]]]:
    """Services after all edits of them, and which edit put which where it is."""
    services = ServiceDraft(ground.destinations, ground.kinds)
    placed_by: dict[str, tuple[int, Edit]] = {}
    for number, edit in enumerate(scenario.edits, start=1):
        if isinstance(edit, get_args(ServiceEdit)):
            services.make(edit, _refusal(scenario, number, edit))
            for id_ in services.moved_ids - placed_by.keys():
                placed_by[id_] = number, edit
    return services, placed_by


def _borders(scenario: Scenario, ground: Ground) -> dict[str, Territory]:
    """Border sets by role, another in the place of after where the scenario says so."""
    known = dict(ground.territories)
    chosen = _of(scenario, UseBorders)
    for edit, refuse in chosen[1:]:
        refuse(f"borders {chosen[0][0].borders!r} were chosen before {edit.borders!r}; choose one")
    for edit, refuse in chosen:
        if edit.borders not in known:
            told = nearest_known(edit.borders, list(known) or ["none"])
            refuse(f"the study has no borders {edit.borders!r}; {told}")
        return {**known, _AFTER: known[edit.borders]}
    return known


def _packs(scenario: Scenario, sources: Sources) -> tuple[str, ...] | None:
    """Packs of norms in the place of the study's, or None."""
    chosen = _of(scenario, UseNorms)
    for _, refuse in chosen[1:]:
        refuse("packs of norms were chosen before; name all of them in one edit")
    for edit, refuse in chosen:
        with _named(refuse):
            if sources.norms is not None:
                sources.norms(edit.packs)
        packs: tuple[str, ...] = edit.packs
        return packs
    return None


def _routed(scenario: Scenario, router: Router, sources: Sources) -> tuple[Router, str, str | None]:
    """Roads after all edits of roads: first the vehicle, then speeds, then new roads."""
    router, told, profile = _of_profile(scenario, router, sources)
    draft = RoadDraft(router.network, sources.area)
    for edit, refuse in _of(scenario, CloseRoads, ChangeSpeed):
        with _named(refuse):
            draft.make(edit, refuse)
    if draft.changed:
        arc_ms = draft.arc_ms
        network = without_closed(router.network, arc_ms)
        if told == "same":
            router, told = router.with_times(network, arc_ms), draft.kind
        else:
            router = router.over(network)
    for edit, refuse in _of(scenario, NewRoad):
        speed_kmh = _speed_kmh(edit, profile, sources, refuse)
        router, told = _joined(router, edit, speed_kmh, refuse), "new"
    return router, told, profile


def _of_profile(
    scenario: Scenario, router: Router, sources: Sources
) -> tuple[Router, str, str | None]:
    told, chosen = "same", None
    for edit, refuse in _of(scenario, UseProfile):
        if chosen is not None:
            refuse("a profile was chosen before; choose one")
        with _named(refuse):
            router, told = router.over(sources.roads(edit.profile)), "new"
        chosen = edit.profile
    return router, told, chosen


def _speed_kmh(
    edit: NewRoad, profile: str | None, sources: Sources, refuse: Refuse
) -> float | None:
    """Speed on a new road: its own, or that of the vehicle on roads of its class."""
    if edit.road_class is None:
        return edit.speed_kmh
    if sources.profile is None:
        refuse("speeds by class are not known here; give speed_kmh")
    speeds = sources.profile(profile).speed_kmh
    if edit.road_class not in speeds:
        told = nearest_known(edit.road_class, sorted(speeds))
        refuse(f"the vehicle has no speed for roads of class {edit.road_class!r}; {told}")
    return speeds[edit.road_class]


def _joined(router: Router, edit: NewRoad, speed_kmh: float | None, refuse: Refuse) -> Router:
    first, joined = _joint(router, edit, 0, refuse)
    last, joined = _joint(router.over(joined), edit, -1, refuse)

    # The second joint may have split the first one's segment; nodes keep their numbers.
    def time_ms(length_m: float) -> int:
        if edit.minutes is not None:
            driven = round(edit.minutes * MS_PER_MIN)
        else:
            driven = int(drive_ms(np.array(length_m), np.array(speed_kmh)))
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


def _joint(router: Router, edit: NewRoad, end: int, refuse: Refuse) -> tuple[Joint, Network]:
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
