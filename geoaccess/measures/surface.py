"""Minutes to the nearest service for every cell of a grid, not only where people live."""

from __future__ import annotations

from pathlib import Path

import numpy.typing as npt

from geoaccess.measures.surface_grid import Area, surface_cells
from geoaccess.measures.surface_times import SurfaceRules, surfaces_over
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations
from geoaccess.model.surface import Surface
from geoaccess.routing.engine import Direction
from geoaccess.routing.router import Router
from geoaccess.travel import snap_places

_OSM = "roads © OpenStreetMap contributors, ODbL 1.0"


def travel_time_surface(  # noqa: PLR0913 - all but three have defaults
    network: Network | Router,
    services: Destinations,
    *,
    resolution_m: float,
    area: Area = None,
    crs: str | None = None,
    cutoff_min: float = 120.0,
    max_snap_m: float = 1000.0,
    service_max_snap_m: npt.ArrayLike | None = None,
    direction: Direction = "to_service",
    max_memory_gb: float = 4.0,
    source: str = "",
) -> Surface:
    """
    Minutes from the middle of every cell of a grid to the nearest service.

    What a resident would need who lived right there, lived in or not: on foot to the nearest
    road, then by road as from any settlement.

    Parameters
    ----------
    network
        Roads, or a :class:`Router` over them, which knows declared islands.
    services
        Services; the nearest of them counts, whatever its kind.
    resolution_m
        Side of a cell, metres.
    area
        Ground to cover: polygons in EPSG:4326, or borders, of which every cell that lies in
        them in part is told; the hull of the roads, wider by ``max_snap_m``, if left out.
    crs
        Projected CRS in metres; EPSG:3059 in Latvia, else the UTM zone, if left out.
    cutoff_min
        Largest time that is told.
    max_snap_m
        Farthest that the middle of a cell may lie from its road, metres.
    service_max_snap_m
        The same for services, if it is another: one number, or one for each.
    direction
        ``"to_service"`` or ``"from_service"``, as for :func:`travel_times`.
    max_memory_gb
        A surface that would take more is refused before it is begun.
    source
        Where the data came from, for the tags of a file; the file of the roads if left out.

    Returns
    -------
    The surface. Each cell has the minutes of a settlement at its middle, to the millisecond,
    or the reason why it has none.

    Raises
    ------
    InputError
        If the resolution, the CRS or the cutoff makes no sense, or there are more cells than
        memory.
    MismatchError
        If the area, or every service, lies nowhere near the roads.

    Examples
    --------
    >>> import geoaccess as ga
    >>> from geoaccess.io.bundled import bundled
    >>> roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
    >>> hospitals = ga.read_services(
    ...     bundled("services", "demo_services.csv"), kinds=["hospital"]
    ... )
    >>> surface = ga.travel_time_surface(roads, hospitals, resolution_m=1000)
    >>> surface.minutes.shape == surface.grid.shape
    True
    """
    router = network if isinstance(network, Router) else Router(network)
    rules = SurfaceRules(
        cutoff_min=cutoff_min,
        max_snap_m=max_snap_m,
        direction=direction,
        source=source or source_of(router.network),
        licence=licence_of(router.network),
    )
    snapped = snap_places(
        router,
        services,
        max_snap_m=max_snap_m if service_max_snap_m is None else service_max_snap_m,
    )
    cells = surface_cells(
        router.network,
        resolution_m=resolution_m,
        area=area,
        crs=crs,
        max_snap_m=max_snap_m,
        max_memory_gb=max_memory_gb,
    )
    kinds = dict.fromkeys(str(kind) for kind in services.kind)
    label = next(iter(kinds)) if len(kinds) == 1 else ""
    return surfaces_over(router, {label: snapped}, cells, rules)[label]


def source_of(network: Network) -> str:
    """Name the file that roads came from, and its day; empty where they came from none."""
    told = network.source
    date = f", {told.osm_timestamp}" if told.osm_timestamp else ""
    return f"roads {Path(told.path).name}{date}" if told.path else ""


def licence_of(network: Network) -> str:
    """Say whose the roads are, which goes with everything made of them; empty if unknown."""
    name = Path(network.source.path).name.lower()
    return _OSM if name.endswith((".pbf", ".osm", ".osm.xml", ".osm.bz2", ".osm.gz")) else ""
