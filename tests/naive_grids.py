"""Slow obvious twins of what is done to population grids: plain loops over cells."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import rasterio
import shapely
from pyproj import Transformer

Cell = tuple[float, float, float]


def naive_raster(path: Path, *, band: int = 1) -> list[Cell]:
    """Longitude, latitude and people of every inhabited cell of a small raster."""
    with rasterio.open(path) as raster:
        values = raster.read(band).tolist()
        there = Transformer.from_crs(raster.crs, "EPSG:4326", always_xy=True)
        at, nodata = raster.transform, raster.nodata
    found = []
    for row, line in enumerate(values):
        for col, people in enumerate(line):
            if people == nodata or math.isnan(people) or people == 0:
                continue
            x = at.c + at.a * (col + 0.5)
            y = at.f + at.e * (row + 0.5)
            found.append((*there.transform(x, y), people))
    return found


def naive_code(code: str) -> tuple[int, int, int]:
    """Western and southern edge and size of a cell of the European grid, metres."""
    size, north, east = re.search(r"(\d+k?m)N(\d+)E(\d+)", code).groups()  # type: ignore[union-attr]
    metres = int(size[:-2]) * 1000 if size.endswith("km") else int(size[:-1])
    if "RES" in code:
        return int(east), int(north), metres
    zeros = 0
    while metres % 10 ** (zeros + 1) == 0:
        zeros += 1
    return int(east) * 10**zeros, int(north) * 10**zeros, metres


def naive_largest_remainder(values: Sequence[float], total: float | None = None) -> list[int]:
    """Whole people: one more for the largest remainder, again and again."""
    wanted = math.floor((math.fsum(values) if total is None else total) + 0.5)
    whole = [math.floor(one) for one in values]
    left = [one - down for one, down in zip(values, whole, strict=True)]
    while sum(whole) < wanted:
        first = max(range(len(left)), key=lambda i: (left[i], -i))
        whole[first] += 1
        left[first] = -1.0
    return whole


def naive_share(outline: Any, area: Any) -> float:  # noqa: ANN401 - polygons of shapely
    """Share of a cell that lies in an area."""
    return float(outline.intersection(area).area / outline.area)


def naive_zones(outline: Any, zones: Iterable[Any]) -> int:  # noqa: ANN401
    """In how many zones a cell has land, but for a thousandth of its own."""
    least = outline.area * 1e-3
    return sum(outline.intersection(zone).area > least for zone in zones)


def naive_point(
    outline: Any,  # noqa: ANN401
    sources: Sequence[Sequence[Cell]],
) -> tuple[float, float] | None:
    """Weighted mean of the first source that has a point in the cell; None without any."""
    for source in sources:
        inside = [one for one in source if outline.intersects(shapely.Point(one[0], one[1]))]
        behind = sum(weight for _, _, weight in inside)
        if behind > 0:
            return (
                sum(x * weight for x, _, weight in inside) / behind,
                sum(y * weight for _, y, weight in inside) / behind,
            )
    return None


def naive_small_counts(
    published: Sequence[float], total: float, *, small: tuple[float, float, float]
) -> list[float]:
    """Small numbers share evenly what the known ones leave of a total."""
    stands_for, low, high = small
    known = sum(one for one in published if one != stands_for)
    n_small = sum(one == stands_for for one in published)
    each = (total - known) / n_small
    if not low <= each <= high:
        msg = "no number of people can meet this total"
        raise ValueError(msg)
    return [each if one == stands_for else one for one in published]


def naive_by_zone(cells: Sequence[Cell], zones: Mapping[str, Any]) -> dict[str, float]:
    """People of the cells whose points lie in each zone."""
    return {
        code: math.fsum(
            people for lon, lat, people in cells if zone.intersects(shapely.Point(lon, lat))
        )
        for code, zone in zones.items()
    }
