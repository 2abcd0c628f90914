"""The part of a study that ``[reform]`` asks for."""

from __future__ import annotations

import pandas as pd

from geoaccess.reform.change import Reform, ServiceChange, service_change, settlement_rows
from geoaccess.reform.zones import Areas, zone_rows
from geoaccess.study.parts import Found, Part
from geoaccess.study.reform_inputs import read_reform, times_by_state
from geoaccess.study.schema import Study


def asks_reform(study: Study) -> bool:
    """Whether a study has a table ``[reform]``."""
    return study.reform is not None


def reform_part(found: Found) -> Part:
    """
    Compare access before and after a reform.

    Returns
    -------
    Tables ``reform`` (a row for each settlement and service), ``reform_zones``, and what
    there is of ``reform_seats``.
    """
    table = found.study.reform
    assert table is not None  # noqa: S101 - for the type checker; see asks_reform
    reform = read_reform(found, table)
    times = times_by_state(found, table)
    areas = _areas(reform)
    rows, zones = [], []
    for kind in found.study.kinds:
        change = service_change(reform, kind, times)
        own = _settlements(found, reform, change)
        rows.append(own)
        verdict = own["verdict"].to_numpy()
        zones += [zone_rows(reform, change, some, verdict) for some in areas]
    by_settlement = pd.concat(rows).sort_values("id", kind="stable", ignore_index=True)
    return Part(
        tables={
            "reform": by_settlement,
            "reform_zones": pd.concat(zones, ignore_index=True),
        },
    )


def _areas(reform: Reform) -> list[Areas]:
    return [
        Areas.whole(len(reform.people_after)),
        Areas.of_zones("before", reform.before, reform.zone_before),
        Areas.of_zones("after", reform.after, reform.zone_after),
    ]


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
