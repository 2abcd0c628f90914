from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.measures.time_to_nearest import nearest_destinations, time_to_nearest
from geoaccess.model.times import TravelTimes
from tests import naive

minutes = st.one_of(st.integers(0, 100).map(float), st.just(float("inf")))


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    values = draw(st.lists(minutes, min_size=rows * columns, max_size=rows * columns))
    return np.array(values).reshape(rows, columns)


@given(matrices(), st.data())
def test_the_kth_of_a_sorted_row(
    matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]], data: st.DataObject
) -> None:
    cutoff = data.draw(st.integers(1, 100))
    k = data.draw(st.integers(1, matrix.shape[1]))
    times = TravelTimes.from_minutes(matrix, cutoff_min=cutoff)
    expected = [sorted(v if v <= cutoff else np.inf for v in row)[k - 1] for row in matrix]
    assert time_to_nearest(times, k=k).tolist() == expected


@given(matrices())
def test_another_destination_never_lengthens_the_nearest(
    matrix: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    fewer = TravelTimes.from_minutes(
        matrix[:, :-1] if matrix.shape[1] > 1 else matrix, cutoff_min=60
    )
    more = TravelTimes.from_minutes(matrix, cutoff_min=60)
    assert (time_to_nearest(more).to_numpy() <= time_to_nearest(fewer).to_numpy()).all()


def test_ties_go_to_the_destination_that_stands_first() -> None:
    table = nearest_destinations(TravelTimes.from_minutes([[7, 7, 9]], cutoff_min=60))
    assert table["nearest_id"].tolist() == ["d0"]
    assert naive.nearest([[7, 7, 9]], 2) == [[(7, 0), (7, 1)]]


def test_ids_and_order_are_those_of_the_origins() -> None:
    told = time_to_nearest(TravelTimes.from_minutes([[3], [1], [2]], cutoff_min=60))
    assert told.index.tolist() == ["o0", "o1", "o2"]
    assert told.tolist() == [3.0, 1.0, 2.0]
