"""
What the explorer page knows: one study as plain values for a JSON block.

Geometry stands there once; whatever the page can switch between is a plain array in the
order of the settlements. A new thing to show (a regime, a scenario, an age group) is one
more array.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoaccess import __version__
from geoaccess.model.territory import Territory
from geoaccess.report.outlines import STEPS_PER_DEGREE, label_points, outlines
from geoaccess.study.result import StudyResult
from geoaccess.units import AnyArray, FloatArray, TextArray

# Upper ends of the classes, minutes; the first row that holds nearly all times is taken, so
# that an island and a country both get a map with shades. The middle one opens the summary.
_BREAKS = (
    (2, 4, 6, 8, 10),
    (5, 10, 15, 20, 30),
    (10, 20, 30, 45, 60),
    (15, 30, 45, 60, 90),
    (30, 60, 90, 120, 180),
)
_NEARLY_ALL = 0.95
_DEGREE_DIGITS = 5
_MINUTE_DIGITS = 3
# Inside a script element only these can end it or start a comment; JSON may write them so.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}

Plain = dict[str, Any]


def payload(result: StudyResult) -> Plain:
    """
    One study as plain values.

    Parameters
    ----------
    result
        What the study found.

    Returns
    -------
    Values that JSON can hold; ``None`` where a settlement is unreached, -1 where it has no
    zone or no nearest service.
    """
    reasons = sorted({"", *_texts(result.access["reason"])})
    return {
        "title": result.title,
        "synthetic": result.synthetic,
        "version": __version__,
        "sources": list(result.sources),
        "cutoff_min": _number(result.cutoff_min, _MINUTE_DIGITS),
        "breaks_min": class_breaks(result.access["nearest_min"].to_numpy(dtype=np.float64)),
        "steps_per_degree": STEPS_PER_DEGREE,
        "reasons": reasons,
        "settlements": _settlements(result),
        "territories": {
            role: _territory(territory) for role, territory in result.territories.items()
        },
        "services": [_service(result, kind, reasons) for kind in result.services],
    }


def to_json(values: Plain) -> str:
    r"""
    JSON that is safe inside a script element, whatever the texts hold.

    Examples
    --------
    >>> print(to_json({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    # Plain ASCII: line separators, NUL and half characters are escaped by json itself.
    text = json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def class_breaks(minutes: FloatArray) -> list[int]:
    """
    Upper ends of all classes but the last, which is open.

    Parameters
    ----------
    minutes
        Times of all services, NaN where unreached, so that all share one legend.

    Examples
    --------
    >>> class_breaks(np.array([3.0, 12.0, 48.0, np.nan]))
    [10, 20, 30, 45, 60]
    """
    reached = minutes[np.isfinite(minutes)]
    high = float(np.quantile(reached, _NEARLY_ALL)) if len(reached) else float(_BREAKS[2][-1])
    fitting = (breaks for breaks in _BREAKS if high <= breaks[-1])
    return list(next(fitting, _BREAKS[-1]))


def _settlements(result: StudyResult) -> Plain:
    origins = result.origins
    first = result.access.drop_duplicates("id").set_index("id").reindex(list(origins.id))
    zones = {
        role: _positions(_texts(first[f"zone_{role}"]), territory.code)
        for role, territory in result.territories.items()
        if f"zone_{role}" in first
    }
    return {
        "id": list(origins.id),
        "name": list(origins.name),
        "lon": _numbers(origins.lon, _DEGREE_DIGITS),
        "lat": _numbers(origins.lat, _DEGREE_DIGITS),
        "people": _numbers(origins.population, 1),
        "zones": zones,
    }


def _territory(territory: Territory) -> Plain:
    points = label_points(territory)
    return {
        "date": territory.date,
        "code": list(territory.code),
        "name": list(territory.name),
        "label_lon": _numbers(points[:, 0], _DEGREE_DIGITS),
        "label_lat": _numbers(points[:, 1], _DEGREE_DIGITS),
        "rings": outlines(territory),
    }


def _service(result: StudyResult, kind: str, reasons: list[str]) -> Plain:
    places = result.destinations.take(result.destinations.kind == kind)
    rows = result.access.loc[result.access["service"] == kind].set_index("id")
    rows = rows.reindex(list(result.origins.id))
    return {
        "kind": kind,
        "label": _labels(result.labels.get(kind, {}), kind),
        "places": {
            "name": list(places.name),
            "lon": _numbers(places.lon, _DEGREE_DIGITS),
            "lat": _numbers(places.lat, _DEGREE_DIGITS),
        },
        "minutes": _numbers(rows["nearest_min"].to_numpy(dtype=np.float64), _MINUTE_DIGITS),
        "nearest": _positions(_texts(rows["nearest_id"]), places.id),
        "reason": _positions(_texts(rows["reason"]), reasons),
    }


def _labels(known: Mapping[str, str], kind: str) -> dict[str, str]:
    return dict(known) or {"en": kind.replace("_", " ").capitalize()}


def _positions(texts: Iterable[str], known: Iterable[str] | TextArray) -> list[int]:
    place = {text: i for i, text in enumerate(known)}
    return [place.get(text, -1) for text in texts]


def _texts(column: pd.Series[Any]) -> list[str]:
    missing = column.isna()
    return ["" if gone else str(text) for text, gone in zip(column, missing, strict=True)]


def _numbers(values: AnyArray, digits: int) -> list[int | float | None]:
    return [_number(float(value), digits) for value in values]


def _number(value: float, digits: int) -> int | float | None:
    if not np.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded
