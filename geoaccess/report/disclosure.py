"""Small counts of people, which nobody outside may learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoaccess.model.places import Origins
from geoaccess.units import BoolArray, FloatArray

# With so many small counts, their mean says nothing of any one of them.
_ENOUGH = 10
EVERYBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShownPeople:
    """
    Counts of one group of people as a page may hold them.

    Attributes
    ----------
    count
        People, shape (n,), NaN where the count is hidden.
    hidden_as
        What a hidden count adds to a sum.
    """

    count: FloatArray
    hidden_as: float


def shown_people(origins: Origins, *, min_count: int) -> dict[str, ShownPeople]:
    """
    Count everybody (key ``""``) and each group, with small counts hidden.

    A count from above zero to below ``min_count`` is hidden. Where it could be found by
    taking the other groups from the whole, the next smallest group is hidden too.

    Parameters
    ----------
    origins
        Settlements.
    min_count
        Least count that is shown; 0 hides nothing.

    Returns
    -------
    In the order of the groups, everybody first.

    Examples
    --------
    >>> places = Origins(
    ...     id=["a", "b"], name=["A", "B"], lon=[25, 25], lat=[57, 57], population=[3, 40]
    ... )
    >>> shown_people(places, min_count=5)[""].count
    array([nan, 40.])
    """
    counts = {EVERYBODY: origins.population, **origins.groups}
    hidden = {name: _small(people, min_count) for name, people in counts.items()}
    if origins.groups:
        _hide_remainders(origins, hidden)
    return {
        name: ShownPeople(
            count=np.where(hidden[name], np.nan, people),
            hidden_as=_stand_in(people[hidden[name]], min_count),
        )
        for name, people in counts.items()
    }


def _small(people: FloatArray, min_count: int) -> BoolArray:
    small: BoolArray = (people > 0) & (people < min_count)
    return small


def _hide_remainders(origins: Origins, hidden: Mapping[str, BoolArray]) -> None:
    """Where one part alone of the whole is hidden, hide the smallest of the others."""
    names = list(origins.groups)
    people = np.stack([origins.groups[name] for name in names])
    whole = np.isclose(people.sum(axis=0), origins.population)
    masks = np.stack([hidden[name] for name in names])
    alone = whole & ~hidden[EVERYBODY] & (masks.sum(axis=0) == 1)
    others = np.where(masks | (people == 0), np.inf, people)
    second = others.argmin(axis=0)
    rows = np.flatnonzero(alone & np.isfinite(others.min(axis=0)))
    for i in rows:
        hidden[names[second[i]]][i] = True


def _stand_in(people: FloatArray, min_count: int) -> float:
    if len(people) < _ENOUGH:
        return min_count / 2
    return round(float(people.mean()), 2)
