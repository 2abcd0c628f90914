"""Isochrones against the plainest search: a point is reached if it lies on the pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.ops import substring

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.measures.reached_roads import Pieces, reached_pieces
from geoaccess.measures.road_shapes import cut_lines
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.engine import Direction, road_times
from geoaccess.units import UNREACHED_MS
from tests.routing.graphs import network_of, networks, places_on, reached_ms, snapped_at
from tests.routing.test_snap import line_network
from tests.test_travel import services

DIRECTIONS = st.sampled_from(["to_service", "from_service"])
STEPS = 8
# Times of places are whole milliseconds; a piece of road is not.
ROUNDING_MS = 1.0


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Network, Snapped]:
    """Networks with times of up to minutes, so that a millisecond is little, and places."""
    network = draw(networks())
    places = draw(places_on(network, most=4))
    factor = draw(st.sampled_from([997, 60_000]))
    # Of two spots within one millisecond the search cannot tell which comes first.
    ms = np.maximum(network.travel_time_ms, 1) * np.int32(factor)
    return (
        replace(network, travel_time_ms=ms),
        replace(places, access_ms=places.access_ms * np.int32(factor)),
    )


def found(
    network: Network,
    places: Snapped,
    cutoffs: list[int],
    direction: Direction,
    *,
    per_place: bool = False,
) -> Pieces:
    return reached_pieces(
        ga.Router(network),
        places,
        cutoffs_ms=np.array(cutoffs),
        direction=direction,
        per_place=per_place,
    )


def points_on(network: Network) -> Snapped:
    """Points without a way of their own, all along every segment."""
    n = network.n_segments
    segment = np.repeat(np.arange(n), STEPS + 1).tolist()
    fraction = np.tile(np.arange(STEPS + 1) / STEPS, n).tolist()
    return snapped_at(segment, fraction, [0] * len(segment))


def at_point(pieces: Pieces, segment: int, fraction: float, hair: float = 1e-9) -> list[int]:
    """Rows of the pieces on which a point lies."""
    on = pieces.segment == segment
    on &= (pieces.start - hair <= fraction) & (fraction <= pieces.end + hair)
    return np.flatnonzero(on).tolist()


def told_ms(pieces: Pieces, row: int, fraction: float) -> float:
    length = pieces.end[row] - pieces.start[row]
    share = (fraction - pieces.start[row]) / length
    return float(pieces.start_ms[row] + share * (pieces.end_ms[row] - pieces.start_ms[row]))


def engine_ms(
    network: Network, places: Snapped, points: Snapped, direction: Direction
) -> list[int]:
    """The travel time that the library tells, from each point to its nearest place."""
    if not len(places):
        return [UNREACHED_MS] * len(points)
    source = road_times(ga.Router(network), points, places, direction=direction)
    return [int(one) for one in source.block_ms(0, len(places)).min(axis=1)]


@given(scene=scenes(), direction=DIRECTIONS, cut=st.lists(st.integers(1, 200), min_size=1))
@settings(max_examples=150)
def test_a_point_is_reached_exactly_if_it_lies_on_the_pieces(
    scene: tuple[Network, Snapped], direction: Direction, cut: list[int]
) -> None:
    network, places = scene
    cutoffs = sorted({one * max(1, int(network.travel_time_ms.max()) // 50) for one in cut})
    pieces = found(network, places, cutoffs, direction)
    points = points_on(network)
    times = engine_ms(network, places, points, direction)
    # On a one-way road only the very spot of a place may be near to it: a point, no piece.
    spots = set(zip(places.segment, places.fraction, strict=True))
    for segment, fraction, ms in zip(points.segment, points.fraction, times, strict=True):
        if (segment, fraction) in spots:
            continue
        rows = at_point(pieces, int(segment), float(fraction))
        for band, cutoff in enumerate(cutoffs):
            inside = any(pieces.band[row] <= band for row in rows)
            if ms <= cutoff - ROUNDING_MS:
                assert inside
            elif ms > cutoff + ROUNDING_MS:
                # Where time jumps, a piece may end at the point, but not go on beyond it.
                assert not inside
        if rows:
            best = min(told_ms(pieces, row, float(fraction)) for row in rows)
            assert best == pytest.approx(ms, abs=ROUNDING_MS)


@given(scene=scenes(), direction=DIRECTIONS, data=st.data())
@settings(max_examples=40)
def test_pieces_agree_with_a_search_over_a_network_cut_at_the_point(
    scene: tuple[Network, Snapped], direction: Direction, data: st.DataObject
) -> None:
    network, places = scene
    segment = data.draw(st.integers(0, network.n_segments - 1))
    fraction = data.draw(st.integers(0, 97)) / 97
    cutoff = data.draw(st.integers(1, 3_000_000))
    point = snapped_at([segment], [fraction], [0])
    (ms,) = reached_ms(network, places, point, towards=direction == "to_service")
    assume((segment, fraction) not in zip(places.segment, places.fraction, strict=True))
    pieces = found(network, places, [cutoff], direction)
    rows = at_point(pieces, segment, fraction)
    assert bool(rows) == (ms <= cutoff) or abs(ms - cutoff) <= ROUNDING_MS
    if rows:
        best = min(told_ms(pieces, row, fraction) for row in rows)
        assert best == pytest.approx(ms, abs=ROUNDING_MS)


@given(scene=scenes(), direction=DIRECTIONS)
def test_pieces_do_not_overlap_and_keep_to_their_band(
    scene: tuple[Network, Snapped], direction: Direction
) -> None:
    network, places = scene
    cutoffs = [10_000, 30_000, 2_000_000]
    pieces = found(network, places, cutoffs, direction)
    assert (pieces.start < pieces.end).all()
    assert ((pieces.start >= 0) & (pieces.end <= 1)).all()
    same = pieces.segment[1:] == pieces.segment[:-1]
    assert (pieces.start[1:][same] >= pieces.end[:-1][same] - 1e-12).all()
    low, high = np.array([-1.0, *cutoffs[:-1]])[pieces.band], np.array(cutoffs)[pieces.band]
    for ms in (pieces.start_ms, pieces.end_ms):
        assert (ms >= low - 1e-6).all()
        assert (ms <= high + 1e-6).all()


@given(scene=scenes(), direction=DIRECTIONS)
def test_all_places_together_reach_what_one_of_them_reaches(
    scene: tuple[Network, Snapped], direction: Direction
) -> None:
    network, places = scene
    together = found(network, places, [50_000], direction)
    each = found(network, places, [50_000], direction, per_place=True)
    for segment in range(network.n_segments):
        for fraction in (0.03, 0.33, 0.71, 0.96):
            mine = at_point(each, segment, fraction)
            assert bool(mine) == bool(at_point(together, segment, fraction))
            if mine:
                best = min(told_ms(each, row, fraction) for row in mine)
                rows = at_point(together, segment, fraction)
                told = min(told_ms(together, row, fraction) for row in rows)
                assert told == pytest.approx(best, abs=1e-3)


def test_a_street_is_cut_by_hand() -> None:
    # Two minutes from end to end; the place in the middle, half a minute off the road.
    street = network_of(2, [(0, 1, 120_000, 120_000)])
    pieces = found(street, snapped_at([0], [0.5], [30_000]), [60_000, 75_000], "to_service")
    assert pieces.start.tolist() == pytest.approx([0.125, 0.25, 0.5, 0.75])
    assert pieces.end.tolist() == pytest.approx([0.25, 0.5, 0.75, 0.875])
    assert pieces.band.tolist() == [1, 0, 0, 1]
    assert pieces.start_ms.tolist() == pytest.approx([75_000, 60_000, 30_000, 60_000])


def test_a_one_way_street_is_reached_on_one_side_only() -> None:
    street = network_of(2, [(0, 1, 120_000, UNREACHED_MS)])
    place = snapped_at([0], [0.5], [0])
    towards = found(street, place, [30_000], "to_service")
    away = found(street, place, [30_000], "from_service")
    assert (towards.start.tolist(), towards.end.tolist()) == ([0.25], [0.5])
    assert (away.start.tolist(), away.end.tolist()) == ([0.5], [0.75])


def test_a_road_that_costs_nothing_is_reached_whole() -> None:
    roads = network_of(3, [(0, 1, 1000, 1000), (1, 2, 0, 0)])
    pieces = found(roads, snapped_at([0], [0.0], [0]), [500, 1000], "from_service")
    free = pieces.take(pieces.segment == 1)
    assert (free.start.tolist(), free.end.tolist(), free.band.tolist()) == ([0], [1], [1])
    assert free.end_ms.tolist() == [1000]
    assert len(found(roads, snapped_at([0], [0.0], [0]), [999], "from_service")) == 1


def test_a_place_whose_own_way_is_too_long_reaches_nothing() -> None:
    street = network_of(2, [(0, 1, 1000, 1000)])
    assert len(found(street, snapped_at([0], [0.5], [60_001]), [60_000], "to_service")) == 0
    assert len(found(street, snapped_at([-1], [0.0], [0]), [60_000], "to_service")) == 0


@given(cut=st.lists(st.floats(0, 1), min_size=2, max_size=2, unique=True))
def test_lines_are_those_of_shapely(cut: list[float]) -> None:
    network = line_network(
        [(25.0, 57.0), (25.1, 57.0), (25.1, 57.0), (25.1, 57.03), (25.2, 57.05)],
        [(25.0, 57.03), (25.1, 57.03)],
    )
    start, end = sorted(cut)
    plane = Transformer.from_crs("EPSG:4326", "EPSG:3395", always_xy=True)
    for segment in (0, 1):
        line = cut_lines(network, np.array([segment]), np.array([start]), np.array([end]))[0]
        first, last = network.shape_first[segment : segment + 2]
        whole = shapely.LineString(
            np.column_stack(
                plane.transform(network.shape_lon[first:last], network.shape_lat[first:last])
            )
        )
        expected = substring(whole, start, end, normalized=True)
        told = shapely.LineString(np.column_stack(plane.transform(*line.coords.xy)))
        assert told.length == pytest.approx(expected.length, abs=1e-4)
        assert told.hausdorff_distance(expected) < 1e-4


@pytest.fixture(scope="module")
def demo() -> Network:
    return ga.read_network(bundled("roads", "demo.osm.pbf"))


@pytest.fixture(scope="module")
def hospitals() -> ga.Destinations:
    return ga.read_services(bundled("services", "demo_services.csv"), kinds=["hospital"])


@pytest.mark.parametrize("direction", ["to_service", "from_service"])
def test_points_along_the_roads_need_the_minutes_that_are_told(
    demo: Network, hospitals: ga.Destinations, direction: Direction
) -> None:
    told = ga.isochrones(demo, hospitals, minutes=[20, 40], direction=direction)
    roads = told.segments()
    lived = demo.snappable[told.pieces.segment] & (roads["length_m"] > 50)
    some = roads[lived.to_numpy()].sample(400, random_state=1)
    plane = some.geometry.to_crs("EPSG:3395")
    middle = plane.interpolate(0.5, normalized=True).to_crs("EPSG:4326")
    n = len(some)
    people = ga.Origins(
        id=[f"p{i}" for i in range(n)],
        name=[""] * n,
        lon=middle.x,
        lat=middle.y,
        population=np.ones(n),
    )
    times = ga.travel_times(demo, people, hospitals, cutoff_min=60, direction=direction)
    minutes = ga.time_to_nearest(times).to_numpy()
    expected = ((some["from_min"] + some["to_min"]) / 2).to_numpy()
    # A point drawn on the road lies a hair off it, which costs a millisecond.
    near = np.abs(minutes - expected) < 4 / 60_000
    # Where two roads lie on one another the point may meet the other.
    assert near.mean() > 0.97
    assert (minutes[near] <= some["minutes"].to_numpy()[near] + 1e-4).all()


def test_a_larger_cutoff_contains_a_smaller_and_covers_its_roads(
    demo: Network, hospitals: ga.Destinations
) -> None:
    told = ga.isochrones(demo, hospitals, minutes=[40, 10, 20], per_place=True)
    areas = told.polygons(width_m=150)
    assert list(areas.columns) == ["id", "minutes", "area_km2", "road_km", "reason", "geometry"]
    assert len(areas) == 3 * len(hospitals)
    roads = told.segments()
    plane = areas.to_crs(areas.estimate_utm_crs())
    lines = roads.to_crs(plane.crs)
    lived = demo.snappable[told.pieces.segment]
    for place, own in plane.groupby("id"):
        assert own["minutes"].tolist() == [40.0, 20.0, 10.0]
        assert own["area_km2"].is_monotonic_decreasing
        assert own["road_km"].is_monotonic_decreasing
        shapes = own.geometry.tolist()
        for larger, smaller in pairwise(shapes):
            assert smaller.difference(larger).area < 1e-6 * smaller.area
        mine = lines[lived & (roads["id"] == place).to_numpy()]
        for minutes, shape in zip(own["minutes"], shapes, strict=True):
            within = shapely.union_all(mine[mine["minutes"] <= minutes].geometry)
            assert within.difference(shape.buffer(0.01)).length < 1e-6
            around = shapely.union_all(shapely.buffer(shapely.get_parts(within), 150.5))
            assert shape.difference(around).area < 1e-4 * shape.area
    assert areas.geometry.is_valid.all()


def test_a_bay_is_not_filled_and_a_hole_is_kept() -> None:
    # A ring road of some 5 km, and nothing within.
    ring = [(25.0, 57.0), (25.02, 57.0), (25.02, 57.01), (25.0, 57.01), (25.0, 57.0)]
    network = line_network(ring)
    area = ga.isochrones(network, services((25.0, 57.0)), minutes=[60]).polygons(width_m=100)
    assert shapely.get_num_interior_rings(area.geometry[0].geoms[0]) == 1
    assert not area.geometry[0].contains(shapely.Point(25.01, 57.005))
    assert area["area_km2"][0] == pytest.approx(area["road_km"][0] * 0.2, rel=0.02)


def test_roads_that_take_no_place_have_no_area() -> None:
    roads = network_of(4, [(0, 1, 60_000, 60_000), (1, 2, 60_000, 60_000)])
    network = replace(roads, snappable=np.array([True, False]))
    told = ga.isochrones(network, services((25.05, 57.0)), minutes=[60])
    assert set(told.segments()["way_id"]) == {0, 1}
    area = told.polygons(width_m=100)
    bridge = shapely.LineString(
        np.column_stack([network.node_lon[[1, 2]], network.node_lat[[1, 2]]])
    )
    assert not area.geometry[0].contains(bridge.centroid)
    assert area["road_km"][0] == pytest.approx(2)


def test_a_place_that_reaches_nothing_stays_with_its_reason() -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)])
    places = services((25.05, 57.0), (25.05, 57.05), (25.05, 57.005))
    told = ga.isochrones(network, places, minutes=[5], per_place=True)
    areas = told.polygons()
    assert areas["id"].tolist() == ["d0", "d1", "d2"]
    assert areas["reason"].tolist() == ["", "outside_extract", "over_cutoff"]
    assert areas.geometry.isna().tolist() == [False, True, True]
    assert areas["area_km2"].tolist()[1:] == [0, 0]
    assert "each of 3 places" in repr(told)
    nowhere = ga.isochrones(network, services((25.05, 57.05)), minutes=[5]).polygons()
    assert nowhere["reason"].tolist() == ["outside_extract"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda net, d: ga.isochrones(net, d, minutes=[]), "there is none"),
        (lambda net, d: ga.isochrones(net, d, minutes=[5, 0]), "0 is among them"),
        (lambda net, d: ga.isochrones(net, d, minutes=[5, float("nan")]), "nan is among them"),
        (lambda net, d: ga.isochrones(net, d, minutes=[5, 5]), "must differ"),
        (
            lambda net, d: ga.isochrones(net, d, minutes=[5], direction="to_servce"),
            "did you mean 'to_service'",
        ),
        (lambda net, d: ga.isochrones(net, d.take([]), minutes=[5]), "no place"),
        (lambda net, d: ga.isochrones(net, d, minutes=[5]).polygons(width_m=0), "width_m must"),
        (
            lambda net, d: ga.isochrones(net, d, minutes=[5]).polygons(crs="EPSG:4326"),
            "not projected in metres",
        ),
        (lambda net, d: ga.isochrones(net, d, minutes=[5]).polygons(crs="x"), "unknown CRS"),
        (lambda net, d: ga.isochrones(net, d, minutes=[5]).to_file("x.csv"), "known: .gpkg"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    call: Callable[[Network, ga.Destinations], object], says: str
) -> None:
    network = line_network([(25.0, 57.0), (25.1, 57.0)])
    with pytest.raises(ga.InputError, match=says):
        call(network, services((25.05, 57.0)))
