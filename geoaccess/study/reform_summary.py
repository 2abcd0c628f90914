"""What a reform did, on a page of figures ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.equity.distribution import weighted_quantile
from geoaccess.reform.change import VERDICTS, Reform
from geoaccess.reform.effect import FACTORS, PARTS
from geoaccess.reform.zones import rank_agreement
from geoaccess.study.parts import Found

_FIGURES = (
    "own_before_min",
    "own_after_min",
    "agreements_after_min",
    "borderless_min",
    "border_cost_after_min",
    "change_min",
    *PARTS,
    "change_reached_min",
)
_DECIMALS = 6

RULES = {
    "own": "residents use services of their own municipality only",
    "agreements": "and those of neighbours with which it has an agreement",
    "borderless": "everybody uses the nearest service, whoever's it is",
    "border_cost": "own minus borderless",
    "means": "over people; who reaches nothing counts as the cutoff and is counted apart",
    "change": "own minutes after minus before; below 0 is a gain",
    "change_reached": "the change of those only who are reached at both times",
    "parts": "each cause has its average over all orders of the causes (Shapley's value)",
    "verdict": (
        "unchanged within unchanged_min; who is newly reached gains, who is no longer reached "
        "loses, and unreached are those who are reached neither before nor after"
    ),
    "permutations": (
        "random contiguous mergers of the old municipalities into as many as there are new "
        "ones; services, roads and people as after"
    ),
    "causality": (
        "differences of modelled travel times between two states; no claim is made on what "
        "else the reform caused"
    ),
}


def reform_summary(
    found: Found, reform: Reform, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """
    Sum up the tables of a reform.

    Returns
    -------
    Ready for JSON; None where there is nothing to tell.
    """
    sides = {"before": reform.before, "after": reform.after}
    summary: dict[str, Any] = {
        "title": found.study.study.title,
        "synthetic": found.study.study.synthetic,
        **{role: {"date": one.date, "municipalities": len(one)} for role, one in sides.items()},
        "settlements": len(reform.people_after),
        "population_before": float(reform.people_before.sum()),
        "population": float(reform.people_after.sum()),
        "cutoff_min": found.times.cutoff_min,
        "unchanged_min": reform.unchanged_min,
        "changed": list(reform.changed),
        "not_given": _not_given(reform, tables),
        "rules": RULES,
        "services": {kind: _service(kind, tables) for kind in found.study.kinds},
    }
    if "reform_seats" in tables:
        summary["seats"] = _seats(tables["reform_seats"], reform.unchanged_min)
    return summary


def _not_given(reform: Reform, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Name what the study does not tell apart, and what therefore counts as unchanged."""
    missing = [factor for factor in FACTORS if factor not in reform.changed]
    missing += [] if reform.agreements is not None else ["agreements"]
    return missing + [
        name.removeprefix("reform_")
        for name in ("reform_seats", "reform_permutations")
        if name not in tables
    ]


def _service(kind: str, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    zones = tables["reform_zones"]
    rows = zones[zones["service"] == kind]
    country = rows[rows["territory"] == "all"].iloc[0]
    people = {verdict: float(country[f"people_{verdict}"]) for verdict in VERDICTS}
    told: dict[str, Any] = {
        **{name: _number(country[name]) for name in _FIGURES},
        "people": people,
        "share": _shares(people),
        "people_over_cutoff_before": float(country["people_over_cutoff_before"]),
        "people_over_cutoff_after": float(country["people_over_cutoff_after"]),
        "rank_tau_b": {role: _tau(rows, role) for role in ("before", "after")},
        **_extremes(rows),
    }
    if "reform_permutations" in tables:
        drawn = tables["reform_permutations"]
        some = drawn[drawn["service"] == kind].drop(columns="service").set_index("statistic")
        told["permutations"] = {
            str(name): {str(one): _number(value) for one, value in row.items()}
            for name, row in some.iterrows()
        }
    return told


def _shares(people: Mapping[str, float]) -> dict[str, float | None]:
    every = sum(people.values())
    return {name: _number(some / every) if every else None for name, some in people.items()}


def _tau(rows: pd.DataFrame, role: str) -> float | None:
    """How far municipalities kept their order, over the areas of one border set."""
    areas = rows[(rows["territory"] == role) & (rows["zone_id"] != "")]
    pair = (areas[f"own_{when}_min"].to_numpy(dtype=np.float64) for when in ("before", "after"))
    return _number(rank_agreement(*pair))


def _extremes(rows: pd.DataFrame) -> dict[str, Any]:
    """Former municipality that gained most, and the one that lost most."""
    areas = rows[(rows["territory"] == "before") & (rows["zone_id"] != "")]
    areas = areas[areas["change_min"].notna()].sort_values("change_min", kind="stable")
    told: dict[str, Any] = {"most_gained": None, "most_lost": None}
    for name, place, sign in (("most_gained", 0, -1), ("most_lost", -1, 1)):
        if len(areas) and sign * areas["change_min"].iloc[place] > 0:
            row = areas.iloc[place]
            told[name] = {
                "zone_id": str(row["zone_id"]),
                "zone_name": str(row["zone_name"]),
                "change_min": _number(row["change_min"]),
            }
    return told


def _seats(seats: pd.DataFrame, unchanged_min: float) -> dict[str, Any]:
    people = seats["population"].to_numpy(dtype=np.float64)
    columns = [name for name in seats.columns if str(name).startswith("to_")]
    told: dict[str, Any] = {}
    for name in columns:
        minutes = seats[name].to_numpy(dtype=np.float64)
        told[str(name)] = {
            "median_min": _number(weighted_quantile(minutes, people, 0.5)),
            "p90_min": _number(weighted_quantile(minutes, people, 0.9)),
            "people_unreached": float(people[np.isinf(minutes)].sum()),
        }
    change = seats["change_min"].to_numpy(dtype=np.float64)
    told["people_nearer"] = float(people[change < -unchanged_min].sum())
    told["people_farther"] = float(people[change > unchanged_min].sum())
    return told


def _number(value: object) -> float | None:
    number = float(str(value))
    return round(number, _DECIMALS) if np.isfinite(number) else None
