"""Figures draw what the measures say."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import geoaccess as ga
from geoaccess.errors import InputError

INF = float("inf")
HEADS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9)), min_size=1, max_size=20).filter(
    lambda rows: any(people for _, people in rows)
)


@settings(max_examples=12)
@given(HEADS)
def test_the_lorenz_line_is_the_lorenz_curve(rows: list[tuple[int, int]]) -> None:
    minutes, people = zip(*rows, strict=True)
    line = ga.plot_lorenz(minutes, weights=people).lines[-1]
    curve = 100 * ga.lorenz_curve(minutes, weights=people)
    assert np.asarray(line.get_xdata()).tolist() == curve["people_share"].tolist()
    assert np.asarray(line.get_ydata()).tolist() == curve["value_share"].tolist()


@settings(max_examples=12)
@given(HEADS, st.integers(1, 99))
def test_the_curve_of_times_is_coverage(rows: list[tuple[int, int]], cutoff: int) -> None:
    minutes, people = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    line = ga.plot_times(minutes, weights=people).lines[0]
    xs, ys = (np.asarray(one, dtype=float) for one in (line.get_xdata(), line.get_ydata()))
    drawn = ys[xs <= cutoff][-1] if (xs <= cutoff).any() else 0.0
    beyond = ga.share_beyond(minutes, weights=people, cutoff_min=cutoff)
    assert drawn == pytest.approx(100 * (1 - beyond))


def test_times_of_people_who_reach_nothing() -> None:
    line = ga.plot_times([10, INF, np.nan], weights=[5, 3, 2]).lines[0]
    assert np.asarray(line.get_ydata()).tolist() == [0, 50]
    nobody = ga.plot_times([INF]).lines[0]
    assert np.asarray(nobody.get_ydata()).tolist() == [0]


@settings(max_examples=12)
@given(HEADS)
def test_bars_of_a_histogram_hold_everybody(rows: list[tuple[int, int]]) -> None:
    minutes, people = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    minutes[minutes > 90] = INF
    bars = ga.plot_histogram(minutes, weights=people, breaks_min=[15, 30]).patches
    told = [float(bar.get_height()) for bar in bars]  # type: ignore[attr-defined]
    classes = [
        minutes <= 15,
        (minutes > 15) & (minutes <= 30),
        (minutes > 30) & (minutes < INF),
        minutes == INF,
    ]
    assert told == [people[one].sum() for one in classes]


def test_dots_of_change_stand_where_their_minutes_are() -> None:
    axes = ga.plot_change([10, 20, 30, INF], [10.5, 5, 50, 3], weights=[1, 100, 25, 9])
    dots = {
        str(one.get_label()): np.asarray(one.get_offsets()).tolist() for one in axes.collections
    }
    assert dots == {
        "unchanged (1)": [[10.0, 10.5]],
        "nearer (1)": [[20.0, 5.0]],
        "farther (1)": [[30.0, 50.0]],
    }
    sizes = [float(one.get_sizes()[0]) for one in axes.collections]  # type: ignore[attr-defined]
    assert sizes[1] == 4 * sizes[2], "areas grow with people"
    assert axes.get_title() == "1 not reached at either time, left out"


@pytest.fixture
def zones() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "territory": ["before", "after", "after", "after", "after"],
            "zone_id": ["0", "1", "2", "3", ""],
            "zone_name": ["Old", "Rīga", "Ķekava", "Empty", ""],
            "service": ["school"] * 5,
            "population": [9, 5, 6, 0, 2],
            "mean_min": [1.0, 4.0, 9.0, 99.0, 5.0],
            "change_min": [0.0, -3.0, 2.0, 1.0, np.nan],
        }
    )


def test_bars_of_municipalities(zones: pd.DataFrame) -> None:
    axes = ga.plot_zones(zones, service="school")
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == ["Ķekava", "outside every zone", "Rīga"]
    assert [float(bar.get_width()) for bar in axes.patches] == [9, 5, 4]  # type: ignore[attr-defined]
    change = ga.plot_zones(zones, service="school", column="change_min")
    assert [float(bar.get_width()) for bar in change.patches] == [2, -3]  # type: ignore[attr-defined]
    colors = [bar.get_facecolor() for bar in change.patches]
    assert colors[0] != colors[1]
    assert "change_min" in change.get_xlabel()


def test_several_curves_on_axes_of_ones_own() -> None:
    axes = Figure().add_subplot()
    assert ga.plot_lorenz([1, 2], label="one", ax=axes) is axes
    ga.plot_lorenz([1, 9], label="two", ax=axes)
    drawn = [line for line in axes.lines if not str(line.get_label()).startswith("_")]
    assert [line.get_label() for line in drawn] == ["one", "two"]
    assert drawn[0].get_color() != drawn[1].get_color()


@pytest.mark.parametrize(
    "axes",
    [
        ga.plot_lorenz([1, 2]),
        ga.plot_times([1, 2]),
        ga.plot_histogram([1, 2], breaks_min=[1]),
        ga.plot_change([1, 2], [2, 1]),
    ],
)
def test_axes_say_what_they_are_of(axes: Axes) -> None:
    units = ("People", "Minutes", "%")
    assert any(unit in axes.get_xlabel() for unit in units)
    assert any(unit in axes.get_ylabel() for unit in units)


def test_what_cannot_be_drawn(zones: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="of one length"):
        ga.plot_times([1, 2], weights=[1])
    with pytest.raises(InputError, match="no people to draw"):
        ga.plot_times([1, 2], weights=[0, 0])
    with pytest.raises(InputError, match="0 or more"):
        ga.plot_times([-1])
    with pytest.raises(InputError, match="that rise"):
        ga.plot_histogram([1], breaks_min=[3, 2])
    with pytest.raises(InputError, match="of one length"):
        ga.plot_change([1], [1, 2])
    with pytest.raises(InputError, match="no column 'mean'; did you mean 'mean_min'"):
        ga.plot_zones(zones, service="school", column="mean")
    with pytest.raises(InputError, match="no service 'scool'; did you mean 'school'"):
        ga.plot_zones(zones, service="scool")
    with pytest.raises(InputError, match="no territory 'now'"):
        ga.plot_zones(zones, service="school", territory="now")


def test_nothing_that_others_share_is_touched() -> None:
    """No window manager of pyplot, no settings; and without matplotlib a way to get it."""
    code = """
import io, sys
import geoaccess as ga
ga.plot_times([1, 2]).figure.savefig(io.BytesIO())
print("matplotlib.pyplot" in sys.modules)
for name in [name for name in sys.modules if name.startswith("matplotlib")]:
    del sys.modules[name]
sys.modules["matplotlib"] = None
try:
    ga.plot_times([1, 2])
except ga.InputError as error:
    print(error)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == [
        "False",
        "figures need matplotlib; install it with: pip install 'geoaccess[plots]'",
    ]
