"""Numbers of people of cells, brought to control totals and to whole people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.model.apportion import largest_remainder
from geoaccess.model.small_counts import SmallCounts, tightened, within_bounds
from geoaccess.model.territory import Territory
from geoaccess.units import FloatArray, IntArray, LongArray

# So small a share of a total is rounding of floating numbers, not a contradiction.
_HAIR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CountRules:
    """
    What is done to the numbers of people of a grid.

    Attributes
    ----------
    whole_people
        Whether to round to whole people by largest remainder, so that totals are kept.
    small
        How small numbers were published; None where every number is what it says.
    territory, totals
        Borders, and people by code of their zones, to which cells are brought.
    scale_known
        Where small counts alone cannot meet a total: whether to scale the known numbers, too,
        or (False) to refuse.

    Raises
    ------
    InputError
        If one of borders and totals is given without the other, or a total is negative.
    MismatchError
        If a total is for a zone that the borders do not have.
    """

    whole_people: bool = False
    small: SmallCounts | None = None
    territory: Territory | None = None
    totals: Mapping[str, float] = field(default_factory=dict)
    scale_known: bool = False

    def __post_init__(self) -> None:
        """Check that totals and borders belong together."""
        if bool(self.totals) != (self.territory is not None):
            msg = "control totals need borders, and borders control totals; give both or neither"
            raise InputError(msg)
        if self.territory is None:
            return
        known = set(self.territory.code)
        unknown = [code for code in self.totals if code not in known]
        if unknown:
            msg = (
                f"control totals: no zone {some_ids(unknown)} in the borders of "
                f"{self.territory.date}; give codes of zones"
            )
            raise MismatchError(msg)
        bad = [code for code, people in self.totals.items() if not 0 <= people < math.inf]
        if bad:
            msg = f"control totals must be 0 or more, but are not for {some_ids(bad)}; correct them"
            raise InputError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """
    People of cells.

    Attributes
    ----------
    people, low, high
        As they are taken to be, at least and at most, shape (n,).
    groups
        By group, each of shape (n,).
    corrections
        By code of zone, what its people changed by, as a share of what they were.
    """

    people: FloatArray
    low: FloatArray
    high: FloatArray
    groups: Mapping[str, FloatArray]
    corrections: Mapping[str, float] = field(default_factory=dict)


def brought_to_totals(counts: Counts, zone: IntArray, rules: CountRules) -> Counts:
    """
    Bring the cells of each zone to its control total.

    Without small counts, all cells of a zone change by one factor. With them, known numbers
    stay, and the small ones share what is left, all as far between their bounds.

    Parameters
    ----------
    counts
        People.
    zone
        Position of the zone of each cell, -1 outside, shape (n,).
    rules
        Totals and borders.

    Raises
    ------
    InputError
        If a total cannot be met; the message names the zones and what they can hold.
    """
    if rules.territory is None:
        return counts
    people, low, high = (np.array(one) for one in (counts.people, counts.low, counts.high))
    corrections: dict[str, float] = {}
    refused: list[str] = []
    for place, code in enumerate(rules.territory.code):
        if code not in rules.totals:
            continue
        rows, total = np.flatnonzero(zone == place), float(rules.totals[code])
        was = math.fsum(people[rows])
        found = _met((people[rows], low[rows], high[rows]), total, scale_known=rules.scale_known)
        if found is None:
            least, most = math.fsum(low[rows]), math.fsum(high[rows])
            holds = f"{least:,.0f}" if least == most else f"{least:,.0f} to {most:,.0f}"
            refused.append(f"{code} (total {total:,.0f}, cells hold {holds})")
            continue
        people[rows], low[rows], high[rows] = found
        corrections[code] = (total - was) / was if was else 0.0
    if refused:
        msg = (
            f"control totals cannot be met in {some_ids(refused)}; correct totals, borders or "
            f"small counts, or scale known numbers (scale_known)"
        )
        raise InputError(msg)
    before = np.where(counts.people > 0, counts.people, 1.0)
    groups = {name: part * (people / before) for name, part in counts.groups.items()}
    return Counts(people=people, low=low, high=high, groups=groups, corrections=corrections)


def _met(
    parts: tuple[FloatArray, FloatArray, FloatArray], total: float, *, scale_known: bool
) -> tuple[FloatArray, FloatArray, FloatArray] | None:
    """People, least and most of the cells of one zone at its total; None if it cannot be."""
    people, low, high = parts
    least, most = math.fsum(low), math.fsum(high)
    room = _HAIR * max(total, 1.0)
    ranged = high > low
    if ranged.any() and least - room <= total <= most + room:
        return within_bounds(low, high, total=total), *tightened(low, high, total=total)
    known = math.fsum(people[~ranged])
    if ranged.any() and not scale_known:
        return None
    # Small counts go as far as they may, and what is known takes the rest.
    edge = np.where(ranged, high if total > most else low, 0.0)
    left = total - math.fsum(edge)
    if left < 0 or (known == 0 and left > room):
        return None
    scaled = np.where(ranged, edge, people * (left / known if known else 0.0))
    return scaled, scaled, scaled


def in_whole_people(counts: Counts, zone: IntArray, rules: CountRules) -> Counts:
    """
    Round to whole people: within each zone that has a total, and among all others together.

    Parameters
    ----------
    counts
        People, in order of id.
    zone
        Position of the zone of each cell, -1 outside or without a total, shape (n,).
    rules
        Totals and borders.
    """
    people = np.array(counts.people)
    for rows in _crowds(zone, rules):
        people[rows] = largest_remainder(people[rows])
    groups = {name: largest_remainder(part) for name, part in counts.groups.items()}
    return replace(
        counts,
        people=people,
        low=np.minimum(counts.low, people),
        high=np.maximum(counts.high, people),
        groups=groups,
    )


def _crowds(zone: IntArray, rules: CountRules) -> list[LongArray]:
    """Rows that are rounded together."""
    if rules.territory is None:
        return [np.arange(len(zone), dtype=np.int64)]
    places = [i for i, code in enumerate(rules.territory.code) if code in rules.totals]
    apart = [np.flatnonzero(zone == place) for place in places]
    return [*apart, np.flatnonzero(~np.isin(zone, places))]
