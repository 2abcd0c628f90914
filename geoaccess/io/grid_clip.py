"""Which cells lie in the area that is studied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import shapely

from geoaccess.errors import InputError
from geoaccess.io.area import widened_area
from geoaccess.io.grid_points import Placed
from geoaccess.model.cells import Cells
from geoaccess.model.population import Manner, near_borders
from geoaccess.model.territory import Territory
from geoaccess.units import BoolArray, FloatArray, LongArray

Straddling = Literal["point", "touching", "share"]
_RULES = ("point", "touching", "share")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clip:
    """
    The area whose people are wanted.

    Attributes
    ----------
    area
        Borders, polygons in EPSG:4326, or a table with a CRS.
    straddling
        What becomes of a cell that lies partly outside. ``"point"``: it counts whole if its
        point lies in the area, else not at all. ``"touching"``: it counts whole, and its
        point is moved into the area if it lies outside; for a grid that counts the people of
        this area only. ``"share"``: so many of its people count as of its land lies in the
        area, and its point is moved as before.

    Raises
    ------
    InputError
        If the rule is unknown.
    """

    area: Any
    straddling: Straddling = "point"

    def __post_init__(self) -> None:
        """Refuse a rule that is none."""
        if self.straddling not in _RULES:
            msg = f"straddling must be one of {', '.join(_RULES)}, not {self.straddling!r}"
            raise InputError(msg)

    def polygon(self) -> Any:  # noqa: ANN401 - shapely's union may be any
        """One polygon or several, in degrees."""
        if isinstance(self.area, Territory):
            return shapely.union_all(self.area.geometry)
        return widened_area(self.area)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clipped:
    """What share of the people of each cell counts, where it stands, and who straddles."""

    share: FloatArray
    points: Placed
    straddles: BoolArray


def clipped(cells: Cells, points: Placed, polygon: Any, rule: Straddling) -> Clipped:  # noqa: ANN401
    """
    Tell which cells count.

    Parameters
    ----------
    cells
        Cells.
    points
        Their points.
    polygon
        The area, degrees.
    rule
        What becomes of those that straddle its border.
    """
    shapely.prepare(polygon)
    inside = np.asarray(shapely.intersects_xy(polygon, points.lon, points.lat))
    share = inside.astype(np.float64)
    outlines = cells.outlines_in_degrees()
    crossed = near_borders(outlines, np.array([polygon], dtype=object))
    parts = shapely.intersection(outlines[crossed], polygon)
    portion = shapely.area(parts) / shapely.area(outlines[crossed])
    # A border that only runs through a corner by a rounding error divides nobody.
    apart = (portion > 0) & (portion < 1)
    crossed, parts, portion = crossed[apart], parts[apart], portion[apart]
    straddles = np.zeros(len(cells), dtype=np.bool_)
    straddles[crossed] = True
    if rule == "point":
        return Clipped(share=share, points=points, straddles=straddles)
    share[crossed] = portion if rule == "share" else 1.0
    outside = ~inside[crossed]
    moved = _moved(points, crossed[outside], parts[outside])
    return Clipped(share=share, points=moved, straddles=straddles)


def _moved(points: Placed, rows: LongArray, parts: Any) -> Placed:  # noqa: ANN401
    spots = shapely.point_on_surface(parts)
    lon, lat, manner = points.lon.copy(), points.lat.copy(), points.manner.copy()
    lon[rows], lat[rows] = shapely.get_x(spots), shapely.get_y(spots)
    manner[rows] = Manner.INSIDE_AREA
    return replace(points, lon=lon, lat=lat, manner=manner)
