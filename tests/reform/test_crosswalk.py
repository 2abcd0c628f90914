"""Which old unit went into which new one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geoaccess.errors import DataWarning, InputError, MismatchError
from geoaccess.model.territory import Territory
from geoaccess.reform.crosswalk import CROSSWALK_COLUMNS, crosswalk
from geoaccess.reform.overlay import overlap_of
from tests.naive_reform_borders import Cell, naive_crosswalk
from tests.reform.grids import cells_of, in_degrees, people_of, square, territory_of

LATER = "2021-07-01"

# Old c is split: its two left columns go to x, the right one to y. Old d stays.
BEFORE = cells_of(["aabb", "cccd"])
AFTER = cells_of(["xxyy", "xxyd"])
PEOPLE = {(0, 0): 30.0, (1, 0): 30.0, (2, 0): 40.0, (0, 1): 5.0, (3, 0): 7.0}


def _rows(table: pd.DataFrame) -> list[tuple[str, str, float, float | None, str]]:
    return [
        (old, new, area, None if np.isnan(people) else people, kind)
        for old, new, area, people, kind in zip(
            table["before_code"],
            table["after_code"],
            table["area_share"].round(9),
            table["population_share"].round(9),
            table["kind"],
            strict=True,
        )
    ]


def test_by_hand_with_one_split() -> None:
    table = crosswalk(
        territory_of(BEFORE), territory_of(AFTER, date=LATER), origins=people_of(PEOPLE)
    )
    assert tuple(table.columns) == CROSSWALK_COLUMNS
    third = round(1 / 3, 9)
    assert _rows(table) == [
        ("a", "x", 1.0, 1.0, "merged"),
        ("b", "y", 1.0, None, "merged"),
        ("c", "x", round(2 / 3, 9), 0.6, "split"),
        ("c", "y", third, 0.4, "split"),
        ("d", "d", 1.0, 1.0, "unchanged"),
    ]
    assert table["before_name"].tolist() == ["Z a", "Z b", "Z c", "Z c", "Z d"]
    assert table["after_name"].tolist() == ["Z x", "Z y", "Z x", "Z y", "Z d"]


@st.composite
def _maps(draw: st.DrawFn) -> tuple[dict[Cell, str], dict[Cell, str], dict[Cell, float]]:
    wide, high = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    cells = [(column, row) for column in range(wide) for row in range(high)]
    before = {cell: draw(st.sampled_from("abc")) for cell in cells}
    after = {cell: draw(st.sampled_from("xyz")) for cell in cells}
    people = {cell: float(draw(st.integers(0, 9))) for cell in cells}
    return before, after, people


@given(maps=_maps())
@settings(max_examples=40)
def test_equals_counting_cells(
    maps: tuple[dict[Cell, str], dict[Cell, str], dict[Cell, float]],
) -> None:
    before, after, people = maps
    old, new = territory_of(before), territory_of(after, date=LATER)
    table = crosswalk(old, new, origins=people_of(people))
    expected = naive_crosswalk(before, after, people)
    assert [row[:2] + row[4:] for row in _rows(table)] == [row[:2] + row[4:] for row in expected]
    for row, wanted in zip(_rows(table), expected, strict=True):
        assert row[2] == pytest.approx(wanted[2], abs=1e-8)
        assert row[3] == (None if wanted[3] is None else pytest.approx(wanted[3], abs=1e-8))
    shares = table.groupby("before_code")[["area_share", "population_share"]].sum(min_count=1)
    assert np.allclose(shares["area_share"], 1.0)
    assert np.allclose(shares["population_share"].dropna(), 1.0)
    land = dict(zip(old.code, shapely.area(old.geometry), strict=True))
    moved = table["before_code"].map(land) * table["area_share"]
    assert moved.sum() == pytest.approx(sum(land.values()))


@given(maps=_maps())
@settings(max_examples=15)
def test_labels_change_nothing_but_labels(
    maps: tuple[dict[Cell, str], dict[Cell, str], dict[Cell, float]],
) -> None:
    before, after, people = maps
    called = {"a": "70", "b": "08", "c": "009", "x": "3", "y": "02", "z": "1"}
    plain = crosswalk(
        territory_of(before), territory_of(after, date=LATER), origins=people_of(people)
    )
    other = crosswalk(
        territory_of({cell: called[one] for cell, one in before.items()}),
        territory_of({cell: called[one] for cell, one in after.items()}, date=LATER),
        origins=people_of(people),
    )
    for column in ("before_code", "after_code"):
        plain[column] = plain[column].map(called)
    plain = plain.sort_values(["before_code", "after_code"], ignore_index=True)
    numbers = ["before_code", "after_code", "area_share", "population_share", "kind"]
    pd.testing.assert_frame_equal(plain[numbers], other[numbers])


def test_a_set_against_itself_is_all_unchanged() -> None:
    borders = territory_of(BEFORE)
    table = crosswalk(borders, borders)
    assert table["before_code"].tolist() == table["after_code"].tolist() == ["a", "b", "c", "d"]
    assert set(table["kind"]) == {"unchanged"}
    assert table["area_share"].tolist() == [1.0] * 4


def _two(cut: float, *, wobble: float = 0.0, date: str = "2021-06-30") -> Territory:
    """Two zones of together 20 by 10 km, cut there; the southern half of the cut off by some."""
    west = shapely.union_all(
        [square(0, 0, width=cut + wobble, height=5), square(0, 5, width=cut, height=5)]
    )
    whole = square(0, 0, width=20, height=10)
    return Territory(
        date=date,
        code=["e", "w"],
        name=["East", "West"],
        geometry=in_degrees([shapely.difference(whole, west), west]),
    )


@pytest.mark.parametrize(
    ("wobble_km", "width_m", "splits"),
    [
        pytest.param(0.7, 750.0, 0, id="strip of 700 m is a sliver"),
        pytest.param(0.8, 750.0, 2, id="strip of 800 m is land"),
        pytest.param(0.7, 600.0, 2, id="strip of 700 m is land to a finer rule"),
        pytest.param(0.05, 0.0, 2, id="without a rule all is land"),
    ],
)
def test_a_strip_is_land_where_the_disc_fits(wobble_km: float, width_m: float, splits: int) -> None:
    old, new = _two(10), _two(10, wobble=wobble_km, date=LATER)
    table = crosswalk(old, new, sliver_width_m=width_m)
    assert (table["kind"] == "split").sum() == splits
    assert table.groupby("before_code")["area_share"].sum().tolist() == pytest.approx([1.0, 1.0])


def test_a_quarter_of_a_small_unit_is_land_however_narrow() -> None:
    small = [square(0, 0, width=0.5, height=0.5), square(0.5, 0, width=9, height=0.5)]
    moved = [square(0, 0, width=0.3, height=0.5), square(0.3, 0, width=9.2, height=0.5)]
    old, new = (
        Territory(date=day, code=["s", "t"], name=["S", "T"], geometry=in_degrees(shapes))
        for day, shapes in (("2021-06-30", small), (LATER, moved))
    )
    table = crosswalk(old, new)
    assert table["kind"].tolist() == ["split", "split", "merged"]
    assert table["area_share"].tolist() == pytest.approx([0.6, 0.4, 1.0])


def test_a_unit_smaller_than_the_disc_goes_where_most_of_it_went() -> None:
    strips = [square(0.05 * i, 0, width=0.05, height=9) for i in range(5)]
    (old,) = in_degrees([shapely.union_all(strips)])
    before = Territory(date="2021-06-30", code=["a"], name=["A"], geometry=[old])
    shapes = in_degrees([square(-60 + 0.05 * i, 0, width=60.05, height=9) for i in (0, 4)])
    west, whole = shapes
    after = Territory(
        date=LATER,
        code=["w", "x"],
        name=["W", "X"],
        geometry=[west, shapely.difference(whole, west)],
    )
    with pytest.warns(DataWarning, match="lies outside every zone of 2021-06-30: W"):
        table = crosswalk(before, after)
    assert table["after_code"].tolist() == ["x"]


def test_people_in_a_sliver_count_where_most_of_the_land_went() -> None:
    old, new = _two(10), _two(10, wobble=0.7, date=LATER)
    point = in_degrees([square(10, 0, width=0.7, height=1).centroid])
    people = people_of({(15, 5): 90.0, (1, 1): 5.0, (10, 0): 10.0})
    lon, lat = people.lon.copy(), people.lat.copy()
    lon[2], lat[2] = shapely.get_x(point[0]), shapely.get_y(point[0])
    moved = type(people)(
        id=people.id, name=people.name, lon=lon, lat=lat, population=people.population
    )
    assert old.locate(lon, lat).tolist() == [0, 1, 0]
    assert new.locate(lon, lat).tolist() == [0, 1, 1]
    table = crosswalk(old, new, origins=moved)
    assert table["population_share"].tolist() == [1.0, 1.0]
    finer = crosswalk(old, new, origins=moved, sliver_width_m=100)
    assert finer["population_share"].tolist() == pytest.approx([0.9, 0.1, 1.0])


def test_by_population_leaves_out_what_has_next_to_nobody() -> None:
    before, after = territory_of(BEFORE), territory_of(AFTER, date=LATER)
    few = people_of({(0, 0): 996.0, (2, 0): 4.0})
    table = crosswalk(before, after, by="population", origins=few)
    assert table["after_code"].tolist() == ["x", "y", "x", "d"]
    assert table["kind"].tolist() == ["merged", "unchanged", "merged", "unchanged"]
    assert table["population_share"].fillna(-1).tolist() == [-1.0, -1.0, 1.0, -1.0]


def test_by_parts_needs_no_overlay() -> None:
    part = {cell: f"{cell[0]}{cell[1]}" for cell in BEFORE}
    old, new = territory_of(BEFORE, part=part), territory_of(AFTER, date=LATER, part=part)
    by_parts, by_area = crosswalk(old, new, by="parts"), crosswalk(old, new)
    pd.testing.assert_frame_equal(by_parts, by_area)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "aera"}, "by must be area, population or parts, but is 'aera'"),
        ({"by": "population"}, "a crosswalk by population needs origins"),
        ({"sliver_width_m": -1.0}, "sliver_width_m must be 0 or more metres, but is -1"),
        ({"sliver_width_m": float("nan")}, "sliver_width_m must be 0 or more metres"),
        ({"crs": "EPSG:4326"}, "EPSG:4326 is not projected in metres"),
        ({"crs": "LKS"}, "unknown CRS 'LKS'"),
        ({"by": "parts"}, "not made of the same parts: a, b, c, x, y stands in one of them only"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], told: str) -> None:
    before, after = territory_of(BEFORE), territory_of(AFTER, date=LATER)
    with pytest.raises(InputError, match=told):
        crosswalk(before, after, **options)


def test_dates_the_wrong_way_round() -> None:
    before, after = territory_of(BEFORE), territory_of(AFTER, date=LATER)
    told = "dates the wrong way round: before is of 2021-07-01, after of 2021-06-30"
    with pytest.raises(MismatchError, match=told):
        crosswalk(after, before)


def test_borders_elsewhere_are_refused_and_land_beyond_is_told() -> None:
    before = territory_of(BEFORE)
    far = territory_of({(100, 100): "x"}, date=LATER)
    with pytest.raises(MismatchError, match="Z a, Z b, Z c, Z d of 2021-06-30 lies in no zone"):
        crosswalk(before, far)
    less = territory_of({c: "x" for c in AFTER if c[0] < 3}, date=LATER)
    with pytest.raises(MismatchError, match="Z d of 2021-06-30 lies in no zone of 2021-07-01"):
        crosswalk(before, less)
    shrunk = territory_of({c: "x" for c in AFTER if c != (1, 1)}, date=LATER)
    with pytest.warns(DataWarning, match=r"lies outside every zone of 2021-07-01: Z a \(1.0 km2\)"):
        crosswalk(before, shrunk)


def test_touching_along_a_line_is_no_overlap() -> None:
    one, other = [shapely.box(0, 0, 1, 1)], [shapely.box(1, 0, 2, 1)]
    assert len(overlap_of(one, other, sliver_width_m=0.0).before) == 0
