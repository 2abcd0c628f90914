"""Services from OpenStreetMap, by the taxonomy, or from a table."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geoaccess.errors import DataWarning, InputError, nearest_known, some_ids
from geoaccess.io.osm import RawPlace, is_osm_path, read_tagged_places
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import Source, source_of
from geoaccess.io.tables import column, points_of, read_places_table, text_column
from geoaccess.io.taxonomy import ServiceKind, Taxonomy, chosen_kinds, read_taxonomy, tag_keys
from geoaccess.io.text_tables import has_decimal_comma, numbers_of
from geoaccess.model.places import Destinations
from geoaccess.units import FloatArray

_EARTH = Geod(ellps="WGS84")
_SAME_NAME_M = 100.0
_WHOLE_NUMBER = re.compile(r"^\s*(\d+)\s*$")


def read_services(
    path: str | Path | PostgisTable,
    *,
    kinds: Sequence[str] | None = None,
    taxonomy: Taxonomy | None = None,
    layer: str | None = None,
) -> Destinations:
    """
    Read the places where services are given.

    Parameters
    ----------
    path
        An OSM file, whose nodes and areas are read by the taxonomy; or a table (as for
        settlements) with columns ``id``, ``kind``, ``name`` and, where known,
        ``capacity``.
    kinds
        Kinds of service, for example ``["school", "pharmacy"]``; from a table, all that
        occur if left out; from OSM they must be said.
    taxonomy
        What OSM tags mean; the bundled one if left out.
    layer
        Layer of a GeoPackage; the first if left out.

    Returns
    -------
    Destinations, sorted by kind, then id. One service that OSM holds twice (a node inside
    an area of its kind, or the same name within 100 m) is one destination.

    Raises
    ------
    InputError
        If the file cannot be used, a kind is unknown, or has no service in the file.

    Examples
    --------
    >>> from geoaccess.io.bundled import bundled
    >>> places = read_services(bundled("services", "demo_services.csv"), kinds=["hospital"])
    >>> places.kinds
    ['hospital']
    """
    path = source_of(path)
    if isinstance(path, Path) and is_osm_path(path):
        known = taxonomy or read_taxonomy()
        if not kinds:
            msg = f"{path}: say which kinds of service to read; known: {', '.join(sorted(known))}"
            raise InputError(msg)
        return _from_osm(path, chosen_kinds(known, kinds))
    return _from_table(path, kinds, layer)


def _from_osm(path: Path, kinds: Mapping[str, ServiceKind]) -> Destinations:
    things = list(read_tagged_places(path, keys=tag_keys(kinds.values())))
    kept: list[tuple[str, RawPlace]] = []
    merged = 0
    for kind, definition in kinds.items():
        of_kind = [thing for thing in things if definition.matches(thing.tags)]
        once = merge_duplicates(of_kind)
        if not once:
            msg = f"{path} has no service of kind {kind!r}; leave it out or give another file"
            raise InputError(msg)
        merged += len(of_kind) - len(once)
        kept += [(kind, thing) for thing in once]
    if merged:
        warnings.warn(
            DataWarning(f"{path.name}: duplicate services merged: {merged}"), stacklevel=3
        )
    return _sorted(
        Destinations(
            id=np.array([_id_of(thing, kind, kinds) for kind, thing in kept], dtype=object),
            name=np.array([thing.tags.get("name", "") for _, thing in kept], dtype=object),
            kind=np.array([kind for kind, _ in kept], dtype=object),
            lon=np.array([thing.lon for _, thing in kept]),
            lat=np.array([thing.lat for _, thing in kept]),
            capacity=np.array([_capacity(thing, kinds[kind]) for kind, thing in kept]),
        )
    )


def _id_of(thing: RawPlace, kind: str, kinds: Mapping[str, ServiceKind]) -> str:
    """OSM id; with the kind where one object gives several of the services read."""
    several = sum(definition.matches(thing.tags) for definition in kinds.values()) > 1
    return f"{thing.id}/{kind}" if several else thing.id


def _capacity(thing: RawPlace, definition: ServiceKind) -> float:
    match = _WHOLE_NUMBER.match(thing.tags.get(definition.capacity_tag, ""))
    return float(match[1]) if match else float("nan")


def merge_duplicates(things: Iterable[RawPlace]) -> list[RawPlace]:
    """
    Keep one of the objects that stand for one service.

    Two objects of a kind are one service when a node, or a smaller area, lies inside an
    area, or when both carry the same name and lie within 100 m. The largest area is
    kept, then the first by id; but a service that has a name is never swallowed by an
    area of another name.

    Parameters
    ----------
    things
        Objects of one kind.

    Returns
    -------
    The objects that are kept, by id.
    """
    ordered = sorted(things, key=lambda one: (-_size(one), one.id))
    kept: list[RawPlace] = []
    for thing in ordered:
        if not any(_same_service(thing, other) for other in _near(thing, kept)):
            kept.append(thing)
    return sorted(kept, key=lambda one: one.id)


def _size(thing: RawPlace) -> float:
    return 0.0 if thing.area is None else float(thing.area.area)


def _near(thing: RawPlace, kept: list[RawPlace]) -> list[RawPlace]:
    """Those few that could be the same, by a rough box in degrees."""
    reach = 0.02
    return [
        other
        for other in kept
        if abs(other.lat - thing.lat) < reach and abs(other.lon - thing.lon) < 2 * reach
    ]


def _same_service(thing: RawPlace, other: RawPlace) -> bool:
    name, other_name = thing.tags.get("name", ""), other.tags.get("name", "")
    if name and other_name and name != other_name:
        return False
    if other.area is not None and other.area.covers(shapely.Point(thing.lon, thing.lat)):
        return True
    if not name or name != other_name:
        return False
    _, _, apart_m = _EARTH.inv(thing.lon, thing.lat, other.lon, other.lat)
    return bool(apart_m <= _SAME_NAME_M)


def _from_table(path: Source, kinds: Sequence[str] | None, layer: str | None) -> Destinations:
    table = read_places_table(path, layer=layer)
    occurring = set(text_column(table, "kind", path=path))
    for kind in kinds or ():
        if kind not in occurring:
            hint = nearest_known(kind, sorted(occurring))
            msg = f"{path} has no service of kind {kind!r}; {hint}"
            raise InputError(msg)
    if kinds is not None:
        table = table[column(table, "kind", path=path).isin(list(kinds))]
    known = {"id", "name", "kind", "capacity", "lon", "lat", "geometry"}
    more = [str(one) for one in table.columns if one not in known]
    lon, lat = points_of(table, path=path)
    return _sorted(
        Destinations(
            id=np.array(text_column(table, "id", path=path), dtype=object),
            name=np.array(text_column(table, "name", path=path), dtype=object),
            kind=np.array(text_column(table, "kind", path=path), dtype=object),
            lon=lon,
            lat=lat,
            capacity=_capacities(table, path),
            attributes={
                one: np.array(text_column(table, one, path=path), dtype=object) for one in more
            },
        )
    )


def _capacities(table: pd.DataFrame, path: Source) -> FloatArray:
    """Capacity where a table has it; an empty cell is unknown, other text is refused."""
    if "capacity" not in table.columns:
        return np.full(len(table), np.nan)
    values = table["capacity"]
    numbers = numbers_of(values, decimal_comma=has_decimal_comma(table))
    text = np.isnan(numbers) & values.notna() & (values.astype("string").str.strip() != "")
    if text.any():
        msg = (
            f"{path}: capacity is not a number for row "
            f"{some_ids(np.flatnonzero(text) + 1)} (first: {values[text].iloc[0]!r}); "
            f"correct or empty these cells"
        )
        raise InputError(msg)
    return numbers


def _sorted(services: Destinations) -> Destinations:
    return services.take(np.lexsort((services.id.astype(str), services.kind.astype(str))))
