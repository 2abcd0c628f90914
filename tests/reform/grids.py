"""Borders drawn on a grid of cells of 1 km, so that every area can be counted by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from pyproj import Transformer

from geoaccess.model.nesting import Membership, Parts
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray

CELL_M = 1000.0
CORNER_M = (500_000.0, 300_000.0)
CRS = "EPSG:3059"
_BACK = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def in_degrees(geometry: Sequence[shapely.Geometry]) -> AnyArray:
    """Shapes in metres of EPSG:3059, turned into degrees."""

    def move(xy: AnyArray) -> AnyArray:
        return np.column_stack(_BACK.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(np.array(geometry, dtype=object), move))


def square(
    column: float, row: float, *, width: float = 1.0, height: float = 1.0
) -> shapely.Polygon:
    """Cell of the grid, or a box of several, in metres."""
    west, south = CORNER_M[0] + column * CELL_M, CORNER_M[1] + row * CELL_M
    return shapely.box(west, south, west + width * CELL_M, south + height * CELL_M)


def cells_of(rows: Sequence[str]) -> dict[tuple[int, int], str]:
    """Letter of each cell of a map drawn in text, the southern row last."""
    high = len(rows)
    return {
        (column, high - 1 - row): letter
        for row, line in enumerate(rows)
        for column, letter in enumerate(line)
    }


def territory_of(
    zone: Mapping[tuple[int, int], str],
    *,
    date: str = "2021-06-30",
    part: Mapping[tuple[int, int], str] | None = None,
    region: Mapping[str, str] | None = None,
) -> Territory:
    """Zones, and parts if given, that hold the cells of their letter; names are ``Z a``."""
    codes = sorted(set(zone.values()))
    shapes = [shapely.union_all([square(*c) for c in zone if zone[c] == code]) for code in codes]
    return Territory(
        date=date,
        code=codes,
        name=[f"Z {code}" for code in codes],
        geometry=in_degrees(shapes),
        parts=None if part is None else _parts(zone, part),
        above={}
        if region is None
        else {
            "region": Membership(
                zone=codes, code=[region[c] for c in codes], name=[region[c] for c in codes]
            )
        },
    )


def _parts(zone: Mapping[tuple[int, int], str], part: Mapping[tuple[int, int], str]) -> Parts:
    pairs = sorted({(part[cell], zone[cell]) for cell in part})
    shapes = [shapely.union_all([square(*c) for c in part if part[c] == code]) for code, _ in pairs]
    return Parts(
        code=[code for code, _ in pairs],
        name=[f"P {code}" for code, _ in pairs],
        zone=[code for _, code in pairs],
        geometry=in_degrees(shapes),
    )


def people_of(people: Mapping[tuple[int, int], float]) -> Origins:
    """One settlement in the middle of each cell."""
    middle = [square(*cell).centroid for cell in people]
    points = in_degrees(middle)
    return Origins(
        id=[f"V{column}-{row}" for column, row in people],
        name=["" for _ in people],
        lon=shapely.get_x(points),
        lat=shapely.get_y(points),
        population=list(people.values()),
    )
