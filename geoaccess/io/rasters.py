"""Surfaces as Cloud-Optimized GeoTIFF, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from geoaccess.errors import InputError
from geoaccess.io.whole_file import require_free_file, whole_file
from geoaccess.model.surface import CODES, Surface
from geoaccess.model.surface_change import CHANGES, SurfaceChange
from geoaccess.units import MinutesArray

SUFFIXES = (".tif", ".tiff")
NODATA = -9999.0
# The hour of writing is left out, so that the same surface gives the same bytes.
_COG: dict[str, Any] = {
    "driver": "COG",
    "dtype": "float32",
    "nodata": NODATA,
    "count": 2,
    "COMPRESS": "DEFLATE",
    "PREDICTOR": "YES",
    # Every pixel of an overview is the value of a real cell; a mean of reasons is none.
    "OVERVIEW_RESAMPLING": "NEAREST",
    "BIGTIFF": "IF_SAFER",
    "NUM_THREADS": "ALL_CPUS",
}


def write_surface(
    surface: Surface | SurfaceChange, path: str | Path, *, overwrite: bool = False
) -> None:
    """
    Write a surface as a Cloud-Optimized GeoTIFF, for QGIS or a web server.

    Parameters
    ----------
    surface
        A surface, or the change between two.
    path
        ``.tif``; it is written whole or not at all.
    overwrite
        Replace a file that is there.

    Raises
    ------
    InputError
        If the name ends otherwise.
    OutputError
        If the file is there, or cannot be written.

    Notes
    -----
    Band 1 holds minutes, and -9999 where there are none; band 2 the reason as a code, 0 where
    there are minutes, -9999 outside the area. What the codes mean, units, cutoff, vehicle,
    source and licence stand in the tags.

    Examples
    --------
    >>> import tempfile
    >>> import geoaccess as ga
    >>> from geoaccess.io.bundled import bundled
    >>> roads = ga.read_network(bundled("roads", "demo.osm.pbf"))
    >>> services = bundled("services", "demo_services.csv")
    >>> hospitals = ga.read_services(services, kinds=["hospital"])
    >>> surface = ga.travel_time_surface(roads, hospitals, resolution_m=2000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ga.write_surface(surface, Path(folder) / "hospital.tif")
    """
    path = Path(path)
    require_raster_name(path, overwrite=overwrite)
    import rasterio  # noqa: PLC0415 - heavy, and needed by few
    from rasterio.errors import RasterioError  # noqa: PLC0415

    grid = surface.grid
    profile = {
        **_COG,
        "width": grid.n_columns,
        "height": grid.n_rows,
        "crs": grid.crs,
        "transform": rasterio.Affine(*grid.transform),
    }
    with whole_file(path, overwrite=overwrite) as fresh:
        try:
            with rasterio.open(fresh, "w", **profile) as file:
                for band, (name, unit, values) in enumerate(_bands(surface), start=1):
                    file.write(values, band)
                    file.set_band_description(band, name)
                    file.set_band_unit(band, unit)
                file.update_tags(**_tags(surface))
        except RasterioError as error:
            raise RuntimeError(str(error)) from error


def raster_names(kinds: Iterable[str]) -> dict[str, str]:
    """
    Name the file of each kind of service: its letters, digits and dashes, each name once.

    Examples
    --------
    >>> raster_names(["school", "a/b", "a_b"])
    {'school': 'surface_school.tif', 'a/b': 'surface_a_b.tif', 'a_b': 'surface_a_b_2.tif'}
    """
    names: dict[str, str] = {}
    for kind in kinds:
        word = name = re.sub(r"[^\w-]+", "_", kind)
        number = 1
        while f"surface_{name}.tif".lower() in {one.lower() for one in names.values()}:
            number += 1
            name = f"{word}_{number}"
        names[kind] = f"surface_{name}.tif"
    return names


def require_raster_name(path: Path, *, overwrite: bool) -> None:
    """
    Refuse a file that a surface cannot be written to.

    Raises
    ------
    InputError
        If its name says no known format.
    OutputError
        If it is there already, or its folder is not, or takes no files.
    """
    if path.suffix.lower() not in SUFFIXES:
        msg = f"{path}: unknown kind of file {path.suffix!r}; known: {', '.join(SUFFIXES)}"
        raise InputError(msg)
    require_free_file(path, overwrite=overwrite)


def _bands(surface: Surface | SurfaceChange) -> list[tuple[str, str, MinutesArray]]:
    """Name, unit and values of each band."""
    what = surface.service or "the nearest service"
    if isinstance(surface, SurfaceChange):
        values, code, name = surface.change_min, surface.change, f"change of minutes to {what}"
    else:
        values, code, name = surface.minutes, surface.reason, f"minutes to {what}"
    told = np.where(np.isfinite(values), values, np.float32(NODATA))
    inside = code < 255  # noqa: PLR2004 - outside the area
    codes = np.where(inside, code.astype(np.float32), np.float32(NODATA))
    return [(name, "min", told), ("code", "", codes)]


def _tags(surface: Surface | SurfaceChange) -> dict[str, str]:
    names = CHANGES if isinstance(surface, SurfaceChange) else ("minutes stand there", *CODES[1:])
    told = {
        "service": surface.service,
        "unit": "min",
        "cutoff_min": f"{surface.cutoff_min:g}",
        "max_snap_m": f"{surface.max_snap_m:g}",
        "direction": surface.direction,
        "profile": surface.profile,
        "codes": "; ".join(f"{code} {name}" for code, name in enumerate(names)),
        "source": surface.source,
        "licence": surface.licence,
        "TIFFTAG_SOFTWARE": "geoaccess",
    }
    return {name: value for name, value in told.items() if value}
