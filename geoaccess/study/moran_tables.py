"""Moran's statistics of a study: whether far settlements lie together, and where."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geoaccess.equity.decomposition import SETTLEMENT
from geoaccess.equity.distribution import capped
from geoaccess.equity.local_moran import local_moran
from geoaccess.equity.moran import moran
from geoaccess.equity.neighbours import (
    Neighbours,
    nearest_neighbours,
    neighbours_by_time,
    neighbours_within,
)
from geoaccess.equity.spread import EVERYWHERE
from geoaccess.model.places import Destinations, Origins
from geoaccess.study.equity_schema import MoranTable
from geoaccess.study.measures_schema import EVERYBODY, NEAREST
from geoaccess.study.parts import Found
from geoaccess.study.result import EQUITY_COLUMNS
from geoaccess.study.summary import by_service, minutes_of
from geoaccess.travel import travel_times
from geoaccess.units import FloatArray

CLUSTER_COLUMNS = (
    "id",
    "name",
    "service",
    "counted_min",
    "neighbour_mean_min",
    "n_neighbours",
    "local_i",
    "p_value",
    "q_value",
    "cluster",
)
_USUAL_NEIGHBOURS = 8


def moran_tables(
    found: Found, asked: MoranTable, *, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """
    Test whether far settlements lie beside far ones.

    Parameters
    ----------
    found
        What is known once every settlement has its nearest services.
    asked
        What the study file asks for.
    seed
        Of the permutations.

    Returns
    -------
    Rows of the table ``equity``, the table ``equity_clusters`` with columns
    ``CLUSTER_COLUMNS``, and the rules behind both.
    """
    origins, cutoff_min = found.inputs.origins, found.study.study.cutoff_min
    near = _neighbours(found, asked)
    rows: list[tuple[object, ...]] = []
    clusters = []
    for service, access in by_service(found.access):
        minutes = capped(minutes_of(access.set_index("id").loc[list(origins.id)]), cutoff_min)
        whole = moran(minutes, neighbours=near, n_permutations=asked.n_permutations, seed=seed)
        figures = (("total", whole.value), ("expected", whole.expected), ("p_value", whole.p_value))
        head = (EVERYWHERE, service, NEAREST, EVERYBODY, "minutes", SETTLEMENT, "moran_i")
        rows += [(*head, component, value, np.nan, np.nan) for component, value in figures]
        clusters.append(_clusters(minutes, near, asked, seed, service, origins))
    return (
        pd.DataFrame(rows, columns=list(EQUITY_COLUMNS)),
        pd.concat(clusters, ignore_index=True).sort_values("id", kind="stable"),
        _notes(near, asked, cutoff_min, seed),
    )


def _clusters(
    minutes: FloatArray,
    near: Neighbours,
    asked: MoranTable,
    seed: int,
    service: str,
    origins: Origins,
) -> pd.DataFrame:
    table = local_moran(
        minutes,
        neighbours=near,
        n_permutations=asked.n_local_permutations,
        seed=seed,
        max_false_share=asked.max_false_share,
    )
    table = table.rename(columns={"value": "counted_min", "neighbour_mean": "neighbour_mean_min"})
    table = table.assign(id=origins.id, name=origins.name, service=service)
    return table[list(CLUSTER_COLUMNS)]


def _neighbours(found: Found, asked: MoranTable) -> Neighbours:
    origins = found.inputs.origins
    if asked.within_min is not None:
        times = travel_times(
            found.router,
            origins,
            _as_destinations(origins),
            cutoff_min=asked.within_min,
            max_snap_m=found.inputs.origin_max_snap_m,
        )
        return neighbours_by_time(times, within_min=asked.within_min)
    if asked.within_km is not None:
        return neighbours_within(origins.lon, origins.lat, within_km=asked.within_km)
    k = asked.neighbours or min(_USUAL_NEIGHBOURS, len(origins) - 2)
    return nearest_neighbours(origins.lon, origins.lat, k=k)


def _as_destinations(origins: Origins) -> Destinations:
    return Destinations(
        id=origins.id,
        name=origins.name,
        kind=np.full(len(origins), SETTLEMENT, dtype=object),
        lon=origins.lon,
        lat=origins.lat,
        capacity=np.full(len(origins), np.nan),
    )


def _notes(near: Neighbours, asked: MoranTable, cutoff_min: float, seed: int) -> list[str]:
    alone = int((near.count == 0).sum())
    without = f"; {alone} settlements have none and are left out" if alone else ""
    return [
        (
            f"moran_i: every settlement counts once, whoever lives there, unreached ones as "
            f"{cutoff_min:g} min; neighbours are {near.told}{without}; {asked.n_permutations} "
            f"permutations, seed {seed}"
        ),
        (
            f"equity_clusters: {asked.n_local_permutations} draws for each settlement, two-sided; "
            f"at most {asked.max_false_share:.0%} of the clusters are expected to be so by chance "
            f"(Benjamini and Hochberg)"
        ),
    ]
