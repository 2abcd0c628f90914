"""What a study found, summed up by zone, by index, and in a page of figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.equity.distribution import weighted_mean, weighted_quantile
from geoaccess.equity.share_beyond import share_beyond
from geoaccess.model.places import Destinations
from geoaccess.model.territory import Territory
from geoaccess.study.result import ZONE_COLUMNS
from geoaccess.units import FloatArray

RULES = {
    "population_weighted": "every figure is weighted by people",
    "mean_min": "mean over people who reach the service; the others stand in population_unreached",
    "median_min, p90_min": (
        "over everybody, unreached people counting as worse than any minute; empty where the "
        "quantile falls among them"
    ),
    "equity": "of minutes (a burden); unreached people count as the cutoff, a lower bound",
}


def minutes_of(rows: pd.DataFrame) -> FloatArray:
    """Minutes to the nearest service, ``inf`` where unreached."""
    minutes = rows["nearest_min"].to_numpy(dtype=np.float64)
    return np.where(np.isnan(minutes), np.inf, minutes)


def figures(rows: pd.DataFrame, *, cutoff_min: float) -> dict[str, float]:
    """
    Population-weighted figures of some rows of the access table.

    Parameters
    ----------
    rows
        Rows of one service.
    cutoff_min
        Minutes that count as within reach.

    Returns
    -------
    ``population, mean_min, median_min, p90_min, share_within_cutoff,
    population_unreached``; NaN where there is nothing to tell. See ``RULES``.
    """
    minutes = minutes_of(rows)
    people = rows["population"].to_numpy(dtype=np.float64)
    reached = np.isfinite(minutes)
    quantiles = [weighted_quantile(minutes, people, share) for share in (0.5, 0.9)]
    return {
        "population": float(people.sum()),
        "mean_min": weighted_mean(minutes[reached], people[reached]),
        "median_min": _told(quantiles[0]),
        "p90_min": _told(quantiles[1]),
        "share_within_cutoff": 1.0 - share_beyond(minutes, weights=people, cutoff_min=cutoff_min),
        "population_unreached": float(people[~reached].sum()),
    }


def zones_table(
    access: pd.DataFrame, territories: Mapping[str, Territory], *, cutoff_min: float
) -> pd.DataFrame:
    """
    Figures by border set, zone and service.

    Parameters
    ----------
    access
        The access table.
    territories
        Border sets by role.
    cutoff_min
        Minutes that count as within reach.

    Returns
    -------
    Columns ``ZONE_COLUMNS``; a zone without settlements stands there with no minutes,
    and settlements outside every zone stand in a row without zone.
    """
    services = list(access["service"].unique())
    nowhere = np.empty(0, dtype=np.intp)
    rows = [
        {
            "territory": role,
            "date": territory.date,
            "zone_id": code,
            "zone_name": name,
            "service": service,
            **figures(
                access.iloc[np.asarray(where.get((code, service), nowhere))], cutoff_min=cutoff_min
            ),
        }
        for role, territory in territories.items()
        # Sought once for all zones, which would else each read the whole table.
        for where in [access.groupby([f"zone_{role}", "service"], sort=False).indices]
        for code, name in _zones(territory, access[f"zone_{role}"])
        for service in services
    ]
    return pd.DataFrame(rows, columns=list(ZONE_COLUMNS))


def summary_of(
    access: pd.DataFrame,
    destinations: Destinations,
    territories: Mapping[str, Territory],
    *,
    cutoff_min: float,
) -> dict[str, Any]:
    """
    Sum a study up in a page of figures.

    Returns
    -------
    Ready for JSON: what was counted, and for each service the figures and the people
    unreached by reason; None where there is nothing to tell.
    """
    once = access[access["service"] == access["service"].iloc[0]]
    return {
        "settlements": len(once),
        "population": float(once["population"].sum()),
        "zones": {role: {"date": one.date, "count": len(one)} for role, one in territories.items()},
        "cutoff_min": cutoff_min,
        "rules": RULES,
        "services": {
            service: {
                "count": int((destinations.kind == service).sum()),
                **{
                    name: None if np.isnan(value) else round(value, 6)
                    for name, value in figures(part, cutoff_min=cutoff_min).items()
                },
                "unreached": _unreached(part),
            }
            for service, part in by_service(access)
        },
    }


def _unreached(part: pd.DataFrame) -> dict[str, dict[str, float]]:
    out = part[part["reason"] != ""]
    return {
        str(reason): {"settlements": len(rows), "people": float(rows["population"].sum())}
        for reason, rows in out.groupby("reason", sort=True)
    }


def _zones(territory: Territory, used: pd.Series[str]) -> Iterator[tuple[str, str]]:
    yield from zip(territory.code, territory.name, strict=True)
    if (used == "").any():
        yield "", ""


def by_service(access: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each service, in the order of the study."""
    for service in access["service"].unique():
        yield service, access[access["service"] == service]


def _told(minutes: float) -> float:
    return minutes if np.isfinite(minutes) else float("nan")
