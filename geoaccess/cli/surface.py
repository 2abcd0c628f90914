"""``geoaccess surface``: minutes for every cell of a grid, as a GeoTIFF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.machine import machine_options
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.options import study_file

if TYPE_CHECKING:
    from geoaccess.model.surface import Surface
    from geoaccess.routing.router import Method
    from geoaccess.study.surface_files import SurfaceFiles

_EXAMPLE = "geoaccess surface study.toml --service hospital --resolution-m 250 -o surface.tif"
_FILE = click.Path(path_type=Path)


def _minutes(ctx: click.Context, param: click.Parameter, text: str) -> tuple[float, ...]:
    """Read numbers, comma separated."""
    try:
        return tuple(float(one) for one in text.split(","))
    except ValueError:
        msg = f"{text!r} is not a list of numbers such as 15,30,45"
        raise click.BadParameter(msg, ctx=ctx, param=param) from None


@click.command(epilog=f"Example: {_EXAMPLE}")
@study_file
@click.option("--service", required=True, metavar="KIND", help="Kind of service.")
@click.option(
    "--resolution-m",
    type=float,
    metavar="METRES",
    help="Side of a cell; that of [surface], or 250, if left out.",
)
@click.option("--area", metavar="FILE", help="Polygons of the ground to cover.")
@click.option("--crs", help="Projected CRS in metres; EPSG:3059 in Latvia, else a UTM zone.")
@click.option("--scenario", metavar="NAME", help="Make the edits of this scenario first.")
@click.option(
    "-o",
    "--out",
    type=_FILE,
    default="surface.tif",
    show_default=True,
    metavar="FILE.tif",
    help="Cloud-Optimized GeoTIFF of minutes.",
)
@click.option(
    "--change", type=_FILE, metavar="FILE.tif", help="With --scenario, minutes after less before."
)
@click.option("--isochrones", type=_FILE, metavar="FILE", help="Areas of cells, .gpkg or .geojson.")
@click.option(
    "--minutes",
    callback=_minutes,
    default="15,30,45",
    show_default=True,
    help="Cutoffs of the areas, comma separated.",
)
@click.option("--zones", type=_FILE, metavar="FILE.csv", help="Figures by zone of the borders.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@machine_options
@quiet_option
def surface(  # noqa: PLR0913 - one for each option
    study: Path,
    service: str,
    out: Path,
    *,
    resolution_m: float | None,
    area: str | None,
    crs: str | None,
    scenario: str | None,
    change: Path | None,
    isochrones: Path | None,
    minutes: tuple[float, ...],
    zones: Path | None,
    overwrite: bool,
    jobs: int | None,
    max_memory: float,
    method: Method,
    no_cache: bool,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Write minutes to the nearest service for every cell of a grid, not only where people live."""
    from geoaccess.cli.steps import told_steps  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.manifest import RunLog  # noqa: PLC0415
    from geoaccess.study.run_options import RunOptions  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415
    from geoaccess.study.surface_desk import surface_of  # noqa: PLC0415
    from geoaccess.study.surface_files import SurfaceFiles, asked_cells  # noqa: PLC0415

    if change is not None and scenario is None:
        msg = "--change is of a scenario; name it with --scenario"
        raise click.UsageError(msg)
    if scheduler is not None:
        msg = "surfaces are made on this machine; leave out --scheduler"
        raise click.UsageError(msg)
    files = SurfaceFiles(
        surface=out,
        change=change,
        isochrones=isochrones,
        minutes=minutes,
        zones=zones,
        overwrite=overwrite,
    )
    chosen = read_study(study)
    asked = asked_cells(chosen, resolution_m=resolution_m, area=area, crs=crs)
    options = RunOptions(method=method, threads=jobs, max_memory_gb=max_memory, cache=not no_cache)
    with told_steps(steps=6, quiet=quiet) as on_step:
        log = RunLog(on_step=on_step)
        found = surface_of(chosen, service, asked, scenario=scenario, log=log, options=options)
        files.write(found)
    if quiet:
        return
    for text in log.warnings:
        click.echo(f"note: {text}", err=True)
    _tell(found.surface, files)


def _tell(surface: Surface, files: SurfaceFiles) -> None:
    grid = surface.grid
    told = ", ".join(f"{name} {n:,}" for name, n in surface.counts().items())
    click.echo(
        f"{surface.service}: {grid.n_rows} x {grid.n_columns} cells of {grid.cell_m:g} m, "
        f"{grid.crs}; {told}"
    )
    for path in files.paths:
        click.echo(f"written: {path.resolve()}")
