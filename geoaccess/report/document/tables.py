"""What a report is written from: the tables of one run, just made or read from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geoaccess.errors import InputError
from geoaccess.io.files import read_utf8, require_file
from geoaccess.io.text_tables import result_rows
from geoaccess.study.result import StudyResult

_CHIEF = ("access", "zones", "equity")
_FURTHER = (
    "measures",
    "measures_zones",
    "norms",
    "norms_zones",
    "reform",
    "reform_permutations",
    "reform_seats",
    "reform_zones",
)
# Columns of text, whatever they look like: codes keep their leading zeros.
_LEADING_ZERO = r"0\d"
_TEXT = ("id", "name", "nearest_id", "nearest_name", "reason", "service")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportTables:
    """
    Tables and records of one run.

    Attributes
    ----------
    summary, manifest
        As ``summary.json`` and ``manifest.json`` hold them.
    labels
        Name of each kind of service by language.
    access, zones, equity
        The chief tables.
    further
        Tables of the parts that the study asked for, by name.
    sources
        Lines that name the origin and licence of the data.
    """

    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]
    labels: Mapping[str, Mapping[str, str]]
    access: pd.DataFrame
    zones: pd.DataFrame
    equity: pd.DataFrame
    further: Mapping[str, pd.DataFrame]
    sources: tuple[str, ...]


def tables_of(result: StudyResult) -> ReportTables:
    """Tables of a result that is still in memory."""
    return ReportTables(
        summary=result.summary,
        manifest=result.manifest,
        labels=result.labels,
        access=result.access,
        zones=result.zones,
        equity=result.equity,
        further=result.tables,
        sources=result.sources,
    )


def read_tables(folder: str | Path) -> ReportTables:
    """
    Tables that a run left in its folder.

    Parameters
    ----------
    folder
        Folder that ``geoaccess run`` wrote.

    Raises
    ------
    InputError
        If a file of the run is missing or damaged; the message names it.
    """
    folder = Path(folder)
    summary, manifest = (read_record(folder / f"{name}.json") for name in ("summary", "manifest"))
    chief = {name: result_table(folder / f"{name}.csv") for name in _CHIEF}
    parameters = manifest.get("parameters", {})
    return ReportTables(
        summary=summary,
        manifest=manifest,
        labels=summary.get("labels", {}),
        **chief,
        further={
            name: result_table(folder / f"{name}.csv")
            for name in _FURTHER
            if (folder / f"{name}.csv").is_file()
        },
        sources=tuple(parameters.get("study", {}).get("sources", ())),
    )


def read_record(path: Path) -> dict[str, Any]:
    """
    Read a record of a run.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    try:
        told = json.loads(read_utf8(path))
    except json.JSONDecodeError as error:
        msg = f"{path} is not JSON ({error.msg} in line {error.lineno}); run the study again"
        raise InputError(msg) from error
    if not isinstance(told, dict):
        msg = f"{path} is no record of a run; run the study again"
        raise InputError(msg)
    return told


def result_table(path: Path) -> pd.DataFrame:
    """
    Read a table of a run, numbers as numbers and codes as text.

    Raises
    ------
    InputError
        If it is missing or damaged.
    """
    require_file(path)
    try:
        table = result_rows(path)
    except ValueError as error:
        msg = f"{path} is no table of a run ({error}); run the study again"
        raise InputError(msg) from error
    for name in table.columns:
        if not _is_text(name, table[name]):
            table[name] = pd.to_numeric(table[name])
    return table


def _is_text(name: str, column: pd.Series[str]) -> bool:
    if name in _TEXT or name.startswith(("zone_", "nearest_id")) or name.endswith(("_id", "_name")):
        return True
    filled = column[column != ""]
    if filled.str.match(_LEADING_ZERO).any():
        return True
    return bool(pd.to_numeric(filled, errors="coerce").isna().any())


def label_of(tables: ReportTables, kind: str, language: str) -> str:
    """Name of a kind of service."""
    known = tables.labels.get(kind, {})
    return str(known.get(language) or known.get("en") or kind.replace("_", " "))
