from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import InputError, MismatchError
from geoaccess.measures.surface_grid import surface_cells
from geoaccess.measures.surface_times import SurfaceRules, surfaces_over
from geoaccess.model.surface import CODES, OUTSIDE_CODE
from geoaccess.routing.engine import Direction
from geoaccess.routing.router import Router
from geoaccess.travel import snap_places, unreached_reasons
from tests.surface.conftest import middles, people_at
from tests.towns import BLOCK_MIN, at

INF = float("inf")


def require_equal_to_settlements(
    network: ga.Network,
    services: ga.Destinations,
    surface: ga.Surface,
    *,
    cutoff_min: float = 120.0,
    direction: Direction = "to_service",
    router: Router | None = None,
) -> None:
    """Every cell has the minutes, or the reason, of a settlement at its middle."""
    lon, lat = middles(surface.grid)
    rows = np.flatnonzero(surface.reason.reshape(-1) != OUTSIDE_CODE)
    times = ga.travel_times(
        router or network,
        people_at(lon[rows], lat[rows]),
        services,
        cutoff_min=cutoff_min,
        direction=direction,
    )
    assert np.array_equal(surface.minutes.reshape(-1)[rows], times.nearest(1)[0][:, 0])
    told = np.array(CODES, dtype=object)[surface.reason.reshape(-1)[rows]]
    assert (told == unreached_reasons(times)).all()


@pytest.mark.parametrize("direction", ["to_service", "from_service"])
@pytest.mark.parametrize(("kind", "cutoff_min"), [("hospital", 40.0), ("school", 120.0)])
def test_a_cell_has_the_minutes_of_a_settlement_at_its_middle(
    demo_roads: ga.Network,
    demo_services: ga.Destinations,
    kind: str,
    cutoff_min: float,
    direction: Direction,
) -> None:
    services = demo_services.take(demo_services.kind == kind)
    surface = ga.travel_time_surface(
        demo_roads, services, resolution_m=700, cutoff_min=cutoff_min, direction=direction
    )
    assert surface.service == kind
    told = surface.counts()
    assert told["reached"] > 1000
    assert {"too_far_from_road", "isolated_road", "outside_extract"} <= set(told)
    require_equal_to_settlements(
        demo_roads, services, surface, cutoff_min=cutoff_min, direction=direction
    )


def test_on_declared_islands_too(demo_roads: ga.Network, demo_services: ga.Destinations) -> None:
    west, south, east, north = demo_roads.bounds
    island = shapely.box(west, south, (west + east) / 2, (south + north) / 2)
    for method in ("dijkstra", "hierarchy"):
        router = Router(demo_roads, islands=[island], method=method)
        surface = ga.travel_time_surface(router, demo_services, resolution_m=2500)
        assert surface.service == ""
        require_equal_to_settlements(demo_roads, demo_services, surface, router=router)


def test_a_real_settlement_has_the_minutes_of_a_cell_around_it(
    demo_roads: ga.Network, demo_services: ga.Destinations
) -> None:
    # The middle of its cell is not where it lies: half a diagonal on foot at each end.
    people = ga.read_settlements(ga.io.bundled.bundled("boundaries", "demo_settlements.csv"))
    services = demo_services.take(demo_services.kind == "school")
    surface = ga.travel_time_surface(demo_roads, services, resolution_m=100)
    own = ga.travel_times(demo_roads, people, services).nearest(1)[0][:, 0]
    found = surface.at(people.lon, people.lat)
    both = np.isfinite(own) & np.isfinite(found)
    assert both.mean() > 0.95
    assert np.median(np.abs(own[both] - found[both])) < 100 / np.sqrt(2) / (5000 / 60)


def test_the_town_by_hand(roads: ga.Network, schools: ga.Destinations) -> None:
    # Alka is a block from school A; the cell around it is as far, but for metres on foot.
    surface = ga.travel_time_surface(roads, schools, resolution_m=10, max_snap_m=300)
    lon, lat = at(0, 0)
    (minutes,) = surface.at([lon], [lat])
    assert abs(minutes - BLOCK_MIN) < 10 / (5000 / 60)
    (in_school,) = surface.at(*[[one] for one in at(1, 0)])
    assert in_school < 10 / (5000 / 60)
    (amid,) = surface.at(*[[one] for one in at(0.5, 0.5)])
    assert amid == INF
    off = surface.cells_at(*[[one] for one in at(0.5, 0.5)])
    assert CODES[surface.reason.reshape(-1)[off[0]]] == "too_far_from_road"


