"""The one door to shortest paths: snapped places in, times out, block by block."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geoaccess.model.snap import Snapped
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.router import Router
from geoaccess.routing.seeds import same_segment_trips, seeds_in, seeds_out, take_places, take_rows
from geoaccess.units import IntArray, LongArray

Direction = Literal["to_service", "from_service"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadTimes:
    """
    Travel times over roads, computed when a block is asked for.

    Attributes
    ----------
    router
        Roads made ready.
    origins, destinations
        Where places enter and leave the network, in the direction that is driven.
    direct
        Pairs on one segment, in that direction.
    reverse
        Whether the vehicle drives from the destinations to the origins.
    """

    router: Router
    origins: Seeds
    destinations: Seeds
    direct: DirectTrips
    reverse: bool

    def block_ms(self, start: int, stop: int) -> IntArray:
        """Milliseconds for destinations ``start`` to ``stop``, (n_origins, stop - start)."""
        some = take_places(self.destinations, start, stop)
        here = trips_between(self.direct, start, stop)
        n_searches = min(self.origins.n_places, self.destinations.n_places)
        if not self.reverse:
            return self.router.matrix_ms(self.origins, some, here, n_searches=n_searches)
        turned = DirectTrips(origin=here.destination, destination=here.origin, ms=here.ms)
        ms = self.router.matrix_ms(some, self.origins, turned, n_searches=n_searches)
        return np.ascontiguousarray(ms.T)

    def nearest_ms(self, k: int) -> tuple[IntArray, IntArray]:
        """Milliseconds to the k nearest and their positions, by (time, position)."""
        found = self.router.nearest(
            self.origins, self.destinations, self.direct, k=k, reverse=self.reverse
        )
        return found.ms, found.place

    def take(self, destinations: LongArray) -> RoadTimes:
        """Answer for some of the destinations only, given by ascending positions."""
        where = np.full(self.destinations.n_places, -1, dtype=np.int64)
        where[destinations] = np.arange(len(destinations))
        here = where[self.direct.destination] >= 0
        return dataclasses.replace(
            self,
            destinations=take_rows(self.destinations, destinations),
            direct=DirectTrips(
                origin=self.direct.origin[here],
                destination=where[self.direct.destination[here]].astype(np.int32),
                ms=self.direct.ms[here],
            ),
        )

    def digest(self) -> str:
        """SHA-256 of everything that the times depend on."""
        told = hashlib.sha256(self.router.digest().encode())
        told.update(b"from" if self.reverse else b"to")
        for part in (self.origins, self.destinations):
            for array in (part.first, part.node, part.ms):
                told.update(np.ascontiguousarray(array).view(np.uint8).data)
        for array in (self.direct.origin, self.direct.destination, self.direct.ms):
            told.update(np.ascontiguousarray(array).view(np.uint8).data)
        return told.hexdigest()


def trips_between(direct: DirectTrips, start: int, stop: int) -> DirectTrips:
    """Trips to destinations ``start`` to ``stop`` only, numbered from ``start``."""
    here = (direct.destination >= start) & (direct.destination < stop)
    return DirectTrips(
        origin=direct.origin[here],
        destination=direct.destination[here] - start,
        ms=direct.ms[here],
    )


def road_times(
    router: Router,
    origins: Snapped,
    destinations: Snapped,
    *,
    direction: Direction = "to_service",
) -> RoadTimes:
    """
    Make ready to answer for times between snapped places.

    Parameters
    ----------
    router
        Roads made ready.
    origins, destinations
        Places on them.
    direction
        ``"to_service"``: residents drive to the service; ``"from_service"``: it drives to
        them, as an ambulance does.
    """
    network, reverse = router.network, direction == "from_service"
    if reverse:
        turned = same_segment_trips(network, destinations, origins)
        direct = DirectTrips(origin=turned.destination, destination=turned.origin, ms=turned.ms)
    else:
        direct = same_segment_trips(network, origins, destinations)
    return RoadTimes(
        router=router,
        origins=seeds_in(network, origins) if reverse else seeds_out(network, origins),
        destinations=(
            seeds_out(network, destinations) if reverse else seeds_in(network, destinations)
        ),
        direct=direct,
        reverse=reverse,
    )
