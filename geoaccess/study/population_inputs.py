"""The people of a study: settlements of a table, or cells of a population grid."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geoaccess.errors import DataWarning, InputError, StudyError, nearest_known, some_ids
from geoaccess.io.grid_clip import Clip
from geoaccess.io.grid_columns import GridColumns
from geoaccess.io.grid_counts import CountRules
from geoaccess.io.grid_points import CellPoints
from geoaccess.io.population import read_population, require_overlap
from geoaccess.io.settlements import read_settlements
from geoaccess.io.sources import Source
from geoaccess.io.tables import read_polygons
from geoaccess.io.text_tables import has_decimal_comma, numbers_of, read_text_table
from geoaccess.model.network import Network
from geoaccess.model.places import Origins
from geoaccess.model.population import Population
from geoaccess.model.territory import Territory
from geoaccess.study.population_schema import ControlTable, GridTable
from geoaccess.study.schema import Settlements, Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """
    Who sets out.

    Attributes
    ----------
    origins
        Settlements, or cells.
    population
        The grid that they are cells of, or None.
    """

    origins: Origins
    population: Population | None = None


def population_paths(study: Study) -> dict[str, str]:
    """Files that a population grid of a study needs beside itself, by what they are."""
    grid = study.settlements.grid
    if grid is None:
        return {}
    named = {"grid_settlements": grid.settlements} if grid.settlements else {}
    if grid.clip is not None and grid.clip not in study.territory:
        named["grid_clip"] = grid.clip
    if grid.control is not None:
        named["grid_control"] = grid.control.path
    return {role: text for role, text in named.items() if text}


def read_places(study: Study, *, groups: bool = True) -> Origins:
    """
    Read the settlements of a study that are no grid.

    Parameters
    ----------
    study
        A checked study file.
    groups
        Whether groups of people are read, too.
    """
    table = study.settlements
    return read_settlements(
        study.source_of(table.path),
        id=table.id,
        name=table.name,
        population=table.population,
        groups=table.groups if groups else (),
        layer=table.layer,
    )


def read_cells(
    study: Study,
    territories: Mapping[str, Territory],
    network: Network,
    *,
    path: Source | None = None,
) -> People:
    """
    Read the population grid of a study, and warn of what became of everybody.

    Parameters
    ----------
    study
        A checked study file whose settlements are cells.
    territories
        Its borders, by role.
    network
        Its roads.
    path
        Another file of the same layout; that of the study if left out.

    Raises
    ------
    InputError
        If a file cannot be used.
    MismatchError
        If the grid and the roads do not overlap.
    """
    table = study.settlements
    chosen, grid = path or study.source_of(table.path), table.grid or GridTable()
    if not isinstance(chosen, Path):
        msg = f"{chosen}: a population grid must be a file; leave [settlements.grid] out"
        raise StudyError(msg)
    people = read_population(
        chosen,
        columns=_columns(table, grid),
        clip=_clip(study, grid, territories),
        points=_points(study, grid, network),
        counts=_counts(study, grid, territories),
        modelled=grid.modelled,
    )
    require_overlap(str(chosen), people.origins.lon, people.origins.lat, network)
    for line in people.report.lines():
        warnings.warn(DataWarning(line), stacklevel=2)
    if grid.modelled:
        line = f"population grid {chosen.name}: people are modelled, not counted, cell by cell"
        warnings.warn(DataWarning(line), stacklevel=2)
    return People(origins=people.origins, population=people)


def _columns(table: Settlements, grid: GridTable) -> GridColumns:
    return GridColumns(
        population=table.population,
        groups={name: grid.columns.get(name, name) for name in table.groups},
        sum_groups=grid.sum_groups,
        id=table.id if "id" in table.model_fields_set else None,
        code=grid.code,
        x=grid.x,
        y=grid.y,
        crs=grid.crs,
        cell_m=grid.cell_m,
        nodata=grid.nodata,
        layer=table.layer,
    )


def _clip(study: Study, grid: GridTable, territories: Mapping[str, Territory]) -> Clip | None:
    if grid.clip is None:
        return None
    if grid.clip in territories:
        return Clip(area=territories[grid.clip], straddling=grid.straddling)
    return Clip(area=read_polygons(study.path_of(grid.clip)), straddling=grid.straddling)


def _points(study: Study, grid: GridTable, roads: Network) -> CellPoints:
    settlements = None
    if grid.settlements is not None:
        settlements = read_settlements(study.path_of(grid.settlements), name=grid.settlements_name)
    return CellPoints(
        place=grid.place,
        settlements=settlements,
        network=roads if grid.place == "weighted" else None,
        weigh_from_m=grid.weigh_from_m,
    )


def _counts(study: Study, grid: GridTable, territories: Mapping[str, Territory]) -> CountRules:
    small = None if grid.small_counts is None else grid.small_counts.noun()
    if grid.control is None:
        return CountRules(whole_people=grid.whole_people, small=small)
    role = grid.control.territory
    if role not in territories:
        hint = nearest_known(role, list(territories)) if territories else "the study has none"
        msg = f"settlements.grid.control.territory: no borders [territory.{role}]; {hint}"
        raise StudyError(msg)
    return CountRules(
        whole_people=grid.whole_people,
        small=small,
        territory=territories[role],
        totals=_totals(study.path_of(grid.control.path), grid.control),
        scale_known=grid.control.scale_known,
    )


def _totals(path: Path, table: ControlTable) -> dict[str, float]:
    """People by code of zone."""
    rows = read_text_table(path)
    for name in (table.zone, table.population):
        if name not in rows.columns:
            msg = f"{path} has no column {name!r}; {nearest_known(name, list(rows.columns))}"
            raise InputError(msg)
    codes = rows[table.zone].fillna("")
    people = numbers_of(rows[table.population], decimal_comma=has_decimal_comma(rows))
    bad = ~np.isfinite(people)
    if bad.any():
        named = some_ids(codes[bad])
        msg = f"{path}: {table.population} is not a number for {named}; correct these rows"
        raise InputError(msg)
    wrong = sorted({*codes[codes.duplicated()], *codes[codes == ""]})
    if wrong:
        msg = f"{path}: zone {some_ids(map(repr, wrong))} is empty or stands twice; keep one row"
        raise InputError(msg)
    return dict(zip(codes, people.tolist(), strict=True))
