"""
What the explorer page knows: one study as plain values for a JSON block.

Geometry stands there once. What the page can switch between is the list ``layers`` (service
x measure x regime x borders x group, see :mod:`geoaccess.report.layers`), each an array in
the order of the settlements, packed as :mod:`geoaccess.report.packed` describes. No count of
people below the disclosure limit is in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geoaccess import __version__
from geoaccess.model.places import Destinations
from geoaccess.model.territory import Territory
from geoaccess.report.disclosure import EVERYBODY, ShownPeople, shown_people
from geoaccess.report.ground import drawn_ground
from geoaccess.report.layer import NEAREST, VERDICTS, Layer
from geoaccess.report.layers import layers_of, services_of
from geoaccess.report.outlines import STEPS_PER_DEGREE, label_points, outlines
from geoaccess.report.packed import Packed, packed
from geoaccess.report.surface_png import MOST_BYTES, drawn_surface
from geoaccess.study.result import StudyResult
from geoaccess.units import AnyArray, TextArray

if TYPE_CHECKING:
    import pandas as pd

MIN_COUNT = 5
_DEGREE_DIGITS = 5
_LIMIT_DIGITS = 3
# Thousandths, or, where a page would grow too large, hundredths, which fit in half the width.
_FINE_STEP, _COARSE_STEP = 0.001, 0.01
_MANY_VALUES = 800_000
# Inside a script element only the first three can end it or start a comment; half characters
# are no UTF-8, and marks of direction would turn the source around. JSON may write them all so.
_ESCAPED = re.compile("[<>&\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")

Plain = dict[str, Any]


def payload(result: StudyResult, *, min_count: int = MIN_COUNT) -> Plain:
    """
    One study as plain values.

    Parameters
    ----------
    result
        What the study found.
    min_count
        Least count of people that may be shown.

    Returns
    -------
    Values that JSON can hold. Positions are -1 where a settlement has no zone or no
    nearest service.
    """
    layers, services = layers_of(result), services_of(result)
    people = shown_people(result.origins, min_count=min_count)
    reasons = sorted({"", *_texts(result.access["reason"])})
    return {
        "title": result.title,
        "synthetic": result.synthetic,
        "version": __version__,
        "sources": list(result.sources),
        "osm_date": str(result.manifest.get("osm_timestamp", ""))[:10],
        "cutoff_min": _number(result.cutoff_min, _LIMIT_DIGITS),
        "min_count": min_count,
        "steps_per_degree": STEPS_PER_DEGREE,
        "reasons": reasons,
        "verdicts": list(VERDICTS),
        "settlements": _settlements(result, people),
        "territories": {
            role: _territory(territory) for role, territory in result.territories.items()
        },
        "services": [_service(result, kind, reasons) for kind in services],
        "norm_packs": _norm_packs(result),
        "surfaces": _surfaces(result, layers, services),
        "norms": _norms(result),
        "ground": drawn_ground(result.ground),
        "layers": _layers(layers, services),
    }


def to_json(values: Plain) -> str:
    r"""
    JSON that is safe inside a script element, whatever the texts hold.

    Examples
    --------
    >>> print(to_json({"name": "</script>"}))
    {"name":"\u003c/script\u003e"}
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _settlements(result: StudyResult, people: Mapping[str, ShownPeople]) -> Plain:
    origins = result.origins
    first = result.access.drop_duplicates("id").set_index("id").reindex(list(origins.id))
    zones = {
        role: packed(_positions(_texts(first[f"zone_{role}"]), territory.code))
        for role, territory in result.territories.items()
        if f"zone_{role}" in first
    }
    return {
        "id": list(origins.id),
        "name": list(origins.name),
        "lon": _degrees(origins.lon),
        "lat": _degrees(origins.lat),
        "people": [
            {"group": group, "count": _people(shown), "hidden_as": shown.hidden_as}
            for group, shown in people.items()
            # Who is counted nowhere cannot be chosen; everybody always can.
            if group == EVERYBODY or np.nansum(shown.count) > 0
        ],
        "zones": zones,
    }


def _people(shown: ShownPeople) -> Packed:
    known = shown.count[np.isfinite(shown.count)]
    whole = bool((known == np.rint(known)).all())
    return packed(shown.count, step=1.0 if whole else 0.1)


def _territory(territory: Territory) -> Plain:
    points = label_points(territory)
    return {
        "date": territory.date,
        "code": list(territory.code),
        "name": list(territory.name),
        "label_lon": _numbers(points[:, 0], _DEGREE_DIGITS),
        "label_lat": _numbers(points[:, 1], _DEGREE_DIGITS),
        "rings": outlines(territory),
        "parts": _parts(territory),
    }


def _parts(territory: Territory) -> Plain | None:
    """Parishes and towns: what they are called, whose they are, and where to look for them."""
    parts = territory.parts
    if parts is None:
        return None
    sides = ("west", "south", "east", "north")
    edges = dict(zip(sides, shapely.bounds(parts.geometry).T, strict=True))
    return {
        "name": list(parts.name),
        "zone": packed(territory.zone_of_parts()),
        **{side: _degrees(degrees) for side, degrees in edges.items()},
    }


