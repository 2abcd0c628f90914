"""Two sets of borders and the people in them, from a study or from files, to be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geoaccess.errors import InputError, StudyError, nearest_known
from geoaccess.io.borders import read_territory
from geoaccess.io.settlements import read_settlements
from geoaccess.io.sources import Source, require_there
from geoaccess.model.places import Origins
from geoaccess.model.territory import Territory
from geoaccess.study.borders import border_paths, read_territories
from geoaccess.study.inputs import road_cache
from geoaccess.study.population_inputs import read_cells, read_places
from geoaccess.study.schema import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BorderPair:
    """
    What is compared.

    Attributes
    ----------
    before, after
        Borders, the earlier first.
    origins
        People, or None where nobody named them.
    """

    before: Territory
    after: Territory
    origins: Origins | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderFile:
    """
    One set of borders in a file of polygons.

    Attributes
    ----------
    path
        The file.
    date
        Day on which these borders held.
    code, name
        Columns.
    """

    path: Path
    date: str
    code: str
    name: str


def pair_of_study(study: Study, *, before: str, after: str, level: str | None) -> BorderPair:
    """
    Take two sets of borders of a study, and its settlements.

    Parameters
    ----------
    study
        A checked study file.
    before, after
        Their roles.
    level
        Level whose units are compared; the zones of the study if left out.

    Raises
    ------
    StudyError
        If the study has no such role.
    InputError
        If a file cannot be used, or the borders have no such level.
    """
    for role in (before, after):
        if role not in study.territory:
            known = list(study.territory)
            hint = nearest_known(role, known) if known else "it has none"
            msg = f"the study has no borders [territory.{role}]; {hint}"
            raise StudyError(msg)
    for role, text in border_paths(study).items():
        _require_there(role, study.source_of(text))
    made = read_territories(study)
    origins = _people(study, made)
    one, other = made[before], made[after]
    if level is not None:
        one, other = one.at_level(level), other.at_level(level)
    return BorderPair(before=one, after=other, origins=origins)


def pair_of_files(before: BorderFile, after: BorderFile, *, people: Path | None) -> BorderPair:
    """
    Read two sets of borders, and people if a table of settlements is given.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    made: Mapping[str, Territory] = {
        side: read_territory(one.path, date=one.date, code=one.code, name=one.name)
        for side, one in (("before", before), ("after", after))
    }
    origins = None if people is None else read_settlements(people)
    return BorderPair(before=made["before"], after=made["after"], origins=origins)


def _people(study: Study, made: Mapping[str, Territory]) -> Origins:
    if study.settlements.is_grid:
        return read_cells(study, made, road_cache(study, enabled=True).network()).origins
    return read_places(study, groups=False)


def _require_there(role: str, source: Source) -> None:
    try:
        require_there(source)
    except InputError as error:
        msg = f"{role}: {error}"
        raise InputError(msg) from error
