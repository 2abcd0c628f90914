from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geoaccess.errors import InputError, MemoryLimitError, MismatchError
from geoaccess.io.od_table import read_od_table, write_od_table
from geoaccess.io.times_parquet import write_travel_times
from geoaccess.measures.cumulative import cumulative
from geoaccess.model.places import Origins
from geoaccess.model.times import TravelTimes

ROWS = "from_id,to_id,travel_time\n007,x,5\n007,y,31.5\nb,y,\nb,x,90\n"


def written(folder: Path, text: str, name: str = "od.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_long_table_becomes_times_for_every_measure(tmp_path: Path) -> None:
    times = read_od_table(written(tmp_path, ROWS), cutoff_min=60)
    assert times.origins.id.tolist() == ["007", "b"]
    assert times.to_array().tolist() == [[5.0, 31.5], [np.inf, np.inf]]
    assert cumulative(times, opportunities=[3, 4], cutoff_min=40).tolist() == [7.0, 0.0]


def test_places_without_a_row_are_unreached_and_keep_their_order(tmp_path: Path) -> None:
    people = Origins(
        id=["b", "c", "007"], name=["", "", ""], lon=[0, 0, 0], lat=[0, 0, 0], population=[1, 2, 3]
    )
    times = read_od_table(written(tmp_path, ROWS), cutoff_min=60, origins=people)
    assert times.to_array()[:, 0].tolist() == [np.inf, np.inf, 5.0]


def test_what_we_write_we_read(tmp_path: Path) -> None:
    minutes = np.random.default_rng(2).uniform(0, 90, (7, 5)).round(3)
    times = TravelTimes.from_minutes(minutes, cutoff_min=60)
    write_od_table(times, tmp_path / "od.csv")
    write_travel_times(times, tmp_path / "od.parquet")
    for name in ("od.csv", "od.parquet"):
        told = read_od_table(
            tmp_path / name,
            cutoff_min=60,
            origins=times.origins,
            destinations=times.destinations,
        )
        np.testing.assert_array_equal(told.to_array(), times.to_array())


def test_columns_of_r5_are_known(tmp_path: Path) -> None:
    path = written(tmp_path, "from_id,to_id,travel_time_p50\na,x,12\n")
    assert read_od_table(path, cutoff_min=60).to_array().tolist() == [[12.0]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from,to_id,travel_time\na,x,1\n", "has no column 'from_id'"),
        ("from_id,to_id,seconds\na,x,1\n", "has no minutes; name their column travel_time_min or"),
        ("from_id,to_id,travel_time\na,x,far\n", "is no number of minutes in row 1; correct it"),
        ("from_id,to_id,travel_time\na,x,-3\n", "is no number of minutes in row 1"),
        ("from_id,to_id,travel_time\na,x,3\na,x,4\n", "a pair stands twice: a to x; keep one"),
        ("", "is empty"),
    ],
)
def test_what_is_no_such_table_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_od_table(written(tmp_path, text), cutoff_min=60)
    assert "\n" not in str(caught.value)


def test_strange_places_and_too_much_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, ROWS)
    people = Origins(id=["b"], name=[""], lon=[0], lat=[0], population=[1])
    with pytest.raises(MismatchError, match="from_id names places that are not given: 007; add"):
        read_od_table(path, cutoff_min=60, origins=people)
    with pytest.raises(MemoryLimitError):
        read_od_table(path, cutoff_min=60, max_memory_gb=1e-9)
    with pytest.raises(InputError, match=r"cannot be read .*; give a \.csv or \.parquet table"):
        read_od_table(written(tmp_path, "no", "od.parquet"), cutoff_min=60)
