"""Scorecards of a study: one for each thing shared, borders before and after side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoaccess.equity.rules import Variable
from geoaccess.equity.scorecard import equity_scorecard
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.study.equity_schema import EquityTable
from geoaccess.study.measures_schema import EVERYBODY, NEAREST
from geoaccess.study.result import EQUITY_COLUMNS
from geoaccess.units import FloatArray, TextArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shared:
    """
    Something that is shared, and among whom.

    Attributes
    ----------
    service, measure, group
        What the table calls them.
    variable
        Whether it is minutes, a burden, or access, a good.
    values
        Of each settlement, ``inf`` where minutes are unreached.
    people
        Of the group, by settlement.
    norm
        What everybody should have, if that is known.
    """

    service: str
    measure: str
    group: str
    variable: Variable
    values: FloatArray
    people: FloatArray
    norm: float | None


def equity_table(
    shared: Iterable[Shared],
    origins: Origins,
    territories: Mapping[str, Territory],
    *,
    asked: EquityTable,
    cutoff_min: float,
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """
    Measure how unequally some things are shared.

    Parameters
    ----------
    shared
        The things.
    origins
        The settlements, sorted by id.
    territories
        Border sets by role.
    asked
        What the study file asks for.
    cutoff_min
        What unreached people count as, where minutes are shared.

    Returns
    -------
    A table with columns ``EQUITY_COLUMNS``, and for each thing, as :func:`called` has it, the
    rules behind it.
    """
    zonings = {role: levels_of(territory, origins) for role, territory in territories.items()}
    rank = None if asked.rank_by is None else share_of(origins, asked.rank_by)
    tables, notes = [], {}
    for one in shared:
        table = equity_scorecard(
            one.values,
            weights=one.people,
            zonings=zonings,
            variable=one.variable,
            norm=one.norm,
            rank_by=rank,
            rules=asked.rules(one.variable, one.measure, cutoff_min),
        )
        notes[called(one.service, one.measure, one.group)] = list(table.attrs.pop("notes"))
        told = {name: getattr(one, name) for name in ("service", "measure", "group", "variable")}
        tables.append(table.assign(**told))
    return pd.concat(tables, ignore_index=True)[list(EQUITY_COLUMNS)], notes


def called(service: str, measure: str, group: str) -> str:
    """
    Name a thing that is shared, as the rules of the summary do.

    Examples
    --------
    >>> called("school", "nearest", "all"), called("school", "gravity", "old")
    ('school', 'school, gravity, old')
    """
    return service if (measure, group) == (NEAREST, EVERYBODY) else f"{service}, {measure}, {group}"


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
    Tell what holds for everything that is shared once, and the rest one by one.

    Examples
    --------
    >>> common_notes({"school": ["a", "b"], "library": ["a", "c"]})
    (['a'], {'school': ['b'], 'library': ['c']})
    """
    first = next(iter(notes.values()), [])
    common = [one for one in first if all(one in told for told in notes.values())]
    own = {service: [one for one in told if one not in common] for service, told in notes.items()}
    return common, {service: told for service, told in own.items() if told}
