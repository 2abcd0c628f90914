"""A service standard as cited data: what it asks, of whom, since when, and who says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.model.territory import is_day

Status = Literal["law", "guidance", "press", "planning_assumption"]
Grade = Literal["L", "O", "P", "M", "A"]
Aspect = Literal["drive_time", "response_time", "distance", "spacing", "presence"]
Unit = Literal["min", "km", "count"]
Direction = Literal["to_service", "from_service"]

EVERYBODY = "population"
ANY_ZONE = "any"
STATUS_WORDS: Mapping[Status, str] = {
    "law": "law",
    "guidance": "guidance, not binding",
    "press": "as the press tells it, not checked against the legal text",
    "planning_assumption": "planning assumption, no legal force",
}
GRADE_WORDS: Mapping[Grade, str] = {
    "L": "legal or official text",
    "O": "official body or statistics",
    "P": "press or encyclopedia",
    "M": "unverified",
    "A": "assumed by the authors of the pack",
}
_UNIT_OF: Mapping[Aspect, Unit] = {
    "drive_time": "min",
    "response_time": "min",
    "distance": "km",
    "spacing": "km",
    "presence": "count",
}
# What is known of a norm must be at least this good for it to be called so.
_GRADES_OF: Mapping[Status, tuple[Grade, ...]] = {
    "law": ("L", "O"),
    "guidance": ("L", "O", "P"),
    "press": ("P", "M"),
    "planning_assumption": ("A",),
}
_YEAR = re.compile(r"\d{4}")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _as_text(value: object) -> object:
    """TOML has dates and numbers of its own; a day or a year is welcome as any of them."""
    if isinstance(value, calendar_date):
        return value.isoformat()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day_or_year(text: str) -> str:
    if not (is_day(text) or _YEAR.fullmatch(text)):
        msg = "must be a day such as 2018-08-28, or a year such as 2018 if the day is not known"
        raise ValueError(msg)
    return text


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        msg = "must be small letters and digits joined by hyphens, such as lv-fire-drive"
        raise ValueError(msg)
    return text


def _word(text: str) -> str:
    if not _WORD.fullmatch(text):
        msg = "must be small letters, digits and _, such as state_city"
        raise ValueError(msg)
    return text


def _address(text: str) -> str:
    if text and not re.fullmatch(r"https?://\S+", text):
        msg = "must be an address that begins with https://"
        raise ValueError(msg)
    return text


Text = Annotated[str, Field(min_length=1)]
Word = Annotated[str, AfterValidator(_word)]
When = Annotated[str, BeforeValidator(_as_text), AfterValidator(_day_or_year)]


class Source(BaseModel):
    """
    Who says so, and where.

    Attributes
    ----------
    citation
        Title, author and date.
    where
        Paragraph, page or point of it.
    link
        Address of it, or empty.
    grade
        How good it is: ``L`` legal or official text, ``O`` official body or statistics,
        ``P`` press or encyclopedia, ``M`` unverified, ``A`` assumed by the pack's authors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    citation: Text
    where: Text
    link: Annotated[str, AfterValidator(_address)] = ""
    grade: Grade


