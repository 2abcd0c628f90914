"""Small counts, control totals and whole people: nobody is lost, and nothing is told too well."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import InputError, MismatchError
from tests.grids import CELL, LKS92, NORTH, WEST, write_points, write_raster
from tests.naive_grids import naive_largest_remainder, naive_small_counts

LATVIA = ga.SmallCounts(published=5, low=1, high=10)


def row_of(folder: Path, people: list[float]) -> Path:
    return write_raster(folder / "row.tif", [people])


def halves(path: Path, at: int, count: int) -> ga.Territory:
    """Cut two zones out of a row of cells, left and right of one edge."""
    people = ga.read_population(path)
    edges = [(-1, at, "01"), (at, count + 1, "02")]
    shapes = []
    for left, right, _ in edges:
        x = np.array([WEST + CELL * one for one in (left, right, right, left)])
        y = np.array([NORTH + CELL, NORTH + CELL, NORTH - 2 * CELL, NORTH - 2 * CELL])
        shapes.append(shapely.Polygon(np.column_stack(people.cells.to_degrees(x, y))))
    codes = [code for *_, code in edges]
    return ga.Territory(date="2024-01-01", code=codes, name=codes, geometry=shapes)


def test_small_counts_without_totals_keep_their_number_and_tell_their_range(tmp_path: Path) -> None:
    path = row_of(tmp_path, [5, 40, 5])
    people = ga.read_population(path, counts=ga.CountRules(small=LATVIA))
    assert people.origins.population.tolist() == [5, 40, 5]
    assert people.low.tolist() == [1, 40, 1]
    assert people.high.tolist() == [10, 40, 10]
    report = people.report
    assert (report.cells_small, report.people_low, report.people_high) == (2, 42, 60)
    assert any("everybody is 42 to 60 people" in line for line in report.lines())


def test_small_counts_share_what_is_left_of_a_municipality(tmp_path: Path) -> None:
    # 54 people, 40 of them known: two cells share 14, so each has 7, and from 4 to 10.
    path = row_of(tmp_path, [5, 40, 5, 100])
    rules = ga.CountRules(small=LATVIA, territory=halves(path, 3, 4), totals={"01": 54})
    people = ga.read_population(path, counts=rules)
    assert people.origins.population.tolist() == [7, 40, 7, 100]
    assert people.low.tolist() == [4, 40, 4, 100]
    assert people.high.tolist() == [10, 40, 10, 100]
    assert people.report.largest_correction_share == pytest.approx(4 / 50)
    assert people.report.people_corrected == 4


@settings(max_examples=25)
@given(st.lists(st.sampled_from([5.0, 5.0, 12.0, 300.0]), min_size=2, max_size=8), st.floats(0, 1))
def test_any_total_that_can_be_is_met(
    tmp_path_factory: pytest.TempPathFactory, published: list[float], part: float
) -> None:
    n_small = published.count(5.0)
    if not n_small:
        return
    known = sum(published) - 5 * n_small
    total = round(known + n_small + part * 9 * n_small)
    path = row_of(tmp_path_factory.mktemp("small"), published)
    territory = halves(path, len(published), len(published))
    rules = ga.CountRules(small=LATVIA, territory=territory, totals={"01": total})
    people = ga.read_population(path, counts=rules)
    expected = naive_small_counts(published, total, small=(5, 1, 10))
    np.testing.assert_allclose(people.origins.population, expected)
    whole = ga.read_population(
        path,
        counts=ga.CountRules(
            small=LATVIA, territory=territory, totals={"01": total}, whole_people=True
        ),
    )
    assert whole.origins.population.sum() == total
    assert (
        (whole.low <= whole.origins.population) & (whole.origins.population <= whole.high)
    ).all()


@pytest.mark.parametrize("total", [41, 61])
def test_a_total_that_small_counts_cannot_meet_is_refused(tmp_path: Path, total: float) -> None:
    path = row_of(tmp_path, [5, 40, 5])
    rules = ga.CountRules(small=LATVIA, territory=halves(path, 3, 3), totals={"01": total})
    with pytest.raises(InputError, match=rf"01 \(total {total}, cells hold 42 to 60\)"):
        ga.read_population(path, counts=rules)


@pytest.mark.parametrize(("total", "expected"), [(32, [1, 30, 1]), (100, [10, 80, 10])])
def test_known_numbers_may_give_way_to_a_total(
    tmp_path: Path, total: float, expected: list[float]
) -> None:
    path = row_of(tmp_path, [5, 40, 5])
    rules = ga.CountRules(
        small=LATVIA, territory=halves(path, 3, 3), totals={"01": total}, scale_known=True
    )
    assert ga.read_population(path, counts=rules).origins.population.tolist() == expected


def test_without_small_counts_a_zone_changes_by_one_factor(tmp_path: Path) -> None:
    header = "x,y,population,young"
    rows = [(WEST + 500, NORTH - 500, 30, 6), (WEST + 1500, NORTH - 500, 10, 5)]
    path = write_points(tmp_path / "g.csv", rows, header)
    columns = ga.GridColumns(crs=LKS92, groups={"young": "young"})
    territory = halves(row_of(tmp_path, [1, 1]), 2, 2)
    rules = ga.CountRules(territory=territory, totals={"01": 80})
    people = ga.read_population(path, columns=columns, counts=rules)
    assert people.origins.population.tolist() == [60, 20]
    assert people.origins.groups["young"].tolist() == [12, 10]
    assert people.report.largest_correction_share == 1.0
    assert "+100.0% in 01" in " ".join(people.report.lines())


def test_a_total_for_a_zone_without_people_is_refused(tmp_path: Path) -> None:
    path = row_of(tmp_path, [7, 8])
    rules = ga.CountRules(territory=halves(path, 2, 2), totals={"02": 10})
    with pytest.raises(InputError, match=r"02 \(total 10, cells hold 0\)"):
        ga.read_population(path, counts=rules)
    nobody = ga.CountRules(territory=halves(path, 2, 2), totals={"01": 15, "02": 0})
    assert ga.read_population(path, counts=nobody).report.people == 15


def test_totals_and_borders_must_belong_together(tmp_path: Path) -> None:
    territory = halves(row_of(tmp_path, [7, 8]), 1, 2)
    with pytest.raises(MismatchError, match="no zone 99 in the borders"):
        ga.CountRules(territory=territory, totals={"99": 10})
    with pytest.raises(InputError, match="give both or neither"):
        ga.CountRules(totals={"01": 10})
    with pytest.raises(InputError, match="give both or neither"):
        ga.CountRules(territory=territory)
    with pytest.raises(InputError, match="0 or more, but are not for 01"):
        ga.CountRules(territory=territory, totals={"01": -1})


@settings(max_examples=25)
@given(st.lists(st.floats(0.01, 90).map(lambda one: round(one, 2)), min_size=1, max_size=12))
def test_whole_people_are_those_of_the_twin(
    tmp_path_factory: pytest.TempPathFactory, people: list[float]
) -> None:
    path = row_of(tmp_path_factory.mktemp("whole"), people)
    expected = naive_largest_remainder(people)
    if not sum(expected):
        with pytest.raises(InputError, match="nobody is left"):
            ga.read_population(path, counts=ga.CountRules(whole_people=True))
        return
    found = ga.read_population(path, counts=ga.CountRules(whole_people=True))
    assert found.origins.population.tolist() == [one for one in expected if one]
    report = found.report
    assert report.people == sum(expected)
    assert report.people_read + report.people_rounded == pytest.approx(report.people)
    assert report.cells_rounded_away == expected.count(0)


def test_each_municipality_keeps_its_people_to_the_person(tmp_path: Path) -> None:
    path = row_of(tmp_path, [1.4, 1.4, 1.4, 2.4, 2.4, 2.4])
    territory = halves(path, 3, 6)
    rules = ga.CountRules(territory=territory, totals={"01": 10, "02": 4}, whole_people=True)
    people = ga.read_population(path, counts=rules).origins.population
    assert (people[:3].sum(), people[3:].sum()) == (10, 4)
