from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from geoaccess.errors import MemoryLimitError, OutputError
from geoaccess.io.times_parquet import write_travel_times
from geoaccess.model.times import TravelTimes


@pytest.fixture
def times() -> TravelTimes:
    minutes = np.random.default_rng(1).integers(0, 100, (20, 50)).astype(float)
    return TravelTimes.from_minutes(minutes, cutoff_min=60)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["from_id", "to_id"], ignore_index=True)


def test_the_table_is_that_of_the_whole_matrix(times: TravelTimes, tmp_path: Path) -> None:
    path = tmp_path / "times.parquet"
    write_travel_times(times, path, block=7)
    told = pd.read_parquet(path)
    pd.testing.assert_frame_equal(in_order(told), in_order(times.to_frame()), check_dtype=False)
    assert pq.ParquetFile(path).num_row_groups == 8
    assert [one.name for one in tmp_path.iterdir()] == ["times.parquet"]


def test_a_killed_run_goes_on_where_it_stopped(
    times: TravelTimes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "times.parquet"
    computed: list[int] = []
    block = TravelTimes.block

    def until_killed(self: TravelTimes, start: int, size: int) -> object:
        if len(computed) == 3:
            raise KeyboardInterrupt
        computed.append(start)
        return block(self, start, size)

    monkeypatch.setattr(TravelTimes, "block", until_killed)
    with pytest.raises(KeyboardInterrupt):
        write_travel_times(times, path, block=7)
    assert not path.exists()

    def onwards(self: TravelTimes, start: int, size: int) -> object:
        computed.append(start)
        return block(self, start, size)

    monkeypatch.setattr(TravelTimes, "block", onwards)
    write_travel_times(times, path, block=7)
    assert computed == [0, 7, 14, 21, 28, 35, 42, 49]
    monkeypatch.undo()
    write_travel_times(times, tmp_path / "again.parquet", block=7)
    assert path.read_bytes() == (tmp_path / "again.parquet").read_bytes()


def test_leftovers_of_other_times_are_not_used(times: TravelTimes, tmp_path: Path) -> None:
    path = tmp_path / "times.parquet"
    other = TravelTimes.from_minutes(np.full((20, 50), 1.0), cutoff_min=60)
    assert other.digest(7) != times.digest(7) != times.digest(8)
    write_travel_times(other, path, block=7)
    write_travel_times(times, path, block=7)
    assert len(pd.read_parquet(path)) == len(times.to_frame())


def test_no_destinations_give_an_empty_table(tmp_path: Path) -> None:
    times = TravelTimes.from_minutes(np.empty((3, 0)), cutoff_min=60)
    write_travel_times(times, tmp_path / "none.parquet")
    assert pd.read_parquet(tmp_path / "none.parquet").empty


def test_a_folder_that_is_not_one_is_named(times: TravelTimes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        write_travel_times(times, tmp_path / "file" / "times.parquet")


def test_a_matrix_beyond_the_limit_is_never_allocated() -> None:
    small = TravelTimes.from_minutes(np.zeros((100, 100)), cutoff_min=60)
    tight = TravelTimes(
        **{
            **{name: getattr(small, name) for name in TravelTimes.__slots__},
            "max_memory_gb": 39_999e-9,
        }
    )
    with pytest.raises(MemoryLimitError, match="more than max_memory_gb="):
        tight.to_array()
    with pytest.raises(MemoryLimitError):
        tight.to_frame()
    assert tight.block_size == 24
    assert sum(minutes.shape[1] for _, minutes in tight.blocks()) == 100
    assert small.to_array().shape == (100, 100)
