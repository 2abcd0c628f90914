"""A set of borders made from another: whole zones, or parts of them, put together anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.model.frozen import require_equal_lengths, sealed_text
from geoaccess.model.nesting import Membership, Parts, joined
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray, TextArray

# What zones are called where they stand in for parts that nobody gave.
UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regrouping:
    """
    A table that says which zone, or which part of one, goes into which new zone.

    Attributes
    ----------
    source
        Code or name of a zone of the old borders, shape (n,).
    part
        Codes or names of some of its parts, separated by semicolons, shape (n,); empty
        where it goes whole.
    code, name
        The new zone, shape (n,).
    above
        Larger units of the new zone by level, shape (n,); without any, each new zone lies
        where most of its parts did.

    Raises
    ------
    InputError
        If a cell is empty that may not be, a new code has two names, or a new zone stands in
        two larger units.

    Examples
    --------
    >>> Regrouping(source=["A", "B"], part=["", ""], code=["1", "1"], name=["AB", "BA"])
    Traceback (most recent call last):
    geoaccess.errors.InputError: zone 1 is called AB and BA; write one name
    """

    source: TextArray
    part: TextArray
    code: TextArray
    name: TextArray
    above: Mapping[str, TextArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Seal and check."""
        columns = ("source", "part", "code", "name")
        every = {name: getattr(self, name) for name in columns}
        require_equal_lengths("regrouping", **every, **self.above)
        for name in columns:
            object.__setattr__(self, name, sealed_text(every[name]))
        above = {level: sealed_text(texts) for level, texts in self.above.items()}
        object.__setattr__(self, "above", above)
        for name in ("source", "code"):
            empty = [i for i, one in enumerate(getattr(self, name), start=1) if not one]
            if empty:
                msg = f"regrouping: no {name} in row {some_ids(empty)}; fill it in"
                raise InputError(msg)
        self.names()
        self.memberships()

    def names(self) -> dict[str, str]:
        """Name of each new zone by its code; a zone without a name is called by its code."""
        found: dict[str, str] = {}
        for code, name in zip(self.code, self.name, strict=True):
            called = name or code
            if found.setdefault(code, called) != called:
                msg = f"zone {code} is called {found[code]} and {called}; write one name"
                raise InputError(msg)
        return found

    def memberships(self) -> dict[str, Membership]:
        """Larger units of the new zones by level."""
        found = {}
        for level, texts in self.above.items():
            pairs = sorted(set(zip(self.code, texts, strict=True)))
            zone, unit = (sealed_text(one) for one in zip(*pairs, strict=True))
            found[level] = Membership(zone=zone, code=unit, name=unit)
        return found


def regrouped(base: Territory, table: Regrouping, *, date: str) -> Territory:
    """
    Put zones, or parts of them, together anew.

    Parameters
    ----------
    base
        The borders to start from.
    table
        Where each of their zones goes.
    date
        Day on which the new borders hold.

    Returns
    -------
    The new borders, made of the same parts.

    Raises
    ------
    InputError
        If a row names a zone or a part that no polygon has, a zone or a part goes nowhere, or
        goes into two.

    Examples
    --------
    >>> import shapely
    >>> base = Territory(date="2021-07-01", code=["1", "2"], name=["A", "B"],
    ...     geometry=[shapely.box(24, 56, 25, 57), shapely.box(25, 56, 26, 57)])
    >>> table = Regrouping(source=["A", "B"], part=["", ""], code=["1", "1"], name=["A", "A"])
    >>> regrouped(base, table, date="2025-07-01").name.tolist()
    ['A']
    """
    parts = parts_or_zones(base)
    goes: dict[int, str] = {}
    for source, some, code in zip(table.source, table.part, table.code, strict=True):
        for place in _places(base, parts, source, some):
            if goes.setdefault(place, code) != code:
                msg = (
                    f"{parts.level} {parts.name[place]} ({parts.code[place]}) goes into two "
                    f"zones, {goes[place]} and {code}; leave it in one"
                )
                raise InputError(msg)
    lost = [i for i in range(len(parts)) if i not in goes]
    if lost:
        named = some_ids(f"{parts.name[i]} ({parts.code[i]})" for i in lost)
        msg = f"the table says of {parts.level} {named} nothing; say where it goes"
        raise MismatchError(msg)
    zone = sealed_text([goes[i] for i in range(len(parts))])
    # Those of the table stand alone, for those of the old zones may not nest with them.
    above = table.memberships() or inherited(base, parts, zone)
    return assembled(base, zone, table.names(), date=date, above=above)


