"""Layers and tables as GeoParquet, Parquet and GeoJSON, the same bytes for the same results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from geoaccess.errors import OutputError

_COMPRESSION = "zstd"
_GEOPARQUET = "1.1.0"
# About a centimetre; RFC 7946 warns against more digits than are meant.
_DECIMALS = 7


def write_geoparquet(layer: gpd.GeoDataFrame, path: Path) -> None:
    """
    Write a layer as GeoParquet 1.1, with its CRS and a box around each shape.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        layer.to_parquet(
            path,
            index=False,
            compression=_COMPRESSION,
            schema_version=_GEOPARQUET,
            # A column of that name may be the user's own.
            write_covering_bbox="bbox" not in layer.columns,
        )
    except OSError as error:
        raise _unwritten(path, error) from error


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """
    Write a table as Parquet: numbers in full, missing as null.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    columns = {str(name): _one_type(table[name]) for name in table.columns}
    try:
        pq.write_table(pa.table(columns), path, compression=_COMPRESSION)
    except OSError as error:
        raise _unwritten(path, error) from error


def write_geojson(layer: gpd.GeoDataFrame, path: Path) -> None:
    """
    Write a layer as GeoJSON of RFC 7946: degrees of WGS 84, outer rings anticlockwise.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        pyogrio.write_dataframe(
            layer.to_crs("EPSG:4326"),
            path,
            driver="GeoJSON",
            layer_options={
                "RFC7946": "YES",
                "WRITE_NAME": "NO",
                "COORDINATE_PRECISION": str(_DECIMALS),
                # A place called [1] is called so, and is no list.
                "AUTODETECT_JSON_STRINGS": "NO",
            },
        )
    except RuntimeError as error:  # what GDAL says of a full disk
        raise _unwritten(path, error) from error


def _one_type(column: pd.Series[Any]) -> pa.Array:
    """Column as Arrow has it; one that mixes text and numbers becomes text."""
    try:
        return pa.Array.from_pandas(column)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if pd.isna(one) else str(one) for one in column], pa.string())


def _unwritten(path: Path, error: Exception) -> OutputError:
    return OutputError(f"cannot write {path.name} ({error}); check space and permissions")
