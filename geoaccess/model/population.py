"""People of a grid as origins, where each cell stands, and what became of everybody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import shapely

from geoaccess.model.cells import Cells
from geoaccess.model.frozen import require_equal_lengths, sealed, sealed_text
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.units import AnyArray, BoolArray, FloatArray, TextArray

if TYPE_CHECKING:
    import geopandas as gpd

# A cell whose edge runs along a border does not straddle it.
_EDGE = 1e-4


class Manner(StrEnum):
    """How a cell came to its point; every cell has exactly one."""

    CENTRE = "centre"
    SETTLEMENTS = "settlements"
    ROADS = "roads"
    INSIDE_AREA = "inside_area"
    ON_SHAPE = "on_shape"


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationReport:
    """
    What became of everybody in a population grid.

    Attributes
    ----------
    source, crs
        File and its coordinate reference system.
    cells_nodata, cells_empty
        Cells read without a number, and with nobody.
    cells_read, people_read
        Cells with people, and their people, as published.
    cells_clipped, people_clipped
        Those left out, or the part left out, as outside the area.
    cells_straddling, people_straddling
        Cells read that lie partly outside the area, and their people.
    cells_small, people_small
        Cells kept whose number stands for a range, and the people of them as published.
    people_corrected
        What small counts and control totals added, or took away (below 0).
    zones_controlled, largest_correction_zone, largest_correction_share
        Zones brought to a control total; the one whose people changed most, and by what
        share of what was read there.
    cells_rounded_away
        Cells that rounding left without people.
    people_rounded
        What rounding added to everybody, less than one person a control total.
    cells, people, people_low, people_high
        What is left: cells, people, and the least and most that they may be.
    manners
        People by how their cell came to its point.
    """

    source: str
    crs: str
    cells_nodata: int
    cells_empty: int
    cells_read: int
    people_read: float
    cells_clipped: int = 0
    people_clipped: float = 0.0
    cells_straddling: int = 0
    people_straddling: float = 0.0
    cells_small: int = 0
    people_small: float = 0.0
    people_corrected: float = 0.0
    zones_controlled: int = 0
    largest_correction_zone: str = ""
    largest_correction_share: float = 0.0
    cells_rounded_away: int = 0
    people_rounded: float = 0.0
    cells: int = 0
    people: float = 0.0
    people_low: float = 0.0
    people_high: float = 0.0
    manners: Mapping[str, float] = field(default_factory=dict)

    def with_facts(self, **facts: Any) -> Self:  # noqa: ANN401 - as different as the facts
        """Copy with more known."""
        return replace(self, **facts)

    def as_dict(self) -> dict[str, Any]:
        """All facts, ready for JSON."""
        return {**asdict(self), "manners": dict(self.manners)}

    def lines(self) -> list[str]:
        """All that happened, each in one line of plain English."""
        read = (
            f"population grid {self.source}: {self.people_read:,.{_places(self.people_read)}f} "
            f"people read in {self.cells_read:,} cells ({self.cells_empty:,} empty, "
            f"{self.cells_nodata:,} without data)"
        )
        said = [read]
        if self.cells_straddling:
            said.append(
                f"population grid: {self.cells_straddling:,} cells "
                f"({self.people_straddling:,.0f} people) lie partly outside the area"
            )
        if self.cells_clipped or self.people_clipped:
            said.append(
                f"population grid: {self.people_clipped:,.{_places(self.people_clipped)}f} people "
                f"({self.cells_clipped:,} cells) lie outside the area and are left out"
            )
        if self.cells_small:
            said.append(
                f"population grid: {self.cells_small:,} cells hold a small count; everybody is "
                f"{self.people_low:,.0f} to {self.people_high:,.0f} people"
            )
        if self.zones_controlled:
            said.append(
                f"population grid: {self.zones_controlled} zones brought to their totals; largest "
                f"correction {self.largest_correction_share:+.1%} in {self.largest_correction_zone}"
            )
        said.append(
            f"population grid: {self.people:,.{_places(self.people)}f} people kept in "
            f"{self.cells:,} origins"
        )
        return said


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """
    People of a grid, ready to set out.

    Attributes
    ----------
    origins
        One for each cell that is kept, sorted by id.
    cells
        The same cells in the grid's coordinates, in the same order; their people are as read.
    manner
        How each came to its point, see :class:`Manner`, shape (n,).
    low, high
        Least and most people of each cell, shape (n,); equal where its number is known.
    small
        Which cells published a number that stands for a range, shape (n,).
    settlement
        Id of the settlement in the cell with most people, or else of the nearest; empty where
        no settlements were given. Shape (n,).
    settlement_km
        Straight kilometres from the point to it, NaN where there is none, shape (n,).
    report
        What became of everybody.
    """

    origins: Origins
    cells: Cells
    manner: TextArray
    low: FloatArray
    high: FloatArray
    small: BoolArray
    settlement: TextArray
    settlement_km: FloatArray
    report: PopulationReport

    def __post_init__(self) -> None:
        """Seal the arrays and check that they agree."""
        for name in ("low", "high", "settlement_km"):
            object.__setattr__(self, name, sealed(getattr(self, name), "float64"))
        object.__setattr__(self, "small", sealed(self.small, "bool"))
        for name in ("manner", "settlement"):
            object.__setattr__(self, name, sealed_text(getattr(self, name)))
        require_equal_lengths(
            "population",
            origins=self.origins.id,
            cells=self.cells.id,
            manner=self.manner,
            low=self.low,
            high=self.high,
            small=self.small,
            settlement=self.settlement,
            settlement_km=self.settlement_km,
        )

    def __len__(self) -> int:
        """Count the origins."""
        return len(self.origins)

    def straddling(self, territory: Territory) -> BoolArray:
        """
        Which cells lie in several zones.

        Each counts whole in the zone that holds its point, which is where this rule decides
        for people of whom nobody knows on which side of the border they live.

        Parameters
        ----------
        territory
            Borders.

        Returns
        -------
        Shape (n,); False for cells without a size, and where an edge only touches a border.
        """
        return straddling_cells(self.cells, territory)

    def to_gdf(self) -> gpd.GeoDataFrame:
        """
        Copy as a GeoDataFrame of cells.

        Returns
        -------
        Columns ``id``, ``name``, ``population``, one for each group, ``population_low``,
        ``population_high``, ``manner``, ``settlement_id``, ``settlement_km``, and the cells
        as ``geometry`` in EPSG:4326.
        """
        table = self.origins.to_gdf()
        table["population_low"], table["population_high"] = self.low, self.high
        table["manner"], table["settlement_id"] = self.manner, self.settlement
        table["settlement_km"] = self.settlement_km
        return table.set_geometry(list(self.cells.outlines_in_degrees()), crs="EPSG:4326")


def straddling_cells(cells: Cells, territory: Territory) -> BoolArray:
    """Which cells have land in several zones, shape (n,)."""
    several = np.zeros(len(cells), dtype=np.int64)
    outlines = cells.outlines_in_degrees()
    near = near_borders(outlines, territory.geometry)
    inner = _shrunk(outlines[near])
    cell, zone = shapely.STRtree(territory.geometry).query(inner, predicate="intersects")
    pairs = np.unique(np.column_stack([cell, zone]), axis=0)
    several[near] = np.bincount(pairs[:, 0], minlength=len(near))
    return np.asarray(several > 1)


def near_borders(outlines: AnyArray, polygons: AnyArray) -> AnyArray:
    """Positions of the outlines with an area that the borders of some polygons cross."""
    areal = np.flatnonzero(shapely.get_dimensions(outlines) == 2)  # noqa: PLR2004
    lines = shapely.get_parts(shapely.boundary(polygons))
    _, met = shapely.STRtree(outlines[areal]).query(lines, predicate="intersects")
    touched = areal[np.unique(met)]
    # Only few are left to be drawn in, so that an edge along a border does not count.
    _, hit = shapely.STRtree(_shrunk(outlines[touched])).query(lines, predicate="intersects")
    return np.asarray(touched[np.unique(hit)])


def _shrunk(outlines: AnyArray) -> AnyArray:
    """Draw outlines in by a hair, towards their middles."""
    middle = shapely.get_coordinates(shapely.centroid(outlines))
    sizes = shapely.get_num_coordinates(outlines)
    xy = shapely.get_coordinates(outlines)
    around = np.repeat(middle, sizes, axis=0)
    return np.asarray(
        shapely.set_coordinates(outlines.copy(), around + (xy - around) * (1 - _EDGE))
    )


def _places(people: float) -> int:
    """No decimals for whole people, two for fractions."""
    return 0 if math.isclose(people, round(people), abs_tol=1e-6) else 2
