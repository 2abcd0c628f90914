"""Water of an OpenStreetMap file: lakes as rings with their islands, rivers, coasts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geoaccess.errors import InputError
from geoaccess.io.water import read_water
from geoaccess.model.backdrop import KINDS, Backdrop
from tests.towns import node, relation, way, write_osm

_EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)


def _square(first: int, west: float, south: float, size: float) -> list[str]:
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    return [node(first + i, west + size * x, south + size * y) for i, (x, y) in enumerate(corners)]


def _file(folder: Path) -> Path:
    return write_osm(
        folder / "water.osm",
        *_square(1, 25.0, 57.0, 0.1),
        *_square(11, 25.02, 57.02, 0.02),
        *_square(21, 26.0, 57.0, 0.1),
        way(1, [1, 2, 3, 4, 1]),
        way(2, [11, 12, 13, 14, 11]),
        way(3, [21, 22, 23], {"waterway": "river"}),
        way(4, [21, 24], {"natural": "coastline"}),
        way(5, [1, 3], {"waterway": "ditch"}),
        way(6, [21, 22, 23, 24, 21], {"natural": "coastline"}),
        relation(7, [1, 2], {"type": "multipolygon", "natural": "water"}).replace(
            'ref="2" role="outer"', 'ref="2" role="inner"'
        ),
    )


def _rings(water: Backdrop) -> list[shapely.LinearRing]:
    return [
        shapely.LinearRing(np.column_stack([water.lon[a:b], water.lat[a:b]]))
        for kind, a, b in zip(water.kind, water.first[:-1], water.first[1:], strict=True)
        if KINDS[kind] == "lake"
    ]


def test_lakes_rivers_and_coasts_are_found(tmp_path: Path) -> None:
    water = read_water(_file(tmp_path), bounds=_EVERYWHERE)
    kinds = sorted(KINDS[kind] for kind in water.kind)
    assert kinds == ["coast", "coast", "lake", "lake", "river"]
    shore, island = _rings(water)
    assert shore.is_ccw
    assert not island.is_ccw
    np.testing.assert_allclose(shapely.Polygon(shore, [island]).area, 0.01 - 0.0004, rtol=1e-6)


def test_water_elsewhere_is_left_out(tmp_path: Path) -> None:
    water = read_water(_file(tmp_path), bounds=(25.9, 56.0, 27.0, 58.0))
    assert sorted({KINDS[kind] for kind in water.kind}) == ["coast", "river"]


def test_a_file_of_another_kind_has_no_water(tmp_path: Path) -> None:
    assert len(read_water(tmp_path / "roads.gpkg", bounds=_EVERYWHERE)) == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"roads\.osm"):
        read_water(tmp_path / "roads.osm", bounds=_EVERYWHERE)
