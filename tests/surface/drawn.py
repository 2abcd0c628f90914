"""Surfaces drawn at random, small enough for a slow twin."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from geoaccess.model.grid import Grid
from geoaccess.model.surface import OUTSIDE_CODE, Surface

NAN, INF = float("nan"), float("inf")
REASON = {NAN: OUTSIDE_CODE, INF: 3}


def surface_from(values: list[list[float]], *, cell_m: float = 100.0) -> Surface:
    """Minutes in rows from the north; ``inf`` unreached, NaN outside."""
    minutes = np.array(values, dtype=np.float32)
    reason = np.where(np.isnan(minutes), OUTSIDE_CODE, np.where(np.isinf(minutes), 3, 0))
    grid = Grid(
        crs="EPSG:3059",
        west_m=500_000,
        north_m=300_000,
        cell_m=cell_m,
        n_rows=minutes.shape[0],
        n_columns=minutes.shape[1],
    )
    return Surface(
        grid=grid,
        minutes=minutes,
        reason=reason,
        service="school",
        cutoff_min=60.0,
        max_snap_m=1000.0,
    )


@st.composite
def surfaces(draw: st.DrawFn) -> Surface:
    rows, columns = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    value = st.sampled_from([NAN, INF, 0.0, 5.0, 10.0, 10.5, 15.0, 59.0])
    row = st.lists(value, min_size=columns, max_size=columns)
    return surface_from(draw(st.lists(row, min_size=rows, max_size=rows)))
