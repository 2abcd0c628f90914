"""A surface summed up by municipality, exactly where its cells straddle a border."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import shapely

from geoaccess.equity.distribution import weighted_mean, weighted_quantile
from geoaccess.io.plane import finely_flat
from geoaccess.model.cell_shares import CellShares, cell_shares
from geoaccess.model.places import Origins
from geoaccess.model.surface import Surface
from geoaccess.model.territory import Territory
from geoaccess.units import FloatArray

_M2_PER_KM2 = 1e6
_HALF, _MOST = 0.5, 0.9


def surface_zones(
    surface: Surface, zones: Territory, *, population: Origins | None = None
) -> pd.DataFrame:
    """
    Sum a surface up by zone.

    How long it takes from the ground of a municipality, lived in or not; and, where people
    are given, from where they live.

    Parameters
    ----------
    surface
        A surface.
    zones
        Borders. Each cell counts for a zone with the very share of it that lies in the zone.
    population
        People at points, such as cells of a grid; each takes the minutes of the cell it lies
        in, and counts for the zone that holds it.

    Returns
    -------
    One row a zone: ``zone_id, zone_name, service, area_km2`` (of its part that the surface
    covers, on the plane of the CRS), ``beyond_km2`` (of the rest), ``mean_min`` over what is
    reached, ``median_min`` and ``p90_min`` over all, the unreached counting as worse than any
    minute, and ``unreached_km2``. With people also ``population``, those of the surface, and
    ``people_mean_min``, ``people_median_min``, ``people_p90_min``, ``people_unreached``.
    NaN where there is nothing to tell.

    Examples
    --------
    >>> import shapely
    >>> from geoaccess.model.grid import Grid
    >>> grid = Grid(
    ...     crs="EPSG:3059", west_m=5e5, north_m=3e5, cell_m=1000, n_rows=1, n_columns=2
    ... )
    >>> surface = Surface(
    ...     grid=grid, minutes=[[5, 9]], reason=[[0, 0]], service="school", cutoff_min=60,
    ...     max_snap_m=1000,
    ... )
    >>> land = Territory(
    ...     date="2021-07-01", code=["1"], name=["Alka"], geometry=[shapely.box(23, 56, 25, 58)]
    ... )
    >>> table = surface_zones(surface, land)
    >>> float(table["mean_min"].iloc[0]), float(table["area_km2"].iloc[0])
    (7.0, 2.0)
    """
    (table,) = zones_of_many([surface], zones, population=population)
    return table


def zones_of_many(
    surfaces: Sequence[Surface], zones: Territory, *, population: Origins | None = None
) -> list[pd.DataFrame]:
    """
    Sum several surfaces up, as :func:`surface_zones` does each; borders are cut but once.

    Parameters
    ----------
    surfaces
        Surfaces of the same grid.
    zones, population
        As there.
    """
    told: list[list[dict[str, float]]] = [[] for _ in surfaces]
    grid = surfaces[0].grid
    for shape in finely_flat(zones.geometry, grid.crs):
        shares = cell_shares(grid, shape)
        for surface, rows in zip(surfaces, told, strict=True):
            rows.append(_ground(surface, shares, float(shapely.area(shape)) / _M2_PER_KM2))
    head = {"zone_id": list(zones.code), "zone_name": list(zones.name)}
    tables = [
        pd.concat([pd.DataFrame({**head, "service": surface.service}), pd.DataFrame(rows)], axis=1)
        for surface, rows in zip(surfaces, told, strict=True)
    ]
    if population is None:
        return tables
    return [
        pd.concat([table, pd.DataFrame(list(_people(surface, zones, population)))], axis=1)
        for surface, table in zip(surfaces, tables, strict=True)
    ]


def _ground(surface: Surface, shares: CellShares, whole_km2: float) -> dict[str, float]:
    minutes = surface.minutes.reshape(-1)[shares.cell].astype(np.float64)
    asked = ~np.isnan(minutes)
    area_km2 = shares.share[asked] * surface.grid.cell_km2
    figures = _figures(minutes[asked], area_km2)
    return {
        "area_km2": float(area_km2.sum()),
        "beyond_km2": max(whole_km2 - float(area_km2.sum()), 0.0),
        "mean_min": figures["mean"],
        "median_min": figures["median"],
        "p90_min": figures["p90"],
        "unreached_km2": figures["unreached"],
    }


def _people(surface: Surface, zones: Territory, people: Origins) -> Iterator[dict[str, float]]:
    minutes = surface.at(people.lon, people.lat).astype(np.float64)
    zone = zones.locate(people.lon, people.lat)
    for position in range(len(zones)):
        rows = (zone == position) & ~np.isnan(minutes)
        figures = _figures(minutes[rows], people.population[rows])
        yield {
            "population": float(people.population[rows].sum()),
            "people_mean_min": figures["mean"],
            "people_median_min": figures["median"],
            "people_p90_min": figures["p90"],
            "people_unreached": figures["unreached"],
        }


def _figures(minutes: FloatArray, weights: FloatArray) -> dict[str, float]:
    reached = np.isfinite(minutes)
    half, most = (weighted_quantile(minutes, weights, share) for share in (_HALF, _MOST))
    return {
        "mean": weighted_mean(minutes[reached], weights[reached]),
        "median": half if np.isfinite(half) else np.nan,
        "p90": most if np.isfinite(most) else np.nan,
        "unreached": float(weights[~reached].sum()),
    }
