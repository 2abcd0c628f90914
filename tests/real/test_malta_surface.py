"""A surface of Malta, every cell against a settlement at its middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import geoaccess as ga
from tests.surface.test_surface import require_equal_to_settlements

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]


def test_every_cell_of_malta_has_the_minutes_of_a_settlement(
    shared: Callable[[str], Path],
) -> None:
    path = shared("data/osm/malta.osm.pbf")
    roads = ga.read_network(path)
    hospitals = ga.read_services(path, kinds=["hospital"])
    councils = ga.read_territory(path, code="id", name="name:en", admin_level=8, date="2018-08-27")
    surface = ga.travel_time_surface(roads, hospitals, resolution_m=250, area=councils)
    assert surface.crs == "EPSG:32633"
    assert surface.counts()["reached"] > 4000
    require_equal_to_settlements(roads, hospitals, surface)
    # What a village is told is what the cell tells that has it in its middle.
    people = ga.read_settlements(path, name="name:en")
    own = ga.travel_times(roads, people, hospitals).nearest(1)[0][:, 0]
    for i in np.flatnonzero(np.isfinite(own))[:5]:
        lon, lat = float(people.lon[i]), float(people.lat[i])
        around = _cell_around(surface, lon, lat)
        told = ga.travel_time_surface(roads, hospitals, resolution_m=1.0, area=around)
        # A metre's cell: its middle is at most 0.71 m off, half a second on foot.
        assert abs(float(told.at([lon], [lat])[0]) - own[i]) * 60 < 0.75 * 3.6 / 5


def _cell_around(surface: ga.Surface, lon: float, lat: float) -> object:
    import shapely  # noqa: PLC0415 - of this one only

    assert surface.cells_at([lon], [lat])[0] >= 0
    return shapely.box(lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5)
