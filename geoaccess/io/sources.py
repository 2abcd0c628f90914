"""Where a table of places comes from: a file, or a PostGIS database."""

from __future__ import annotations

from pathlib import Path

from geoaccess.io.files import require_file
from geoaccess.io.postgis import PostgisTable

Source = Path | PostgisTable


def source_of(given: str | Path | PostgisTable) -> Source:
    """Take a path as text, as a path, or a table of a database as it is."""
    return given if isinstance(given, PostgisTable) else Path(given)


def require_there(source: Source) -> None:
    """
    Refuse a file or a table that is not there; a table is read at once, and once only.

    Raises
    ------
    InputError
        If there is nothing to read.
    """
    if isinstance(source, PostgisTable):
        _ = source.rows
    else:
        require_file(source)
