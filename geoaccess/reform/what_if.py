"""Another map of borders: edits of a real one, checked and dated."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geoaccess.errors import DataWarning, InputError, MismatchError, nearest_known, some_ids
from geoaccess.io.plane import laid_flat, plane_of
from geoaccess.model.frozen import sealed_text
from geoaccess.model.nesting import Parts, shortened
from geoaccess.model.regrouping import assembled, inherited, parts_or_zones
from geoaccess.model.territory import Territory
from geoaccess.reform.contiguity import count_pieces
from geoaccess.reform.crosswalk import SLIVER_WIDTH_M
from geoaccess.reform.edits import Edit, MergeZones, MoveParts, RestoreZone, SplitOut
from geoaccess.reform.overlay import overlap_of

# A part goes with a restored zone if over half of its land lay there; one that is not wholly
# in or out, but for a hundredth, is told.
_MOST = 0.5
_HAIR_SHARE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """Borders between two edits: code of the zone of each part, and name of each zone."""

    base: Territory
    parts: Parts
    owner: tuple[str, ...]
    names: Mapping[str, str]

    def zone(self, text: str) -> str:
        """Code of the zone of that code or name."""
        if text in self.names:
            return text
        found = [code for code, name in self.names.items() if name == text]
        if len(found) == 1:
            return found[0]
        if found:
            msg = f"{text!r} names {len(found)} zones ({some_ids(found)}); give the code"
            raise InputError(msg)
        known = shortened(nearest_known(text, list(self.names.values())))
        msg = f"no {self.base.level} {text!r}; {known}"
        raise InputError(msg)

    def members(self, code: str) -> list[int]:
        """Positions of the parts of a zone."""
        return [i for i, one in enumerate(self.owner) if one == code]

    def places(self, texts: Sequence[str], source: str | None) -> list[int]:
        """Positions of parts by name or code, of one zone if that is given."""
        now = replace(self.parts, zone=sealed_text(self.owner))
        within = None if source is None else self.zone(source)
        return [now.position(text, within=within) for text in texts]

    def given(self, places: Sequence[int], code: str, name: str) -> _Draft:
        """Give these parts to one zone; zones left empty end."""
        owner = list(self.owner)
        for place in places:
            owner[place] = code
        left = set(owner)
        names = {one: called for one, called in self.names.items() if one in left}
        return replace(self, owner=tuple(owner), names={**names, code: name})


def what_if(base: Territory, edits: Sequence[Edit], *, date: str) -> Territory:
    """
    Draw another map of borders from a real one.

    To a resident: whose resident you would be. Travel times stay as they are, for borders
    never enter routing.

    Parameters
    ----------
    base
        Borders to start from; edits of parishes need borders that have them as parts.
    edits
        What is done to them, one after another; each sees what the ones before it did.
    date
        Day on which the new borders would hold, not before that of ``base``.

    Returns
    -------
    The new borders, made of the same parts. A zone that keeps its parts keeps its polygon, its
    code and its larger units; a new one lies where most of its parts did. A zone that becomes
    scattered, and one that loses its last part and so ends, are told with a warning.

    Raises
    ------
    InputError
        If an edit names what is not there, changes nothing, or gives a code that another zone
        bears.
    MismatchError
        If the date is before that of ``base``.

    Examples
    --------
    >>> import shapely
    >>> from geoaccess.reform.edits import MergeZones
    >>> base = Territory(date="2021-07-01", code=["1", "2"], name=["A", "B"],
    ...     geometry=[shapely.box(24, 56, 25, 57), shapely.box(25, 56, 26, 57)])
    >>> what_if(base, [MergeZones(zones=("A", "B"), name="AB")], date="2026-01-01").name.tolist()
    ['AB']
    """
    if date < base.date:
        msg = (
            f"dates the wrong way round: a what-if of {date} on borders of {base.date}; give it a "
            f"date on or after theirs"
        )
        raise MismatchError(msg)
    parts = parts_or_zones(base)
    names = dict(zip(base.code, base.name, strict=True))
    draft = _Draft(base=base, parts=parts, owner=tuple(parts.zone), names=names)
    for number, edit in enumerate(edits, start=1):
        try:
            draft = _edited(draft, edit)
        except InputError as error:
            msg = f"edit #{number}: {error}"
            raise type(error)(msg) from error
    zone = sealed_text(draft.owner)
    made = assembled(base, zone, draft.names, date=date, above=inherited(base, parts, zone))
    _tell_scattered(base, made)
    return made


def _edited(draft: _Draft, edit: Edit) -> _Draft:
    if isinstance(edit, MergeZones):
        return _merged(draft, edit)
    if isinstance(edit, RestoreZone):
        return _restored(draft, edit)
    if draft.base.parts is None:
        msg = "these borders have no parts to move; name the columns of parishes and towns"
        raise InputError(msg)
    places = draft.places(edit.parts, edit.source)
    if isinstance(edit, SplitOut):
        return _split_out(draft, edit, places)
    return _moved(draft, edit, places)


def _moved(draft: _Draft, edit: MoveParts, places: list[int]) -> _Draft:
    code = draft.zone(edit.to)
    idle = [draft.parts.name[i] for i in places if draft.owner[i] == code]
    if idle:
        msg = f"{some_ids(idle)} is in {draft.names[code]} already; leave it out"
        raise InputError(msg)
    return _told(draft, draft.given(places, code, draft.names[code]))


def _merged(draft: _Draft, edit: MergeZones) -> _Draft:
    codes = [draft.zone(text) for text in edit.zones]
    if len(set(codes)) < len(codes):
        msg = f"merge names one zone twice ({some_ids(edit.zones)}); name each once"
        raise InputError(msg)
    code, name = edit.code or codes[0], edit.name or draft.names[codes[0]]
    places = [i for one in codes for i in draft.members(one)]
    return _fresh(draft, places, code, name)


def _split_out(draft: _Draft, edit: SplitOut, places: list[int]) -> _Draft:
    return _told(draft, _fresh(draft, places, edit.code, edit.name))


def _restored(draft: _Draft, edit: RestoreZone) -> _Draft:
    old = edit.borders.position(edit.zone)
    code = edit.code or edit.borders.code[old]
    places = _parts_of_old(draft, edit.borders, old)
    if not places:
        msg = (
            f"{edit.zone} of {edit.borders.date} holds most of no {draft.parts.level}; start from "
            f"borders of smaller units"
        )
        raise InputError(msg)
    return _fresh(draft, places, code, edit.name or edit.borders.name[old])


def _parts_of_old(draft: _Draft, borders: Territory, old: int) -> list[int]:
    """Parts of which most land lay in an old zone; those on both sides are told."""
    plane = plane_of(draft.base.geometry)
    flat = laid_flat(draft.parts.geometry, plane)
    whole = laid_flat(borders.geometry[[old]], plane)
    found = overlap_of(whole, flat, sliver_width_m=SLIVER_WIDTH_M)
    share = found.land_m2 / shapely.area(flat)[found.after]
    astride = (share > _HAIR_SHARE) & (share < 1.0 - _HAIR_SHARE)
    if astride.any():
        told = [
            f"{draft.parts.name[i]} ({one:.0%})"
            for i, one in zip(found.after[astride], share[astride], strict=True)
        ]
        warnings.warn(
            DataWarning(
                f"restoring {borders.name[old]}: only part of {some_ids(told)} lay in it; each "
                f"goes whole where most of its land was"
            ),
            stacklevel=6,
        )
    return [int(i) for i in found.after[share > _MOST]]


def _fresh(draft: _Draft, places: list[int], code: str, name: str) -> _Draft:
    """Give parts to a zone that has nothing else; its code must be free once they left."""
    kept = set(draft.members(code)) - set(places)
    if kept:
        msg = (
            f"code {code} is that of {draft.names[code]}, which keeps other parts; give the new "
            f"zone a code of its own"
        )
        raise InputError(msg)
    made = draft.given(places, code, name)
    alike = [one for one, called in made.names.items() if called == name and one != code]
    if alike:
        msg = f"name {name!r} is that of {alike[0]} too; give the new zone another"
        raise InputError(msg)
    if (made.owner, made.names) == (draft.owner, draft.names):
        msg = f"{name} is so already; leave the edit out"
        raise InputError(msg)
    return made


def _told(before: _Draft, after: _Draft) -> _Draft:
    ended = [before.names[code] for code in before.names if code not in after.names]
    if ended:
        text = f"no part is left in {some_ids(ended)}, which ends"
        warnings.warn(DataWarning(text), stacklevel=5)
    return after


def _tell_scattered(base: Territory, made: Territory) -> None:
    """Name zones that are in more pieces than they, or the zones they come from, were."""
    parts, was = parts_or_zones(made), parts_or_zones(base)
    moved = parts.zone != was.zone
    touched = set(parts.zone[moved]) | set(was.zone[moved])
    near = np.array([code in touched for code in parts.zone], dtype=bool)
    near |= np.array([code in touched for code in was.zone], dtype=bool)
    flat = laid_flat(parts.geometry[near], plane_of(base.geometry))
    pieces = count_pieces(flat, made.zone_of_parts()[near], len(made))
    before = count_pieces(flat, base.zone_of_parts()[near], len(base))
    old = {code: int(before[i]) for i, code in enumerate(base.code)}
    told = [
        f"{made.name[i]} ({pieces[i]})"
        for i, code in enumerate(made.code)
        if pieces[i] > max(1, old.get(code, 1))
    ]
    if told:
        text = f"what-if of {made.date}: in pieces that do not meet: {some_ids(told)}"
        warnings.warn(DataWarning(text), stacklevel=3)
