"""Time to the seat of power: where the council of a municipality sits."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from geoaccess.errors import DataWarning, InputError, MismatchError, some_ids
from geoaccess.io.tables import points_of, read_places_table, text_column
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.territory import Territory, is_day
from geoaccess.model.times import TravelTimes
from geoaccess.reform.folds import NearestOpen, fold_blocks, open_to_own
from geoaccess.reform.regimes import reached
from geoaccess.units import IntArray

SEAT_KIND = "seat"
_SETTLEMENT = "seat_settlement_id"


def read_seats(
    path: str | Path, territory: Territory, *, settlements: Origins | None = None
) -> Destinations:
    """
    Read where the municipalities of a border set have their seats.

    A seat may lie outside its own municipality, as that of a novads around a city often does.

    Parameters
    ----------
    path
        A table with columns ``code`` (of the zone), ``name`` or ``seat_name``, ``lon``,
        ``lat``, and where seats moved ``date``: those of the latest day not after the borders
        count.
    territory
        Borders whose codes it uses.
    settlements
        Where a column ``seat_settlement_id`` must find its ids, if given.

    Returns
    -------
    Destinations of kind ``seat``, one for each zone that has one; their ids are the codes
    of the zones.

    Warns
    -----
    DataWarning
        Naming zones without a seat.

    Raises
    ------
    InputError
        If the table cannot be used, a date is not a day, or a zone has two seats.
    MismatchError
        If a zone or a settlement does not exist, or all dates are after the borders.

    Examples
    --------
    >>> import geoaccess as ga
    >>> from geoaccess.io.bundled import bundled
    >>> borders = ga.read_territory(
    ...     bundled("boundaries", "demo_units.geojson"), date="2021-07-01",
    ...     code="after_code", name="after_name",
    ... )
    >>> len(ga.read_seats(bundled("boundaries", "demo_seats.csv"), borders))
    4
    """
    path = Path(path)
    table = read_places_table(path)
    if "date" in table.columns:
        table = table[_holding(text_column(table, "date", path=path), territory.date, path)]
    codes = text_column(table, "code", path=path)
    _require_zones(codes, territory, path)
    if settlements is not None and _SETTLEMENT in table.columns:
        _require_settlements(text_column(table, _SETTLEMENT, path=path), settlements, path)
    title = "seat_name" if "seat_name" in table.columns else "name"
    lon, lat = points_of(table, path=path)
    seats = Destinations(
        id=np.array(codes, dtype=object),
        name=np.array(text_column(table, title, path=path), dtype=object),
        kind=np.full(len(codes), SEAT_KIND, dtype=object),
        lon=lon,
        lat=lat,
        capacity=np.full(len(codes), np.nan),
    )
    return seats.take(np.argsort(seats.id.astype(str), kind="stable"))


def _holding(dates: list[str], day: str, path: Path) -> list[bool]:
    """Which rows are of the latest day that is not after the borders."""
    bad = [i for i, one in enumerate(dates, start=1) if not is_day(one)]
    if bad:
        msg = f"{path}: date must be a day such as 2021-06-30, but is not in row {some_ids(bad)}"
        raise InputError(msg)
    before = [one for one in dates if one <= day]
    if not before:
        msg = (
            f"{path}: all seats are dated {min(dates)} or later, but the borders {day}; "
            f"give the seats of that day too"
        )
        raise MismatchError(msg)
    latest = max(before)
    return [one == latest for one in dates]


def _require_zones(codes: list[str], territory: Territory, path: Path) -> None:
    strange = [code for code in codes if code not in set(territory.code)]
    if strange:
        msg = (
            f"{path}: seats of zones that the borders of {territory.date} do not have: "
            f"{some_ids(strange)}; use the codes of those borders"
        )
        raise MismatchError(msg)
    twice = [code for code in dict.fromkeys(codes) if codes.count(code) > 1]
    if twice:
        msg = f"{path}: zone {some_ids(twice)} has two seats on {territory.date}; keep one"
        raise InputError(msg)
    without = [code for code in territory.code if code not in set(codes)]
    if without:
        warnings.warn(
            DataWarning(
                f"{path.name}: no seat for zone {some_ids(without)} of {territory.date}; "
                f"its residents have no time to one"
            ),
            stacklevel=3,
        )


def _require_settlements(ids: list[str], settlements: Origins, path: Path) -> None:
    known = set(settlements.id)
    strange = [one for one in dict.fromkeys(ids) if one and one not in known]
    if strange:
        msg = (
            f"{path}: {_SETTLEMENT} names settlements that do not exist: {some_ids(strange)}; "
            f"correct them, or leave the cells empty"
        )
        raise MismatchError(msg)


def time_to_seat(times: TravelTimes, territory: Territory) -> pd.DataFrame:
    """
    Minutes to the seat of one's own municipality.

    How far a resident has to the council and the offices that only the centre has.

    Parameters
    ----------
    times
        Travel times to seats, as :func:`geoaccess.read_seats` gives them.
    territory
        The borders of those seats.

    Returns
    -------
    Index origin id; ``seat_min`` (``inf`` where unreached), ``seat_name`` and ``reason``
    (empty where reached; ``no_service_in_territory`` where the zone has no seat, or the
    settlement lies in none).

    Raises
    ------
    MismatchError
        If the times are to other places than seats of these borders.

    Examples
    --------
    >>> import geoaccess as ga, shapely
    >>> borders = ga.Territory(
    ...     date="2021-07-01", code=["1"], name=["Alka"], geometry=[shapely.box(0, 0, 1, 1)]
    ... )
    >>> people = ga.Origins(id=["v"], name=["V"], lon=[0.5], lat=[0.5], population=[9])
    >>> seat = ga.Destinations(
    ...     id=["1"], name=["Rieti"], kind=["seat"], lon=[3], lat=[0], capacity=[0]
    ... )
    >>> times = ga.TravelTimes.from_minutes(
    ...     [[25]], cutoff_min=60, origins=people, destinations=seat
    ... )
    >>> ga.time_to_seat(times, borders)["seat_min"].tolist()
    [25.0]
    """
    zone = territory.locate(times.origins.lon, times.origins.lat)
    fold = NearestOpen.over(zone, _zones_of(times, territory), open_to_own(len(territory)))
    fold_blocks(times, fold)
    found = reached(times, fold)
    return pd.DataFrame(
        {
            "seat_min": found.minutes,
            "seat_name": np.append(times.destinations.name, "")[found.position],
            "reason": found.reason,
        },
        index=pd.Index(times.origins.id, name="id"),
    )


def _zones_of(times: TravelTimes, territory: Territory) -> IntArray:
    at = {code: i for i, code in enumerate(territory.code)}
    strange = [one for one in times.destinations.id if one not in at]
    if strange:
        msg = (
            f"times to a seat need seats of the borders of {territory.date}, but "
            f"{some_ids(strange)} are no codes of them; see read_seats"
        )
        raise MismatchError(msg)
    return np.array([at[one] for one in times.destinations.id], dtype=np.int32)
