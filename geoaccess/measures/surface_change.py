"""What changes from one surface to another, cell by cell."""

from __future__ import annotations

import numpy as np

from geoaccess.errors import MismatchError
from geoaccess.model.surface import OUTSIDE_CODE, Surface
from geoaccess.model.surface_change import BOTH, GAINED, LOST, NEITHER, SurfaceChange


def surface_change(before: Surface, after: Surface) -> SurfaceChange:
    """
    Tell what changes from one surface to another, cell by cell.

    Where a resident would be nearer, where farther, and which ground comes within reach of
    any service at all, or falls out of it.

    Parameters
    ----------
    before, after
        Surfaces of the same cells and cutoff, such as of two scenarios.

    Returns
    -------
    Minutes after less minutes before where a cell is reached both times; gained and lost
    cells are told apart, and have no minutes.

    Raises
    ------
    MismatchError
        If grids, areas, cutoffs or directions differ.

    Examples
    --------
    >>> from geoaccess.model.grid import Grid
    >>> grid = Grid(crs="EPSG:3059", west_m=0, north_m=10, cell_m=10, n_rows=1, n_columns=2)
    >>> same = {"grid": grid, "service": "school", "cutoff_min": 60.0, "max_snap_m": 1000.0}
    >>> inf = float("inf")
    >>> before = Surface(minutes=[[9.0, inf]], reason=[[0, 3]], **same)
    >>> after = Surface(minutes=[[4.0, 7.0]], reason=[[0, 0]], **same)
    >>> surface_change(before, after).change_min.tolist()
    [[-5.0, nan]]
    >>> surface_change(before, after).counts()["gained"]
    1
    """
    _require_alike(before, after)
    then, now = before.reached, after.reached
    outside = before.reason == OUTSIDE_CODE
    change = np.where(then, np.where(now, BOTH, LOST), np.where(now, GAINED, NEITHER))
    change_min = np.full(before.grid.shape, np.nan, np.float32)
    both = then & now
    change_min[both] = after.minutes[both] - before.minutes[both]
    return SurfaceChange(
        grid=before.grid,
        change_min=change_min,
        change=np.where(outside, OUTSIDE_CODE, change).astype(np.uint8),
        service=before.service if before.service == after.service else "",
        cutoff_min=before.cutoff_min,
        max_snap_m=before.max_snap_m,
        direction=before.direction,
        profile=before.profile if before.profile == after.profile else "",
        source=_told(before.source, after.source),
        licence=_told(before.licence, after.licence),
    )


def _told(*texts: str) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))


def _require_alike(before: Surface, after: Surface) -> None:
    if before.grid != after.grid:
        msg = (
            f"the surfaces have other cells ({before.grid.n_rows} x {before.grid.n_columns} of "
            f"{before.grid.cell_m:g} m, {after.grid.n_rows} x {after.grid.n_columns} of "
            f"{after.grid.cell_m:g} m); make both with the same area, resolution and CRS"
        )
        raise MismatchError(msg)
    if not np.array_equal(before.reason == OUTSIDE_CODE, after.reason == OUTSIDE_CODE):
        msg = "the surfaces cover other areas; make both with the same area"
        raise MismatchError(msg)
    for name in ("cutoff_min", "direction"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            msg = f"the surfaces have another {name} ({one} and {other}); make both with the same"
            raise MismatchError(msg)
