from __future__ import annotations

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.model.network import Network
from geoaccess.travel import pair_reasons, unreached_reasons
from geoaccess.units import UNREACHED_MS
from tests.routing.test_snap import line_network

CLOSED = UNREACHED_MS


def settlements(*points: tuple[float, float]) -> ga.Origins:
    n = len(points)
    return ga.Origins(
        id=np.array([f"s{i}" for i in range(n)], dtype=object),
        name=np.array([f"Ciems {i}" for i in range(n)], dtype=object),
        lon=np.array([p[0] for p in points]),
        lat=np.array([p[1] for p in points]),
        population=np.full(n, 10.0),
    )


def services(*points: tuple[float, float]) -> ga.Destinations:
    n = len(points)
    return ga.Destinations(
        id=np.array([f"d{i}" for i in range(n)], dtype=object),
        name=np.array([f"Skola {i}" for i in range(n)], dtype=object),
        kind=np.full(n, "school", dtype=object),
        lon=np.array([p[0] for p in points]),
        lat=np.array([p[1] for p in points]),
        capacity=np.full(n, np.nan),
    )


@pytest.fixture
def two_roads() -> Network:
    """A long road with a service; a second, 3 km north, joined to nothing."""
    return line_network(
        [(25.0, 57.0), (25.1, 57.0)],
        [(25.0, 57.03), (25.1, 57.03)],
        [(25.0, 57.06), (25.01, 57.06)],
    )


def test_every_unreached_place_has_its_own_reason(two_roads: Network) -> None:
    people = settlements(
        (25.01, 57.0), (25.09, 57.0), (25.05, 57.03), (25.005, 57.06), (25.05, 57.015), (25.3, 57.0)
    )
    times = ga.travel_times(two_roads, people, services((25.0, 57.0)), cutoff_min=0.05)
    assert unreached_reasons(times).tolist() == [
        "",
        "over_cutoff",
        "isolated_road",
        "isolated_road",
        "too_far_from_road",
        "outside_extract",
    ]
    told = times.to_array()[:, 0]
    assert np.isfinite(told).tolist() == [True, False, False, False, False, False]


def test_the_way_between_door_and_road_counts_at_both_ends(two_roads: Network) -> None:
    straight = ga.travel_times(
        two_roads, settlements((25.02, 57.0)), services((25.05, 57.0)), cutoff_min=60
    ).to_array()[0, 0]
    off = ga.travel_times(
        two_roads, settlements((25.02, 57.001)), services((25.05, 57.001)), cutoff_min=60
    ).to_array()[0, 0]
    # 111.4 m twice at 5 km/h.
    assert off - straight == pytest.approx(2 * 111.4 / 5000 * 60, abs=0.01)


def test_a_measure_beyond_the_cutoff_is_refused(two_roads: Network) -> None:
    times = ga.travel_times(two_roads, settlements((25.02, 57.0)), services((25.05, 57.0)))
    times.require_cutoff(120)
    with pytest.raises(ga.CutoffError, match="cutoff_min=121 is above the 120 min"):
        times.require_cutoff(121)


def test_swapped_coordinates_are_named(two_roads: Network) -> None:
    with pytest.raises(ga.InputError, match="longitude and latitude look swapped"):
        ga.travel_times(two_roads, settlements((57.0, 25.05)), services((25.05, 57.0)))


def test_places_of_another_country_are_refused(two_roads: Network) -> None:
    with pytest.raises(ga.MismatchError, match="none of 1 settlements lies in the road network"):
        ga.travel_times(two_roads, settlements((2.0, 48.0)), services((25.05, 57.0)))


@pytest.mark.parametrize("cutoff", [0, -5, float("nan"), float("inf"), 1e9])
def test_a_cutoff_must_be_a_sensible_number(two_roads: Network, cutoff: float) -> None:
    with pytest.raises(ga.InputError, match="cutoff_min must be above 0"):
        ga.travel_times(
            two_roads, settlements((25.02, 57.0)), services((25.05, 57.0)), cutoff_min=cutoff
        )


def test_no_services_give_an_empty_table_and_a_reason(two_roads: Network) -> None:
    times = ga.travel_times(two_roads, settlements((25.02, 57.0)), services())
    assert times.to_array().shape == (1, 0)
    assert times.to_frame().empty
    assert unreached_reasons(times).tolist() == ["no_service_in_territory"]


def test_the_long_table_names_its_columns_and_leaves_out_unreached(two_roads: Network) -> None:
    people = settlements((25.02, 57.0), (25.05, 57.03))
    frame = ga.travel_times(two_roads, people, services((25.05, 57.0))).to_frame()
    assert list(frame.columns) == ["from_id", "to_id", "travel_time_min"]
    assert frame[["from_id", "to_id"]].to_numpy().tolist() == [["s0", "d0"]]


def test_k_must_be_a_rank_that_exists(two_roads: Network) -> None:
    times = ga.travel_times(two_roads, settlements((25.02, 57.0)), services((25.05, 57.0)))
    with pytest.raises(ga.InputError, match="k must be from 1 to 1"):
        ga.time_to_nearest(times, k=2)


def test_every_unreached_pair_has_its_reason(two_roads: Network) -> None:
    people = settlements((25.01, 57.0), (25.05, 57.015))
    places = services((25.0, 57.0), (25.09, 57.0), (25.05, 57.03), (25.05, 57.045))
    times = ga.travel_times(two_roads, people, places, cutoff_min=0.05)
    told = pair_reasons(times).set_index(["to_id", "from_id"])["reason"].to_dict()
    assert told == {
        ("d1", "s0"): "over_cutoff",
        ("d2", "s0"): "isolated_road",
        ("d3", "s0"): "too_far_from_road",
        **{(f"d{j}", "s1"): "too_far_from_road" for j in range(4)},
    }
    assert len(told) + len(times.to_frame()) == 2 * 4
    assert pair_reasons(ga.travel_times(two_roads, people, services())).empty


def test_snap_shows_the_point_on_the_road(two_roads: Network) -> None:
    table = ga.snap(two_roads, settlements((25.05, 57.001), (25.05, 57.015)))
    assert table["way"].tolist() == [100, -1]
    assert table["reason"].tolist() == ["", "too_far_from_road"]
    assert table.geometry.iloc[0].y == pytest.approx(57.0)
    assert table.geometry.iloc[1] is None
    # How far the next road is stands there even where it is too far.
    assert table["distance_m"].iloc[1] == pytest.approx(1670, abs=10)


def test_services_may_lie_farther_from_the_road_than_homes(two_roads: Network) -> None:
    people, places = settlements((25.02, 57.0)), services((25.05, 57.015))
    near = ga.travel_times(two_roads, people, places)
    far = ga.travel_times(two_roads, people, places, service_max_snap_m=2000)
    assert np.isinf(near.to_array()[0, 0])
    assert np.isfinite(far.to_array()[0, 0])


@pytest.mark.parametrize("direction", ["to_service", "from_service"])
def test_turnout_is_lost_once_a_trip(two_roads: Network, direction: str) -> None:
    parts = {name: getattr(two_roads, name) for name in Network.__slots__}
    on_call = Network(**{**parts, "turnout_min": 2.0})
    people = settlements((25.02, 57.0), (25.05, 57.0))
    places = services((25.05, 57.0))
    at_once = ga.travel_times(two_roads, people, places, direction=direction).to_array()
    called = ga.travel_times(on_call, people, places, direction=direction).to_array()
    assert called - at_once == pytest.approx(np.full((2, 1), 2.0), abs=1e-4)
