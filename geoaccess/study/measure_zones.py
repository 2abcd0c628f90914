"""Measures summed up over people: for everybody, and by zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.equity.distribution import weighted_mean, weighted_quantile
from geoaccess.equity.share_beyond import share_beyond
from geoaccess.study.measure_tasks import people_of
from geoaccess.study.measures_schema import MeasureTable
from geoaccess.study.parts import Found
from geoaccess.units import BoolArray, FloatArray

_BURDENS = ("min", "cost")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """
    One measure of some services, as it was found.

    Attributes
    ----------
    table
        What the study file asks.
    service, group
        Which services, and whose demand.
    amounts
        Of each origin; ``inf`` where a time or a cost is unreached.
    facts
        What else there is to tell.
    """

    table: MeasureTable
    service: str
    group: str
    amounts: FloatArray
    facts: dict[str, Any]


def zones_of(found: Found, told: list[Told]) -> pd.DataFrame:
    """
    Sum measures up for everybody and by zone, for each group that the study file names.

    Returns
    -------
    Columns ``territory, date, zone_id, zone_name, service, measure, group, unit`` and those
    of :func:`figures_of`; ``territory`` is ``all`` where borders do not matter, and places
    outside every zone stand in a row without zone.
    """
    rows = [
        {
            **where,
            "service": one.service,
            "measure": one.table.called,
            "group": group,
            "unit": one.table.recipe.unit,
            **figures_of(found, one, people_of(found.times, group), chosen),
        }
        for where, chosen in _places(found)
        for one in told
        for group in ([one.group] if one.table.recipe.by_demand else one.table.groups)
    ]
    return pd.DataFrame(rows)


def figures_of(
    found: Found, one: Told, people: FloatArray, chosen: BoolArray | None = None
) -> dict[str, float]:
    """
    Figures of one measure over some people.

    Returns
    -------
    ``population, mean, p10, median, p90, share_within, people_beyond,
    population_unreached``; NaN where there is nothing to tell. Means of minutes and costs
    are over those who reach a service, quantiles over everybody. ``share_within`` and
    ``people_beyond`` are of minutes only, around ``cutoff_min`` of the measure or else of
    the study; the unreached are beyond, too.
    """
    if chosen is None:
        chosen = np.ones(len(people), dtype=np.bool_)
    values, weights = one.amounts[chosen], people[chosen]
    unit = one.table.recipe.unit
    reached = np.isfinite(values) if unit in _BURDENS else values > 0
    counted = np.isfinite(values)
    quantiles = [weighted_quantile(values, weights, share) for share in (0.1, 0.5, 0.9)]
    figures = {
        "population": float(weights.sum()),
        "mean": weighted_mean(values[counted], weights[counted]),
        **dict(zip(("p10", "median", "p90"), map(_finite, quantiles), strict=True)),
        "share_within": float("nan"),
        "people_beyond": float("nan"),
        "population_unreached": float(weights[~reached].sum()),
    }
    if unit == "min":
        cutoff_min = one.table.cutoff_min or found.study.study.cutoff_min
        beyond = share_beyond(values, weights=weights, cutoff_min=cutoff_min)
        figures["share_within"] = 1.0 - beyond
        figures["people_beyond"] = float(weights[values > cutoff_min].sum())
    return figures


def _places(found: Found) -> Iterator[tuple[dict[str, str], BoolArray]]:
    """Everybody, then every zone of every border set, then who lies outside."""
    everybody = np.ones(len(found.inputs.origins), dtype=np.bool_)
    yield {"territory": "all", "date": "", "zone_id": "", "zone_name": ""}, everybody
    for role, territory in found.inputs.territories.items():
        zone = found.zones[role]
        head = {"territory": role, "date": territory.date}
        for k, (code, name) in enumerate(zip(territory.code, territory.name, strict=True)):
            yield {**head, "zone_id": code, "zone_name": name}, zone == k
        if bool((zone < 0).any()):
            yield {**head, "zone_id": "", "zone_name": ""}, zone < 0


def _finite(value: float) -> float:
    return value if np.isfinite(value) else float("nan")
