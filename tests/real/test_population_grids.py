"""Grids over real borders: Latvia's municipalities, and a modelled grid of Malta."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import Transformer
from rasterio.transform import Affine

import geoaccess as ga
from geoaccess.study.schema import read_study
from tests.grids import write_points, write_raster
from tests.naive_grids import naive_by_zone

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]
ROOT = Path(__file__).resolve().parents[2]
CELL_M, COLUMNS, ROWS = 1000.0, 460, 290
WEST, NORTH = 305_000.0, 445_000.0


@pytest.fixture(scope="module")
def before(shared: Callable[[str], Path]) -> ga.Territory:
    path = shared("data/latvia/territorial_units_2021-01-01.gpkg")
    return ga.read_territory(path, date="2021-06-30", code="L0_code", name="L0_name")


@pytest.fixture(scope="module")
def latvia(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of 1 km over all Latvia, with people by lot in a third of its cells."""
    rng = np.random.default_rng(2021)
    people = np.where(rng.random((ROWS, COLUMNS)) < 0.33, rng.integers(1, 900, (ROWS, COLUMNS)), -1)
    at = Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH)
    return write_raster(tmp_path_factory.mktemp("lv") / "km.tif", people, transform=at)


def test_another_crs_moves_nobody_to_another_municipality(
    tmp_path: Path, latvia: Path, before: ga.Territory
) -> None:
    people = ga.read_population(latvia, clip=ga.Clip(area=before))
    grid, cells = people.origins, people.cells
    own = before.locate(grid.lon, grid.lat)
    assert len(grid) > 20_000
    for crs in ("EPSG:4326", "EPSG:3035", "EPSG:32635"):
        there = Transformer.from_crs("EPSG:3059", crs, always_xy=True)
        x, y = there.transform(cells.x, cells.y)
        rows = zip(grid.id, map(repr, x.tolist()), map(repr, y.tolist()), cells.people, strict=True)
        path = write_points(tmp_path / "points.csv", list(rows), "id,x,y,population")
        columns = ga.GridColumns(id="id", crs=crs)
        other = ga.read_population(path, columns=columns).origins
        assert other.id.tolist() == grid.id.tolist()
        moved = before.locate(other.lon, other.lat) != own
        # The count that docs/methods.md states.
        assert grid.population[moved].sum() == 0


def test_control_totals_of_every_municipality_are_met_to_the_person(
    latvia: Path, before: ga.Territory
) -> None:
    rng = np.random.default_rng(119)
    totals = {code: float(rng.integers(3000, 90_000)) for code in before.code}
    rules = ga.CountRules(territory=before, totals=totals, whole_people=True)
    people = ga.read_population(latvia, clip=ga.Clip(area=before), counts=rules)
    zone = before.locate(people.origins.lon, people.origins.lat)
    sums = np.bincount(zone, people.origins.population, len(before))
    assert dict(zip(before.code, sums, strict=True)) == totals
    assert people.report.people == sum(totals.values())
    assert people.report.zones_controlled == 119


def test_people_by_municipality_are_those_of_a_plain_loop(
    latvia: Path, before: ga.Territory
) -> None:
    people = ga.read_population(latvia).origins
    some = np.flatnonzero(before.locate(people.lon, people.lat) % 40 == 0)
    cells = [(people.lon[i], people.lat[i], people.population[i]) for i in some]
    zones = dict(zip(before.code, before.geometry, strict=True))
    expected = naive_by_zone(cells, {code: zones[code] for code in before.code[::40]})
    zone = before.locate(people.lon, people.lat)
    sums = np.bincount(zone + 1, people.population, len(before) + 1)[1:]
    assert [sums[i] for i in range(0, len(before), 40)] == list(expected.values())


@pytest.fixture(scope="module")
def malta(
    shared: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from make_malta_grid import make_malta_grid  # noqa: PLC0415
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    source = shared("data/osm/malta.osm.pbf")
    return source, make_malta_grid(source, tmp_path_factory.mktemp("malta"))


def test_the_grid_of_malta_holds_everybody_and_says_that_it_is_modelled(
    malta: tuple[Path, Path],
) -> None:
    source, grid = malta
    places = ga.read_settlements(source)
    people = ga.read_population(grid)
    assert people.report.people == places.population.sum()
    assert "modelled" in grid.name
    assert "MODELLED" in (grid.parent / "MODELLED.txt").read_text("utf-8")
    with rasterio.open(grid) as raster:
        assert raster.tags()["MODELLED"].startswith("MODELLED, not counted")
        assert raster.crs.to_epsg() == 3035


def test_the_grid_of_malta_keeps_the_people_of_each_council(malta: tuple[Path, Path]) -> None:
    source, grid = malta
    councils = ga.read_territory(
        source, date="2018-08-27", code="id", name="name:en", admin_level=8
    )
    places = ga.read_settlements(source)
    people = ga.read_population(grid)
    by_place = np.bincount(
        councils.locate(places.lon, places.lat) + 1, places.population, len(councils) + 1
    )
    by_cell = np.bincount(
        councils.locate(people.origins.lon, people.origins.lat) + 1,
        people.origins.population,
        len(councils) + 1,
    )
    # Only cells that straddle a border can count in another council than their junctions.
    straddling = people.origins.population[people.straddling(councils)].sum()
    outside = by_cell[0] + by_place[0]
    assert np.abs(by_cell - by_place).sum() / 2 <= straddling + outside


def test_the_example_of_malta_names_the_file_that_the_script_makes(
    malta: tuple[Path, Path],
) -> None:
    study = read_study(ROOT / "examples" / "malta_grid.toml")
    assert Path(study.settlements.path).name == malta[1].name
    assert study.settlements.is_grid
    assert study.settlements.grid is not None
    assert study.settlements.grid.modelled


def test_a_grid_is_never_written_into_the_project(malta: tuple[Path, Path]) -> None:
    from make_malta_grid import make_malta_grid  # noqa: PLC0415

    with pytest.raises(ValueError, match="lies in the project"):
        make_malta_grid(malta[0], ROOT / "examples")
