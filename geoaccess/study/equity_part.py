"""The part of a study that says how unequally minutes are shared."""

from __future__ import annotations

from geoaccess.study.equity_tables import common_notes, equity_table
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
    Table ``equity``; ``equity`` of the summary says by which rules it was made, for all
    services and for each.
    """
    table, notes = equity_table(
        found.access,
        found.inputs.origins,
        found.inputs.territories,
        asked=found.study.equity,
        cutoff_min=found.study.study.cutoff_min,
    )
    rules, own = common_notes(notes)
    return Part(tables={"equity": table}, summary={"equity": {"rules": rules, "services": own}})
