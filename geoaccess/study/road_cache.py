"""
Roads made ready, kept beside their file for the next run.

What is kept is named by a digest of the road file, the vehicle profile and the code that
turns one into the other, so it can only be taken for what it is. A damaged file is rebuilt
with a warning, never trusted. Nothing is written before a run has succeeded, nor into a
folder that is marked read-only or that ships with the package.
"""

from __future__ import annotations

import hashlib
import logging
import stat
import warnings
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import geoaccess.io as io_room
import geoaccess.routing as routing_room
from geoaccess.errors import DataWarning, InputError, OutputError
from geoaccess.io.build import read_network
from geoaccess.io.bundled import is_bundled
from geoaccess.io.edges import network_from_edges
from geoaccess.io.network_file import load_network, save_network
from geoaccess.io.postgis import PostgisTable
from geoaccess.io.sources import Source
from geoaccess.io.store import StoreError, load_arrays, save_arrays
from geoaccess.io.tables import read_places_table
from geoaccess.model.network import Network
from geoaccess.model.profile import Profile
from geoaccess.routing.hierarchy import Hierarchy
from geoaccess.routing.kept_hierarchy import hierarchy_arrays, hierarchy_from
from geoaccess.study.manifest import sha256_of

FOLDER = ".geoaccess-cache"
_LOG = logging.getLogger(__name__)


class RoadCache:
    """
    Reads roads, or finds them kept from an earlier run.

    Parameters
    ----------
    roads
        OSM file; or a table of a database with lines, whose columns are tags, which is never
        kept.
    profile
        The vehicle.
    area, buffer_km
        File of polygons, and kilometres around them, from which roads are read; all if None.
    barriers
        File of lines that no road may cross, or None.
    enabled
        Whether to look for, and keep, anything at all.
    """

    def __init__(
        self,
        roads: Source,
        profile: Profile,
        *,
        area: Path | None = None,
        buffer_km: float = 0.0,
        barriers: Path | None = None,
        enabled: bool = True,
    ) -> None:
        self.roads = roads
        self.profile = profile
        self.area = area
        self.buffer_km = buffer_km
        self.barriers = barriers
        # Nothing is kept beside a table.
        self._file = roads if isinstance(roads, Path) else Path()
        self.enabled = enabled and isinstance(roads, Path) and not is_bundled(roads)
        if isinstance(roads, PostgisTable) and (area or barriers):
            msg = f"{roads}: area and barriers go with an OSM file; choose roads with a query"
            raise InputError(msg)
        self._pending: list[Callable[[], None]] = []

    @cached_property
    def key(self) -> str:
        """Digest of everything that the kept files depend on."""
        told = hashlib.sha256(sha256_of(self._file).encode())
        told.update(self.profile.model_dump_json().encode())
        for path in (self.area, self.barriers):
            told.update(b"-" if path is None else sha256_of(path).encode())
        told.update(repr(self.buffer_km).encode())
        told.update(_code_digest().encode())
        return told.hexdigest()

    def _read(self) -> Network:
        if isinstance(self.roads, PostgisTable):
            return _from_lines(self.roads, self.profile)
        area, barriers = (
            None if path is None else read_places_table(path).geometry
            for path in (self.area, self.barriers)
        )
        return read_network(
            self.roads,
            profile=self.profile,
            area=area,
            buffer_km=self.buffer_km,
            barriers=barriers,
        )

    def path(self, what: str) -> Path:
        """Where something is kept."""
        return self._file.parent / FOLDER / f"{self._file.name}-{self.key[:16]}.{what}"

    def network(self) -> Network:
        """Load the roads, or read their file."""
        if not self.enabled:
            return self._read()
        path = self.path("network")
        if path.is_file():
            try:
                return load_network(path, key=self.key)
            except StoreError as error:
                _tell_rebuilt(error)
        network = self._read()
        self._pending.append(lambda: save_network(network, path, key=self.key))
        return network

    def hierarchy(self, make: Callable[[], Hierarchy]) -> Hierarchy:
        """Load the hierarchy of the roads, or make it."""
        if not self.enabled:
            return make()
        path = self.path("hierarchy")
        if path.is_file():
            try:
                return hierarchy_from(load_arrays(path, kind="hierarchy", key=self.key).arrays)
            except StoreError as error:
                _tell_rebuilt(error)
        made = make()
        self._pending.append(
            lambda: save_arrays(
                path, kind="hierarchy", facts={"key": self.key}, arrays=hierarchy_arrays(made)
            )
        )
        return made

    def keep(self) -> None:
        """Write what this run made, if the folder of the roads may be written to."""
        pending, self._pending = self._pending, []
        if not pending or not _is_writable(self._file.parent):
            return
        for save in pending:
            try:
                save()
            except OutputError as error:  # a cache is a convenience, not a result
                _LOG.info("not kept: %s", error)


def _from_lines(table: PostgisTable, profile: Profile) -> Network:
    try:
        return network_from_edges(table.rows, profile=profile)
    except InputError as error:
        msg = f"{table}: {error}"
        raise type(error)(msg) from error


def _tell_rebuilt(error: StoreError) -> None:
    warnings.warn(DataWarning(f"{error}; it was made anew"), stacklevel=4)


def _is_writable(folder: Path) -> bool:
    """Whether anybody may write there; what is marked read-only stays so for root too."""
    return bool(folder.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))


def _code_digest() -> str:
    """Digest of the code that reads, builds and prepares roads."""
    told = hashlib.sha256()
    for room in (io_room, routing_room):
        for folder in room.__path__:
            for path in sorted(Path(folder).glob("*.py")):
                told.update(path.read_bytes())
    return told.hexdigest()
