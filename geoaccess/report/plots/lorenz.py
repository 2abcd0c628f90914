"""Lorenz curve as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geoaccess.equity.lorenz import lorenz_curve
from geoaccess.report.plots.axes import INK, QUIET, axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_lorenz(
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """
    Draw the Lorenz curve.

    The farther it hangs below the straight line, the more of all minutes the last people bear.

    Parameters
    ----------
    values
        Shape (n,), finite, 0 or more: minutes, or access.
    weights
        People behind each value, shape (n,); one each if left out.
    label
        Name of the curve, for a legend.
    ax
        Where to draw; a new figure if None, which is ``.figure`` of what is given back.

    Returns
    -------
    The axes, shares in per cent either way.

    Raises
    ------
    InputError
        If shapes differ, a value is negative, NaN or ``inf``, or matplotlib is missing.

    Examples
    --------
    >>> drawn = plot_lorenz([10, 40], weights=[3, 1]).lines[-1]
    >>> drawn.get_ydata().round(1).tolist()
    [0.0, 42.9, 100.0]
    """
    curve = 100.0 * lorenz_curve(values, weights=weights).to_numpy(dtype=np.float64)
    axes = axes_or_new(ax)
    axes.plot([0.0, 100.0], [0.0, 100.0], color=QUIET, linestyle="--", linewidth=1.0)
    axes.plot(curve[:, 0], curve[:, 1], color=INK if ax is None else None, label=label)
    axes.set_xlabel("People, %")
    axes.set_ylabel("Of all minutes or access, %")
    axes.set_xlim(0.0, 100.0)
    axes.set_ylim(0.0, 100.0)
    axes.set_aspect("equal")
    return axes
