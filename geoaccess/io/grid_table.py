"""Population grids kept as tables: CSV, or polygons and points of a GeoPackage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.io.grid_codes import EUROPE, is_laea, read_codes
from geoaccess.io.grid_columns import GridColumns, Piece, known_crs, require_people
from geoaccess.io.tables import chosen_layer
from geoaccess.io.text_tables import has_decimal_comma, numbers_of, read_text_table
from geoaccess.units import AnyArray, BoolArray, FloatArray, TextArray

ROWS_AT_ONCE = 200_000
_GISCO = "GRD_ID"
_VECTORS = (".gpkg", ".geojson", ".json", ".shp", ".fgb", ".zip")
_PARQUETS = (".parquet", ".geoparquet")
# A rectangle that fills its own box to so much is upright.
_FULL = 1 - 1e-6
Grid = tuple[str, Iterator[Piece]]


def table_grid(path: Path, columns: GridColumns, *, rows_at_once: int = ROWS_AT_ONCE) -> Grid:
    """
    Read the inhabited cells of a table, one run of rows after another.

    Parameters
    ----------
    path
        ``.csv``; ``.gpkg``, ``.geojson``, ``.shp``, ``.fgb`` or ``.parquet`` with polygons or
        points.
    columns
        What stands where.
    rows_at_once
        How many rows of a file with geometries are read together; a CSV is read whole.

    Returns
    -------
    The CRS, and the pieces.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or a CRS, or holds a number of people that
        is negative or none.
    """
    require_file(path)
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return _csv_grid(path, columns)
        if suffix in _PARQUETS:
            return _shape_grid(path, columns, iter([gpd.read_parquet(path)]))
        if suffix in _VECTORS:
            return _shape_grid(path, columns, _runs(path, columns, rows_at_once))
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise _unreadable(path, error) from error
    known = ", ".join((".tif", ".csv", *_PARQUETS, *_VECTORS))
    msg = f"{path}: unknown kind of population grid {suffix!r}; known: {known}"
    raise InputError(msg)


def _unreadable(path: Path, error: Exception) -> InputError:
    why = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError(f"{path} cannot be read ({why}); check the file and its format")


def _runs(path: Path, columns: GridColumns, rows_at_once: int) -> Iterator[gpd.GeoDataFrame]:
    """Rows of a vector file, run by run."""
    start, layer = 0, chosen_layer(path, columns.layer)
    while True:
        run = pyogrio.read_dataframe(
            path, layer=layer, skip_features=start, max_features=rows_at_once
        )
        if len(run) or not start:
            yield run
        if len(run) < rows_at_once:
            return
        start += rows_at_once


def _shape_grid(path: Path, columns: GridColumns, runs: Iterator[gpd.GeoDataFrame]) -> Grid:
    first = next(runs)
    if not isinstance(first, gpd.GeoDataFrame):
        msg = f"{path} has no geometry; give polygons or points, or a CSV with codes of cells"
        raise InputError(msg)
    if not len(first):
        msg = f"{path} has no rows; give a grid with at least one cell"
        raise InputError(msg)
    crs = known_crs(first.crs, columns, name=str(path))

    def pieces() -> Iterator[Piece]:
        done = 0
        for run in _with_first(first, runs):
            shapes = _shapes(run, path, done)
            yield _piece(run, path, columns, done, _laid_out(shapes, columns))
            done += len(run)

    return crs, _telling(path, pieces())


def _shapes(run: gpd.GeoDataFrame, path: Path, done: int) -> AnyArray:
    shapes = np.asarray(run.geometry.to_numpy())
    kinds = shapely.get_dimensions(shapes)
    good = (kinds == 2) | (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)  # noqa: PLR2004
    bad = ~good | shapely.is_empty(shapes)
    if bad.any():
        rows = some_ids(np.flatnonzero(bad) + 1 + done)
        msg = f"{path}: no polygon or point in row {rows}; correct or remove these rows"
        raise InputError(msg)
    return shapes


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Where the cells of a run of rows lie: centres, sizes, and shapes that are no rectangles."""

    x: FloatArray
    y: FloatArray
    width: FloatArray
    height: FloatArray
    shape: AnyArray | None


def _laid_out(shapes: AnyArray, columns: GridColumns) -> _Layout:
    areal = shapely.get_dimensions(shapes) == 2  # noqa: PLR2004
    if not areal.any():
        size = np.full(len(shapes), columns.cell_m or 0.0)
        return _Layout(shapely.get_x(shapes), shapely.get_y(shapes), size, size, None)
    box = shapely.bounds(shapes)
    width, height = box[:, 2] - box[:, 0], box[:, 3] - box[:, 1]
    area = shapely.area(shapes)
    upright = np.where(areal, area >= width * height * _FULL, True)  # noqa: FBT003
    middle = shapely.centroid(shapes)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    return _Layout(x, y, width, height, None if upright.all() else shapes)


