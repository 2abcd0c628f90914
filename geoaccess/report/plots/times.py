"""How many people reach a service within how many minutes, as figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.report.plots.axes import INK, axes_or_new
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_times(
    minutes: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw the share of people who reach a service within so many minutes.

    The curve ends below 100 % where some people reach none at all.

    Parameters
    ----------
    minutes
        Shape (n,), 0 or more; ``inf`` or NaN where unreached.
    weights
        People behind each value, shape (n,); one each if left out.
    label
        Name of the curve, for a legend.
    ax
        Where to draw; a new figure if None, which is ``.figure`` of what is given back.

    Returns
    -------
    The axes: minutes, and people in per cent.

    Raises
    ------
    InputError
        If shapes differ, there are no people, or matplotlib is missing.

    Examples
    --------
    >>> drawn = plot_times([5, 20, float("inf")], weights=[60, 30, 10]).lines[0]
    >>> drawn.get_xdata().tolist(), drawn.get_ydata().tolist()
    ([0.0, 5.0, 20.0], [0.0, 60.0, 90.0])
    """
    value, people = _counted(minutes, weights)
    order = np.argsort(value, kind="stable")
    value, share = value[order], 100.0 * np.cumsum(people[order]) / people.sum()
    last = np.isfinite(value) & np.append(value[1:] != value[:-1], True)
    axes = axes_or_new(ax)
    axes.step(
        np.append(0.0, value[last]),
        np.append(0.0, share[last]),
        where="post",
        color=INK if ax is None else None,
        label=label,
    )
    axes.set_xlabel("Minutes to the nearest, at most")
    axes.set_ylabel("People, %")
    axes.set_xlim(left=0.0)
    axes.set_ylim(0.0, 100.0)
    return axes


def plot_histogram(
    minutes: npt.ArrayLike,
    *,
    breaks_min: Sequence[float],
    weights: npt.ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw how many people live how many minutes away.

    Parameters
    ----------
    minutes
        Shape (n,), 0 or more; ``inf`` or NaN where unreached.
    breaks_min
        Rising upper ends of the classes, minutes; a class holds its upper end. Those over the
        last, and those unreached, have classes of their own.
    weights
        People behind each value, shape (n,); one each if left out.
    ax
        Where to draw; a new figure if None, which is ``.figure`` of what is given back.

    Returns
    -------
    The axes, one bar a class, as high as its people are many.

    Raises
    ------
    InputError
        If shapes differ, there are no people, breaks do not rise, or matplotlib is missing.

    Examples
    --------
    >>> axes = plot_histogram([5, 20, float("inf")], breaks_min=[10, 30], weights=[60, 30, 10])
    >>> [float(bar.get_height()) for bar in axes.patches]
    [60.0, 30.0, 0.0, 10.0]
    """
    value, people = _counted(minutes, weights)
    ends = np.asarray(breaks_min, dtype=np.float64)
    if not len(ends) or not np.isfinite(ends).all() or (np.diff(ends, prepend=0.0) <= 0).any():
        msg = "breaks_min must be numbers above 0 that rise, such as [10, 20, 30]"
        raise InputError(msg)
    where = np.searchsorted(ends, value, side="left")
    where[~np.isfinite(value)] = len(ends) + 1
    heads = np.bincount(where, people, minlength=len(ends) + 2)
    lows = np.append(0.0, ends[:-1])
    names = [f"{low:g}\N{EN DASH}{high:g}" for low, high in zip(lows, ends, strict=True)]
    axes = axes_or_new(ax)
    axes.bar([*names, f"over {ends[-1]:g}", "unreached"], heads, color=INK, edgecolor="black")
    axes.patches[-1].set(facecolor="white", hatch="//")
    axes.set_xlabel("Minutes to the nearest")
    axes.set_ylabel("People")
    return axes


def _counted(
    minutes: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    value = np.array(minutes, dtype=np.float64)
    people = np.ones_like(value) if weights is None else np.array(weights, dtype=np.float64)
    if value.ndim != 1 or value.shape != people.shape:
        msg = f"minutes and weights must be of one length, but are {value.shape}, {people.shape}"
        raise InputError(msg)
    value[np.isnan(value)] = np.inf
    if (value < 0).any() or not np.isfinite(people).all() or (people < 0).any():
        msg = "minutes and weights must be 0 or more, and weights numbers of people"
        raise InputError(msg)
    if people.sum() <= 0:
        msg = "there are no people to draw; give weights of which some are above 0"
        raise InputError(msg)
    return value, people
