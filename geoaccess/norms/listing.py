"""Norms as a table, and one norm in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from geoaccess.model.norm import EVERYBODY, GRADE_WORDS, STATUS_WORDS, Norm, NormPack

LIST_COLUMNS = (
    "pack",
    "id",
    "service",
    "group",
    "threshold",
    "unit",
    "aspect",
    "zone_type",
    "required_share",
    "valid_from",
    "valid_to",
    "status",
    "grade",
)


def norms_table(packs: Iterable[NormPack], *, day: str | None = None) -> pd.DataFrame:
    """
    List the norms of some packs.

    Parameters
    ----------
    packs
        Norm packs.
    day
        Only those that hold, or may hold, on this day, ISO 8601; all if None.

    Returns
    -------
    Columns ``LIST_COLUMNS``, in the order of the packs; what is open is empty.
    """
    rows = [
        {
            "pack": pack.name,
            **norm.model_dump(include=set(LIST_COLUMNS)),
            "valid_from": norm.valid_from or "",
            "valid_to": norm.valid_to or "",
            "grade": norm.source.grade,
        }
        for pack in packs
        for norm in pack
        if day is None or norm.when(day) != "not_valid_on_date"
    ]
    return pd.DataFrame(rows, columns=list(LIST_COLUMNS))


def norm_lines(norm: Norm) -> list[tuple[str, str]]:
    """
    Everything that is known of a norm, as pairs of a word and a line.

    The force of a norm stands first, so that nobody takes an assumption for the law.
    """
    source = norm.source
    share = f"{norm.required_share:.0%} of {norm.share_of}"
    told: dict[str, Any] = {
        "status": f"{norm.status} ({STATUS_WORDS[norm.status]})",
        **{f"title, {language}": text for language, text in norm.title.items()},
        "service": norm.service,
        "people": "everybody" if norm.group == EVERYBODY else norm.group,
        "asks": f"{norm.aspect} {_bound(norm)}, for {share}",
        "where": "everywhere" if norm.zone_type == "any" else norm.zone_type,
        "vehicle": _vehicle(norm),
        "turnout": "" if norm.turnout_min is None else f"{norm.turnout_min:g} min",
        "holds": _holds(norm),
        "source": source.citation,
        "place in it": source.where,
        "link": source.link,
        "grade": f"{source.grade} ({GRADE_WORDS[source.grade]})",
        "note": norm.note,
    }
    return [(word, str(line)) for word, line in told.items() if line]


def _bound(norm: Norm) -> str:
    unit = "" if norm.unit == "count" else f" {norm.unit}"
    return f"{'at least' if norm.aspect == 'presence' else 'at most'} {norm.threshold:g}{unit}"


def _vehicle(norm: Norm) -> str:
    if norm.transport == "timetable":
        return "public transport"
    if norm.unit != "min":
        return f"none; kilometres {norm.distance_by}" if norm.unit == "km" else ""
    way = "from the service" if norm.direction == "from_service" else "to the service"
    return f"{norm.profile}, driving {way}"


def _holds(norm: Norm) -> str:
    if not norm.valid_from and not norm.valid_to:
        return "without dates"
    since = f"since {norm.valid_from}" if norm.valid_from else ""
    until = f"until {norm.valid_to}" if norm.valid_to else ""
    return " ".join(filter(None, [since, until]))
