"""A network from lines with attributes, such as a national register of roads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geoaccess.errors import InputError, NetworkError, nearest_known, some_ids
from geoaccess.io.build import build_network
from geoaccess.io.lines import GRID, node_ids, raw_roads, tag_text, tags_of
from geoaccess.io.osm import Tags
from geoaccess.io.profile import read_profile
from geoaccess.model.network import Network
from geoaccess.model.profile import Profile
from geoaccess.units import FloatArray

if TYPE_CHECKING:
    import geopandas as gpd

_TOP_KMH = 1_000.0


def network_from_edges(
    edges: gpd.GeoDataFrame,
    *,
    profile: str | Path | Profile = "car",
    columns: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> Network:
    """
    Make a network of lines, such as those of a national register of roads.

    Roads meet where two lines have a point in common, rounded to 1e-7 degrees: a bridge
    must not have a point where it crosses the road below. What the columns say is judged
    just as the tags of OpenStreetMap are.

    Parameters
    ----------
    edges
        Lines with a CRS, one a road. Columns named like OSM keys (``highway``, ``surface``,
        ``maxspeed``, ``oneway``, ``access`` …) are tags; ``oneway`` may also be true or
        false. ``speed_kmh`` is driven as it is, up to the vehicle's top speed, in place of
        the profile's speed and the legal limit. ``way_id`` numbers the roads; otherwise
        rows are counted from 1.
    profile
        Name of a bundled vehicle profile, path of a TOML file, or a profile.
    columns
        OSM key, ``speed_kmh`` or ``way_id`` of columns that are named otherwise.
    defaults
        Tags of roads whose columns say nothing, for example ``{"highway": "tertiary"}``.

    Raises
    ------
    InputError
        If the CRS or a column is missing, or a geometry is not a line.
    NetworkError
        If no road is open to the vehicle.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> lines = [shapely.LineString([(24, 57), (24.1, 57)])]
    >>> register = gpd.GeoDataFrame({"kind": ["tertiary"]}, geometry=lines, crs="EPSG:4326")
    >>> network_from_edges(register, columns={"kind": "highway"}).n_segments
    1
    """
    chosen = read_profile(profile)
    table = _renamed(edges, columns or {})
    lines = _lines(table)
    points = np.concatenate(lines)
    rows = table.drop(columns=table.geometry.name).to_dict("records")
    tags = [_tags(row, chosen, defaults or {}) for row in rows]
    if not any("highway" in one or "route" in one for one in tags):
        msg = (
            "the edges have no 'highway' column; name the one that holds the road class with "
            "columns={'its name': 'highway'}, or give defaults={'highway': 'tertiary'}"
        )
        raise InputError(msg)
    roads = raw_roads(
        tags,
        lines,
        way_id=_way_ids(rows),
        node_id=node_ids(points[:, 0], points[:, 1]),
        speed_kmh=_speeds(rows),
    )
    return build_network(roads, profile=chosen)


def _renamed(edges: gpd.GeoDataFrame, columns: Mapping[str, str]) -> gpd.GeoDataFrame:
    if not len(edges):
        msg = "the edges are empty; give lines"
        raise NetworkError(msg)
    if edges.crs is None:
        msg = "the edges have no CRS; set it, for example edges.set_crs('EPSG:3059')"
        raise InputError(msg)
    for name in columns:
        if name not in edges.columns:
            known = nearest_known(name, [str(one) for one in edges.columns])
            msg = f"the edges have no column {name!r}; {known}"
            raise InputError(msg)
    taken = set(columns.values()) - set(columns)
    table = edges.drop(columns=[name for name in taken if name in edges.columns])
    return table.rename(columns=dict(columns)).to_crs("EPSG:4326")


def _lines(table: gpd.GeoDataFrame) -> list[FloatArray]:
    """Points of each line, on the grid on which places are compared."""
    shapes = table.geometry.line_merge()
    bad = np.flatnonzero((shapes.geom_type != "LineString") | shapes.is_empty | shapes.isna())
    if len(bad):
        rows = some_ids(table.index[bad])
        msg = f"rows {rows} are not single lines; drop them, or edges.explode() them first"
        raise InputError(msg)
    lines = [np.asarray(one.coords)[:, :2] for one in shapes]
    if not all(np.isfinite(line).all() for line in lines):
        msg = "some edges have coordinates that are no numbers; check their CRS"
        raise InputError(msg)
    return [np.rint(line * GRID) / GRID for line in lines]


def _tags(row: Mapping[str, object], profile: Profile, defaults: Mapping[str, str]) -> Tags:
    told = {key: value for key, value in row.items() if tag_text(value)}
    return tags_of({**defaults, **told}, profile.tag_keys)


def _way_ids(rows: list[dict[str, object]]) -> list[int]:
    if "way_id" not in rows[0]:
        return list(range(1, len(rows) + 1))
    texts = [tag_text(row["way_id"]) for row in rows]
    bad = [text for text in texts if not text.lstrip("-").isdecimal()]
    if bad:
        msg = f"way_id must be whole numbers, not {some_ids(map(repr, bad))}"
        raise InputError(msg)
    return [int(text) for text in texts]


def _speeds(rows: list[dict[str, object]]) -> FloatArray | None:
    if "speed_kmh" not in rows[0]:
        return None
    texts = [tag_text(row["speed_kmh"]) for row in rows]
    try:
        speeds = np.array([float(text) if text else np.nan for text in texts])
    except ValueError as error:
        msg = f"speed_kmh must be numbers ({error}); leave it empty where it is not known"
        raise InputError(msg) from error
    bad = speeds[(speeds <= 0) | (speeds > _TOP_KMH)]
    if len(bad):
        msg = (
            f"speed_kmh must be above 0 and at most {_TOP_KMH:g}, not {some_ids(bad)}; "
            f"close a road with access=no"
        )
        raise InputError(msg)
    return speeds
