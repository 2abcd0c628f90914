"""Municipalities side by side, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.report.plots.axes import INK, LESS, MORE, QUIET, axes_or_new

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES_A_BAR = 0.22


def plot_zones(
    zones: pd.DataFrame,
    *,
    service: str,
    territory: str = "after",
    column: str = "mean_min",
    ax: Axes | None = None,
) -> Axes:
    """
    Draw a bar for each municipality, the longest at the top.

    Parameters
    ----------
    zones
        A table by zone of this package, such as ``StudyResult.zones`` or
        ``StudyResult.tables["reform_zones"]``.
    service
        Kind of service.
    territory
        Border set, by its role.
    column
        Column of minutes to draw: ``mean_min``, ``change_min`` or another. Of a change, bars
        to the left are nearer, to the right farther.
    ax
        Where to draw; a new figure if None, which is ``.figure`` of what is given back.

    Returns
    -------
    The axes. Zones without people or without a value have no bar.

    Raises
    ------
    InputError
        If the table lacks a column, the service or the borders, or matplotlib is missing.

    Examples
    --------
    >>> zones = pd.DataFrame({"territory": ["after"] * 2, "zone_id": ["1", "2"],
    ...     "zone_name": ["A", "B"], "service": ["school"] * 2, "mean_min": [4.0, 9.0]})
    >>> axes = plot_zones(zones, service="school")
    >>> [text.get_text() for text in axes.get_yticklabels()]
    ['B', 'A']
    """
    rows = _rows(zones, service, territory, column)
    minutes = rows[column].to_numpy(dtype=np.float64)
    names = [str(name) or "outside every zone" for name in rows["zone_name"]]
    axes = axes_or_new(ax, height_in=1.2 + _INCHES_A_BAR * max(len(rows), 4))
    signed = bool((minutes < 0).any()) or column.startswith("change")
    colors = np.where(minutes < 0, LESS, MORE if signed else INK)
    axes.barh(range(len(rows)), minutes, color=list(colors))
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.axvline(0.0, color=QUIET, linewidth=1.0)
    axes.set_xlabel(f"Minutes ({column})")
    axes.set_title(service.replace("_", " "))
    return axes


def _rows(zones: pd.DataFrame, service: str, territory: str, column: str) -> pd.DataFrame:
    for name in ("territory", "service", "zone_id", "zone_name", column):
        if name not in zones.columns:
            msg = f"the zones have no column {name!r}; {nearest_known(name, list(zones.columns))}"
            raise InputError(msg)
    for name, wanted in (("territory", territory), ("service", service)):
        known = sorted({str(one) for one in zones[name]})
        if wanted not in known:
            msg = f"the zones have no {name} {wanted!r}; {nearest_known(wanted, known or ['none'])}"
            raise InputError(msg)
    rows = zones[(zones["territory"] == territory) & (zones["service"] == service)]
    rows = rows[rows[column].notna()]
    if "population" in rows.columns:
        rows = rows[rows["population"] > 0]
    return rows.sort_values([column, "zone_id"], ascending=[False, True])
