from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from tests import naive_reform as naive
from tests.reform import line_town as town


def agreements(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    columns = ["resident_zone", "service_zone", "service", "capacity_share"]
    return pd.DataFrame(list(rows), columns=columns)


def test_the_three_regimes_of_the_line_town_by_hand() -> None:
    told = ga.access_by_regime(
        town.times(), town.after(), agreements=agreements(("West", "East", "school", 0.5))
    )
    assert told["zone"].tolist() == ["West"] * 6 + ["East"] * 6
    assert told["own_min"].tolist() == [2, 0, 2, 4, 6, 8, 0, 2, 4, 4, 2, 0]
    assert told["agreements_min"].tolist() == [2, 0, 2, 4, 4, 2, 0, 2, 4, 4, 2, 0]
    assert told["borderless_min"].tolist() == [2, 0, 2, 4, 4, 2, 0, 2, 4, 4, 2, 0]
    assert told["border_cost_min"].tolist() == [0, 0, 0, 0, 2, 6, 0, 0, 0, 0, 0, 0]
    assert told["own_id"].tolist()[4:7] == ["school-1", "school-1", "school-6"]
    assert told["serving_zone"].tolist()[3:6] == ["West", "East", "East"]


def test_a_share_of_nothing_is_no_agreement() -> None:
    without = ga.access_by_regime(town.times(), town.after())
    with_none = ga.access_by_regime(
        town.times(), town.after(), agreements=agreements(("West", "East", "school", 0.0))
    )
    pd.testing.assert_frame_equal(without, with_none)
    assert without["agreements_min"].tolist() == without["own_min"].tolist()


def test_an_agreement_holds_for_its_service_and_direction_only() -> None:
    for row in (("East", "West", "school", 1.0), ("West", "East", "library", 1.0)):
        told = ga.access_by_regime(town.times(), town.after(), agreements=agreements(row))
        assert told["agreements_min"].tolist() == told["own_min"].tolist()
    every = ga.access_by_regime(
        town.times(), town.after(), agreements=agreements(("West", "East", "all", 1.0))
    )
    assert every["agreements_min"].tolist() == every["borderless_min"].tolist()


def test_a_state_city_in_the_middle_of_its_novads() -> None:
    """The nearest school of the people just outside the city is in it, and not theirs."""
    city = shapely.box(4, 4, 6, 6)
    ring = shapely.box(0, 0, 10, 10).difference(city)
    people = ga.Origins(
        id=["inside", "beside", "corner"], name=["", "", ""], lon=[5.0, 6.1, 9.5],
        lat=[5.0, 5.0, 9.5], population=[900, 300, 20],
    )  # fmt: skip
    schools = ga.Destinations(
        id=["city", "far"], name=["", ""], kind=["school"] * 2, lon=[5.5, 9.0], lat=[5.0, 9.0],
        capacity=[500, 60],
    )  # fmt: skip
    times = ga.TravelTimes.from_minutes(
        [[3, 40], [5, 35], [38, 4]], cutoff_min=60, origins=people, destinations=schools
    )
    apart = ga.Territory(
        date="2021-07-01", code=["c", "n"], name=["City", "Novads"], geometry=[city, ring]
    )
    told = ga.access_by_regime(times, apart)
    assert told["own_min"].tolist() == [3, 35, 4]
    assert told["border_cost_min"].tolist() == [0, 30, 0]
    assert told["serving_zone"].tolist() == ["c", "c", "n"]
    joined = ga.Territory(
        date="2021-07-01", code=["n"], name=["Both"], geometry=[shapely.box(0, 0, 10, 10)]
    )
    assert ga.access_by_regime(times, joined)["border_cost_min"].tolist() == [0, 0, 0]


def test_a_municipality_without_a_service_has_that_reason() -> None:
    told = ga.access_by_regime(town.times([1, 2]), town.before())
    assert told["own_min"].tolist()[4:] == [np.inf] * 8
    assert set(told["own_reason"].tolist()[4:]) == {"no_service_in_territory"}
    assert told["own_reason"].tolist()[:4] == [""] * 4
    assert told["border_cost_min"].tolist()[4:] == [np.inf] * 8
    assert set(told["borderless_reason"]) == {""}


def test_over_the_cutoff_is_told_from_nothing_there() -> None:
    told = ga.access_by_regime(town.times([1, 11], cutoff_min=5), town.before())
    assert told["own_reason"].tolist()[4:9] == ["no_service_in_territory"] * 4 + ["over_cutoff"]
    assert told["borderless_reason"].tolist()[4:9] == ["over_cutoff"] * 5
    assert told["border_cost_min"].isna().tolist()[4:9] == [True] * 5


def test_a_service_outside_every_zone_is_nobodys() -> None:
    times = town.times([20.0])
    told = ga.access_by_regime(times, town.after())
    assert set(told["own_reason"]) == {"no_service_in_territory"}
    assert told["borderless_min"].tolist()[11] == 18
    assert set(told["serving_zone"]) == {""}


def test_people_outside_every_zone_have_no_own_service() -> None:
    narrow = town.borders("2021-07-01", West=(0, 5))
    told = ga.access_by_regime(town.times(), narrow)
    assert told["zone"].tolist()[6:] == [""] * 6
    assert set(told["own_reason"].tolist()[6:]) == {"no_service_in_territory"}
    assert told["borderless_min"].tolist()[6:] == [0, 2, 4, 4, 2, 0]


def test_a_column_may_say_who_owns_a_service() -> None:
    schools = town.services(town.SCHOOLS)
    owned = ga.Destinations(
        id=schools.id, name=schools.name, kind=schools.kind, lon=schools.lon, lat=schools.lat,
        capacity=schools.capacity, attributes={"keeper": np.array(["", "West", ""], dtype=object)},
    )  # fmt: skip
    minutes = town.times().to_array()
    times = ga.TravelTimes.from_minutes(
        minutes, cutoff_min=60, origins=town.settlements(), destinations=owned
    )
    told = ga.access_by_regime(times, town.after(), owner="keeper")
    assert told["own_min"].tolist()[4:8] == [4, 2, 10, 8]
    with pytest.raises(ga.InputError, match="no column 'owner'; known: keeper"):
        ga.access_by_regime(times, town.after(), owner="owner")
    with pytest.raises(ga.MismatchError, match=r"borders of 2021-06-30 do not have: West"):
        ga.access_by_regime(times, town.before(), owner="keeper")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (agreements(("West", "Nord", "school", 1.0)), "2021-07-01 do not have: Nord"),
        (agreements(("West", "East", "school", 1.5)), "from 0 to 1, but is 1.5 in row 1"),
        (agreements(("West", "East", "school", float("nan"))), "capacity_share must be"),
        (agreements(*[("West", "East", "school", 1.0)] * 2), "stands twice, again in row 2"),
        (agreements().drop(columns="service"), "no column 'service'"),
    ],
)
def test_agreements_that_cannot_be_are_named(table: pd.DataFrame, told: str) -> None:
    with pytest.raises(ga.InputError, match=told):
        ga.access_by_regime(town.times(), town.after(), agreements=table)


