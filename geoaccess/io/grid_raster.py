"""Population rasters, read window by window."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from geoaccess.errors import InputError, nearest_known
from geoaccess.io.files import require_file
from geoaccess.io.grid_columns import POPULATION, GridColumns, Piece, known_crs, require_people
from geoaccess.units import AnyArray, BoolArray, FloatArray

RASTERS = (".tif", ".tiff", ".vrt", ".asc", ".img", ".nc", ".bil", ".flt", ".grd")
WINDOW_CELLS = 2048
Bounds = tuple[float, float, float, float]


def is_raster(path: Path) -> bool:
    """
    Whether a path names a raster by its ending.

    Examples
    --------
    >>> is_raster(Path("people.tif")), is_raster(Path("people.csv"))
    (True, False)
    """
    return path.suffix.lower() in RASTERS


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a raster; what GDAL cannot read becomes an input error."""
    import rasterio  # noqa: PLC0415 - heavy, and only grids need it
    from rasterio.errors import (  # noqa: PLC0415
        NotGeoreferencedWarning,
        RasterioError,
        RasterioIOError,
    )

    require_file(path)
    with warnings.catch_warnings():
        # A raster without a place on the globe is refused below, with a word on mending it.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            with rasterio.open(path) as raster:
                yield raster
        except (RasterioError, RasterioIOError) as error:
            why = " ".join(str(error.__cause__ or error).split())
            msg = f"{path} cannot be read as a raster ({why}); fetch it or save it again"
            raise InputError(msg) from error


def raster_crs(path: Path, columns: GridColumns) -> str:
    """
    Well-known text of the CRS of a raster.

    Raises
    ------
    InputError
        If the raster cannot be read or states none.
    """
    with _opened(path) as raster:
        stated = raster.crs.to_wkt() if raster.crs else None
        return known_crs(stated, columns, name=str(path))


def raster_pieces(
    path: Path, columns: GridColumns, *, bounds: Bounds | None, window_cells: int = WINDOW_CELLS
) -> Iterator[Piece]:
    """
    Read the inhabited cells of a raster, one window after another.

    Parameters
    ----------
    path
        Anything that GDAL reads.
    columns
        Bands, nodata and CRS.
    bounds
        West, south, east, north in degrees: windows that do not meet them are not read.
    window_cells
        Rows and columns of a window.

    Yields
    ------
    Cells with people of each window.

    Raises
    ------
    InputError
        If the raster cannot be read, is rotated, lacks a band or a CRS, or holds a negative
        number of people.
    """
    with _opened(path) as raster:
        name = str(path)
        crs = known_crs(raster.crs.to_wkt() if raster.crs else None, columns, name=name)
        _require_upright(raster, name)
        bands = _bands(raster, columns, name)
        rows, cols = _part(raster, crs, bounds)
        for row in range(rows[0], rows[1], window_cells):
            for col in range(cols[0], cols[1], window_cells):
                high = min(window_cells, rows[1] - row)
                wide = min(window_cells, cols[1] - col)
                yield _read(raster, bands, columns, (row, col, high, wide))


def _require_upright(raster: Any, name: str) -> None:  # noqa: ANN401 - rasterio has no types
    at = raster.transform
    if at.is_identity:
        msg = f"{name} has no place on the globe (no transform); save it as a GeoTIFF with one"
        raise InputError(msg)
    if at.b or at.d:
        msg = (
            f"{name} is rotated against its CRS; warp it to upright cells first, keeping totals "
            f"(gdalwarp -r sum)"
        )
        raise InputError(msg)
    if not at.a or not at.e:
        msg = f"{name} has cells without a size; save it with a right transform"
        raise InputError(msg)


def _bands(raster: Any, columns: GridColumns, name: str) -> list[int]:  # noqa: ANN401
    """Band of the people, 0 where groups make them up, and of each group."""
    groups = [_band(raster, told, name) for told in columns.groups.values()]
    told = columns.population
    if told == POPULATION and told not in _described(raster):
        told = "1"
    people = 0 if columns.sum_groups else _band(raster, told, name)
    for band in (people, *groups):
        if band and "complex" in raster.dtypes[band - 1]:
            msg = f"{name}: band {band} holds complex numbers, not people; name another band"
            raise InputError(msg)
    return [people, *groups]


