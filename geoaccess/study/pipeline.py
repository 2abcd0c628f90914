"""From a study file to its result: read, route, measure, sum up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.io.borders import read_territory
from geoaccess.io.files import require_file
from geoaccess.io.profile import read_profile
from geoaccess.io.services import read_services
from geoaccess.io.settlements import read_settlements
from geoaccess.io.taxonomy import read_taxonomy
from geoaccess.measures.time_to_nearest import nearest_destinations
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Reason, Snapped
from geoaccess.model.territory import Territory
from geoaccess.model.times import TravelTimes
from geoaccess.routing.compiled import kernels_are_kept
from geoaccess.routing.router import Router
from geoaccess.study.manifest import RunLog, inputs_record, versions
from geoaccess.study.result import ACCESS_COLUMNS, StudyResult
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.run_options import RunOptions
from geoaccess.study.schema import Study
from geoaccess.study.summary import equity_table, summary_of, zones_table
from geoaccess.travel import travel_times, unreached_reasons
from geoaccess.units import IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """What a study file points to, read and checked."""

    network: Network
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]


def input_paths(study: Study) -> dict[str, Path]:
    """
    Every file that a study reads, by its role.

    Raises
    ------
    InputError
        If one does not exist, or is empty.
    """
    named = {"roads": study.roads.path, "settlements": study.settlements.path}
    for i, part in enumerate(study.services):
        named["services" if len(study.services) == 1 else f"services_{i + 1}"] = part.path
    for side, borders in study.territory.items():
        named[f"territory_{side}"] = borders.path
    paths = {role: study.path_of(text) for role, text in named.items()}
    for role, path in paths.items():
        try:
            require_file(path)
        except InputError as error:
            msg = f"{role}: {error}"
            raise InputError(msg) from None
    return paths


def read_inputs(study: Study, log: RunLog, cache: RoadCache) -> Inputs:
    """Read everything that a study file points to; roads through their cache."""
    with log.step("read settlements"):
        table = study.settlements
        origins = read_settlements(
            study.path_of(table.path),
            id=table.id,
            name=table.name,
            population=table.population,
            groups=table.groups,
            layer=table.layer,
        )
    with log.step("read services"):
        destinations = _read_all_services(study)
    with log.step("read borders"):
        territories: dict[str, Territory] = {
            role: read_territory(
                study.path_of(borders.path),
                date=borders.date,
                code=borders.code,
                name=borders.name,
                admin_level=borders.admin_level,
                layer=borders.layer,
            )
            for role, borders in study.territory.items()
        }
    with log.step("read roads"):
        network = cache.network()
    return Inputs(
        network=network, origins=origins, destinations=destinations, territories=territories
    )


def road_cache(study: Study, *, enabled: bool) -> RoadCache:
    """Find where the roads of a study are kept between runs."""
    profile = read_profile(_profile(study))
    return RoadCache(study.path_of(study.roads.path), profile, enabled=enabled)


def step_count(study: Study, *, reading_only: bool = False) -> int:
    """Count the steps that a run tells of: four to read, and what follows."""
    return 4 if reading_only else 8 + len(study.kinds)


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
        _require_borders_there(role, inputs, zone)
        _tell_outside(log, role, inputs.origins, zone)
    with log.step("meet the roads"):
        times = _times(study, inputs, cache, options)
    tables = []
    for kind in study.kinds:
        note = "" if kernels_are_kept() else "compiling once after installation"
        with log.step(f"travel times to {kind}", note=note):
            tables.append(_access_to(kind, times.of_kind(kind), zones, inputs, log))
    with log.step("sum up"):
        access = pd.concat(tables).sort_values("id", kind="stable", ignore_index=True)
        labels = _labels(study.kinds)
        by_zone = zones_table(access, inputs.territories, cutoff_min=study.study.cutoff_min)
        equity = equity_table(access, inputs.territories, cutoff_min=study.study.cutoff_min)
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
        equity=equity,
        cutoff_min=study.study.cutoff_min,
        sources=tuple(study.study.sources),
        summary={**head, **summary},
        manifest={**head, **_manifest(study, paths, inputs, log)},
    )


def _profile(study: Study) -> str:
    """Profile by name, or the path of a file beside the study file."""
    name = study.roads.profile
    return str(study.path_of(name)) if name.endswith(".toml") else name


def _read_all_services(study: Study) -> Destinations:
    parts = [
        read_services(study.path_of(part.path), kinds=part.kinds, layer=part.layer)
        for part in study.services
    ]
    if len(parts) == 1:
        return parts[0]
    _require_apart(study, parts)
    return Destinations(
        id=np.concatenate([part.id for part in parts]),
        name=np.concatenate([part.name for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        lon=np.concatenate([part.lon for part in parts]),
        lat=np.concatenate([part.lat for part in parts]),
        capacity=np.concatenate([part.capacity for part in parts]),
        attributes={
            name: np.concatenate(
                [part.attributes.get(name, np.full(len(part), "", object)) for part in parts]
            )
            for name in dict.fromkeys(name for part in parts for name in part.attributes)
        },
    )


def _require_apart(study: Study, parts: list[Destinations]) -> None:
    """Refuse an id that stands in two tables of services, naming both."""
    owner: dict[str, str] = {}
    for described, part in zip(study.services, parts, strict=True):
        twice = [one for one in part.id if one in owner]
        if twice:
            msg = (
                f"services: id {some_ids(twice)} stands in {owner[twice[0]]} and in "
                f"{described.path}; give every service an id of its own"
            )
            raise MismatchError(msg)
        owner |= dict.fromkeys(part.id, described.path)


def _times(study: Study, inputs: Inputs, cache: RoadCache, options: RunOptions) -> TravelTimes:
    """Travel times to all services at once, so that everything is snapped but once."""
    router = Router(
        inputs.network, method=options.method, threads=options.threads, stored=cache.hierarchy
    )
    return travel_times(
        router,
        inputs.origins,
        inputs.destinations,
        cutoff_min=study.study.cutoff_min,
        max_snap_m=study.study.max_snap_m,
        max_memory_gb=options.max_memory_gb,
        client=options.client,
    )


def _access_to(
    kind: str, times: TravelTimes, zones: Mapping[str, IntArray], inputs: Inputs, log: RunLog
) -> pd.DataFrame:
    """Rows of the access table for one kind of service."""
    _tell_unsnapped(log, times.destination_snap, kind)
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
    for role in ("before", "after"):
        territory = inputs.territories.get(role)
        columns[f"zone_{role}"] = "" if territory is None else territory.codes_at(zones[role])
    return pd.DataFrame(columns)[list(ACCESS_COLUMNS)]


def _require_borders_there(role: str, inputs: Inputs, zone: IntArray) -> None:
    """Refuse borders that meet no settlement but would, were longitude and latitude swapped."""
    if (zone >= 0).any():
        return
    origins = inputs.origins
    west, south, east, north = inputs.network.bounds
    by_roads = (origins.lon >= west) & (origins.lon <= east)
    by_roads &= (origins.lat >= south) & (origins.lat <= north)
    swapped = inputs.territories[role].locate(origins.lat, origins.lon) >= 0
    if (by_roads & swapped).any():
        msg = (
            f"territory {role}: longitude and latitude of the borders look swapped, for "
            f"settlements lie in them only when exchanged; swap the coordinates of the borders"
        )
        raise MismatchError(msg)


def _tell_outside(log: RunLog, role: str, origins: Origins, zone: IntArray) -> None:
    outside = zone < 0
    if outside.any():
        people = origins.population[outside].sum()
        log.tell(
            f"territory {role}: {int(outside.sum())} of {len(origins)} settlements "
            f"({people:,.0f} people) lie outside every zone and are kept without one"
        )


def _tell_unsnapped(log: RunLog, snapped: Snapped, kind: str) -> None:
    off = ~snapped.on_road
    if off.any():
        farthest = float(np.max(snapped.distance_m[off], initial=0.0))
        log.tell(
            f"{kind}: {int(off.sum())} of {len(snapped)} services lie too far from a road "
            f"(up to {farthest:,.0f} m) and serve nobody; raise max_snap_m or correct them"
        )


def _labels(kinds: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Names by language; a kind of the user's own is called what it is called."""
    taxonomy = read_taxonomy()
    return {
        kind: dict(taxonomy[kind].label)
        if kind in taxonomy
        else {"en": kind.replace("_", " "), "lv": kind.replace("_", " ")}
        for kind in kinds
    }


def _manifest(study: Study, paths: dict[str, Path], inputs: Inputs, log: RunLog) -> dict[str, Any]:
    settings = study.model_dump(mode="json")
    reasons = {str(reason): 0 for reason in Reason}
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
            "known_reasons": list(reasons),
        },
        "warnings": list(log.warnings),
        "seconds": dict(log.seconds),
    }
