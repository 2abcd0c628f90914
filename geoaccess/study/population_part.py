"""What a study tells of its population grid: every cell, and what became of everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoaccess.model.population import Population
from geoaccess.study.parts import Found, Part
from geoaccess.study.schema import Study

ORDER = (
    "id",
    "name",
    "lon",
    "lat",
    "population",
    "population_low",
    "population_high",
    "manner",
    "settlement_id",
    "settlement_km",
)


def asks_population(study: Study) -> bool:
    """Whether the settlements of a study are cells of a grid."""
    return study.settlements.is_grid


def population_part(found: Found) -> Part:
    """Tell of every cell, of everybody, and of those whose cells straddle borders."""
    people = found.inputs.population
    assert people is not None  # noqa: S101 - a study with a grid has read it
    grid = found.study.settlements.grid
    straddling = {}
    table = _cells(people)
    for role, territory in found.inputs.territories.items():
        several = people.straddling(territory)
        table[f"zone_{role}"] = territory.codes_at(found.zones[role])
        table[f"straddles_{role}"] = several
        told = {
            "cells": int(several.sum()),
            "people": float(people.origins.population[several].sum()),
        }
        straddling[role] = told
        if told["cells"]:
            found.log.tell(
                f"territory {role}: {told['cells']:,} cells ({told['people']:,.0f} people) lie in "
                f"several zones; each counts whole where its point lies"
            )
    summary = {
        **people.report.as_dict(),
        "modelled": grid is not None and grid.modelled,
        "straddling": straddling,
        "least_shown": 0
        if grid is None or grid.small_counts is None
        else grid.small_counts.noun().least_shown,
    }
    return Part(tables={"population": table}, summary={"population_grid": summary})


def _cells(people: Population) -> pd.DataFrame:
    """Every cell; a number that stands for a range is told as its range only."""
    origins = people.origins
    columns: dict[str, Any] = {
        "id": origins.id,
        "name": origins.name,
        "lon": origins.lon.round(7),
        "lat": origins.lat.round(7),
        "population": np.where(people.small, np.nan, origins.population),
        "population_low": people.low,
        "population_high": people.high,
        "manner": people.manner,
        "settlement_id": people.settlement,
        "settlement_km": people.settlement_km,
    }
    return pd.DataFrame(columns)[list(ORDER)]
