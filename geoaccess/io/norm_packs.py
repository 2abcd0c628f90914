"""Norm packs: TOML files of service standards with their sources."""

from __future__ import annotations

from datetime import date as calendar_date
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from geoaccess.errors import InputError
from geoaccess.io.bundled import named_or_path
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import parse_toml, told_problem
from geoaccess.model.norm import Norm, NormPack, Text, Word
from geoaccess.model.territory import is_day


def _iso(value: object) -> object:
    return value.isoformat() if isinstance(value, calendar_date) else value


def _day(text: str) -> str:
    if not is_day(text):
        msg = "must be a day such as 2024-11-21"
        raise ValueError(msg)
    return text


class _About(BaseModel):
    """``[pack]``: whose norms these are."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: Text
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    checked: Annotated[str, BeforeValidator(_iso), AfterValidator(_day)]
    zone_types: dict[Word, Text] = {}


class _Layout(BaseModel):
    """A whole norm pack."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    pack: _About
    norm: Annotated[list[Norm], Field(min_length=1)]


def read_norms(name_or_path: str | Path) -> NormPack:
    """
    Load a norm pack: service standards, each with its source and its force.

    What residents are promised, and by whom: a law, a ministry's guidance, a newspaper's
    report of a rule, or nobody but a planner.

    Parameters
    ----------
    name_or_path
        Name of a bundled pack (``"latvia"``), or path of a TOML file of the same layout;
        ``data/norms/README.md`` tells how to write one.

    Raises
    ------
    InputError
        If there is no such pack, a key is unknown, missing or out of range, dates run
        backwards, an id stands twice, or a status promises more than its source's grade.

    Examples
    --------
    >>> pack = read_norms("latvia")
    >>> [norm.threshold for norm in pack if norm.service == "ambulance_station"]
    [12.0, 15.0, 25.0]
    """
    path = named_or_path(name_or_path, folder="norms", what="norm pack")
    try:
        layout = _Layout.model_validate(parse_toml(read_utf8(path)))
    except ValidationError as error:
        msg = f"norm pack {path}: {told_problem(error, _Layout)}"
        raise InputError(msg) from error
    except InputError as error:
        msg = f"norm pack {path}: {error}"
        raise InputError(msg) from error.__cause__
    return NormPack(
        name=path.stem,
        title=layout.pack.title,
        country=layout.pack.country,
        checked=layout.pack.checked,
        zone_types=layout.pack.zone_types,
        norms=tuple(layout.norm),
    )
