"""The closure desk, beside a slow twin that looks at everybody anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoaccess.equity.gini import gini
from geoaccess.errors import InputError, MismatchError
from geoaccess.model.places import Origins
from geoaccess.model.times import TravelTimes
from geoaccess.siting.closures import closing_sequence, closures
from geoaccess.siting.openings import opening_sequence
from tests import naive_siting

CUTOFF, NORM = 60.0, 20.0
MINUTE = st.one_of(st.integers(0, 59).map(float), st.just(float("inf")))


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[list[float]], list[float]]:
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    minutes = draw(st.lists(st.lists(MINUTE, min_size=m, max_size=m), min_size=n, max_size=n))
    people = draw(st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n))
    return minutes, people


def held(minutes: list[list[float]], people: list[float]) -> TravelTimes:
    ids = [f"o{i}" for i in range(len(minutes))]
    zeros = [0.0] * len(ids)
    origins = Origins(id=ids, name=ids, lon=zeros, lat=zeros, population=people)
    return TravelTimes.from_minutes(minutes, cutoff_min=CUTOFF, origins=origins)


@given(towns())
def test_every_single_closure_equals_looking_again(
    town: tuple[list[list[float]], list[float]],
) -> None:
    minutes, people = town
    table = closures(held(minutes, people), norm_min=NORM).set_index("id")
    m = len(minutes[0])
    assert len(table) == m
    for j in range(m):
        slow = naive_siting.closure(minutes, people, j, [True] * m, CUTOFF, NORM)
        row = table.loc[f"d{j}"]
        assert row["people_moved"] == slow["moved"]
        assert row["added_person_min"] == pytest.approx(slow["added"], abs=1e-3)
        assert row["people_newly_beyond"] == slow["beyond"]
        assert row["people_newly_unreached"] == slow["unreached"]


@given(towns(), st.sampled_from(["minutes", "norm"]))
def test_a_sequence_is_the_least_harm_again_and_again(
    town: tuple[list[list[float]], list[float]], objective: str
) -> None:
    minutes, people = town
    m = len(minutes[0])
    told = closing_sequence(
        held(minutes, people),
        m,
        norm_min=NORM,
        objective="norm" if objective == "norm" else "minutes",
    )
    open_ = [True] * m
    for row in told.to_dict("records"):
        harms: dict[int, tuple[float | str, ...]] = {}
        for j in range(m):
            if open_[j]:
                slow = naive_siting.closure(minutes, people, j, open_, CUTOFF, NORM)
                harm = (round(slow["added"], 2), f"d{j}")
                if objective == "norm":
                    harms[j] = (slow["unreached"], slow["beyond"], *harm)
                else:
                    harms[j] = harm
        best = min(harms, key=harms.__getitem__)
        assert row["id"] == f"d{best}"
        open_[best] = False


def test_a_town_by_hand() -> None:
    """Two schools close together in a town of 100; one farm of 3 has a school of its own."""
    times = held([[2, 4, 40], [3, 2, 40], [45, 44, 1]], [60, 40, 3])
    table = closures(times, norm_min=30).set_index("id")
    assert table["added_person_min"].to_dict() == {"d0": 120.0, "d1": 40.0, "d2": 129.0}
    assert table["people_newly_beyond"].to_dict() == {"d0": 0.0, "d1": 0.0, "d2": 3.0}
    assert table.index.tolist() == ["d1", "d0", "d2"]
    assert table.loc["d2", "worst_place_id"] == "o2"
    assert table.loc["d2", "worst_place_min"] == 44.0
    assert closing_sequence(times, 2, fixed=["d1"])["id"].tolist() == ["d0", "d2"]


@given(towns(), towns())
def test_opening_never_lengthens_and_picks_the_best(
    town: tuple[list[list[float]], list[float]], other: tuple[list[list[float]], list[float]]
) -> None:
    minutes, people = town
    spots = [other[0][i % len(other[0])] for i in range(len(minutes))]
    told = opening_sequence(held(minutes, people), held(spots, people), 1)
    now = np.minimum(np.array(minutes).min(axis=1), CUTOFF)
    saved = [
        sum(
            p * max(a - min(row[j], CUTOFF), 0)
            for p, a, row in zip(people, now, spots, strict=True)
        )
        for j in range(len(spots[0]))
    ]
    assert told["saved_person_min"][0] == pytest.approx(max(saved), abs=1e-3)
    assert told["id"][0] == f"d{int(np.argmax(np.round(saved, 3)))}"


@given(towns())
def test_equality_in_a_sequence_is_that_of_each_step(
    town: tuple[list[list[float]], list[float]],
) -> None:
    """Only the chosen one's index is counted, and it is the one of the table of closures."""
    minutes, people = town
    times = held(minutes, people)
    first = closing_sequence(times, 1).iloc[0]
    row = closures(times).set_index("id").loc[first["id"]]
    for name in ("gini_before", "gini_after", "people_moved", "added_person_min"):
        assert first[name] == row[name] or np.isnan(row[name])


