"""
What the explorer page can switch between: one layer a service, measure, regime and borders.

The page knows no table. A table of a study becomes layers here and nowhere else, so that a
new measure shows on the map without a change to the page.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoaccess.report.breaks import access_breaks, change_breaks, class_breaks
from geoaccess.report.layer import NEAREST, Kind, Layer
from geoaccess.report.layer_tables import norm_rows, raw_layers
from geoaccess.study.result import StudyResult
from geoaccess.units import FloatArray, LongArray


def layers_of(result: StudyResult) -> list[Layer]:
    """
    Every layer of a study, whatever tables it has, in the order in which menus show them.

    Parameters
    ----------
    result
        What the study found.

    Returns
    -------
    Layers of one service stand together, minutes to the nearest first. Values of one
    service and measure share their breaks, so that before and after can be compared.
    """
    found: list[Layer] = []
    zones = _zones(result)
    for service in services_of(result):
        raw = raw_layers(result, service)
        means = [_zone_means(result.origins.population, zones, one.value) for one in raw]
        found += _with_breaks(raw, means, _norm_limits(result, service))
    return found


def services_of(result: StudyResult) -> tuple[str, ...]:
    """Kinds of service, and after them those that measures look at together, as ``a+b``."""
    table = result.tables.get("measures")
    named = () if table is None or "service" not in table else table["service"].unique()
    pooled = (str(name) for name in named if "+" in str(name))
    return tuple(dict.fromkeys((*result.services, *pooled)))


def _norm_limits(result: StudyResult, service: str) -> tuple[float, ...]:
    """
    Limits in minutes that norms set for a service, for this map's vehicle and everywhere.

    A norm for ambulances, or for towns alone, is no limit on a map of everybody's drive, and a
    planning assumption is no norm.
    """
    if norm_rows(result, service) is None or "norms" not in result.summary:
        return ()
    norms = result.summary["norms"]
    told = [
        float(norm["threshold"])
        for norm in norms["norms"]
        if (norm["service"], norm["profile"], norm["direction"])
        == (service, norms["vehicle"], "to_service")
        and (norm["aspect"], norm["zone_type"]) == ("drive_time", "any")
        and norm["verdict"] != "not_modelled"
        and norm["status"] != "planning_assumption"
    ]
    return tuple(sorted(set(told)))


def _with_breaks(
    raw: list[Layer], means: list[FloatArray], limits: tuple[float, ...]
) -> Iterator[Layer]:
    """Layers with their breaks, and differences of the layers that now stand for the old."""
    done: dict[int, Layer] = {}
    alike: dict[tuple[str, str], list[int]] = {}
    for i, layer in enumerate(raw):
        alike.setdefault((layer.measure, layer.kind), []).append(i)
    for layer in raw:
        same = alike[layer.measure, layer.kind]
        norms = limits if layer.measure == NEAREST and layer.kind == "minutes" else ()
        minus = None
        if layer.minus is not None:
            minus = (done[id(layer.minus[0])], done[id(layer.minus[1])])
        done[id(layer)] = dataclasses.replace(
            layer,
            breaks=tuple(_breaks(layer.kind, np.concatenate([raw[i].value for i in same]), norms)),
            zone_breaks=tuple(_breaks(layer.kind, np.concatenate([means[i] for i in same]), norms)),
            norms=norms,
            minus=minus,
        )
        yield done[id(layer)]


def _zones(result: StudyResult) -> list[tuple[LongArray, int]]:
    """For each set of borders the zone of each settlement, counted from 0, and how many."""
    once = result.access.drop_duplicates("id").set_index("id").reindex(list(result.origins.id))
    found = []
    for role in result.territories:
        zone, known = pd.factorize(once[f"zone_{role}"].astype(object).fillna(""))
        found.append((zone.astype(np.int64), len(known)))
    return found


def _zone_means(
    people: FloatArray, zones: list[tuple[LongArray, int]], value: FloatArray
) -> FloatArray:
    """Means over the people of every zone of every set of borders."""
    known = np.isfinite(value)
    means = [np.empty(0)]
    for zone, count in zones:
        whole = np.bincount(zone[known], weights=people[known], minlength=count)
        total = np.bincount(zone[known], weights=(people * value)[known], minlength=count)
        means.append(total[whole > 0] / whole[whole > 0])
    return np.concatenate(means)


def _breaks(kind: Kind, values: FloatArray, norms: tuple[float, ...]) -> list[float]:
    if kind == "minutes":
        return class_breaks(values, norms_min=norms)
    if kind == "change":
        return change_breaks(values)
    return access_breaks(values) if kind == "access" else []
