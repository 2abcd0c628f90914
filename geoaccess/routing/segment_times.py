"""
Milliseconds to the nearest service from anywhere on the roads, after one search for all.

A place on a segment drives to one of its ends, or comes from there, or meets a service on the
segment itself. So one sweep that tells every node its time tells any number of places theirs,
equal to what the same place would be told as a settlement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoaccess.model.network import Network
from geoaccess.model.snap import Snapped
from geoaccess.routing.bulk_snap import OnRoad
from geoaccess.routing.engine import Direction
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.router import Router
from geoaccess.routing.seeds import along_ms, copies_of, same_segment_trips, seeds_in, seeds_out
from geoaccess.units import UNREACHED_MS, BoolArray, IntArray, LongArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentTimes:
    """
    Times to the nearest of some services, or from it, at the ends of all segments.

    Attributes
    ----------
    network
        Roads.
    services
        The services on them.
    reverse
        Whether the vehicle drives from the service.
    forward_ms, backward_ms
        Time at the end of each segment at which a vehicle driving along, or against it, is
        asked: where it leaves towards a service, or where it comes upon the segment from one.
        ``UNREACHED_MS`` where closed. Shape (n_segments,).
    holds_service
        Whether a service stands on the segment.
    """

    network: Network
    services: Snapped
    reverse: bool
    forward_ms: IntArray
    backward_ms: IntArray
    holds_service: BoolArray

    @classmethod
    def of(cls, router: Router, services: Snapped, *, direction: Direction) -> SegmentTimes:
        """
        Search once from all services.

        Parameters
        ----------
        router
            Roads made ready.
        services
            Services on them, turnout included.
        direction
            ``"to_service"`` or ``"from_service"``.
        """
        network, reverse = router.network, direction == "from_service"
        seeds = (seeds_out if reverse else seeds_in)(network, services)
        every = Seeds.at_nodes(np.arange(network.n_nodes, dtype=np.int32))
        found = router.nearest(every, seeds, DirectTrips.none(), k=1, reverse=reverse)
        node_ms = found.ms[:, 0]
        holds = np.zeros(network.n_segments, dtype=np.bool_)
        holds[services.segment[services.on_road]] = True
        return cls(
            network=network,
            services=services,
            reverse=reverse,
            forward_ms=_at_end(network, network.forward_arc, node_ms, reverse=reverse),
            backward_ms=_at_end(network, network.backward_arc, node_ms, reverse=reverse),
            holds_service=holds,
        )

    def ms_at(self, places: OnRoad) -> IntArray:
        """
        Milliseconds of places.

        Parameters
        ----------
        places
            Places on the roads.

        Returns
        -------
        Shape (n,), ``UNREACHED_MS`` where there is no way, or no road.
        """
        ms = np.full(len(places.segment), UNREACHED_MS, dtype=np.int64)
        on = np.flatnonzero(places.segment >= 0)
        segment, fraction = places.segment[on], places.fraction[on]
        ways = (
            (self.forward_ms, self.network.forward_arc, fraction),
            (self.backward_ms, self.network.backward_arc, 1.0 - fraction),
        )
        best = np.full(len(on), UNREACHED_MS, dtype=np.int64)
        for end_ms, arc_of, passed in ways:
            arc = arc_of[segment]
            whole = self.network.travel_time_ms[arc]
            driven = along_ms(whole, passed)
            # Arc -1 is closed; its time at the end is unreached already.
            best = np.minimum(best, end_ms[segment] + (driven if self.reverse else whole - driven))
        ms[on] = best + places.access_ms[on]
        self._offer_same_segment(places, ms)
        told: IntArray = np.minimum(ms, UNREACHED_MS).astype(np.int32)
        return told

    def _offer_same_segment(self, places: OnRoad, ms: LongArray) -> None:
        """Better the times of places that share their segment with a service."""
        beside = np.flatnonzero((places.segment >= 0) & self.holds_service[places.segment])
        if not len(beside):
            return
        own = _snapped(self.network, places, beside)
        if self.reverse:
            trips = same_segment_trips(self.network, self.services, own)
            place = trips.destination
        else:
            trips = same_segment_trips(self.network, own, self.services)
            place = trips.origin
        np.minimum.at(ms, beside[place], trips.ms)


def _at_end(network: Network, arcs: IntArray, node_ms: IntArray, *, reverse: bool) -> IntArray:
    end = network.tail if reverse else network.head
    ms = np.where(arcs >= 0, node_ms[end[arcs]], np.int32(UNREACHED_MS))
    if reverse:
        # Vehicles that a turn restriction binds come by a copy of the arc.
        row, copy = copies_of(network, arcs)
        np.minimum.at(ms, row, node_ms[end[copy]])
        ms[arcs < 0] = UNREACHED_MS
    return np.asarray(ms, dtype=np.int32)


def _snapped(network: Network, places: OnRoad, rows: LongArray) -> Snapped:
    """Take some places as single ones; only what trips along a segment need is filled in."""
    n = len(rows)
    segment = places.segment[rows]
    return Snapped(
        id=np.full(n, "", dtype=object),
        segment=segment,
        way=network.segment_way[segment],
        fraction=places.fraction[rows],
        distance_m=np.zeros(n),
        lon=np.full(n, np.nan),
        lat=np.full(n, np.nan),
        access_ms=places.access_ms[rows],
        component=np.full(n, -1, dtype=np.int32),
        reason=np.full(n, "", dtype=object),
    )