@given(towns(), towns())
def test_openings_tell_the_figures_of_closures(
    town: tuple[list[list[float]], list[float]], other: tuple[list[list[float]], list[float]]
) -> None:
    """Two steps, each looked at again from scratch; a forbidden site never opens."""
    minutes, people = town
    spots = [other[0][i % len(other[0])] for i in range(len(minutes))]
    m = len(spots[0])
    if m < 2:
        return
    told = opening_sequence(
        held(minutes, people), held(spots, people), m - 1, norm_min=NORM, forbidden=["d0"]
    )
    assert sorted(told["id"]) == [f"d{j}" for j in range(1, m)]
    now = [min(naive_siting.nearest(row, [True] * len(row)), CUTOFF) for row in minutes]
    for row in told.to_dict("records"):
        j = int(row["id"][1:])
        slow = naive_siting.opening(now, [spot[j] for spot in spots], people, CUTOFF, NORM)
        for name, value in slow.items():
            assert row[name] == pytest.approx(value, abs=1e-3, nan_ok=True), name
        now = [min(a, spot[j]) for a, spot in zip(now, spots, strict=True)]
        assert row["gini_after"] == pytest.approx(gini(now, weights=people), nan_ok=True)


def test_an_opening_by_hand() -> None:
    """At the first spot 60 people save 25 minutes, and 3 save 1; they are the farthest then."""
    now, spots = held([[30], [40]], [60, 3]), held([[5, 35], [39, 2]], [60, 3])
    row = opening_sequence(now, spots, 1, norm_min=NORM).iloc[0]
    assert row["id"] == "d0"
    assert row["saved_min_mean"] == pytest.approx((60 * 25 + 3 * 1) / 63)
    assert (row["saved_min_max"], row["people_newly_within"]) == (25, 60)
    assert (row["worst_place_id"], row["worst_place_min"]) == ("o1", 39)
    assert row["gini_before"] < row["gini_after"]


def test_what_cannot_be_asked() -> None:
    times = held([[1, 2]], [5])
    with pytest.raises(InputError, match="no service dx to keep"):
        closures(times, fixed=["dx"])
    with pytest.raises(InputError, match="from 1 to the 2 services"):
        closing_sequence(times, 3)
    with pytest.raises(InputError, match="needs norm_min"):
        closing_sequence(times, 1, objective="norm")
    with pytest.raises(InputError, match="weights must be 1 numbers"):
        closures(times, weights=[-1])
    with pytest.raises(InputError, match="no candidate dx to forbid"):
        opening_sequence(times, times, 1, forbidden=["dx"])
    with pytest.raises(InputError, match="from 1 to 1 candidates"):
        opening_sequence(times, times, 2, forbidden=["d0"])
    with pytest.raises(MismatchError, match="same settlements"):
        opening_sequence(times, held([[1], [2]], [1, 1]), 1)
