"""What ``[reform]`` points to: the state before, agreements and seats, read and checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from geoaccess.errors import MismatchError, StudyError, nearest_known, some_ids
from geoaccess.io.osm import is_osm_path
from geoaccess.io.services import read_services
from geoaccess.io.settlements import read_settlements
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations
from geoaccess.model.times import TravelTimes
from geoaccess.reform.agreements import read_agreements, require_known_services
from geoaccess.reform.change import Reform
from geoaccess.reform.effect import State
from geoaccess.routing.router import Router
from geoaccess.study.inputs import road_cache
from geoaccess.study.parts import Found
from geoaccess.study.population_inputs import read_cells
from geoaccess.study.reform_schema import ReformTable
from geoaccess.study.schema import Study
from geoaccess.travel import travel_times
from geoaccess.units import FloatArray


def read_reform(found: Found, table: ReformTable) -> Reform:
    """
    Put together what was before and what is after.

    Raises
    ------
    StudyError
        If a border set is missing.
    MismatchError
        If the dates stand the wrong way round, or settlements before are others.
    InputError
        If a file cannot be used.
    """
    study = found.study
    for role in (table.before, table.after):
        if role not in found.inputs.territories:
            known = nearest_known(role, list(found.inputs.territories))
            msg = f"reform needs borders, [territory.{role}], which the study has not; {known}"
            raise StudyError(msg)
    given = {
        "services": table.services_before,
        "roads": table.roads_before,
        "population": table.settlements_before,
    }
    agreements = None
    if table.agreements is not None:
        agreements = read_agreements(study.path_of(table.agreements))
        require_known_services(agreements, study.kinds)
    return Reform(
        before=found.inputs.territories[table.before],
        after=found.inputs.territories[table.after],
        zone_before=found.zones[table.before],
        zone_after=found.zones[table.after],
        people_before=_people_before(found, table),
        people_after=found.inputs.origins.population,
        changed=("borders", *(factor for factor, path in given.items() if path is not None)),
        unchanged_min=table.unchanged_min,
        agreements=agreements,
        owner_before=table.owner_before,
        owner_after=table.owner_after,
    )


def _people_before(found: Found, table: ReformTable) -> FloatArray:
    origins = found.inputs.origins
    if table.settlements_before is None:
        return origins.population
    path, inputs = found.study.source_of(table.settlements_before), found.inputs
    columns = found.study.settlements
    if columns.is_grid:
        before = read_cells(found.study, inputs.territories, inputs.network, path=path).origins
    else:
        before = read_settlements(
            path, id=columns.id, name=columns.name, population=columns.population
        )
    people = dict(zip(before.id, before.population, strict=True))
    now = set(origins.id)
    strange = [one for one in origins.id if one not in people]
    strange += [one for one in before.id if one not in now]
    if strange:
        msg = (
            f"{path}: settlements before and after must be the same, but {some_ids(strange)} "
            f"stand in one table only; give them to both, with population 0 where nobody lives"
        )
        raise MismatchError(msg)
    return np.array([people[one] for one in origins.id])


def times_by_state(found: Found, table: ReformTable) -> dict[State, TravelTimes]:
    """Travel times for each state of services and roads that the study gives."""
    whole = frozenset(
        name
        for name, path in (("services", table.services_before), ("roads", table.roads_before))
        if path is not None
    )
    times = {whole: found.times}
    services = table.services_before and _services_before(found, table.services_before)
    router = table.roads_before and _router_before(found, table.roads_before)
    if services:
        times[whole - {"services"}] = _times(found, found.router, services)
    if router:
        times[whole - {"roads"}] = _times(found, router, found.inputs.destinations)
    if services and router:
        times[frozenset()] = _times(found, router, services)
    return times


def _times(found: Found, router: Router, services: Destinations) -> TravelTimes:
    inputs = found.inputs
    return travel_times(
        router,
        inputs.origins,
        services,
        cutoff_min=found.times.cutoff_min,
        max_snap_m=inputs.origin_max_snap_m,
        service_max_snap_m=_snap_limits(found.study, services, inputs.origin_max_snap_m),
        max_memory_gb=found.times.max_memory_gb,
    )


def _snap_limits(study: Study, services: Destinations, usual_m: float) -> FloatArray:
    """Metres for each service, as its kind has them after the reform."""
    of_kind = {kind: part.max_snap_m or usual_m for part in study.services for kind in part.kinds}
    return np.array([of_kind[kind] for kind in services.kind])


def _services_before(found: Found, text: str) -> Destinations:
    path, kinds = found.study.source_of(text), found.study.kinds
    osm = isinstance(path, Path) and is_osm_path(path)
    every = read_services(path, kinds=list(kinds) if osm else None)
    known = every.take(np.isin(every.kind.astype(str), kinds))
    missing = [kind for kind in kinds if kind not in set(known.kind)]
    if missing:
        found.log.tell(
            f"reform: {path.name} has no {some_ids(missing)}; before the reform nobody is "
            f"served there"
        )
    return known


def _router_before(found: Found, text: str) -> Router:
    return Router(
        _network_before(found.study, found.study.path_of(text)),
        method=found.router.method,
        threads=found.router.threads,
        islands=found.inputs.islands.tolist(),
        min_component_km=found.study.roads.min_component_km,
    )


def _network_before(study: Study, path: Path) -> Network:
    roads = study.roads.model_copy(update={"path": str(path.resolve())})
    return road_cache(study.model_copy(update={"roads": roads}), enabled=False).network()
