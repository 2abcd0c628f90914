"""Access of each settlement as one long table, from a run or from a folder that one wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.io.text_tables import result_rows
from geoaccess.study.measures_schema import EVERYBODY, NEAREST

_COLUMNS = ["id", "service", "measure", "group", "value", "unit"]


def access_rows(access: pd.DataFrame, measures: pd.DataFrame | None) -> pd.DataFrame:
    """
    Join minutes to the nearest service and further measures.

    Parameters
    ----------
    access
        Table ``access`` of a study.
    measures
        Table ``measures``, where the study lists any.

    Returns
    -------
    Columns ``id, service, measure, group, value, unit`` by id; the minutes of the former are
    the measure ``nearest``. ``value`` is NaN where unreached.
    """
    head = access[["id", "service"]].assign(
        measure=NEAREST, group=EVERYBODY, value=access["nearest_min"], unit="min"
    )
    rows = [head[_COLUMNS]] if measures is None else [head[_COLUMNS], measures[_COLUMNS]]
    return pd.concat(rows).sort_values("id", kind="stable", ignore_index=True)


def read_access_rows(folder: Path) -> pd.DataFrame:
    """
    Read the same table from the results of a run.

    Parameters
    ----------
    folder
        Folder with ``access.csv`` and, where the study listed measures, ``measures.csv``.

    Raises
    ------
    InputError
        If there are no results in it.
    """
    extra = folder / "measures.csv"
    return access_rows(
        _read(folder / "access.csv", ("id", "service", "nearest_min")),
        _read(extra, ("id", "service", "measure", "group", "unit", "value"))
        if extra.exists()
        else None,
    )


def chosen_rows(
    rows: pd.DataFrame, *, services: Sequence[str] = (), measures: Sequence[str] = ()
) -> pd.DataFrame:
    """
    Keep the rows of some services and measures.

    Raises
    ------
    InputError
        If one of them does not occur; the message names the nearest.
    """
    for column, wanted in (("service", services), ("measure", measures)):
        known = sorted(set(rows[column]))
        for one in wanted:
            if one not in known:
                msg = f"no {column} {one!r} in these results; {nearest_known(one, known)}"
                raise InputError(msg)
        if wanted:
            rows = rows[rows[column].isin(wanted)]
    return rows


def _read(path: Path, needed: tuple[str, ...]) -> pd.DataFrame:
    """Read a table of results; the last of the columns needed holds numbers, or nothing."""
    require_file(path)
    try:
        # Text first, so that an id such as 0042 or NA stays what it is.
        table = result_rows(path)
    except ValueError as error:
        why = " ".join(str(error).split())
        msg = f"{path} is no table of results ({why}); run the study again"
        raise InputError(msg) from error
    lacking = [one for one in needed if one not in table.columns]
    if lacking:
        msg = f"{path} has no column {', '.join(lacking)}; give a folder that geoaccess run wrote"
        raise InputError(msg)
    number = needed[-1]
    told = pd.to_numeric(table[number], errors="coerce")
    odd = told.isna() & (table[number] != "")
    if odd.any():
        msg = (
            f"{path}: {number} is not a number in row {some_ids(np.flatnonzero(odd) + 1)}; "
            f"run the study again"
        )
        raise InputError(msg)
    return table.assign(**{number: told})
