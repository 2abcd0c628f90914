"""Which old unit went into which new one, and by what share."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
import pandas as pd
import shapely

from geoaccess.errors import DataWarning, InputError, MismatchError, some_ids
from geoaccess.io.plane import laid_flat, plane_of
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.reform.overlay import Overlap, overlap_of
from geoaccess.units import BoolArray, FloatArray, IntArray

By = Literal["area", "population", "parts"]

CROSSWALK_COLUMNS = (
    "before_code",
    "before_name",
    "after_code",
    "after_name",
    "area_share",
    "population_share",
    "kind",
)
# Over the widest disc (607 m) that fits between two outlines of the same Latvian town, one
# of the statistics office at 1:1,200,000, one of the address register.
SLIVER_WIDTH_M = 750.0
# By population, fewer than this share of an old unit's people are taken for misplaced points.
LEAST_PEOPLE_SHARE = 0.01
# Land outside every zone of the other date is told from this share of a zone.
_TOLD_SHARE = 0.01


def crosswalk(
    before: Territory,
    after: Territory,
    *,
    by: By = "area",
    origins: Origins | None = None,
    sliver_width_m: float = SLIVER_WIDTH_M,
    crs: str | None = None,
) -> pd.DataFrame:
    """
    Tell which old unit went into which new one.

    To a resident: whose resident you are now, and how many of your old neighbours with you.

    Parameters
    ----------
    before, after
        Borders of two dates, the earlier first; take other levels with
        :meth:`Territory.at_level`.
    by
        ``area`` pairs units that share land; ``population`` those that share at least 1 % of
        the old unit's people; ``parts`` those that share a part, exactly, which needs borders
        made of the same parts, such as those derived by a table or by edits.
    origins
        People, for ``population_share``.
    sliver_width_m
        Metres. A piece of shared land is a sliver, and counts for nothing, if no disc of this
        width fits into it and it is less than a quarter of both its units. The default suits
        outlines generalised to 1:1,200,000; give less for exact ones, 0 to keep every piece.
    crs
        Projected CRS for areas; if left out, EPSG:3059 in Latvia, and UTM elsewhere.

    Returns
    -------
    One row for each old unit and new unit that received some of it, sorted by codes:
    ``before_code, before_name, after_code, after_name, area_share, population_share, kind``.
    Shares are of the old unit, slivers left out, and sum to 1 for each; ``population_share``
    is NaN where nobody is known to live. People in a sliver count where most of their old
    unit's land went. ``kind`` is

    - ``split`` where the old unit went into several, on each of its rows;
    - ``unchanged`` where it went whole into a new unit that has nothing else;
    - ``merged`` where it went whole into a new unit that has more, be that more a whole old
      unit or a part of one.

    Raises
    ------
    InputError
        If ``by`` is unknown or lacks what it needs, or the width is negative.
    MismatchError
        If the dates stand the wrong way round, an old unit lies outside every new one, or
        the parts are not the same.

    Examples
    --------
    >>> import shapely
    >>> old = Territory(date="2021-06-30", code=["1", "2"], name=["A", "B"],
    ...     geometry=[shapely.box(24, 56, 25, 57), shapely.box(25, 56, 26, 57)])
    >>> new = Territory(date="2021-07-01", code=["9"], name=["AB"],
    ...     geometry=[shapely.box(24, 56, 26, 57)])
    >>> crosswalk(old, new)[["before_code", "after_code", "area_share", "kind"]].values.tolist()
    [['1', '9', 1.0, 'merged'], ['2', '9', 1.0, 'merged']]
    """
    _require_sound(before, after, by, origins, sliver_width_m)
    if by == "parts":
        found = _by_parts(before, after, crs)
    else:
        found = _by_land(before, after, sliver_width_m, crs)
    people = _people(before, after, found, origins)
    kept = _kept(found, people, by, len(before))
    one, other = found.before[kept], found.after[kept]
    area = _shares(one, found.land_m2[kept], len(before))
    return pd.DataFrame(
        {
            "before_code": before.code[one].astype(str),
            "before_name": before.name[one].astype(str),
            "after_code": after.code[other].astype(str),
            "after_name": after.name[other].astype(str),
            "area_share": area,
            "population_share": _people_shares(one, area, people, kept, len(before)),
            "kind": _kinds(one, other),
        },
        columns=list(CROSSWALK_COLUMNS),
    )


def _by_land(
    before: Territory, after: Territory, sliver_width_m: float, crs: str | None
) -> Overlap:
    plane = plane_of(before.geometry, crs)
    old, new = laid_flat(before.geometry, plane), laid_flat(after.geometry, plane)
    found = overlap_of(old, new, sliver_width_m=sliver_width_m)
    shared_m2 = found.land_m2 + found.sliver_m2
    least_m2 = np.pi * sliver_width_m**2 / 4.0
    lost = shapely.area(old) - np.bincount(found.before, shared_m2, minlength=len(old))
    gained = shapely.area(new) - np.bincount(found.after, shared_m2, minlength=len(new))
    nowhere = np.bincount(found.before, minlength=len(old)) == 0
    if nowhere.any():
        named = some_ids(before.name[nowhere])
        msg = f"{named} of {before.date} lies in no zone of {after.date}; give borders that meet"
        raise MismatchError(msg)
    _tell_uncovered(before, after.date, lost, shapely.area(old), least_m2)
    _tell_uncovered(after, before.date, gained, shapely.area(new), least_m2)
    return found


def _tell_uncovered(
    territory: Territory, other: str, lost_m2: FloatArray, area_m2: FloatArray, least_m2: float
) -> None:
    """Name zones of which land worth telling lies outside the borders of the other date."""
    outside = lost_m2 > np.maximum(least_m2, _TOLD_SHARE * area_m2)
    if outside.any():
        told = [
            f"{territory.name[i]} ({lost_m2[i] / 1e6:,.1f} km2)" for i in np.flatnonzero(outside)
        ]
        text = f"land of {territory.date} lies outside every zone of {other}: {some_ids(told)}"
        warnings.warn(DataWarning(f"{text}; it counts for nothing"), stacklevel=4)


def _by_parts(before: Territory, after: Territory, crs: str | None) -> Overlap:
    """Pair units that share a part; both must be made of the same."""
    old, new = _finest(before), _finest(after)
    odd = sorted(set(old) ^ set(new))
    if odd:
        msg = (
            f"borders of {before.date} and {after.date} are not made of the same parts: "
            f"{some_ids(odd)} stands in one of them only; compare them by area"
        )
        raise MismatchError(msg)
    geometry = before.geometry if before.parts is None else before.parts.geometry
    area_m2 = shapely.area(laid_flat(geometry, plane_of(before.geometry, crs)))
    pairs: dict[tuple[int, int], float] = {}
    for i, (code, one) in enumerate(old.items()):
        pair = (one, new[code])
        pairs[pair] = pairs.get(pair, 0.0) + float(area_m2[i])
    ordered = sorted(pairs)
    return Overlap(
        before=np.array([one for one, _ in ordered], dtype=np.int32),
        after=np.array([other for _, other in ordered], dtype=np.int32),
        land_m2=np.array([pairs[pair] for pair in ordered]),
        sliver_m2=np.zeros(len(ordered)),
    )


def _finest(territory: Territory) -> dict[str, int]:
    """Zone of each part, by its code; zones without parts are their own."""
    codes = territory.code if territory.parts is None else territory.parts.code
    return dict(zip(codes, territory.zone_of_parts().tolist(), strict=True))


def _people(
    before: Territory, after: Territory, found: Overlap, origins: Origins | None
) -> tuple[FloatArray, FloatArray]:
    """People of each pair, and of each old unit wherever they are now."""
    of_pair, of_old = np.zeros(len(found.before)), np.zeros(len(before))
    if origins is None:
        return of_pair, of_old
    one = before.locate(origins.lon, origins.lat)
    other = after.locate(origins.lon, origins.lat)
    inside = one >= 0
    np.add.at(of_old, one[inside], origins.population[inside])
    keys = found.before.astype(np.int64) * len(after) + found.after
    wanted = one.astype(np.int64) * len(after) + other
    inside &= np.isin(wanted, keys) & (other >= 0)
    np.add.at(of_pair, np.searchsorted(keys, wanted[inside]), origins.population[inside])
    return of_pair, of_old


def _kept(
    found: Overlap, people: tuple[FloatArray, FloatArray], by: By, n_before: int
) -> BoolArray:
    """Which pairs count; of an old unit that has none, the one that shares the most land."""
    of_pair, of_old = people
    kept: BoolArray = np.array(found.land_m2 > 0)
    if by == "population":
        total = of_old[found.before]
        peopled = (of_pair > 0) & (of_pair >= LEAST_PEOPLE_SHARE * total)
        kept = np.where(total > 0, peopled, kept)
    shared_m2 = found.land_m2 + found.sliver_m2
    main = _main_row(found.before, shared_m2, n_before)
    bare = np.bincount(found.before[kept], minlength=n_before) == 0
    kept[main[bare]] = True
    return kept


def _main_row(before: IntArray, weight: FloatArray, n_before: int) -> IntArray:
    """Row of each old unit with the largest weight, the first of equals."""
    order = np.lexsort((np.arange(len(before)), -weight, before))
    return order[np.searchsorted(before[order], np.arange(n_before))].astype(np.int32)


def _shares(before: IntArray, amount: FloatArray, n_before: int) -> FloatArray:
    """Share of each row in the total of its old unit."""
    total = np.bincount(before, amount, minlength=n_before)[before]
    shares: FloatArray = np.divide(amount, total, out=np.ones(len(amount)), where=total > 0)
    return shares


def _people_shares(
    before: IntArray,
    area_share: FloatArray,
    people: tuple[FloatArray, FloatArray],
    kept: BoolArray,
    n_before: int,
) -> FloatArray:
    """Share of the people of each old unit; those in no kept pair go with most of its land."""
    of_pair, of_old = people[0][kept], people[1]
    stray = of_old - np.bincount(before, of_pair, minlength=n_before)
    of_pair[_main_row(before, area_share, n_before)] += np.maximum(stray, 0.0)
    total = of_old[before]
    shares: FloatArray = np.full(len(before), np.nan)
    return np.divide(of_pair, total, out=shares, where=total > 0)


def _kinds(before: IntArray, after: IntArray) -> list[str]:
    """Say what became of the old unit of each row."""
    receivers, givers = np.bincount(before)[before], np.bincount(after)[after]
    return [
        "split" if r > 1 else "merged" if g > 1 else "unchanged"
        for r, g in zip(receivers, givers, strict=True)
    ]


def _require_sound(
    before: Territory, after: Territory, by: str, origins: Origins | None, sliver_width_m: float
) -> None:
    if by not in {"area", "population", "parts"}:
        msg = f"by must be area, population or parts, but is {by!r}"
        raise InputError(msg)
    if by == "population" and origins is None:
        msg = "a crosswalk by population needs origins; give the settlements with their people"
        raise InputError(msg)
    if not (np.isfinite(sliver_width_m) and sliver_width_m >= 0):
        msg = f"sliver_width_m must be 0 or more metres, but is {sliver_width_m:g}"
        raise InputError(msg)
    if before.date > after.date:
        msg = (
            f"dates the wrong way round: before is of {before.date}, after of {after.date}; "
            f"give the earlier borders first"
        )
        raise MismatchError(msg)