def _described(raster: Any) -> list[str]:  # noqa: ANN401
    return [text or "" for text in raster.descriptions]


def _band(raster: Any, told: str, name: str) -> int:  # noqa: ANN401
    described = _described(raster)
    if told in described:
        return described.index(told) + 1
    if told.isdigit() and 1 <= int(told) <= raster.count:
        return int(told)
    known = [*(text for text in described if text), *(str(i + 1) for i in range(raster.count))]
    msg = f"{name} has no band {told!r}; {nearest_known(told, known)}"
    raise InputError(msg)


def _part(
    raster: Any,  # noqa: ANN401
    crs: str,
    bounds: Bounds | None,
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Rows and columns that meet the bounds; everything without any."""
    if bounds is None:
        return (0, raster.height), (0, raster.width)
    there = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    west, south, east, north = there.transform_bounds(*bounds, densify_pts=101)
    if not all(map(math.isfinite, (west, south, east, north))) or west > east:
        return (0, raster.height), (0, raster.width)
    at = raster.transform
    cols = sorted(((west - at.c) / at.a, (east - at.c) / at.a))
    rows = sorted(((south - at.f) / at.e, (north - at.f) / at.e))
    return _span(rows, raster.height), _span(cols, raster.width)


def _span(ends: list[float], count: int) -> tuple[int, int]:
    first = min(max(math.floor(ends[0]) - 1, 0), count)
    return first, max(first, min(math.ceil(ends[1]) + 1, count))


def _read(
    raster: Any,  # noqa: ANN401
    bands: list[int],
    columns: GridColumns,
    window: tuple[int, int, int, int],
) -> Piece:
    row, col, high, wide = window
    layers = [_numbers(raster, band, columns, window) for band in bands if band]
    if bands[0]:
        known, values = layers[0]
        groups = layers[1:]
    else:
        known = np.logical_or.reduce([has for has, _ in layers])
        values = np.sum([np.where(has, number, 0.0) for has, number in layers], axis=0)
        groups = layers

    def cell(i: int) -> str:
        return f"row {row + i // wide + 1} column {col + i % wide + 1}"

    require_people(raster.name, values, cell, what="people")
    parts = [values]
    for (has, number), label in zip(groups, columns.groups, strict=True):
        parts.append(np.where(has, number, 0.0))
        require_people(raster.name, parts[-1], cell, what=label)
    at = np.flatnonzero(known & (values != 0))
    transform = raster.transform
    size = np.ones(len(at))
    return Piece(
        x=transform.c + transform.a * (col + at % wide + 0.5),
        y=transform.f + transform.e * (row + at // wide + 0.5),
        width=size * abs(transform.a),
        height=size * abs(transform.e),
        people=np.stack([part[at] for part in parts]),
        id=None,
        shape=None,
        n_nodata=int((~known).sum()),
        n_empty=high * wide - int((~known).sum()) - len(at),
    )


def _numbers(
    raster: Any,  # noqa: ANN401
    band: int,
    columns: GridColumns,
    window: tuple[int, int, int, int],
) -> tuple[BoolArray, FloatArray]:
    """Whether each cell of a window has a number, and the numbers, in rows."""
    from rasterio.windows import Window  # noqa: PLC0415 - heavy, and only grids need it

    row, col, high, wide = window
    place = Window(col, row, wide, high)
    read: AnyArray = raster.read(band, window=place, masked=True)
    values = np.ma.getdata(read).astype(np.float64).ravel()
    known: BoolArray = ~np.ma.getmaskarray(read).ravel() & ~np.isnan(values)
    if columns.nodata is not None:
        known &= values != columns.nodata
    values = values * raster.scales[band - 1] + raster.offsets[band - 1]
    return known, np.where(known, values, 0.0)