def _csv_grid(path: Path, columns: GridColumns) -> Grid:
    table = read_text_table(path)
    code = columns.code
    if code is None and columns.x not in table.columns and _GISCO in table.columns:
        code = _GISCO
    crs = _csv_crs(path, columns, code)
    layout = _csv_layout(table, path, columns, code)
    return crs, iter([_piece(table, path, columns, 0, layout, code=code)])


def _csv_crs(path: Path, columns: GridColumns, code: str | None) -> str:
    if code is None:
        if (columns.x, columns.y) == ("lon", "lat"):
            return known_crs("EPSG:4326", columns, name=str(path))
        return known_crs(None, columns, name=str(path))
    if columns.crs is not None and not is_laea(columns.crs):
        msg = f"{path}: codes of the European grid are in {EUROPE}, not {columns.crs}; leave it out"
        raise InputError(msg)
    return known_crs(EUROPE, GridColumns(), name=str(path))


def _csv_layout(run: pd.DataFrame, path: Path, columns: GridColumns, code: str | None) -> _Layout:
    if code is not None:
        texts = _column(run, code, path).fillna("").to_numpy(dtype=object)
        try:
            x, y, size = read_codes(texts)
        except InputError as error:
            msg = f"{path}: {error}"
            raise InputError(msg) from error
        return _Layout(x, y, size, size, None)
    (has_x, x), (has_y, y) = (_numbers(run, one, path, 0) for one in (columns.x, columns.y))
    known = has_x & has_y & np.isfinite(x) & np.isfinite(y)
    if not known.all():
        rows = some_ids(np.flatnonzero(~known) + 1)
        msg = f"{path}: no coordinates in row {rows}; fill or remove these rows"
        raise InputError(msg)
    size = np.full(len(run), columns.cell_m or 0.0)
    return _Layout(x, y, size, size, None)


def _piece(
    run: pd.DataFrame,
    path: Path,
    columns: GridColumns,
    done: int,
    layout: _Layout,
    *,
    code: str | None = None,
) -> Piece:
    def row(i: int) -> str:
        return f"row {done + i + 1}"

    groups = [_numbers(run, told, path, done) for told in columns.groups.values()]
    for (_, numbers), name in zip(groups, columns.groups, strict=True):
        require_people(str(path), numbers, row, what=name)
    if columns.sum_groups:
        known = np.logical_or.reduce([has for has, _ in groups])
        people = np.sum([numbers for _, numbers in groups], axis=0)
    else:
        known, people = _numbers(run, columns.population, path, done)
        require_people(str(path), people, row, what=columns.population)
    at = np.flatnonzero(known & (people != 0))
    named = columns.id or code
    return Piece(
        x=layout.x[at],
        y=layout.y[at],
        width=layout.width[at],
        height=layout.height[at],
        people=np.stack([people[at], *(numbers[at] for _, numbers in groups)]),
        id=None if named is None else _texts(_column(run, named, path))[at],
        shape=None if layout.shape is None else layout.shape[at],
        n_nodata=int((~known).sum()),
        n_empty=int((known & (people == 0)).sum()),
    )


def _texts(values: pd.Series[Any]) -> TextArray:
    """Text of ids; whole numbers without a decimal point."""
    if pd.api.types.is_float_dtype(values) and bool((values.dropna() % 1 == 0).all()):
        return np.array(["" if pd.isna(one) else f"{one:.0f}" for one in values], dtype=object)
    return np.array(["" if pd.isna(one) else str(one) for one in values], dtype=object)


def _numbers(run: pd.DataFrame, name: str, path: Path, done: int) -> tuple[BoolArray, FloatArray]:
    """Whether each row has a number in a column, and the numbers, 0 where it has none."""
    values = _column(run, name, path)
    numbers = numbers_of(values, decimal_comma=has_decimal_comma(run))
    known = ~np.isnan(numbers)
    odd = ~known & ~values.isna().to_numpy()
    if odd.any():
        first = values.to_numpy()[odd][0]
        rows = some_ids(np.flatnonzero(odd) + 1 + done)
        msg = (
            f"{path}: {name} is not a number in row {rows} (first: {first!r}); correct these rows, "
            f"or leave the cell empty where there are no data"
        )
        raise InputError(msg)
    return known, np.where(known, numbers, 0.0)


def _column(run: pd.DataFrame, name: str, path: Path) -> pd.Series[Any]:
    if name not in run.columns:
        known = [str(one) for one in run.columns if one != "geometry"]
        msg = f"{path} has no column {name!r}; {nearest_known(name, known)}"
        raise InputError(msg)
    return run[name]


def _with_first(
    first: gpd.GeoDataFrame, rest: Iterator[gpd.GeoDataFrame]
) -> Iterator[gpd.GeoDataFrame]:
    yield first
    yield from rest


def _telling(path: Path, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Turn what a reader says half-way into an input error."""
    try:
        yield from pieces
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise _unreadable(path, error) from error
