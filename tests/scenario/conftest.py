"""The demo region made ready for scenarios, once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.routing.router import Router
from geoaccess.scenario.apply import Ground, Sources
from geoaccess.scenario.solve import Limits, Solved, solve

KINDS = ("school", "pharmacy", "hospital")
LIMITS = Limits(
    cutoff_min=120,
    max_snap_m=1000,
    usual_service_max_snap_m=1000,
    service_max_snap_m={},
)


@pytest.fixture(scope="session")
def ground() -> Ground:
    roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
    units = bundled("boundaries", "demo_units.geojson")
    territories = {
        role: ga.read_territory(units, code=f"{role}_code", name=f"{role}_name", date=date)
        for role, date in (("before", "2021-06-30"), ("after", "2021-07-01"))
    }
    return Ground(
        router=Router(roads, method="hierarchy"),
        origins=ga.read_settlements(bundled("boundaries", "demo_settlements.csv")),
        destinations=ga.read_services(bundled("services", "demo_services.csv"), kinds=list(KINDS)),
        territories=territories,
    )


@pytest.fixture(scope="session")
def base(ground: Ground) -> Solved:
    return solve(ground.router, ground.origins, ground.destinations, kinds=KINDS, limits=LIMITS)


@pytest.fixture(scope="session")
def sources(ground: Ground) -> Sources:
    after = ground.territories["after"]
    lon, lat = ground.origins.lon, ground.origins.lat
    west = shapely.box(lon.min() - 1, lat.min() - 1, float(np.median(lon)), lat.max() + 1)
    return Sources(
        area=lambda _path: west,
        forecasts=lambda _path: pd.DataFrame(
            {"zone": after.code, "year": 2035, "population": 1000.0 + np.arange(len(after))}
        ),
        roads=lambda profile: ga.read_network(bundled("roads", "demo.osm.pbf"), profile=profile),
    )
