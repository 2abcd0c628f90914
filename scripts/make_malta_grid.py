"""
Make a modelled population grid of Malta, the input of `examples/malta_grid.toml`.

Nobody has counted these cells. The people of each settlement in an OpenStreetMap file are spread
over the road junctions around it, in its own council, by a rule that is written into the file:
junctions stand for homes, and a settlement is as wide as its people need at one density. The same
input gives the same bytes. The grid holds other people's data (ODbL), so it is never written into
the project.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio.transform import Affine

import geoaccess as ga
from geoaccess.io.grid_points import junctions
from geoaccess.model.apportion import largest_remainder

Floats = npt.NDArray[np.float64]

PROJECT = Path(__file__).resolve().parent.parent
GRID, NOTE = "malta_population_modelled.tif", "MODELLED.txt"
# The European grid's CRS, whose cells have the same area everywhere.
CRS = "EPSG:3035"
CELL_M = 250.0
# People per square kilometre in the built-up parts; the narrowest and the widest spread.
DENSITY_KM2 = 6000.0
SPREAD_M = (150.0, 1000.0)
REACH = 3.0
TOLD = (
    "MODELLED, not counted: the people of each settlement of an OpenStreetMap extract are spread "
    "over the road junctions of its own council, weighted by exp(-d^2 / 2s^2) of their distance d, "
    "with s = sqrt(people / (2 pi x 6,000 per km2)), from 150 m to 1,000 m, to 3 s. Settlements "
    "without a population hold nobody. Contains data of OpenStreetMap contributors (ODbL)."
)


def make_malta_grid(source: Path, out: Path, *, cell_m: float = CELL_M) -> Path:
    """
    Spread the settlements of an OpenStreetMap file over a grid.

    Parameters
    ----------
    source
        The file: roads, `place` nodes with people, councils of admin_level 8.
    out
        Folder to write to, outside the project.
    cell_m
        Width of a cell, metres.

    Returns
    -------
    Path of the GeoTIFF.

    Raises
    ------
    ValueError
        If the folder lies in the project.
    """
    if out.resolve().is_relative_to(PROJECT):
        message = f"{out} lies in the project, where other people's data must not go"
        raise ValueError(message)
    places = ga.read_settlements(source, name="name:en")
    places = places.take(places.population > 0)
    x, y, people = _spread(source, places)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / GRID, x, y, people, cell_m)
    (out / NOTE).write_text(TOLD + "\n", encoding="utf-8", newline="\n")
    return out / GRID


def _spread(source: Path, places: ga.Origins) -> tuple[Floats, Floats, Floats]:
    """Whole people at junctions, whose coordinates are in the grid's CRS."""
    councils = ga.read_territory(
        source, date="2018-08-27", code="id", name="name:en", admin_level=8
    )
    lon, lat = junctions(ga.read_network(source))
    flat = Transformer.from_crs("EPSG:4326", CRS, always_xy=True)
    x, y = flat.transform(lon, lat)
    here_x, here_y = flat.transform(places.lon, places.lat)
    council, home = councils.locate(lon, lat), councils.locate(places.lon, places.lat)
    people = np.zeros(len(lon))
    for i, number in enumerate(places.population):
        spread_m = math.sqrt(number / (2 * math.pi * DENSITY_KM2 / 1e6))
        spread_m = min(max(spread_m, SPREAD_M[0]), SPREAD_M[1])
        far = np.hypot(x - here_x[i], y - here_y[i])
        own = np.flatnonzero((council == home[i]) & (far <= REACH * spread_m))
        if not len(own):
            own = np.array([far.argmin()])
        weight = np.exp(-(far[own] ** 2) / (2 * spread_m**2))
        people[own] += largest_remainder(number * weight / weight.sum(), total=number)
    return np.asarray(x), np.asarray(y), people


def _write(path: Path, x: Floats, y: Floats, people: Floats, cell_m: float) -> None:
    lived = people > 0
    x, y, people = x[lived], y[lived], people[lived]
    west, north = math.floor(x.min() / cell_m) * cell_m, math.ceil(y.max() / cell_m) * cell_m
    cols = ((x - west) // cell_m).astype(int)
    rows = ((north - y) // cell_m).astype(int)
    cells = np.zeros((rows.max() + 1, cols.max() + 1))
    np.add.at(cells, (rows, cols), people)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=cells.shape[1],
        height=cells.shape[0],
        count=1,
        dtype="float32",
        crs=CRS,
        transform=Affine(cell_m, 0, west, 0, -cell_m, north),
        nodata=-1,
        compress="deflate",
    ) as raster:
        raster.write(np.where(cells > 0, cells, -1).astype("float32"), 1)
        raster.set_band_description(1, "population")
        raster.update_tags(MODELLED=TOLD, UNITS="people")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read what is asked for, make it, and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=PROJECT.parent / "shared")
    parser.add_argument("--source", type=Path, help="OpenStreetMap file (default: that of shared)")
    parser.add_argument("--out", type=Path, default=PROJECT.parent / "malta-modelled")
    parser.add_argument("--cell-m", type=float, default=CELL_M)
    asked = parser.parse_args(arguments)
    source = asked.source or asked.shared / "data" / "osm" / "malta.osm.pbf"
    path = make_malta_grid(source, asked.out, cell_m=asked.cell_m)
    with rasterio.open(path) as raster:
        cells = raster.read(1, masked=True)
    print(f"{path}: {int(cells.count())} cells, {int(cells.sum())} people, modelled")
    return 0


if __name__ == "__main__":
    sys.exit(main())
