from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from geoaccess.errors import OutputError
from geoaccess.io.store import StoreError, load_arrays, save_arrays

SOME = {"a": np.arange(5, dtype=np.int32), "b": np.array([1.5, np.inf]), "none": np.empty((0, 3))}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "some.bin"
    save_arrays(path, kind="test", facts={"name": "Ķekava"}, arrays=SOME)
    return path


def test_what_goes_in_comes_out(path: Path) -> None:
    back = load_arrays(path, kind="test")
    assert back.facts == {"name": "Ķekava"}
    assert list(back.arrays) == sorted(SOME)
    for name, array in SOME.items():
        assert back.arrays[name].dtype == array.dtype
        assert np.array_equal(back.arrays[name], array)
    with pytest.raises(ValueError, match="read-only"):
        back.arrays["a"][0] = 9


@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8"), max_size=5),
        arrays_of.arrays(
            st.sampled_from(["int8", "int32", "int64", "float32", "float64", "bool"]),
            arrays_of.array_shapes(max_dims=2, min_side=0, max_side=9),
        ),
        max_size=4,
    )
)
def test_any_arrays_come_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray]
) -> None:
    path = tmp_path_factory.mktemp("store") / "x"
    save_arrays(path, kind="test", facts={}, arrays=arrays)
    back = load_arrays(path, kind="test").arrays
    assert {name: (a.shape, a.tobytes()) for name, a in back.items()} == {
        name: (a.shape, a.tobytes()) for name, a in arrays.items()
    }


def test_one_wrong_byte_anywhere_is_seen(path: Path) -> None:
    sound = path.read_bytes()
    for at in [*range(60), *range(60, len(sound), 37)]:
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with pytest.raises(StoreError, match=r"damaged|not written by|cannot"):
            load_arrays(path, kind="test")


@pytest.mark.parametrize("kept", [0, 5, 47, 100, -1])
def test_a_file_cut_short_is_seen(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(StoreError):
        load_arrays(path, kind="test")


def test_other_kinds_and_missing_files_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds a test, not a network"):
        load_arrays(path, kind="network")
    with pytest.raises(StoreError, match="cannot be read"):
        load_arrays(tmp_path / "nowhere", kind="test")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        save_arrays(tmp_path / "file" / "below", kind="test", facts={}, arrays={})


def _write(path: Path, value: int) -> None:
    for _ in range(20):
        save_arrays(path, kind="test", facts={}, arrays={"a": np.full(1000, value)})


def test_two_writers_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "shared.bin"
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_write, [path, path], [1, 2]))
    told = load_arrays(path, kind="test").arrays["a"]
    assert set(told.tolist()) in ({1}, {2})
    assert [one.name for one in tmp_path.iterdir()] == ["shared.bin"]