def test_times_to_two_kinds_are_refused() -> None:
    places = ga.Destinations(
        id=["a", "b"], name=["", ""], kind=["school", "library"], lon=[1.0, 2.0], lat=[0.0, 0.0],
        capacity=[1, 1],
    )  # fmt: skip
    times = ga.TravelTimes.from_minutes(
        np.zeros((12, 2)), cutoff_min=9, origins=town.settlements(), destinations=places
    )
    with pytest.raises(ga.InputError, match="one kind of service"):
        ga.access_by_regime(times, town.after())


@st.composite
def places(draw: st.DrawFn) -> tuple[ga.TravelTimes, ga.Territory, pd.DataFrame, list[int]]:
    """Whole minutes between drawn places, strips of zones, and drawn agreements."""
    n_zones = draw(st.integers(1, 4))
    where = st.floats(-0.9, n_zones - 0.1).map(lambda x: round(x, 1) + 0.05)
    lon = draw(st.lists(where, min_size=1, max_size=7))
    at = draw(st.lists(where, min_size=1, max_size=7))
    one = st.integers(0, 9) | st.just(99)
    minutes = [[draw(one) for _ in at] for _ in lon]
    ids = [f"v{i}" for i in range(len(lon))]
    origins = ga.Origins(
        id=ids, name=ids, lon=lon, lat=np.zeros(len(lon)), population=np.ones(len(lon))
    )
    times = ga.TravelTimes.from_minutes(
        minutes, cutoff_min=8, origins=origins, destinations=town.services(range(len(at)))
    )
    services = ga.Destinations(
        id=times.destinations.id, name=times.destinations.id, kind=times.destinations.kind,
        lon=at, lat=np.zeros(len(at)), capacity=times.destinations.capacity,
    )  # fmt: skip
    times = ga.TravelTimes.from_minutes(
        minutes, cutoff_min=8, origins=origins, destinations=services
    )
    codes = [f"z{i}" for i in range(n_zones)]
    boxes = [shapely.box(i, -1, i + 1, 1) for i in range(n_zones)]
    territory = ga.Territory(date="2021-07-01", code=codes, name=codes, geometry=boxes)
    pair = st.tuples(st.sampled_from(codes), st.sampled_from(codes))
    pairs = draw(st.lists(pair, unique=True, max_size=4))
    table = agreements(*[(a, b, "school", 1.0) for a, b in pairs])
    return times, territory, table, draw(st.permutations(range(n_zones)))


