"""Population rasters: every cell is read once, where it lies, whatever the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine

import geoaccess as ga
from geoaccess.errors import InputError, MismatchError
from geoaccess.model.population import Population
from tests.grids import CELL, LKS92, NORTH, PEOPLE, WEST, north_up, write_raster
from tests.naive_grids import naive_raster
from tests.towns import write_town

AREA = Transformer.from_crs(LKS92, "EPSG:4326", always_xy=True).transform_bounds(
    WEST, NORTH - 2 * CELL, WEST + 3 * CELL, NORTH
)


def seen(people: Population) -> list[tuple[float, float, float]]:
    origins = people.origins
    rows = zip(origins.lon, origins.lat, origins.population, strict=True)
    return sorted((round(lon, 9), round(lat, 9), float(n)) for lon, lat, n in rows)


def twin(path: Path) -> list[tuple[float, float, float]]:
    return sorted((round(lon, 9), round(lat, 9), n) for lon, lat, n in naive_raster(path))


@pytest.fixture
def raster(tmp_path: Path) -> Path:
    return write_raster(tmp_path / "people.tif", PEOPLE)


def test_cells_are_those_of_a_plain_loop(raster: Path) -> None:
    people = ga.read_population(raster)
    assert seen(people) == twin(raster)
    assert people.origins.population.sum() == 59.5


def test_what_was_read_is_told(raster: Path) -> None:
    report = ga.read_population(raster).report
    assert (report.cells_read, report.cells_empty, report.cells_nodata) == (4, 1, 1)
    assert report.people_read == report.people == 59.5
    assert report.manners == {"centre": 59.5}
    assert "59.50 people read in 4 cells" in report.lines()[0]


def test_ids_say_where_a_cell_lies(raster: Path) -> None:
    assert ga.read_population(raster).origins.id.tolist() == [
        "N298500E501500",
        "N298500E502500",
        "N299500E500500",
        "N299500E502500",
    ]


def test_cells_of_the_european_grid_have_its_codes(tmp_path: Path) -> None:
    at = north_up(1000, 5_123_000, 4_013_000)
    path = write_raster(tmp_path / "laea.tif", [[4.0]], transform=at, crs="EPSG:3035")
    assert ga.read_population(path).origins.id.tolist() == ["CRS3035RES1000mN4012000E5123000"]


@pytest.mark.parametrize("window", [1, 2, 3, 7, 13, 100])
def test_windows_of_any_size_read_the_same(tmp_path: Path, window: int) -> None:
    rng = np.random.default_rng(window)
    cells = np.where(rng.random((23, 17)) < 0.4, -1, np.round(rng.gamma(1.0, 30.0, (23, 17)), 1))
    path = write_raster(tmp_path / "odd.tif", cells, tiled=True, blockxsize=16, blockysize=16)
    people = ga.read_population(path, window_cells=window)
    whole = ga.read_population(path)
    assert seen(people) == twin(path)
    assert people.origins.id.tolist() == whole.origins.id.tolist()
    assert people.report == whole.report


def test_windows_without_size_are_refused(raster: Path) -> None:
    with pytest.raises(InputError, match="window_cells must be 1 or more"):
        ga.read_population(raster, window_cells=0)


@settings(max_examples=25)
@given(
    west=st.floats(3e5, 7e5),
    north=st.floats(1.5e5, 4.5e5),
    wide=st.floats(10, 5000),
    high=st.floats(10, 5000),
    flips=st.tuples(st.booleans(), st.booleans()),
)
def test_centres_survive_any_upright_transform(
    tmp_path_factory: pytest.TempPathFactory,
    west: float,
    north: float,
    wide: float,
    high: float,
    flips: tuple[bool, bool],
) -> None:
    path = tmp_path_factory.mktemp("at") / "any.tif"
    across, down = (-wide if flips[0] else wide), (high if flips[1] else -high)
    at = Affine(across, 0, west, 0, down, north)
    numbers = np.arange(1.0, 7.0).reshape(2, 3)
    write_raster(path, numbers, transform=at)
    people = ga.read_population(path)
    x, y = people.cells.from_degrees(people.origins.lon, people.origins.lat)
    with rasterio.open(path) as raster:
        back = [raster.index(*one) for one in zip(x, y, strict=True)]
    assert [numbers[row, col] for row, col in back] == people.origins.population.tolist()
    assert seen(people) == twin(path)


def test_a_raster_that_is_upside_down_gives_the_same_cells(tmp_path: Path, raster: Path) -> None:
    at = Affine(CELL, 0, WEST, 0, CELL, NORTH - 2 * CELL)
    path = write_raster(tmp_path / "up.tif", PEOPLE[::-1], transform=at)
    one, other = ga.read_population(path), ga.read_population(raster)
    assert one.origins.id.tolist() == other.origins.id.tolist()
    assert one.origins.population.tolist() == other.origins.population.tolist()
    np.testing.assert_allclose(one.origins.lon, other.origins.lon)


def test_bands_are_groups(tmp_path: Path) -> None:
    bands = [PEOPLE, np.where(PEOPLE > 0, 1, -1), np.where(PEOPLE > 0, PEOPLE - 1, -1)]
    path = write_raster(tmp_path / "b.tif", bands, described=["population", "young", "old"])
    columns = ga.GridColumns(groups={"young": "young", "old": "3"})
    people = ga.read_population(path, columns=columns)
    assert people.origins.groups["young"].tolist() == [1, 1, 1, 1]
    assert people.origins.groups["old"].sum() == 59.5 - 4


def test_people_may_be_the_sum_of_their_groups(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "b.tif", [[[1.0, 2.0]], [[4.0, -1.0]]])
    columns = ga.GridColumns(groups={"young": "1", "old": "2"}, sum_groups=True)
    people = ga.read_population(path, columns=columns)
    assert people.origins.population.tolist() == [5, 2]


def test_numbers_that_are_none_are_no_data(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "nan.tif", [[np.nan, 3.0, -200.0]], nodata=None)
    people = ga.read_population(path, columns=ga.GridColumns(nodata=-200))
    assert (people.report.cells_nodata, people.report.people) == (2, 3.0)


def test_scale_and_offset_are_applied(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "scaled.tif", [[15.0, 40.0]])
    with rasterio.open(path, "r+") as raster:
        raster.scales = (0.1,)
    assert ga.read_population(path).report.people == pytest.approx(5.5)


def test_only_windows_around_the_area_are_read(tmp_path: Path) -> None:
    cells = np.ones((40, 40))
    path = write_raster(tmp_path / "wide.tif", cells)
    whole = ga.read_population(path)
    middle = whole.cells.take(whole.cells.id == "N280500E520500").outlines_in_degrees()[0]
    people = ga.read_population(path, clip=ga.Clip(area=shapely.centroid(middle).buffer(1e-4)))
    assert people.origins.id.tolist() == ["N280500E520500"]
    assert 1 < people.report.cells_read <= 16


REFUSED = {
    "no crs": ({"crs": None}, "states no CRS"),
    "rotated": ({"transform": Affine(900, 100, WEST, 100, -900, NORTH)}, "is rotated"),
    "all nodata": ({"nodata": 7.0, "bands": [[7.0, 7.0]]}, "has nobody in it .2 cells without"),
    "empty": ({"bands": [[0.0]]}, "has nobody in it"),
    "negative": ({"bands": [[3.0, -200.0]]}, "must be 0 or more, but is -200 in row 1 column 2"),
    "infinite": ({"bands": [[np.inf]]}, "must be 0 or more, but is inf"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rasters_that_cannot_be_used_are_refused(tmp_path: Path, case: str) -> None:
    told, message = REFUSED[case]
    options = {"bands": PEOPLE, **told}
    path = write_raster(tmp_path / "bad.tif", **options)
    with pytest.raises(InputError, match=message):
        ga.read_population(path)


def test_a_raster_without_a_place_on_the_globe_is_refused(tmp_path: Path) -> None:
    with pytest.warns(NotGeoreferencedWarning):
        path = write_raster(tmp_path / "bare.tif", PEOPLE, transform=Affine.identity())
    with pytest.raises(InputError, match="no place on the globe"):
        ga.read_population(path)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (ga.GridColumns(population="3"), "has no band '3'"),
        (ga.GridColumns(population="men"), "has no band 'men'"),
        (ga.GridColumns(groups={"old": "2"}), "has no band '2'"),
        (ga.GridColumns(crs="EPSG:3035"), "but crs says"),
        (ga.GridColumns(crs="EPSG:nonsense"), "unknown CRS"),
    ],
)
def test_wrong_words_about_a_raster_are_refused(
    raster: Path, columns: ga.GridColumns, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        ga.read_population(raster, columns=columns)


def test_a_sum_of_no_groups_is_refused() -> None:
    with pytest.raises(InputError, match="sum_groups needs groups"):
        ga.GridColumns(sum_groups=True)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "cut.tif", np.ones((200, 200)))
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(InputError, match="cannot be read as a raster"):
        ga.read_population(path)


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.tif"
    path.write_text("id,population\n")
    with pytest.raises(InputError, match="cannot be read as a raster"):
        ga.read_population(path)


def test_a_grid_beside_the_roads_is_refused(tmp_path: Path, raster: Path) -> None:
    roads = ga.read_network(write_town(tmp_path / "town.osm", settlements=False, services=False))
    with pytest.raises(MismatchError, match="does not overlap the roads"):
        ga.read_population(raster, points=ga.CellPoints(place="weighted", network=roads))
