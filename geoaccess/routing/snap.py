"""Point to the nearest usable road segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geoaccess.errors import InputError
from geoaccess.model.network import Network
from geoaccess.model.snap import Reason, Snapped
from geoaccess.routing.components import Components, components, drivable_segments
from geoaccess.routing.road_index import NearestRoad, RoadIndex
from geoaccess.units import (
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    LongArray,
    TextArray,
    drive_ms,
)

MIN_COMPONENT_KM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapper:
    """
    Roads made ready to take places.

    Attributes
    ----------
    network
        Roads.
    parts
        What can be driven both ways, and what is joined at all.
    drivable
        Segments of a road network that is large enough, shape (n_segments,).
    sound, cut_off
        Index of those, and of the other usable segments, for each stretch of land: the
        mainland first, then each declared island.
    islands
        Polygons of the declared islands, EPSG:4326.
    """

    network: Network
    parts: Components
    drivable: BoolArray
    sound: tuple[RoadIndex, ...]
    cut_off: tuple[RoadIndex, ...]
    islands: AnyArray

    @classmethod
    def over(
        cls,
        network: Network,
        *,
        min_component_km: float = MIN_COMPONENT_KM,
        islands: Sequence[BaseGeometry] = (),
    ) -> Snapper:
        """
        Lay out the roads of a network.

        Parameters
        ----------
        network
            Roads.
        min_component_km
            Least length of a strongly connected component that counts as a road network.
        islands
            Polygons, EPSG:4326, whose places use the island's roads, however few, and no
            others, and whose roads take no places from outside.
        """
        parts = components(network)
        land = np.empty(len(islands), dtype=object)
        land[:] = list(islands)
        where = _land_of_segments(network, land)
        large = drivable_segments(network, parts, min_component_km=min_component_km)
        # On a declared island even a short road will do, if it can be driven both ways.
        drivable = np.where(where > 0, network.snappable & (parts.segment >= 0), large)
        usable = network.snappable
        return cls(
            network=network,
            parts=parts,
            drivable=drivable,
            sound=_indices(network, drivable, where, len(land)),
            cut_off=_indices(network, usable & ~drivable, where, len(land)),
            islands=land,
        )

    def snap(
        self,
        ids: TextArray,
        lon: FloatArray,
        lat: FloatArray,
        *,
        max_snap_m: npt.ArrayLike,
        threads: int = 1,
    ) -> Snapped:
        """
        Put places on the road network.

        A place goes to the nearest segment that can be driven to and from the rest of a
        large enough network. Only where none lies within ``max_snap_m`` does it go to a
        road that is cut off, and then the reason says so.

        Parameters
        ----------
        ids
            Ids of the places, shape (n,).
        lon, lat
            Degrees, shape (n,).
        max_snap_m
            Farthest that a place may lie from its road, metres: one number, or one for
            each place.
        threads
            How many threads may work; the answer does not depend on it.

        Returns
        -------
        Snapped places, in the order given.

        Raises
        ------
        InputError
            If a limit is not above 0.
        """
        limit_m = np.broadcast_to(np.asarray(max_snap_m, dtype=np.float64), lon.shape)
        if not bool((limit_m > 0).all()):
            msg = f"max_snap_m must be above 0, but is {float(limit_m.min()):g}"
            raise InputError(msg)
        best = NearestRoad.none(len(lon))
        for number, rows in enumerate(self._by_land(lon, lat)):
            found = self.sound[number].nearest(lon[rows], lat[rows], threads=threads)
            best = best.replaced(rows, found)
            far = rows[best.distance_m[rows] > limit_m[rows]]
            found = self.cut_off[number].nearest(lon[far], lat[far], threads=threads)
            # A road out of reach stays, for a message to say how far it is.
            best = best.replaced(far, found)
        return self._told(ids, lon, lat, best, best.distance_m <= limit_m)

    def _by_land(self, lon: FloatArray, lat: FloatArray) -> list[LongArray]:
        """Rows of the places on the mainland, then on each island."""
        where = land_at(self.islands, lon, lat)
        return [np.flatnonzero(where == number) for number in range(len(self.islands) + 1)]

    def _told(
        self,
        ids: TextArray,
        lon: FloatArray,
        lat: FloatArray,
        best: NearestRoad,
        on_road: BoolArray,
    ) -> Snapped:
        network = self.network
        segment = np.where(on_road, best.segment, np.int32(-1))
        metres = np.where(on_road, best.distance_m, 0.0)
        return Snapped(
            id=ids,
            segment=segment,
            way=np.append(network.segment_way, np.int64(-1))[segment],
            fraction=np.where(on_road, best.fraction, 0.0),
            distance_m=best.distance_m,
            lon=np.where(on_road, best.lon, np.nan),
            lat=np.where(on_road, best.lat, np.nan),
            access_ms=drive_ms(metres, np.asarray(network.access_speed_kmh)),
            component=np.append(self.parts.segment, np.int32(-1))[segment],
            reason=self._reasons(segment, lon, lat),
        )

    def _reasons(self, segment: IntArray, lon: FloatArray, lat: FloatArray) -> TextArray:
        """Why a place has no road, or only one that is cut off; empty where all is well."""
        network, parts = self.network, self.parts
        reason = np.full(len(segment), "", dtype=object)
        nowhere = segment < 0
        west, south, east, north = network.bounds
        outside = (lon < west) | (lon > east) | (lat < south) | (lat > north)
        reason[nowhere] = Reason.TOO_FAR_FROM_ROAD
        reason[nowhere & outside] = Reason.OUTSIDE_EXTRACT
        cut_off = ~nowhere & ~self.drivable[segment]
        joined = parts.weak[network.segment_from[segment]] == parts.main_weak()
        reason[cut_off] = Reason.ISOLATED_ROAD
        reason[cut_off & joined] = Reason.ONE_WAY_TRAP
        return reason


def _indices(
    network: Network, chosen: BoolArray, where: IntArray, n_islands: int
) -> tuple[RoadIndex, ...]:
    return tuple(
        RoadIndex.over(network, np.flatnonzero(chosen & (where == number)))
        for number in range(n_islands + 1)
    )


def _land_of_segments(network: Network, islands: AnyArray) -> IntArray:
    """Island on which each segment begins and ends, counted from 1; 0 for the rest."""
    where = land_at(islands, network.node_lon, network.node_lat)
    begin, finish = where[network.segment_from], where[network.segment_to]
    return np.where(begin == finish, begin, np.int32(0))


def land_at(islands: AnyArray, lon: FloatArray, lat: FloatArray) -> IntArray:
    """Island that holds each point, the first of several, counted from 1; 0 for none."""
    where = np.zeros(len(lon), dtype=np.int32)
    if len(islands):
        points = np.asarray(shapely.points(lon, lat))
        for number in range(len(islands), 0, -1):
            shapely.prepare(islands[number - 1])
            where[shapely.intersects(islands[number - 1], points)] = number
    return where
