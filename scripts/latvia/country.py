"""Borders of Latvia before and after the reform, and the official length of roads in each part."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from demo_region.plane import FloatArray
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

ROADS_2024 = Path(__file__).resolve().parents[2] / "data" / "roads" / "latvia_roads_2024.csv"
BEFORE, AFTER = "territorial_units_2021-01-01.gpkg", "territorial_units_2022-07-01.gpkg"
STATE_CITY = "1"  # of L0_type


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Areas:
    """
    Areas of one kind, sorted by code.

    Attributes
    ----------
    code, name
        Text of each, shape (n,).
    is_city
        Whether it is a state city, shape (n,).
    outline
        Polygons, metres, shape (n,).
    """

    code: NDArray[np.object_]
    name: NDArray[np.object_]
    is_city: NDArray[np.bool_]
    outline: NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Country:
    """
    Borders and official lengths.

    Attributes
    ----------
    old, new, units
        Municipalities before and after the reform; towns and parishes before it.
    chosen
        Positions in `new` of the municipalities that get roads.
    road_km, gravel_share
        Of each municipality of `new` at the end of 2024, shape (43,).
    """

    old: Areas
    new: Areas
    units: Areas
    chosen: NDArray[np.int64]
    road_km: FloatArray
    gravel_share: FloatArray

    def land(self) -> BaseGeometry:
        """Join the chosen municipalities into the land for roads, metres."""
        return shapely.union_all(self.new.outline[self.chosen])


def read_country(folder: Path, *, only: Sequence[str] = ()) -> Country:
    """
    Read borders in place.

    Parameters
    ----------
    folder
        Folder with the two files of territorial units.
    only
        Names of the new municipalities that get roads; all if empty.

    Returns
    -------
    The country.

    Raises
    ------
    ValueError
        If a name is not that of a municipality after the reform.
    """
    before, after = gpd.read_file(folder / BEFORE), gpd.read_file(folder / AFTER)
    new = _areas(after, "L0")
    unknown = [name for name in only if name not in new.name]
    if unknown:
        message = f"no municipality of 2022 is called {unknown[0]!r}; known: {', '.join(new.name)}"
        raise ValueError(message)
    chosen = [k for k, name in enumerate(new.name) if not only or name in only]
    road_km, gravel_km = official_km(new)
    return Country(
        old=_areas(before, "L0"),
        new=new,
        units=_areas(before, "L1"),
        chosen=np.array(chosen, dtype=np.int64),
        road_km=road_km,
        gravel_share=gravel_km / road_km,
    )


def official_km(areas: Areas) -> tuple[FloatArray, FloatArray]:
    """Official kilometres of roads, and of those without asphalt, of each area."""
    with ROADS_2024.open(encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}
    own = [rows[atvk(code)] for code in areas.code]
    both = [[float(row[column]) for row in own] for column in ("road_km", "gravel_km")]
    return np.array(both[0]), np.array(both[1])


def atvk(code: str) -> str:
    """Code of the official classifier, which the border files write after `LV`."""
    return code.removeprefix("LV")


def _areas(table: gpd.GeoDataFrame, level: str) -> Areas:
    """Dissolve the units to one level."""
    parts = table[[f"{level}_code", f"{level}_name", "L0_type", "geometry"]]
    parts = parts.dissolve(by=f"{level}_code", as_index=False, sort=True)
    return Areas(
        code=parts[f"{level}_code"].to_numpy(dtype=object),
        name=parts[f"{level}_name"].to_numpy(dtype=object),
        is_city=(parts["L0_type"].astype(str) == STATE_CITY).to_numpy(),
        outline=parts.geometry.to_numpy(),
    )
