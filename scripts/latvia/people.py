"""Where people live: towns, hamlets and villages, with the people of 2020 shared out to them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from demo_region.plane import BoolArray, FloatArray, IntArray
from numpy.typing import NDArray
from scipy.spatial import KDTree

from latvia.country import Country, atvk
from latvia.grammar import genitives, plain
from latvia.plane import CRS, area_at, to_plane

TOWN, VILLAGE, HAMLET = "town", "village", "hamlet"
GEONAMES_CODES = ("PPL", "PPLA", "PPLC", "PPLL")  # lived in, and not a part of a town
VILLAGE_GAP_M = 500.0  # a nearer GeoNames place is taken for the same place
NAME_GAP_M = 5000.0  # within which the same name is the same place
# Weights in sharing out people, where GeoNames gives no number.
TOWN_WEIGHT, PARISH_WEIGHT, OTHER_WEIGHT = 1500.0, 400.0, 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settlements:
    """
    Places and their modelled people.

    Attributes
    ----------
    table
        One row a place: `id`, `name`, `kind` (town, village or hamlet), `population`,
        `is_parish_centre`, `source`.
    xy
        Metres, shape (n, 2).
    old, new
        Position of its municipality before and after the reform, shape (n,).
    """

    table: pd.DataFrame
    xy: FloatArray
    old: IntArray
    new: IntArray

    @property
    def population(self) -> IntArray:
        """People of each place, shape (n,)."""
        return self.table["population"].to_numpy(dtype=np.int64)

    def take(self, kept: NDArray[Any]) -> Settlements:
        """Keep some of the places, by mask or position."""
        return Settlements(
            table=self.table[kept].reset_index(drop=True),
            xy=self.xy[kept],
            old=self.old[kept],
            new=self.new[kept],
        )


def read_settlements(folder: Path, country: Country) -> Settlements:
    """
    Read all places of the country and share out the people of 2020.

    Parameters
    ----------
    folder
        Folder with towns, hamlets, GeoNames places and people of the old municipalities.
    country
        Its borders.

    Returns
    -------
    Towns first, then hamlets, then villages. A state city's people all live in its town; the
    people of each other old municipality are shared out to its places in proportion to the
    people that GeoNames states or, where it states none, to a fixed weight by kind; whole
    people, by largest remainder, so that each municipality keeps its total.

    Raises
    ------
    ValueError
        If an old municipality has people but no place.
    """
    geonames = pd.read_csv(folder / "geonames_places_2017.csv")
    geonames_xy = to_plane(geonames[["lon", "lat"]].to_numpy())
    land = shapely.union_all(country.old.outline)
    inside = shapely.contains_xy(land, geonames_xy[:, 0], geonames_xy[:, 1])
    table, xy = _places(folder, geonames, geonames_xy, np.asarray(inside))
    old = area_at(xy, country.old.outline)
    table["is_parish_centre"] = _are_parish_centres(table, xy, country)
    weight = _weights(table, xy, geonames, geonames_xy)
    in_city = country.old.is_city[old] & (table["kind"] != TOWN).to_numpy()
    weight[in_city] = 0.0
    people = pd.read_csv(folder / "population_2020_by_119.csv", dtype={"lau2017_code": str})
    codes = [atvk(code) for code in country.old.code]
    total = people.set_index("lau2017_code")["population_2020"].loc[codes]
    table["population"] = share_out(total.to_numpy(dtype=np.int64), old, weight)
    return Settlements(table=table, xy=xy, old=old, new=area_at(xy, country.new.outline))


def share_out(total: IntArray, group: IntArray, weight: FloatArray) -> IntArray:
    """
    Share out whole people in proportion to weights, each group keeping its total.

    Parameters
    ----------
    total
        People of each group, shape (k,).
    group
        Group of each place, shape (n,).
    weight
        Not negative, shape (n,).

    Returns
    -------
    People of each place, shape (n,); ties of the remainder go to the place that comes first.
    """
    shared = np.zeros(len(group), dtype=np.int64)
    for k, people in enumerate(total):
        own = np.flatnonzero(group == k)
        if weight[own].sum() == 0.0:
            message = f"old municipality number {k} has {people} people but no place for them"
            raise ValueError(message)
        exact = people * weight[own] / weight[own].sum()
        whole = np.floor(exact).astype(np.int64)
        left = int(people - whole.sum())
        whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
        shared[own] = whole
    return shared


def _places(
    folder: Path, geonames: pd.DataFrame, geonames_xy: FloatArray, inside: BoolArray
) -> tuple[pd.DataFrame, FloatArray]:
    towns = gpd.read_file(folder / "towns.gpkg").to_crs(CRS).sort_values("id")
    hamlets = gpd.read_file(folder / "hamlets.gpkg").to_crs(CRS).sort_values("id")
    outlines = towns.geometry.to_numpy()
    town_xy = _middles(towns["name"].tolist(), outlines, geonames, geonames_xy)
    hamlet_xy = shapely.get_coordinates(hamlets.geometry.to_numpy())
    known = np.vstack([town_xy, hamlet_xy])
    twin = _are_twins(geonames, geonames_xy, [*towns["name"], *hamlets["name"]], known)
    villages = _villages(geonames, geonames_xy, known, outlines, twin | ~inside)
    register = "State Address Register"
    parts = [
        _rows(towns["id"], towns["name"], TOWN, register),
        _rows(hamlets["id"], hamlets["name"], HAMLET, register),
        _rows(
            "geonames-" + geonames["geonameid"].astype(str).iloc[villages],
            geonames["name"].iloc[villages],
            VILLAGE,
            "GeoNames",
        ),
    ]
    table = pd.concat(parts, ignore_index=True)
    return table, np.vstack([town_xy, hamlet_xy, geonames_xy[villages]])


def _rows(ids: Any, names: Any, kind: str, source: str) -> pd.DataFrame:  # noqa: ANN401
    return pd.DataFrame(
        {"id": list(map(str, ids)), "name": list(names), "kind": kind, "source": source}
    )


def _middles(
    names: list[str], outlines: NDArray[np.object_], geonames: pd.DataFrame, xy: FloatArray
) -> FloatArray:
    """Middle of each town: its point in GeoNames if that lies inside, else any point inside."""
    middles: list[FloatArray] = []
    for name, outline in zip(names, outlines, strict=True):
        own = xy[(geonames["name"].map(plain) == plain(name)).to_numpy()]
        own = own[shapely.contains_xy(outline, own[:, 0], own[:, 1])]
        any_point = shapely.get_coordinates(outline.point_on_surface())
        middles.append(own[0] if len(own) else any_point[0])
    return np.vstack(middles)


def _villages(
    geonames: pd.DataFrame,
    xy: FloatArray,
    known: FloatArray,
    outlines: NDArray[np.object_],
    left_out: BoolArray,
) -> IntArray:
    """GeoNames places that the register's towns and hamlets lack; its villages are not at hand."""
    is_free = geonames["feature_code"].isin(GEONAMES_CODES).to_numpy() & ~left_out
    in_town = shapely.STRtree(outlines).query(shapely.points(xy), predicate="within")[0]
    is_free[in_town] = False
    is_free &= np.asarray(KDTree(known).query(xy)[0]) > VILLAGE_GAP_M
    free = np.flatnonzero(is_free)
    # Of places at one spot, the one with most people, then the one that comes first.
    free = free[np.argsort(-geonames["population"].to_numpy()[free], kind="stable")]
    later = KDTree(xy[free]).query_pairs(VILLAGE_GAP_M, output_type="ndarray").max(axis=1)
    return np.sort(np.delete(free, later))


