"""Edits of borders, as values: what a what-if map does to a real one."""

from __future__ import annotations

from dataclasses import dataclass

from geoaccess.errors import InputError
from geoaccess.model.territory import Territory


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveParts:
    """
    Move parishes or towns from one municipality to another.

    Attributes
    ----------
    parts
        Their names or codes.
    to
        Name or code of the municipality that takes them.
    source
        Name or code of the one that they leave; needed where a name stands in several.
    """

    parts: tuple[str, ...]
    to: str
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse an edit of nothing."""
        _require_some("move", self.parts, least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeZones:
    """
    Merge municipalities.

    Attributes
    ----------
    zones
        Their names or codes.
    code, name
        Of the merged one; those of the first if left out.
    """

    zones: tuple[str, ...]
    code: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Refuse to merge fewer than two."""
        _require_some("merge", self.zones, least=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitOut:
    """
    Make a new municipality of some parishes or towns.

    Attributes
    ----------
    parts
        Their names or codes.
    code, name
        Of the new municipality.
    source
        Name or code of the one that they leave; needed where a name stands in several.
    """

    parts: tuple[str, ...]
    code: str
    name: str
    source: str | None = None

    def __post_init__(self) -> None:
        """Refuse an edit of nothing."""
        _require_some("split", self.parts, least=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RestoreZone:
    """
    Bring back a municipality of other borders.

    Attributes
    ----------
    zone
        Its name or code there.
    borders
        The borders that have it.
    code, name
        Under which it comes back; its own if left out.
    """

    zone: str
    borders: Territory
    code: str | None = None
    name: str | None = None


Edit = MoveParts | MergeZones | SplitOut | RestoreZone


def _require_some(verb: str, texts: object, *, least: int) -> None:
    if not isinstance(texts, tuple | list) or len(set(texts)) < least:
        noun = "name" if least == 1 else "names"
        msg = f"{verb} needs at least {least} {noun} in a list, but has {texts!r}"
        raise InputError(msg)
