"""
Results become files: CSV, GeoPackage and JSON, the same bytes for the same results.

A folder of results is written whole or not at all: everything goes into a folder beside
it, which takes its place at the end.
"""

from __future__ import annotations

import json
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TextIO

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geoaccess.errors import OutputError
from geoaccess.io.spreadsheet import guarded

CsvStyle = Literal["plain", "latvian"]
MANIFEST = "manifest.json"
_DECIMALS = 6
# GeoPackage writes the hour of its making into itself, unless told another.
_FIXED_HOUR = "2000-01-01T00:00:00.000Z"


def write_csv(table: pd.DataFrame, path: Path | TextIO, *, style: CsvStyle = "plain") -> None:
    """
    Write a table as CSV: UTF-8, missing as empty, at most six decimals.

    Parameters
    ----------
    table
        Columns in the order wanted.
    path
        File to write, or an open one.
    style
        ``plain`` has commas between columns and decimal points. ``latvian`` opens as it is
        in a spreadsheet of a Latvian locale: semicolons, decimal commas and a byte order
        mark. In either, text that a spreadsheet would run as a formula has an apostrophe
        before it.
    """
    number = _plain_number if style == "plain" else _latvian_number
    written = table.copy()
    for name in written.columns:
        if pd.api.types.is_float_dtype(written[name]):
            written[name] = [number(value) for value in written[name]]
        elif not pd.api.types.is_integer_dtype(written[name]):
            cells = [_cell(value, number) for value in written[name]]
            written[name] = pd.Series(cells, dtype=object, index=written.index)
    written.columns = pd.Index([guarded(str(name)) for name in written.columns])
    written.to_csv(
        path,
        index=False,
        lineterminator="\n",
        sep="," if style == "plain" else ";",
        encoding="utf-8" if style == "plain" else "utf-8-sig",
    )


def _plain_number(value: float) -> str:
    """Shortest text of a number at six decimals; empty where it is missing or infinite."""
    if not np.isfinite(value):
        return ""
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _latvian_number(value: float) -> str:
    return _plain_number(value).replace(".", ",")


def _cell(value: object, number: Callable[[float], str]) -> object:
    """Cell of a column that is no column of decimals, but may hold some."""
    if isinstance(value, float):
        return number(value)
    return guarded(value) if isinstance(value, str) else value


def write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """
    Write a GeoPackage with one layer a table.

    Parameters
    ----------
    layers
        Tables with geometry, by name of layer, in the order wanted.
    path
        File to write; it must not be there yet. Columns whose names GeoPackage cannot keep
        apart (``fid``, ``geom``, or two that differ in case only) get a ``_``.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_HOUR})
    try:
        for name, layer in layers.items():
            with warnings.catch_warnings():
                # Text longer than QGIS shows is still written whole.
                warnings.simplefilter("ignore", RuntimeWarning)
                _storable(layer).to_file(
                    path, layer=name, driver="GPKG", engine="pyogrio", index=False
                )
    except RuntimeError as error:  # what GDAL says of a full disk
        msg = f"cannot write {path.name} ({error}); check space and permissions"
        raise OutputError(msg) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _storable(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    taken = {"fid", "geom"}
    names = {}
    for column in layer.columns.drop(layer.geometry.name):
        free = str(column)
        while free.lower() in taken:
            free += "_"
        taken.add(free.lower())
        names[column] = free
    return layer.rename(columns=names)


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write JSON, UTF-8, indented, keys in the order given; NaN is refused."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


@contextmanager
def whole_folder(out: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """
    Write a folder of results whole, or not at all.

    Parameters
    ----------
    out
        Folder of results. It may be missing, empty, or hold earlier results, which stay
        as they are until the new ones are complete; files of other names are kept.
    overwrite
        Also write into a folder that holds other things.

    Yields
    ------
    A folder to write into.

    Raises
    ------
    OutputError
        If ``out`` is a file, holds something that is not results of a study, or cannot be
        written.
    """
    out = out.resolve()
    _restore(out)
    require_free(out, overwrite=overwrite)
    fresh = out.with_name(f".{out.name}-{uuid.uuid4().hex[:8]}.partial")
    try:
        fresh.mkdir(parents=True)
        yield fresh
        _take_place(fresh, out)
    except OSError as error:
        msg = f"cannot write results to {out} ({error}); check space and permissions"
        raise OutputError(msg) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        _restore(out)


def require_free(out: Path, *, overwrite: bool = False) -> None:
    """
    Refuse to write over something that is not results of a study.

    Raises
    ------
    OutputError
        If ``out`` is a file, or a folder with other things and no manifest.
    """
    if out.exists() and not out.is_dir():
        msg = f"{out} is a file; give a folder for the results"
        raise OutputError(msg)
    if overwrite or not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / MANIFEST).is_file():
        msg = f"{out} holds other files and no results; give a new folder, or --overwrite"
        raise OutputError(msg)


def _previous(out: Path) -> Path:
    return out.with_name(f".{out.name}.previous")


def _restore(out: Path) -> None:
    """Drop earlier results, or bring them back if a run died while taking their place."""
    previous = _previous(out)
    if previous.is_dir():
        if out.exists():
            shutil.rmtree(previous, ignore_errors=True)
        else:
            previous.rename(out)


def _take_place(fresh: Path, out: Path) -> None:
    if not out.exists():
        fresh.rename(out)
        return
    if out.samefile(Path.cwd()):
        # A folder that somebody stands in cannot be exchanged, but its files can, one by
        # one; the manifest, which says that all are there, comes last.
        for name in _listed(out) - {path.name for path in fresh.iterdir()}:
            (out / name).unlink(missing_ok=True)
        for path in sorted(fresh.iterdir(), key=lambda one: one.name == MANIFEST):
            path.replace(out / path.name)
        return
    gone = {path.name for path in fresh.iterdir()} | _listed(out)
    kept = [path for path in out.iterdir() if path.name not in gone]
    for path in kept:
        _copy(path, fresh / path.name)
    out.rename(_previous(out))
    fresh.rename(out)


def _listed(out: Path) -> set[str]:
    """Files of the earlier run, by its manifest: what it wrote and this one does not is stale."""
    try:
        told = json.loads((out / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    names = told.get("files", []) if isinstance(told, dict) else []
    own = [name for name in names if isinstance(name, str) and Path(name).name == name]
    return {name for name in own if (out / name).is_file()}


def _copy(path: Path, to: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, to, symlinks=True)
    else:
        shutil.copy2(path, to, follow_symlinks=False)
