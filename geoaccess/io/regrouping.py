"""Tables that make borders from other borders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from geoaccess.errors import InputError
from geoaccess.io.tables import text_column
from geoaccess.io.text_tables import read_text_table
from geoaccess.model.frozen import sealed_text
from geoaccess.model.nesting import Membership
from geoaccess.model.regrouping import Regrouping
from geoaccess.units import TextArray


def read_regrouping(
    path: str | Path,
    *,
    source: str,
    code: str,
    name: str | None = None,
    part: str | None = None,
    above: Mapping[str, str] | None = None,
) -> Regrouping:
    """
    Read which zone, or part of one, goes into which new zone.

    Parameters
    ----------
    path
        ``.csv``, one row for each old zone, and one for each part of a divided one.
    source
        Column with the code or name of the old zone.
    code, name
        Columns with code and name of the new zone; the code is the name if left out.
    part
        Column with codes or names of parts, separated by semicolons, empty where the whole
        zone goes; if left out, all go whole.
    above
        Column with the larger unit of the new zone, by level.

    Raises
    ------
    InputError
        If the file cannot be used, a column is missing, or its rows contradict one another.

    Examples
    --------
    >>> from geoaccess.io.bundled import bundled
    >>> table = read_regrouping(
    ...     bundled("boundaries", "latvia_reform_2021.csv"),
    ...     source="old_name_2009_2021", part="old_parts",
    ...     code="iso_2025", name="name_2025_07_01", above={"region": "planning_region_2021"},
    ... )
    >>> len(set(table.source)), len(set(table.code)), len(set(table.above["region"]))
    (119, 42, 5)
    """
    path = Path(path)
    table = read_text_table(path)

    def texts(column: str) -> TextArray:
        return sealed_text(text_column(table, column, path=path))

    columns = {
        "source": texts(source),
        "part": sealed_text([""] * len(table)) if part is None else texts(part),
        "code": texts(code),
        "name": texts(code if name is None else name),
    }
    larger = {level: texts(column) for level, column in (above or {}).items()}
    try:
        return Regrouping(**columns, above=larger)
    except InputError as error:
        msg = f"{path}: {error}"
        raise InputError(msg) from error


def read_membership(
    path: str | Path, *, zone: str, code: str, name: str | None = None
) -> Membership:
    """
    Read which larger unit each zone is in.

    Parameters
    ----------
    path
        ``.csv``; a pair of zone and larger unit may stand in several rows.
    zone
        Column with codes of zones.
    code, name
        Columns with code and name of the larger unit; the code is the name if left out.

    Raises
    ------
    InputError
        If the file cannot be used, or a zone stands in two larger units or in none.
    """
    path = Path(path)
    table = read_text_table(path)
    columns = [text_column(table, one, path=path) for one in (zone, code, name or code)]
    rows = sorted(set(zip(*columns, strict=True)))
    zones, codes, names = (sealed_text(one) for one in zip(*rows, strict=True))
    try:
        return Membership(zone=zones, code=codes, name=names)
    except InputError as error:
        msg = f"{path}: {error}"
        raise InputError(msg) from error
