"""Results into a PostGIS database, from memory or from the folder of a run."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geoaccess.errors import InputError
from geoaccess.io.files import require_file
from geoaccess.io.postgis_write import write_postgis_tables
from geoaccess.report.document.tables import read_record, result_table
from geoaccess.report.results import result_layers, result_tables
from geoaccess.study.result import StudyResult

USUAL_SCHEMA = "geoaccess"


def write_postgis(
    result: StudyResult,
    database: str,
    *,
    schema: str = USUAL_SCHEMA,
    overwrite: bool = False,
) -> list[str]:
    """
    Write the layers and tables of a result into a schema of a PostGIS database.

    All of them or none: earlier ones stay until all are there, and if something fails. Where
    columns are the same, a table is emptied and filled anew, so that views on it and rights to
    it stay. Columns say their units in comments.

    Parameters
    ----------
    result
        What a study found.
    database
        As ``postgresql://user@host:5432/database``; the password comes from PGPASSWORD,
        ``~/.pgpass`` or a service file.
    schema
        Made if missing.
    overwrite
        Also replace tables that geoaccess did not make.

    Returns
    -------
    Names of the tables.

    Raises
    ------
    InputError
        If the extra is not installed, or the database cannot be reached or has no PostGIS.
    OutputError
        If it refuses, or a table of others is in the way.
    """
    tables = {**result_layers(result), **result_tables(result)}
    about = _about(result.title, synthetic=result.synthetic)
    write_postgis_tables(tables, database, schema=schema, about=about, overwrite=overwrite)
    return list(tables)


def export_postgis(
    folder: str | Path,
    database: str,
    *,
    schema: str = USUAL_SCHEMA,
    overwrite: bool = False,
) -> list[str]:
    """
    Write what a run left in its folder, as :func:`write_postgis` does.

    Parameters
    ----------
    folder
        Folder that ``geoaccess run`` wrote.
    database, schema, overwrite
        As for :func:`write_postgis`.

    Returns
    -------
    Names of the tables.

    Raises
    ------
    InputError
        If a file of the run is missing or damaged, or as for :func:`write_postgis`.
    OutputError
        As for :func:`write_postgis`.
    """
    folder = Path(folder)
    summary = read_record(folder / "summary.json")
    tables = {**_layers(folder), **_tables(folder)}
    about = _about(str(summary.get("title", "")), synthetic=bool(summary.get("synthetic")))
    write_postgis_tables(tables, database, schema=schema, about=about, overwrite=overwrite)
    return list(tables)


def _about(title: str, *, synthetic: bool) -> str:
    return f" of {title!r}{', SYNTHETIC: rests on made-up data' if synthetic else ''}"


def _layers(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    package = folder / "results.gpkg"
    if not package.is_file():
        found = sorted(folder.glob("results_*.parquet"))
        if found:
            return {one.stem.removeprefix("results_"): _without_box(one) for one in found}
    require_file(package)
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(package)]
        return {name: gpd.read_file(package, layer=name) for name in names}
    except (RuntimeError, ValueError) as error:
        msg = f"{package} cannot be read ({error}); run the study again"
        raise InputError(msg) from error


def _without_box(path: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(path).drop(columns="bbox", errors="ignore")


def _tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Tables that the run wrote; others that lie beside them are none of its results."""
    written = read_record(folder / "manifest.json").get("files", [])
    paths = [folder / str(name) for name in written if str(name).endswith(".csv")]
    return {path.stem: result_table(path) for path in paths}
