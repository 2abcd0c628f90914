from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.errors import RasterioIOError
from rio_cogeo.cogeo import cog_validate

import geoaccess as ga
from geoaccess.errors import InputError, OutputError
from geoaccess.model.grid import Grid
from geoaccess.model.surface import OUTSIDE_CODE
from tests.surface.test_nouns import small


@pytest.fixture(scope="module")
def surface(demo_roads: ga.Network, demo_services: ga.Destinations) -> ga.Surface:
    hospitals = demo_services.take(demo_services.kind == "hospital")
    return ga.travel_time_surface(demo_roads, hospitals, resolution_m=75, cutoff_min=45)


def test_a_file_is_cloud_optimized_and_holds_what_the_surface_does(
    surface: ga.Surface, tmp_path: Path
) -> None:
    path = tmp_path / "hospital.tif"
    ga.write_surface(surface, path)
    valid, errors, warnings = cog_validate(path, strict=True, quiet=True)
    assert (valid, errors, warnings) == (True, [], [])
    with rasterio.open(path) as file:
        assert file.driver == "GTiff"
        assert file.crs.to_epsg() == 3059
        assert tuple(file.transform)[:6] == surface.grid.transform
        assert file.bounds == pytest.approx(surface.grid.bounds)
        assert file.nodata == -9999
        assert file.units[0] == "min"
        assert file.overviews(1)
        minutes, codes = file.read()
        tags = file.tags()
    assert np.array_equal(minutes != -9999, surface.reached)
    assert np.array_equal(minutes[surface.reached], surface.minutes[surface.reached])
    inside = surface.reason != OUTSIDE_CODE
    assert np.array_equal(codes[inside], surface.reason[inside])
    assert (codes[~inside] == -9999).all()
    assert tags["service"] == "hospital"
    assert tags["unit"] == "min"
    assert tags["cutoff_min"] == "45"
    assert "ODbL" in tags["licence"]
    assert "5 over_cutoff" in tags["codes"]
    assert os.listdir(tmp_path) == ["hospital.tif"]  # noqa: PTH208 - nothing left beside it


def test_values_are_found_where_gdal_looks(surface: ga.Surface, tmp_path: Path) -> None:
    path = tmp_path / "hospital.tif"
    ga.write_surface(surface, path)
    rng = np.random.default_rng(1)
    west, south, east, north = surface.grid.bounds
    x, y = rng.uniform(west, east, 200), rng.uniform(south, north, 200)
    with rasterio.open(path) as file:
        sampled = np.array([one[0] for one in file.sample(zip(x, y, strict=True))])
    own = surface.minutes.reshape(-1)[surface.grid.cells_at(x, y)]
    assert np.array_equal(np.where(np.isfinite(own), own, np.float32(-9999)), sampled)


def test_the_same_surface_gives_the_same_bytes(surface: ga.Surface, tmp_path: Path) -> None:
    for name in ("one.tif", "two.tif"):
        ga.write_surface(surface, tmp_path / name)
    assert (tmp_path / "one.tif").read_bytes() == (tmp_path / "two.tif").read_bytes()


def test_a_change_is_written_too(tmp_path: Path) -> None:
    before = small()
    change = ga.surface_change(before, before)
    ga.write_surface(change, tmp_path / "change.tif")
    with rasterio.open(tmp_path / "change.tif") as file:
        minutes, codes = file.read()
        assert "1 gained" in file.tags()["codes"]
    assert minutes.tolist() == [[0, 0, -9999], [-9999, 0, 0]]
    assert codes.tolist() == [[0, 0, 3], [-9999, 0, 0]]


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        ga.write_surface(small(), path)
    assert path.read_text() == "mine"
    ga.write_surface(small(), path, overwrite=True)
    assert path.read_bytes()[:2] == b"II"


def test_where_nothing_can_be_written_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match=r"unknown kind of file '\.png'"):
        ga.write_surface(small(), tmp_path / "a.png")
    with pytest.raises(OutputError, match="is no folder"):
        ga.write_surface(small(), tmp_path / "no" / "a.tif")
    (tmp_path / "folder.tif").mkdir()
    with pytest.raises(OutputError, match="is there already"):
        ga.write_surface(small(), tmp_path / "folder.tif", overwrite=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(OutputError, match="takes no files"):
        ga.write_surface(small(), tmp_path / "a.tif")
    assert [one.name for one in tmp_path.iterdir()] == ["folder.tif"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        msg = "No space left on device"
        raise RasterioIOError(msg)

    monkeypatch.setattr(rasterio, "open", full)
    with pytest.raises(OutputError, match="No space left"):
        ga.write_surface(small(), tmp_path / "a.tif")
    assert list(tmp_path.iterdir()) == []


def test_a_grid_of_one_cell_is_a_file_too(tmp_path: Path) -> None:
    grid = Grid(crs="EPSG:32633", west_m=0, north_m=250, cell_m=250, n_rows=1, n_columns=1)
    one = ga.Surface(
        grid=grid, minutes=[[7]], reason=[[0]], service="x", cutoff_min=9, max_snap_m=1
    )
    ga.write_surface(one, tmp_path / "a.tif")
    assert cog_validate(tmp_path / "a.tif", quiet=True)[0]
