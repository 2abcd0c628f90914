"""The places of the study as tables that geoaccess reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from demo_region.plane import FloatArray

from latvia.country import Country
from latvia.people import Settlements
from latvia.plane import to_lonlat, to_plane

MODELLED = "modelled: people of 2020 of the old municipality, shared out"
NEAR_M = 300.0  # from the land: outlines are generalised


def settlement_table(settlements: Settlements, country: Country) -> pd.DataFrame:
    """One row a place, sorted by id."""
    table = settlements.table[["id", "name", "kind"]].copy()
    table[["lon", "lat"]] = to_lonlat(settlements.xy, decimals=6)
    table["population"] = settlements.population
    table["before_code"] = country.old.code[settlements.old]
    table["after_code"] = country.new.code[settlements.new]
    table["place_source"] = settlements.table["source"]
    table["population_source"] = MODELLED
    return table.sort_values("id", kind="stable", ignore_index=True)


def school_table(source: Path, country: Country) -> pd.DataFrame:
    """Schools of the chosen municipalities, one row each; several may share a building."""
    schools = pd.read_csv(source)
    table = pd.DataFrame(
        {
            "id": [f"school-{k:04d}" for k in range(1, len(schools) + 1)],
            "kind": "school",
            "name": schools["name"],
            "lon": schools["lon"],
            "lat": schools["lat"],
            "capacity": schools["pupils"],
            "language": schools["language"],
        }
    )
    return _inside(table, country)


def hospital_table(source: Path, country: Country) -> pd.DataFrame:
    """Hospitals of the chosen municipalities, one row a site."""
    hospitals = pd.read_csv(source)
    name, site = hospitals["hospital_name"], hospitals["site_name"].fillna("")
    table = pd.DataFrame(
        {
            "id": [f"hospital-{k:03d}" for k in hospitals["id"]],
            "kind": "hospital",
            "name": np.where(site == "", name, name + ", " + site),
            "lon": hospitals["lon"],
            "lat": hospitals["lat"],
            "capacity": hospitals["cap_beds"],
        }
    )
    return _inside(table, country)


def points_of(table: pd.DataFrame) -> FloatArray:
    """Points of a table with degrees, metres, shape (n, 2)."""
    return to_plane(table[["lon", "lat"]].to_numpy(dtype=np.float64))


def write_table(table: pd.DataFrame, path: Path) -> int:
    """Write a table as CSV; return its number of rows."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return len(table)


def _inside(table: pd.DataFrame, country: Country) -> pd.DataFrame:
    land = country.land()
    shapely.prepare(land)
    near = np.asarray(shapely.dwithin(land, shapely.points(points_of(table)), NEAR_M))
    return table[near].reset_index(drop=True)
