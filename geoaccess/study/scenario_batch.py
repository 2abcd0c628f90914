"""A batch: scenarios as a table, one edit a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from geoaccess.errors import InputError, nearest_known
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import told_problem
from geoaccess.scenario.edits import Edit
from geoaccess.scenario.scenario import Scenario

_OWN = ("name", "do", "description", "extends")
_EDITS = {one.model_fields["do"].default: one for one in get_args(Edit)}


def read_batch(path: Path) -> list[Scenario]:
    """
    Read scenarios from a table with one row for each edit.

    Parameters
    ----------
    path
        A CSV file with columns ``name`` and ``do`` and one for each key of the edits; rows of
        one name are one scenario, in their order. An empty cell leaves its key out; a key
        that takes several values has them apart by ``;``, or as a JSON list. Columns
        ``description`` and ``extends`` are read from the first row of a scenario. A row
        without ``do`` is a scenario without edits of its own.

    Returns
    -------
    The scenarios, in the order in which their names come.

    Raises
    ------
    InputError
        If the file is no such table, or a row is no edit; the line is told.
    """
    rows = _rows(path)
    names = list(dict.fromkeys(row["name"] for _, row in rows))
    return [_scenario(path, [one for one in rows if one[1]["name"] == name]) for name in names]


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(read_utf8(path).removeprefix("\ufeff")))
    columns: Sequence[str] = reader.fieldnames or ()
    missing = [name for name in ("name", "do") if name not in columns]
    if missing:
        msg = f"{path} has no column {', '.join(missing)}; a batch has name, do and keys of edits"
        raise InputError(msg)
    rows = []
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            msg = f"{path}, line {line}: {len(columns)} cells are needed; quote those with commas"
            raise InputError(msg)
        rows.append((line, {name: text.strip() for name, text in row.items()}))
    if not rows:
        msg = f"{path} has no scenario; give a row for each edit"
        raise InputError(msg)
    return rows


def _scenario(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Scenario:
    line, first = rows[0]
    edits = [edit for at, row in rows for edit in _edit(f"{path}, line {at}", row)]
    made: Scenario = _checked(
        Scenario,
        f"{path}, line {line}",
        {
            "name": first["name"],
            "description": first.get("description", ""),
            "extends": first.get("extends") or None,
            "edits": edits,
        },
    )
    return made


def _edit(where: str, row: dict[str, str]) -> list[Edit]:
    told = {key: text for key, text in row.items() if key not in _OWN and text}
    if not row["do"]:
        if told:
            msg = f"{where}: do is empty, but {', '.join(told)} are not; say what the edit does"
            raise InputError(msg)
        return []
    if row["do"] not in _EDITS:
        msg = f"{where}: there is no edit {row['do']!r}; {nearest_known(row['do'], list(_EDITS))}"
        raise InputError(msg)
    model = _EDITS[row["do"]]
    fields = {
        key: _value(where, key, text, several=_takes_several(model, key))
        for key, text in told.items()
    }
    return [_checked(model, where, fields)]


def _takes_several(model: Any, key: str) -> bool:  # noqa: ANN401 - one of the edits' classes
    field = model.model_fields.get(key)
    return field is not None and get_origin(field.annotation) is tuple


def _value(where: str, key: str, text: str, *, several: bool) -> object:
    if not several:
        return text
    if not text.startswith("["):
        return [part.strip() for part in text.split(";")]
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"{where}: {key} is no JSON list ({error.msg}); write [...] or values apart by ;"
        raise InputError(msg) from error


def _checked(model: Any, where: str, fields: dict[str, object]) -> Any:  # noqa: ANN401 - as above
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        msg = f"{where}: {told_problem(error, model)}"
        raise InputError(msg) from error
