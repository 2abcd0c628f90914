"""The study file: what may stand in it, and what is said when something else does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from geoaccess.errors import InputError, StudyError
from geoaccess.io.bundled import bundled
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import parse_toml, told_problem
from geoaccess.study.reform_schema import ReformTable
from geoaccess.study.table import IsoDate, Positive, Table, Text

BUNDLED = "bundled:"


class About(Table):
    """``[study]``: what the study is called, and how far it looks."""

    title: Text
    cutoff_min: Annotated[float, Field(gt=0, le=1440, allow_inf_nan=False)] = 120.0
    max_snap_m: Positive | None = None
    synthetic: bool = False
    sources: list[Text] = Field(default_factory=list)


class Roads(Table):
    """``[roads]``: the road network and the vehicle on it."""

    path: Text
    profile: Text = "car"
    area: Text | None = None
    buffer_km: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    barriers: Text | None = None
    islands: Text | None = None
    min_component_km: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 2.0


class Settlements(Table):
    """``[settlements]``: where people live, and the columns of that table."""

    path: Text
    id: Text = "id"
    name: Text = "name"
    population: Text = "population"
    groups: list[Text] = Field(default_factory=list)
    layer: Text | None = None


class Services(Table):
    """``[[services]]``: where services are given, one table a file."""

    path: Text
    kinds: Annotated[list[Text], Field(min_length=1)]
    max_snap_m: Positive | None = None
    layer: Text | None = None


class Borders(Table):
    """``[territory.before]`` and ``[territory.after]``: one dated set of borders."""

    path: Text
    date: IsoDate
    code: Text = "id"
    name: Text = "name"
    admin_level: Annotated[int, Field(ge=1, le=12)] | None = None
    layer: Text | None = None


class Study(Table):
    """
    A whole study file, checked.

    Attributes
    ----------
    study, roads, settlements, services, territory
        Its tables.
    folder
        Where the file lies; its relative paths start here.
    """

    study: About
    roads: Roads
    settlements: Settlements
    services: Annotated[list[Services], Field(min_length=1)]
    territory: dict[Literal["before", "after"], Borders] = Field(default_factory=dict)
    reform: ReformTable | None = None
    folder: Annotated[Path, Field(exclude=True)] = Path()

    def path_of(self, text: str) -> Path:
        """Resolve a path of the file: relative to it, or ``bundled:`` with the package."""
        if text.startswith(BUNDLED):
            return bundled(*text.removeprefix(BUNDLED).split("/"))
        own = Path(text).expanduser()
        return own if own.is_absolute() else self.folder / own

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of service in the order of the file, each once."""
        return tuple(dict.fromkeys(kind for part in self.services for kind in part.kinds))


def read_study(path: str | Path) -> Study:
    """
    Read and check a study file.

    Parameters
    ----------
    path
        A TOML file; ``geoaccess init`` writes one to start from.

    Raises
    ------
    StudyError
        If the file is missing, is not TOML, or a key is unknown, missing or wrong; the
        message says which, and names the nearest known key.
    """
    path = Path(path)
    try:
        text = read_utf8(path)
    except InputError as error:
        msg = f"study file {error}"
        raise StudyError(msg) from error.__cause__
    try:
        return parse_study(text, folder=path.resolve().parent)
    except StudyError as error:
        msg = f"{path}: {error}"
        raise StudyError(msg) from error.__cause__


def parse_study(text: str, *, folder: Path) -> Study:
    r"""
    Check the text of a study file.

    Parameters
    ----------
    text
        TOML.
    folder
        Where relative paths start.

    Raises
    ------
    StudyError
        As for :func:`read_study`.

    Examples
    --------
    >>> parse_study("[study]\ntitel = 'x'", folder=Path())
    Traceback (most recent call last):
    geoaccess.errors.StudyError: unknown key study.titel; did you mean 'title'?
    """
    try:
        tables = parse_toml(text)
    except InputError as error:
        raise StudyError(str(error)) from error.__cause__
    if "folder" in tables:
        msg = "unknown key folder; remove it, paths start at the study file"
        raise StudyError(msg)
    try:
        return Study.model_validate({**tables, "folder": folder})
    except ValidationError as error:
        raise StudyError(told_problem(error, Study)) from error
