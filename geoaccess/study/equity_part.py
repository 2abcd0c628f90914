"""The part of a study that says how unequally minutes, and measures of access, are shared."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geoaccess.study.equity_tables import Shared, common_notes, equity_table
from geoaccess.study.measure_tasks import people_of
from geoaccess.study.measures_schema import EVERYBODY, NEAREST
from geoaccess.study.moran_tables import moran_tables
from geoaccess.study.parts import Found, Part
from geoaccess.study.summary import by_service, minutes_of


def equity_part(found: Found) -> Part:
    """
    Measure how unequally minutes are shared, and the measures that the study names.

    Parameters
    ----------
    found
        What is known once every settlement has its nearest services and its measures.

    Returns
    -------
    Table ``equity``, and ``equity_clusters`` where Moran's statistics are asked for;
    ``equity`` of the summary says by which rules they were made, for all that is shared and
    for each.
    """
    asked = found.study.equity
    table, notes = equity_table(
        [*_minutes(found), *_measures(found)],
        found.inputs.origins,
        found.inputs.territories,
        asked=asked,
        cutoff_min=found.study.study.cutoff_min,
    )
    tables = {"equity": table}
    if asked.moran is not None:
        rows, clusters, told = moran_tables(found, asked.moran, seed=asked.seed)
        tables = {"equity": pd.concat([table, rows]), "equity_clusters": clusters}
        notes = {
            name: [*own, *told] if name in found.study.kinds else own for name, own in notes.items()
        }
    rules, own = common_notes(notes)
    return Part(tables=tables, summary={"equity": {"rules": rules, "services": own}})


def _minutes(found: Found) -> Iterator[Shared]:
    """Minutes to the nearest service of each kind, among each group."""
    asked, ids = found.study.equity, list(found.inputs.origins.id)
    for service, rows in by_service(found.access):
        minutes = minutes_of(rows.set_index("id").loc[ids])
        for group in asked.groups:
            yield Shared(
                service=service,
                measure=NEAREST,
                group=group,
                variable="minutes",
                values=minutes,
                people=people_of(found.times, group),
                norm=asked.norm_min.get(service),
            )


def _measures(found: Found) -> Iterator[Shared]:
    """
    Measures that the study names, among each group.

    One that was found for the demand of a group is looked at among that group.
    """
    asked, ids = found.study.equity, list(found.inputs.origins.id)
    if not asked.measures:
        return
    table = found.tables["measures"]
    wanted = table[table["measure"].isin(asked.measures)]
    for (service, measure, demand), rows in wanted.groupby(
        ["service", "measure", "group"], sort=False
    ):
        values = rows.set_index("id").loc[ids, "value"].to_numpy(dtype=np.float64)
        is_minutes = rows["unit"].iloc[0] == "min"
        for group in asked.groups if demand == EVERYBODY else [demand]:
            yield Shared(
                service=str(service),
                measure=str(measure),
                group=str(group),
                variable="minutes" if is_minutes else "access",
                values=np.where(np.isnan(values), np.inf, values) if is_minutes else values,
                people=people_of(found.times, str(group)),
                norm=asked.norm_access.get(str(measure)),
            )
