"""Population grids kept as tables: the same cells, whatever they are written in."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import DataWarning, InputError
from geoaccess.io.grid_codes import cell_ids, read_codes
from tests.grids import CELL, LKS92, NORTH, PEOPLE, WEST, write_points, write_raster
from tests.naive_grids import naive_code

IN_LKS92 = ga.GridColumns(crs=LKS92)


def rows_of(people: np.ndarray) -> list[tuple[float, float, float]]:
    return [
        (WEST + CELL * (col + 0.5), NORTH - CELL * (row + 0.5), people[row, col])
        for row in range(people.shape[0])
        for col in range(people.shape[1])
        if people[row, col] > 0
    ]


def polygons() -> gpd.GeoDataFrame:
    rows = rows_of(PEOPLE)
    half = CELL / 2
    return gpd.GeoDataFrame(
        {"population": [n for _, _, n in rows]},
        geometry=[shapely.box(x - half, y - half, x + half, y + half) for x, y, _ in rows],
        crs=LKS92,
    )


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "people.tif", PEOPLE)


def same(one: ga.Population, other: ga.Population) -> None:
    assert one.origins.id.tolist() == other.origins.id.tolist()
    assert one.origins.population.tolist() == other.origins.population.tolist()
    np.testing.assert_allclose(one.origins.lon, other.origins.lon, rtol=0, atol=1e-12)
    np.testing.assert_allclose(one.origins.lat, other.origins.lat, rtol=0, atol=1e-12)
    assert one.cells.width.tolist() == other.cells.width.tolist()


def test_a_raster_and_its_centres_as_csv_are_the_same_people(tmp_path: Path, raster: Path) -> None:
    path = write_points(tmp_path / "grid.csv", rows_of(PEOPLE))
    columns = ga.GridColumns(crs=LKS92, cell_m=CELL)
    same(ga.read_population(path, columns=columns), ga.read_population(raster))


@pytest.mark.parametrize("name", ["grid.gpkg", "grid.parquet", "grid.fgb"])
def test_a_raster_and_its_cells_as_polygons_are_the_same_people(
    tmp_path: Path, raster: Path, name: str
) -> None:
    path = tmp_path / name
    if name.endswith("parquet"):
        polygons().to_parquet(path)
    else:
        polygons().to_file(path)
    same(ga.read_population(path), ga.read_population(raster))


def test_points_of_a_geopackage_may_have_a_size(tmp_path: Path, raster: Path) -> None:
    path = tmp_path / "points.gpkg"
    table = polygons()
    table.set_geometry(table.centroid).to_file(path)
    columns = ga.GridColumns(cell_m=CELL)
    same(ga.read_population(path, columns=columns), ga.read_population(raster))


@given(order=st.permutations(range(4)))
@settings(max_examples=20)
def test_the_order_of_rows_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    told = rows_of(PEOPLE)
    one = write_points(folder / "one.csv", told)
    other = write_points(folder / "other.csv", [told[i] for i in order])
    same(ga.read_population(one, columns=IN_LKS92), ga.read_population(other, columns=IN_LKS92))


@pytest.mark.parametrize("kind", ["csv", "gpkg"])
def test_runs_of_rows_of_odd_length_read_everybody(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(7)
    told = [(WEST + 1000 * i, NORTH, int(n)) for i, n in enumerate(rng.integers(0, 9, 257))]
    path = tmp_path / f"many.{kind}"
    if kind == "csv":
        write_points(path, told)
    else:
        points = gpd.points_from_xy([x for x, _, _ in told], [y for _, y, _ in told])
        numbers = [n for _, _, n in told]
        gpd.GeoDataFrame({"population": numbers}, geometry=points, crs=LKS92).to_file(path)
    few = ga.read_population(path, columns=IN_LKS92, window_cells=1)
    assert few.report.people == sum(n for _, _, n in told)
    assert few.report.cells_empty == sum(n == 0 for _, _, n in told)
    same(few, ga.read_population(path, columns=IN_LKS92))


def test_codes_of_the_european_grid_say_where_cells_lie(tmp_path: Path) -> None:
    rows = [
        ("LV_CRS3035RES1000mN4012000E5123000", 5),
        ("1kmN4012E5124", 7),
        ("100mE51250N40120", 9),
    ]
    path = write_points(tmp_path / "codes.csv", rows, "GRD_ID,population")
    people = ga.read_population(path)
    by_id = dict(
        zip(people.origins.id, zip(people.cells.x, people.cells.y, strict=True), strict=True)
    )
    assert by_id["1kmN4012E5124"] == (5_124_500, 4_012_500)
    assert by_id["100mE51250N40120"] == (5_125_050, 4_012_050)
    assert people.report.people == 21


def test_cells_within_larger_cells_are_refused(tmp_path: Path) -> None:
    rows = [("1kmN4012E5123", 5), ("100mN40125E51235", 7), ("100mN40125E51299", 7)]
    path = write_points(tmp_path / "codes.csv", rows, "GRD_ID,population")
    with pytest.raises(InputError, match="cell 100mN40125E51235 lies in a larger cell"):
        ga.read_population(path)


@given(
    st.sampled_from([100, 200, 250, 500, 1000, 2000, 5000, 10_000]),
    st.integers(0, 5000),
    st.integers(0, 5000),
)
def test_codes_round_trip(size: int, east: int, north: int) -> None:
    x, y = np.array([size * (east + 0.5)]), np.array([size * (north + 0.5)])
    width = np.array([float(size)])
    (code,) = cell_ids("EPSG:3035", x, y, width, width)
    back = read_codes(np.array([code], dtype=object))
    assert [one[0] for one in back] == [x[0], y[0], size]
    assert naive_code(code) == (size * east, size * north, size)


@given(st.sampled_from(["1km", "100m", "250m", "500m", "10km"]), st.integers(0, 99999))
def test_short_codes_are_read_as_the_twin_reads_them(size: str, north: int) -> None:
    code = f"{size}N{north}E51"
    x, y, wide = (one[0] for one in read_codes(np.array([code], dtype=object)))
    assert (x - wide / 2, y - wide / 2, wide) == naive_code(code)


@pytest.mark.parametrize("code", ["", "1km", "CRS3059RES1000mN1E1", "0kmN1E1", "N1E1", "1kmN1E1x"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="no code of the European grid"):
        read_codes(np.array([code], dtype=object))


def test_degrees_need_no_crs(tmp_path: Path) -> None:
    path = write_points(tmp_path / "g.csv", [(24.5, 56.5, 3)], "lon,lat,population")
    people = ga.read_population(path, columns=ga.GridColumns(x="lon", y="lat"))
    assert people.origins.lon.tolist() == [24.5]


def test_a_cell_left_empty_has_no_data(tmp_path: Path) -> None:
    path = write_points(tmp_path / "g.csv", [(WEST, NORTH, ""), (WEST, NORTH + 1, 3)])
    assert ga.read_population(path, columns=IN_LKS92).report.cells_nodata == 1


def test_crooked_cells_stand_on_themselves(tmp_path: Path) -> None:
    ell = shapely.Polygon([(0, 0), (9, 0), (9, 1), (1, 1), (1, 9), (0, 9)])
    table = gpd.GeoDataFrame({"population": [4]}, geometry=[ell], crs="EPSG:4326")
    table.to_file(tmp_path / "ell.gpkg")
    people = ga.read_population(tmp_path / "ell.gpkg")
    assert people.manner.tolist() == ["on_shape"]
    assert ell.intersects(shapely.Point(people.origins.lon[0], people.origins.lat[0]))


def test_groups_are_columns_and_may_be_the_people(tmp_path: Path) -> None:
    header = "x,y,population,age_7_15,other"
    path = write_points(tmp_path / "g.csv", [(WEST, NORTH, 10, 3, 6)], header)
    groups = {"age_7_15": "age_7_15", "rest": "other"}
    columns = ga.GridColumns(crs=LKS92, groups=groups)
    assert ga.read_population(path, columns=columns).origins.groups["rest"].tolist() == [6]
    summed = ga.GridColumns(crs=LKS92, groups=groups, sum_groups=True)
    assert ga.read_population(path, columns=summed).report.people == 9


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("x,y,population\n1,2,3\n", ga.GridColumns(), "states no CRS"),
        ("x,y,pop\n1,2,3\n", IN_LKS92, "has no column 'population'; known: pop, x, y"),
        ("x,population\n1,3\n", IN_LKS92, "has no column 'y'"),
        ("x,y,population\n1,,3\n", IN_LKS92, "no coordinates in row 1"),
        ("x,y,population\n1,2,many\n", IN_LKS92, "not a number in row 1 .first: 'many'"),
        ("x,y,population\n1,2,-3\n", IN_LKS92, "must be 0 or more, but is -3 in row 1"),
        ("x,y,population\n", IN_LKS92, "has no rows"),
        ("x,y,population\n1,2,3\n1,2,3\n", IN_LKS92, "cell N2.000000E1.000000 stands twice"),
        ("GRD_ID,population\nhere,3\n", ga.GridColumns(), "no code of the European grid: here"),
        ("GRD_ID,population\n1kmN1E1,3\n", IN_LKS92, "are in EPSG:3035, not EPSG:3059"),
        ("x,y,population\n1,2,0\n", IN_LKS92, "has nobody in it"),
        ("x,y,population\n1,2,3,4\n", IN_LKS92, "more fields than the header"),
    ],
)
def test_tables_that_cannot_be_used_are_refused(
    tmp_path: Path, text: str, columns: ga.GridColumns, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        ga.read_population(path, columns=columns)


def test_a_table_of_a_latvian_spreadsheet_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "lv.csv"
    path.write_bytes("x;y;population;vārds\n500000,5;300000;1,5;Ķekava\n".encode("cp1257"))
    with pytest.warns(DataWarning, match="Windows-1257"):
        people = ga.read_population(path, columns=IN_LKS92)
    assert (people.report.people, people.cells.x[0]) == (1.5, 500000.5)


def test_shapes_that_are_no_cells_are_refused(tmp_path: Path) -> None:
    line = shapely.LineString([(0, 0), (1, 1)])
    table = gpd.GeoDataFrame({"population": [1]}, geometry=[line], crs=LKS92)
    table.to_file(tmp_path / "line.gpkg")
    with pytest.raises(InputError, match="no polygon or point in row 1"):
        ga.read_population(tmp_path / "line.gpkg")


def test_a_geopackage_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.gpkg"
    polygons().to_file(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match="cannot be read"):
        ga.read_population(path)


def test_another_layer_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    polygons().to_file(path, layer="one")
    polygons().assign(population=1).to_file(path, layer="two")
    with pytest.warns(DataWarning, match="one is read"):
        assert ga.read_population(path).report.people == 59.5
    assert ga.read_population(path, columns=ga.GridColumns(layer="two")).report.people == 4


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    path.write_text("?")
    with pytest.raises(InputError, match="unknown kind of population grid"):
        ga.read_population(path)