def parts_or_zones(territory: Territory) -> Parts:
    """Parts of borders; where nobody gave any, the zones themselves."""
    if territory.parts is not None:
        return territory.parts
    return Parts(
        code=territory.code,
        name=territory.name,
        zone=territory.code,
        geometry=territory.geometry,
        level=UNIT,
    )


def assembled(
    base: Territory,
    zone: TextArray,
    names: Mapping[str, str],
    *,
    date: str,
    above: Mapping[str, Membership],
) -> Territory:
    """
    Borders of which each part of others is in the zone of that code.

    Parameters
    ----------
    base
        Borders whose parts these are; a zone that keeps all its parts keeps its polygon.
    zone
        New code of each part, shape (n_parts,).
    names
        Name of each zone by its code.
    date
        Day on which the borders hold.
    above
        Larger units of the new zones.
    """
    parts = parts_or_zones(base)
    codes = sorted(set(zone))
    place = np.array([codes.index(one) for one in zone])
    return Territory(
        date=date,
        code=sealed_text(codes),
        name=sealed_text([names[code] for code in codes]),
        geometry=_polygons(base, parts, place, len(codes)),
        level=base.level,
        parts=Parts(
            code=parts.code,
            name=parts.name,
            zone=zone,
            geometry=parts.geometry,
            level=parts.level,
        ),
        above=above,
    )


def inherited(base: Territory, parts: Parts, zone: TextArray) -> dict[str, Membership]:
    """Larger units of new zones: where most of a zone's parts were, ties to the first code."""
    owner = {code: i for i, code in enumerate(base.code)}
    found = {}
    for level, larger in base.above.items():
        votes: dict[str, dict[str, int]] = {}
        for new, old in zip(zone, parts.zone, strict=True):
            counted = votes.setdefault(new, {})
            unit = larger.code[owner[old]]
            counted[unit] = counted.get(unit, 0) + 1
        called = dict(zip(larger.code, larger.name, strict=True))
        units = [min(votes[code], key=lambda u: (-votes[code][u], u)) for code in sorted(votes)]
        found[level] = Membership(
            zone=sealed_text(sorted(votes)),
            code=sealed_text(units),
            name=sealed_text([called[unit] for unit in units]),
        )
    return found


def _polygons(base: Territory, parts: Parts, place: AnyArray, n_zones: int) -> AnyArray:
    """Join the polygons of new zones; one with all parts of an old zone has its polygon."""
    polygons = np.empty(n_zones, dtype=object)
    whole = {frozenset(np.flatnonzero(parts.zone == code)): i for i, code in enumerate(base.code)}
    for i in range(n_zones):
        own = np.flatnonzero(place == i)
        same = whole.get(frozenset(own))
        if same is not None:
            polygons[i] = base.geometry[same]
        else:
            polygons[i] = joined(parts.geometry[own], np.zeros(len(own)), 1)[0]
    return polygons


def within_larger(territory: Territory, level: str, table: Membership) -> Territory:
    """
    Put zones into larger units by a table.

    Parameters
    ----------
    territory
        Borders; a level of that name is replaced.
    level
        What the larger units are called; they stand above all levels that are there.
    table
        Which larger unit each zone is in; its zones are codes or names.

    Raises
    ------
    InputError
        If the table names a zone that no polygon has, or a zone stands in none or in two.
    """
    codes = sealed_text([territory.code[territory.position(zone)] for zone in table.zone])
    larger = Membership(zone=codes, code=table.code, name=table.name)
    below = {name: one for name, one in territory.above.items() if name != level}
    return replace(territory, above={**below, level: larger})


def _places(base: Territory, parts: Parts, source: str, some: str) -> list[int]:
    """Positions of the parts that a row speaks of."""
    code = base.code[base.position(source)]
    if not some:
        return np.flatnonzero(parts.zone == code).tolist()
    if base.parts is None:
        msg = f"{source} goes in parts ({some}), but these borders have none; name their columns"
        raise InputError(msg)
    texts = [one.strip() for one in some.split(";") if one.strip()]
    return [parts.position(text, within=code) for text in texts]
