"""What a study file points to, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.io.profile import read_profile
from geoaccess.io.services import read_services
from geoaccess.io.sources import Source, require_there
from geoaccess.io.tables import read_polygons
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.population import Population
from geoaccess.model.profile import Profile
from geoaccess.model.territory import Territory
from geoaccess.study.borders import border_paths, read_territories
from geoaccess.study.manifest import RunLog
from geoaccess.study.norms_asked import asked_norms
from geoaccess.study.population_inputs import People, population_paths, read_cells, read_places
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.schema import Study
from geoaccess.units import AnyArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """What a study file points to, read and checked; the population where it is a grid."""

    network: Network
    origins: Origins
    destinations: Destinations
    territories: Mapping[str, Territory]
    islands: AnyArray
    origin_max_snap_m: float
    service_max_snap_m: FloatArray
    population: Population | None = None


def input_paths(study: Study) -> dict[str, Source]:
    """
    Every file and table that a study reads, by its role.

    Raises
    ------
    InputError
        If one does not exist, or is empty.
    """
    sources: dict[str, Source] = {}
    for role, text in _named(study).items():
        with _naming(role):
            sources[role] = study.source_of(text)
    sources |= _norm_paths(study)
    for role, source in sources.items():
        with _naming(role):
            require_there(source)
    if study.norms is not None:
        asked_norms(study, study.norms)  # so that a mistake is told before any routing
    return sources


@contextmanager
def _naming(role: str) -> Iterator[None]:
    """Say of which input an error speaks."""
    try:
        yield
    except InputError as error:
        msg = f"{role}: {error}"
        raise type(error)(msg) from None


def _named(study: Study) -> dict[str, str]:
    """Tell what the study file says of each input, by its role."""
    named = {"roads": study.roads.path, "settlements": study.settlements.path}
    for i, part in enumerate(study.services):
        named["services" if len(study.services) == 1 else f"services_{i + 1}"] = part.path
    shapes = {
        "area": study.roads.area,
        "barriers": study.roads.barriers,
        "islands": study.roads.islands,
    }
    named |= {role: text for role, text in shapes.items() if text is not None}
    if study.surface is not None and study.surface.area is not None:
        named["surface_area"] = study.surface.area
    named |= border_paths(study) | population_paths(study)
    if study.reform is not None:
        named |= study.reform.named_paths
    return named


def _norm_paths(study: Study) -> dict[str, Source]:
    if study.norms is None:
        return {}
    packs = enumerate(study.norms.packs, start=1)
    paths: dict[str, Source] = {f"norms_{i}": study.pack_path(text) for i, text in packs}
    table = study.norms.zone_type_table
    return paths if table is None else {**paths, "zone_types": study.path_of(table)}


def read_inputs(study: Study, log: RunLog, cache: RoadCache) -> Inputs:
    """Read everything that a study file points to; roads through their cache."""
    gridded = study.settlements.is_grid
    if not gridded:
        with log.step("read settlements"):
            people = People(origins=read_places(study))
    with log.step("read services"):
        parts = _read_all_services(study)
        destinations = _joined(parts)
    with log.step("read borders"):
        territories = read_territories(study)
    with log.step("read roads"):
        network = cache.network()
        islands = _islands(study)
    if gridded:
        # A grid is cut along borders and may be weighed by roads, so these come first.
        with log.step("read settlements"):
            people = read_cells(study, territories, network)
    usual_m = study.study.max_snap_m or cache.profile.max_snap_m
    own_m = [described.max_snap_m or usual_m for described in study.services]
    return Inputs(
        network=network,
        origins=people.origins,
        population=people.population,
        destinations=destinations,
        territories=territories,
        islands=islands,
        origin_max_snap_m=usual_m,
        service_max_snap_m=np.repeat(own_m, [len(part) for part in parts]),
    )


def _islands(study: Study) -> AnyArray:
    """Polygons of the declared islands; none where none are declared."""
    if study.roads.islands is None:
        return np.empty(0, dtype=object)
    return read_polygons(study.path_of(study.roads.islands))


def road_cache(study: Study, *, enabled: bool, profile: Profile | None = None) -> RoadCache:
    """Find where the roads of a study, for its own or another vehicle, are kept between runs."""
    profile = profile or read_profile(_profile(study))
    table = study.roads
    return RoadCache(
        study.source_of(table.path),
        profile,
        area=None if table.area is None else study.path_of(table.area),
        buffer_km=table.buffer_km,
        barriers=None if table.barriers is None else study.path_of(table.barriers),
        enabled=enabled,
    )


def _profile(study: Study) -> str:
    """Profile by name, or the path of a file beside the study file."""
    name = study.roads.profile
    return str(study.path_of(name)) if name.endswith(".toml") else name


def _read_all_services(study: Study) -> list[Destinations]:
    parts = [
        read_services(study.source_of(part.path), kinds=part.kinds, layer=part.layer)
        for part in study.services
    ]
    _require_apart(study, parts)
    return parts


def _joined(parts: list[Destinations]) -> Destinations:
    if len(parts) == 1:
        return parts[0]
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


def require_borders_there(role: str, inputs: Inputs, zone: IntArray) -> None:
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
