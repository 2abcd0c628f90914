"""Kinds of place of settlements: a column of their table, a tag, or a table by code."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.io.osm import is_osm_path, read_tagged_nodes
from geoaccess.io.sources import Source
from geoaccess.io.tables import read_places_table, text_column
from geoaccess.io.text_tables import csv_rows

_KEYS = ("id", "zone_before", "zone_after")
COLUMN = "zone_type"


def read_settlement_column(
    path: Source,
    column: str,
    *,
    id: str,  # noqa: A002 - named as the column that it names
    layer: str | None = None,
) -> dict[str, str]:
    """
    Text of one column of the settlements, by id.

    Parameters
    ----------
    path
        Table of settlements, or OSM file, of whose places ``column`` is a tag.
    column, id
        Names of columns.
    layer
        Layer of a GeoPackage.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if isinstance(path, Path) and is_osm_path(path):
        told = {p.id: p.tags.get(column, "") for p in read_tagged_nodes(path, key="place")}
        if not any(told.values()):
            msg = f"{path}: no place has a tag {column!r}; name another, such as 'place'"
            raise InputError(msg)
        return told
    table = read_places_table(path, layer=layer)
    ids = text_column(table, id, path=path)
    return dict(zip(ids, text_column(table, column, path=path), strict=True))


def read_zone_type_table(path: Path) -> tuple[str, dict[str, str]]:
    """
    Read kinds of place by settlement or by zone.

    Parameters
    ----------
    path
        CSV with a column ``zone_type``, and one of ``id`` (settlements), ``zone_before`` and
        ``zone_after`` (codes of zones).

    Returns
    -------
    Which of the three it is, and the kinds by id or code.

    Raises
    ------
    InputError
        If it has not these columns, or an id or code stands twice.
    """
    require_file(path)
    try:
        table = csv_rows(path, missing=False)
    except InputError:
        raise
    except ValueError as error:
        why = str(error).splitlines()[0]
        msg = f"{path} cannot be read ({why}); save it as CSV with commas"
        raise InputError(msg) from error
    keys = [name for name in _KEYS if name in table.columns]
    if len(keys) != 1 or COLUMN not in table.columns:
        known = [str(name) for name in table.columns]
        hint = nearest_known(COLUMN, known) if COLUMN not in known else f"it has {some_ids(known)}"
        msg = f"{path} must have zone_type and one of {', '.join(_KEYS)} as columns; {hint}"
        raise InputError(msg)
    codes = [str(one) for one in table[keys[0]]]
    twice = sorted(one for one, count in Counter(codes).items() if count > 1)
    if twice:
        msg = f"{path}: duplicate {keys[0]} {some_ids(twice)}; give each one row"
        raise InputError(msg)
    return keys[0], dict(zip(codes, (str(one) for one in table[COLUMN]), strict=True))
