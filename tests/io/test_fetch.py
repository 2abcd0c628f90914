"""Roads from a server on this machine, which answers well, badly, late or not at all."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import shapely

import geoaccess as ga
from geoaccess.errors import InputError, NetworkError, OutputError
from geoaccess.io.fetch import Patience
from tests.servers import Reply, Server
from tests.towns import write_town

BBOX = (24.0, 57.0, 24.1, 57.1)
QUICK = Patience(timeout_s=5, tries=3, wait_s=0.01)


@pytest.fixture
def town(tmp_path: Path) -> bytes:
    return write_town(tmp_path / "town.osm").read_bytes()


def fetch(server: Server, path: Path, **options: Any) -> ga.Network:  # noqa: ANN401
    options = {"bbox": BBOX, "patience": QUICK} | options
    return ga.download_network(path, overpass_url=server.url, nominatim_url=server.url, **options)


@pytest.mark.parametrize("name", ["roads.osm", "roads.osm.gz"])
def test_roads_are_kept_and_read(server: Server, town: bytes, tmp_path: Path, name: str) -> None:
    server.replies = [(200, {}, town)]
    network = fetch(server, tmp_path / name)
    assert network.n_segments == ga.read_network(tmp_path / "town.osm").n_segments
    kept = (tmp_path / name).read_bytes()
    assert (gzip.decompress(kept) if name.endswith("gz") else kept) == town
    (query,) = server.asked
    for word in ('way["highway"](57.0,24.0,57.1,24.1)', 'way["route"="ferry"]', "restriction"):
        assert word in query


def test_a_packed_answer(server: Server, town: bytes, tmp_path: Path) -> None:
    server.replies = [(200, {"Content-Encoding": "gzip"}, gzip.compress(town))]
    fetch(server, tmp_path / "roads.osm")
    assert (tmp_path / "roads.osm").read_bytes() == town


def test_a_busy_server_is_asked_again(
    server: Server, town: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.replies = [(429, {}, b"busy"), (504, {"Retry-After": "0"}, b""), (200, {}, town)]
    with caplog.at_level(logging.WARNING, "geoaccess"):
        fetch(server, tmp_path / "roads.osm")
    assert len(server.asked) == 3
    assert "busy (429); asking again in 0.01 s, 2 tries left" in caplog.messages[0]


def test_a_place_is_looked_up(server: Server, town: bytes, tmp_path: Path) -> None:
    area = shapely.box(24, 57, 24.1, 57.1)
    point = {"geojson": {"type": "Point", "coordinates": [24, 57]}}
    found = [point, {"geojson": json.loads(shapely.to_geojson(area))}]
    server.replies = [(200, {}, json.dumps(found).encode()), (200, {}, town)]
    fetch(server, tmp_path / "roads.osm", bbox=None, place="Cēsis")
    assert "q=C%C4%93sis" in server.asked[0]
    assert 'poly:"57.000000 24.100000 57.100000 24.100000' in server.asked[1]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((429, {"Retry-After": "600"}, b""), r"busy \(HTTP 429\) and asks to wait 600 s"),
        ((429, {}, b""), r"busy \(HTTP 429\)"),
        ((400, {}, b"parse error"), "refused"),
        ((200, {}, b"<html>down for repairs</html>"), "not OSM data"),
        ((200, {}, b"<osm><way id='1'>"), "stops half way"),
        ((200, {"Content-Length": "99"}, b"<osm></osm>"), "broke off"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"<osm/>")[:-9]), "broke off"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), "broke off"),
        ((200, {}, b"<osm></osm>"), "no roads in that area"),
        ((200, {}, b"<osm><remark>runtime error: out of memory</remark></osm>"), "out of memory"),
    ],
)
def test_bad_answers_leave_no_file(
    server: Server, tmp_path: Path, reply: Reply, message: str
) -> None:
    server.replies = [reply]
    with pytest.raises(NetworkError, match=message):
        fetch(server, tmp_path / "roads.osm")
    assert not list(tmp_path.iterdir())


def test_nobody_answers(tmp_path: Path) -> None:
    with Server() as closed:
        pass
    with pytest.raises(NetworkError, match="cannot be reached"):
        fetch(closed, tmp_path / "roads.osm")


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [(b"[]", InputError, "no area is named"), (b"<html>", NetworkError, "with places")],
)
def test_a_place_that_is_none(
    server: Server, tmp_path: Path, reply: bytes, error: type[Exception], message: str
) -> None:
    server.replies = [(200, {}, reply)]
    with pytest.raises(error, match=message):
        fetch(server, tmp_path / "roads.osm", bbox=None, place="Nowhere")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("roads.osm", {"place": "Cēsis"}, "exactly one"),
        ("roads.osm", {"bbox": None}, "exactly one"),
        ("roads.pbf", {}, "must end in"),
        ("roads.osm", {"bbox": (24.1, 57, 24, 57.1)}, "not west, south"),
        ("roads.osm", {"bbox": (24, 57)}, "not west, south"),
        ("roads.osm", {"bbox": None, "polygon": shapely.Point(24, 57)}, "shapely polygon"),
        ("roads.osm", {"bbox": None, "polygon": shapely.box(500, 1, 501, 2)}, "in degrees"),
        ("roads.osm", {"patience": Patience(tries=0)}, "one try"),
    ],
)
def test_bad_questions(
    server: Server, tmp_path: Path, name: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        fetch(server, tmp_path / name, **options)
    assert not server.asked


def test_only_servers_are_asked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="https://"):
        ga.download_network(tmp_path / "roads.osm", bbox=BBOX, overpass_url="file:///etc/hosts")


def test_files_are_not_written_over(server: Server, tmp_path: Path) -> None:
    (tmp_path / "roads.osm").write_text("mine")
    with pytest.raises(OutputError, match="there already"):
        fetch(server, tmp_path / "roads.osm")
    with pytest.raises(OutputError, match="no folder"):
        fetch(server, tmp_path / "none" / "roads.osm")
