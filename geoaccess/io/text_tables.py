"""
Tables of text: CSV as programs write it, and as spreadsheets do.

Which characters separate columns, how letters are coded and whether decimals have commas is
found out from the file, for whoever saves a table from a spreadsheet is not asked.
"""

from __future__ import annotations

import codecs
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio

from geoaccess.errors import DataWarning, InputError
from geoaccess.io.files import require_file
from geoaccess.io.spreadsheet import unguarded
from geoaccess.units import FloatArray

DECIMAL_COMMA = "decimal_comma"
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What spreadsheets on Baltic Windows write unless asked for UTF-8.
_BALTIC = "cp1257"
_BALTIC_SIGNS = "\u00a0–—‘’“”„…«»€°§²³×·"  # noqa: RUF001 - signs as they stand in text
_SEPARATORS = ",;\t"
_SAID_SEPARATOR = re.compile(r"sep=(.)\s*$")
_QUOTED = re.compile(r'"[^"]*"')
_HEADER_BYTES = 1 << 16
_COMMA_NUMBER = r"\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*"
_POINT_NUMBER = r"\s*[+-]?\d+\.\d+(?:[eE][+-]?\d+)?\s*"
# Thousands stand apart by a space that does not break.
_GROUP_GAP = r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    """How a file writes its letters and columns."""

    encoding: str
    separator: str
    skipped_lines: int


def read_text_table(path: Path) -> pd.DataFrame:
    """
    Read a table without places, every cell as text.

    Parameters
    ----------
    path
        CSV with a header, columns separated by commas, semicolons or tabs; Parquet; or a
        GeoPackage, of which the first table is read.

    Returns
    -------
    Text columns, missing as NA, so that codes keep their leading zeros.

    Raises
    ------
    InputError
        If the file is missing, unreadable or has no rows.
    """
    require_file(path)
    try:
        table = _text_of(path)
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        msg = f"{path} is no table; save it as CSV, with commas or semicolons"
        raise InputError(msg) from error
    if not len(table):
        msg = f"{path} has no rows; give a table with at least one"
        raise InputError(msg)
    return table


def _text_of(path: Path) -> pd.DataFrame:
    suffix = path.suffix.lower()
    if suffix not in {".parquet", ".gpkg"}:
        return csv_rows(path)
    table = (
        pd.read_parquet(path)
        if suffix == ".parquet"
        else pyogrio.read_dataframe(path, layer=0, read_geometry=False)
    )
    return pd.DataFrame({name: _as_text(table[name]) for name in table.columns})


def _as_text(column: pd.Series[Any]) -> pd.Series[str]:
    """Cells as text, missing as NA, whole numbers without a decimal point."""
    if pd.api.types.is_float_dtype(column) and bool((column.dropna() % 1 == 0).all()):
        column = column.astype("Int64")
    return column.astype("string")


def csv_rows(path: Path, *, missing: bool = True) -> pd.DataFrame:
    """
    Rows of a CSV, every cell as text.

    Parameters
    ----------
    path
        In UTF-8, UTF-16 with a byte order mark, or, with a warning, Windows-1257.
    missing
        Whether an empty cell, ``NA`` and the like are NA; they stay text otherwise.

    Returns
    -------
    The rows; ``attrs`` say under ``decimal_comma`` whether numbers may be written so.

    Raises
    ------
    InputError
        If rows are longer than the header, or letters are coded otherwise.
    """
    dialect = _dialect(path)
    try:
        return _rows(path, dialect, missing=missing)
    except UnicodeDecodeError as error:
        told = error
    if dialect.encoding != "utf-8" or not _looks_baltic(path):
        msg = f"{path} is not UTF-8 text; save it as UTF-8"
        raise InputError(msg) from told
    msg = (
        f"{path.name} is not UTF-8 text and was read as Windows-1257; check its letters, or save "
        f"it as UTF-8"
    )
    warnings.warn(DataWarning(msg), stacklevel=5)
    return _rows(path, _dialect(path, fallback=_BALTIC), missing=missing)


def result_rows(path: Path) -> pd.DataFrame:
    """
    Rows of a CSV that geoaccess wrote, in whichever style.

    Returns
    -------
    Every cell as text, empty where missing, numbers with decimal points.

    Raises
    ------
    InputError
        As for :func:`csv_rows`.
    """
    table = csv_rows(path, missing=False).fillna("")
    decimal_comma = has_decimal_comma(table)
    columns = {}
    for name in table.columns:
        text = table[name].astype("str")
        if decimal_comma:
            with_comma = text.str.fullmatch(_COMMA_NUMBER)
            text = text.where(~with_comma, text.str.replace(",", ".", regex=False))
        columns[unguarded(name)] = [unguarded(one) for one in text]
    return pd.DataFrame(columns, dtype="str")


def numbers_of(values: pd.Series[Any], *, decimal_comma: bool) -> FloatArray:
    """
    Numbers of cells, NaN where a cell is missing or none.

    Parameters
    ----------
    values
        Cells, numbers or text.
    decimal_comma
        Whether ``1 234,5`` is a number; not if another cell of the column writes ``1234.5``.
    """
    if decimal_comma and not pd.api.types.is_numeric_dtype(values):
        text = values.astype("string").str.replace(_GROUP_GAP, "", regex=True)
        with_comma = text.str.fullmatch(_COMMA_NUMBER).fillna(value=False)
        if with_comma.any() and not text.str.fullmatch(_POINT_NUMBER).any():
            text = text.where(~with_comma, text.str.replace(",", ".", regex=False))
        values = text
    numbers = pd.to_numeric(values, errors="coerce")
    return np.asarray(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def has_decimal_comma(table: pd.DataFrame) -> bool:
    """Tell whether a table comes from a file whose numbers may have commas."""
    return bool(table.attrs.get(DECIMAL_COMMA, False))


def _rows(path: Path, dialect: _Dialect, *, missing: bool) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            table = pd.read_csv(
                path,
                dtype="string",
                sep=dialect.separator,
                encoding=dialect.encoding,
                skiprows=dialect.skipped_lines,
                keep_default_na=missing,
                index_col=False,
            )
        except pd.errors.ParserWarning as error:
            msg = f"{path} has rows with more fields than the header; quote text that has commas"
            raise InputError(msg) from error
    table.attrs[DECIMAL_COMMA] = dialect.separator != ","
    return table


def _looks_baltic(path: Path) -> bool:
    """Whether a file has letters and signs of text where other code pages have others."""
    try:
        text = path.read_bytes().decode(_BALTIC)
    except UnicodeDecodeError:
        return False
    return all(one.isascii() or one.isalpha() or one in _BALTIC_SIGNS for one in set(text))


def _dialect(path: Path, *, fallback: str = "utf-8") -> _Dialect:
    """Find out how a file is written, from its first bytes."""
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    marks = [name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark)]
    encoding = marks[0] if marks else fallback
    lines = head.decode(encoding, errors="replace").lstrip("\ufeff").splitlines() or [""]
    said = _SAID_SEPARATOR.fullmatch(lines[0])
    if said is not None:
        return _Dialect(encoding=encoding, separator=said[1], skipped_lines=1)
    header = _QUOTED.sub("", next((line for line in lines if line.strip()), ""))
    separator = max(_SEPARATORS, key=header.count)
    return _Dialect(encoding=encoding, separator=separator, skipped_lines=0)
