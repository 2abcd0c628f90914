"""
GeoPackage, GeoParquet, GeoJSON, Shapefile and CSV as one kind of table.

Whatever the format, what comes out is a table of columns with a point or polygon in
EPSG:4326 for each row; missing CRS, empty geometries and missing columns are refused with
the name of the file and the rows.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyproj.exceptions import ProjError

from geoaccess.errors import DataWarning, InputError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import Source
from geoaccess.io.text_tables import csv_rows, has_decimal_comma, numbers_of
from geoaccess.units import LAT_LIMIT, LON_LIMIT, AnyArray, FloatArray

_CSV = (".csv",)
_PARQUET = (".parquet", ".geoparquet")
_VECTOR = (".gpkg", ".geojson", ".json", ".shp", ".fgb", ".zip")
_DECIMAL_COMMA = re.compile(r"^\s*-?\d+,\d+\s*$")
_NOISE = re.compile(r"^Error tokenizing data\. C error: |; It might help.*")
# Borders of a projected CRS may end a hair beyond the globe.
_HAIR = 1e-6


def read_places_table(path: Source, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """
    Read any table of places.

    Parameters
    ----------
    path
        ``.gpkg``, ``.geojson``, ``.shp``, GeoParquet, or ``.csv`` or plain ``.parquet``
        with columns ``lon`` and ``lat`` in degrees; or a table of a database.
    layer
        Layer of a GeoPackage; the first if left out.

    Returns
    -------
    One row a place, ``geometry`` in EPSG:4326.

    Raises
    ------
    InputError
        If the file is missing or unreadable, has no CRS, no rows, or empty geometries, or
        lies off the globe.
    """
    table = _from_database(path, layer) if isinstance(path, PostgisTable) else _read(path, layer)
    crs: object = table.crs
    if not len(table):
        msg = f"{path} has no rows; give a file with at least one place"
        raise InputError(msg)
    if crs is None:
        msg = f"{path} states no CRS; save it with one (for example EPSG:3059 or EPSG:4326)"
        raise InputError(msg)
    empty = table.geometry.isna() | table.geometry.is_empty
    if empty.any():
        rows = [i + 1 for i in np.flatnonzero(empty)]
        msg = f"{path}: empty geometry in row {some_ids(rows)}; remove or fill these rows"
        raise InputError(msg)
    return _in_degrees(table, path)


def read_polygons(path: Source, *, layer: str | None = None) -> AnyArray:
    """
    Read polygons and nothing else.

    Returns
    -------
    Polygons in EPSG:4326, shape (n_rows,).

    Raises
    ------
    InputError
        As for :func:`read_places_table`, or if a row is no polygon.
    """
    shapes = read_places_table(path, layer=layer).geometry.to_numpy()
    areal = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004
    if not areal.all():
        rows = np.flatnonzero(~areal) + 1
        msg = f"{path}: no area in row {some_ids(rows)}; give polygons only"
        raise InputError(msg)
    return np.asarray(shapes)


def points_of(table: gpd.GeoDataFrame, *, path: Source) -> tuple[FloatArray, FloatArray]:
    """
    Longitude and latitude of each row; a polygon or line stands for a point on it.

    Returns
    -------
    Two arrays of degrees, shape (n_rows,).
    """
    geometry = table.geometry.to_numpy()
    shaped = shapely.get_type_id(geometry) != shapely.GeometryType.POINT
    if shaped.any():
        warnings.warn(
            DataWarning(
                f"{path.name}: {int(shaped.sum())} shapes stand for a point on each of them"
            ),
            stacklevel=3,
        )
        geometry = np.where(shaped, shapely.point_on_surface(geometry), geometry)
    return shapely.get_x(geometry), shapely.get_y(geometry)


def column(table: pd.DataFrame, name: str, *, path: Source) -> pd.Series[Any]:
    """
    One column of a table.

    Raises
    ------
    InputError
        If there is none of that name; the message names the nearest.
    """
    if name not in table.columns:
        known = [str(one) for one in table.columns if one != "geometry"]
        msg = f"{path} has no column {name!r}; {nearest_known(name, known)}"
        raise InputError(msg)
    return table[name]


def text_column(table: pd.DataFrame, name: str, *, path: Source) -> list[str]:
    """Text of one column, missing as empty, whole numbers without a decimal point."""
    values = column(table, name, path=path)
    if pd.api.types.is_float_dtype(values) and bool((values.dropna() % 1 == 0).all()):
        return ["" if pd.isna(value) else f"{value:.0f}" for value in values]
    return ["" if pd.isna(value) else str(value) for value in values]


def number_column(table: pd.DataFrame, name: str, *, path: Source, ids: list[str]) -> FloatArray:
    """
    Numbers of one column.

    Raises
    ------
    InputError
        If a value is text or missing; the message names the rows by id.
    """
    values = column(table, name, path=path)
    numbers = numbers_of(values, decimal_comma=has_decimal_comma(table))
    bad = ~np.isfinite(numbers)
    if bad.any():
        first = values.to_numpy()[bad][0]
        shown = "empty" if pd.isna(first) else repr(first)
        mend = "write decimals with a point" if _has_comma(first) else "correct these rows"
        named = some_ids(np.array(ids, dtype=object)[bad])
        msg = f"{path}: {name} is not a number for {named} (first: {shown}); {mend}"
        raise InputError(msg)
    return numbers


def _read(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    require_file(path)
    suffix = path.suffix.lower()
    if layer is not None and suffix in (*_CSV, *_PARQUET):
        msg = f"{path} has no layers, but layer {layer!r} is asked for; leave layer out"
        raise InputError(msg)
    try:
        if suffix in _CSV:
            return _from_degrees(csv_rows(path), path)
        if suffix in _PARQUET:
            return _from_parquet(path)
        if suffix in _VECTOR:
            return _from_vector(path, layer)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        why = _NOISE.sub("", (str(error).splitlines() or [type(error).__name__])[0])
        msg = f"{path} cannot be read ({why}); check the file and its format"
        raise InputError(msg) from error
    known = ", ".join((*_CSV, *_PARQUET, *_VECTOR))
    msg = f"{path}: unknown kind of file {suffix!r}; known: {known}"
    raise InputError(msg)


def _from_database(table: PostgisTable, layer: str | None) -> gpd.GeoDataFrame:
    if layer is not None:
        msg = f"{table} has no layers, but layer {layer!r} is asked for; leave layer out"
        raise InputError(msg)
    return table.rows


def _from_vector(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    return _with_geometry(gpd.read_file(path, layer=chosen_layer(path, layer)), path)


def chosen_layer(path: Path, layer: str | None) -> str | None:
    """Layer of that name; else the first with a geometry, told if there are others, or None."""
    every = pyogrio.list_layers(path)
    known = [str(name) for name, _ in every]
    if layer is not None:
        if layer not in known:
            msg = f"{path} has no layer {layer!r}; {nearest_known(layer, known)}"
            raise InputError(msg)
        return layer
    layers = [str(name) for name, geometry in every if geometry is not None]
    if len(layers) > 1:
        warnings.warn(
            DataWarning(
                f"{path.name} has {len(layers)} layers ({some_ids(layers)}); {layers[0]} is "
                f"read, name another with layer"
            ),
            stacklevel=5,
        )
    return layers[0] if layers else None


def _with_geometry(table: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    if not isinstance(table, gpd.GeoDataFrame):
        msg = f"{path} has no geometry; give a layer of points or polygons"
        raise InputError(msg)
    return table


def _from_parquet(path: Path) -> gpd.GeoDataFrame:
    """Read GeoParquet; or a plain table that has degrees."""
    if b"geo" in (pq.read_schema(path).metadata or {}):
        return gpd.read_parquet(path)
    table = pd.read_parquet(path)
    if {"lon", "lat"} <= set(table.columns):
        return _from_degrees(table, path)
    msg = f"{path} has no geometry; save it as GeoParquet, or with columns lon and lat in degrees"
    raise InputError(msg)


def _from_degrees(table: pd.DataFrame, path: Source) -> gpd.GeoDataFrame:
    """Make points of columns; text stays text, so that codes keep their leading zeros."""
    ids = [f"row {i + 1}" for i in range(len(table))]
    lon = number_column(table, "lon", path=path, ids=ids)
    lat = number_column(table, "lat", path=path, ids=ids)
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


def _has_comma(value: object) -> bool:
    return isinstance(value, str) and bool(_DECIMAL_COMMA.match(value))


def _in_degrees(table: gpd.GeoDataFrame, path: Source) -> gpd.GeoDataFrame:
    """Turn coordinates into longitude and latitude, and refuse those that cannot be."""
    try:
        table = table.to_crs("EPSG:4326")
    except ProjError as error:
        msg = f"{path}: its CRS {table.crs.name!r} has no place on the globe; save it in another"
        raise InputError(msg) from error
    west, south, east, north = table.bounds.to_numpy().T
    far_lon = ~((west >= -LON_LIMIT - _HAIR) & (east <= LON_LIMIT + _HAIR))
    off = far_lon | ~((south >= -LAT_LIMIT - _HAIR) & (north <= LAT_LIMIT + _HAIR))
    if off.any():
        hint = (
            "these are not degrees; convert them to EPSG:4326, or state their CRS"
            if far_lon.any()
            else "longitude and latitude look swapped; swap them"
        )
        rows = some_ids(np.flatnonzero(off) + 1)
        msg = f"{path}: coordinates off the globe in row {rows}: {hint}"
        raise InputError(msg)
    return table
