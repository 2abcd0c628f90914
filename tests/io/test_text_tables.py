"""CSV as programs, Latvian spreadsheets and R write it gives one and the same table."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.errors import DataWarning, InputError
from geoaccess.io.spreadsheet import guarded, unguarded
from geoaccess.io.tables import number_column, points_of, read_places_table, text_column
from geoaccess.io.text_tables import csv_rows, numbers_of, read_text_table, result_rows
from geoaccess.io.write import write_csv
from geoaccess.reform.agreements import read_agreements

PLAIN = (
    'id,name,lon,lat,population\n007,"Ķegums, pilsēta",24.7,56.7,1234.5\n008,Ēdole,21.7,57.1,800\n'
)
LATVIAN = (
    "id;name;lon;lat;population\r\n007;Ķegums, pilsēta;24,7;56,7;1\u00a0234,5\r\n"
    "008;Ēdole;21,7;57,1;800\r\n"
)
TABBED = LATVIAN.replace(";", "\t")


def _written(path: Path, text: str, encoding: str) -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (LATVIAN, "utf-8"),
        (LATVIAN, "utf-8-sig"),
        ("sep=;\r\n" + LATVIAN, "utf-8-sig"),
        (TABBED, "utf-16"),
        (LATVIAN.replace("24,7", "24.7").replace("21,7", "21.7"), "utf-8"),
    ],
)
def test_every_way_of_writing_gives_the_same_people(
    tmp_path: Path, text: str, encoding: str
) -> None:
    people = ga.read_settlements(_written(tmp_path / "x.csv", text, encoding))
    assert people.id.tolist() == ["007", "008"]
    assert people.name.tolist() == ["Ķegums, pilsēta", "Ēdole"]
    assert people.lon.tolist() == [24.7, 21.7]
    assert people.lat.tolist() == [56.7, 57.1]
    assert people.population.tolist() == [1234.5, 800.0]


def test_windows_1257_is_read_and_told(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", LATVIAN, "cp1257")
    with pytest.warns(DataWarning, match=r"x\.csv is not UTF-8 .* as Windows-1257; check its"):
        people = ga.read_settlements(path)
    assert people.name.tolist() == ["Ķegums, pilsēta", "Ēdole"]
    assert people.population.tolist() == [1234.5, 800.0]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("1;24,7;56,7\n2;24.8;56,8\n", "lon is not a number for row 1 (first: '24,7'); write"),
        ("1;24,7,1;56,7\n", "lon is not a number for row 1 (first: '24,7,1'); correct"),
        ("1;24,7;56,7;9\n", "rows with more fields than the header"),
        ("1;;56,7\n", "lon is not a number for row 1 (first: empty)"),
        ("1;524000,5;302000,5\n", "these are not degrees"),
    ],
)
def test_bad_cells_of_a_spreadsheet(tmp_path: Path, rows: str, told: str) -> None:
    path = _written(tmp_path / "x.csv", f"id;lon;lat\n{rows}", "utf-8-sig")
    with pytest.raises(InputError, match=re.escape(told)):
        read_places_table(path)


def test_a_comma_in_a_file_of_commas_is_no_decimal(tmp_path: Path) -> None:
    # It may as well stand between thousands.
    path = _written(tmp_path / "x.csv", 'id,lon,lat,n\n1,24.7,56.7,"1,234"\n', "utf-8")
    table = read_places_table(path)
    with pytest.raises(InputError, match=r"n is not a number for a .*write decimals with a point"):
        number_column(table, "n", path=path, ids=["a"])


def test_capacities_and_shares_with_decimal_commas(tmp_path: Path) -> None:
    path = _written(
        tmp_path / "s.csv", "id;kind;name;lon;lat;capacity\n1;school;A;24,7;56,7;12,5\n", "utf-8"
    )
    assert ga.read_services(path).capacity.tolist() == [12.5]
    path = _written(
        tmp_path / "a.csv",
        "resident_zone;service_zone;service;capacity_share\n01;02;school;0,25\n",
        "utf-8",
    )
    assert read_agreements(path)["capacity_share"].tolist() == [0.25]


def test_codes_are_text_and_semicolons_may_be_quoted(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", 'code;parts\n0042;"a;b"\n', "utf-8")
    table = read_text_table(path)
    assert text_column(table, "code", path=path) == ["0042"]
    assert text_column(table, "parts", path=path) == ["a;b"]


@pytest.mark.parametrize("suffix", [".parquet", ".gpkg"])
def test_tables_without_places_in_other_formats(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"people{suffix}"
    table = pd.DataFrame(
        {"zone": ["0042", "NA"], "year": [2030.0, np.nan], "population": [10, 20], "f": [0.5, 1]}
    )
    if suffix == ".gpkg":
        pyogrio.write_dataframe(table, path, layer="people")
    else:
        table.to_parquet(path)
    found = read_text_table(path)
    assert found["zone"].tolist() == ["0042", "NA"]
    assert found["year"].fillna("").tolist() == ["2030", ""]
    assert found["population"].tolist() == ["10", "20"]
    assert found["f"].tolist() == ["0.5", "1.0"]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="is no table; save it as CSV"):
        read_text_table(path)


def test_what_is_neither_utf8_nor_windows_1257(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"id,lon,lat\n\x81\xff,1,2\n")
    with pytest.raises(InputError, match="is not UTF-8 text; save it as UTF-8"):
        csv_rows(path)


@pytest.mark.parametrize(
    ("texts", "comma", "numbers"),
    [
        (["1,5", "-2,25", "3"], True, [1.5, -2.25, 3.0]),
        (["1,5", "2.5"], True, [np.nan, 2.5]),
        (["1\u00a0234,5", "12 345", "1 2"], True, [1234.5, 12345.0, np.nan]),
        (["1,5", "3"], False, [np.nan, 3.0]),
        (["1,5e3", None, ""], True, [1500.0, np.nan, np.nan]),
    ],
)
def test_numbers_of_cells(texts: list[str | None], *, comma: bool, numbers: list[float]) -> None:
    found = numbers_of(pd.Series(texts, dtype="string"), decimal_comma=comma)
    assert np.array_equal(found, numbers, equal_nan=True)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+371 26123456",
        "-A1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=cmd|"/c calc"!A0',
        "'=1",
        "1,5",
    ],
)
def test_text_that_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-5", "+5", "-5.25", "Ķegums", "'s-Gravenhage", "a=b", "", "007"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(alphabet="'=+-@\t\r,;.01a\"\n ", max_size=8))
def test_the_guard_can_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=@\t\r")


_CELLS = st.text(alphabet="'=+-@,;.01aĶ\"\n ", max_size=6)
_NUMBERS = st.floats(-1e9, 1e9).map(lambda value: round(value, 6) + 0.0)


@given(
    st.lists(st.tuples(_CELLS, _NUMBERS | st.just(np.nan), st.integers()), min_size=1, max_size=6)
)
def test_a_table_comes_back_from_either_style(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float, int]]
) -> None:
    table = pd.DataFrame(rows, columns=["id", "value_min", "n"])
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    for style in ("plain", "latvian"):
        write_csv(table, path, style=style)
        back = result_rows(path)
        assert back["id"].tolist() == table["id"].tolist()
        assert back["n"].tolist() == [str(one) for one in table["n"]]
        value = pd.to_numeric(back["value_min"].replace("", np.nan)).to_numpy(dtype=float)
        assert np.allclose(value, table["value_min"], rtol=1e-12, atol=1e-6, equal_nan=True)


def test_points_keep_their_dialect_through_the_crs(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", LATVIAN, "utf-8")
    table = read_places_table(path)
    people = number_column(table[::-1], "population", path=path, ids=["b", "a"])
    assert people.tolist() == [800.0, 1234.5]
    assert points_of(table, path=path)[1].tolist() == [56.7, 57.1]
