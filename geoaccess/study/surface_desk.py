"""One surface of a study, or of a scenario of it, asked for by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoaccess.errors import InputError
from geoaccess.measures.surface_grid import SurfaceCells
from geoaccess.measures.surface_times import surfaces_over
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.surface import Surface
from geoaccess.model.territory import Territory
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import apply_scenario
from geoaccess.study.inputs import input_paths, read_inputs, road_cache
from geoaccess.study.manifest import RunLog
from geoaccess.study.pipeline import study_router
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.run_options import RunOptions
from geoaccess.study.scenario_run import chosen, prepare
from geoaccess.study.schema import Study
from geoaccess.study.surface_part import cells_of_study, rules_of_study
from geoaccess.study.surface_schema import SurfaceTable, require_kind
from geoaccess.travel import snap_places
from geoaccess.units import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceFound:
    """
    A surface, and what it is compared with and summed up by.

    Attributes
    ----------
    surface
        After the scenario, if there is one.
    before
        What stands, if there is a scenario.
    territories, people
        Borders by role and settlements, after the scenario.
    """

    surface: Surface
    before: Surface | None
    territories: Mapping[str, Territory]
    people: Origins


def surface_of(
    study: Study,
    service: str,
    asked: SurfaceTable,
    *,
    scenario: str | None = None,
    log: RunLog | None = None,
    options: RunOptions | None = None,
) -> SurfaceFound:
    """
    Find one surface of a study.

    Parameters
    ----------
    study
        A checked study file.
    service
        Kind of service.
    asked
        Which cells.
    scenario
        Name of a scenario of the study, whose edits are made first.
    log, options
        Where steps are told; how to run it on this machine.

    Raises
    ------
    InputError
        If the study has no such service or scenario, or an input cannot be used.
    """
    log, options = log or RunLog(), options or RunOptions()
    require_kind(service, study.kinds)
    stands = (
        _as_it_stands(study, log, options)
        if scenario is None
        else _with_scenario(study, scenario, log, options)
    )
    first, last = stands[0], stands[-1]
    with log.step("travel-time surface"):
        cells = cells_of_study(
            study,
            asked,
            first.router,
            first.territories,
            max_snap_m=first.max_snap_m,
            max_memory_gb=options.max_memory_gb / len(stands),
        )
        surfaces = [_surface(study, service, one, cells) for one in stands]
    with log.step("keep the roads"):
        first.cache.keep()
    return SurfaceFound(
        surface=surfaces[-1],
        before=surfaces[0] if scenario is not None else None,
        territories=last.territories,
        people=last.origins,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Stand:
    """What stands, before or after a scenario; ``service_max_snap_m`` is one for each service."""

    cache: RoadCache
    router: Router
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]
    max_snap_m: float
    service_max_snap_m: FloatArray


def _as_it_stands(study: Study, log: RunLog, options: RunOptions) -> list[_Stand]:
    input_paths(study)
    cache = road_cache(study, enabled=options.cache)
    inputs = read_inputs(study, log, cache)
    return [
        _Stand(
            cache=cache,
            router=study_router(study, inputs, cache, options),
            origins=inputs.origins,
            destinations=inputs.destinations,
            territories=inputs.territories,
            max_snap_m=inputs.origin_max_snap_m,
            service_max_snap_m=inputs.service_max_snap_m,
        )
    ]


def _with_scenario(study: Study, name: str, log: RunLog, options: RunOptions) -> list[_Stand]:
    """Make ready what stands before a scenario, and after."""
    if name == "all":
        msg = "all scenarios would be several surfaces; name one"
        raise InputError(msg)
    bench = prepare(study, log=log, options=options)
    (scenario,) = chosen(bench, [name])
    edited = apply_scenario(scenario, bench.ground, bench.sources)
    limits = bench.base.limits
    return [
        _Stand(
            cache=bench.cache,
            router=one.router,
            origins=one.origins,
            destinations=one.destinations,
            territories=one.territories,
            max_snap_m=limits.max_snap_m,
            service_max_snap_m=limits.of_services(one.destinations.id),
        )
        for one in (bench.ground, edited)
    ]


def _surface(study: Study, service: str, stand: _Stand, cells: SurfaceCells) -> Surface:
    rows = np.flatnonzero(stand.destinations.kind == service)
    snapped = snap_places(
        stand.router, stand.destinations.take(rows), max_snap_m=stand.service_max_snap_m[rows]
    )
    rules = rules_of_study(study, stand.router, max_snap_m=stand.max_snap_m)
    return surfaces_over(stand.router, {service: snapped}, cells, rules)[service]
