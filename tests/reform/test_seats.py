from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.io.bundled import bundled
from tests.reform import line_town as town

HEAD = "date,code,name,seat_settlement_id,lon,lat\n"
ROWS = (
    "2021-06-30,A,Seat A,v01,1,0\n"
    "2021-06-30,B,Seat B,v06,6,0\n"
    "2021-06-30,C,Seat C,v11,11,0\n"
    "2021-07-01,West,Seat A,v01,1,0\n"
    "2021-07-01,East,Outside,,3,0\n"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "seats.csv"
    path.write_text(HEAD + ROWS, "utf-8")
    return path


def edited(table: Path, old: str, new: str) -> Path:
    text = table.read_text("utf-8")
    assert old in text
    table.write_text(text.replace(old, new), "utf-8")
    return table


def to_seats(seats: ga.Destinations) -> ga.TravelTimes:
    people = town.settlements()
    minutes = np.abs(people.lon[:, None] - seats.lon[None, :]) * town.MIN_PER_STEP
    return ga.TravelTimes.from_minutes(minutes, cutoff_min=15, origins=people, destinations=seats)


def test_the_way_to_the_old_and_the_new_seat_by_hand(table: Path) -> None:
    old = ga.read_seats(table, town.before(), settlements=town.settlements())
    assert old.id.tolist() == ["A", "B", "C"]
    told = ga.time_to_seat(to_seats(old), town.before())
    assert told["seat_min"].tolist() == [2, 0, 2, 4, 4, 2, 0, 2, 6, 4, 2, 0]
    new = ga.read_seats(table, town.after())
    told = ga.time_to_seat(to_seats(new), town.after())
    # East's seat lies in West, at place 3: places 11 is 16 minutes from it, over the cutoff.
    assert told["seat_min"].tolist() == [2, 0, 2, 4, 6, 8, 6, 8, 10, 12, 14, np.inf]
    assert told["seat_name"].tolist()[5:7] == ["Seat A", "Outside"]
    assert told["reason"].tolist()[10:] == ["", "over_cutoff"]


def test_the_seats_of_the_latest_day_before_the_borders_hold(table: Path) -> None:
    later = town.borders("2025-07-01", East=(6, 11), West=(0, 5))
    assert ga.read_seats(table, later).name.tolist() == ["Outside", "Seat A"]


def test_a_zone_without_a_seat_is_named_and_has_its_reason(table: Path) -> None:
    edited(table, "2021-07-01,East,Outside,,3,0\n", "")
    with pytest.warns(ga.DataWarning, match="no seat for zone East of 2021-07-01"):
        seats = ga.read_seats(table, town.after())
    told = ga.time_to_seat(to_seats(seats), town.after())
    assert set(told["reason"].tolist()[6:]) == {"no_service_in_territory"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("v06", "v99", "settlements that do not exist: v99"),
        ("06-30,B", "06-30,X", "the borders of 2021-06-30 do not have: X"),
        ("06-30,B", "06-30,A", "zone A has two seats on 2021-06-30"),
        ("2021-06-30,B", "2021-6-30,B", "must be a day such as 2021-06-30, but is not in row 2"),
        ("2021-06-30", "2021-06-31", "is not in row 1, 2, 3"),
        ("code", "zone", "no column 'code'"),
        ("date", "day", "do not have: West, East"),
    ],
)
def test_seats_that_cannot_be_are_named(table: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ga.InputError, match=told):
        ga.read_seats(edited(table, old, new), town.before(), settlements=town.settlements())


def test_seats_of_a_later_day_only_are_refused(table: Path) -> None:
    early = town.borders("2009-07-01", A=(0, 11))
    with pytest.raises(ga.MismatchError, match="dated 2021-06-30 or later, but the borders 2009"):
        ga.read_seats(table, early)


def test_times_to_other_places_are_refused() -> None:
    with pytest.raises(ga.MismatchError, match="school-1, school-6, school-11 are no codes"):
        ga.time_to_seat(town.times(), town.after())


def test_the_novads_around_the_demo_city_has_its_seat_outside_itself() -> None:
    borders = ga.read_territory(
        bundled("boundaries", "demo_units.geojson"),
        date="2021-06-30",
        code="before_code",
        name="before_name",
    )
    seats = ga.read_seats(bundled("boundaries", "demo_seats.csv"), borders)
    held = borders.codes_at(borders.locate(seats.lon, seats.lat))
    assert [(a, b) for a, b in zip(seats.id, held, strict=True) if a != b] == [
        ("0990200", "0990100")
    ]
