"""Administrative borders from a polygon file or from OpenStreetMap."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import DataWarning, InputError, some_ids
from geoaccess.io.border_faults import tell_faults
from geoaccess.io.levels import Levels, above_of, parts_of, with_level_columns
from geoaccess.io.osm import is_osm_path, read_boundaries
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import Source, source_of
from geoaccess.io.tables import read_places_table, text_column
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray, BoolArray

_AREAL = 2


def read_territory(
    path: str | Path | PostgisTable,
    *,
    date: str,
    code: str = "id",
    name: str = "name",
    admin_level: int | None = None,
    layer: str | None = None,
    levels: Levels | None = None,
) -> Territory:
    """
    Read one dated set of borders.

    Rows that share a code are dissolved, so a file of parishes gives municipalities when
    ``code`` names the column of the municipality.

    Parameters
    ----------
    path
        ``.gpkg``, ``.geojson``, ``.shp``, ``.parquet``; or an OSM file.
    date
        Day on which these borders held, for example ``"2021-06-30"``.
    code, name
        Columns, or OSM tags, with code and name; ``"id"`` is the OSM id.
    admin_level
        For an OSM file, the level of the areas wanted.
    layer
        Layer of a GeoPackage; the first if left out.
    levels
        Columns that name the smaller units of which the zones are made, and the larger
        that they are in.

    Returns
    -------
    The zones, sorted by code. Invalid polygons are repaired, and overlaps and
    gaps of over 1 ha told, with a warning.

    Raises
    ------
    InputError
        If the file cannot be used, has no polygons or no such column, a code is empty, or a
        smaller unit stands in two zones.

    Examples
    --------
    >>> from geoaccess.io.bundled import bundled
    >>> units = bundled("boundaries", "demo_units.geojson")
    >>> len(read_territory(units, code="after_code", name="after_name", date="2021-07-01"))
    4
    """
    path = source_of(path)
    levels = levels or Levels()
    if isinstance(path, Path) and is_osm_path(path):
        _require_no_levels(levels, path)
        table = _from_osm(path, code=code, name=name, admin_level=admin_level)
    else:
        rows = read_places_table(path, layer=layer)
        table = with_level_columns(_from_table(rows, path, code, name), rows, levels, path=path)
    table = _only_polygons(_repaired(table, path), path)
    zones = table.dissolve(by="code", as_index=False, sort=True)
    territory = Territory(
        date=date,
        code=zones["code"].to_numpy(dtype=object),
        name=zones["name"].to_numpy(dtype=object),
        geometry=zones.geometry.to_numpy(),
        parts=parts_of(table, levels, path=path),
        above=above_of(table, levels, path=path),
    )
    tell_faults(territory, path.name)
    return territory


def _require_no_levels(levels: Levels, path: Path) -> None:
    if levels != Levels():
        msg = f"{path}: borders from OSM have one level; save them as a table to name others"
        raise InputError(msg)


def _from_osm(path: Path, *, code: str, name: str, admin_level: int | None) -> gpd.GeoDataFrame:
    if admin_level is None:
        msg = f"{path}: borders from OSM need admin_level; add it, for example 8 for councils"
        raise InputError(msg)
    found = list(read_boundaries(path, admin_level=admin_level))
    if not found:
        msg = (
            f"{path} has no administrative areas of admin_level {admin_level}; "
            f"give another level, or a file with borders"
        )
        raise InputError(msg)
    codes = [area.id if code == "id" else area.tags.get(code, "") for area in found]
    empty = [area.id for area, one in zip(found, codes, strict=True) if not one]
    if empty:
        msg = f"{path}: no tag {code!r} on area {some_ids(empty)}; name another tag, or 'id'"
        raise InputError(msg)
    names = [area.tags.get(name, area.tags.get("name", "")) for area in found]
    return _zones(codes, names, np.array([area.area for area in found], dtype=object))


def _from_table(table: gpd.GeoDataFrame, path: Source, code: str, name: str) -> gpd.GeoDataFrame:
    codes = text_column(table, code, path=path)
    empty = [i for i, one in enumerate(codes, start=1) if not one]
    if empty:
        msg = f"{path}: no {code} in row {some_ids(empty)}; give every zone a code"
        raise InputError(msg)
    return _zones(codes, text_column(table, name, path=path), table.geometry.to_numpy())


def _zones(codes: list[str], names: list[str], geometry: AnyArray) -> gpd.GeoDataFrame:
    """Build a table of zones; one without a name is called by its code."""
    called = [name or code for name, code in zip(names, codes, strict=True)]
    return gpd.GeoDataFrame(
        {"code": codes, "name": called}, geometry=list(geometry), crs="EPSG:4326"
    )


def _repaired(table: gpd.GeoDataFrame, path: Source) -> gpd.GeoDataFrame:
    geometry = table.geometry.to_numpy()
    invalid: BoolArray = ~shapely.is_valid(geometry)
    if invalid.any():
        named = some_ids(table["name"].to_numpy()[invalid])
        warnings.warn(
            DataWarning(f"{path.name}: repaired invalid polygon of {named}"), stacklevel=4
        )
        geometry = np.where(invalid, shapely.make_valid(geometry), geometry)
    return table.set_geometry([_area_of(one) for one in geometry], crs=table.crs)


def _area_of(geometry: BaseGeometry) -> BaseGeometry:
    """Polygons of a collection, which a repair makes of a polygon with a spike."""
    if shapely.get_type_id(geometry) != shapely.GeometryType.GEOMETRYCOLLECTION:
        return geometry
    parts = shapely.get_parts(geometry)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == _AREAL])


def _only_polygons(table: gpd.GeoDataFrame, path: Source) -> gpd.GeoDataFrame:
    areal = shapely.get_dimensions(table.geometry.to_numpy()) == _AREAL
    if not areal.all():
        named = some_ids(table["name"].to_numpy()[~areal])
        msg = f"{path}: no area for {named}; borders must be polygons"
        raise InputError(msg)
    return table
