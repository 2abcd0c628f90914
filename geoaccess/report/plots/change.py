"""Minutes before and after, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.errors import InputError
from geoaccess.report.plots.axes import LESS, MORE, QUIET, axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LARGEST = 400.0
_SMALLEST = 4.0


def plot_change(
    before_min: npt.ArrayLike,
    after_min: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    unchanged_min: float = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw every settlement by its minutes before and after.

    Below the straight line people are nearer than before, above it farther.

    Parameters
    ----------
    before_min, after_min
        Minutes of the same settlements, shape (n,); those unreached at either time are left
        out, and counted in the title.
    weights
        People of each settlement, shape (n,), by whom its dot is sized; alike if left out.
    unchanged_min
        A change of at most so many minutes counts as none, and is drawn grey.
    ax
        Where to draw; a new figure if None, which is ``.figure`` of what is given back.

    Returns
    -------
    The axes, minutes either way, up to three collections of dots: unchanged, nearer, farther.

    Raises
    ------
    InputError
        If shapes differ, or matplotlib is missing.

    Examples
    --------
    >>> axes = plot_change([5, 30, float("inf")], [9, 20, 40])
    >>> [dots.get_label() for dots in axes.collections], axes.get_title()
    (['nearer (1)', 'farther (1)'], '1 not reached at either time, left out')
    """
    before, after = (np.asarray(one, dtype=np.float64) for one in (before_min, after_min))
    people = np.ones_like(before) if weights is None else np.asarray(weights, dtype=np.float64)
    if before.ndim != 1 or not before.shape == after.shape == people.shape:
        msg = (
            f"before_min, after_min and weights must be of one length, but are "
            f"{before.shape}, {after.shape}, {people.shape}"
        )
        raise InputError(msg)
    reached = np.isfinite(before) & np.isfinite(after)
    change = np.where(reached, after, 0.0) - np.where(reached, before, 0.0)
    most = float(people[reached].max()) if reached.any() else 0.0
    area = np.maximum(_LARGEST * people / most if most > 0 else people, _SMALLEST)
    axes = axes_or_new(ax)
    for name, color, rows in (
        ("unchanged", QUIET, reached & (np.abs(change) <= unchanged_min)),
        ("nearer", LESS, reached & (change < -unchanged_min)),
        ("farther", MORE, reached & (change > unchanged_min)),
    ):
        if rows.any():
            label = f"{name} ({int(rows.sum())})"
            axes.scatter(
                before[rows], after[rows], s=area[rows], color=color, alpha=0.6, label=label
            )
    limit = float(max(before[reached].max(), after[reached].max())) if reached.any() else 1.0
    axes.plot([0.0, limit], [0.0, limit], color=QUIET, linestyle="--", linewidth=1.0)
    axes.set_xlabel("Minutes before")
    axes.set_ylabel("Minutes after")
    axes.set_aspect("equal")
    if not reached.all():
        axes.set_title(f"{int((~reached).sum())} not reached at either time, left out")
    if axes.collections:
        axes.legend()
    return axes
