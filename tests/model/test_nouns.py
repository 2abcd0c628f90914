from __future__ import annotations

import numpy as np
import pytest
import shapely

import geoaccess as ga
from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from tests.routing.graphs import network_of


def origins(**changes: object) -> ga.Origins:
    valid: dict[str, object] = {
        "id": ["a", "b"],
        "name": ["Alka", "Bērzi"],
        "lon": [25.0, 25.1],
        "lat": [57.0, 57.1],
        "population": [10, 20],
    }
    return ga.Origins(**{**valid, **changes})


def destinations(**changes: object) -> ga.Destinations:
    valid: dict[str, object] = {
        "id": ["a", "b"],
        "name": ["Skola", ""],
        "kind": ["school", "library"],
        "lon": [25.0, 25.1],
        "lat": [57.0, 57.1],
        "capacity": [100, np.nan],
    }
    return ga.Destinations(**{**valid, **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": ["a", "a"]}, "duplicate id a"),
        ({"id": ["a", ""]}, "row 2"),
        ({"id": ["a", None]}, "row 2"),
        ({"lon": [25.0]}, "equally long"),
        ({"lon": [25.0, np.nan]}, "no coordinates for b"),
        ({"lat": [57.0, np.inf]}, "no coordinates for b"),
        ({"lon": [25.0, 200.0]}, "off the globe for b"),
        ({"lat": [57.0, 157.0]}, "longitude and latitude look swapped"),
        ({"population": [10, -1]}, "population must be 0 or more, but is -1 for b"),
        ({"population": [10, np.nan]}, "population must be 0 or more, but is nan for b"),
        ({"groups": {"age_7_15": [1, -2]}}, "age_7_15 must be 0 or more"),
        ({"groups": {"age_7_15": [1]}}, "equally long"),
    ],
)
def test_settlements_that_cannot_be_are_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ga.InputError, match=told):
        origins(**changes)


def test_services_that_cannot_be_are_refused() -> None:
    with pytest.raises(ga.InputError, match="capacity must be 0 or more"):
        destinations(capacity=[-5, 0])
    with pytest.raises(ga.InputError, match="no service of kind 'scool'; did you mean 'school'"):
        destinations().of_kind("scool")


def test_nouns_are_sealed_and_the_callers_arrays_are_not() -> None:
    mine = np.array([10.0, 20.0])
    people = origins(population=mine)
    with pytest.raises(ValueError, match="read-only"):
        people.population[0] = 5
    mine[0] = 5
    with pytest.raises(AttributeError):
        people.population = mine  # type: ignore[misc]


def test_frames_keep_order_ids_and_coordinates() -> None:
    frame = origins(groups={"age_7_15": [1, 2]}).to_gdf()
    assert list(frame.columns) == ["id", "name", "population", "age_7_15", "geometry"]
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.iloc[1].equals(shapely.Point(25.1, 57.1))
    assert destinations().to_gdf()["kind"].tolist() == ["school", "library"]


def test_taking_rows_takes_all_columns() -> None:
    kept = origins(groups={"age_7_15": [1, 2]}).take(np.array([1]))
    assert kept.id.tolist() == ["b"]
    assert kept.groups["age_7_15"].tolist() == [2.0]


def test_borders_are_sorted_by_code_and_own_their_points() -> None:
    west, east = shapely.box(24, 56, 25, 57), shapely.box(25, 56, 26, 57)
    borders = ga.Territory(
        date="2021-06-30",
        code=np.array(["02", "01"], dtype=object),
        name=np.array(["Austrumi", "Rietumi"], dtype=object),
        geometry=np.array([east, west], dtype=object),
    )
    assert borders.code.tolist() == ["01", "02"]
    # On the common border the code that sorts first owns the point.
    zone = borders.locate(np.array([24.5, 25.5, 25.0, 30.0]), np.full(4, 56.5))
    assert zone.tolist() == [0, 1, 0, -1]
    assert borders.names_at(zone).tolist() == ["Rietumi", "Austrumi", "Rietumi", ""]
    assert borders.to_gdf()["code"].tolist() == ["01", "02"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"date": "1 July 2021"}, "date must"),
        ({"date": "2021-02-31"}, "date must"),
        ({"code": [], "name": [], "geometry": []}, "no zones"),
        ({"code": [""]}, "empty id"),
        ({"geometry": [shapely.Polygon()]}, "no polygon for 01"),
        ({"geometry": [None]}, "no polygon for 01"),
    ],
)
def test_borders_that_cannot_be_are_refused(changes: dict[str, object], told: str) -> None:
    valid: dict[str, object] = {
        "date": "2021-06-30",
        "code": ["01"],
        "name": ["Alka"],
        "geometry": [shapely.box(24, 56, 25, 57)],
    }
    with pytest.raises(ga.InputError, match=told):
        ga.Territory(**{**valid, **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"head": [9, 0]}, r"head\[0\] is 9, outside 0 to 1"),
        ({"travel_time_ms": [-1, 5]}, r"travel_time_ms\[0\] is -1"),
        ({"first_out": [0, 1]}, "first_out must rise from 0 to 2 in 2 steps"),
        ({"forward_arc": [7]}, r"forward_arc\[0\] is 7"),
        ({"shape_first": [0, 9]}, "shape_first must rise"),
        ({"arc_segment": [0]}, "equally long"),
    ],
)
def test_networks_that_contradict_themselves_are_refused(
    changes: dict[str, object], told: str
) -> None:
    sound = network_of(2, [(0, 1, 5, 5)])
    parts = {name: getattr(sound, name) for name in Network.__slots__}
    with pytest.raises(ga.InputError, match=told):
        Network(**{**parts, **changes})


def test_networkx_copies_say_the_same() -> None:
    network = network_of(3, [(0, 1, 5000, 6000), (1, 1, 7, 8)])
    graph = network.to_networkx()
    assert graph.number_of_nodes() == 3
    assert graph.number_of_edges() == network.n_arcs
    told = graph.get_edge_data(0, 1)[0]
    assert told["travel_time_s"] == 5.0
    assert told["length_m"] == 1000.0
    assert set(graph.nodes[0]) == {"x", "y", "osmid"}
    assert "3 nodes" in repr(network)


def test_times_from_elsewhere_keep_unreached_pairs() -> None:
    times = ga.TravelTimes.from_minutes([[1.5, np.nan], [np.inf, 200]], cutoff_min=60)
    assert np.isinf(times.to_array()).tolist() == [[False, True], [True, True]]
    assert [block.start for block, _ in times.blocks(size=1)] == [0, 1]
    with pytest.raises(ga.InputError, match="0 or more"):
        ga.TravelTimes.from_minutes([[-1]], cutoff_min=60)
    with pytest.raises(ga.InputError, match="above 0"):
        ga.TravelTimes.from_minutes([[1]], cutoff_min=0)


def test_snapped_places_can_be_taken_by_rows() -> None:
    snapped = Snapped(
        id=np.array(["a", "b"], dtype=object),
        segment=[0, -1],
        way=[100, -1],
        fraction=[0.5, 0],
        distance_m=[1, np.inf],
        lon=[25, np.nan],
        lat=[57, np.nan],
        access_ms=[1, 0],
        component=[0, -1],
        reason=np.array(["", "too_far_from_road"], dtype=object),
    )
    assert snapped.on_road.tolist() == [True, False]
    assert snapped.to_gdf().geometry.isna().tolist() == [False, True]
    assert snapped.take(np.array([1])).reason.tolist() == ["too_far_from_road"]