@settings(max_examples=12)
@given(st.integers(1, 900), st.integers(1, 2))
def test_stripes_of_any_size_give_the_same_bytes(cells_at_once: int, threads: int) -> None:
    roads, schools = _town()
    router = Router(roads, threads=threads)
    cells = surface_cells(
        roads, resolution_m=130, area=None, crs=None, max_snap_m=1000, max_memory_gb=1
    )
    snapped = {"school": snap_places(router, schools)}
    usual = surfaces_over(router, snapped, cells, SurfaceRules())["school"]
    odd = surfaces_over(router, snapped, cells, SurfaceRules(cells_at_once=cells_at_once))["school"]
    assert usual.minutes.tobytes() == odd.minutes.tobytes()
    assert usual.reason.tobytes() == odd.reason.tobytes()


_HELD: dict[str, tuple[ga.Network, ga.Destinations]] = {}


@pytest.fixture(autouse=True)
def _hold_the_town(roads: ga.Network, schools: ga.Destinations) -> None:
    _HELD["town"] = (roads, schools)


def _town() -> tuple[ga.Network, ga.Destinations]:
    return _HELD["town"]


def test_every_cell_that_the_area_meets_is_told_and_no_other(
    roads: ga.Network, schools: ga.Destinations
) -> None:
    corner, far = at(0.2, 0.3), at(2.4, 1.9)
    area = shapely.Polygon([corner, (far[0], corner[1]), far])
    surface = ga.travel_time_surface(roads, schools, resolution_m=137, area=area)
    lon, lat = middles(surface.grid)
    inside = shapely.contains_xy(area, lon, lat).reshape(surface.grid.shape)
    told = surface.reason != OUTSIDE_CODE
    assert (told | ~inside).all()
    # Beyond the area reach only cells that it cuts: a row along its edges.
    assert inside.sum() < told.sum() < inside.sum() + 2 * sum(surface.grid.shape)
    assert np.isnan(surface.minutes[~told]).all()


def test_no_service_at_all_is_a_reason(roads: ga.Network, schools: ga.Destinations) -> None:
    surface = ga.travel_time_surface(roads, schools.take([]), resolution_m=500)
    assert set(surface.counts()) == {"reached", "no_service_in_territory"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"resolution_m": 0}, "above 0 and at most 100,000"),
        ({"resolution_m": -5}, "above 0"),
        ({"resolution_m": 1e9}, "at most 100,000"),
        ({"resolution_m": float("nan")}, "above 0"),
        ({"resolution_m": 0.01}, r"use resolution_m=0\.\d+ or more"),
        ({"crs": "EPSG:4326"}, "not projected in metres"),
        ({"crs": "EPSG:99999"}, "unknown CRS"),
        ({"cutoff_min": 0}, "cutoff_min"),
        ({"max_snap_m": -1}, "max_snap_m"),
        ({"direction": "there"}, "unknown direction"),
        ({"area": shapely.Polygon()}, "area"),
        ({"area": shapely.Point(24, 57)}, "area"),
    ],
)
def test_what_makes_no_sense_is_refused(
    roads: ga.Network, schools: ga.Destinations, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        ga.travel_time_surface(roads, schools, **{"resolution_m": 250, **asked})


def test_an_area_without_roads_is_refused(roads: ga.Network, schools: ga.Destinations) -> None:
    elsewhere = shapely.box(10, 50, 10.1, 50.1)
    with pytest.raises(MismatchError, match="lies apart from the roads"):
        ga.travel_time_surface(roads, schools, resolution_m=250, area=elsewhere)
    amid = shapely.box(*at(0.4, 0.4), *at(0.6, 0.6))
    with pytest.raises(MismatchError, match="has a road within 10 m"):
        ga.travel_time_surface(
            roads, schools, resolution_m=50, area=amid, max_snap_m=10, service_max_snap_m=1000
        )
