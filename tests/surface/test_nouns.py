from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geoaccess.errors import InputError, MismatchError
from geoaccess.model.grid import Grid
from geoaccess.model.surface import OUTSIDE_CODE, Surface, SurfaceImage


def grid_of(**changed: float) -> Grid:
    told = {"west_m": 500_000, "north_m": 300_000, "cell_m": 250, "n_rows": 2, "n_columns": 3}
    return Grid(crs="EPSG:3059", **{**told, **changed})


def surface_of(minutes: object, reason: object, **changed: object) -> Surface:
    told = {"grid": grid_of(), "service": "school", "cutoff_min": 120.0, "max_snap_m": 1000.0}
    return Surface(minutes=minutes, reason=reason, **{**told, **changed})


def small() -> Surface:
    nan, inf = float("nan"), float("inf")
    return surface_of([[1, 2, inf], [nan, 4, 5]], [[0, 0, 1], [OUTSIDE_CODE, 0, 0]])


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.floats(0.5, 5000),
    st.integers(1, 30),
    st.integers(1, 30),
)
def test_each_centre_lies_in_its_own_cell(
    west: float, north: float, cell: float, rows: int, columns: int
) -> None:
    grid = grid_of(west_m=west, north_m=north, cell_m=cell, n_rows=rows, n_columns=columns)
    x, y = grid.centres(0, rows)
    assert np.array_equal(grid.cells_at(x, y), np.arange(rows * columns))
    a, b, c, d, e, f = grid.transform
    column, row = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    assert np.allclose(a * column.ravel() + b * row.ravel() + c, x)
    assert np.allclose(d * column.ravel() + e * row.ravel() + f, y)
    west_edge, south_edge, east_edge, north_edge = grid.bounds
    assert np.isclose(x.min() - cell / 2, west_edge)
    assert np.isclose(x.max() + cell / 2, east_edge)
    assert np.isclose(y.min() - cell / 2, south_edge)
    assert np.isclose(y.max() + cell / 2, north_edge)


def test_points_off_the_grid_are_in_no_cell() -> None:
    grid = grid_of()
    x = np.array([499_999.9, 500_750.0, 500_001.0, 500_001.0, np.inf, np.nan])
    y = np.array([299_900.0, 299_900.0, 300_000.1, 299_500.0, 299_900.0, 299_900.0])
    assert grid.cells_at(x, y).tolist() == [-1, -1, -1, -1, -1, -1]


def test_values_are_found_by_longitude_and_latitude() -> None:
    back = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    lon, lat = back.transform(
        [500_125.0, 500_700.0, 500_300.0, 400_000.0], [299_875.0, 299_999.0, 299_501.0, 299_999.0]
    )
    found = small().at(lon, lat)
    assert found[:3].tolist() == [1.0, float("inf"), 4.0]
    assert np.isnan(found[3])


def test_counts_add_up() -> None:
    surface = small()
    assert surface.counts() == {"reached": 4, "too_far_from_road": 1}
    assert sum(surface.counts().values()) == surface.n_cells == 5
    assert "4 of 5 reached" in repr(surface)


@pytest.mark.parametrize(
    "changed",
    [{"cell_m": 0}, {"cell_m": -1}, {"cell_m": np.nan}, {"n_rows": 0}, {"west_m": np.inf}],
)
def test_a_grid_without_cells_is_refused(changed: dict[str, float]) -> None:
    with pytest.raises(InputError):
        grid_of(**changed)


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [
        ([[1, 2]], [[0, 0]]),
        ([[1, 2, 3], [4, 5, np.inf]], [[0, 0, 0], [0, 0, 0]]),
        ([[1, 2, 3], [4, 5, np.nan]], [[0, 0, 0], [0, 0, 1]]),
        ([[1, 2, 3], [4, 5, 6]], [[0, 0, 0], [0, 0, 1]]),
        ([[1, 2, 3], [4, 5, np.inf]], [[0, 0, 0], [0, 0, 99]]),
    ],
)
def test_minutes_and_reasons_must_agree(minutes: object, reason: object) -> None:
    with pytest.raises(MismatchError):
        surface_of(minutes, reason)


def test_an_image_needs_pixels_and_ground() -> None:
    told = {"service": "school", "south": 56.0, "north": 57.0, "cell_m": 250, "cutoff_min": 120}
    image = SurfaceImage(minutes=[[1.0]], west=24.0, east=25.0, **told)
    assert image.minutes.dtype == np.float32
    with pytest.raises(InputError, match="west"):
        SurfaceImage(minutes=[[1.0]], west=25.0, east=24.0, **told)
    with pytest.raises(InputError, match="pixels"):
        SurfaceImage(minutes=[1.0], west=24.0, east=25.0, **told)
