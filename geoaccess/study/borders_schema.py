"""What may stand in ``[territory.*]``: borders from polygons, from a table, or from edits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from geoaccess.errors import nearest_known
from geoaccess.study.table import IsoDate, Positive, Table, Text

_USUAL = ("before", "after")
_ROLE = re.compile(r"[a-z][a-z0-9_]*")
_ONLY_POLYGONS = ("admin_level", "layer", "parish", "parish_name", "region_name")
_ONLY_TABLES = ("source", "part")


class Edit(Table):
    """One of ``[[territory.*.edits]]``: what is done to the borders of ``base``."""

    move: list[Text] | None = None
    merge: list[Text] | None = None
    split_out: list[Text] | None = None
    restore: Text | None = None
    source: Annotated[Text | None, Field(alias="from")] = None
    to: Text | None = None
    of: Text | None = None
    code: Text | None = None
    name: Text | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> Self:
        needs = {
            "move": ("to",),
            "merge": (),
            "split_out": ("code", "name"),
            "restore": ("of",),
        }
        may = {
            "move": ("to", "source"),
            "merge": ("code", "name"),
            "split_out": ("code", "name", "source"),
            "restore": ("of", "code", "name"),
        }
        verbs = [verb for verb in needs if getattr(self, verb) is not None]
        if len(verbs) != 1:
            said = f"has {' and '.join(verbs)}" if verbs else "has none"
            msg = f"must have one of move, merge, split_out, restore, but {said}"
            raise ValueError(msg)
        (verb,) = verbs
        lost = [key for key in needs[verb] if getattr(self, key) is None]
        if lost:
            msg = f"lacks {lost[0]}, which {verb} needs"
            raise ValueError(msg)
        idle = self.model_fields_set - {verb, *may[verb]}
        if idle:
            key = min(idle).replace("source", "from")
            msg = f"has {key}, which {verb} does not take"
            raise ValueError(msg)
        return self


class Borders(Table):
    """``[territory.*]``: one dated set of borders, from polygons, a table, or edits."""

    date: IsoDate
    path: Text | None = None
    base: Text | None = None
    table: Text | None = None
    edits: Annotated[list[Edit], Field(min_length=1)] | None = None
    code: Text = "id"
    name: Text = "name"
    source: Text | None = None
    part: Text | None = None
    admin_level: Annotated[int, Field(ge=1, le=12)] | None = None
    layer: Text | None = None
    parish: Text | None = None
    parish_name: Text | None = None
    region: Text | None = None
    region_name: Text | None = None
    region_table: Text | None = None
    region_zone: Text | None = None
    expect_zones: Annotated[int, Field(ge=1)] | None = None
    expect_km2: Positive | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.path is None) == (self.base is None):
            msg = "must have path (polygons), or base with table or edits (other borders changed)"
            raise ValueError(msg)
        if self.base is None:
            self._refuse("path", ("table", "edits", *_ONLY_TABLES))
        elif (self.table is None) == (self.edits is None):
            msg = "must have table or edits beside base, and not both"
            raise ValueError(msg)
        elif self.table is not None:
            self._refuse("table", _ONLY_POLYGONS)
            self._require("table", ("source", "code"))
        else:
            self._refuse("edits", ("code", "name", *_ONLY_TABLES, *_ONLY_POLYGONS))
        self._check_levels()
        return self

    def _check_levels(self) -> None:
        if self.parish_name is not None:
            self._require("parish_name", ("parish",))
        if self.region_name is not None or self.region_zone is not None:
            self._require("region_name" if self.region_name else "region_zone", ("region",))
        if self.region_table is not None:
            self._require("region_table", ("region", "region_zone"))
        elif self.region_zone is not None:
            self._require("region_zone", ("region_table",))
        elif self.edits is not None:
            self._refuse("edits", ("region",))

    def _require(self, key: str, others: tuple[str, ...]) -> None:
        lost = [one for one in others if one not in self.model_fields_set]
        if lost:
            msg = f"lacks {lost[0]}, which {key} needs"
            raise ValueError(msg)

    def _refuse(self, key: str, others: tuple[str, ...]) -> None:
        idle = [one for one in others if one in self.model_fields_set]
        if idle:
            msg = f"has {idle[0]}, which does not go with {key}"
            raise ValueError(msg)

    @property
    def needs(self) -> tuple[str, ...]:
        """Roles of the borders that these are made from."""
        if self.base is None:
            return ()
        restored = [edit.of for edit in self.edits or () if edit.of is not None]
        return tuple(dict.fromkeys([self.base, *restored]))


def _role(name: str) -> str:
    """Take ``before``, ``after``, or a name of the user's own that is no slip of those."""
    own = _ROLE.fullmatch(name) and not name.startswith(tuple(f"{one}_" for one in _USUAL))
    slip = own and name not in _USUAL and get_close_matches(name, _USUAL, cutoff=0.8)
    if slip or not _ROLE.fullmatch(name):
        # Said as for any unknown key, which names the nearest of those expected.
        kind = "unknown_role"
        expected = {"expected": "before, after or a_name_in_small_letters"}
        raise PydanticCustomError(kind, "unknown role", expected)
    return name


def _checked(roles: dict[str, Borders]) -> dict[str, Borders]:
    """Refuse borders made from none that is known, from themselves, or of dates reversed."""
    for role, borders in roles.items():
        for other in borders.needs:
            if other not in roles:
                msg = f"{role} is made from {other!r}, which is not there; "
                raise ValueError(msg + nearest_known(other, [one for one in roles if one != role]))
        if borders.edits is not None and borders.base is not None:
            _require_later(role, borders, borders.base, roles[borders.base])
    reading_order(roles)
    if set(_USUAL) <= set(roles):
        _require_later("after", roles["after"], "before", roles["before"])
    return roles


def _require_later(role: str, one: Borders, base: str, other: Borders) -> None:
    if one.date < other.date:
        msg = (
            f"has dates the wrong way round: {role} is of {one.date}, {base} of {other.date}; "
            f"exchange or correct them"
        )
        raise ValueError(msg)


def reading_order(roles: Mapping[str, Borders]) -> list[str]:
    """
    Roles in an order in which each comes after those that it is made from.

    Raises
    ------
    ValueError
        If some are made from one another.
    """
    order: list[str] = []
    while len(order) < len(roles):
        ready = [r for r in roles if r not in order and set(roles[r].needs) <= set(order)]
        if not ready:
            circle = ", ".join(role for role in roles if role not in order)
            msg = f"has borders made from one another ({circle}); start one from a file"
            raise ValueError(msg)
        order += ready
    return order


Roles = Annotated[
    dict[Annotated[str, AfterValidator(_role)], Borders],
    AfterValidator(_checked),
]
