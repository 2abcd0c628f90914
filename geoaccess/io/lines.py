"""Lines and their attributes, from registers and graphs, become ways as OSM has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real

import numpy as np

from geoaccess.io.osm import RawRoads, Tags
from geoaccess.io.osm_keys import is_road_key
from geoaccess.units import FloatArray, LongArray

# OSM keeps places to 1e-7 degrees, about a centimetre; what is nearer is one node.
GRID = 1e7
_LON_BITS = 32


def node_ids(lon: FloatArray, lat: FloatArray) -> LongArray:
    """
    Give places numbers from 1 up; those that round to the same 1e-7 degrees share one.

    Examples
    --------
    >>> node_ids(np.array([24.0, 24.1, 24.00000001]), np.array([57.0, 57.0, 57.0])).tolist()
    [1, 2, 1]
    """
    east = np.rint((np.asarray(lon) + 180.0) * GRID).astype(np.int64)
    north = np.rint((np.asarray(lat) + 90.0) * GRID).astype(np.int64)
    _, number = np.unique((north << _LON_BITS) | east, return_inverse=True)
    ids: LongArray = number.astype(np.int64) + 1
    return ids


def tag_text(value: object) -> str:
    """
    Say a value as an OSM tag does; empty where it is missing.

    Examples
    --------
    >>> [tag_text(one) for one in (True, False, 90.0, 7, " gravel ", None, float("nan"))]
    ['yes', 'no', '90', '7', 'gravel', '', '']
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        return f"{number:g}" if np.isfinite(number) else ""
    return value.strip() if isinstance(value, str) else ""


def tags_of(values: Mapping[str, object], keys: Iterable[str] = ()) -> Tags:
    """
    Tags that say how a road may be used, of all that is told of it.

    Parameters
    ----------
    values
        What is told of the road, by OSM key.
    keys
        Keys to keep besides those that every profile reads.
    """
    wanted = set(keys)
    texts = {
        key: tag_text(value)
        for key, value in values.items()
        if key in wanted or is_road_key(str(key))
    }
    return {key: text for key, text in sorted(texts.items()) if text}


def raw_roads(
    tags: Sequence[Tags],
    lines: Sequence[FloatArray],
    *,
    way_id: Sequence[int],
    node_id: LongArray,
    node_tags: Mapping[int, Tags] | None = None,
    speed_kmh: FloatArray | None = None,
) -> RawRoads:
    """
    Put lines and their tags into the arrays that a decoded OSM file has.

    Parameters
    ----------
    tags
        Tags of each line.
    lines
        Longitude and latitude of the points of each, degrees, shape (n_points, 2).
    way_id
        Number of each line, for the record.
    node_id
        Number of each point, line after line.
    node_tags
        Tags of points, by number.
    speed_kmh
        Driven speed of each line where it is known, NaN elsewhere.
    """
    points = np.concatenate(lines)
    shared: dict[frozenset[tuple[str, str]], Tags] = {}
    return RawRoads(
        way_id=np.asarray(way_id, dtype=np.int64),
        tags=[shared.setdefault(frozenset(one.items()), one) for one in tags],
        first=np.concatenate([[0], np.cumsum([len(line) for line in lines])]),
        node_id=node_id,
        lon=np.ascontiguousarray(points[:, 0]),
        lat=np.ascontiguousarray(points[:, 1]),
        timestamp="",
        node_tags=dict(node_tags or {}),
        speed_kmh=speed_kmh,
    )
