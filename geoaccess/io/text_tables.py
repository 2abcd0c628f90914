"""Tables without places: CSV whose every cell is text."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pandas as pd

from geoaccess.errors import InputError
from geoaccess.io.files import require_file


def read_text_table(path: Path) -> pd.DataFrame:
    """
    Read a CSV of text.

    Parameters
    ----------
    path
        UTF-8, comma separated, with a header.

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
        table = csv_rows(path)
    except UnicodeDecodeError as error:
        msg = f"{path} is not UTF-8 text; save it as UTF-8"
        raise InputError(msg) from error
    except (OSError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        msg = f"{path} is no table; save it as CSV, with commas"
        raise InputError(msg) from error
    if not len(table):
        msg = f"{path} has no rows; give a table with at least one"
        raise InputError(msg)
    return table


def csv_rows(path: Path) -> pd.DataFrame:
    """
    Rows of a CSV, every cell as text.

    Raises
    ------
    InputError
        If rows are longer than the header, or commas do not separate the columns.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            table = pd.read_csv(path, dtype="string", encoding="utf-8-sig", index_col=False)
        except pd.errors.ParserWarning as error:
            msg = f"{path} has rows with more fields than the header; quote text that has commas"
            raise InputError(msg) from error
    if len(table.columns) == 1 and re.search(r"[;\t]", str(table.columns[0])):
        msg = f"{path} separates its columns by semicolons or tabs; save it with commas"
        raise InputError(msg)
    return table