class Norm(BaseModel):
    """
    One service standard.

    Attributes
    ----------
    id
        What tables call it, such as ``lv-fire-drive``.
    title
        What it asks, in a line, by language.
    service
        Kind of service.
    group
        Group of people whom it protects; ``population`` is everybody.
    aspect
        ``drive_time``: on the road; ``response_time``: from the call, so turnout counts;
        ``distance``: from people to the service; ``spacing``: between one service and the
        next; ``presence``: services in a zone.
    threshold, unit
        Largest value (for ``presence`` least) that meets it; minutes, km or a count.
    profile, direction
        Vehicle, and who drives to whom.
    transport
        ``road``: a vehicle of one's own; ``timetable``: lines of public transport.
    distance_by
        How kilometres are meant: ``straight``, ``road``, or ``unstated``.
    zone_type
        Kind of place where it holds, of those that the pack names; ``any`` is everywhere.
    required_share
        Share of people who must have it, above 0 and at most 1.
    share_of
        What the source itself counts: ``people``, or ``cases``, for which people stand in.
    turnout_min
        Minutes between call and setting out, for ``response_time``; the vehicle's if None.
    valid_from, valid_to
        First and last day, or year where the day is not known; None if open.
    status
        Its force; only what is known from legal or official texts may be called law.
    source
        Who says so.
    note
        What a reader must know.

    Examples
    --------
    >>> norm = Norm(
    ...     id="x-library", title={"en": "Library in 15 minutes"}, service="library",
    ...     aspect="drive_time", threshold=15, unit="min", status="planning_assumption",
    ...     source=Source(citation="We", where="here", grade="A"),
    ... )
    >>> norm.when("2021-06-30")
    'valid'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: Annotated[str, AfterValidator(_slug)]
    title: Annotated[dict[str, Text], Field(min_length=1)]
    service: Word
    group: Text = EVERYBODY
    aspect: Aspect
    threshold: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)]
    unit: Unit
    profile: Text = "car"
    direction: Direction = "to_service"
    transport: Literal["road", "timetable"] = "road"
    distance_by: Literal["straight", "road", "unstated"] = "unstated"
    zone_type: Word = ANY_ZONE
    required_share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 1.0
    share_of: Literal["people", "cases"] = "people"
    turnout_min: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] | None = None
    valid_from: When | None = None
    valid_to: When | None = None
    status: Status
    source: Source
    note: str = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse parts that do not go together."""
        if self.unit != _UNIT_OF[self.aspect]:
            msg = f"{self.id}: aspect {self.aspect} must have unit {_UNIT_OF[self.aspect]!r}"
            raise ValueError(msg)
        if self.turnout_min is not None and self.aspect != "response_time":
            msg = f"{self.id}: turnout_min must stand with aspect response_time only"
            raise ValueError(msg)
        if self.valid_from and self.valid_to and self.valid_from[:10] > _last(self.valid_to):
            msg = (
                f"{self.id}: valid_to {self.valid_to} must not be before valid_from "
                f"{self.valid_from}"
            )
            raise ValueError(msg)
        if self.source.grade not in _GRADES_OF[self.status]:
            grades = " or ".join(_GRADES_OF[self.status])
            msg = (
                f"{self.id}: status {self.status} must have a source of grade {grades}, but it "
                f"is {self.source.grade}"
            )
            raise ValueError(msg)
        return self

    def when(self, day: str) -> Literal["valid", "not_valid_on_date", "validity_unclear"]:
        """
        Whether it holds on a day, or that nobody can tell, for only the year is known.

        Parameters
        ----------
        day
            ISO 8601.
        """
        if self.valid_from and day < self.valid_from[:4]:
            return "not_valid_on_date"
        for bound in (self.valid_from, self.valid_to):
            if bound and _YEAR.fullmatch(bound) and day[:4] == bound:
                return "validity_unclear"
        before = bool(self.valid_from) and day < str(self.valid_from)
        after = bool(self.valid_to) and day > _last(str(self.valid_to))
        return "not_valid_on_date" if before or after else "valid"


def _last(when: str) -> str:
    """Last day of a year, or the day itself."""
    return f"{when}-12-31" if _YEAR.fullmatch(when) else when


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormPack:
    """
    Norms of one country, or of one author.

    Attributes
    ----------
    name
        What it is called, as its file is.
    title
        One line.
    country
        ISO code of two capital letters, or empty.
    checked
        Day on which its sources were last looked at, ISO 8601.
    zone_types
        Kinds of place that its norms tell apart, and what each means.
    norms
        In the order of the file.

    Raises
    ------
    InputError
        If there is no norm, an id stands twice, or a norm is for an unknown kind of place.
    """

    name: str
    title: str
    country: str
    checked: str
    norms: tuple[Norm, ...]
    zone_types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the norms can be told apart, and their places."""
        if not self.norms:
            msg = f"norm pack {self.name}: no norms; add a [[norm]]"
            raise InputError(msg)
        require_apart(self.norms, label=f"norm pack {self.name}")
        for norm in self.norms:
            if norm.zone_type != ANY_ZONE and norm.zone_type not in self.zone_types:
                hint = nearest_known(norm.zone_type, [ANY_ZONE, *self.zone_types])
                msg = (
                    f"norm pack {self.name}: {norm.id} is for zone_type {norm.zone_type!r}, which "
                    f"[pack.zone_types] does not explain; {hint}"
                )
                raise InputError(msg)

    def __iter__(self) -> Iterator[Norm]:
        """Go through the norms."""
        return iter(self.norms)

    def __len__(self) -> int:
        """Count the norms."""
        return len(self.norms)


def require_apart(norms: tuple[Norm, ...], *, label: str) -> None:
    """
    Refuse norms that share an id.

    Raises
    ------
    InputError
        If an id stands twice.
    """
    ids = [norm.id for norm in norms]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        msg = f"{label}: duplicate norm id {some_ids(twice)}; give every norm an id of its own"
        raise InputError(msg)
