"""Another map of borders, drawn by edits."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import DataWarning, InputError, MismatchError
from geoaccess.model.territory import Territory
from geoaccess.reform.contiguity import count_pieces
from geoaccess.reform.edits import Edit, MergeZones, MoveParts, RestoreZone, SplitOut
from geoaccess.reform.what_if import what_if
from tests.naive_reform_borders import naive_pieces
from tests.reform.grids import cells_of, in_degrees, square, territory_of

# Parishes 1 to 8 in two rows of four; a holds 1 2 5, b holds 3 4 7 8, c holds 6.
PART = cells_of(["1234", "5678"])
ZONE = cells_of(["aabb", "acbb"])
REGION = {"a": "West", "b": "East", "c": "West"}
LATER = "2026-01-01"


def _base() -> Territory:
    return territory_of(ZONE, part=PART, region=REGION)


def _owners(territory: Territory) -> str:
    assert territory.parts is not None
    return "".join(territory.parts.zone)


@pytest.mark.parametrize(
    ("edits", "owners", "names"),
    [
        pytest.param([], "aabbacbb", ["Z a", "Z b", "Z c"], id="nothing"),
        pytest.param(
            [MoveParts(parts=("P 2", "1"), to="Z c")],
            "ccbbacbb",
            ["Z a", "Z b", "Z c"],
            id="move by name and by code",
        ),
        pytest.param(
            [MergeZones(zones=("Z a", "c"))], "aabbaabb", ["Z a", "Z b"], id="merge into the first"
        ),
        pytest.param(
            [MergeZones(zones=("a", "c"), code="n", name="New")],
            "nnbbnnbb",
            ["Z b", "New"],
            id="merge under a new name",
        ),
        pytest.param(
            [SplitOut(parts=("P 4", "P 8"), code="n", name="New", source="Z b")],
            "aabnacbn",
            ["Z a", "Z b", "Z c", "New"],
            id="split out",
        ),
        pytest.param(
            [
                SplitOut(parts=("P 4", "P 8"), code="n", name="New"),
                MoveParts(parts=("P 7",), to="New"),
                MergeZones(zones=("New", "c"), name="Newer"),
            ],
            "aabnannn",
            ["Z a", "Z b", "Newer"],
            id="each edit sees those before it",
        ),
    ],
)
def test_edits_by_hand(edits: list[Edit], owners: str, names: list[str]) -> None:
    made = what_if(_base(), edits, date=LATER)
    assert _owners(made) == owners
    assert made.name.tolist() == names
    assert made.date == LATER
    drawn = {cell: owners[int(PART[cell]) - 1] for cell in PART}
    wanted = territory_of(drawn, date=LATER)
    assert made.code.tolist() == wanted.code.tolist()
    for one, other in zip(made.geometry, wanted.geometry, strict=True):
        assert shapely.symmetric_difference(one, other).area < 1e-12


def test_a_new_zone_lies_where_most_of_its_parts_did() -> None:
    made = what_if(
        _base(),
        [SplitOut(parts=("P 2", "P 3", "P 7"), code="n", name="New")],
        date=LATER,
    )
    assert made.above["region"].code.tolist() == ["West", "East", "West", "East"]


def test_reverting_an_edit_restores_the_borders() -> None:
    base = _base()
    there = what_if(base, [MoveParts(parts=("P 2",), to="b")], date=LATER)
    back = what_if(there, [MoveParts(parts=("P 2",), to="a")], date=LATER)
    assert _owners(back) == _owners(base)
    assert ga.crosswalk(base, back)["kind"].tolist() == ["unchanged"] * 3
    both = [MoveParts(parts=("P 2",), to="b"), MoveParts(parts=("P 2",), to="a")]
    assert what_if(base, both, date=LATER).geometry.tolist() == base.geometry.tolist()


def test_an_old_zone_comes_back() -> None:
    old = territory_of(cells_of(["oorr", "oprr"]), date="2009-07-01")
    merged = what_if(_base(), [MergeZones(zones=("a", "c"), name="Big")], date=LATER)
    made = what_if(merged, [RestoreZone(zone="Z p", borders=old)], date=LATER)
    assert _owners(made) == "aabbapbb"
    assert made.name.tolist() == ["Big", "Z b", "Z p"]
    called = RestoreZone(zone="p", borders=old, code="x", name="Old P")
    assert what_if(merged, [called], date=LATER).name.tolist() == ["Big", "Z b", "Old P"]


def test_a_part_astride_goes_where_most_of_it_was_and_is_told() -> None:
    drawn = square(0, 0, width=1.9, height=2)
    old = Territory(date="2009-07-01", code=["o"], name=["Old"], geometry=in_degrees([drawn]))
    told = r"restoring Old: only part of P 2 \(90%\), P 6 \(90%\) lay in it"
    with pytest.warns(DataWarning, match=told):
        made = what_if(_base(), [RestoreZone(zone="Old", borders=old)], date=LATER)
    assert _owners(made) == "oobboobb"


@given(
    moves=st.lists(st.tuples(st.integers(1, 8), st.sampled_from("abc")), max_size=6),
)
@settings(max_examples=30)
def test_land_is_neither_lost_nor_made(moves: list[tuple[int, str]]) -> None:
    base = _base()
    owners, edits, expected = list(_owners(base)), [], 0.0
    for part, to in moves:
        if owners[part - 1] != to and to in owners:
            edits.append(MoveParts(parts=(f"P {part}",), to=to))
            owners[part - 1] = to
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        made = what_if(base, edits, date=LATER)
    expected = float(shapely.area(base.geometry).sum())
    assert _owners(made) == "".join(owners)
    assert shapely.area(made.geometry).sum() == pytest.approx(expected)
    table = ga.crosswalk(base, made, by="parts")
    assert table.groupby("before_code")["area_share"].sum().tolist() == pytest.approx([1.0] * 3)


@given(drawn=st.lists(st.sampled_from("abc"), min_size=12, max_size=12))
@settings(max_examples=60)
def test_pieces_equal_flooding_cells(drawn: list[str]) -> None:
    zone = {(i % 4, i // 4): letter for i, letter in enumerate(drawn)}
    codes = sorted(set(drawn))
    cells = np.array([square(*cell) for cell in zone], dtype=object)
    owner = np.array([codes.index(letter) for letter in zone.values()])
    found = count_pieces(cells, owner, len(codes))
    assert found.tolist() == [naive_pieces(zone, code) for code in codes]


def test_a_scattered_zone_is_told_and_one_that_was_so_is_not() -> None:
    with pytest.warns(DataWarning, match=r"in pieces that do not meet: Z c \(2\)$"):
        scattered = what_if(_base(), [MoveParts(parts=("P 4",), to="c")], date=LATER)
    what_if(scattered, [MoveParts(parts=("P 8",), to="c")], date=LATER)


def test_a_zone_that_ends_is_told() -> None:
    with pytest.warns(DataWarning, match="no part is left in Z c, which ends"):
        made = what_if(_base(), [MoveParts(parts=("P 6",), to="a")], date=LATER)
    assert made.name.tolist() == ["Z a", "Z b"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (MoveParts(parts=("P 9",), to="a"), "edit #1: no parish 'P 9'; did you mean 'P 8'"),
        (MoveParts(parts=("P 1",), to="Z d"), "no municipality 'Z d'; did you mean 'Z c'"),
        (MoveParts(parts=("P 1",), to="a"), "P 1 is in Z a already; leave it out"),
        (MoveParts(parts=("P 1",), to="b", source="c"), "no parish 'P 1' in c"),
        (MergeZones(zones=("a", "Z a")), r"merge names one zone twice \(a, Z a\)"),
        (MergeZones(zones=("a", "c"), code="b"), "code b is that of Z b, which keeps other parts"),
        (MergeZones(zones=("a", "c"), name="Z b"), "name 'Z b' is that of b too"),
        (SplitOut(parts=("P 1",), code="a", name="N"), "code a is that of Z a, which keeps"),
        (SplitOut(parts=("P 1",), code="n", name="Z a"), "name 'Z a' is that of a too"),
        (SplitOut(parts=("P 6",), code="c", name="Z c"), "Z c is so already; leave the edit out"),
    ],
)
def test_bad_edits_are_named(edit: Edit, told: str) -> None:
    with pytest.raises(InputError, match=told):
        what_if(_base(), [edit], date=LATER)


@pytest.mark.parametrize(
    ("zone", "told"),
    [("q", "has no municipality 'q'"), ("b", "code b is that of Z b, which keeps other parts")],
)
def test_a_zone_that_cannot_come_back(zone: str, told: str) -> None:
    old = territory_of(cells_of(["aaab", "aaaa"]), date="2009-07-01")
    with pytest.raises(InputError, match=told):
        what_if(_base(), [RestoreZone(zone=zone, borders=old)], date=LATER)


def test_a_zone_smaller_than_any_part_cannot_come_back() -> None:
    tiny = territory_of({(0, 0): "o"}, date="2009-07-01")
    merged = territory_of(cells_of(["xx", "xx"]), part=cells_of(["11", "11"]))
    with (
        pytest.warns(DataWarning, match=r"only part of P 1 \(25%\)"),
        pytest.raises(InputError, match="o of 2009-07-01 holds most of no parish"),
    ):
        what_if(merged, [RestoreZone(zone="o", borders=tiny)], date=LATER)


def test_dates_the_wrong_way_round() -> None:
    told = "dates the wrong way round: a what-if of 2020-01-01 on borders of 2021-06-30"
    with pytest.raises(MismatchError, match=told):
        what_if(_base(), [], date="2020-01-01")


def test_borders_without_parts_can_be_merged_but_not_cut() -> None:
    plain = territory_of(ZONE)
    assert what_if(plain, [MergeZones(zones=("a", "c"))], date=LATER).code.tolist() == ["a", "b"]
    with pytest.raises(InputError, match="these borders have no parts to move"):
        what_if(plain, [MoveParts(parts=("P 1",), to="b")], date=LATER)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: MoveParts(parts=(), to="a"), "move needs at least 1 name in a list"),
        (lambda: MoveParts(parts="P 1", to="a"), "move needs at least 1 name in a list"),
        (lambda: MergeZones(zones=("a",)), "merge needs at least 2 names in a list"),
        (lambda: SplitOut(parts=(), code="n", name="N"), "split needs at least 1 name"),
    ],
)
def test_edits_of_nothing(make: object, told: str) -> None:
    assert callable(make)
    with pytest.raises(InputError, match=told):
        make()
