"""Roads and the places on them, from a study file or from files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoaccess.errors import InputError, nearest_known
from geoaccess.io.build import read_network
from geoaccess.io.profile import read_profile
from geoaccess.io.services import read_services
from geoaccess.io.tables import points_of, read_places_table, text_column
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations
from geoaccess.study.inputs import road_cache
from geoaccess.study.schema import Study, read_study

PLACE_KIND = "place"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadsAndPlaces:
    """Roads, places, and how far the ones may lie from the others, metres."""

    network: Network
    places: Destinations
    max_snap_m: float


def read_roads_and_places(
    roads: Path, *, service: str | None, places: Path | None, profile: str = "car"
) -> RoadsAndPlaces:
    """
    Read roads, and the services or other places that are asked for.

    Parameters
    ----------
    roads
        A study file (``.toml``), or an OSM file.
    service
        Kind of service: of the study, of ``places`` where that is given too, or of the OSM
        file.
    places
        Table of places with a column ``id``.
    profile
        Vehicle, where ``roads`` is no study.

    Raises
    ------
    InputError
        If a file cannot be used, the kind is unknown, or neither service nor places is given.
    """
    study = read_study(roads) if roads.suffix.lower() == ".toml" else None
    if places is not None:
        wanted = _from_table(places, service)
    elif service is None:
        msg = "no places: name a kind of service, or a table of places"
        raise InputError(msg)
    else:
        wanted = _of_study(study, service) if study else read_services(roads, kinds=[service])
    if study is None:
        vehicle = read_profile(profile)
        network = read_network(roads, profile=vehicle)
        return RoadsAndPlaces(network=network, places=wanted, max_snap_m=vehicle.max_snap_m)
    cache = road_cache(study, enabled=True)
    limit_m = study.study.max_snap_m or cache.profile.max_snap_m
    return RoadsAndPlaces(network=cache.network(), places=wanted, max_snap_m=limit_m)


def _of_study(study: Study, kind: str) -> Destinations:
    for part in study.services:
        if kind in part.kinds:
            return read_services(study.source_of(part.path), kinds=[kind], layer=part.layer)
    msg = f"the study has no service {kind!r}; {nearest_known(kind, study.kinds)}"
    raise InputError(msg)


def _from_table(path: Path, kind: str | None) -> Destinations:
    if kind is not None:
        return read_services(path, kinds=[kind])
    table = read_places_table(path)
    ids = text_column(table, "id", path=path)
    names = text_column(table, "name", path=path) if "name" in table.columns else ids
    lon, lat = points_of(table, path=path)
    found = Destinations(
        id=np.array(ids, dtype=object),
        name=np.array(names, dtype=object),
        kind=np.full(len(ids), PLACE_KIND, dtype=object),
        lon=lon,
        lat=lat,
        capacity=np.full(len(ids), np.nan),
    )
    return found.take(np.argsort(found.id.astype(str), kind="stable"))
