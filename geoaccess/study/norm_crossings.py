"""Norms before and after, side by side: verdicts by zone, and who crosses which norm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.norms.check import NormCheck
from geoaccess.norms.verdicts import FAIL, PASS, UNREACHED
from geoaccess.norms.zones import EVERYWHERE
from geoaccess.study.norms_summary import with_zone_names
from geoaccess.study.zone_types import Located

NORM_COLUMNS = (
    "territory",
    "zone_id",
    "zone_name",
    "norm_id",
    "service",
    "group",
    "asked",
    "unit",
    "threshold_before",
    "threshold",
    "people_before",
    "people",
    "people_within_before",
    "people_within",
    "share_within_before",
    "share_within",
    "verdict_before",
    "verdict",
    "people_newly_within",
    "people_newly_beyond",
    "reason_before",
    "reason",
)
CROSSING_COLUMNS = (
    "id",
    "name",
    "norm_id",
    "service",
    "group",
    "people",
    "unit",
    "threshold_before",
    "threshold",
    "value_before",
    "value",
    "verdict_before",
    "verdict",
)
_KEY = ["territory", "zone_id", "norm_id"]
_TWICE = ("threshold", "people", "people_within", "share_within", "verdict", "reason")
_BEYOND = [FAIL, UNREACHED]


def compared_norms(
    before: NormCheck,
    after: NormCheck,
    *,
    asked: Mapping[str, str],
    located: Located,
    names: Mapping[str, str],
) -> dict[str, pd.DataFrame]:
    """
    Put two checks of the same settlements and norms beside one another.

    Parameters
    ----------
    before, after
        The checks; a norm of one id may have another threshold in each.
    asked
        For each norm, in order, whether ``before``, ``after`` or ``both`` ask about it; the
        other side is judged by it too, so that it can be said who crosses it.
    located
        Settlements in the zones of after.
    names
        Names of the settlements by id.

    Returns
    -------
    ``scenario_norms``, columns ``NORM_COLUMNS``, and ``norm_crossings``, columns
    ``CROSSING_COLUMNS``, one row for each settlement and norm that was met and is not, or
    the other way. People are those of after.
    """
    crossings = _crossings(before, after, names)
    told = _zones(before, after, located)
    told["asked"] = told["norm_id"].map(dict(asked))
    told = _with_crossing_people(told, crossings, located)
    order = {norm_id: i for i, norm_id in enumerate(asked)}
    told["_order"] = told["norm_id"].map(order)
    role = {name: i for i, name in enumerate([EVERYWHERE, *located.territories])}
    told["_role"] = told["territory"].map(role)
    told = told.sort_values(["_order", "_role", "zone_id"], kind="stable", ignore_index=True)
    return {
        "scenario_norms": told[list(NORM_COLUMNS)],
        "norm_crossings": crossings[list(CROSSING_COLUMNS)],
    }


def norms_told(
    table: pd.DataFrame, titles: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """
    Tell of the norms that could be judged, everybody together, ready for JSON.

    Parameters
    ----------
    table
        As ``scenario_norms``.
    titles
        Titles of the norms by language.
    """
    judged = table[["verdict_before", "verdict"]].isin([PASS, FAIL]).any(axis=1)
    whole = table[(table["territory"] == EVERYWHERE) & judged]
    return [
        {"title": dict(titles[str(row["norm_id"])])}
        | {str(name): _plain(row[name]) for name in NORM_COLUMNS[3:]}
        for row in whole.to_dict("records")
    ]


def _plain(value: object) -> object:
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 6)
    return value


def _zones(before: NormCheck, after: NormCheck, located: Located) -> pd.DataFrame:
    facts = ["service", "group", "unit"]
    one, other = (
        with_zone_names(check.zones, located.territories)[[*_KEY, "zone_name", *facts, *_TWICE]]
        for check in (before, after)
    )
    told = one.merge(other, on=_KEY, how="outer", suffixes=("_before", ""))
    for name in ("zone_name", *facts):
        told[name] = told[name].fillna(told[f"{name}_before"])
    for name in ("verdict", "verdict_before", "reason", "reason_before"):
        told[name] = told[name].fillna("")
    return told


def _crossings(before: NormCheck, after: NormCheck, names: Mapping[str, str]) -> pd.DataFrame:
    keys = ["id", "norm_id"]
    told = before.settlements[[*keys, "threshold", "value", "verdict"]].merge(
        after.settlements, on=keys, suffixes=("_before", "")
    )
    gained = told["verdict_before"].isin(_BEYOND) & (told["verdict"] == PASS)
    lost = (told["verdict_before"] == PASS) & told["verdict"].isin(_BEYOND)
    told = told[gained | lost].copy()
    told["name"] = told["id"].map(dict(names))
    return told.sort_values(keys, kind="stable", ignore_index=True)


def _with_crossing_people(
    told: pd.DataFrame, crossings: pd.DataFrame, located: Located
) -> pd.DataFrame:
    """Sum people who cross up by zone; those of norms that were not modelled stay empty."""
    row = {str(id_): i for i, id_ in enumerate(located.id)}
    at = [row[str(id_)] for id_ in crossings["id"]]
    sums: dict[tuple[str, str, str, str], float] = {}
    roles = {EVERYWHERE: np.full(len(located.id), "", dtype=object), **located.zones}
    for role, codes in roles.items():
        for i, (norm_id, people, verdict) in enumerate(
            zip(crossings["norm_id"], crossings["people"], crossings["verdict"], strict=True)
        ):
            key = (role, str(codes[at[i]]), str(norm_id), str(verdict == PASS))
            sums[key] = sums.get(key, 0.0) + float(people)
    judged = told["people_before"].notna() & told["people"].notna()
    for name, gained in (("people_newly_within", True), ("people_newly_beyond", False)):
        people = [
            sums.get((str(role), str(zone), str(norm_id), str(gained)), 0.0)
            for role, zone, norm_id in told[_KEY].itertuples(index=False)
        ]
        told[name] = np.where(judged, people, np.nan)
    return told
