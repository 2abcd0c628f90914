"""The levels around a zone: the smaller units that it is made of, the larger that it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.model.frozen import require_equal_lengths, sealed_text
from geoaccess.units import AnyArray, IntArray, TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parts:
    """
    The smaller units that zones are made of: parishes and towns of municipalities.

    Attributes
    ----------
    code, name
        Text, shape (n,), sorted by code; leading zeros of codes are kept.
    zone
        Code of the zone that each belongs to, shape (n,).
    geometry
        Polygons in EPSG:4326, shape (n,).
    level
        What these units are called.

    Raises
    ------
    InputError
        If a unit stands in two zones or in none, or has no polygon.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.box(24, 56, 25, 57)
    >>> Parts(code=["011"], name=["Alkas pagasts"], zone=[""], geometry=[square])
    Traceback (most recent call last):
    geoaccess.errors.InputError: parish Alkas pagasts (011) is in no zone; say which
    """

    code: TextArray
    name: TextArray
    zone: TextArray
    geometry: AnyArray
    level: str = "parish"

    def __post_init__(self) -> None:
        """Check the parts and put them in order of code."""
        require_equal_lengths(
            f"units of level {self.level}",
            code=self.code,
            name=self.name,
            zone=self.zone,
            geometry=self.geometry,
        )
        code, name, zone = (sealed_text(one) for one in (self.code, self.name, self.zone))
        _require_one_zone_each(self.level, code, name, zone)
        order = np.argsort(code.astype(str), kind="stable")
        object.__setattr__(self, "code", sealed_text(code[order]))
        object.__setattr__(self, "name", sealed_text(name[order]))
        object.__setattr__(self, "zone", sealed_text(zone[order]))
        label = f"units of level {self.level}"
        object.__setattr__(self, "geometry", sealed_polygons(label, self.geometry, code, order))

    def __len__(self) -> int:
        """Count the parts."""
        return len(self.code)

    def position(self, text: str, *, within: str | None = None) -> int:
        """
        Position of the unit of that code or name.

        Parameters
        ----------
        text
            Code, or name where only one unit has it.
        within
            Code of a zone to look in, where a name stands in several.

        Raises
        ------
        InputError
            If there is none, naming the nearest known, or several.
        """
        inside = np.ones(len(self), dtype=bool) if within is None else self.zone == within
        found = np.flatnonzero(inside & (self.code == text))
        if not len(found):
            found = np.flatnonzero(inside & (self.name == text))
        if len(found) == 1:
            return int(found[0])
        if len(found):
            codes = some_ids(f"{self.code[i]} in {self.zone[i]}" for i in found)
            msg = (
                f"{self.level} {text!r} is the name of {len(found)} units ({codes}); give the code"
            )
            raise InputError(msg)
        known = nearest_known(text, list(self.name[inside]))
        place = "" if within is None else f" in {within}"
        msg = f"no {self.level} {text!r}{place}; {shortened(known)}"
        raise InputError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Membership:
    """
    Which larger unit each zone is in: the planning region of a municipality.

    Attributes
    ----------
    zone
        Codes of zones, shape (n,), each once.
    code, name
        Code and name of the larger unit of each, shape (n,).

    Raises
    ------
    InputError
        If a zone stands in two larger units or in none.

    Examples
    --------
    >>> Membership(zone=["01", "01"], code=["R1", "R2"], name=["Kurzeme", "Zemgale"])
    Traceback (most recent call last):
    geoaccess.errors.InputError: zone 01 is in two larger units, R1 and R2; leave it in one
    """

    zone: TextArray
    code: TextArray
    name: TextArray

    def __post_init__(self) -> None:
        """Seal and check."""
        require_equal_lengths("larger units", zone=self.zone, code=self.code, name=self.name)
        first: dict[str, str] = {}
        for field in ("zone", "code", "name"):
            object.__setattr__(self, field, sealed_text(getattr(self, field)))
        for zone, code in zip(self.zone, self.code, strict=True):
            if not code:
                msg = f"zone {zone} is in no larger unit; say which"
                raise InputError(msg)
            if zone in first:
                msg = f"zone {zone} is in two larger units, {first[zone]} and {code}; " + (
                    "leave it in one" if first[zone] != code else "write it once"
                )
                raise InputError(msg)
            first[zone] = code

    @property
    def codes(self) -> TextArray:
        """Codes of the larger units, sorted, each once."""
        return sealed_text(sorted(set(self.code)))

    @property
    def names(self) -> TextArray:
        """Names of the larger units, in order of :attr:`codes`."""
        called = dict(zip(self.code[::-1], self.name[::-1], strict=True))
        return sealed_text([called[code] for code in self.codes])

    def positions(self) -> IntArray:
        """Position in :attr:`codes` of the larger unit of each zone."""
        return np.searchsorted(self.codes.astype(str), self.code.astype(str)).astype(np.int32)

    def ordered(self, zone: Sequence[str] | TextArray, *, level: str) -> Membership:
        """
        Bring the rows into the order of these zones, which must be the same zones.

        Raises
        ------
        InputError
            If a zone stands in no larger unit, or one is unknown.
        """
        row = {code: i for i, code in enumerate(self.zone)}
        lost = [code for code in zone if code not in row]
        if lost:
            msg = f"no {level} for zone {some_ids(lost)}; give every zone one"
            raise InputError(msg)
        unknown = sorted(set(row) - set(zone))
        if unknown:
            msg = f"{level}: no polygon has code {some_ids(unknown)}; correct or remove it"
            raise InputError(msg)
        rows = [row[code] for code in zone]
        return Membership(zone=self.zone[rows], code=self.code[rows], name=self.name[rows])


def sealed_polygons(label: str, geometry: AnyArray, code: TextArray, order: AnyArray) -> AnyArray:
    """Read-only polygons in an order; a missing one is refused by code."""
    sorted_ = np.empty(len(code), dtype=object)
    sorted_[:] = [geometry[i] for i in order]
    missing = shapely.is_missing(sorted_) | shapely.is_empty(sorted_)
    if missing.any():
        msg = f"{label}: no polygon for {some_ids(code[order][missing])}; give every zone one"
        raise InputError(msg)
    sorted_.flags.writeable = False
    return sorted_


def joined(geometry: AnyArray, owner: AnyArray, n_owners: int) -> AnyArray:
    """Join the polygons of each owner, given by position, into one."""
    whole = np.empty(n_owners, dtype=object)
    whole[:] = [shapely.union_all(geometry[owner == i]) for i in range(n_owners)]
    return whole


def require_nested(inner: Membership, outer: Membership, levels: tuple[str, str]) -> None:
    """Refuse a larger unit of one level whose zones lie in two of the next."""
    pairs: dict[str, str] = {}
    for one, other in zip(inner.code, outer.code, strict=True):
        if pairs.setdefault(one, other) != other:
            msg = (
                f"{levels[0]} {one} lies in two of level {levels[1]}, {pairs[one]} and {other}; "
                f"levels must nest, so give the smaller level first or leave one out"
            )
            raise InputError(msg)


def aligned_above(above: Mapping[str, Membership], zone: TextArray) -> dict[str, Membership]:
    """Memberships in the order of the zones, checked to nest."""
    ordered = {level: one.ordered(zone, level=level) for level, one in above.items()}
    names = list(ordered)
    for inner, outer in pairwise(names):
        require_nested(ordered[inner], ordered[outer], (inner, outer))
    return ordered


def _require_one_zone_each(level: str, code: TextArray, name: TextArray, zone: TextArray) -> None:
    owner: dict[str, str] = {}
    for one, called, inside in zip(code, name, zone, strict=True):
        label = f"{level} {called} ({one})"
        if not one:
            msg = f"{level} {called or 'without a name'}: empty code; give every unit a code"
            raise InputError(msg)
        if not inside:
            msg = f"{label} is in no zone; say which"
            raise InputError(msg)
        if owner.setdefault(one, inside) != inside:
            msg = f"{label} is in two zones, {owner[one]} and {inside}; leave it in one"
            raise InputError(msg)
    if len(owner) != len(code):
        twice = [one for one in owner if (code == one).sum() > 1]
        msg = f"{level} {some_ids(twice)} stands twice; dissolve its rows into one"
        raise InputError(msg)


def shortened(known: str, limit: int = 200) -> str:
    """Cut a list of what is known to what a line bears."""
    return known if len(known) <= limit else f"{known[:limit].rsplit(',', 1)[0]}, …"
