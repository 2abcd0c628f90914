"""Borders made from other borders by a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

import geoaccess as ga
from geoaccess.errors import InputError
from geoaccess.io.regrouping import read_membership, read_regrouping
from geoaccess.model.nesting import Membership
from geoaccess.model.regrouping import Regrouping, regrouped, within_larger
from geoaccess.model.territory import Territory
from tests.reform.grids import cells_of, territory_of

ZONE = cells_of(["aabb", "aacc"])
PART = cells_of(["1233", "1244"])
REGION = {"a": "North", "b": "North", "c": "South"}
LATER = "2021-07-01"


def _base(*, parts: bool = True) -> Territory:
    return territory_of(ZONE, part=PART if parts else None, region=REGION)


def _table(*rows: tuple[str, str, str, str]) -> Regrouping:
    source, part, code, name = zip(*rows, strict=True)
    return Regrouping(source=source, part=part, code=code, name=name)


SPLIT = _table(
    ("Z a", "P 1", "x", "X"), ("Z a", "P 2", "y", "Y"), ("b", "", "y", "Y"), ("c", "", "c", "C")
)


def test_one_zone_divided_by_hand() -> None:
    base = _base()
    after = regrouped(base, SPLIT, date=LATER)
    assert after.date == LATER
    assert after.code.tolist() == ["c", "x", "y"]
    assert after.name.tolist() == ["C", "X", "Y"]
    assert after.parts is not None
    assert after.parts.zone.tolist() == ["x", "y", "y", "c"]
    # The larger units are those in which most of a zone's parts were.
    assert after.above["region"].code.tolist() == ["South", "North", "North"]
    assert after.geometry[0] is base.geometry[2]
    drawn = territory_of(cells_of(["xyyy", "xycc"]), date=LATER)
    for made, wanted in zip(after.geometry, drawn.geometry, strict=True):
        assert shapely.symmetric_difference(made, wanted).area < 1e-12
    by_parts = ga.crosswalk(base, after, by="parts")
    assert by_parts["kind"].tolist() == ["split", "split", "merged", "unchanged"]
    assert by_parts["area_share"].tolist() == pytest.approx([0.5, 0.5, 1.0, 1.0])


def test_zones_without_parts_go_whole() -> None:
    table = _table(("a", "", "x", "X"), ("b", "", "x", "X"), ("c", "", "c", "C"))
    after = regrouped(_base(parts=False), table, date=LATER)
    assert after.levels == ("unit", "municipality", "region")
    assert after.zone_of_parts().tolist() == [1, 1, 0]


def test_nothing_moved_changes_nothing() -> None:
    base = _base()
    same = _table(("a", "", "a", "Z a"), ("b", "", "b", "Z b"), ("c", "", "c", "Z c"))
    again = regrouped(base, same, date=LATER)
    assert again.geometry.tolist() == base.geometry.tolist()
    assert again.name.tolist() == base.name.tolist()
    assert again.above["region"].code.tolist() == base.above["region"].code.tolist()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("d", "", "x", "X")], "has no municipality 'd'; known: Z a, Z b, Z c"),
        ([("Z aa", "", "x", "X")], "has no municipality 'Z aa'; did you mean 'Z a'"),
        ([("a", "P 3", "x", "X")], "no parish 'P 3' in a; did you mean 'P 2'"),
        ([("a", "P 1", "x", "X")], r"says of parish P 2 \(2\), P 3 \(3\), P 4 \(4\) nothing"),
        (
            [("a", "P 1; P 2", "x", "X"), ("a", "2", "y", "Y")],
            r"parish P 2 \(2\) goes into two zones, x and y",
        ),
        ([("a", "", "x", "X"), ("b", "", "x", "Y")], "zone x is called X and Y"),
        ([("a", "", "", "X")], "no code in row 1"),
        ([("a", "", "x", "X"), ("", "", "x", "X")], "no source in row 2"),
    ],
)
def test_bad_tables_are_named(rows: list[tuple[str, str, str, str]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        regrouped(_base(), _table(*rows), date=LATER)


def test_parts_of_borders_without_any() -> None:
    with pytest.raises(InputError, match=r"a goes in parts \(P 1\), but these borders have none"):
        regrouped(_base(parts=False), _table(("a", "P 1", "x", "X")), date=LATER)


def test_a_new_zone_in_two_regions() -> None:
    with pytest.raises(InputError, match="zone x is in two larger units, N and S"):
        Regrouping(
            source=["a", "b"],
            part=["", ""],
            code=["x", "x"],
            name=["X", "X"],
            above={"region": np.array(["N", "S"], dtype=object)},
        )


def test_larger_units_by_a_table() -> None:
    table = Membership(zone=["Z a", "b", "c"], code=["1", "1", "2"], name=["K", "K", "L"])
    borders = within_larger(_base(), "region", table)
    assert borders.above["region"].names.tolist() == ["K", "L"]
    assert borders.at_level("region").code.tolist() == ["1", "2"]
    with pytest.raises(InputError, match="has no municipality 'Z x'"):
        within_larger(_base(), "region", Membership(zone=["Z x"], code=["1"], name=["K"]))


def _csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_keeps_leading_zeros(tmp_path: Path) -> None:
    path = _csv(tmp_path, "old,new,region\n001,01,07\n002,01,07\n")
    table = read_regrouping(path, source="old", code="new", above={"region": "region"})
    assert table.source.tolist() == ["001", "002"]
    assert table.name.tolist() == ["01", "01"]
    assert table.above["region"].tolist() == ["07", "07"]
    larger = read_membership(path, zone="new", code="region")
    assert (larger.zone.tolist(), larger.code.tolist()) == (["01"], ["07"])


def test_a_table_of_a_spreadsheet_with_semicolons(tmp_path: Path) -> None:
    path = _csv(tmp_path, "old;new;parts\n1;2;a\n1;3;b\n")
    table = read_regrouping(path, source="old", code="new", part="parts")
    assert list(zip(table.source, table.code, table.part, strict=True)) == [
        ("1", "2", "a"),
        ("1", "3", "b"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("old,new\n", "has no rows"),
        ("old,nwe\n1,2\n", "has no column 'new'; did you mean 'nwe'"),
        ("old,new\n1,\n", "no code in row 1"),
        ("old,new\n1,2,3\n", "more fields than the header"),
        ('old,new\n"1,2\n', "is no table"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, told: str) -> None:
    path = _csv(tmp_path, text)
    with pytest.raises(InputError, match=rf"table\.csv.*{told}"):
        read_regrouping(path, source="old", code="new")


def test_a_table_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"old,new\n\xff\xfe,2\n")
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_membership(path, zone="old", code="new")
