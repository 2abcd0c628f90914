"""Columns of a border file that name the levels below and above its zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geoaccess.errors import InputError, some_ids
from geoaccess.io.sources import Source
from geoaccess.io.tables import text_column
from geoaccess.model.nesting import Membership, Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """
    Which columns of a border file name its other levels.

    Attributes
    ----------
    parts
        Columns with code and name of the smaller units, one a row; None if there are none.
    part_level
        What the smaller units are called.
    above
        For each larger level, the smallest first, columns with its code and name; both may
        be the same.

    Examples
    --------
    >>> Levels(parts=("unit_code", "unit_name"), above={"region": ("region", "region")}).part_level
    'parish'
    """

    parts: tuple[str, str] | None = None
    part_level: str = "parish"
    above: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def with_level_columns(
    zones: gpd.GeoDataFrame, table: gpd.GeoDataFrame, levels: Levels, *, path: Source
) -> gpd.GeoDataFrame:
    """Add texts of the columns that name levels, missing as empty, to a table of zones."""
    named = {f"{level}_above": columns for level, columns in levels.above.items()}
    if levels.parts is not None:
        named["part"] = levels.parts
    for prefix, columns in named.items():
        for kind, column in zip(("code", "name"), columns, strict=True):
            zones[f"{prefix}_{kind}"] = text_column(table, column, path=path)
    return zones


def parts_of(table: gpd.GeoDataFrame, levels: Levels, *, path: Source) -> Parts | None:
    """
    Units below the zones, rows that share a code joined.

    Raises
    ------
    InputError
        If a code is empty, or a unit stands in two zones; the message names the file.
    """
    if levels.parts is None:
        return None
    empty = [i for i, one in enumerate(table["part_code"], start=1) if not one]
    if empty:
        msg = f"{path}: no {levels.parts[0]} in row {some_ids(empty)}; give every unit a code"
        raise InputError(msg)
    called = table["part_name"].where(table["part_name"] != "", table["part_code"])
    units = table.assign(part_name=called)[["part_code", "part_name", "code", "geometry"]]
    joined = units.dissolve(by=["part_code", "code"], as_index=False, sort=True)
    try:
        return Parts(
            code=joined["part_code"].to_numpy(dtype=object),
            name=joined["part_name"].to_numpy(dtype=object),
            zone=joined["code"].to_numpy(dtype=object),
            geometry=joined.geometry.to_numpy(),
            level=levels.part_level,
        )
    except InputError as error:
        msg = f"{path}: {error}"
        raise InputError(msg) from error


def above_of(table: pd.DataFrame, levels: Levels, *, path: Source) -> dict[str, Membership]:
    """
    Units above the zones.

    Raises
    ------
    InputError
        If a zone stands in two of a level, or in none.
    """
    found = {}
    for level, columns in levels.above.items():
        names = ["code", f"{level}_above_code", f"{level}_above_name"]
        rows = table[names].drop_duplicates(subset=names[:2])
        try:
            found[level] = Membership(
                zone=rows["code"].to_numpy(dtype=object),
                code=rows[names[1]].to_numpy(dtype=object),
                name=rows[names[2]].to_numpy(dtype=object),
            )
        except InputError as error:
            msg = f"{path}: column {columns[0]}: {error}"
            raise InputError(msg) from error
    return found
