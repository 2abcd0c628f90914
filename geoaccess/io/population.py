"""A population grid, from a file to people who set out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from geoaccess.errors import InputError, MismatchError, some_ids
from geoaccess.io.grid_clip import Clip, Clipped, clipped
from geoaccess.io.grid_codes import cell_ids
from geoaccess.io.grid_columns import GridColumns, Piece
from geoaccess.io.grid_counts import CountRules, Counts, brought_to_totals, in_whole_people
from geoaccess.io.grid_points import CellPoints, Placed, matched, placed
from geoaccess.io.grid_raster import WINDOW_CELLS, is_raster, raster_crs, raster_pieces
from geoaccess.io.grid_table import table_grid
from geoaccess.model.cells import Cells
from geoaccess.model.network import Network
from geoaccess.model.places import Origins
from geoaccess.model.population import Population, PopulationReport
from geoaccess.units import AnyArray, FloatArray, IntArray, TextArray

MODELLED = " (modelled)"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tally:
    """Cells without a number, and with nobody."""

    n_nodata: int
    n_empty: int


def read_population(
    path: str | Path,
    *,
    columns: GridColumns | None = None,
    clip: Clip | None = None,
    points: CellPoints | None = None,
    counts: CountRules | None = None,
    window_cells: int = WINDOW_CELLS,
    modelled: bool = False,
) -> Population:
    r"""
    Read where people live from a grid.

    A settlement's point hides where its people are; a grid says it to a kilometre or better.

    Parameters
    ----------
    path
        A raster (``.tif`` and what else GDAL reads), polygons or points with people
        (``.gpkg``, ``.geojson``, ``.shp``, ``.fgb``, ``.parquet``), or a ``.csv`` with
        coordinates or codes of cells.
    columns
        Columns or bands, CRS, nodata.
    clip
        Area to keep; everything if left out.
    points
        Where in its cell everybody sets out: the middle if left out.
    counts
        Small counts, control totals, rounding; as read if left out.
    window_cells
        Rows and columns of a raster, or hundreds of polygons, that are read together.
    modelled
        Whether the numbers are an estimate, which every name then says.

    Returns
    -------
    Origins, sorted by id, and a report of what became of everybody. Cells with nobody are
    left out.

    Raises
    ------
    InputError
        If the file cannot be used, holds nobody, or nobody is left.
    MismatchError
        If the grid and the roads given do not overlap.

    References
    ----------
    Grids of this kind: the Central Statistical Bureau of Latvia's 1 km grid; GHS-POP (Schiavina,
    Freire, Carioli and MacManus 2023); WorldPop (Tatem 2017, Scientific Data 4, 170004).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "grid.csv"
    ...     _ = path.write_text("GRD_ID,population\n1kmN4012E5123,12\n1kmN4012E5124,8\n")
    ...     people = read_population(path)
    >>> people.report.people, len(people.origins)
    (20.0, 2)
    """
    path, columns = Path(path), columns or GridColumns()
    points, counts = points or CellPoints(), counts or CountRules()
    polygon = None if clip is None else clip.polygon()
    if window_cells < 1:
        msg = f"window_cells must be 1 or more, not {window_cells}"
        raise InputError(msg)
    cells, tally = _cells(path, columns, polygon, window_cells)
    spots = placed(cells, points)
    if clip is None:
        whole = np.ones(len(cells))
        kept = Clipped(share=whole, points=spots, straddles=np.zeros(len(cells), np.bool_))
    else:
        kept = clipped(cells, spots, polygon, clip.straddling)
    report = _report(path, cells, tally, kept)
    rows = np.flatnonzero(kept.share > 0)
    if not len(rows):
        msg = (
            f"{path}: all {len(cells)} inhabited cells lie outside the area; give the grid of "
            f"this area, or state the right CRS"
        )
        raise InputError(msg)
    if points.network is not None:
        require_overlap(str(path), kept.points.lon[rows], kept.points.lat[rows], points.network)
    told = _told(cells.take(rows), kept.share[rows], counts)
    return _finished(
        cells.take(rows), _taken(kept.points, rows), told, report, (points, counts, modelled)
    )


def require_overlap(name: str, lon: FloatArray, lat: FloatArray, network: Network) -> None:
    """
    Refuse a grid of which no inhabited cell lies within the bounds of the roads.

    Raises
    ------
    MismatchError
        If none does; the message tells both bounds.
    """
    west, south, east, north = network.bounds
    if not ((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)).any():
        msg = (
            f"{name}: the grid (from {lon.min():.3f}, {lat.min():.3f} to {lon.max():.3f}, "
            f"{lat.max():.3f}) does not overlap the roads (from {west:.3f}, {south:.3f} to "
            f"{east:.3f}, {north:.3f}); give the grid of this place, or state the right CRS"
        )
        raise MismatchError(msg)


def _cells(
    path: Path,
    columns: GridColumns,
    polygon: shapely.Geometry | None,
    window_cells: int,
) -> tuple[Cells, _Tally]:
    """All inhabited cells, sorted by id."""
    pieces: Iterable[Piece]
    if is_raster(path):
        crs = raster_crs(path, columns)
        bounds = None if polygon is None else tuple(shapely.bounds(polygon))
        pieces = raster_pieces(path, columns, bounds=bounds, window_cells=window_cells)
    else:
        crs, pieces = table_grid(path, columns, rows_at_once=100 * window_cells)
    every = list(pieces)
    cells = _joined(every, crs, columns)
    tally = _Tally(
        n_nodata=sum(one.n_nodata for one in every), n_empty=sum(one.n_empty for one in every)
    )
    if not len(cells):
        msg = (
            f"{path} has nobody in it ({tally.n_nodata:,} cells without data, {tally.n_empty:,} "
            f"empty); check the band or column, the nodata value and the area"
        )
        raise InputError(msg)
    _require_once(path, cells)
    return cells.take(np.argsort(cells.id.astype(str), kind="stable")), tally


def _joined(pieces: list[Piece], crs: str, columns: GridColumns) -> Cells:
    if not pieces:
        none = np.empty(0)
        nameless = np.empty(0, dtype=object)
        return Cells(crs=crs, id=nameless, x=none, y=none, width=none, height=none, people=none)
    x, y, width, height = (
        np.concatenate([getattr(one, name) for one in pieces])
        for name in ("x", "y", "width", "height")
    )
    people = np.concatenate([one.people for one in pieces], axis=1)
    own = [one.id for one in pieces if one.id is not None]
    return Cells(
        crs=crs,
        id=np.concatenate(own) if own else cell_ids(crs, x, y, width, height),
        x=x,
        y=y,
        width=width,
        height=height,
        people=people[0],
        groups=dict(zip(columns.groups, people[1:], strict=True)),
        shape=_shapes(pieces),
    )


def _shapes(pieces: list[Piece]) -> AnyArray | None:
    """Polygons of all cells, if any is no rectangle."""
    if all(one.shape is None for one in pieces):
        return None
    return np.concatenate([_outlines(one) if one.shape is None else one.shape for one in pieces])


def _outlines(piece: Piece) -> AnyArray:
    half_x, half_y = piece.width / 2.0, piece.height / 2.0
    x, y = piece.x, piece.y
    return np.asarray(shapely.box(x - half_x, y - half_y, x + half_x, y + half_y))


def _require_once(path: Path, cells: Cells) -> None:
    ids, n = np.unique(cells.id.astype(str), return_counts=True)
    if (n > 1).any():
        msg = f"{path}: cell {some_ids(ids[n > 1])} stands twice; keep one row a cell"
        raise InputError(msg)
    nested = cells.nested()
    if len(nested):
        msg = (
            f"{path}: cell {some_ids(cells.id[nested])} lies in a larger cell, so that its people "
            f"would count twice; leave out the large cells or the small ones"
        )
        raise InputError(msg)


def _report(path: Path, cells: Cells, tally: _Tally, kept: Clipped) -> PopulationReport:
    out = cells.people * (1.0 - kept.share)
    return PopulationReport(
        source=path.name,
        crs=_crs_name(cells.crs),
        cells_nodata=tally.n_nodata,
        cells_empty=tally.n_empty,
        cells_read=len(cells),
        people_read=math.fsum(cells.people),
        cells_clipped=int((kept.share == 0).sum()),
        people_clipped=math.fsum(out),
        cells_straddling=int(kept.straddles.sum()),
        people_straddling=math.fsum(cells.people[kept.straddles]),
    )


def _crs_name(wkt: str) -> str:
    from pyproj import CRS  # noqa: PLC0415 - one name

    return str(CRS(wkt).name)


def _taken(points: Placed, rows: AnyArray) -> Placed:
    return Placed(lon=points.lon[rows], lat=points.lat[rows], manner=points.manner[rows])


def _told(cells: Cells, share: FloatArray, rules: CountRules) -> Counts:
    """People as published, by the share that counts, and what they may be."""
    low, high = (cells.people, cells.people)
    if rules.small is not None:
        low, high = rules.small.interval(cells.people)
    return Counts(
        people=cells.people * share,
        low=low * share,
        high=high * share,
        groups={name: part * share for name, part in cells.groups.items()},
    )


def _finished(
    cells: Cells,
    points: Placed,
    told: Counts,
    report: PopulationReport,
    rules: tuple[CellPoints, CountRules, bool],
) -> Population:
    """Bring people to their totals and make origins of the cells."""
    place, counts, modelled = rules
    zone = _zone(points, counts)
    met = brought_to_totals(told, zone, counts)
    final = in_whole_people(met, zone, counts) if counts.whole_people else met
    small = (
        counts.small.among(cells.people)
        if counts.small is not None
        else np.zeros(len(cells), dtype=np.bool_)
    )
    rows = np.flatnonzero(final.people > 0)
    if not len(rows):
        msg = f"{report.source}: nobody is left after control totals and rounding; check both"
        raise InputError(msg)
    kept, spots = cells.take(rows), _taken(points, rows)
    which, km = matched(kept, spots, place.settlements)
    people = final.people[rows]
    done = report.with_facts(
        cells_small=int(small.sum()),
        people_small=math.fsum(told.people[small]),
        people_corrected=math.fsum(met.people) - math.fsum(told.people),
        **_largest(met.corrections),
        cells_rounded_away=len(cells) - len(rows),
        people_rounded=math.fsum(final.people) - math.fsum(met.people),
        cells=len(rows),
        people=math.fsum(people),
        people_low=math.fsum(final.low),
        people_high=math.fsum(final.high),
        manners=_by_manner(spots.manner, people),
    )
    return Population(
        origins=Origins(
            id=kept.id,
            name=_names(kept, which, place, modelled=modelled),
            lon=spots.lon,
            lat=spots.lat,
            population=people,
            groups={name: part[rows] for name, part in final.groups.items()},
        ),
        cells=kept,
        manner=spots.manner,
        low=final.low[rows],
        high=final.high[rows],
        small=small[rows],
        settlement=_settlement_ids(which, place),
        settlement_km=km,
        report=done,
    )


def _zone(points: Placed, counts: CountRules) -> IntArray:
    if counts.territory is None:
        return np.full(len(points.lon), -1, dtype=np.int32)
    return counts.territory.locate(points.lon, points.lat)


def _largest(corrections: Mapping[str, float]) -> dict[str, object]:
    if not corrections:
        return {}
    code = max(sorted(corrections), key=lambda one: abs(corrections[one]))
    return {
        "zones_controlled": len(corrections),
        "largest_correction_zone": code,
        "largest_correction_share": corrections[code],
    }


def _by_manner(manner: TextArray, people: FloatArray) -> dict[str, float]:
    kinds = sorted({str(one) for one in manner})
    return {kind: math.fsum(people[manner == kind]) for kind in kinds}


def _names(cells: Cells, which: AnyArray, place: CellPoints, *, modelled: bool) -> TextArray:
    """Name of the settlement where there is one, else the id."""
    names = np.array(cells.id, dtype=object)
    if place.settlements is not None:
        told = np.append(place.settlements.name, "")[which]
        names = np.where(told == "", names, told)
    return np.array([f"{name}{MODELLED}" for name in names], dtype=object) if modelled else names


def _settlement_ids(which: AnyArray, place: CellPoints) -> TextArray:
    if place.settlements is None:
        return np.full(len(which), "", dtype=object)
    return np.append(place.settlements.id, "")[which]
