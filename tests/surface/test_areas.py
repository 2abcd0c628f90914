from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

import geoaccess as ga
from geoaccess.errors import InputError, MismatchError
from geoaccess.io.plane import finely_flat
from geoaccess.model.cell_shares import cell_shares, cells_met
from geoaccess.model.surface import Surface
from tests import naive_surface as naive
from tests.surface.conftest import people_at
from tests.surface.drawn import INF, NAN, surface_from, surfaces

CORNER = st.tuples(st.integers(-150, 850), st.integers(-850, 150)).map(
    lambda at: (500_000.0 + at[0], 300_000.0 + at[1])
)


def polygon(corners: list[tuple[float, float]]) -> shapely.Geometry:
    return shapely.convex_hull(shapely.multipoints(corners))


def zones_of(*flat: shapely.Geometry) -> ga.Territory:
    back = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    shapes = [
        shapely.transform(one, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
        for one in flat
    ]
    codes = [f"{i}" for i in range(len(flat))]
    return ga.Territory(date="2021-07-01", code=codes, name=codes, geometry=shapes)


@given(surfaces(), st.lists(CORNER, min_size=3, max_size=6))
def test_shares_of_cells_are_those_cut_one_by_one(
    surface: Surface, corners: list[tuple[float, float]]
) -> None:
    shape = polygon(corners)
    found = cell_shares(surface.grid, shape)
    wanted = naive.shares(surface.grid, shape)
    assert found.cell.tolist() == [c for c in wanted if wanted[c] > 1e-15] or set(
        found.cell.tolist()
    ) <= set(wanted)
    assert found.share.sum() == pytest.approx(sum(wanted.values()), abs=1e-9)
    for cell, share in zip(found.cell.tolist(), found.share.tolist(), strict=True):
        assert share == pytest.approx(wanted[cell], abs=1e-9)
    met = cells_met(surface.grid, shape).reshape(-1)
    assert np.array_equal(np.flatnonzero(met), found.cell)


@settings(max_examples=25)
@given(surfaces(), st.lists(st.lists(CORNER, min_size=3, max_size=5), min_size=1, max_size=3))
def test_figures_of_zones_are_those_of_the_slow_twin(
    surface: Surface, shapes: list[list[tuple[float, float]]]
) -> None:
    flat = [one for one in map(polygon, shapes) if shapely.area(one) > 100]
    if not flat:
        return
    zones = zones_of(*flat)
    table = ga.surface_zones(surface, zones)
    assert table["zone_id"].tolist() == list(zones.code)
    for row, shape in enumerate(finely_flat(zones.geometry, "EPSG:3059")):
        wanted = naive.zone_figures(surface, shape)
        if wanted["area_km2"] < 1e-5:
            continue  # a hair, of which rounding decides
        got = table.iloc[row]
        for name in ("area_km2", "beyond_km2", "mean_min", "unreached_km2"):
            near = pytest.approx(wanted[name], rel=1e-6, abs=1e-8, nan_ok=True)
            assert float(got[name]) == near, name
        for name in ("median_min", "p90_min"):
            # Where a share is met to the last square centimetre, either side of it will do.
            near_by = [
                naive.zone_figures(surface, shape, shift=by)[name] for by in (-1e-6, 0, 1e-6)
            ]
            assert any(np.array_equal(got[name], one, equal_nan=True) for one in near_by), name


def test_a_zone_by_hand() -> None:
    # The border runs down the middle of the second of three cells, one of which is unreached.
    surface = surface_from([[10.0, 20.0, INF]])
    west = shapely.box(500_000, 299_900, 500_150, 300_000)
    east = shapely.box(500_150, 299_900, 500_300, 300_000)
    table = ga.surface_zones(surface, zones_of(west, east))
    assert table["area_km2"].tolist() == pytest.approx([0.015, 0.015])
    assert table["mean_min"].tolist() == pytest.approx([(10 + 20 / 2) / 1.5, 20])
    assert table["median_min"].iloc[0] == 10
    assert np.isnan(table["median_min"].iloc[1])
    assert table["unreached_km2"].tolist() == pytest.approx([0, 0.01])


def test_people_take_the_minutes_of_their_cell() -> None:
    surface = surface_from([[10.0, 20.0, INF, NAN]])
    zones = zones_of(shapely.box(499_000, 299_000, 501_000, 301_000))
    back = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    x = [500_050, 500_110, 500_190, 500_250, 500_350, 500_900]
    lon, lat = back.transform(x, [299_950] * len(x))
    table = ga.surface_zones(surface, zones, population=people_at(np.array(lon), np.array(lat)))
    (row,) = table.to_dict("records")
    assert row["population"] == 4
    assert row["people_mean_min"] == pytest.approx((10 + 20 + 20) / 3)
    assert row["people_median_min"] == 20
    assert np.isnan(row["people_p90_min"])
    assert row["people_unreached"] == 1


@given(surfaces(), st.booleans())
def test_areas_are_valid_and_cover_the_cells_exactly(surface: Surface, nested: bool) -> None:  # noqa: FBT001
    areas = ga.surface_isochrones(surface, minutes=[5, 10, 60], nested=nested)
    assert areas["minutes"].tolist() == [60, 10, 5]
    assert areas.crs.to_epsg() == 3059
    for (lower, upper), (_, area) in zip(
        [(10, 60), (5, 10), (None, 5)], areas.iterrows(), strict=True
    ):
        wanted = naive.within(surface, upper, None if nested else lower)
        assert area["area_km2"] == pytest.approx(wanted.area / 1e6)
        if area.geometry is None:
            assert wanted.is_empty
            continue
        assert area.geometry.is_valid
        assert area.geometry.symmetric_difference(wanted).area == 0
    reached = float(surface.reached.sum()) * surface.grid.cell_km2
    whole = areas["area_km2"].iloc[0] if nested else areas["area_km2"].sum()
    assert whole == pytest.approx(reached)


def test_cells_that_touch_at_a_corner_make_valid_areas() -> None:
    surface = surface_from([[1, 1, 1], [1, INF, 1], [1, 1, INF]])
    (area,) = ga.surface_isochrones(surface, minutes=[30]).geometry
    assert area.is_valid
    assert area.area == 7 * 100**2


def test_cutoffs_beyond_the_surface_are_refused() -> None:
    with pytest.raises(InputError, match="cutoff_min=90"):
        ga.surface_isochrones(surface_from([[1.0]]), minutes=[30, 90])
    with pytest.raises(InputError, match="above 0"):
        ga.surface_isochrones(surface_from([[1.0]]), minutes=[])


@given(surfaces(), st.data())
def test_a_change_is_the_difference_cell_by_cell(before: Surface, data: st.DataObject) -> None:
    value = st.sampled_from([INF, 0.0, 4.0, 30.0])
    after_minutes = [
        [NAN if np.isnan(one) else data.draw(value) for one in row] for row in before.minutes
    ]
    after = surface_from(after_minutes)
    change = ga.surface_change(before, after)
    told = dict.fromkeys(("nearer", "farther", "unchanged", "gained", "lost", "neither"), 0)
    for row, column, _ in naive.cells_of(before.grid):
        then, now = float(before.minutes[row, column]), float(after.minutes[row, column])
        got = float(change.change_min[row, column])
        if np.isfinite(then) and np.isfinite(now):
            assert got == np.float32(now - then)
            told["nearer" if now < then else "farther" if now > then else "unchanged"] += 1
            continue
        assert np.isnan(got)
        if not np.isnan(then):
            told["lost" if then < INF else "gained" if now < INF else "neither"] += 1
    assert change.counts() == told
    back = ga.surface_change(after, before).counts()
    assert (back["gained"], back["lost"]) == (told["lost"], told["gained"])


def test_surfaces_of_other_cells_are_not_compared() -> None:
    one = surface_from([[1.0, 2.0]])
    for other, said in (
        (surface_from([[1.0]]), "other cells"),
        (surface_from([[1.0, 2.0]], cell_m=50), "other cells"),
        (surface_from([[1.0, NAN]]), "other areas"),
    ):
        with pytest.raises(MismatchError, match=said):
            ga.surface_change(one, other)
    from_service = ga.Surface(
        grid=one.grid,
        minutes=one.minutes,
        reason=one.reason,
        service="school",
        cutoff_min=60,
        max_snap_m=1000,
        direction="from_service",
    )
    with pytest.raises(MismatchError, match="another direction"):
        ga.surface_change(one, from_service)


@settings(max_examples=20)
@given(surfaces(), st.integers(1, 40))
def test_each_pixel_of_an_image_is_the_cell_at_its_middle(surface: Surface, longest: int) -> None:
    image = ga.surface_image(surface, longest_px=longest)
    rows, columns = image.minutes.shape
    assert max(rows, columns) <= longest
    web = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    west, south = web.transform(image.west, image.south)
    east, north = web.transform(image.east, image.north)
    back = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
    x = [west + (column + 0.5) * (east - west) / columns for column in range(columns)]
    y = [north - (row + 0.5) * (north - south) / rows for row in range(rows)]
    lon, lat = back.transform(x * rows, [one for one in y for _ in x])
    assert np.array_equal(surface.at(lon, lat), image.minutes.reshape(-1), equal_nan=True)


def test_an_image_holds_the_whole_surface() -> None:
    surface = surface_from([[1.0, 2.0], [3.0, INF]], cell_m=5000)
    image = ga.surface_image(surface)
    assert set(np.unique(image.minutes[~np.isnan(image.minutes)])) == {1.0, 2.0, 3.0, INF}
    back = Transformer.from_crs("EPSG:3059", "EPSG:4326", always_xy=True)
    west, south, east, north = surface.grid.bounds
    for x, y in ((west, south), (west, north), (east, south), (east, north)):
        lon, lat = back.transform(x, y)
        assert image.west - 1e-9 <= lon <= image.east + 1e-9
        assert image.south - 1e-9 <= lat <= image.north + 1e-9
    with pytest.raises(InputError, match="longest_px"):
        ga.surface_image(surface, longest_px=0)
