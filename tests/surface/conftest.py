from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyproj import Transformer

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.model.grid import Grid
from tests.towns import write_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("town") / "town.osm")


@pytest.fixture(scope="session")
def roads(town: Path) -> ga.Network:
    return ga.read_network(town)


@pytest.fixture(scope="session")
def schools(town: Path) -> ga.Destinations:
    return ga.read_services(town, kinds=["school"])


@pytest.fixture(scope="session")
def demo_roads() -> ga.Network:
    return ga.read_network(bundled("roads", "demo.osm.pbf"))


@pytest.fixture(scope="session")
def demo_services() -> ga.Destinations:
    table = bundled("services", "demo_services.csv")
    return ga.read_services(table, kinds=["hospital", "school"])


def middles(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the middle of every cell."""
    back = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(*grid.centres(0, grid.n_rows))
    return np.asarray(lon), np.asarray(lat)


def people_at(lon: np.ndarray, lat: np.ndarray) -> ga.Origins:
    ids = [f"c{i}" for i in range(len(lon))]
    return ga.Origins(id=ids, name=ids, lon=lon, lat=lat, population=np.ones(len(lon)))
