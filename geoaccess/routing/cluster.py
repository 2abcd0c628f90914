"""
The same times from the workers of a dask.distributed cluster.

The hierarchy is sent to every worker once; a task is a batch of destinations and a block of
origins. A worker that dies costs only the tasks that it held: the others have the hierarchy
too. The times are the same to the last bit, because the tasks run the same code.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import numpy as np

from geoaccess.routing.engine import RoadTimes, trips_between
from geoaccess.routing.graph import DirectTrips, Seeds
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.nearest import nearest
from geoaccess.routing.seeds import take_places
from geoaccess.routing.sweep import many_to_many
from geoaccess.units import IntArray, LongArray

_LEAST_ORIGINS = 2_048
_TASKS_PER_THREAD = 2
_RETRIES = 5


class Client(Protocol):
    """What is used of ``distributed.Client``."""

    def scatter(self, data: object, *, broadcast: bool, hash: bool) -> Any: ...  # noqa: ANN401, A002, D102
    def submit(self, function: Callable[..., object], *args: object, **kwargs: object) -> Any: ...  # noqa: ANN401, D102
    def gather(self, futures: object) -> Any: ...  # noqa: ANN401, D102
    def nthreads(self) -> dict[str, int]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterTimes:
    """
    Travel times that workers compute.

    Attributes
    ----------
    local
        What would compute them here.
    client
        The cluster.
    """

    local: RoadTimes
    client: Client
    _sent: list[Any] = field(default_factory=list)
    _ahead: dict[tuple[int, int], list[Any]] = field(default_factory=dict)

    def block_ms(self, start: int, stop: int) -> IntArray:
        """Milliseconds for destinations ``start`` to ``stop``; the next block is begun too."""
        futures = self._ahead.pop((start, stop), None) or self._begin(start, stop)
        following = (stop, min(2 * stop - start, self.local.destinations.n_places))
        if following[1] > stop and following not in self._ahead:
            self._ahead[following] = self._begin(*following)
        return np.vstack(self.client.gather(futures))

    def nearest_ms(self, k: int) -> tuple[IntArray, IntArray]:
        """Milliseconds to the k nearest and their positions, by (time, position)."""
        futures = [
            self.client.submit(
                _nearest_block,
                self._hierarchy(),
                take_places(self.local.origins, begin, end),
                self.local.destinations,
                _trips_from(self.local.direct, begin, end),
                k,
                reverse=self.local.reverse,
                pure=False,
                retries=_RETRIES,
            )
            for begin, end in self._origin_blocks()
        ]
        found = self.client.gather(futures)
        return np.vstack([ms for ms, _ in found]), np.vstack([place for _, place in found])

    def take(self, destinations: LongArray) -> ClusterTimes:
        """Answer for some of the destinations only; the hierarchy is sent but once."""
        self._hierarchy()
        return dataclasses.replace(self, local=self.local.take(destinations), _ahead={})

    def digest(self) -> str:
        """SHA-256 of everything that the times depend on."""
        return self.local.digest()

    def _hierarchy(self) -> Any:  # noqa: ANN401 - a future of the client's own kind
        if not self._sent:
            n_searches = min(self.local.origins.n_places, self.local.destinations.n_places)
            ready = self.local.router.hierarchy_for(n_searches)
            self._sent.append(self.client.scatter(ready, broadcast=True, hash=False))
        return self._sent[0]

    def _origin_blocks(self) -> list[tuple[int, int]]:
        n = self.local.origins.n_places
        threads = max(sum(self.client.nthreads().values()), 1)
        size = max(_LEAST_ORIGINS, -(-n // (threads * _TASKS_PER_THREAD)))
        return [(begin, min(begin + size, n)) for begin in range(0, n, size)] or [(0, 0)]

    def _begin(self, start: int, stop: int) -> list[Any]:
        some = take_places(self.local.destinations, start, stop)
        here = trips_between(self.local.direct, start, stop)
        return [
            self.client.submit(
                _matrix_block,
                self._hierarchy(),
                take_places(self.local.origins, begin, end),
                some,
                _trips_from(here, begin, end),
                reverse=self.local.reverse,
                pure=False,
                retries=_RETRIES,
            )
            for begin, end in self._origin_blocks()
        ]


def _trips_from(direct: DirectTrips, begin: int, end: int) -> DirectTrips:
    """Trips from origins ``begin`` to ``end`` only, numbered from ``begin``."""
    here = (direct.origin >= begin) & (direct.origin < end)
    return DirectTrips(
        origin=direct.origin[here] - begin,
        destination=direct.destination[here],
        ms=direct.ms[here],
    )


def _matrix_block(
    hierarchy: Hierarchy,
    origins: Seeds,
    destinations: Seeds,
    direct: DirectTrips,
    *,
    reverse: bool,
) -> IntArray:
    if not reverse:
        return many_to_many(hierarchy, origins, destinations, direct=direct)
    turned = DirectTrips(origin=direct.destination, destination=direct.origin, ms=direct.ms)
    ms = many_to_many(hierarchy, destinations, origins, direct=turned)
    return np.ascontiguousarray(ms.T)


def _nearest_block(
    hierarchy: Hierarchy,
    origins: Seeds,
    destinations: Seeds,
    direct: DirectTrips,
    k: int,
    *,
    reverse: bool,
) -> tuple[IntArray, IntArray]:
    found = nearest(hierarchy, origins, destinations, k=k, direct=direct, reverse=reverse)
    return found.ms, found.place


def cluster_times(local: RoadTimes, client: object) -> ClusterTimes:
    """
    Hand the work to a cluster.

    Parameters
    ----------
    local
        What would compute the times here.
    client
        A ``distributed.Client``.
    """
    return ClusterTimes(local=local, client=cast("Client", client))
