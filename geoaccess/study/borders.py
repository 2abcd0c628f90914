"""The borders of a study: read from polygons, or made from one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from geoaccess.errors import InputError
from geoaccess.io.border_faults import require_borders
from geoaccess.io.borders import read_territory
from geoaccess.io.levels import Levels
from geoaccess.io.regrouping import read_membership, read_regrouping
from geoaccess.model.regrouping import regrouped, within_larger
from geoaccess.model.territory import Territory
from geoaccess.reform.edits import Edit, MergeZones, MoveParts, RestoreZone, SplitOut
from geoaccess.reform.what_if import what_if
from geoaccess.study.borders_schema import Borders, reading_order
from geoaccess.study.borders_schema import Edit as EditTable
from geoaccess.study.schema import Study

REGION = "region"


def border_paths(study: Study) -> dict[str, str]:
    """Files that borders are read from, by what they are."""
    named: dict[str, str] = {}
    for role, borders in study.territory.items():
        files = {"": borders.path, "_table": borders.table, "_regions": borders.region_table}
        named |= {f"territory_{role}{kind}": text for kind, text in files.items() if text}
    return named


def read_territories(study: Study) -> dict[str, Territory]:
    """
    Read or make every set of borders of a study.

    Returns
    -------
    By role, in the order of the study file.

    Raises
    ------
    InputError
        If a file cannot be used, or a table or an edit names what is not there; the message
        says of which role.
    """
    made: dict[str, Territory] = {}
    for role in reading_order(study.territory):
        borders = study.territory[role]
        if borders.path is not None:
            # Its errors name the file.
            made[role] = _from_polygons(borders, study)
        with _naming(role):
            if borders.path is None:
                made[role] = _from_others(borders, study, made)
            made[role] = _with_regions(made[role], borders, study)
            require_borders(made[role], zones=borders.expect_zones, area_km2=borders.expect_km2)
    return {role: made[role] for role in study.territory}


@contextmanager
def _naming(role: str) -> Iterator[None]:
    """Say of which borders an error speaks."""
    try:
        yield
    except InputError as error:
        msg = f"territory {role}: {error}"
        raise type(error)(msg) from error


def _from_polygons(borders: Borders, study: Study) -> Territory:
    inside = borders.region is not None and borders.region_table is None
    return read_territory(
        study.source_of(borders.path or ""),
        date=borders.date,
        code=borders.code,
        name=borders.name,
        admin_level=borders.admin_level,
        layer=borders.layer,
        levels=Levels(
            parts=_pair(borders.parish, borders.parish_name),
            above=_regions(borders) if inside else {},
        ),
    )


def _pair(code: str | None, name: str | None) -> tuple[str, str] | None:
    return None if code is None else (code, name or code)


def _regions(borders: Borders) -> dict[str, tuple[str, str]]:
    pair = _pair(borders.region, borders.region_name)
    return {} if pair is None else {REGION: pair}


def _from_others(borders: Borders, study: Study, made: Mapping[str, Territory]) -> Territory:
    base = made[borders.base or ""]
    if borders.table is not None:
        return _from_table(borders, study.path_of(borders.table), base)
    edits = [_edit(one, made) for one in borders.edits or ()]
    return what_if(base, edits, date=borders.date)


def _from_table(borders: Borders, path: Path, base: Territory) -> Territory:
    larger = borders.region is not None and borders.region_table is None
    table = read_regrouping(
        path,
        source=borders.source or "",
        code=borders.code,
        name=borders.name if "name" in borders.model_fields_set else None,
        part=borders.part,
        above={REGION: borders.region} if larger and borders.region else {},
    )
    try:
        return regrouped(base, table, date=borders.date)
    except InputError as error:
        msg = f"{path}: {error}"
        raise type(error)(msg) from error


def _with_regions(territory: Territory, borders: Borders, study: Study) -> Territory:
    if borders.region_table is None:
        return territory
    path = study.path_of(borders.region_table)
    table = read_membership(
        path,
        zone=borders.region_zone or "",
        code=borders.region or "",
        name=borders.region_name,
    )
    try:
        return within_larger(territory, REGION, table)
    except InputError as error:
        msg = f"{path}: {error}"
        raise type(error)(msg) from error


def _edit(table: EditTable, made: Mapping[str, Territory]) -> Edit:
    if table.move is not None:
        return MoveParts(parts=tuple(table.move), to=table.to or "", source=table.source)
    if table.merge is not None:
        return MergeZones(zones=tuple(table.merge), code=table.code, name=table.name)
    if table.split_out is not None:
        return SplitOut(
            parts=tuple(table.split_out),
            code=table.code or "",
            name=table.name or "",
            source=table.source,
        )
    return RestoreZone(
        zone=table.restore or "",
        borders=made[table.of or ""],
        code=table.code,
        name=table.name,
    )
