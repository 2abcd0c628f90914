"""Where in a cell people stand, which area keeps them, and whose settlement is theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import InputError
from geoaccess.io.grid_points import junctions
from geoaccess.units import AnyArray
from tests.grids import CELL, LKS92, NORTH, PEOPLE, WEST, write_raster
from tests.naive_grids import naive_point, naive_share, naive_zones
from tests.towns import at, write_town


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "people.tif", PEOPLE)


def places(cells: ga.Population, spots: list[tuple[str, float, float, float]]) -> ga.Origins:
    """Make settlements at columns and rows of the small grid, counted from its corner."""
    x = np.array([WEST + CELL * col for _, col, _, _ in spots])
    y = np.array([NORTH - CELL * row for _, _, row, _ in spots])
    lon, lat = cells.cells.to_degrees(x, y)
    return ga.Origins(
        id=[name for name, *_ in spots],
        name=[name.upper() for name, *_ in spots],
        lon=lon,
        lat=lat,
        population=[people for *_, people in spots],
    )


def box(people: ga.Population, left: float, top: float, right: float, low: float) -> AnyArray:
    """Cut a rectangle in columns and rows of the small grid, as a polygon in degrees."""
    flat = shapely.box(
        WEST + CELL * left, NORTH - CELL * low, WEST + CELL * right, NORTH - CELL * top
    )
    # Many corners, so that an edge follows the grid and not the straight line in degrees.
    x, y = shapely.get_coordinates(shapely.segmentize(flat, 100.0)).T
    lon, lat = people.cells.to_degrees(x, y)
    return np.array([shapely.Polygon(np.column_stack([lon, lat]))], dtype=object)


def zones(people: ga.Population, *boxes: tuple[float, float, float, float]) -> ga.Territory:
    shapes = np.concatenate([box(people, *one) for one in boxes])
    codes = [f"{i:02d}" for i in range(1, len(boxes) + 1)]
    return ga.Territory(date="2024-01-01", code=codes, name=codes, geometry=shapes)


def test_settlements_weigh_by_their_people(raster: Path) -> None:
    plain = ga.read_population(raster)
    told = places(plain, [("a", 0.2, 0.2, 30), ("b", 0.6, 0.6, 10), ("c", 2.9, 0.9, 0)])
    people = ga.read_population(raster, points=ga.CellPoints(place="weighted", settlements=told))
    # (30 x 0.2 + 10 x 0.6) / 40 = 0.3 of the cell from its corner.
    x, y = people.cells.from_degrees(people.origins.lon, people.origins.lat)
    assert people.manner.tolist() == ["centre", "centre", "settlements", "centre"]
    assert x[2] == pytest.approx(WEST + 300, abs=0.01)
    assert y[2] == pytest.approx(NORTH - 300, abs=0.01)
    assert people.report.manners == {"centre": 49.5, "settlements": 10.0}


def test_roads_weigh_where_no_settlement_does(tmp_path: Path) -> None:
    roads = ga.read_network(write_town(tmp_path / "town.osm", settlements=False, services=False))
    west, south, _, _ = roads.bounds
    transform = ga_transform(west - 0.001, south + 0.06, 0.03)
    path = write_raster(
        tmp_path / "g.tif", [[1.0, 2.0], [3.0, 4.0]], transform=transform, crs="EPSG:4326"
    )
    some = ga.Origins(id=["a"], name=["A"], lon=[at(0, 0)[0]], lat=[at(0, 0)[1]], population=[9])
    rule = ga.CellPoints(place="weighted", settlements=some, network=roads)
    people = ga.read_population(path, points=rule)
    lon, lat = junctions(roads)
    sources = [
        [(some.lon[0], some.lat[0], 9.0)],
        [(a, b, 1.0) for a, b in zip(lon, lat, strict=True)],
    ]
    for i, outline in enumerate(people.cells.outlines()):
        expected = naive_point(outline, sources) or (people.cells.x[i], people.cells.y[i])
        assert (people.origins.lon[i], people.origins.lat[i]) == pytest.approx(expected)
    assert set(people.manner) == {"settlements", "roads", "centre"}


def ga_transform(west: float, north: float, cell: float) -> object:
    from rasterio.transform import Affine  # noqa: PLC0415

    return Affine(cell, 0, west, 0, -cell, north)


def test_small_cells_keep_their_middle(raster: Path) -> None:
    told = places(ga.read_population(raster), [("a", 0.2, 0.2, 30)])
    rule = ga.CellPoints(place="weighted", settlements=told, weigh_from_m=2000)
    assert set(ga.read_population(raster, points=rule).manner) == {"centre"}


def test_weighing_by_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="needs settlements or a network"):
        ga.CellPoints(place="weighted")
    with pytest.raises(InputError, match="place must be"):
        ga.CellPoints(place="middle")


def test_cells_are_matched_with_the_largest_settlement_inside_or_else_the_nearest(
    raster: Path,
) -> None:
    plain = ga.read_population(raster)
    told = places(plain, [("a", 0.1, 0.1, 5), ("b", 0.9, 0.9, 50), ("c", 2.5, 1.6, 5)])
    people = ga.read_population(raster, points=ga.CellPoints(settlements=told))
    # In order of id: row 2 column 2, row 2 column 3, row 1 column 1, row 1 column 3.
    assert people.settlement.tolist() == ["b", "c", "b", "c"]
    assert people.origins.name.tolist() == ["B", "C", "B", "C"]
    assert people.settlement_km[1] == pytest.approx(0.1, abs=0.001)


def test_names_may_say_that_people_are_modelled(raster: Path) -> None:
    people = ga.read_population(raster, modelled=True)
    assert people.origins.name[0] == "N298500E501500 (modelled)"


def test_of_equal_settlements_in_a_cell_the_first_counts(raster: Path) -> None:
    plain = ga.read_population(raster)
    told = places(plain, [("b", 0.1, 0.1, 5), ("a", 0.9, 0.9, 5)])
    assert ga.read_population(raster, points=ga.CellPoints(settlements=told)).settlement[2] == "b"


def test_a_cell_counts_whole_where_its_point_lies(raster: Path) -> None:
    plain = ga.read_population(raster)
    left = ga.Clip(area=box(plain, 0, 0, 1.4, 2))
    people = ga.read_population(raster, clip=left)
    # Column 2 is cut at 0.4 of its width, so its point lies outside.
    assert people.report.people == 10
    assert (people.report.cells_clipped, people.report.people_clipped) == (3, 49.5)
    assert (people.report.cells_straddling, people.report.people_straddling) == (1, 7.0)


def test_a_cell_that_is_touched_may_count_whole(raster: Path) -> None:
    plain = ga.read_population(raster)
    rule = ga.Clip(area=box(plain, 0, 0, 1.4, 2), straddling="touching")
    people = ga.read_population(raster, clip=rule)
    assert people.report.people == 17
    assert people.manner.tolist() == ["inside_area", "centre"]
    inside = shapely.Point(people.origins.lon[0], people.origins.lat[0])
    assert rule.area[0].intersects(inside)


def test_a_cell_may_count_by_the_share_of_its_land(raster: Path) -> None:
    plain = ga.read_population(raster)
    rule = ga.Clip(area=box(plain, 0, 0, 1.4, 2), straddling="share")
    people = ga.read_population(raster, clip=rule)
    assert people.origins.population.tolist() == pytest.approx([7 * 0.4, 10], rel=1e-4)
    assert people.report.people + people.report.people_clipped == pytest.approx(59.5, abs=1e-9)


@settings(max_examples=25)
@given(
    st.lists(st.floats(0.05, 2.95), min_size=4, max_size=4),
    st.sampled_from(["point", "touching", "share"]),
)
def test_shares_are_those_of_the_twin_and_nobody_is_lost(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[float], rule: str
) -> None:
    path = write_raster(tmp_path_factory.mktemp("cut") / "p.tif", np.full((3, 3), 10.0))
    plain = ga.read_population(path)
    left, right = sorted(round(one * 20) / 20 for one in cuts[:2])
    top, low = sorted(round(one * 20) / 20 for one in cuts[2:])
    if right - left < 0.1 or low - top < 0.1:
        return
    area = box(plain, left, top, right, low)
    clip = ga.Clip(area=area, straddling=rule)
    try:
        people = ga.read_population(path, clip=clip)
    except InputError as error:
        if rule != "point" or "lie outside the area" not in str(error):
            raise
        return
    by_id = dict(zip(people.origins.id, people.origins.population, strict=True))
    for i, outline in enumerate(plain.cells.outlines_in_degrees()):
        share = naive_share(outline, area[0])
        point = shapely.Point(plain.origins.lon[i], plain.origins.lat[i])
        inside = float(area[0].intersects(point))
        expected = {"point": inside, "touching": float(share > 1e-3), "share": share}[rule]
        assert by_id.get(plain.origins.id[i], 0.0) == pytest.approx(10 * expected, abs=5e-3)
    report = people.report
    assert report.people + report.people_clipped == pytest.approx(report.people_read, abs=1e-9)


def test_an_area_without_people_is_refused(raster: Path) -> None:
    plain = ga.read_population(raster)
    empty = ga.Clip(area=box(plain, 1.1, 0.1, 1.9, 0.9))
    with pytest.raises(InputError, match="lie outside the area"):
        ga.read_population(raster, clip=empty)
    far = ga.Clip(area=shapely.box(10, 10, 11, 11))
    with pytest.raises(InputError, match="has nobody in it"):
        ga.read_population(raster, clip=far)


def test_an_unknown_rule_for_straddling_cells_is_refused() -> None:
    with pytest.raises(InputError, match="straddling must be one of"):
        ga.Clip(area=shapely.box(0, 0, 1, 1), straddling="half")


@settings(max_examples=25)
@given(st.floats(0.0, 3.0), st.floats(0.0, 2.0))
def test_cells_that_straddle_borders_are_those_of_the_twin(
    tmp_path_factory: pytest.TempPathFactory, column: float, row: float
) -> None:
    path = write_raster(tmp_path_factory.mktemp("zones") / "p.tif", np.full((2, 3), 10.0))
    people = ga.read_population(path)
    column, row = round(column * 20) / 20, round(row * 20) / 20
    cuts = [
        one
        for one in [(-1, -1, column, 3), (column, -1, 4, row), (column, row, 4, 3)]
        if one[0] < one[2] and one[1] < one[3]
    ]
    territory = zones(people, *cuts)
    outlines = people.cells.outlines_in_degrees()
    expected = [naive_zones(one, territory.geometry) > 1 for one in outlines]
    assert people.straddling(territory).tolist() == expected


def test_a_border_along_cells_divides_none(raster: Path) -> None:
    people = ga.read_population(raster)
    territory = zones(people, (-1, -1, 1, 3), (1, -1, 4, 3))
    assert not people.straddling(territory).any()


def test_cells_are_drawn_as_polygons(raster: Path) -> None:
    table = ga.read_population(raster).to_gdf()
    assert table.crs == "EPSG:4326"
    assert table.to_crs(LKS92).area.round().tolist() == [1e6] * 4
    assert table["population"].sum() == 59.5
