"""From a study file to its result: read, route, measure, sum up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.io.sources import Source
from geoaccess.io.taxonomy import read_taxonomy
from geoaccess.measures.time_to_nearest import nearest_destinations
from geoaccess.model.times import TravelTimes
from geoaccess.routing.compiled import kernels_are_kept
from geoaccess.routing.router import Router
from geoaccess.study.equity_part import equity_part
from geoaccess.study.ground import ground_bounds, roads_of
from geoaccess.study.inputs import (
    Inputs,
    input_paths,
    read_inputs,
    require_borders_there,
    road_cache,
)
from geoaccess.study.manifest import RunLog, inputs_record, versions
from geoaccess.study.measures_part import asks_measures, measures_part
from geoaccess.study.norms_part import asks_norms, norms_part
from geoaccess.study.notes import tell_nearer_beyond, tell_outside, tell_unsnapped
from geoaccess.study.parts import Found, Part
from geoaccess.study.population_part import asks_population, population_part
from geoaccess.study.reform_part import asks_reform, reform_part
from geoaccess.study.result import ACCESS_COLUMNS, StudyResult
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.run_options import RunOptions
from geoaccess.study.schema import Study
from geoaccess.study.summary import summary_of, zones_table
from geoaccess.study.surface_part import asks_surface, surface_part
from geoaccess.travel import travel_times, unreached_reasons
from geoaccess.units import IntArray

# Name of the step, whether the study asks for it, and what does it.
PARTS: tuple[tuple[str, Callable[[Study], bool], Callable[[Found], Part]], ...] = (
    ("tell of the population grid", asks_population, population_part),
    ("measures of access", asks_measures, measures_part),
    # After the measures, whose equity may be asked for.
    ("measure equity", lambda _study: True, equity_part),
    ("check norms", asks_norms, norms_part),
    ("before and after the reform", asks_reform, reform_part),
    ("travel-time surfaces", asks_surface, surface_part),
)


def step_count(study: Study, *, reading_only: bool = False) -> int:
    """Count the steps that a run tells of: four to read, and what follows."""
    asked = sum(asks(study) for _, asks, _ in PARTS)
    return 4 if reading_only else 9 + len(study.kinds) + asked


def compute(
    study: Study, *, log: RunLog | None = None, options: RunOptions | None = None
) -> StudyResult:
    """
    Run a study, and write nothing.

    Parameters
    ----------
    study
        A checked study file.
    log
        Where steps, seconds and warnings are told; a fresh one if left out.
    options
        How to run it on this machine.

    Returns
    -------
    The result, from which tables and maps are written.

    Raises
    ------
    InputError
        If an input cannot be used.
    """
    log, options = log or RunLog(), options or RunOptions()
    paths = input_paths(study)
    cache = road_cache(study, enabled=options.cache)
    inputs = read_inputs(study, log, cache)
    zones = {
        role: territory.locate(inputs.origins.lon, inputs.origins.lat)
        for role, territory in inputs.territories.items()
    }
    for role, zone in zones.items():
        require_borders_there(role, inputs, zone)
        tell_outside(log, role, inputs.origins, zone)
    with log.step("meet the roads"):
        router = study_router(study, inputs, cache, options)
        times = _times(study, inputs, router, options)
    tables = []
    for kind in study.kinds:
        note = "" if kernels_are_kept() else "compiling once after installation"
        with log.step(f"travel times to {kind}", note=note):
            to_kind = times.of_kind(kind)
            tables.append(_access_to(kind, to_kind, zones, inputs, log))
            tell_nearer_beyond(log, to_kind, kind, cache.profile)
    access = pd.concat(tables).sort_values("id", kind="stable", ignore_index=True)
    parts = _parts(
        Found(
            study=study,
            inputs=inputs,
            router=router,
            times=times,
            zones=zones,
            access=access,
            log=log,
        )
    )
    made = {name: table for part in parts for name, table in part.tables.items()}
    with log.step("sum up"):
        labels = _labels(study.kinds)
        by_zone = zones_table(access, inputs.territories, cutoff_min=study.study.cutoff_min)
        summary = summary_of(
            access, inputs.destinations, inputs.territories, cutoff_min=study.study.cutoff_min
        )
    with log.step("keep the roads"):
        cache.keep()
    head = {"schema_version": 1, "title": study.study.title, "synthetic": study.study.synthetic}
    return StudyResult(
        title=study.study.title,
        synthetic=study.study.synthetic,
        origins=inputs.origins,
        destinations=inputs.destinations,
        services=study.kinds,
        labels=labels,
        territories=inputs.territories,
        access=access,
        zones=by_zone,
        equity=made.pop("equity"),
        cutoff_min=study.study.cutoff_min,
        sources=tuple(study.study.sources),
        summary={
            **head,
            "labels": labels,
            **summary,
            **_told_by(parts),
        },
        manifest={**head, **_manifest(study, paths, inputs, log)},
        tables=made,
        surfaces={kind: one for part in parts for kind, one in part.surfaces.items()},
        surface_images={kind: one for part in parts for kind, one in part.surface_images.items()},
        ground=roads_of(
            inputs.network, bounds=ground_bounds(inputs.origins, inputs.territories.values())
        ),
    )


def _parts(found: Found) -> list[Part]:
    """Answer the further questions that the study file asks."""
    given: list[Part] = []
    for name, asks, answer in PARTS:
        if asks(found.study):
            with found.log.step(name):
                given.append(answer(found))
            found = dataclasses.replace(found, tables={**found.tables, **given[-1].tables})
    return given


def _told_by(parts: list[Part]) -> dict[str, Any]:
    return {name: told for part in parts for name, told in part.summary.items()}


def study_router(study: Study, inputs: Inputs, cache: RoadCache, options: RunOptions) -> Router:
    """Roads made ready, for all that the study asks of them."""
    return Router(
        inputs.network,
        method=options.method,
        threads=options.threads,
        islands=inputs.islands.tolist(),
        min_component_km=study.roads.min_component_km,
        stored=cache.hierarchy,
    )


def _times(study: Study, inputs: Inputs, router: Router, options: RunOptions) -> TravelTimes:
    """Travel times to all services at once, so that everything is snapped but once."""
    return travel_times(
        router,
        inputs.origins,
        inputs.destinations,
        cutoff_min=study.study.cutoff_min,
        max_snap_m=inputs.origin_max_snap_m,
        service_max_snap_m=inputs.service_max_snap_m,
        max_memory_gb=options.max_memory_gb,
        client=options.client,
    )


def _access_to(
    kind: str, times: TravelTimes, zones: Mapping[str, IntArray], inputs: Inputs, log: RunLog
) -> pd.DataFrame:
    """Rows of the access table for one kind of service."""
    tell_unsnapped(log, times.destination_snap, kind)
    nearest = nearest_destinations(times)
    minutes = nearest["nearest_min"].to_numpy()
    columns: dict[str, Any] = {
        "id": inputs.origins.id,
        "name": inputs.origins.name,
        "population": inputs.origins.population,
        "service": kind,
        "nearest_min": np.where(np.isfinite(minutes), minutes, np.nan),
        "nearest_id": nearest["nearest_id"].to_numpy(),
        "nearest_name": nearest["nearest_name"].to_numpy(),
        "reason": unreached_reasons(times),
    }
    for role in dict.fromkeys(("before", "after", *inputs.territories)):
        territory = inputs.territories.get(role)
        columns[f"zone_{role}"] = "" if territory is None else territory.codes_at(zones[role])
    # Borders of other names come after the columns that every study has.
    return pd.DataFrame(columns)[list(dict.fromkeys((*ACCESS_COLUMNS, *columns)))]


def _labels(kinds: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Names by language; a kind of the user's own is called what it is called."""
    taxonomy = read_taxonomy()
    return {
        kind: dict(taxonomy[kind].label)
        if kind in taxonomy
        else {"en": kind.replace("_", " "), "lv": kind.replace("_", " ")}
        for kind in kinds
    }


def _manifest(
    study: Study, paths: dict[str, Source], inputs: Inputs, log: RunLog
) -> dict[str, Any]:
    settings = study.model_dump(mode="json")
    return {
        "inputs": inputs_record(paths),
        "osm_timestamp": inputs.network.source.osm_timestamp,
        "parameters": settings,
        "versions": versions(),
        "counts": {
            "settlements": len(inputs.origins),
            "people": float(inputs.origins.population.sum()),
            "services": {
                kind: int((inputs.destinations.kind == kind).sum()) for kind in study.kinds
            },
            "zones": {role: len(one) for role, one in inputs.territories.items()},
            "road_nodes": inputs.network.n_nodes,
            "road_arcs": inputs.network.n_arcs,
            "road_km": round(float(inputs.network.segment_length_m.sum()) / 1000.0, 1),
            "roads": dict(inputs.network.source.counts),
        },
        "warnings": list(log.warnings),
        "seconds": dict(log.seconds),
    }
