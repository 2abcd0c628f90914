"""The part of a study that ``[surface]`` asks for."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geoaccess.equity.surface_zones import zones_of_many
from geoaccess.errors import InputError, StudyError
from geoaccess.io.tables import read_polygons
from geoaccess.measures.surface import licence_of, source_of
from geoaccess.measures.surface_grid import Area, SurfaceCells, surface_cells
from geoaccess.measures.surface_image import surface_image
from geoaccess.measures.surface_times import SurfaceRules, surfaces_over
from geoaccess.model.places import Origins
from geoaccess.model.surface import Surface
from geoaccess.model.territory import Territory
from geoaccess.routing.router import Router
from geoaccess.study.parts import Found, Part
from geoaccess.study.schema import Study
from geoaccess.study.surface_schema import SurfaceTable

_MADE_UP = "SYNTHETIC: rests wholly or in part on made-up data"


def asks_surface(study: Study) -> bool:
    """Whether a study asks for surfaces."""
    return study.surface is not None


def surface_part(found: Found) -> Part:
    """
    Tell minutes for every cell of a grid, for each kind of service that is asked for.

    Parameters
    ----------
    found
        What is known once every settlement has its nearest services.

    Returns
    -------
    Surfaces and pictures by kind, table ``surface_zones`` where there are borders, and what
    became of the cells in the summary.
    """
    asked = found.study.surface or SurfaceTable()
    kinds = asked.services or list(found.study.kinds)
    max_snap_m = found.inputs.origin_max_snap_m
    cells = cells_of_study(
        found.study,
        asked,
        found.router,
        found.inputs.territories,
        max_snap_m=max_snap_m,
        max_memory_gb=found.times.max_memory_gb / len(kinds),
    )
    surfaces = surfaces_over(
        found.router,
        {kind: found.times.of_kind(kind).destination_snap for kind in kinds},
        cells,
        rules_of_study(found.study, found.router, max_snap_m=max_snap_m),
    )
    zones = zones_of_surfaces(surfaces, found.inputs.territories, found.inputs.origins)
    return Part(
        tables={} if zones is None else {"surface_zones": zones},
        summary={"surface": {kind: told_of(surface) for kind, surface in surfaces.items()}},
        surfaces=surfaces,
        surface_images={kind: surface_image(surface) for kind, surface in surfaces.items()},
    )


def cells_of_study(
    study: Study,
    asked: SurfaceTable,
    router: Router,
    territories: Mapping[str, Territory],
    *,
    max_snap_m: float,
    max_memory_gb: float,
) -> SurfaceCells:
    """
    Lay out the cells that a study asks for.

    Parameters
    ----------
    study, asked
        The study file, and which cells.
    router
        Roads made ready.
    territories
        Borders by role; the last are the area, if no other is asked for.
    max_snap_m
        Farthest that a cell may lie from its road, metres.
    max_memory_gb
        Memory that a surface may take.

    Raises
    ------
    StudyError
        If that cannot be, saying why.
    """
    try:
        return surface_cells(
            router.network,
            resolution_m=asked.resolution_m,
            area=_area(study, asked, territories),
            crs=asked.crs,
            max_snap_m=max_snap_m,
            max_memory_gb=max_memory_gb,
        )
    except InputError as error:
        msg = f"surface: {error}"
        raise StudyError(msg) from error


def rules_of_study(study: Study, router: Router, *, max_snap_m: float) -> SurfaceRules:
    """Say what is told of a cell, by the rules of the study, and where it came from."""
    own = "; ".join(study.study.sources) or source_of(router.network)
    return SurfaceRules(
        cutoff_min=study.study.cutoff_min,
        max_snap_m=max_snap_m,
        source=f"{_MADE_UP}; {own}" if study.study.synthetic else own,
        licence="" if study.study.synthetic else licence_of(router.network),
    )


def _area(study: Study, asked: SurfaceTable, territories: Mapping[str, Territory]) -> Area:
    if asked.area is not None:
        return list(read_polygons(study.path_of(asked.area)))
    return list(territories.values())[-1] if territories else None


def zones_of_surfaces(
    surfaces: Mapping[str, Surface], territories: Mapping[str, Territory], people: Origins
) -> pd.DataFrame | None:
    """Sum surfaces up by the zones of all borders; None where there are no borders."""
    tables = []
    for role, territory in territories.items():
        for table in zones_of_many(list(surfaces.values()), territory, population=people):
            table.insert(0, "territory", role)
            table.insert(1, "date", territory.date)
            tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else None


def told_of(surface: Surface) -> dict[str, object]:
    """Sum up what became of the cells, ready for JSON."""
    return {
        "resolution_m": surface.grid.cell_m,
        "crs": surface.grid.crs,
        "n_rows": surface.grid.n_rows,
        "n_columns": surface.grid.n_columns,
        "cells": surface.counts(),
    }