def _are_twins(
    geonames: pd.DataFrame, xy: FloatArray, names: list[str], known: FloatArray
) -> BoolArray:
    """Tell which GeoNames places have a namesake of the register close by."""
    near: Any = KDTree(known).query_ball_point(xy, NAME_GAP_M)
    return np.array(
        [
            any(plain(names[i]) == plain(name) for i in ids)
            for name, ids in zip(geonames["name"], near, strict=True)
        ]
    )


def _are_parish_centres(table: pd.DataFrame, xy: FloatArray, country: Country) -> BoolArray:
    """Tell which places are called as the parish they lie in, the first of each parish only."""
    unit = area_at(xy, country.units.outline)
    parish = [name.removesuffix(" pagasts").removesuffix(" novads") for name in country.units.name]
    named = np.array(
        [parish[k] in genitives(name) for name, k in zip(table["name"], unit, strict=True)]
    )
    named &= (table["kind"] != TOWN).to_numpy()
    first = np.unique(unit[named], return_index=True)[1]
    centres: BoolArray = np.zeros(len(table), dtype=np.bool_)
    centres[np.flatnonzero(named)[first]] = True
    return centres


def _weights(
    table: pd.DataFrame, xy: FloatArray, geonames: pd.DataFrame, geonames_xy: FloatArray
) -> FloatArray:
    kind = table["kind"].to_numpy()
    fixed = np.where(kind == TOWN, TOWN_WEIGHT, OTHER_WEIGHT)
    weight = np.where(table["is_parish_centre"].to_numpy(), PARISH_WEIGHT, fixed)
    told = geonames["population"].to_numpy()
    names = table["name"].map(plain).to_numpy()
    for k in np.flatnonzero(told > 0):
        gap = np.hypot(*(xy - geonames_xy[k]).T)
        gap[names != plain(geonames["name"].iloc[k])] = np.inf
        if gap.min() <= NAME_GAP_M:
            weight[int(gap.argmin())] = told[k]
    return weight
