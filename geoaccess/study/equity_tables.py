"""Scorecards of a study: one for each service, borders before and after side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geoaccess.equity.rules import Variable
from geoaccess.equity.scorecard import equity_scorecard
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.study.equity_schema import EquityTable
from geoaccess.study.result import EQUITY_COLUMNS
from geoaccess.study.summary import by_service, minutes_of
from geoaccess.units import FloatArray, TextArray

VARIABLE: Variable = "minutes"


def equity_table(
    access: pd.DataFrame,
    origins: Origins,
    territories: Mapping[str, Territory],
    *,
    asked: EquityTable,
    cutoff_min: float,
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """
    Measure how unequally minutes to the nearest service are shared.

    Parameters
    ----------
    access
        The access table.
    origins
        The settlements, sorted by id.
    territories
        Border sets by role.
    asked
        What the study file asks for.
    cutoff_min
        What unreached people count as.

    Returns
    -------
    A table with columns ``EQUITY_COLUMNS``, and for each service the rules behind it.
    """
    zonings = {role: levels_of(territory, origins) for role, territory in territories.items()}
    rank = None if asked.rank_by is None else share_of(origins, asked.rank_by)
    tables, notes = [], {}
    for service, rows in by_service(access):
        table = equity_scorecard(
            minutes_of(rows.set_index("id").loc[list(origins.id)]),
            weights=origins.population,
            zonings=zonings,
            variable=VARIABLE,
            norm=asked.norm_min.get(service),
            rank_by=rank,
            rules=asked.rules(cutoff_min),
        )
        notes[service] = list(table.attrs.pop("notes"))
        tables.append(table.assign(service=service, variable=VARIABLE))
    return pd.concat(tables, ignore_index=True)[list(EQUITY_COLUMNS)], notes


def levels_of(territory: Territory, origins: Origins) -> dict[str, TextArray]:
    """Zone of each settlement by level, the smallest zones first; empty outside every zone."""
    found = territory.locate_nested(origins.lon, origins.lat)
    return {
        level: np.array(["" if zone < 0 else str(zone) for zone in zones], dtype=object)
        for level, zones in found.items()
    }


def share_of(origins: Origins, group: str) -> FloatArray:
    """Share of a group among the people of each settlement; 0 where nobody lives."""
    people = origins.groups[group]
    share = np.zeros(len(origins))
    np.divide(people, origins.population, out=share, where=origins.population > 0)
    return share


def common_notes(notes: Mapping[str, Sequence[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """
    Tell what holds for every service once, and the rest by service.

    Examples
    --------
    >>> common_notes({"school": ["a", "b"], "library": ["a", "c"]})
    (['a'], {'school': ['b'], 'library': ['c']})
    """
    first = next(iter(notes.values()), [])
    common = [one for one in first if all(one in told for told in notes.values())]
    own = {service: [one for one in told if one not in common] for service, told in notes.items()}
    return common, {service: told for service, told in own.items() if told}
