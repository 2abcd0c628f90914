"""Millions of places put on the road at once, as :class:`Snapper` puts each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geoaccess.model.snap import Reason
from geoaccess.routing.road_bins import RoadBins, bins_over, feet_of
from geoaccess.routing.road_index import RoadIndex, metres_between, plane_points, points_of_plane
from geoaccess.routing.snap import Snapper, land_at
from geoaccess.units import BoolArray, FloatArray, IntArray, LongArray, drive_ms

# What a code stands for, as for the reasons of single places.
ON_ROAD = 0
REASONS: tuple[str, ...] = (
    "",
    Reason.TOO_FAR_FROM_ROAD,
    Reason.OUTSIDE_EXTRACT,
    Reason.ISOLATED_ROAD,
    Reason.ONE_WAY_TRAP,
)
_TOO_FAR, _OUTSIDE, _ISOLATED, _TRAP = range(1, 5)
_DEG_PER_M = 1.0 / 110_000.0
_SLACK = 1.01


class OnRoad(NamedTuple):
    """
    Where places meet the road, in their order.

    ``segment`` is -1 where none is near enough, ``access_ms`` the way between place and road,
    ``code`` a position in ``REASONS``.
    """

    segment: IntArray
    fraction: FloatArray
    access_ms: IntArray
    code: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BulkSnapper:
    """
    Roads made ready to take millions of places.

    Attributes
    ----------
    snapper
        What single places are put on the road by.
    sound, cut_off
        Its roads in bins, for each stretch of land; None where there is none.
    """

    snapper: Snapper
    sound: tuple[RoadBins | None, ...]
    cut_off: tuple[RoadBins | None, ...]

    @classmethod
    def over(cls, snapper: Snapper) -> BulkSnapper:
        """Sort the roads of a snapper into bins."""
        return cls(
            snapper=snapper,
            sound=tuple(_bins(index) for index in snapper.sound),
            cut_off=tuple(_bins(index) for index in snapper.cut_off),
        )

    def snap(self, lon: FloatArray, lat: FloatArray, *, max_snap_m: float) -> OnRoad:
        """
        Put places on the road network, each exactly where ``Snapper.snap`` would put it.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,); neighbours one after another are quickest.
        max_snap_m
            Farthest that a place may lie from its road, metres.
        """
        n = len(lon)
        segment, fraction = np.full(n, -1, np.int32), np.zeros(n)
        distance_m = np.full(n, np.inf)
        x, y = plane_points(lon, lat)
        limit = max_snap_m * _SLACK * plane_scale(np.abs(lat) + max_snap_m * _SLACK * _DEG_PER_M)
        on_map = np.isfinite(x) & np.isfinite(y)
        for number, rows in enumerate(self._by_land(lon, lat, on_map)):
            for bins, index in (
                (self.sound[number], self.snapper.sound[number]),
                (self.cut_off[number], self.snapper.cut_off[number]),
            ):
                left = rows[distance_m[rows] > max_snap_m]
                if bins is None or not len(left):
                    continue
                feet = feet_of(bins, x[left], y[left], limit[left])
                near = np.flatnonzero(feet.line >= 0)
                foot_lon, foot_lat = points_of_plane(feet.x[near], feet.y[near])
                at = left[near]
                metres = metres_between(lon[at], lat[at], foot_lon, foot_lat)
                kept = metres <= max_snap_m
                at, near = at[kept], near[kept]
                segment[at] = index.segment[feet.line[near]]
                fraction[at] = feet.fraction[near]
                distance_m[at] = metres[kept]
        on_road = segment >= 0
        return OnRoad(
            segment=segment,
            fraction=fraction,
            access_ms=drive_ms(
                np.where(on_road, distance_m, 0.0),
                np.asarray(self.snapper.network.access_speed_kmh),
            ),
            code=self._codes(segment, lon, lat),
        )

    def _by_land(self, lon: FloatArray, lat: FloatArray, on_map: BoolArray) -> list[LongArray]:
        if not len(self.snapper.islands):
            return [np.flatnonzero(on_map)]
        where = land_at(self.snapper.islands, lon, lat)
        return [np.flatnonzero(on_map & (where == i)) for i in range(len(self.sound))]

    def _codes(self, segment: IntArray, lon: FloatArray, lat: FloatArray) -> npt.NDArray[np.uint8]:
        """Why a place has no road, or only one that is cut off."""
        network, parts = self.snapper.network, self.snapper.parts
        code = np.full(len(segment), ON_ROAD, np.uint8)
        west, south, east, north = network.bounds
        nowhere = segment < 0
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        code[nowhere] = np.where(inside[nowhere], _TOO_FAR, _OUTSIDE)
        cut_off = np.flatnonzero(~nowhere & ~self.snapper.drivable[segment])
        if len(cut_off):
            joined = parts.weak[network.segment_from[segment[cut_off]]] == parts.main_weak()
            code[cut_off] = np.where(joined, _TRAP, _ISOLATED)
        return code


def plane_scale(lat: FloatArray) -> FloatArray:
    """Units of the conformal plane that a metre has at some latitudes, never at a pole."""
    told = np.radians(np.minimum(np.abs(lat), 89.9))
    return np.asarray(1.0 / np.cos(told))


def _bins(index: RoadIndex) -> RoadBins | None:
    return bins_over(index.line) if len(index.line) else None
