from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.model.norm import Norm
from geoaccess.norms.check import NormCheck
from tests import naive_norms
from tests.norms.norms_at_hand import AMBULANCE, CAR, norm, times_of

INF = math.inf
DAY = "2021-07-01"
# From hand to mouth: a village at 4 minutes, one at 19, one that no road reaches.
MINUTES = [[4.0, 30.0], [25.0, 19.0], [INF, INF]]


def one_row(checked: NormCheck, territory: str = "all", zone_id: str = "") -> pd.Series[Any]:
    rows = checked.zones
    rows = rows[(rows["territory"] == territory) & (rows["zone_id"] == zone_id)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_verdicts_and_figures_as_worked_by_hand() -> None:
    times = times_of(MINUTES, [60, 30, 10])
    checked = ga.check_norms(
        [norm(required_share=0.75)], [times], day=DAY, zones={"after": ["1", "1", "2"]}
    )
    rows = checked.settlements
    assert rows["verdict"].tolist() == ["pass", "fail", "unreached"]
    assert rows["value"].tolist()[:2] == [4.0, 19.0]
    assert rows["gap_min"].tolist()[:2] == [0.0, 4.0]
    assert rows[["value", "gap_min"]].iloc[2].isna().all()
    assert rows["reason"].tolist() == ["", "", "isolated_road"]
    overall = one_row(checked)
    # 60 of 100 people are within, and 75 of them should be.
    assert (overall["people"], overall["people_within"], overall["people_beyond"]) == (100, 60, 40)
    assert (overall["people_unreached"], overall["share_within"]) == (10, 0.6)
    assert (overall["mean_gap"], overall["largest_gap"]) == (4.0, 4.0)
    assert overall["verdict"] == "fail"
    # In zone 1 it is 60 of 90, in zone 2 nobody.
    assert one_row(checked, "after", "1")["share_within"] == pytest.approx(2 / 3)
    assert one_row(checked, "after", "2")["verdict"] == "fail"


def test_the_required_share_itself_is_enough() -> None:
    times = times_of([[10.0], [20.0]], [3, 1])
    verdicts = [
        one_row(ga.check_norms([norm(required_share=share)], [times], day=DAY))["verdict"]
        for share in (0.74, 0.75, 0.76)
    ]
    assert verdicts == ["pass", "pass", "fail"]


def test_a_share_that_rounding_alone_makes_short_is_enough() -> None:
    times = times_of([[10.0]] * 10 + [[20.0]], [0.1] * 10 + [0.25])
    assert sum([0.1] * 10) / (sum([0.1] * 10) + 0.25) < 0.8  # the trap
    assert (
        one_row(ga.check_norms([norm(required_share=0.8)], [times], day=DAY))["verdict"] == "pass"
    )


def test_a_time_just_on_the_threshold_meets_it_and_a_millisecond_more_does_not() -> None:
    times = times_of([[9.5], [9.5 + 1 / 60_000]], [1, 1])
    checked = ga.check_norms([norm(threshold=9.5)], [times], day=DAY)
    assert checked.settlements["verdict"].tolist() == ["pass", "fail"]


def test_turnout_counts_from_the_call_and_not_from_leaving() -> None:
    # Routed by an ambulance, whose 2 minutes of turnout are in the 10 that were computed.
    times = times_of([[10.0]], [1], profile=AMBULANCE, direction="from_service")
    norms = [
        norm(id="drive", profile="ambulance", direction="from_service"),
        norm(id="call", profile="ambulance", direction="from_service", aspect="response_time"),
        norm(
            id="call-5",
            profile="ambulance",
            direction="from_service",
            aspect="response_time",
            turnout_min=5.0,
        ),
    ]
    values = ga.check_norms(norms, [times], day=DAY).settlements.set_index("norm_id")["value"]
    assert values.to_dict() == {"drive": 8.0, "call": 10.0, "call-5": 13.0}


def test_a_group_is_counted_beside_everybody() -> None:
    times = times_of(MINUTES, [60, 30, 10], groups={"age_7_12": [6, 3, 0]})
    overall = one_row(ga.check_norms([norm(group="age_7_12")], [times], day=DAY))
    assert (overall["people"], overall["people_beyond"]) == (9, 3)
    assert overall["population_beyond"] == 40


def test_a_norm_holds_only_in_its_kind_of_place() -> None:
    times = times_of([[5.0], [50.0], [5.0]], [10, 20, 30])
    checked = ga.check_norms(
        [norm(zone_type="town")], [times], day=DAY, zone_types=["town;dense", "rural", "rural"]
    )
    assert checked.settlements["id"].tolist() == ["o000"]
    assert one_row(checked)["verdict"] == "pass"


def test_a_kind_of_place_that_is_not_known_is_not_guessed() -> None:
    times = times_of([[5.0], [50.0], [5.0]], [10, 20, 30])
    checked = ga.check_norms(
        [norm(zone_type="town", required_share=0.5)],
        [times],
        day=DAY,
        zone_types=["town", "rural", ""],
    )
    assert checked.settlements["verdict"].tolist() == ["pass", "not_modelled"]
    assert checked.settlements["reason"].tolist() == ["", "zone_type_unknown"]
    row = one_row(checked)
    # Ten people pass; of thirty nobody can tell, and all together they decide.
    assert (row["people"], row["people_not_modelled"]) == (10, 30)
    assert (row["verdict"], row["reason"]) == ("not_modelled", "zone_type_unknown")


NOT_MODELLED: dict[str, tuple[dict[str, Any], str]] = {
    "not yet": ({"valid_from": "2023-11-21"}, "not_valid_on_date"),
    "no longer": ({"valid_to": "2020-12-31"}, "not_valid_on_date"),
    "some day of that year": ({"valid_from": 2021}, "validity_unclear"),
    "by bus": ({"transport": "timetable"}, "timetable_transport"),
    "spacing": ({"aspect": "spacing", "unit": "km"}, "between_services"),
    "presence": ({"aspect": "presence", "unit": "count"}, "counts_services"),
    "km": ({"aspect": "distance", "unit": "km"}, "distance_unstated"),
    "km by road": (
        {"aspect": "distance", "unit": "km", "distance_by": "road"},
        "road_distance_unknown",
    ),
    "service": ({"service": "hospital"}, "service_not_in_study"),
    "group": ({"group": "age_7_12"}, "group_unknown"),
    "vehicle": ({"profile": "ambulance"}, "other_profile"),
    "direction": ({"direction": "from_service"}, "other_profile"),
    "beyond": ({"threshold": 61}, "cutoff_too_low"),
    "zone type": ({"zone_type": "town"}, "zone_type_unknown"),
}


@pytest.mark.parametrize("case", NOT_MODELLED.values(), ids=NOT_MODELLED)
def test_what_cannot_be_modelled_says_why_and_judges_nobody(
    case: tuple[dict[str, Any], str],
) -> None:
    changes, reason = case
    checked = ga.check_norms([norm(**changes)], [times_of(MINUTES, [60, 30, 10])], day=DAY)
    assert checked.settlements.empty
    row = one_row(checked)
    assert (row["verdict"], row["reason"]) == ("not_modelled", reason)
    assert pd.isna(row["people"])
    assert checked.not_modelled["n-1"].startswith(f"{reason}: ")


def test_no_settlement_of_that_kind() -> None:
    times = times_of([[5.0]], [10])
    checked = ga.check_norms([norm(zone_type="town")], [times], day=DAY, zone_types=["rural"])
    assert one_row(checked)["reason"] == "no_such_zone_type"


def test_turnout_can_lift_a_norm_over_the_cutoff() -> None:
    times = times_of([[5.0]], [10], profile=AMBULANCE, direction="from_service")
    asked = {"profile": "ambulance", "direction": "from_service"}
    held = ga.check_norms([norm(threshold=58, **asked)], [times], day=DAY)
    assert one_row(held)["verdict"] == "pass"
    # 59 minutes of driving would stand in the times as 61.
    over = ga.check_norms([norm(threshold=59, **asked)], [times], day=DAY)
    assert one_row(over)["reason"] == "cutoff_too_low"


def test_straight_kilometres_where_the_norm_means_them() -> None:
    times = times_of([[5.0], [5.0]], [10, 10])
    there = ga.Destinations(
        id=["d"], name=["d"], kind=["service"], lon=[24.0], lat=[57.0], capacity=[1]
    )
    straight = ga.NormTimes(
        profile="walk",
        direction="to_service",
        turnout_min=0.0,
        cutoff_min=60.0,
        origins=times.origins,
        destinations=there,
        nearest_ms=times.nearest_ms,
        reason=times.reason,
    )
    checked = ga.check_norms(
        [norm(aspect="distance", unit="km", threshold=6, distance_by="straight")],
        [straight],
        day=DAY,
    )
    # A tenth of a degree of longitude at 57 degrees north is 6.08 km (WGS84).
    assert checked.settlements["verdict"].tolist() == ["pass", "fail"]
    assert checked.settlements["gap_km"].tolist() == pytest.approx([0, 0.0781], abs=1e-3)
    assert checked.settlements["gap_min"].isna().all()


def test_times_of_other_settlements_are_refused() -> None:
    with pytest.raises(ga.MismatchError, match="different settlements"):
        ga.check_norms([norm()], [times_of([[1.0]], [1]), times_of(MINUTES, [1, 1, 1])], day=DAY)


def test_no_times_no_day_and_lists_of_another_length_are_refused() -> None:
    times = [times_of([[1.0]], [1])]
    with pytest.raises(ga.InputError, match="no times"):
        ga.check_norms([norm()], [], day=DAY)
    with pytest.raises(ga.InputError, match="day must be a day"):
        ga.check_norms([norm()], times, day="yesterday")
    with pytest.raises(ga.MismatchError, match="zone_types: 2 for 1 settlements"):
        ga.check_norms([norm()], times, day=DAY, zone_types=["town", "town"])
    with pytest.raises(ga.MismatchError, match="zones after: 0 for 1 settlements"):
        ga.check_norms([norm()], times, day=DAY, zones={"after": []})
    with pytest.raises(ga.InputError, match="duplicate norm id n-1"):
        ga.check_norms([norm(), norm()], times, day=DAY)


def test_a_zone_where_nobody_lives_is_not_judged() -> None:
    checked = ga.check_norms(
        [norm()], [times_of([[5.0], [5.0]], [0, 7])], day=DAY, zones={"after": ["a", "b"]}
    )
    row = one_row(checked, "after", "a")
    assert (row["verdict"], row["reason"], row["people"]) == ("not_modelled", "nobody_there", 0)
    assert pd.isna(row["share_within"])


# --- laws, and the slow twin ------------------------------------------------------------------

spans = st.one_of(st.none(), st.sampled_from([60_000 * m for m in (0, 3, 8, 10, 13, 15, 60, 61)]))
kinds = st.sampled_from(["", "town", "rural", "town;dense"])


@st.composite
def towns(draw: st.DrawFn) -> list[naive_norms.Place]:
    services = draw(st.integers(1, 3))
    return [
        naive_norms.Place(
            ms=draw(st.lists(spans, min_size=services, max_size=services)),
            people=draw(st.integers(0, 5)),
            zone_types=frozenset(filter(None, draw(kinds).split(";"))),
            zone=draw(st.sampled_from(["", "a", "b"])),
        )
        for _ in range(draw(st.integers(1, 6)))
    ]


@st.composite
def norms(draw: st.DrawFn) -> Norm:
    aspect = draw(st.sampled_from(["drive_time", "response_time"]))
    turnout = draw(st.sampled_from([None, 0.0, 5.0])) if aspect == "response_time" else None
    return norm(
        aspect=aspect,
        turnout_min=turnout,
        threshold=draw(st.sampled_from([8.0, 9.5, 15.0, 40.0])),
        zone_type=draw(st.sampled_from(["any", "town"])),
        required_share=draw(st.sampled_from([0.25, 0.5, 0.75, 1.0])),
        profile="ambulance",
        direction="from_service",
    )


def checked_of(one: Norm, places: list[naive_norms.Place]) -> NormCheck:
    minutes = [[INF if ms is None else ms / 60_000 for ms in place.ms] for place in places]
    times = times_of(
        minutes,
        [place.people for place in places],
        profile=AMBULANCE,
        direction="from_service",
    )
    return ga.check_norms(
        [one],
        [times],
        day=DAY,
        zone_types=[";".join(sorted(place.zone_types)) for place in places],
        zones={"after": [place.zone for place in places]},
    )


@given(norms(), towns())
def test_equals_its_slow_twin(one: Norm, places: list[naive_norms.Place]) -> None:
    checked = checked_of(one, places)
    told = [
        naive_norms.verdict(one, place, turnout_ms=120_000, cutoff_ms=3_600_000) for place in places
    ]
    if one.zone_type != "any" and not any("town" in place.zone_types for place in places):
        # No settlement is known to be a town, so nobody is judged.
        assert checked.settlements.empty
        assert set(checked.not_modelled) == {"n-1"}
        return
    rows = checked.settlements.set_index("id")
    values = rows["value"].to_dict()
    assert rows["verdict"].to_dict() == {
        f"o{i:03}": verdict for i, (verdict, _) in enumerate(told) if verdict
    }
    for i, (_, value) in enumerate(told):
        if math.isfinite(value):
            assert values[f"o{i:03}"] == pytest.approx(value, abs=1e-9)
    for zone_id in ("", "a", "b"):
        here = [i for i, place in enumerate(places) if place.zone == zone_id]
        part = [told[i][0] for i in here]
        if not any(part):
            continue
        people, verdict = naive_norms.zone(one, [places[i] for i in here], part)
        row = one_row(checked, "after", zone_id)
        assert row["verdict"] == verdict
        assert row["people_within"] == people["pass"]
        assert row["people_beyond"] == people["fail"] + people["unreached"]
        assert row["people_unreached"] == people["unreached"]
        assert row["people_not_modelled"] == people["not_modelled"]


@given(norms(), towns())
def test_settlements_add_up_to_zones_exactly(one: Norm, places: list[naive_norms.Place]) -> None:
    checked = checked_of(one, places)
    zone_of = {f"o{i:03}": place.zone for i, place in enumerate(places)}
    rows = checked.settlements.assign(zone=[zone_of[i] for i in checked.settlements["id"]])
    by_zone = checked.zones[checked.zones["territory"] == "after"].set_index("zone_id")
    assert set(rows["zone"]) == set(by_zone.index)
    for zone_id, row in by_zone.iterrows():
        people = rows[rows["zone"] == zone_id].groupby("verdict")["people"].sum()
        assert row["people_within"] == people.get("pass", 0)
        assert row["people_beyond"] == people.get("fail", 0) + people.get("unreached", 0)
        assert row["people_not_modelled"] == people.get("not_modelled", 0)
    if len(by_zone):
        assert by_zone["people_beyond"].sum() == one_row(checked)["people_beyond"]


@given(norms(), towns(), st.sampled_from([1.0, 4.0, 7.5]))
def test_a_stricter_norm_never_has_more_who_meet_it(
    one: Norm, places: list[naive_norms.Place], stricter_by: float
) -> None:
    stricter = one.model_copy(update={"threshold": one.threshold - stricter_by})
    within = [one_row(checked_of(each, places))["people_within"] for each in (one, stricter)]
    if not np.isnan(within).any():
        assert within[1] <= within[0]


@given(norms(), towns(), st.integers(0, 9))
def test_people_beyond_never_better_the_share(
    one: Norm, places: list[naive_norms.Place], more: int
) -> None:
    far = naive_norms.Place(
        ms=[None] * len(places[0].ms), people=more, zone_types=frozenset({"town"}), zone="a"
    )
    before = one_row(checked_of(one, places))
    after = one_row(checked_of(one, [*places, far]))
    if not math.isnan(before["share_within"]) and not math.isnan(after["share_within"]):
        assert after["share_within"] <= before["share_within"]
    assert not (before["verdict"] == "fail" and after["verdict"] == "pass")


@given(norms(), towns(), st.randoms(use_true_random=False))
def test_the_order_of_norms_changes_no_verdict(
    one: Norm, places: list[naive_norms.Place], dice: random.Random
) -> None:
    several = [one.model_copy(update={"id": f"n-{i}", "threshold": 5.0 + i}) for i in range(3)]
    shuffled = dice.sample(several, 3)
    minutes = [[INF if ms is None else ms / 60_000 for ms in place.ms] for place in places]
    times = times_of(
        minutes, [p.people for p in places], profile=AMBULANCE, direction="from_service"
    )
    tables = [
        ga.check_norms(each, [times], day=DAY, zone_types=["town"] * len(places)).overall
        for each in (several, shuffled)
    ]
    first, second = (table.sort_values("norm_id", ignore_index=True) for table in tables)
    pd.testing.assert_frame_equal(first, second)


def test_a_car_is_no_ambulance_even_at_the_same_minutes() -> None:
    car = times_of([[5.0]], [1], profile=CAR, direction="from_service")
    ambulance = times_of([[50.0]], [1], profile=AMBULANCE, direction="from_service")
    asked = norm(profile="ambulance", direction="from_service", aspect="response_time")
    checked = ga.check_norms([asked], [car, ambulance], day=DAY)
    assert checked.settlements["value"].tolist() == [50.0]