def _service(result: StudyResult, kind: str, reasons: list[str]) -> Plain:
    kinds = kind.split("+")
    places = result.destinations.take(np.isin(result.destinations.kind.astype(str), kinds))
    rows = result.access.loc[result.access["service"] == kind].set_index("id")
    rows = rows.reindex(list(result.origins.id))
    return {
        "kind": kind,
        "label": _joined_labels([_labels(result.labels.get(one, {}), one) for one in kinds]),
        "places": _places(places, result.territories),
        "nearest": packed(_positions(_texts(rows["nearest_id"]), places.id)),
        "reason": packed(_positions(_texts(rows["reason"]), reasons)),
    }


def _places(places: Destinations, territories: Mapping[str, Territory]) -> Plain:
    return {
        "name": list(places.name),
        "lon": _numbers(places.lon, _DEGREE_DIGITS),
        "lat": _numbers(places.lat, _DEGREE_DIGITS),
        "capacity": _numbers(places.capacity, 1),
        "zones": {
            role: [int(zone) for zone in territory.locate(places.lon, places.lat)]
            for role, territory in territories.items()
        },
    }


def _surfaces(result: StudyResult, layers: list[Layer], services: tuple[str, ...]) -> list[Plain]:
    """Surfaces of services whose minutes are on the map, with the classes of those."""
    nearest = {one.service: one for one in reversed(layers) if one.measure == NEAREST}
    known = {kind: image for kind, image in result.surface_images.items() if kind in nearest}
    share = MOST_BYTES // max(1, len(known))
    return [
        {
            "service": services.index(kind),
            **drawn_surface(image, nearest[kind].breaks, most_bytes=share),
        }
        for kind, image in known.items()
    ]


def _norms(result: StudyResult) -> list[Plain]:
    """Tell the name of each norm, and its force, so that no assumption passes for law."""
    told = result.summary.get("norms", {}).get("norms", [])
    return [
        {
            "id": norm.get("norm_id", ""),
            "service": norm.get("service", ""),
            "threshold": norm.get("threshold"),
            "title": dict(norm.get("title", {})),
            "status": norm.get("status", ""),
        }
        for norm in told
    ]


def _norm_packs(result: StudyResult) -> Plain:
    """Tell which packs of norms were checked, and as of which day."""
    told = result.summary.get("norms", {})
    packs = [str(pack["name"]) for pack in told.get("packs", [])] if told.get("date") else []
    return {"packs": packs, "date": str(told.get("date", ""))}


def _layers(layers: list[Layer], services: tuple[str, ...]) -> list[Plain]:
    stored = [layer for layer in layers if layer.minus is None]
    many = sum(len(layer.value) for layer in stored) > _MANY_VALUES
    step = _COARSE_STEP if many else _FINE_STEP
    place = {id(layer): i for i, layer in enumerate(layers)}
    service = {kind: i for i, kind in enumerate(services)}
    told = []
    for layer in layers:
        one: Plain = {
            "service": service[layer.service],
            "measure": layer.measure,
            "regime": layer.regime,
            "borders": layer.borders,
            "group": layer.group,
            "kind": layer.kind,
            "unit": layer.unit,
            "breaks": _limits(layer.breaks),
            "zone_breaks": _limits(layer.zone_breaks),
            "norms": _limits(layer.norms),
        }
        if layer.minus is None:
            one["values"] = _values(layer, step)
        else:
            one["minus"] = [place[id(part)] for part in layer.minus]
        told.append(one)
    return told


def _values(layer: Layer, step: float) -> Packed:
    if layer.kind == "verdict":
        return packed(layer.value)
    if layer.kind == "access":
        # Any unit may come, so the step follows the values: about five digits.
        high = float(np.nanmax(np.abs(layer.value), initial=0.0))
        step = 10.0 ** (np.ceil(np.log10(high)) - 5) if high > 0 else step
    return packed(layer.value, step=float(step), breaks=layer.breaks)


def _labels(known: Mapping[str, str], kind: str) -> dict[str, str]:
    return dict(known) or {"en": kind.replace("_", " ").capitalize()}


def _joined_labels(labels: list[dict[str, str]]) -> dict[str, str]:
    languages = dict.fromkeys(code for label in labels for code in label)
    return {
        code: " + ".join(label.get(code) or label.get("en", "") for label in labels)
        for code in languages
    }


def _positions(texts: Iterable[str], known: Iterable[str] | TextArray) -> AnyArray:
    place = {text: i for i, text in enumerate(known)}
    return np.array([place.get(text, -1) for text in texts], dtype=np.int64)


def _texts(column: pd.Series[Any]) -> list[str]:
    missing = column.isna().tolist()
    return ["" if gone else str(text) for text, gone in zip(column.tolist(), missing, strict=True)]


def _degrees(values: AnyArray) -> Packed:
    return packed(values, step=10.0**-_DEGREE_DIGITS)


def _numbers(values: AnyArray, digits: int) -> list[int | float | None]:
    return [_number(float(value), digits) for value in values]


def _limits(limits: tuple[float, ...]) -> list[int | float | None]:
    return [_number(float(limit), _LIMIT_DIGITS) for limit in limits]


def _number(value: float, digits: int) -> int | float | None:
    if not np.isfinite(value):
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded.is_integer() else rounded
