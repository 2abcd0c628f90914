"""Seats of municipalities, derived from their names, as the list in the law is not at hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
from demo_region.plane import IntArray

from latvia.country import Areas
from latvia.grammar import genitives
from latvia.people import TOWN, Settlements
from latvia.plane import to_lonlat

BEFORE_DAY, AFTER_DAY = "2021-06-30", "2021-07-01"
# Called after a region; where their councils sit is common knowledge, unverified like the rest.
STATED = {"Augšdaugavas novads": "Daugavpils", "Dienvidkurzemes novads": "Grobiņa"}
GRADE = "M"  # unverified


def seat_table(settlements: Settlements, old: Areas, new: Areas) -> pd.DataFrame:
    """
    Derive the seat of every municipality that has a place in the table.

    Parameters
    ----------
    settlements
        Places.
    old, new
        Municipalities before and after the reform.

    Returns
    -------
    Columns `date, code, name, seat_settlement_id, seat_name, lon, lat, rule, grade`. A state
    city's seat is its town; a novads' the place after which it is called, a town before a
    village, inside it before outside (towns only); else its largest place.
    """
    parts = [
        _seats(settlements, areas, area, date)
        for areas, area, date in (
            (old, settlements.old, BEFORE_DAY),
            (new, settlements.new, AFTER_DAY),
        )
    ]
    return pd.concat(parts, ignore_index=True)


def _seats(settlements: Settlements, areas: Areas, area: IntArray, date: str) -> pd.DataFrame:
    rows = [(k, *_seat(settlements, areas, area, k)) for k in np.unique(area)]
    zone, place = (np.array([row[i] for row in rows], dtype=np.int64) for i in (0, 1))
    table = settlements.table
    lonlat = to_lonlat(settlements.xy[place], decimals=6)
    return pd.DataFrame(
        {
            "date": date,
            "code": areas.code[zone],
            "name": areas.name[zone],
            "seat_settlement_id": table["id"].to_numpy()[place],
            "seat_name": table["name"].to_numpy()[place],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "rule": [row[2] for row in rows],
            "grade": GRADE,
        }
    )


def _seat(settlements: Settlements, areas: Areas, area: IntArray, k: int) -> tuple[int, str]:
    """Position of the seat of municipality k, and the rule that found it."""
    names = settlements.table["name"].to_numpy()
    is_town = (settlements.table["kind"] == TOWN).to_numpy()
    inside = area == k
    called = str(areas.name[k])
    if called in STATED:
        named = is_town & (names == STATED[called])
    else:
        stem = called.removesuffix(" novads")
        named = np.array([stem in {str(name), *genitives(str(name))} for name in names])
    for choice, rule in (
        (named & is_town & inside, "town of its name"),
        (named & is_town, "town of its name, outside"),
        (named & inside, "village of its name"),
        (inside, "largest place"),
    ):
        found = np.flatnonzero(choice)
        if len(found):
            return int(found[np.argmax(settlements.population[found])]), rule
    message = f"{called} has no place"
    raise ValueError(message)
