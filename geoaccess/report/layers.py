"""
What the explorer page can switch between: one layer a service, measure, regime and borders.

The page knows no table. A table of a study becomes layers here and nowhere else, so that a
new measure shows on the map without a change to the page.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from geoaccess.report.breaks import access_breaks, change_breaks, class_breaks
from geoaccess.study.result import StudyResult
from geoaccess.units import FloatArray, LongArray

Kind = Literal["minutes", "change", "access", "verdict"]
NEAREST = "nearest_min"
BORDERLESS, OWN, AGREEMENTS = "borderless", "own", "agreements"
BEFORE, AFTER, CHANGE, ANY = "before", "after", "change", ""
# The same for a scenario: what stands, and what would stand.
BASE, SCENARIO = "base", "scenario"
VERDICTS = ("pass", "fail", "unreached", "not_modelled")

# Column of reform.csv: measure, regime, borders, kind. The borderless times are the access
# table's, so they stand here no second time.
_REFORM: dict[str, tuple[str, str, str, Kind]] = {
    "own_before_min": (NEAREST, OWN, BEFORE, "minutes"),
    "own_after_min": (NEAREST, OWN, AFTER, "minutes"),
    "agreements_before_min": (NEAREST, AGREEMENTS, BEFORE, "minutes"),
    "agreements_after_min": (NEAREST, AGREEMENTS, AFTER, "minutes"),
    "border_cost_before_min": ("border_cost_min", OWN, BEFORE, "minutes"),
    "border_cost_after_min": ("border_cost_min", OWN, AFTER, "minutes"),
    "borders_min": ("part_borders_min", OWN, CHANGE, "change"),
    "services_min": ("part_services_min", OWN, CHANGE, "change"),
    "roads_min": ("part_roads_min", OWN, CHANGE, "change"),
    "population_min": ("part_population_min", OWN, CHANGE, "change"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """
    One thing to see on the map.

    Attributes
    ----------
    service
        Kind of service.
    measure
        What is measured; the page says it with the message ``measure_<measure>``.
    regime
        Whose services people may use: ``borderless``, ``own``, ``agreements``.
    borders
        Role of a border set, ``change``, or ``""`` where borders do not matter; ``base`` and
        ``scenario`` where a scenario is compared with what stands.
    group
        Group of people whom the values hold for, ``""`` for everybody.
    kind
        How values are shown: minutes, their change, access (more is better), or a verdict,
        which is a position in :data:`VERDICTS`.
    unit
        Unit of the values.
    value
        Shape (n_settlements,), NaN where there is none.
    breaks, zone_breaks
        Limits of the classes of settlements, and of the means of zones.
    norms
        Limits that norms set, in the unit of the values.
    minus
        Where the page works the values out: the layers whose difference they are, the
        later one first; ``value`` serves for the breaks only.
    """

    service: str
    measure: str
    regime: str
    borders: str
    group: str = ""
    kind: Kind
    unit: str
    value: FloatArray
    breaks: tuple[float, ...] = ()
    zone_breaks: tuple[float, ...] = ()
    norms: tuple[float, ...] = ()
    minus: tuple[Layer, Layer] | None = None


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
        raw = [
            *_nearest(result, service),
            *_scenario(result, service),
            *_reform(result, service),
            *_measures(result, service),
            *_norms(result, service),
        ]
        means = [_zone_means(result.origins.population, zones, one.value) for one in raw]
        found += _with_breaks(raw, means, _norm_limits(result, service))
    return found


def services_of(result: StudyResult) -> tuple[str, ...]:
    """Kinds of service, and after them those that measures look at together, as ``a+b``."""
    table = result.tables.get("measures")
    named = () if table is None or "service" not in table else table["service"].unique()
    pooled = (str(name) for name in named if "+" in str(name))
    return tuple(dict.fromkeys((*result.services, *pooled)))


def _nearest(result: StudyResult, service: str) -> Iterator[Layer]:
    if "scenario" in result.tables:
        return
    rows = result.access[result.access["service"] == service]
    if rows["nearest_min"].isna().all() and not rows["reason"].fillna("").any():
        return
    yield Layer(
        service=service,
        measure=NEAREST,
        regime=BORDERLESS,
        borders=ANY,
        kind="minutes",
        unit="min",
        value=_column(result, rows, "nearest_min"),
    )


def _scenario(result: StudyResult, service: str) -> Iterator[Layer]:
    table = result.tables.get("scenario")
    if table is None:
        return
    rows = table[table["service"] == service]
    base, after = (
        Layer(
            service=service,
            measure=NEAREST,
            regime=BORDERLESS,
            borders=state,
            kind="minutes",
            unit="min",
            value=_column(result, rows, column),
        )
        for state, column in ((BASE, "before_min"), (SCENARIO, "after_min"))
    )
    yield from (after, base, _difference(after, base))


def _reform(result: StudyResult, service: str) -> Iterator[Layer]:
    table = result.tables.get("reform")
    if table is None or "service" not in table:
        return
    rows = table[table["service"] == service]
    sides: dict[tuple[str, str], dict[str, Layer]] = {}
    missing = result.summary.get("reform", {}).get("not_given", ())
    roles = _reform_roles(result)
    for column, (measure, regime, borders, kind) in _REFORM.items():
        if column not in rows or regime in missing:
            continue
        layer = Layer(
            service=service,
            measure=measure,
            regime=regime,
            borders=roles.get(borders, borders),
            kind=kind,
            unit="min",
            value=_column(result, rows, column),
        )
        # A cause that is not given twice changed nothing, nowhere.
        known = layer.value[np.isfinite(layer.value)]
        if len(known) and (kind != "change" or known.any()):
            yield layer
            sides.setdefault((measure, regime), {})[borders] = layer
    for pair in sides.values():
        if BEFORE in pair and AFTER in pair:
            yield _difference(pair[AFTER], pair[BEFORE])


def _reform_roles(result: StudyResult) -> dict[str, str]:
    """Border sets that stand for before and after: a study may compare others of its own."""
    told = (result.manifest.get("parameters") or {}).get("reform") or {}
    return {role: str(told.get(role, role)) for role in (BEFORE, AFTER)}


def _difference(after: Layer, before: Layer) -> Layer:
    return dataclasses.replace(
        after,
        borders=CHANGE,
        kind="change",
        value=after.value - before.value,
        minus=(after, before),
    )


def _measures(result: StudyResult, service: str) -> Iterator[Layer]:
    table = result.tables.get("measures")
    if table is None or not {"id", "service", "measure", "value"} <= set(table):
        return
    rows = table[table["service"] == service]
    group = rows["group"].fillna("").replace("all", "") if "group" in rows else ""
    unit = rows["unit"].fillna("") if "unit" in rows else ""
    rows = rows.assign(group=group, unit=unit)
    for (measure, name), part in rows.groupby(["measure", "group"], sort=False):
        if (measure, name) == (NEAREST, ""):
            continue
        unit = str(part["unit"].iloc[0])
        yield Layer(
            service=service,
            measure=str(measure),
            regime=BORDERLESS,
            borders=ANY,
            group=str(name),
            kind="minutes" if unit == "min" else "access",
            unit=unit,
            value=_column(result, part, "value"),
        )


def _norms(result: StudyResult, service: str) -> Iterator[Layer]:
    rows = _norm_rows(result, service)
    if rows is None:
        return
    group = rows["group"].fillna("").replace("all", "") if "group" in rows else ""
    place = {verdict: float(i) for i, verdict in enumerate(VERDICTS)}
    rows = rows.assign(group=group, position=rows["verdict"].map(place))
    for (norm, name), part in rows.groupby(["norm_id", "group"], sort=False):
        # Its force goes with it, so that no page takes an assumption for the law.
        force = part["status"].iloc[0] if "status" in part else ""
        yield Layer(
            service=service,
            measure=f"norm:{force}:{norm}",
            regime=BORDERLESS,
            borders=ANY,
            group=str(name),
            kind="verdict",
            unit="",
            value=_column(result, part, "position"),
        )


def _norm_rows(result: StudyResult, service: str) -> pd.DataFrame | None:
    table = result.tables.get("norms")
    if table is None or not {"id", "service", "norm_id", "verdict"} <= set(table):
        return None
    return table[table["service"] == service]


def _norm_limits(result: StudyResult, service: str) -> tuple[float, ...]:
    """
    Limits in minutes that norms set for a service, for this map's vehicle and everywhere.

    A norm for ambulances, or for towns alone, is no limit on a map of everybody's drive, and a
    planning assumption is no norm.
    """
    if _norm_rows(result, service) is None or "norms" not in result.summary:
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


def _column(result: StudyResult, rows: pd.DataFrame, column: str) -> FloatArray:
    """Values in the order of the settlements, NaN where there is no row."""
    once = rows.drop_duplicates("id").set_index("id")[column]
    values: FloatArray = once.reindex(list(result.origins.id)).to_numpy(dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)
