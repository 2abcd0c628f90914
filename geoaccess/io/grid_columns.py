"""Where a population grid keeps its people, its cells and its coordinates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from geoaccess.errors import InputError, some_ids
from geoaccess.units import AnyArray, FloatArray, TextArray

POPULATION = "population"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridColumns:
    """
    Where a population grid keeps what.

    Attributes
    ----------
    population
        Column of a table with people; of a raster, a band by its number (``"1"``) or its
        description. Left out: a column or band called ``population``, else the first band.
    groups
        People by group: name, and its column or band.
    sum_groups
        Whether the people are all groups together; then no column or band of people is read.
    id
        Column with ids of cells; made from where they lie if left out.
    code
        Column of a table with codes of the European grid, such as ``1kmN4012E5123``; left
        out, ``GRD_ID`` is taken where there is such a column, and none of ``x``.
    x, y
        Columns of a CSV with coordinates of centres, in ``crs``.
    crs
        Coordinate reference system of a CSV, or of a file that states none; one that
        contradicts the file is refused.
    cell_m
        Size of the cells of a table of points, in units of its CRS.
    nodata
        Number that means "no data" in a raster that does not say so itself.
    layer
        Layer of a GeoPackage; the first if left out.

    Raises
    ------
    InputError
        If people are to be the sum of no groups.
    """

    population: str = POPULATION
    groups: Mapping[str, str] = field(default_factory=dict)
    sum_groups: bool = False
    id: str | None = None
    code: str | None = None
    x: str = "x"
    y: str = "y"
    crs: str | None = None
    cell_m: float | None = None
    nodata: float | None = None
    layer: str | None = None

    def __post_init__(self) -> None:
        """Refuse a sum of nothing."""
        if self.sum_groups and not self.groups:
            msg = "population grid: sum_groups needs groups; name their columns or bands"
            raise InputError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """
    Cells with people in one window or run of rows.

    Attributes
    ----------
    x, y, width, height
        Centres and sizes, shape (n,).
    people
        People, and then each group, shape (1 + n_groups, n).
    id
        Ids of the file's own, or None.
    shape
        Polygons, or None.
    n_nodata, n_empty
        Cells left out for having no number, or nobody.
    """

    x: FloatArray
    y: FloatArray
    width: FloatArray
    height: FloatArray
    people: FloatArray
    id: TextArray | None
    shape: AnyArray | None
    n_nodata: int
    n_empty: int


def require_people(name: str, people: FloatArray, cell: Callable[[int], str], *, what: str) -> None:
    """
    Refuse numbers of people below 0, or without end.

    Parameters
    ----------
    name
        File, for the message.
    people
        People, shape (n,).
    cell
        What the cell at a position is called.
    what
        Whose numbers they are.

    Raises
    ------
    InputError
        If there is one; the message names the first cells and how many there are.
    """
    bad = np.flatnonzero(~(np.isfinite(people) & (people >= 0)))
    if len(bad):
        msg = (
            f"{name}: {what} must be 0 or more, but is {people[bad[0]]:g} in "
            f"{some_ids(cell(int(i)) for i in bad)}; declare that number as nodata if it means no "
            f"data, or correct these cells"
        )
        raise InputError(msg)


def known_crs(stated: object, columns: GridColumns, *, name: str) -> str:
    """
    Choose the CRS of a grid: that of the file, or that given where the file states none.

    Returns
    -------
    Well-known text.

    Raises
    ------
    InputError
        If there is none, it is unknown, or the two contradict one another.
    """
    given = None if columns.crs is None else _crs(columns.crs, name)
    if not stated:
        if given is None:
            msg = f"{name} states no CRS; save it with one, or give crs, such as 'EPSG:3035'"
            raise InputError(msg)
        return str(given.to_wkt())
    own = _crs(stated, name)
    if given is not None and not own.equals(given, ignore_axis_order=True):
        msg = (
            f"{name} is in {own.name!r}, but crs says {given.name!r}; leave crs out, or correct "
            f"the file"
        )
        raise InputError(msg)
    return str(own.to_wkt())


def _crs(told: object, name: str) -> CRS:
    try:
        return CRS.from_user_input(told)
    except CRSError as error:
        msg = f"{name}: unknown CRS {str(told)[:60]!r}; give one such as 'EPSG:3035'"
        raise InputError(msg) from error