@settings(max_examples=25)
@given(places())
def test_regimes_equal_their_slow_twin(
    drawn: tuple[ga.TravelTimes, ga.Territory, pd.DataFrame, list[int]],
) -> None:
    times, territory, table, _ = drawn
    told = ga.access_by_regime(times, territory, agreements=table)
    zone = territory.locate(times.origins.lon, times.origins.lat).tolist()
    owner = territory.locate(times.destinations.lon, times.destinations.lat).tolist()
    at = {code: i for i, code in enumerate(territory.code)}
    agreed = [(at[a], at[b]) for a, b in zip(table.iloc[:, 0], table.iloc[:, 1], strict=True)]
    matrix = times.to_array().tolist()
    for name, pairs in (("own", []), ("agreements", agreed)):
        slow = naive.own_minutes(matrix, zone, owner, pairs)
        assert told[f"{name}_min"].tolist() == [minutes for minutes, _ in slow]
        ids = [*times.destinations.id, ""]
        assert told[f"{name}_id"].tolist() == [ids[j] for _, j in slow]
    assert told["borderless_min"].tolist() == ga.time_to_nearest(times).tolist()


@settings(max_examples=25)
@given(places())
def test_own_is_never_shorter_than_agreements_nor_these_than_no_borders(
    drawn: tuple[ga.TravelTimes, ga.Territory, pd.DataFrame, list[int]],
) -> None:
    times, territory, table, _ = drawn
    told = ga.access_by_regime(times, territory, agreements=table)
    assert (told["own_min"] >= told["agreements_min"]).all()
    assert (told["agreements_min"] >= told["borderless_min"]).all()
    for name in ("own", "agreements", "borderless"):
        unreached = np.isinf(told[f"{name}_min"])
        assert ((told[f"{name}_reason"] != "") == unreached).all()
        assert ((told[f"{name}_id"] == "") == unreached).all()


@settings(max_examples=25)
@given(places())
def test_merging_two_zones_never_lengthens_an_own_time(
    drawn: tuple[ga.TravelTimes, ga.Territory, pd.DataFrame, list[int]],
) -> None:
    times, territory, _, _ = drawn
    apart = ga.access_by_regime(times, territory)
    last = max(len(territory) - 2, 0)
    merged = ga.Territory(
        date=territory.date, code=territory.code[: last + 1], name=territory.code[: last + 1],
        geometry=[*territory.geometry[:last], shapely.union_all(territory.geometry[last:])],
    )  # fmt: skip
    joined = ga.access_by_regime(times, merged)
    assert (joined["own_min"] <= apart["own_min"]).all()
    assert joined["borderless_min"].tolist() == apart["borderless_min"].tolist()
    assert joined["borderless_id"].tolist() == apart["borderless_id"].tolist()


@settings(max_examples=25)
@given(places())
def test_new_codes_change_no_minute(
    drawn: tuple[ga.TravelTimes, ga.Territory, pd.DataFrame, list[int]],
) -> None:
    times, territory, table, order = drawn
    new = {code: f"n{order[i]}" for i, code in enumerate(territory.code)}
    renamed = ga.Territory(
        date=territory.date, code=[new[code] for code in territory.code], name=territory.name,
        geometry=territory.geometry,
    )  # fmt: skip
    other = table.replace({"resident_zone": new, "service_zone": new})
    first = ga.access_by_regime(times, territory, agreements=table)
    second = ga.access_by_regime(times, renamed, agreements=other)
    for name in ("zone", "serving_zone"):
        first[name] = [new.get(code, "") for code in first[name]]
    pd.testing.assert_frame_equal(first, second)
