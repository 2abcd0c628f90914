"""Roads and places make travel times."""

from __future__ import annotations

import numpy as np

from geoaccess.errors import InputError, MismatchError
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Reason, Snapped
from geoaccess.model.times import TravelTimes
from geoaccess.routing.cluster import cluster_times
from geoaccess.routing.engine import Direction, road_times
from geoaccess.routing.router import Router
from geoaccess.routing.snap import snap_points
from geoaccess.units import LONGEST_MIN, BoolArray, TextArray


def snap(
    network: Network, places: Origins | Destinations, *, max_snap_m: float = 1000.0
) -> Snapped:
    """
    Put places on the nearest usable road.

    A resident walks, or drives a yard track, between the place and its road.

    Parameters
    ----------
    network
        Roads.
    places
        Settlements or services.
    max_snap_m
        Farthest that a place may lie from its road, metres.

    Returns
    -------
    Snapped places in the order given; ``to_frame()`` shows distances and reasons.

    Raises
    ------
    InputError
        If ``max_snap_m`` is not above 0, or longitude and latitude are swapped.
    MismatchError
        If no place lies anywhere near the roads.
    """
    if not max_snap_m > 0:
        msg = f"max_snap_m must be above 0, but is {max_snap_m:g}"
        raise InputError(msg)
    _require_overlap(network, places)
    return snap_points(network, places.id, places.lon, places.lat, max_snap_m=max_snap_m)


def travel_times(  # noqa: PLR0913 - all but three have defaults
    network: Network | Router,
    origins: Origins,
    destinations: Destinations,
    *,
    cutoff_min: float = 120.0,
    max_snap_m: float = 1000.0,
    direction: Direction = "to_service",
    max_memory_gb: float = 4.0,
    client: object | None = None,
) -> TravelTimes:
    """
    Minutes from every settlement to every service.

    How long a resident drives at free flow, with the way between door and road at both
    ends.

    Parameters
    ----------
    network
        Roads, with the times of one vehicle; or a :class:`Router` over them, which several
        calls may share, and which chooses or is told the algorithm and the threads.
    origins, destinations
        Settlements and services.
    cutoff_min
        Largest time that is told; beyond it a pair is unreached.
    max_snap_m
        Farthest that a place may lie from its road, metres.
    direction
        ``"to_service"``: residents drive to the service; ``"from_service"``: it drives to
        them, as an ambulance does.
    max_memory_gb
        A matrix that would take more is refused before it is allocated; measures fold over
        blocks that stay within it.
    client
        A ``dask.distributed`` client, whose workers then share the work; the times are the
        same to the last bit. Needs ``pip install geoaccess[distributed]``.

    Returns
    -------
    Blocks of minutes, float32, shape (n_origins, n_destinations), ``inf`` where unreached.

    Raises
    ------
    InputError
        If the cutoff is not between 0 and about 16,666 minutes, ``max_snap_m`` is not
        above 0, or longitude and latitude are swapped.
    MismatchError
        If no place lies anywhere near the roads.
    """
    if not 0 < cutoff_min <= LONGEST_MIN:
        msg = f"cutoff_min must be above 0 and at most {LONGEST_MIN:.0f}, but is {cutoff_min:g}"
        raise InputError(msg)
    router = network if isinstance(network, Router) else Router(network)
    origin_snap = snap(router.network, origins, max_snap_m=max_snap_m)
    destination_snap = snap(router.network, destinations, max_snap_m=max_snap_m)
    source = road_times(router, origin_snap, destination_snap, direction=direction)
    return TravelTimes(
        origins=origins,
        destinations=destinations,
        origin_snap=origin_snap,
        destination_snap=destination_snap,
        cutoff_min=cutoff_min,
        source=source if client is None else cluster_times(source, client),
        max_memory_gb=max_memory_gb,
    )


def unreached_reasons(times: TravelTimes) -> TextArray:
    """
    Why each origin reaches no destination at all.

    Parameters
    ----------
    times
        Travel times.

    Returns
    -------
    Shape (n_origins,); empty where something is reached, else a :class:`Reason`.
    """
    n = len(times.origins)
    if not len(times.destinations):
        return np.full(n, Reason.NO_SERVICE_IN_TERRITORY, dtype=object)
    uncut = times.source.nearest_ms(1)[1][:, 0] >= 0
    told = np.isfinite(times.nearest(1)[0][:, 0])
    reason = np.array(times.origin_snap.reason)
    # On roads that are sound in themselves, but that no service shares.
    reason[reason == ""] = Reason.ISOLATED_ROAD
    reason[uncut] = Reason.OVER_CUTOFF
    reason[told] = ""
    return reason


def _require_overlap(network: Network, places: Origins | Destinations) -> None:
    """Refuse places that are nowhere near the roads, and say if lon and lat are swapped."""
    if not len(places):
        return
    what = "settlements" if isinstance(places, Origins) else "services"
    straight = _inside(network, places.lon, places.lat)
    swapped = _inside(network, places.lat, places.lon)
    if swapped.mean() > max(0.5, float(straight.mean())):
        msg = (
            f"longitude and latitude look swapped: {int(swapped.sum())} of {len(places)} {what} "
            f"lie in the road network only when exchanged; swap the two columns"
        )
        raise InputError(msg)
    if not straight.any():
        west, south, east, north = network.bounds
        msg = (
            f"none of {len(places)} {what} lies in the road network "
            f"(lon {west:.3f} to {east:.3f}, lat {south:.3f} to {north:.3f}; first "
            f"{places.id[0]} at lon {places.lon[0]:.3f}, lat {places.lat[0]:.3f}); "
            f"give roads and places of the same area, and check the CRS"
        )
        raise MismatchError(msg)


def _inside(network: Network, lon: np.ndarray, lat: np.ndarray, margin: float = 0.2) -> BoolArray:
    """Whether points lie in the bounds of the roads, or just beside them."""
    west, south, east, north = network.bounds
    inside: BoolArray = (
        (lon >= west - margin)
        & (lon <= east + margin)
        & (lat >= south - margin)
        & (lat <= north + margin)
    )
    return inside
