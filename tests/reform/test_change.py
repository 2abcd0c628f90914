"""The line town before and after, every figure by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest

import geoaccess as ga
from geoaccess.reform.change import Reform, ServiceChange, service_change, settlement_rows
from geoaccess.reform.effect import State
from geoaccess.reform.zones import Areas, rank_agreement, zone_rows
from tests import naive_reform as naive
from tests.reform import line_town as town


def reform(**other: Any) -> Reform:  # noqa: ANN401 - any of its parts
    people, before, after = town.settlements(), town.before(), town.after()
    usual: dict[str, Any] = {
        "before": before,
        "after": after,
        "zone_before": before.locate(people.lon, people.lat),
        "zone_after": after.locate(people.lon, people.lat),
        "people_before": people.population,
        "people_after": people.population,
        "changed": ("borders",),
        "unchanged_min": 1.0,
    }
    return Reform(**{**usual, **other})


def change_of(one: Reform, times: dict[State, ga.TravelTimes] | None = None) -> ServiceChange:
    return service_change(one, "school", times or {frozenset(): town.times()})


def rows_of(one: Reform, change: ServiceChange) -> pd.DataFrame:
    return pd.DataFrame(settlement_rows(one, change))


def zones_of(one: Reform, change: ServiceChange, areas: Areas) -> pd.DataFrame:
    verdict = rows_of(one, change)["verdict"].to_numpy()
    return zone_rows(one, change, areas, verdict).set_index("zone_id")


def test_every_settlement_of_the_line_town() -> None:
    one = reform()
    told = rows_of(one, change_of(one))
    assert told["own_before_min"].tolist() == [2, 0, 2, 4, 4, 2, 0, 2, 6, 4, 2, 0]
    assert told["own_after_min"].tolist() == [2, 0, 2, 4, 6, 8, 0, 2, 4, 4, 2, 0]
    assert told["borderless_min"].tolist() == [2, 0, 2, 4, 4, 2, 0, 2, 4, 4, 2, 0]
    assert told["border_cost_before_min"].tolist() == [0] * 8 + [2, 0, 0, 0]
    assert told["border_cost_after_min"].tolist() == [0] * 4 + [2, 6] + [0] * 6
    assert told["change_min"].tolist() == [0] * 4 + [2, 6, 0, 0, -2, 0, 0, 0]
    assert told["borders_min"].tolist() == told["change_min"].tolist()
    assert not told[["services_min", "roads_min", "population_min"]].to_numpy().any()
    expected = ["unchanged"] * 4 + ["loss", "loss", "unchanged", "unchanged", "gain"]
    assert told["verdict"].tolist() == expected + ["unchanged"] * 3


def test_the_country_and_its_zones() -> None:
    """Minutes times people: 340 before and 580 after, over 150 people."""
    one = reform()
    change = change_of(one)
    country = zones_of(one, change, Areas.whole(12)).loc[""]
    assert country["own_before_min"] == pytest.approx(340 / 150, abs=1e-6)
    assert country["own_after_min"] == pytest.approx(580 / 150, abs=1e-6)
    assert country["change_min"] == pytest.approx(1.6, abs=1e-6)
    assert country["borderless_min"] == pytest.approx(320 / 150)
    told = country.reindex(["people_gain", "people_loss", "people_unchanged", "people_unreached"])
    assert list(told) == [10, 50, 90, 0]
    after = zones_of(one, change, Areas.of_zones("after", one.after, one.zone_after))
    # West: (2+0+2+4+4)*10 + 2*40 = 200 became (2+0+2+4+6)*10 + 8*40 = 460, over 90 people.
    assert after.loc["West", "own_before_min"] == pytest.approx(200 / 90, abs=1e-6)
    assert after.loc["West", "own_after_min"] == pytest.approx(460 / 90, abs=1e-6)
    # East: (0+2+6+4+2+0)*10 = 140 became (0+2+4+4+2+0)*10 = 120, over 60 people.
    assert after.loc["East", "change_min"] == pytest.approx(-20 / 60, abs=1e-6)
    assert after["rank_before"].to_dict() == {"East": 2, "West": 1}
    assert after["rank_after"].to_dict() == {"East": 1, "West": 2}
    before = zones_of(one, change, Areas.of_zones("before", one.before, one.zone_before))
    # B: (4+0+2)*10 + 2*40 = 140 became (6+0+2)*10 + 8*40 = 400, over 70 people.
    assert before.loc["B", "change_min"] == pytest.approx(260 / 70, abs=1e-6)
    assert before["people_loss"].to_dict() == {"A": 0, "B": 50, "C": 0}


def test_a_school_that_opens_and_roads_that_quicken_have_their_shares() -> None:
    """Place 5: 4 minutes before, 8 after; see ``test_effect`` for the parts by hand."""
    one = reform(changed=("borders", "services", "roads"))
    after, old = town.SCHOOLS, (1, 4, 11)
    times = {
        frozenset(): town.times(old, min_per_step=4),
        frozenset({"services"}): town.times(after, min_per_step=4),
        frozenset({"roads"}): town.times(old),
        frozenset({"services", "roads"}): town.times(after),
    }
    told = rows_of(one, change_of(one, times)).loc[5]
    assert (told["own_before_min"], told["own_after_min"]) == (4, 8)
    assert (told["borders_min"], told["services_min"], told["roads_min"]) == (4, 4, -4)
    assert told["borderless_before_min"] == 4


def test_people_who_move_change_means_and_no_settlement() -> None:
    """Of the 40 people of place 5, 30 live in place 6 after the reform."""
    now = town.PEOPLE.copy()
    now[5], now[6] = 10, 40
    one = reform(people_after=now, changed=("borders", "population"))
    change = change_of(one)
    assert (rows_of(one, change)["population_min"] == 0).all()
    country = zones_of(one, change, Areas.whole(12)).loc[""]
    # Minutes times people: old borders 340, then 280; new borders 580, then 340.
    assert country["change_min"] == pytest.approx(0, abs=1e-6)
    assert country["borders_min"] == pytest.approx((240 + 60) / 2 / 150, abs=2e-6)
    assert country["population_min"] == pytest.approx((-60 - 240) / 2 / 150, abs=2e-6)


def test_a_reform_without_change_changes_nothing() -> None:
    same = dataclasses.replace(town.before(), date="2021-07-01")
    one = reform(after=same, zone_after=reform().zone_before)
    told = rows_of(one, change_of(one))
    assert (told["change_min"] == 0).all()
    assert set(told["verdict"]) == {"unchanged"}


def test_who_is_newly_reached_gains_and_who_is_no_longer_loses() -> None:
    """One school, in place 6: reached by B only, and then by all of East but by no more."""
    one = reform()
    told = rows_of(one, change_of(one, {frozenset(): town.times([6])}))
    verdict = ["unreached"] * 4 + ["loss", "loss", "unchanged", "unchanged"] + ["gain"] * 4
    assert told["verdict"].tolist() == verdict
    assert told["change_min"].tolist()[4] == town.CUTOFF_MIN - 4
    assert told["own_after_reason"].tolist()[:6] == ["no_service_in_territory"] * 6
    assert told["own_after_reason"].tolist()[6:] == [""] * 6
    country = zones_of(one, change_of(one, {frozenset(): town.times([6])}), Areas.whole(12))
    assert country.loc["", "people_over_cutoff_before"] == 80
    assert country.loc["", "people_over_cutoff_after"] == 90


def test_a_service_that_is_there_after_only() -> None:
    one = reform(changed=("borders", "services"))
    times = {
        frozenset(): town.times(kind="library"),
        frozenset({"services"}): town.times(),
    }
    told = rows_of(one, change_of(one, times))
    assert np.isinf(told["own_before_min"]).all()
    assert set(told["own_before_reason"]) == {"no_service_in_territory"}
    assert set(told["verdict"]) == {"gain"}


def test_borders_alone_leave_times_without_borders_as_they_are() -> None:
    one = reform()
    told = rows_of(one, change_of(one))
    assert told["borderless_min"].tolist() == told["borderless_before_min"].tolist()
    assert told["borderless_min"].tolist() == ga.time_to_nearest(town.times()).tolist()


def test_an_area_where_nobody_lives_has_no_means() -> None:
    empty = town.borders("2021-07-01", East=(6, 11), Void=(20, 30), West=(0, 5))
    people = town.settlements()
    one = reform(after=empty, zone_after=empty.locate(people.lon, people.lat))
    told = zones_of(one, change_of(one), Areas.of_zones("after", empty, one.zone_after))
    assert told.loc["Void", "population"] == 0
    assert told.loc["Void", ["change_min", "borders_min", "rank_after"]].isna().all()
    assert told.loc["West", "rank_after"] == 2


def test_dates_the_wrong_way_round_are_named() -> None:
    with pytest.raises(ga.MismatchError, match="2021-07-01 and those after it of 2021-06-30"):
        reform(before=town.after(), after=town.before())


def test_kendalls_tau_equals_its_slow_twin() -> None:
    chance = np.random.default_rng(7)
    for _ in range(20):
        x, y = chance.integers(0, 6, (2, 9)).astype(float)
        assert rank_agreement(x, y) == pytest.approx(naive.kendall_tau_b(x, y))
    gone = np.array([1.0, 2.0, np.nan])
    assert rank_agreement(gone, np.array([2.0, 1.0, 5.0])) == -1
    assert np.isnan(rank_agreement(gone[:1], gone[:1]))
    assert np.isnan(rank_agreement(np.ones(3), np.arange(3.0)))
