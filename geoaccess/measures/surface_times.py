"""
Minutes of the cells of a surface, row by row.

The services are searched from once; then stripes of rows are put on the road and told their
time, each by one thread, so that what is held beside the answer is the same for a town as for
a country. An answer depends on its own cell only, so it does not depend on the stripes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from pyproj import Transformer

from geoaccess.errors import InputError, MismatchError, nearest_known
from geoaccess.measures.surface_grid import SurfaceCells
from geoaccess.model.snap import Reason, Snapped
from geoaccess.model.surface import CODES, OUTSIDE_CODE, CodeArray, Surface
from geoaccess.routing.bulk_snap import REASONS, BulkSnapper
from geoaccess.routing.engine import Direction
from geoaccess.routing.router import Router
from geoaccess.routing.segment_times import SegmentTimes
from geoaccess.routing.workers import run_tasks
from geoaccess.travel import with_turnout
from geoaccess.units import (
    LONGEST_MIN,
    UNREACHED_MS,
    IntArray,
    LongArray,
    MinutesArray,
    min_to_ms,
    ms_to_min,
)

# Enough for a thread to be quick, few enough to be small.
CELLS_AT_ONCE = 100_000
_OF_SNAP = np.array([CODES.index(reason) for reason in REASONS], dtype=np.uint8)
_TOO_FAR = CODES.index(Reason.TOO_FAR_FROM_ROAD)
_ISOLATED = CODES.index(Reason.ISOLATED_ROAD)
_OVER_CUTOFF = CODES.index(Reason.OVER_CUTOFF)
_NO_SERVICE = CODES.index(Reason.NO_SERVICE_IN_TERRITORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceRules:
    """
    What is told of a cell, and of the whole.

    Attributes
    ----------
    cutoff_min
        Largest time that is told.
    max_snap_m
        Farthest that the middle of a cell may lie from its road, metres.
    direction
        ``"to_service"`` or ``"from_service"``.
    source, licence
        Where the data came from, and what must be said with what is made of them.
    cells_at_once
        Cells that one thread works on at a time; no answer depends on it.

    Raises
    ------
    InputError
        If one of them makes no sense.
    """

    cutoff_min: float = 120.0
    max_snap_m: float = 1000.0
    direction: Direction = "to_service"
    source: str = ""
    licence: str = ""
    cells_at_once: int = CELLS_AT_ONCE

    def __post_init__(self) -> None:
        """Check the limits."""
        if not 0 < self.cutoff_min <= LONGEST_MIN:
            msg = (
                f"cutoff_min must be above 0 and at most {LONGEST_MIN:.0f}, but is "
                f"{self.cutoff_min:g}"
            )
            raise InputError(msg)
        if not 0 < self.max_snap_m < np.inf:
            msg = f"max_snap_m must be above 0, but is {self.max_snap_m:g}"
            raise InputError(msg)
        if self.direction not in get_args(Direction):
            known = nearest_known(self.direction, get_args(Direction))
            msg = f"unknown direction {self.direction!r}; {known}"
            raise InputError(msg)


def surfaces_over(
    router: Router, services: Mapping[str, Snapped], cells: SurfaceCells, rules: SurfaceRules
) -> dict[str, Surface]:
    """
    Find the minutes of every cell to the nearest of each kind of service.

    Parameters
    ----------
    router
        Roads made ready.
    services
        Services on them, by kind.
    cells
        The cells.
    rules
        What is told of them.

    Returns
    -------
    A surface for each kind; all cells are put on the road but once.

    Raises
    ------
    MismatchError
        If no cell lies near a road.
    """
    work = _Work.begun(router, services, cells, rules)
    stripes = work.stripes()

    def task(number: int, _: None) -> None:
        work.fill(*stripes[number])

    run_tasks(task, len(stripes), workspace=lambda: None, threads=router.threads)
    work.require_roads()
    return {
        kind: Surface(
            grid=cells.grid,
            minutes=work.minutes[kind].reshape(cells.grid.shape),
            reason=work.reason[kind].reshape(cells.grid.shape),
            service=kind,
            cutoff_min=rules.cutoff_min,
            max_snap_m=rules.max_snap_m,
            direction=rules.direction,
            profile=router.network.profile,
            source=rules.source,
            licence=rules.licence,
        )
        for kind in services
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Work:
    """Roads made ready for cells, and where answers are written."""

    roads: BulkSnapper
    times: Mapping[str, SegmentTimes | None]
    cells: SurfaceCells
    rules: SurfaceRules
    degrees: Transformer
    minutes: Mapping[str, MinutesArray]
    reason: Mapping[str, CodeArray]

    @classmethod
    def begun(
        cls,
        router: Router,
        services: Mapping[str, Snapped],
        cells: SurfaceCells,
        rules: SurfaceRules,
    ) -> _Work:
        n = cells.grid.n_rows * cells.grid.n_columns
        return cls(
            roads=BulkSnapper.over(router.snapper),
            times={
                kind: SegmentTimes.of(
                    router, with_turnout(router.network, one), direction=rules.direction
                )
                if len(one)
                else None
                for kind, one in services.items()
            },
            cells=cells,
            rules=rules,
            degrees=Transformer.from_crs(cells.grid.crs, "EPSG:4326", always_xy=True),
            minutes={kind: np.full(n, np.nan, np.float32) for kind in services},
            reason={kind: np.full(n, OUTSIDE_CODE, np.uint8) for kind in services},
        )

    def stripes(self) -> list[tuple[int, int]]:
        """Rows that are worked on together: from which, to before which."""
        grid = self.cells.grid
        step = max(1, self.rules.cells_at_once // grid.n_columns)
        return [(row, min(row + step, grid.n_rows)) for row in range(0, grid.n_rows, step)]

    def fill(self, first_row: int, end_row: int) -> None:
        """Tell the cells of some rows."""
        grid = self.cells.grid
        rows = np.flatnonzero(self.cells.asked[first_row:end_row].reshape(-1))
        if not len(rows):
            return
        x, y = grid.centres(first_row, end_row)
        lon, lat = self.degrees.transform(x[rows], y[rows])
        places = self.roads.snap(np.asarray(lon), np.asarray(lat), max_snap_m=self.rules.max_snap_m)
        at = rows + first_row * grid.n_columns
        for kind, times in self.times.items():
            if times is None:
                ms = np.full(len(rows), UNREACHED_MS, np.int32)
                code = np.full(len(rows), _NO_SERVICE, np.uint8)
            else:
                ms = times.ms_at(places)
                code = _OF_SNAP[places.code]
            self._write(kind, at, ms, code)

    def _write(self, kind: str, at: LongArray, ms: IntArray, code: CodeArray) -> None:
        """Write minutes, or the reason for none, as single places are told it."""
        cutoff_ms = min_to_ms(self.rules.cutoff_min)
        code = np.where((code == 0) & (ms >= UNREACHED_MS), np.uint8(_ISOLATED), code)
        code = np.where((ms < UNREACHED_MS) & (ms > cutoff_ms), np.uint8(_OVER_CUTOFF), code)
        self.minutes[kind][at] = ms_to_min(ms, longest_ms=cutoff_ms)
        self.reason[kind][at] = np.where(ms <= cutoff_ms, np.uint8(0), code)

    def require_roads(self) -> None:
        """Refuse an area in which no cell met a road."""
        for kind, times in self.times.items():
            if times is None:
                continue
            met = self.reason[kind][self.cells.asked.reshape(-1)]
            off = (met == _TOO_FAR) | (met == CODES.index(Reason.OUTSIDE_EXTRACT))
            if bool(off.all()):
                msg = (
                    f"no cell of the surface has a road within {self.rules.max_snap_m:g} m of its "
                    f"middle ({len(met):,} cells); give an area with roads, or raise max_snap_m"
                )
                raise MismatchError(msg)
