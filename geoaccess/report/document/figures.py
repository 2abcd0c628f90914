"""What the charts and tables of a report show, before any language is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.equity.distribution import capped, weighted_quantile
from geoaccess.report.document.tables import ReportTables
from geoaccess.units import AnyArray, FloatArray

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ServiceFigures:
    """
    What is told of one kind of service.

    Attributes
    ----------
    kind
        The service.
    told
        Its figures in the summary.
    breaks
        Upper ends of the classes of minutes.
    people
        People in each class, those over the last break, and those unreached.
    lorenz
        Shares of people and of minutes, from those who need the fewest on.
    zones
        Rows of the zones table for the latest borders, the longest mean first.
    boxes
        Quantiles of minutes of the same zones, shape (n_zones, 5), NaN where nobody is
        reached.
    """

    kind: str
    told: dict[str, Any]
    breaks: tuple[float, ...]
    people: FloatArray
    lorenz: tuple[FloatArray, FloatArray]
    zones: pd.DataFrame
    boxes: FloatArray


def latest_borders(tables: ReportTables) -> str | None:
    """Role of the border set that a reader lives in now; None without borders."""
    roles = list(dict.fromkeys(tables.zones["territory"]))
    return next((role for role in ("after", "before") if role in roles), None)


def service_figures(
    tables: ReportTables, kind: str, *, breaks: Sequence[float], cutoff_min: float
) -> ServiceFigures:
    """
    Gather what is told of one kind of service.

    Parameters
    ----------
    tables
        The run.
    kind
        Kind of service.
    breaks
        Upper ends of the classes of minutes.
    cutoff_min
        What unreached people count as where a number is needed.
    """
    rows = tables.access[tables.access["service"] == kind]
    minutes = rows["nearest_min"].to_numpy(dtype=np.float64)
    minutes = np.where(np.isnan(minutes), np.inf, minutes)
    people = rows["population"].to_numpy(dtype=np.float64)
    role = latest_borders(tables)
    zones = _ranked(tables.zones, role, kind)
    member = rows[f"zone_{role}"].astype(str).to_numpy() if role else np.array([])
    return ServiceFigures(
        kind=kind,
        told=tables.summary["services"][kind],
        breaks=tuple(breaks),
        people=_by_class(minutes, people, breaks),
        lorenz=_lorenz(capped(minutes, cutoff_min), people),
        zones=zones,
        boxes=_boxes(minutes, people, member, zones["zone_id"]),
    )


def _ranked(zones: pd.DataFrame, role: str | None, kind: str) -> pd.DataFrame:
    own = zones[(zones["territory"] == role) & (zones["service"] == kind)]
    own = own[own["population"] > 0]
    return own.sort_values(["mean_min", "zone_id"], ascending=[False, True], na_position="first")


def _by_class(minutes: FloatArray, people: FloatArray, breaks: Sequence[float]) -> FloatArray:
    """People up to each break, above the last, and unreached."""
    # A class includes its upper end, as on the map.
    where = np.searchsorted(np.asarray(breaks, dtype=np.float64), minutes, side="left")
    where[np.isinf(minutes)] = len(breaks) + 1
    return np.bincount(where, people, minlength=len(breaks) + 2).astype(np.float64)


def _boxes(
    minutes: FloatArray, people: FloatArray, member: AnyArray, codes: pd.Series[str]
) -> FloatArray:
    own = [_quantiles(minutes[member == code], people[member == code]) for code in codes]
    return np.array(own, dtype=np.float64).reshape(-1, len(_QUANTILES))


def _quantiles(minutes: FloatArray, people: FloatArray) -> list[float]:
    told = [weighted_quantile(minutes, people, share) for share in _QUANTILES]
    return [one if np.isfinite(one) else float("nan") for one in told]


def _lorenz(values: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(values, kind="stable")
    heavy, total = people[order], (people * values)[order]
    if people.sum() <= 0 or total.sum() <= 0:
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    x = np.concatenate([[0.0], np.cumsum(heavy) / people.sum()])
    y = np.concatenate([[0.0], np.cumsum(total) / total.sum()])
    return _thinned(x, y)


def _thinned(x: FloatArray, y: FloatArray, most: int = 200) -> tuple[FloatArray, FloatArray]:
    """No more points than a drawing can show."""
    if len(x) <= most:
        return x, y
    at = np.unique(np.searchsorted(x, np.linspace(0, 1, most)).clip(0, len(x) - 1))
    return x[at], y[at]
