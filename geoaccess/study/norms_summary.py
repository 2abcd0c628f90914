"""What ``summary.json`` and ``norms_zones.csv`` tell of a check of norms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.model.norm import STATUS_WORDS, NormPack
from geoaccess.model.territory import Territory
from geoaccess.norms.check import NormCheck
from geoaccess.norms.reasons import HINTS, NormReason
from geoaccess.norms.zones import EVERYWHERE

RULES = {
    "people": "of the norm's group; where a norm counts cases, people stand in for them",
    "share_within": "of the people for whom the norm holds; unreached people are beyond",
    "verdict": "pass where share_within is at least required_share; not_modelled where people "
    "in places of unknown kind could change it",
    "gap": "minutes or kilometres over the threshold; means and maxima are of people beyond who "
    "reach a service, unreached people stand in people_unreached",
    "times": "free flow, from door to door; drive_time without turnout, response_time with it",
}
_OF_NORM = {"title", "profile", "direction", "aspect", "share_of", "source", "note"}


def with_zone_names(zones: pd.DataFrame, territories: Mapping[str, Territory]) -> pd.DataFrame:
    """Add ``date`` and ``zone_name`` beside the zones."""
    told = zones.copy()
    names = {
        (role, code): name
        for role, one in territories.items()
        for code, name in zip(one.code, one.name, strict=True)
    }
    keys = list(zip(told["territory"], told["zone_id"], strict=True))
    dates = [territories[role].date if role in territories else "" for role, _ in keys]
    told.insert(1, "date", dates)
    told.insert(3, "zone_name", [names.get(key, "") for key in keys])
    return told


def norms_summary(checked: NormCheck, packs: Sequence[NormPack], *, vehicle: str) -> dict[str, Any]:
    """
    Sum the check up, ready for JSON: for each norm its force, its figures and its source.

    Parameters
    ----------
    checked
        What was found.
    packs
        Where the norms are from.
    vehicle
        Profile of the study itself, by name.
    """
    by_id = {norm.id: norm for norm in checked.norms}
    zones = checked.zones
    failing = zones[(zones["territory"] != EVERYWHERE) & (zones["verdict"] == "fail")]
    return {
        "date": checked.day,
        "vehicle": vehicle,
        "packs": [{"name": one.name, "title": one.title, "checked": one.checked} for one in packs],
        "rules": RULES,
        "statuses": dict(STATUS_WORDS),
        "norms": [
            {
                **{name: _plain(value) for name, value in row.items()},
                "zones_failing": _zones_failing(failing, str(row["norm_id"])),
                "hint": _hint(row),
                **by_id[str(row["norm_id"])].model_dump(mode="json", include=_OF_NORM),
            }
            for row in checked.overall.to_dict("records")
        ],
    }


def _zones_failing(failing: pd.DataFrame, norm_id: str) -> dict[str, int]:
    of_norm = failing[failing["norm_id"] == norm_id]
    return {str(role): len(rows) for role, rows in of_norm.groupby("territory", sort=True)}


def _hint(row: Mapping[Any, Any]) -> str:
    is_left = row["verdict"] == "not_modelled" and row["reason"]
    return HINTS[NormReason(row["reason"])] if is_left else ""


def _plain(value: object) -> object:
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 6)
    return value
