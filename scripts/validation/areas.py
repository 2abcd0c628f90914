"""Areas of two engines around the same places."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

import geoaccess as ga
from geoaccess.measures.road_shapes import metric_crs
from geoaccess.model.network import Network
from geoaccess.units import AnyArray
from validation.ours import places

# Roads that only just lie beyond the cutoff, as a share of it.
_BEYOND = 1.25
WIDTH_M = 100.0
_S_PER_MIN = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaMatch:
    """
    How two areas agree.

    Attributes
    ----------
    overlap
        Intersection over union.
    ratio
        Their area over ours.
    roads_inside
        Share of the roads within our cutoff that lies in their area.
    roads_outside
        Share of the roads just beyond our cutoff that lies out of their area.
    """

    overlap: float
    ratio: float
    roads_inside: float
    roads_outside: float


def match(
    ours: BaseGeometry,
    theirs: BaseGeometry,
    within: AnyArray,
    beyond: AnyArray,
) -> AreaMatch:
    """
    Compare two areas, and two lists of roads within and beyond ours; all on one plane.

    Examples
    --------
    >>> box, roads = shapely.box, shapely.linestrings([[[0, 0.5], [2, 0.5]], [[2, 0.5], [4, 0.5]]])
    >>> told = match(box(0, 0, 2, 1), box(1, 0, 3, 1), roads[:1], roads[1:])
    >>> round(told.overlap, 3), told.ratio, told.roads_inside, told.roads_outside
    (0.333, 1.0, 0.5, 0.5)
    """
    union = shapely.union(ours, theirs).area
    return AreaMatch(
        overlap=shapely.intersection(ours, theirs).area / union if union else 1.0,
        ratio=theirs.area / ours.area if ours.area else np.inf,
        roads_inside=_share(within, theirs),
        roads_outside=1.0 - _share(beyond, theirs) if len(beyond) else 1.0,
    )


def _share(roads: AnyArray, area: BaseGeometry) -> float:
    """Share of the length of some lines that lies in an area."""
    shapely.prepare(area)
    whole = shapely.contains(area, roads)
    # Few lines cross the edge, and only they need to be cut.
    crossing = roads[~whole & shapely.intersects(area, roads)]
    inside = shapely.length(roads[whole]).sum()
    inside += shapely.length(shapely.intersection(crossing, area)).sum()
    total = shapely.length(roads).sum()
    return float(inside / total) if total else 1.0


def match_place(
    network: Network, at: tuple[float, float], theirs: Mapping[str, Any], *, unit_s: float
) -> dict[str, AreaMatch]:
    """
    Compare the areas around one place.

    Parameters
    ----------
    network
        Roads whose times are seconds, or metres.
    at
        Longitude and latitude.
    theirs
        GeoJSON geometry by cutoff.
    unit_s
        Seconds of our network in one unit of the cutoffs.

    Returns
    -------
    One match a cutoff.
    """
    crs = metric_crs(network)
    told = {}
    for value, geometry in theirs.items():
        minutes = float(value) * unit_s / _S_PER_MIN
        cutoffs = [minutes, minutes * _BEYOND]
        found, own = (
            ga.isochrones(network, places([at]), minutes=some, direction="from_service")
            for some in (cutoffs, cutoffs[:1])
        )
        area = own.polygons(width_m=WIDTH_M, crs=crs).to_crs(crs).geometry.iloc[0]
        roads = found.segments().to_crs(crs)
        near = roads["minutes"] == minutes
        other = gpd.GeoSeries([shapely.from_geojson(json.dumps(geometry))], crs="EPSG:4326").to_crs(
            crs
        )
        told[value] = match(
            area,
            shapely.make_valid(other.iloc[0]),
            roads.geometry[near].to_numpy(),
            roads.geometry[~near].to_numpy(),
        )
    return told
