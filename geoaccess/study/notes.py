"""What the reader of a result must know, in one line each."""

from __future__ import annotations

import numpy as np
from pyproj import Geod

from geoaccess.model.places import Origins
from geoaccess.model.profile import Profile
from geoaccess.model.snap import Reason, Snapped
from geoaccess.model.times import TravelTimes
from geoaccess.study.manifest import RunLog
from geoaccess.units import IntArray

_EARTH = Geod(ellps="WGS84")


def tell_outside(log: RunLog, role: str, origins: Origins, zone: IntArray) -> None:
    """Say how many settlements lie outside every zone."""
    outside = zone < 0
    if outside.any():
        people = origins.population[outside].sum()
        log.tell(
            f"territory {role}: {int(outside.sum())} of {len(origins)} settlements "
            f"({people:,.0f} people) lie outside every zone and are kept without one"
        )


def tell_unsnapped(log: RunLog, snapped: Snapped, kind: str) -> None:
    """Say how many services have no road."""
    off = ~snapped.on_road
    if off.any():
        farthest = float(np.max(snapped.distance_m[off], initial=0.0))
        log.tell(
            f"{kind}: {int(off.sum())} of {len(snapped)} services lie too far from a road "
            f"(up to {farthest:,.0f} m) and serve nobody; raise max_snap_m or correct them"
        )


def tell_nearer_beyond(log: RunLog, times: TravelTimes, kind: str, profile: Profile) -> None:
    """
    Say where a service beyond the edge of the roads may be nearer than the answer given.

    Such a service lies outside the road data, so nothing is routed to it. As the crow flies
    at the vehicle's highest speed it might be reached sooner than the service that is told.
    """
    beyond = np.flatnonzero(times.destination_snap.reason == Reason.OUTSIDE_EXTRACT)
    if not len(beyond):
        return
    told_min = times.nearest(1)[0][:, 0].astype(np.float64)
    m_per_min = max(profile.speed_kmh.values()) * 1000.0 / 60.0
    origins, places = times.origins, times.destinations
    nearer = np.zeros(len(origins), dtype=bool)
    for j in beyond:
        lon, lat = np.full(len(origins), places.lon[j]), np.full(len(origins), places.lat[j])
        _, _, metres = _EARTH.inv(origins.lon, origins.lat, lon, lat)
        nearer |= np.asarray(metres) / m_per_min < told_min
    if nearer.any():
        people = origins.population[nearer].sum()
        log.tell(
            f"{kind}: {len(beyond)} services lie beyond the edge of the roads, and "
            f"{int(nearer.sum())} settlements ({people:,.0f} people) may be nearer to one of "
            f"them than to the one told; take an extract with a wider margin"
        )
