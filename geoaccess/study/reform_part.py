"""The part of a study that ``[reform]`` asks for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.errors import some_ids
from geoaccess.model.snap import Reason
from geoaccess.model.territory import Territory
from geoaccess.reform.agreed_load import agreed_load
from geoaccess.reform.change import Reform, ServiceChange, service_change, settlement_rows
from geoaccess.reform.permutations import beside_permutations
from geoaccess.reform.regimes import Reached
from geoaccess.reform.regrouping import random_regroupings
from geoaccess.reform.zones import Areas, zone_rows
from geoaccess.study.parts import Found, Part
from geoaccess.study.reform_inputs import read_reform, times_by_state
from geoaccess.study.reform_schema import ReformTable
from geoaccess.study.reform_seats import seats_table
from geoaccess.study.reform_summary import reform_summary
from geoaccess.study.schema import Study
from geoaccess.units import IntArray


def asks_reform(study: Study) -> bool:
    """Whether a study has a table ``[reform]``."""
    return study.reform is not None


def reform_part(found: Found) -> Part:
    """
    Compare access before and after a reform.

    Returns
    -------
    Tables ``reform`` (a row for each settlement and service) and ``reform_zones``; where the
    study gives what they need, ``reform_agreements``, ``reform_permutations`` and ``reform_seats``.
    """
    table = found.study.reform
    assert table is not None  # noqa: S101 - for the type checker; see asks_reform
    reform = read_reform(found, table)
    times = times_by_state(found, table)
    areas = _areas(reform)
    drawn = _drawn(found, reform, table)
    tables: dict[str, list[pd.DataFrame]] = {"reform": [], "reform_zones": []}
    for kind in found.study.kinds:
        change = service_change(reform, kind, times)
        _tell_lacking(found, reform, change)
        own = _settlements(found, reform, change)
        tables["reform"].append(own)
        verdict = own["verdict"].to_numpy()
        tables["reform_zones"] += [zone_rows(reform, change, some, verdict) for some in areas]
        if reform.agreements is not None:
            tables.setdefault("reform_agreements", []).append(agreed_load(reform, change))
        if drawn is not None:
            tables.setdefault("reform_permutations", []).append(
                beside_permutations(reform, change, drawn)
            )
    whole = {name: pd.concat(some, ignore_index=True) for name, some in tables.items()}
    whole["reform"] = whole["reform"].sort_values("id", kind="stable", ignore_index=True)
    if table.seats is not None:
        whole["reform_seats"] = seats_table(found, reform, table)
    return Part(tables=whole, summary={"reform": reform_summary(found, reform, whole)})


def _areas(reform: Reform) -> list[Areas]:
    return [
        Areas.whole(len(reform.people_after)),
        Areas.of_zones("before", reform.before, reform.zone_before),
        Areas.of_zones("after", reform.after, reform.zone_after),
        *(Areas.of_larger(level, reform.after, reform.zone_after) for level in reform.after.above),
    ]


def _drawn(found: Found, reform: Reform, table: ReformTable) -> IntArray | None:
    """Random mergers of the old zones into as many as there are new ones, if they can be."""
    if not table.permutations:
        return None
    if len(reform.after) > len(reform.before):
        found.log.tell(
            f"reform: {len(reform.before)} municipalities cannot be merged into "
            f"{len(reform.after)}, so no random mergers are drawn"
        )
        return None
    return random_regroupings(
        reform.before, len(reform.after), n_draws=table.permutations, seed=table.seed
    )


def _settlements(found: Found, reform: Reform, change: ServiceChange) -> pd.DataFrame:
    origins = found.inputs.origins
    head = {
        "id": origins.id,
        "name": origins.name,
        "population": origins.population,
        "zone_before": reform.before.codes_at(reform.zone_before),
        "zone_after": reform.after.codes_at(reform.zone_after),
        "service": change.service,
    }
    return pd.DataFrame({**head, **settlement_rows(reform, change)})


def _tell_lacking(found: Found, reform: Reform, change: ServiceChange) -> None:
    """Name the municipalities that have no service of a kind within their own borders."""
    sides: list[tuple[Territory, IntArray, Reached]] = [
        (reform.before, reform.zone_before, change.before),
        (reform.after, reform.zone_after, change.after),
    ]
    for territory, zone, own in sides:
        without = (own.reason == Reason.NO_SERVICE_IN_TERRITORY) & (zone >= 0)
        if without.any():
            codes = territory.code[np.unique(zone[without])]
            people = found.inputs.origins.population[without].sum()
            found.log.tell(
                f"reform: on {territory.date} {len(codes)} of {len(territory)} municipalities "
                f"have no {change.service} of their own ({some_ids(codes)}; {people:,.0f} "
                f"people); their own times are empty, with the reason no_service_in_territory"
            )
