"""The closure desk of a study: tables of closures and openings, written into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known, some_ids
from geoaccess.io.write import MANIFEST, whole_folder, write_csv, write_json
from geoaccess.model.places import Destinations
from geoaccess.siting.closures import Objective, closing_sequence, closures
from geoaccess.siting.openings import opening_sequence
from geoaccess.study.inputs import input_paths
from geoaccess.study.manifest import Listener, RunLog, inputs_record, versions
from geoaccess.study.run_options import RunOptions
from geoaccess.study.scenario_run import Bench, prepare
from geoaccess.study.schema import Study
from geoaccess.travel import travel_times
from geoaccess.units import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What the closure desk is asked.

    Attributes
    ----------
    service
        Kind of service.
    group
        Group of people to count; everybody if None.
    norm_min
        Minutes within which the service should be; those of the study if None.
    fixed
        Ids of services that stay.
    forbidden
        Ids of settlements where none may open.
    sequence, n_open
        How many close, or open, one after another; none if None.
    objective
        ``"minutes"`` or ``"norm"``.
    """

    service: str
    group: str | None = None
    norm_min: float | None = None
    fixed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    sequence: int | None = None
    n_open: int | None = None
    objective: Objective = "minutes"


def closure_tables(bench: Bench, asked: Asked) -> dict[str, pd.DataFrame]:
    """
    Answer the closure desk.

    Parameters
    ----------
    bench
        A study made ready.
    asked
        The question.

    Returns
    -------
    ``closures``, and ``closing_sequence`` and ``opening_sequence`` where asked for.

    Raises
    ------
    InputError
        If there is no such service, group or id.
    """
    if asked.service not in bench.study.kinds:
        known = nearest_known(asked.service, list(bench.study.kinds))
        msg = f"the study has no service {asked.service!r}; {known}"
        raise InputError(msg)
    _require_settlements(bench, asked.forbidden)
    weights = _people(bench, asked.group)
    norm_min = asked.norm_min or bench.study.equity.norm_min.get(asked.service)
    times = bench.base.times_to(asked.service)
    tables = {"closures": closures(times, weights=weights, norm_min=norm_min, fixed=asked.fixed)}
    if asked.sequence is not None:
        tables["closing_sequence"] = closing_sequence(
            times,
            asked.sequence,
            weights=weights,
            norm_min=norm_min,
            fixed=asked.fixed,
            objective=asked.objective,
        )
    if asked.n_open is not None:
        tables["opening_sequence"] = opening_sequence(
            times,
            travel_times(
                bench.ground.router,
                bench.ground.origins,
                _everywhere(bench, asked.service),
                cutoff_min=bench.base.limits.cutoff_min,
                max_snap_m=bench.base.limits.max_snap_m,
                max_memory_gb=bench.base.limits.max_memory_gb,
            ),
            asked.n_open,
            weights=weights,
            norm_min=norm_min,
            objective=asked.objective,
            forbidden=asked.forbidden,
        )
    return tables


def run_closure_desk(
    study: Study,
    asked: Asked,
    *,
    out: str | Path,
    options: RunOptions | None = None,
    on_step: Listener | None = None,
) -> dict[str, pd.DataFrame]:
    """
    Answer the closure desk and write its tables into a folder, all or none.

    Parameters
    ----------
    study
        A checked study file.
    asked
        The question.
    out
        Folder for the tables.
    options, on_step
        As for :func:`geoaccess.study.scenario_run.prepare`.

    Raises
    ------
    InputError
        If an input cannot be used, or the question names what is not there.
    OutputError
        If the tables cannot be written there.
    """
    log = RunLog(on_step=on_step or (lambda _name: None))
    bench = prepare(study, log=log, options=options)
    with log.step(f"closures of {asked.service}"):
        tables = closure_tables(bench, asked)
    with log.step("keep the roads"):
        bench.keep_roads()
    with whole_folder(Path(out).resolve()) as folder:
        for name, table in tables.items():
            write_csv(table, folder / f"{name}.csv", style=study.output.csv)
        write_json(
            {
                "schema_version": 1,
                "title": study.study.title,
                "synthetic": study.study.synthetic,
                "service": asked.service,
                "group": asked.group or "all",
                "fixed": list(asked.fixed),
                "forbidden": list(asked.forbidden),
                "objective": asked.objective,
                "inputs": inputs_record(input_paths(study)),
                "parameters": study.model_dump(mode="json", exclude={"scenario"}),
                "versions": versions(),
            },
            folder / MANIFEST,
        )
    return tables


def _people(bench: Bench, group: str | None) -> FloatArray:
    origins = bench.ground.origins
    if group is None:
        return origins.population
    if group not in origins.groups:
        known = nearest_known(group, list(origins.groups) or ["none"])
        msg = f"the settlements have no group {group!r}; {known}"
        raise InputError(msg)
    return origins.groups[group]


def _require_settlements(bench: Bench, ids: Sequence[str]) -> None:
    known = [str(id_) for id_ in bench.ground.origins.id]
    unknown = sorted(set(ids) - set(known))
    if unknown:
        msg = f"no settlement {some_ids(unknown)} to forbid; {nearest_known(unknown[0], known)}"
        raise InputError(msg)


def _everywhere(bench: Bench, kind: str) -> Destinations:
    """Put a service of a kind into every settlement, as places where one may open."""
    origins = bench.ground.origins
    return Destinations(
        id=origins.id,
        name=origins.name,
        kind=np.full(len(origins), kind, dtype=object),
        lon=origins.lon,
        lat=origins.lat,
        capacity=np.full(len(origins), np.nan),
    )
