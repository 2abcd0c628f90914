"""Roads keep the points that draw them, and no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import InputError
from geoaccess.io.bends import needed_points
from geoaccess.io.bundled import bundled

STEPS = st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=12)


@given(lines=st.lists(STEPS, min_size=1, max_size=4), tolerance_m=st.sampled_from([0.5, 2, 20]))
def test_no_dropped_point_lies_further_off_than_the_tolerance(
    lines: list[list[tuple[int, int]]], tolerance_m: float
) -> None:
    """Steps are metres at the equator, where a degree is as long either way."""
    drawn = [np.cumsum([(0, 0), *steps], axis=0) / 111_195.0 for steps in lines]
    first = np.cumsum([0, *(len(line) for line in drawn)])
    lon, lat = np.concatenate(drawn).T
    kept = needed_points(lon, lat, first, tolerance_m=tolerance_m)
    for line, start, stop in zip(drawn, first[:-1], first[1:], strict=True):
        mine = kept[start:stop]
        assert mine[0]
        assert mine[-1]
        rest = shapely.LineString(line[mine])
        away = shapely.distance(shapely.points(line), rest) * 111_195.0
        assert away.max() <= tolerance_m * 1.001


def test_zero_keeps_every_point_and_a_straight_road_needs_two() -> None:
    lon, lat, first = np.linspace(24, 24.01, 5), np.full(5, 57.0), np.array([0, 5])
    assert needed_points(lon, lat, first, tolerance_m=0).all()
    assert needed_points(lon, lat, first, tolerance_m=1).tolist() == [True, *[False] * 3, True]


@pytest.mark.parametrize("bad", [-1.0, float("nan")])
def test_a_tolerance_is_a_length(bad: float) -> None:
    with pytest.raises(InputError, match="shape_tolerance_m must be 0 or more"):
        needed_points(np.zeros(2), np.zeros(2), np.array([0, 2]), tolerance_m=bad)


def test_times_and_lengths_are_those_of_the_whole_shape() -> None:
    path = Path(bundled("roads", "demo.osm.pbf"))
    whole = ga.read_network(path, shape_tolerance_m=0)
    plain = ga.read_network(path)
    assert len(plain.shape_lon) < len(whole.shape_lon)
    assert np.array_equal(plain.travel_time_ms, whole.travel_time_ms)
    assert np.array_equal(plain.segment_length_m, whole.segment_length_m)
    people = ga.read_settlements(bundled("boundaries", "demo_settlements.csv"))
    off = [ga.snap(roads, people)["distance_m"].to_numpy() for roads in (whole, plain)]
    assert np.abs(off[0] - off[1]).max() <= 1.001
