"""The part of a study that ``[[measures]]`` asks for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.errors import CutoffError, StudyError, nearest_known
from geoaccess.measures.fold import run_plans
from geoaccess.model.times import TravelTimes
from geoaccess.study.measure_tasks import leakage_of, people_of, tasks_of
from geoaccess.study.measure_zones import Told, figures_of, zones_of
from geoaccess.study.measures_schema import NEAREST, MeasureTable
from geoaccess.study.parts import Found, Part
from geoaccess.study.schema import Study


def asks_measures(study: Study) -> bool:
    """Whether a study lists measures."""
    return bool(study.measures)


def measures_part(found: Found) -> Part:
    """
    Find all measures that the study lists, those of one kind of service in one sweep.

    Returns
    -------
    Tables ``measures`` (a row for each settlement, service, measure and group) and
    ``measures_zones``; the summary tells of each measure, and what it leaves out.
    """
    _require_known(found.study)
    told = [one for part in _looks(found) for one in _told(*part)]
    tables = found.study.measures
    told.sort(key=lambda one: next(k for k, table in enumerate(tables) if table is one.table))
    return Part(
        tables={"measures": _by_settlement(found, told), "measures_zones": zones_of(found, told)},
        summary={"measures": [_summary(found, one) for one in told]},
    )


def _require_known(study: Study) -> None:
    """Refuse measures that share a name, or look for services that the study has not."""
    names = [table.called for table in study.measures]
    for name in names:
        if names.count(name) > 1:
            msg = f"measures: {names.count(name)} are called {name!r}; give each a name of its own"
            raise StudyError(msg)
        if name == NEAREST:
            msg = f"measures: {NEAREST!r} is what every study tells anyway; choose another name"
            raise StudyError(msg)
    for table in study.measures:
        for kind in (*(table.services or ()), *(table.norms_min or ())):
            if kind not in study.kinds:
                known = nearest_known(kind, study.kinds)
                msg = f"measures: {table.called} asks for {kind!r}, no kind of services; {known}"
                raise StudyError(msg)


def _looks(found: Found) -> Iterator[tuple[str, TravelTimes, list[MeasureTable]]]:
    """List the services to look at, in one go each, and the measures that do."""
    kinds, tables = found.study.kinds, found.study.measures
    for kind in kinds:
        asking = [
            table
            for table in tables
            if not table.recipe.pooled and kind in (table.services or kinds)
        ]
        if asking:
            yield kind, found.times.of_kind(kind), asking
    for table in tables:
        if table.recipe.pooled:
            some = list(table.norms_min or table.services or kinds)
            rows = np.flatnonzero(np.isin(found.times.destinations.kind.astype(str), some))
            yield "+".join(some), found.times.take(rows), [table]


def _told(service: str, times: TravelTimes, asking: Sequence[MeasureTable]) -> list[Told]:
    """Find measures together, and what they leave out."""
    tasks = [task for table in asking for task in tasks_of(table, times, service)]
    leaks = {k: leak for k, task in enumerate(tasks) if (leak := leakage_of(task, times))}
    try:
        found = run_plans(times, [*(task.plan for task in tasks), *leaks.values()])
    except CutoffError as error:
        msg = f"measures of {service}: {error}; or raise study.cutoff_min"
        raise StudyError(msg) from error
    left = dict(zip(leaks, found[len(tasks) :], strict=True))
    return [
        Told(
            table=task.table,
            service=service,
            group=task.group,
            amounts=answer.amounts,
            facts={**answer.facts, **(dataclasses.asdict(left[k]) if k in left else {})},
        )
        for k, (task, answer) in enumerate(zip(tasks, found, strict=False))
    ]


def _by_settlement(found: Found, told: Sequence[Told]) -> pd.DataFrame:
    """One row for each settlement and each thing told of it, by id."""
    parts = [
        pd.DataFrame(
            {
                "id": found.inputs.origins.id,
                "service": one.service,
                "measure": one.table.called,
                "group": one.group,
                "value": np.where(np.isfinite(one.amounts), one.amounts, np.nan),
                "unit": one.table.recipe.unit,
            }
        )
        for one in told
    ]
    return pd.concat(parts).sort_values("id", kind="stable", ignore_index=True)


def _summary(found: Found, one: Told) -> dict[str, Any]:
    """Sum one measure up, ready for JSON."""
    figures = figures_of(found, one, people_of(found.times, one.group))
    return {
        "measure": one.table.called,
        "kind": one.table.kind,
        "service": one.service,
        "group": one.group,
        "unit": one.table.recipe.unit,
        **{name: None if np.isnan(value) else round(value, 6) for name, value in figures.items()},
        **one.facts,
    }
