"""The study file: what may stand in it, and what is said when something else does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, ValidationError

from geoaccess.errors import InputError, StudyError
from geoaccess.io.bundled import bundled, named_or_path
from geoaccess.io.files import read_utf8
from geoaccess.io.grid_raster import is_raster
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import Source
from geoaccess.io.toml import parse_toml, told_problem
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.borders_schema import Roles
from geoaccess.study.equity_schema import EquityTable
from geoaccess.study.map_schema import MapTable
from geoaccess.study.measures_schema import MeasureTable
from geoaccess.study.norms_schema import NormsTable
from geoaccess.study.output_schema import OutputTable
from geoaccess.study.population_schema import GridTable
from geoaccess.study.postgis_schema import POSTGIS, PostgisDatabase
from geoaccess.study.reform_schema import ReformTable
from geoaccess.study.surface_schema import SurfaceTable
from geoaccess.study.table import Positive, Table, Text

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
    grid: GridTable | None = None

    @property
    def is_grid(self) -> bool:
        """Whether these are cells of a population grid: a raster always is."""
        return self.grid is not None or is_raster(Path(self.path))


class Services(Table):
    """``[[services]]``: where services are given, one table a file."""

    path: Text
    kinds: Annotated[list[Text], Field(min_length=1)]
    max_snap_m: Positive | None = None
    layer: Text | None = None


class Study(Table):
    """
    A whole study file, checked.

    Attributes
    ----------
    study, roads, settlements, services, territory, equity
        Its tables.
    folder
        Where the file lies; its relative paths start here.
    """

    study: About
    roads: Roads
    settlements: Settlements
    services: Annotated[list[Services], Field(min_length=1)]
    territory: Roles = Field(default_factory=dict)
    equity: EquityTable = Field(default_factory=EquityTable)
    norms: NormsTable | None = None
    reform: ReformTable | None = None
    surface: SurfaceTable | None = None
    measures: list[MeasureTable] = Field(default_factory=list)
    map: MapTable = Field(default_factory=MapTable)
    output: OutputTable = Field(default_factory=OutputTable)
    scenario: list[Scenario] = Field(default_factory=list)
    postgis: PostgisDatabase | None = None
    folder: Annotated[Path, Field(exclude=True)] = Path()
    # Each is read once in a run, whoever asks.
    _tables: dict[str, PostgisTable] = PrivateAttr(default_factory=dict)

    def path_of(self, text: str) -> Path:
        """Resolve a path of the file: relative to it, or ``bundled:`` with the package."""
        if text.startswith(POSTGIS):
            msg = f"{text} is asked for where only a file will do; save it as one"
            raise StudyError(msg)
        if text.startswith(BUNDLED):
            return bundled(*text.removeprefix(BUNDLED).split("/"))
        own = Path(text).expanduser()
        return own if own.is_absolute() else self.folder / own

    def source_of(self, text: str) -> Source:
        """Resolve a path of the file, or ``postgis:`` with a table or query of ``[postgis]``."""
        if not text.startswith(POSTGIS):
            return self.path_of(text)
        if self.postgis is None:
            msg = f"{text} needs the address of a database; add a [postgis] table with its url"
            raise StudyError(msg)
        if text not in self._tables:
            self._tables[text] = self.postgis.source(text.removeprefix(POSTGIS))
        return self._tables[text]

    def pack_path(self, name_or_path: str) -> Path:
        """Resolve a norm pack: a bundled one by its name, or the path of a file."""
        if name_or_path.endswith(".toml"):
            return self.path_of(name_or_path)
        return named_or_path(name_or_path, folder="norms", what="norm pack")

    @property
    def shown_map(self) -> MapTable:
        """How maps are drawn, telling no number that an office keeps secret."""
        grid = self.settlements.grid
        if grid is None or grid.small_counts is None:
            return self.map
        least = grid.small_counts.noun().least_shown
        return self.map.model_copy(update={"min_count": max(self.map.min_count, least)})

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
        study = Study.model_validate({**tables, "folder": folder})
    except ValidationError as error:
        raise StudyError(told_problem(error, Study)) from error
    if study.surface is not None:
        study.surface.require_known(study.kinds)
    study.equity.require_known(
        kinds=study.kinds,
        groups=study.settlements.groups,
        measures=study.measures,
        cutoff_min=study.study.cutoff_min,
    )
    return study
