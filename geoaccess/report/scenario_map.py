"""The explorer map of one scenario: what stands, what would stand, and the change between."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geoaccess.report.explorer import explorer_html
from geoaccess.study.ground import ground_bounds, roads_of
from geoaccess.study.result import ACCESS_COLUMNS, EQUITY_COLUMNS, ZONE_COLUMNS, StudyResult
from geoaccess.study.scenario_run import Bench, ScenarioResult


def scenario_map(
    bench: Bench,
    result: ScenarioResult,
    *,
    labels: Mapping[str, Mapping[str, str]],
    manifest: Mapping[str, object],
) -> str:
    """
    Whole text of a scenario's map, the same for the same result.

    Parameters
    ----------
    bench
        The study made ready.
    result
        What the scenario changes.
    labels
        Names of kinds of service by language.
    manifest
        The record of the run.

    Returns
    -------
    One HTML document that needs no other file; it leads to ``scenario.html`` beside it.
    """
    return explorer_html(
        as_study(bench, result, labels=labels, manifest=manifest),
        tiles=bench.study.map.tiles,
        min_count=bench.study.map.min_count,
        links={"scenario": "scenario.html"},
    )


def as_study(
    bench: Bench,
    result: ScenarioResult,
    *,
    labels: Mapping[str, Mapping[str, str]],
    manifest: Mapping[str, object],
) -> StudyResult:
    """Tell what would stand after a scenario as a study is told, with both times of each place."""
    about, after = bench.study.study, result.pair.after
    territories = result.edited.territories
    return StudyResult(
        title=f"{about.title}: {result.scenario.name}",
        synthetic=about.synthetic,
        origins=after.origins,
        destinations=after.destinations,
        services=tuple(after.nearest),
        labels=labels,
        territories=territories,
        access=_access(result),
        zones=pd.DataFrame(columns=list(ZONE_COLUMNS)),
        equity=pd.DataFrame(columns=list(EQUITY_COLUMNS)),
        cutoff_min=about.cutoff_min,
        sources=tuple(about.sources),
        summary={},
        manifest=dict(manifest),
        tables={"scenario": result.tables["scenario"]},
        ground=roads_of(
            after.router.network, bounds=ground_bounds(after.origins, territories.values())
        ),
    )


def _access(result: ScenarioResult) -> pd.DataFrame:
    """Rows of an access table, of what would stand."""
    table, after = result.tables["scenario"], result.pair.after
    name = dict(zip(after.destinations.id, after.destinations.name, strict=True))
    told = pd.DataFrame(
        {
            "id": table["id"],
            "name": table["name"],
            "population": table["population"],
            "service": table["service"],
            "nearest_min": table["after_min"],
            "nearest_id": table["after_id"],
            "nearest_name": [name.get(one, "") for one in table["after_id"]],
            "reason": table["after_reason"],
        }
    )
    place = {id_: i for i, id_ in enumerate(after.origins.id)}
    row = np.array([place[one] for one in told["id"]], dtype=np.int64)
    for role in dict.fromkeys(("before", "after", *result.edited.territories)):
        territory = result.edited.territories.get(role)
        codes = (
            np.full(len(after.origins), "", dtype=object)
            if territory is None
            else territory.codes_at(territory.locate(after.origins.lon, after.origins.lat))
        )
        told[f"zone_{role}"] = codes[row]
    return told[list(dict.fromkeys((*ACCESS_COLUMNS, *told.columns)))]
