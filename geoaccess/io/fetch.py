"""
Roads fetched from an Overpass server into a file, whole or not at all.

The only place of the library that opens a connection; nothing else does so by itself.
"""

from __future__ import annotations

import gzip
import http.client
import json
import logging
import time
import uuid
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import numpy as np
import shapely

from geoaccess.errors import InputError, NetworkError, OutputError
from geoaccess.io.build import read_network
from geoaccess.units import LAT_LIMIT, LON_LIMIT

if TYPE_CHECKING:
    from geoaccess.model.network import Network
    from geoaccess.model.profile import Profile

OVERPASS_URL = "https://overpass-api.de/api/interpreter"
NOMINATIM_URL = "https://nominatim.openstreetmap.org/search"
_LOG = logging.getLogger(__name__)
_AGENT = "geoaccess (travel times to municipal services)"
_BUSY = {429, 502, 503, 504}
_TOLERANCE = 1e-4
_PIECE = 1 << 20
_EDGES = 4
_SUFFIXES = (".osm", ".osm.gz")

Bbox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """
    How long to wait for a server.

    Attributes
    ----------
    timeout_s
        Longest wait for an answer, seconds; also told to the server.
    tries
        How often to ask when the server is busy.
    wait_s
        Seconds before asking again; a server that asks for a longer wait is not asked.
    """

    timeout_s: float = 300.0
    tries: int = 3
    wait_s: float = 30.0


def download_network(  # noqa: PLR0913 - three ways to say where, all by name
    path: str | Path,
    *,
    place: str | None = None,
    bbox: Bbox | None = None,
    polygon: shapely.Polygon | shapely.MultiPolygon | None = None,
    profile: str | Path | Profile = "car",
    overpass_url: str = OVERPASS_URL,
    nominatim_url: str = NOMINATIM_URL,
    patience: Patience | None = None,
) -> Network:
    """
    Fetch the roads of an area into a file, and read them.

    Ask for a town or a municipality in this way; for a country, fetch its extract. The
    data are © OpenStreetMap contributors, under the ODbL.

    Parameters
    ----------
    path
        File to write, ``.osm`` or ``.osm.gz``; it must not be there yet.
    place
        Name to look up, such as ``"Cēsis, Latvia"``; its boundary is the area.
    bbox
        West, south, east and north edge, degrees.
    polygon
        Area, EPSG:4326.
    profile
        Name of a bundled vehicle profile, path of a TOML file, or a profile.
    overpass_url, nominatim_url
        Servers to ask.
    patience
        How long to wait for them; by default 300 s for an answer, and twice 30 s when busy.

    Raises
    ------
    InputError
        If not exactly one area is given, or it is none.
    OutputError
        If the file is there already or cannot be written.
    NetworkError
        If a server cannot be reached or does not answer with roads.
    """
    fetch_roads(
        path,
        place=place,
        bbox=bbox,
        polygon=polygon,
        overpass_url=overpass_url,
        nominatim_url=nominatim_url,
        patience=patience,
    )
    return read_network(path, profile=profile)


def fetch_roads(
    path: str | Path,
    *,
    place: str | None = None,
    bbox: Bbox | None = None,
    polygon: shapely.Polygon | shapely.MultiPolygon | None = None,
    overpass_url: str = OVERPASS_URL,
    nominatim_url: str = NOMINATIM_URL,
    patience: Patience | None = None,
) -> None:
    """Fetch roads as :func:`download_network` does, and leave them in the file."""
    path, patient = Path(path), patience or Patience()
    if not path.name.endswith(_SUFFIXES):
        msg = f"{path} must end in .osm or .osm.gz"
        raise InputError(msg)
    if path.exists():
        msg = f"{path} is there already; give another name, or read it with read_network"
        raise OutputError(msg)
    if not path.parent.is_dir():
        msg = f"{path.parent} is no folder; make it first"
        raise OutputError(msg)
    if sum(one is not None for one in (place, bbox, polygon)) != 1:
        msg = "give exactly one of place, bbox and polygon"
        raise InputError(msg)
    if place is not None:
        polygon = _boundary(place, nominatim_url, patient)
    areas = [_bbox_text(bbox)] if bbox is not None else _polygon_texts(polygon)
    query = overpass_query(areas, timeout_s=patient.timeout_s)
    body = _ask(overpass_url, urlencode({"data": query}).encode(), patient)
    _require_whole(body, overpass_url)
    _write(path, body)


def overpass_query(areas: list[str], *, timeout_s: float) -> str:
    """
    Ask for roads and ferries with all tags, their nodes, and turn restrictions.

    Examples
    --------
    >>> print(overpass_query(["57,24,57.1,24.1"], timeout_s=60))
    [out:xml][timeout:60];
    (way["highway"](57,24,57.1,24.1);way["route"="ferry"](57,24,57.1,24.1);)->.roads;
    node(w.roads);
    out body;
    .roads out body;
    rel(bw.roads)["type"="restriction"];
    out body;
    """
    ways = "".join(f'way["highway"]({area});way["route"="ferry"]({area});' for area in areas)
    return (
        f"[out:xml][timeout:{round(timeout_s)}];\n({ways})->.roads;\nnode(w.roads);\n"
        f'out body;\n.roads out body;\nrel(bw.roads)["type"="restriction"];\nout body;'
    )


def _bbox_text(bbox: Bbox) -> str:
    west, south, east, north = bbox if len(bbox) == _EDGES else [np.nan] * _EDGES
    sound = -LON_LIMIT <= west < east <= LON_LIMIT and -LAT_LIMIT <= south < north <= LAT_LIMIT
    if not sound:
        msg = f"bbox {bbox} is not west, south, east, north in degrees"
        raise InputError(msg)
    return f"{south},{west},{north},{east}"


