"""TOML that follows a layout of ours, and one line on what is wrong where it does not."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from geoaccess.errors import InputError, nearest_known

_RULES = {
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text in quotes",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "list_type": "must be a list in [ ]",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
}
_TABLE_WANTED = ("model_type", "dict_type")


def parse_toml(text: str) -> dict[str, Any]:
    """
    Tables of a TOML text.

    Raises
    ------
    InputError
        If it is not TOML; the message says which line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"not TOML: {error}; correct that line"
        raise InputError(msg) from error


def told_problem(error: ValidationError, layout: type[BaseModel]) -> str:
    """
    One line for the first thing wrong; unknown keys first, for they explain the rest.

    Parameters
    ----------
    error
        What the layout said to a file.
    layout
        The layout.

    Examples
    --------
    >>> class Town(BaseModel, extra="forbid"):
    ...     people: int = 0
    >>> try:
    ...     Town.model_validate({"peple": 7})
    ... except ValidationError as error:
    ...     told_problem(error, Town)
    "unknown key peple; did you mean 'people'?"
    """
    problems = sorted(error.errors(), key=lambda one: not _is_unknown_key(one))
    first: Any = problems[0]
    where = _where(first["loc"])
    if _is_unknown_key(first):
        known = _known_keys(first, layout)
        return f"unknown key {where}; {nearest_known(str(_last_key(first)), known)}"
    if first["type"] == "missing":
        return f"{where} is missing; add it"
    return f"{where} {_rule(first, where)}{_but_is(first['input'])}"


def _is_unknown_key(problem: Any) -> bool:  # noqa: ANN401 - as pydantic has it
    return problem["type"] == "extra_forbidden" or "[key]" in problem["loc"]


def _last_key(problem: Any) -> object:  # noqa: ANN401 - as pydantic has it
    return next(part for part in reversed(problem["loc"]) if part != "[key]")


def _where(location: tuple[int | str, ...]) -> str:
    """Dotted keys; of several alike the first is #1."""
    told = ""
    for part in location:
        if isinstance(part, int):
            told += f" #{part + 1}"
        elif part != "[key]":
            told += f".{part}" if told else part
    return told


def _rule(problem: Any, where: str) -> str:  # noqa: ANN401 - as pydantic has it
    kind, given = problem["type"], problem["input"]
    if kind in _TABLE_WANTED:
        return f"must be one table, [{where}]"
    if kind == "list_type" and isinstance(given, dict):
        return f"must have double brackets, [[{where}]]"
    rule = _RULES.get(kind)
    return rule.format(**problem.get("ctx", {})) if rule else problem["msg"].lower()


def _but_is(given: object) -> str:
    """Tell what stands there, as TOML would have it, unless it is long or nothing."""
    if isinstance(given, dict | list) or given == "":
        return ""
    if isinstance(given, bool | dt.date):
        return f", but is {str(given).lower()}"
    return f", but is {given!r}"


def _known_keys(problem: Any, layout: type[BaseModel]) -> list[str]:  # noqa: ANN401
    expected = problem.get("ctx", {}).get("expected")
    if expected:
        return [word.strip("' ") for word in str(expected).replace(" or ", ",").split(",")]
    fields = _table_at(problem["loc"][:-1], layout).model_fields
    return [field.alias or name for name, field in fields.items() if not field.exclude]


def _table_at(location: tuple[int | str, ...], layout: type[BaseModel]) -> type[BaseModel]:
    """Table of the layout that a location in the file belongs to."""
    table = layout
    for part in location:
        field = table.model_fields.get(str(part))
        if field is not None:
            table = _table_in(field.annotation) or table
    return table


def _table_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _table_in(inner)
        if found is not None:
            return found
    return None
