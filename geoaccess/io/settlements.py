"""Settlements from OpenStreetMap or from a table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.osm import RawPlace, is_osm_path, read_tagged_nodes
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import source_of
from geoaccess.io.tables import number_column, points_of, read_places_table, text_column
from geoaccess.model.places import Origins

SETTLEMENT_PLACES = ("city", "town", "village", "hamlet", "isolated_dwelling")
_POPULATION = re.compile(r"^[~<>≈ ]*(\d[\d\s.,']*)$")
_GROUPED = re.compile(r"[\s.,'](?=\d{3}\b)")


def read_settlements(
    path: str | Path | PostgisTable,
    *,
    id: str = "id",  # noqa: A002 - named as the column that it names
    name: str = "name",
    population: str = "population",
    groups: Sequence[str] = (),
    layer: str | None = None,
) -> Origins:
    """
    Read the places where people live.

    Parameters
    ----------
    path
        An OSM file, whose nodes with ``place`` city, town, village, hamlet or
        isolated_dwelling are taken; or ``.gpkg``, ``.geojson``, ``.shp``, ``.parquet``,
        or ``.csv`` with ``lon`` and ``lat`` in degrees; or a table of a database. Polygons
        stand for a point inside.
    id, name, population
        Columns of a table. From OSM, ``name`` may be another tag, such as ``name:en``.
    groups
        Columns with people by group, for example ``["age_7_15"]``.
    layer
        Layer of a GeoPackage; the first if left out.

    Returns
    -------
    Origins, sorted by id. An OSM place without a population weighs 0 people; a warning
    says how many there are.

    Raises
    ------
    InputError
        If the file cannot be used, or has no settlement; or if an id stands twice, or a
        population is negative, missing or text in a table.

    Examples
    --------
    >>> from geoaccess.io.bundled import bundled
    >>> people = read_settlements(bundled("boundaries", "demo_settlements.csv"))
    >>> bool(people.population.sum() > 80_000)
    True
    """
    path = source_of(path)
    if isinstance(path, Path) and is_osm_path(path):
        return _from_osm(path, name=name)
    table = read_places_table(path, layer=layer)
    ids = text_column(table, id, path=path)
    lon, lat = points_of(table, path=path)
    people = Origins(
        id=np.array(ids, dtype=object),
        name=np.array(text_column(table, name, path=path), dtype=object),
        lon=lon,
        lat=lat,
        population=number_column(table, population, path=path, ids=ids),
        groups={group: number_column(table, group, path=path, ids=ids) for group in groups},
    )
    return _sorted(people)


def _from_osm(path: Path, *, name: str) -> Origins:
    found = [
        place
        for place in read_tagged_nodes(path, key="place")
        if place.tags["place"] in SETTLEMENT_PLACES
    ]
    if not found:
        kinds = "|".join(SETTLEMENT_PLACES)
        msg = f"{path} has no settlements (no node with place={kinds}); give a file with some"
        raise InputError(msg)
    population = np.array([_population(place) for place in found])
    unknown = np.isnan(population)
    if unknown.any():
        warnings.warn(
            DataWarning(
                f"{path.name}: {int(unknown.sum())} of {len(found)} settlements state no "
                f"population and weigh 0 people"
            ),
            stacklevel=3,
        )
    people = Origins(
        id=np.array([place.id for place in found], dtype=object),
        name=np.array(
            [place.tags.get(name, place.tags.get("name", "")) for place in found], dtype=object
        ),
        lon=np.array([place.lon for place in found]),
        lat=np.array([place.lat for place in found]),
        population=np.nan_to_num(population),
    )
    return _sorted(people)


def _population(place: RawPlace) -> float:
    """Read a number of people from a ``population`` tag, NaN where there is none."""
    match = _POPULATION.match(place.tags.get("population", "").strip())
    if not match:
        return float("nan")
    digits = _GROUPED.sub("", match[1].strip())
    return float(digits) if digits.isdigit() else float("nan")


def _sorted(people: Origins) -> Origins:
    return people.take(np.argsort(people.id.astype(str), kind="stable"))
