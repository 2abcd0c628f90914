"""Isochrones: what lies within so many minutes of places, as roads and as areas."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod

from geoaccess.errors import InputError, OutputError, nearest_known
from geoaccess.io.plane import require_metres
from geoaccess.io.write import write_layers
from geoaccess.measures.reached_roads import Pieces, reached_pieces
from geoaccess.measures.road_shapes import areas_around, cut_lines, metric_crs
from geoaccess.model.network import Network
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.snap import Reason, Snapped
from geoaccess.routing.engine import Direction
from geoaccess.routing.router import Router
from geoaccess.travel import snap_places
from geoaccess.units import LONGEST_MIN, MS_PER_MIN, AnyArray, FloatArray, TextArray, min_to_ms

ALL_PLACES = "all"
WIDTH_M = 200.0
SUFFIXES = (".gpkg", ".geojson")

_EARTH = Geod(ellps="WGS84")
_M2_PER_KM2 = 1e6
_M_PER_KM = 1e3
# Six decimals, a tenth of a metre, are enough for the web.
_GRID_DEG = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Isochrones:
    """
    What lies within so many minutes of places, or of the nearest of them.

    Attributes
    ----------
    network
        The roads.
    snapped
        The places on them.
    minutes
        Cutoffs, rising.
    direction
        ``"to_service"`` or ``"from_service"``.
    per_place
        Whether each place has isochrones of its own.
    pieces
        Pieces of road within the largest cutoff.
    """

    network: Network
    snapped: Snapped
    minutes: tuple[float, ...]
    direction: Direction
    per_place: bool
    pieces: Pieces

    @property
    def ids(self) -> TextArray:
        """Ids of the places; ``"all"`` alone where they count together."""
        return self.snapped.id if self.per_place else np.array([ALL_PLACES], dtype=object)

    def segments(self) -> gpd.GeoDataFrame:
        """
        Roads within the cutoffs, cut where the time passes one.

        Returns
        -------
        One row a piece, by place and segment: ``id`` of the place, ``minutes`` (the smallest
        cutoff that the whole piece lies within), ``way_id``, ``from_min`` and ``to_min`` at
        the two ends of the line, between which time is proportional, ``length_m``; lines in
        EPSG:4326, drawn in the direction of the OSM way.
        """
        pieces = self.pieces
        lines = cut_lines(self.network, pieces.segment, pieces.start, pieces.end)
        return gpd.GeoDataFrame(
            {
                "id": self.ids[pieces.place],
                "minutes": np.array(self.minutes)[pieces.band],
                "way_id": np.array(self.network.segment_way[pieces.segment]),
                # A rounded half millisecond may lie below no time at all.
                "from_min": np.maximum(pieces.start_ms, 0.0) / MS_PER_MIN,
                "to_min": np.maximum(pieces.end_ms, 0.0) / MS_PER_MIN,
                "length_m": self._lengths_m(),
            },
            geometry=lines,
            crs="EPSG:4326",
        )

    def polygons(self, *, width_m: float = WIDTH_M, crs: str | None = None) -> gpd.GeoDataFrame:
        """
        Areas around the roads within the cutoffs.

        A place in the area meets, within ``width_m``, a road from which it keeps to the
        cutoff; the way to that road is not counted. Bridges, tunnels, motorways and ferries
        take no place, and so have no area. A larger cutoff contains all smaller ones.

        Parameters
        ----------
        width_m
            How far the areas reach from a road, metres.
        crs
            Projected CRS in metres to draw them in; the UTM zone of the roads if left out.

        Returns
        -------
        One row a place and cutoff, the largest first, so that a map draws it lowest: ``id``,
        ``minutes``, ``area_km2`` (on the ellipsoid), ``road_km`` (all roads within the
        cutoff, each counted once), ``reason`` where nothing lies within; multipolygons in
        EPSG:4326, missing where there is none.

        Raises
        ------
        InputError
            If the width is not above 0, or the CRS is not one of metres.
        """
        if not 0 < width_m < np.inf:
            msg = f"width_m must be above 0, but is {width_m:g}"
            raise InputError(msg)
        plane = require_metres(crs) if crs else metric_crs(self.network)
        n_bands, n_ids = len(self.minutes), len(self.ids)
        found = np.empty((n_ids, n_bands), dtype=object)
        lived = self.network.snappable[self.pieces.segment]
        begin = np.searchsorted(self.pieces.place, np.arange(n_ids + 1))
        for i in range(n_ids):
            rows = np.arange(begin[i], begin[i + 1])[lived[begin[i] : begin[i + 1]]]
            some = self.pieces.take(rows)
            lines = cut_lines(self.network, some.segment, some.start, some.end)
            found[i] = areas_around(lines, some.band, n_bands=n_bands, width_m=width_m, crs=plane)
        return self._area_table(found)

    def to_file(
        self, path: str | Path, *, width_m: float = WIDTH_M, overwrite: bool = False
    ) -> gpd.GeoDataFrame:
        """
        Write the areas, and to a GeoPackage the roads as well.

        Parameters
        ----------
        path
            ``.gpkg``, with layers ``areas`` and ``roads``, or ``.geojson``, with the areas at
            six decimals.
        width_m
            As for :meth:`polygons`.
        overwrite
            Replace a file that is there.

        Returns
        -------
        The areas that were written.

        Raises
        ------
        InputError
            If the name ends otherwise.
        OutputError
            If the file is there, or cannot be written.
        """
        path = Path(path)
        require_writable(path, overwrite=overwrite)
        areas = self.polygons(width_m=width_m)
        fresh = path.with_name(f".{uuid.uuid4().hex[:8]}-{path.name}")
        try:
            if path.suffix.lower() == ".gpkg":
                write_layers({"areas": areas, "roads": self.segments()}, fresh)
            else:
                short = areas.set_geometry(areas.geometry.set_precision(_GRID_DEG))
                fresh.write_text(short.to_json(drop_id=True) + "\n", "utf-8", newline="\n")
            fresh.replace(path)
        except OSError as error:
            msg = f"cannot write {path} ({error}); check space and permissions"
            raise OutputError(msg) from error
        finally:
            fresh.unlink(missing_ok=True)
        return areas

    def _lengths_m(self) -> FloatArray:
        whole = self.network.segment_length_m[self.pieces.segment]
        return np.asarray((self.pieces.end - self.pieces.start) * whole)

    def _area_table(self, found: AnyArray) -> gpd.GeoDataFrame:
        n_ids, n_bands = found.shape
        shape = found[:, ::-1].reshape(-1)
        at = self.pieces.place * n_bands + self.pieces.band
        metres = np.bincount(at, self._lengths_m(), minlength=n_ids * n_bands)
        road_km = metres.reshape(n_ids, n_bands).cumsum(axis=1)[:, ::-1] / _M_PER_KM
        return gpd.GeoDataFrame(
            {
                "id": np.repeat(self.ids, n_bands),
                "minutes": np.tile(self.minutes[::-1], n_ids),
                "area_km2": [_area_km2(one) for one in shape],
                "road_km": road_km.reshape(-1),
                "reason": np.where(road_km > 0, "", self._reasons()[:, None]).reshape(-1),
            },
            geometry=shape,
            crs="EPSG:4326",
        )

    def _reasons(self) -> TextArray:
        """Why no road lies within a cutoff, by id."""
        own = np.array(self.snapped.reason)
        own[self.snapped.on_road] = Reason.OVER_CUTOFF
        if self.per_place:
            return own
        on_road = bool(self.snapped.on_road.any())
        first = Reason.OVER_CUTOFF if on_road or not len(own) else own[0]
        return np.array([first], dtype=object)

    def __repr__(self) -> str:
        """One line: how many places, which minutes, how much road."""
        told = ", ".join(f"{one:g}" for one in self.minutes)
        whose = "each of" if self.per_place else "any of"
        return f"<Isochrones: {told} min {self.direction}, {whose} {len(self.snapped)} places>"


def isochrones(
    network: Network | Router,
    places: Origins | Destinations,
    *,
    minutes: Sequence[float],
    direction: Direction = "to_service",
    per_place: bool = False,
    max_snap_m: float = 1000.0,
) -> Isochrones:
    """
    Find what lies within so many minutes of places.

    Where a resident lives who needs no longer than this: roads cut at the very point where
    the time is over, and the areas around them.

    Parameters
    ----------
    network
        Roads, with the times of one vehicle; or a :class:`Router` over them.
    places
        Services, or settlements where what *they* reach is wanted.
    minutes
        Cutoffs, each above 0.
    direction
        ``"to_service"``: towards the places; ``"from_service"``: away from them, as an
        ambulance drives, or as residents do where the places are settlements.
    per_place
        Whether each place has isochrones of its own; else they are of all together, that
        is, of the nearest.
    max_snap_m
        Farthest that a place may lie from its road, metres.

    Returns
    -------
    Isochrones, with ``segments()``, ``polygons()`` and ``to_file()``. The way between a
    place and its road counts; that between a resident's door and the road does not.

    Raises
    ------
    InputError
        If there is no place or no cutoff, or a cutoff is not above 0, or stands twice.
    MismatchError
        If no place lies anywhere near the roads.

    Examples
    --------
    >>> import geoaccess as ga
    >>> from geoaccess.io.bundled import bundled
    >>> roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
    >>> hospitals = ga.read_services(
    ...     bundled("services", "demo_services.csv"), kinds=["hospital"]
    ... )
    >>> areas = ga.isochrones(roads, hospitals, minutes=[15, 30]).polygons()
    >>> areas["minutes"].tolist()
    [30.0, 15.0]
    >>> bool(areas["area_km2"][0] > areas["area_km2"][1])
    True
    """
    if direction not in get_args(Direction):
        msg = f"unknown direction {direction!r}; {nearest_known(direction, get_args(Direction))}"
        raise InputError(msg)
    cutoffs = require_minutes(minutes)
    if not len(places):
        msg = "no place to make isochrones of; give one or more"
        raise InputError(msg)
    router = network if isinstance(network, Router) else Router(network)
    snapped = snap_places(router, places, max_snap_m=max_snap_m)
    pieces = reached_pieces(
        router,
        snapped,
        cutoffs_ms=np.array([min_to_ms(one) for one in cutoffs]),
        direction=direction,
        per_place=per_place,
    )
    return Isochrones(
        network=router.network,
        snapped=snapped,
        minutes=cutoffs,
        direction=direction,
        per_place=per_place,
        pieces=pieces,
    )


def require_minutes(minutes: Sequence[float]) -> tuple[float, ...]:
    """
    Check cutoffs, and sort them.

    Raises
    ------
    InputError
        If there is none, or one is not between 0 and about 16,666, or stands twice.

    Examples
    --------
    >>> require_minutes([30, 15])
    (15.0, 30.0)
    """
    cutoffs = tuple(sorted(float(one) for one in minutes))
    bad = [one for one in cutoffs if not 0 < one <= LONGEST_MIN]
    if bad or not cutoffs:
        told = f"but {bad[0]:g} is among them" if bad else "but there is none"
        msg = f"minutes must be above 0 and at most {LONGEST_MIN:.0f}, {told}"
        raise InputError(msg)
    if len({min_to_ms(one) for one in cutoffs}) < len(cutoffs):
        msg = f"minutes must differ, but are {', '.join(f'{one:g}' for one in cutoffs)}"
        raise InputError(msg)
    return cutoffs


def require_writable(path: Path, *, overwrite: bool) -> None:
    """
    Refuse a file that isochrones cannot be written to.

    Raises
    ------
    InputError
        If its name says no known format.
    OutputError
        If it is there already, or its folder is not.
    """
    if path.suffix.lower() not in SUFFIXES:
        msg = f"{path}: unknown kind of file {path.suffix!r}; known: {', '.join(SUFFIXES)}"
        raise InputError(msg)
    if path.is_dir() or (path.exists() and not overwrite):
        msg = f"{path} is there already; give another name, or --overwrite"
        raise OutputError(msg)
    if not path.resolve().parent.is_dir():
        msg = f"{path.parent} is no folder; make it, or give another name"
        raise OutputError(msg)


def _area_km2(shape: shapely.Geometry | None) -> float:
    if shape is None:
        return 0.0
    square_m, _ = _EARTH.geometry_area_perimeter(shape)
    return float(square_m) / _M2_PER_KM2
