"""Roads and places make travel times."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from geoaccess.errors import InputError, MismatchError
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Reason, Snapped
from geoaccess.model.times import TravelTimes
from geoaccess.routing.cluster import cluster_times
from geoaccess.routing.engine import Direction, RoadTimes, road_times
from geoaccess.routing.router import Router
from geoaccess.units import LONGEST_MIN, UNREACHED_MS, BoolArray, TextArray, min_to_ms

if TYPE_CHECKING:
    import geopandas as gpd


def snap(
    network: Network | Router,
    places: Origins | Destinations,
    *,
    max_snap_m: npt.ArrayLike = 1000.0,
) -> gpd.GeoDataFrame:
    """
    Show where places meet the road.

    A resident walks, or drives a yard track, between the place and its road.

    Parameters
    ----------
    network
        Roads, or a :class:`Router` over them, which knows declared islands.
    places
        Settlements or services.
    max_snap_m
        Farthest that a place may lie from its road, metres: one number, or one for each
        place.

    Returns
    -------
    In the order of the places: ``id``, ``distance_m``, ``lon``, ``lat`` (degrees of the
    point on the road), ``way`` (OSM id, -1 where none), ``segment``, ``component``,
    ``reason`` (empty where all is well), and that point as ``geometry``, EPSG:4326.

    Raises
    ------
    InputError
        If ``max_snap_m`` is not above 0, or longitude and latitude are swapped.
    MismatchError
        If no place lies anywhere near the roads.

    Examples
    --------
    >>> import geoaccess as ga
    >>> from geoaccess.io.bundled import bundled
    >>> roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
    >>> people = ga.read_settlements(bundled("boundaries", "demo_settlements.csv"))
    >>> sorted(set(snap(roads, people)["reason"]))
    ['', 'isolated_road', 'one_way_trap', 'too_far_from_road']
    """
    return snap_places(_router(network), places, max_snap_m=max_snap_m).to_gdf()


def snap_places(
    router: Router, places: Origins | Destinations, *, max_snap_m: npt.ArrayLike = 1000.0
) -> Snapped:
    """Put places on the road, as :func:`snap` shows it."""
    _require_overlap(router.network, places)
    return router.snapper.snap(
        places.id, places.lon, places.lat, max_snap_m=max_snap_m, threads=router.threads
    )


def _router(network: Network | Router) -> Router:
    return network if isinstance(network, Router) else Router(network)


def travel_times(  # noqa: PLR0913 - all but three have defaults
    network: Network | Router,
    origins: Origins,
    destinations: Destinations,
    *,
    cutoff_min: float = 120.0,
    max_snap_m: npt.ArrayLike = 1000.0,
    service_max_snap_m: npt.ArrayLike | None = None,
    direction: Direction = "to_service",
    max_memory_gb: float = 4.0,
    client: object | None = None,
) -> TravelTimes:
    """
    Minutes from every settlement to every service.

    How long a resident drives at free flow, with the way between door and road at both
    ends, and the minutes that a vehicle on call takes to set out.

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
        Farthest that a place may lie from its road, metres: one number, or one for each
        settlement.
    service_max_snap_m
        The same for services, if it is another.
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
    router = _router(network)
    origin_snap = snap_places(router, origins, max_snap_m=max_snap_m)
    destination_snap = snap_places(
        router,
        destinations,
        max_snap_m=max_snap_m if service_max_snap_m is None else service_max_snap_m,
    )
    source = source_between(router, origin_snap, destination_snap, direction=direction)
    return TravelTimes(
        origins=origins,
        destinations=destinations,
        origin_snap=origin_snap,
        destination_snap=destination_snap,
        cutoff_min=cutoff_min,
        source=source if client is None else cluster_times(source, client),
        max_memory_gb=max_memory_gb,
    )


def source_between(
    router: Router, origins: Snapped, destinations: Snapped, *, direction: Direction = "to_service"
) -> RoadTimes:
    """
    Make ready to answer for times between snapped places, turnout included.

    Parameters
    ----------
    router
        Roads made ready.
    origins, destinations
        Places on them.
    direction
        As for :func:`travel_times`.
    """
    ready = with_turnout(router.network, destinations)
    return road_times(router, origins, ready, direction=direction)


def with_turnout(network: Network, destinations: Snapped) -> Snapped:
    """Destinations that are so much farther as a vehicle on call takes to set out."""
    # It is lost once a trip, whoever drives to whom.
    return dataclasses.replace(
        destinations,
        access_ms=destinations.access_ms + np.int32(min_to_ms(network.turnout_min)),
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
    ms = times.source.nearest_ms(1)[0][:, 0]
    uncut, told = ms < UNREACHED_MS, ms <= times.cutoff_ms
    reason = np.array(times.origin_snap.reason)
    # On roads that are sound in themselves, but that no service shares.
    reason[reason == ""] = Reason.ISOLATED_ROAD
    reason[uncut] = Reason.OVER_CUTOFF
    reason[told] = ""
    return reason


def pair_reasons(times: TravelTimes) -> pd.DataFrame:
    """
    Why each unreached pair is not reached.

    Parameters
    ----------
    times
        Travel times.

    Returns
    -------
    Columns ``from_id``, ``to_id``, ``reason``, by destination, then origin; a pair that is
    reached does not stand there.
    """
    tables = []
    for start in range(0, len(times.destinations), times.block_size):
        columns, minutes = times.block(start, times.block_size)
        uncut = times.source.block_ms(columns.start, columns.stop)
        to, origin = np.nonzero(np.isinf(minutes).T)
        there = times.destination_snap.reason[columns][to]
        reason = np.array(times.origin_snap.reason[origin])
        # The settlement's own reason comes first, then the service's.
        reason = np.where(reason == "", there, reason)
        reason[reason == ""] = Reason.ISOLATED_ROAD
        reason[uncut[origin, to] < UNREACHED_MS] = Reason.OVER_CUTOFF
        tables.append(
            pd.DataFrame(
                {
                    "from_id": times.origins.id[origin],
                    "to_id": times.destinations.id[columns][to],
                    "reason": reason,
                }
            )
        )
    return pd.concat(tables, ignore_index=True) if tables else _no_pairs()


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("from_id", "to_id", "reason")}, dtype=object)


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
