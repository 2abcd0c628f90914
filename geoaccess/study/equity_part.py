"""The part of a study that says how unequally minutes are shared."""

from __future__ import annotations

import pandas as pd

from geoaccess.study.equity_tables import common_notes, equity_table
from geoaccess.study.moran_tables import moran_tables
from geoaccess.study.parts import Found, Part


def equity_part(found: Found) -> Part:
    """
    Measure how unequally minutes are shared.

    Parameters
    ----------
    found
        What is known once every settlement has its nearest services.

    Returns
    -------
    Table ``equity``, and ``equity_clusters`` where Moran's statistics are asked for;
    ``equity`` of the summary says by which rules they were made, for all services and for
    each.
    """
    asked = found.study.equity
    table, notes = equity_table(
        found.access,
        found.inputs.origins,
        found.inputs.territories,
        asked=asked,
        cutoff_min=found.study.study.cutoff_min,
    )
    tables = {"equity": table}
    if asked.moran is not None:
        rows, clusters, told = moran_tables(found, asked.moran, seed=asked.seed)
        tables = {"equity": pd.concat([table, rows]), "equity_clusters": clusters}
        notes = {service: [*own, *told] for service, own in notes.items()}
    rules, own = common_notes(notes)
    return Part(tables=tables, summary={"equity": {"rules": rules, "services": own}})
