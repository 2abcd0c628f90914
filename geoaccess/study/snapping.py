"""Where the places of a study meet the road, without any routing."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geoaccess.routing.router import Router
from geoaccess.study.inputs import input_paths, read_inputs, road_cache
from geoaccess.study.manifest import RunLog
from geoaccess.study.schema import Study
from geoaccess.travel import snap


def snap_study(study: Study) -> gpd.GeoDataFrame:
    """
    Put the settlements and services of a study on its roads.

    Parameters
    ----------
    study
        A checked study file.

    Returns
    -------
    As :func:`geoaccess.snap` shows it, with a first column ``places``: ``settlements`` or
    ``services``.
    """
    input_paths(study)
    inputs = read_inputs(study, RunLog(), road_cache(study, enabled=True))
    router = Router(
        inputs.network,
        islands=inputs.islands.tolist(),
        min_component_km=study.roads.min_component_km,
    )
    tables = {
        "settlements": snap(router, inputs.origins, max_snap_m=inputs.origin_max_snap_m),
        "services": snap(router, inputs.destinations, max_snap_m=inputs.service_max_snap_m),
    }
    for label, table in tables.items():
        table.insert(0, "places", label)
    return gpd.GeoDataFrame(pd.concat(tables.values(), ignore_index=True), crs="EPSG:4326")
