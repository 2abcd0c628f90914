"""The files that one surface of a study is written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoaccess.errors import InputError
from geoaccess.io.files import require_file
from geoaccess.io.layer_files import write_geojson
from geoaccess.io.plane import require_metres
from geoaccess.io.rasters import require_raster_name, write_surface
from geoaccess.io.whole_file import require_free_file, whole_file
from geoaccess.io.write import write_csv, write_layers
from geoaccess.measures.isochrones import require_minutes
from geoaccess.measures.surface_change import surface_change
from geoaccess.measures.surface_grid import require_resolution
from geoaccess.measures.surface_isochrones import surface_isochrones
from geoaccess.study.schema import Study
from geoaccess.study.surface_desk import SurfaceFound
from geoaccess.study.surface_part import zones_of_surfaces
from geoaccess.study.surface_schema import SurfaceTable

AREA_SUFFIXES = (".gpkg", ".geojson")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceFiles:
    """
    Where a surface goes; names are checked when they are given, before anything is computed.

    Attributes
    ----------
    surface, change, isochrones, zones
        Files, or None where not asked for.
    minutes
        Cutoffs of the areas.
    overwrite
        Replace files that are there.

    Raises
    ------
    InputError
        If a name says no known format, two are the same, or a cutoff makes no sense.
    OutputError
        If a file is there already, or its folder is not.
    """

    surface: Path
    change: Path | None = None
    isochrones: Path | None = None
    minutes: tuple[float, ...] = (15.0, 30.0, 45.0)
    zones: Path | None = None
    overwrite: bool = False

    def __post_init__(self) -> None:
        """Check the names."""
        for path in (self.surface, self.change):
            if path is not None:
                require_raster_name(path, overwrite=self.overwrite)
        if self.isochrones is not None:
            require_minutes(self.minutes)
            suffix = self.isochrones.suffix
            if suffix.lower() not in AREA_SUFFIXES:
                known = ", ".join(AREA_SUFFIXES)
                msg = f"{self.isochrones}: unknown kind of file {suffix!r}; known: {known}"
                raise InputError(msg)
        for path in (self.isochrones, self.zones):
            if path is not None:
                require_free_file(path, overwrite=self.overwrite)
        if len({path.resolve() for path in self.paths}) < len(self.paths):
            msg = "two files of the surface have the same name; give each its own"
            raise InputError(msg)

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files, in the order in which they are written."""
        every = (self.surface, self.change, self.isochrones, self.zones)
        return tuple(path for path in every if path is not None)

    def write(self, found: SurfaceFound) -> None:
        """
        Write all files, each whole or not at all.

        Raises
        ------
        InputError
            If the study has no borders to sum up by.
        OutputError
            If one cannot be written.
        """
        zones = None
        if self.zones is not None:
            surfaces = {found.surface.service: found.surface}
            zones = zones_of_surfaces(surfaces, found.territories, found.people)
            if zones is None:
                msg = "the study has no borders to sum up by; add [territory], or leave out --zones"
                raise InputError(msg)
        areas = None
        if self.isochrones is not None:
            areas = surface_isochrones(found.surface, minutes=self.minutes)
        write_surface(found.surface, self.surface, overwrite=self.overwrite)
        if self.change is not None and found.before is not None:
            change = surface_change(found.before, found.surface)
            write_surface(change, self.change, overwrite=self.overwrite)
        if self.isochrones is not None and areas is not None:
            with whole_file(self.isochrones, overwrite=self.overwrite) as fresh:
                if self.isochrones.suffix.lower() == ".gpkg":
                    write_layers({"areas": areas}, fresh)
                else:
                    write_geojson(areas, fresh)
        if self.zones is not None and zones is not None:
            with whole_file(self.zones, overwrite=self.overwrite) as fresh:
                write_csv(zones, fresh)


def asked_cells(
    study: Study, *, resolution_m: float | None, area: str | None, crs: str | None
) -> SurfaceTable:
    """
    Put together which cells are asked for: as said here, else as the study file says.

    Parameters
    ----------
    study
        A checked study file.
    resolution_m
        Side of a cell, metres.
    area
        Path of polygons; from where the command runs.
    crs
        Projected CRS in metres.

    Raises
    ------
    InputError
        If the resolution or the CRS makes no sense, or there is no such file.
    """
    own = study.surface or SurfaceTable()
    told = {
        "resolution_m": None if resolution_m is None else require_resolution(resolution_m),
        "area": None if area is None else str(Path(area).resolve()),
        "crs": crs,
    }
    if crs is not None:
        require_metres(crs)
    if area is not None:
        require_file(Path(area))
    return own.model_copy(update={name: one for name, one in told.items() if one is not None})
