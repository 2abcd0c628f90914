from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.servers import Server
from tests.towns import write_town


def test_roads_are_fetched_into_a_file(server: Server, tmp_path: Path, command: Command) -> None:
    town = write_town(tmp_path / "town.osm").read_bytes()
    server.replies = [(200, {}, town)]
    out = tmp_path / "roads.osm"
    asked = ("network", "download", "--bbox", "24,57,24.1,57.1", "--overpass-url", server.url)
    outcome = command(*asked, "-o", out)
    assert (outcome.code, outcome.out) == (0, "")
    assert "OpenStreetMap contributors" in outcome.err
    assert out.read_bytes() == town
    assert command(*asked, "-o", out).code == 3


@pytest.mark.parametrize("bbox", ["24,57,24.1", "here", "24.1,57,24,58"])
def test_a_bbox_that_is_none(tmp_path: Path, command: Command, bbox: str) -> None:
    outcome = command("network", "download", "--bbox", bbox, "-o", tmp_path / "roads.osm")
    assert outcome.code == 3
    assert "not W,S,E,N" in outcome.err or "not west" in outcome.err
