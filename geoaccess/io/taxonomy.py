"""The taxonomy that turns OpenStreetMap tags into kinds of municipal service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geoaccess.errors import InputError, nearest_known
from geoaccess.io.bundled import bundled
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import parse_toml, told_problem

Rule = dict[str, str]


class ServiceKind(BaseModel):
    """
    One kind of service.

    Attributes
    ----------
    label
        Name by language code.
    unit
        What capacity counts.
    capacity_tag
        OSM tag that holds the capacity, or empty.
    any
        Rules, any of which is enough; a rule is a set of tags that must all be there.
    none
        Tags that rule an object out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    label: dict[str, str]
    unit: str = ""
    capacity_tag: str = ""
    any: Annotated[list[Rule], Field(min_length=1)]
    none: Annotated[Rule, Field(alias="not")] = {}

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Whether an object with these tags is a service of this kind."""
        if any(_has(tags, key, value) for key, value in self.none.items()):
            return False
        return any(all(_has(tags, k, v) for k, v in rule.items()) for rule in self.any)


Taxonomy = Mapping[str, ServiceKind]


def read_taxonomy(path: Path | None = None) -> Taxonomy:
    """
    Kinds of service by name.

    Parameters
    ----------
    path
        A TOML file laid out as the bundled ``data/services/taxonomy.toml``, which is the
        default.

    Raises
    ------
    InputError
        If the file cannot be read or a kind is laid out wrongly.

    Examples
    --------
    >>> read_taxonomy()["school"].label["lv"]
    'Skola'
    """
    path = path or bundled("services", "taxonomy.toml")
    text = read_utf8(path)
    try:
        tables = parse_toml(text)
    except InputError as error:
        msg = f"taxonomy {path}: {error}"
        raise InputError(msg) from error.__cause__
    return {name: _kind(name, table, path) for name, table in tables.items()}


def _kind(name: str, table: object, path: Path) -> ServiceKind:
    try:
        return ServiceKind.model_validate(table)
    except ValidationError as error:
        msg = f"taxonomy {path}: kind {name!r}: {told_problem(error, ServiceKind)}"
        raise InputError(msg) from error


def chosen_kinds(taxonomy: Taxonomy, kinds: Iterable[str]) -> dict[str, ServiceKind]:
    """
    Look kinds up by name.

    Raises
    ------
    InputError
        If one is unknown; the message names the nearest known kind.
    """
    chosen = {}
    for kind in kinds:
        if kind not in taxonomy:
            msg = f"unknown service kind {kind!r}; {nearest_known(kind, list(taxonomy))}"
            raise InputError(msg)
        chosen[kind] = taxonomy[kind]
    return chosen


def tag_keys(kinds: Iterable[ServiceKind]) -> tuple[str, ...]:
    """Every tag key that the rules of these kinds look at, sorted."""
    return tuple(sorted({key for kind in kinds for rule in kind.any for key in rule}))


def _has(tags: Mapping[str, str], key: str, value: str) -> bool:
    """Whether a tag is there; OSM lists several values with semicolons."""
    present = tags.get(key)
    if present is None:
        return False
    return value in {"*", present} or value in [part.strip() for part in present.split(";")]
