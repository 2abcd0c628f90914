"""What a reader of a scorecard must know: by which rules it was made, and whom they touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from geoaccess.equity.bootstrap import Strata
from geoaccess.equity.nesting import Nesting
from geoaccess.equity.rules import EquityRules, Variable
from geoaccess.equity.spread import Spread
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import pandas as pd

_FLOORED = ("theil_l", "atkinson_1", "atkinson_2")
_EMPTY = {
    "palma": "the lowest 40 % of people have 0",
    "p90_p10": "the lowest tenth of people have 0",
    "theil_l": "somebody has 0, which has no logarithm",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """
    What a scorecard was asked about.

    Attributes
    ----------
    told, held
        Values as given and as counted, shape (n,).
    weights
        People, shape (n,).
    variable, norm, rules
        As given.
    """

    told: FloatArray
    held: FloatArray
    weights: FloatArray
    variable: Variable
    norm: float | None
    rules: EquityRules


def notes_of(given: Given, spread: Spread, strata: Strata, table: pd.DataFrame) -> list[str]:
    """
    Say by which rules a scorecard was made.

    Returns
    -------
    One sentence for each rule that touched somebody, or that a reader must know.
    """
    return [
        *_what(given),
        *_touched(given, set(table["index"])),
        *_empty(table),
        *_norm(given, set(table["index"])),
        *_zones(spread.nestings),
        *_fewer_zones(spread.nestings),
        *_intervals(given, strata),
    ]


def _what(given: Given) -> Iterator[str]:
    people, places = given.weights.sum(), int((given.weights > 0).sum())
    if given.variable == "minutes":
        yield "minutes, a burden: the higher an index, the less equally the burden is shared"
    else:
        yield "access, a good: the higher an index, the less equally it is shared"
    empty = len(given.weights) - places
    without = f"; {empty} without people count for nothing" if empty else ""
    yield f"weighted by {_many(people)} people in {places} settlements{without}"


def _touched(given: Given, indices: set[str]) -> Iterator[str]:
    people = float(given.weights.sum())
    over = float(given.weights[given.told > given.held].sum())
    cutoff = given.rules.cutoff_min
    if over > 0:
        yield (
            f"{_many(over)} of {_many(people)} people unreached or beyond {cutoff:g} min count as "
            f"{cutoff:g} min: a lower bound of their burden"
        )
    floor = given.rules.floor_of(given.variable)
    low = float(given.weights[given.held < floor].sum())
    raised = [name for name in _FLOORED if name in indices]
    if low > 0 and raised:
        unit = " min" if given.variable == "minutes" else ""
        yield (
            f"{', '.join(raised)} need values above 0: {_many(low)} people below "
            f"{floor:g}{unit} count as {floor:g}{unit} there"
        )
    zero = float(given.weights[given.held <= 0].sum())
    if zero > 0 and not floor and {"atkinson_1", "atkinson_2"} & indices:
        yield f"atkinson_1, atkinson_2 are 1: {_many(zero)} people have 0; a floor would avoid it"
    if given.variable == "minutes" and any(name.startswith("atkinson") for name in indices):
        yield "atkinson of minutes is a measure of spread only: it weighs the nearest people most"


def _empty(table: pd.DataFrame) -> Iterator[str]:
    untold = table[table["value"].isna()]["index"]
    for index in dict.fromkeys(untold):
        yield f"{index} is empty: {_EMPTY[index]}"


def _norm(given: Given, indices: set[str]) -> Iterator[str]:
    if given.norm is None or not any(name.startswith("fgt") for name in indices):
        return
    if given.variable == "minutes":
        yield (
            f"fgt and sufficiency: the norm is at most {given.norm:g} min; the shortfall runs from "
            f"0 there to 1 at {given.rules.cutoff_min:g} min"
        )
    else:
        yield (
            f"fgt and sufficiency: the norm is at least {given.norm:g}; the shortfall runs from 0 "
            f"there to 1 at none"
        )


def _zones(nestings: Mapping[str, Nesting]) -> Iterator[str]:
    for territory, nesting in nestings.items():
        for level, member in nesting.member.items():
            alone = int((np.bincount(member) == 1).sum())
            outside = nesting.n_outside[level]
            told = f"{territory}/{level}: zones with people: {nesting.n_zones(level) - outside}"
            if alone:
                told += f"; of a single settlement, so without inequality within: {alone}"
            if outside:
                told += "; people outside every zone count as one zone for each larger one"
            yield told


def _fewer_zones(nestings: Mapping[str, Nesting]) -> Iterator[str]:
    names = list(nestings)
    for one, other in pairwise(names):
        for level in nestings[one].member:
            if level not in nestings[other].member:
                continue
            before, after = nestings[one].n_zones(level), nestings[other].n_zones(level)
            if before != after:
                yield (
                    f"{level}: {before} zones in {one} and {after} in {other}; fewer zones lower "
                    f"the part between them even if nobody's values change: compare with "
                    f"random regroupings before you call it an effect"
                )


def _intervals(given: Given, strata: Strata) -> Iterator[str]:
    rules = given.rules
    if not rules.n_boot:
        return
    within = f" within {strata.name}" if strata.name else ""
    yield (
        f"intervals: {100 * rules.confidence:g} %, percentiles of {rules.n_boot} draws of "
        f"settlements{within}, moved to have the value as their median, seed {rules.seed}; they "
        f"show how much hangs on single settlements, not errors of the data"
    )
    size = np.bincount(strata.number)
    lonely = size[strata.number] == 1
    if lonely.any():
        people = given.weights[given.weights > 0][lonely].sum()
        yield (
            f"{int(lonely.sum())} settlements with {_many(people)} people are alone in theirs and "
            f"cannot be drawn anew, so that intervals are too narrow"
        )


def _many(people: float) -> str:
    """People without a fraction, thousands apart."""
    return f"{people:,.0f}"