def _polygon_texts(polygon: Any) -> list[str]:  # noqa: ANN401 - may be anything
    whole = isinstance(polygon, shapely.Polygon | shapely.MultiPolygon) and not polygon.is_empty
    if not whole or not (np.abs(polygon.bounds) <= [LON_LIMIT, LAT_LIMIT] * 2).all():
        msg = "polygon must be a shapely polygon in degrees, EPSG:4326"
        raise InputError(msg)
    texts = []
    for part in shapely.get_parts(polygon.simplify(_TOLERANCE)):
        points = [f"{lat:.6f} {lon:.6f}" for lon, lat in part.exterior.coords[:-1]]
        texts.append(f'poly:"{" ".join(points)}"')
    return texts


def _boundary(place: str, url: str, patience: Patience) -> Any:  # noqa: ANN401
    """Boundary of a place by its name."""
    asked = {"q": place, "format": "jsonv2", "polygon_geojson": 1, "limit": 5}
    body = _ask(f"{url}?{urlencode(asked)}", None, patience)
    try:
        found = json.loads(body)
        shapes = [shapely.from_geojson(json.dumps(one["geojson"])) for one in found]
    except (ValueError, TypeError, KeyError, shapely.GEOSException) as error:
        msg = f"{_host(url)} did not answer with places; try again later, or give bbox"
        raise NetworkError(msg) from error
    areas = [one for one in shapes if isinstance(one, shapely.Polygon | shapely.MultiPolygon)]
    if not areas:
        msg = f"no area is named {place!r} on {_host(url)}; write it otherwise, or give bbox"
        raise InputError(msg)
    return areas[0]


def _ask(url: str, body: bytes | None, patience: Patience) -> bytes:
    """Ask once, and again while the server is busy."""
    if urlsplit(url).scheme not in {"http", "https"}:
        msg = f"{url} is not an address of a server; it must begin with https://"
        raise InputError(msg)
    for left in range(patience.tries - 1, -1, -1):
        try:
            return _answer(url, body, patience.timeout_s)
        except HTTPError as error:
            with error:
                wait_s = _wait_s(error, patience)
                if error.code not in _BUSY or not left or wait_s > patience.wait_s:
                    raise _refused(url, error, wait_s) from error
            _LOG.warning(
                "%s is busy (%d); asking again in %g s, %d tries left",
                _host(url),
                error.code,
                wait_s,
                left,
            )
            time.sleep(wait_s)
        except (OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            msg = (
                f"{_host(url)} cannot be reached or broke off ({reason or type(error).__name__}); "
                f"check the connection, raise the timeout, or take a smaller area"
            )
            raise NetworkError(msg) from error
    msg = f"patience for {_host(url)} must allow one try or more"
    raise InputError(msg)


def _answer(url: str, body: bytes | None, timeout_s: float) -> bytes:
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
    request = Request(url, data=body, headers=headers)  # noqa: S310 - http or https, checked
    with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
        pieces = []
        while piece := answer.read(_PIECE):
            pieces.append(piece)
        whole = b"".join(pieces)
        told = answer.headers.get("Content-Length")
        if told is not None and len(whole) != int(told):
            raise http.client.IncompleteRead(whole[:0], int(told) - len(whole))
        packed = answer.headers.get("Content-Encoding") == "gzip"
    try:
        return gzip.decompress(whole) if packed else whole
    except (EOFError, zlib.error) as error:
        raise OSError(*error.args) from error


def _wait_s(error: HTTPError, patience: Patience) -> float:
    asked = str(error.headers.get("Retry-After", ""))
    return float(asked) if asked.isdecimal() else patience.wait_s


def _refused(url: str, error: HTTPError, wait_s: float) -> NetworkError:
    if error.code in _BUSY:
        return NetworkError(
            f"{_host(url)} is busy (HTTP {error.code}) and asks to wait {wait_s:g} s; "
            f"try later, name another server, or take a smaller area"
        )
    return NetworkError(
        f"{_host(url)} refused (HTTP {error.code} {error.reason}); check the address of the server"
    )


def _require_whole(body: bytes, url: str) -> None:
    """Refuse pages about errors, and answers that stop half way."""
    head, tail = body[:1000].lstrip().lower(), body[-1000:].rstrip()
    remark = body.rfind(b"<remark>")
    if remark >= 0:
        told = body[remark + 8 : body.find(b"</remark>", remark)].decode("utf-8", "replace")
        msg = f"{_host(url)} gave up: {' '.join(told.split())}; take a smaller area"
        raise NetworkError(msg)
    if b"<osm" not in head:
        msg = f"{_host(url)} answered with something that is not OSM data; try again later"
        raise NetworkError(msg)
    if not tail.endswith(b"</osm>"):
        msg = f"the answer of {_host(url)} stops half way; try again, or take a smaller area"
        raise NetworkError(msg)
    if b"<way " not in body:
        msg = "there are no roads in that area; check that it is west, south, east, north"
        raise NetworkError(msg)


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}-{uuid.uuid4().hex[:8]}.partial")
    try:
        part.write_bytes(gzip.compress(body, mtime=0) if path.suffix == ".gz" else body)
        part.replace(path)
    except OSError as error:
        msg = f"cannot write {path} ({error.strerror}); check space and permissions"
        raise OutputError(msg) from error
    finally:
        part.unlink(missing_ok=True)


def _host(url: str) -> str:
    return urlsplit(url).netloc
