"""What the tables of a study hold, one layer a service, measure, regime and borders."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoaccess.report.layer import (
    AFTER,
    AGREEMENTS,
    ANY,
    BASE,
    BEFORE,
    BORDERLESS,
    CHANGE,
    NEAREST,
    OWN,
    SCENARIO,
    VERDICTS,
    Kind,
    Layer,
)
from geoaccess.study.result import StudyResult
from geoaccess.units import FloatArray

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


def raw_layers(result: StudyResult, service: str) -> list[Layer]:
    """
    Layers of one service, still without classes.

    Parameters
    ----------
    result
        What the study found.
    service
        Kind of service.
    """
    return [
        *_nearest(result, service),
        *_scenario(result, service),
        *_reform(result, service),
        *_measures(result, service),
        *_norms(result, service),
    ]


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
    rows = norm_rows(result, service)
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


def norm_rows(result: StudyResult, service: str) -> pd.DataFrame | None:
    """Rows of the norms of one service, None where no norm was checked."""
    table = result.tables.get("norms")
    if table is None or not {"id", "service", "norm_id", "verdict"} <= set(table):
        return None
    return table[table["service"] == service]


def _column(result: StudyResult, rows: pd.DataFrame, column: str) -> FloatArray:
    """Values in the order of the settlements, NaN where there is no row."""
    once = rows.drop_duplicates("id").set_index("id")[column]
    values: FloatArray = once.reindex(list(result.origins.id)).to_numpy(dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)
