"""Roads and water under the maps of a study."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import shapely

from geoaccess.io.water import Bounds, read_water
from geoaccess.model.backdrop import KINDS, ROADS, Backdrop
from geoaccess.model.network import Network
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.study.result import StudyResult
from geoaccess.study.schema import Study
from geoaccess.units import BoolArray

# Of the extent, so much more on every side.
_MARGIN_SHARE = 0.1


def with_water(result: StudyResult, study: Study) -> StudyResult:
    """
    Add the lakes, rivers and coasts of the road file to what maps are drawn from.

    Parameters
    ----------
    result
        What the study found.
    study
        The study file; ``[map] water`` says whether water is read.

    Raises
    ------
    InputError
        If the road file cannot be read.
    """
    roads = study.source_of(study.roads.path)
    # Roads of a database come without water.
    if not study.map.water or result.ground is None or not isinstance(roads, Path):
        return result
    bounds = ground_bounds(result.origins, result.territories.values())
    water = read_water(roads, bounds=bounds)
    return dataclasses.replace(result, ground=water.joined(result.ground))


def roads_of(network: Network, *, bounds: Bounds) -> Backdrop:
    """
    Roads of a network by class, residential ones and greater.

    Parameters
    ----------
    network
        The roads.
    bounds
        West, south, east and north edge, degrees: what lies wholly outside is left out.
    """
    place = {name: KINDS.index(name) for name in ROADS}
    kinds = np.array(
        [place.get(highway.removesuffix("_link"), -1) for highway, _ in network.road_classes],
        dtype=np.int32,
    )
    kind = kinds[network.road_class]
    chosen = np.flatnonzero((kind >= 0) & _meets(network, bounds))
    starts, sizes = network.shape_first[chosen], np.diff(network.shape_first)[chosen]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    point = np.repeat(starts - first[:-1], sizes) + np.arange(first[-1])
    return Backdrop(
        kind=kind[chosen],
        first=first,
        lon=network.shape_lon[point],
        lat=network.shape_lat[point],
    )


def _meets(network: Network, bounds: Bounds) -> BoolArray:
    """Whether either end of a segment lies inside."""
    west, south, east, north = bounds
    inside = (network.node_lon >= west) & (network.node_lon <= east)
    inside &= (network.node_lat >= south) & (network.node_lat <= north)
    return inside[network.segment_from] | inside[network.segment_to]


def ground_bounds(origins: Origins, territories: Iterable[Territory]) -> Bounds:
    """West, south, east and north edge of settlements and borders, with a margin."""
    boxes = [shapely.total_bounds(one.geometry) for one in territories]
    if len(origins):
        places = (origins.lon.min(), origins.lat.min(), origins.lon.max(), origins.lat.max())
        boxes.append(np.array(places))
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    every = np.array(boxes)
    west, south = every[:, :2].min(axis=0).tolist()
    east, north = every[:, 2:].max(axis=0).tolist()
    more = _MARGIN_SHARE * max(east - west, north - south)
    return (west - more, south - more, east + more, north + more)
