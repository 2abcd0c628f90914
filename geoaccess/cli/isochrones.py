"""``geoaccess isochrones``: what lies within so many minutes of services, as a map file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.options import quiet as quiet_option

if TYPE_CHECKING:
    import geopandas as gpd

    from geoaccess.measures.isochrones import Isochrones
    from geoaccess.routing.engine import Direction

_EXAMPLE = "geoaccess isochrones study.toml --service hospital --minutes 15,30,45 -o areas.gpkg"


def _minutes(ctx: click.Context, param: click.Parameter, text: str) -> tuple[float, ...]:
    """Read numbers, comma separated."""
    try:
        return tuple(float(one) for one in text.split(","))
    except ValueError:
        msg = f"{text!r} is not a list of numbers such as 15,30,45"
        raise click.BadParameter(msg, ctx=ctx, param=param) from None


@click.command(epilog=f"Example: {_EXAMPLE}")
@click.argument("roads", type=click.Path(path_type=Path), metavar="STUDY.toml|ROADS")
@click.option("--service", metavar="KIND", help="Kind of service, from the study or the roads.")
@click.option(
    "--places",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Table of places with a column id; with --service, also one kind.",
)
@click.option(
    "--minutes",
    callback=_minutes,
    default="15,30,45",
    show_default=True,
    help="Cutoffs, comma separated.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default="isochrones.gpkg",
    show_default=True,
    metavar="FILE",
    help=".gpkg (areas and roads) or .geojson (areas).",
)
@click.option(
    "--direction",
    type=click.Choice(["to_service", "from_service"]),
    default="to_service",
    show_default=True,
    help="Residents drive to the place, or it drives to them.",
)
@click.option("--per-place", is_flag=True, help="Areas of each place, not of all together.")
@click.option(
    "--width",
    "width_m",
    type=click.FloatRange(min=0, min_open=True),
    default=200.0,
    show_default=True,
    metavar="METRES",
    help="How far an area reaches from a road.",
)
@click.option(
    "--profile", default="car", show_default=True, help="Vehicle, where ROADS is no study."
)
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@quiet_option
def isochrones(  # noqa: PLR0913 - one for each option
    roads: Path,
    out: Path,
    *,
    service: str | None,
    places: Path | None,
    minutes: tuple[float, ...],
    direction: Direction,
    per_place: bool,
    width_m: float,
    profile: str,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Write the areas and the roads within so many minutes of services or other places."""
    # Here, so that --help stays quick.
    from geoaccess.measures import isochrones as measure  # noqa: PLC0415
    from geoaccess.study.roads_and_places import read_roads_and_places  # noqa: PLC0415

    if service is None and places is None:
        msg = "say whose isochrones: give --service KIND, or --places FILE, or both"
        raise click.UsageError(msg)
    measure.require_minutes(minutes)
    measure.require_writable(out, overwrite=overwrite)
    given = read_roads_and_places(roads, service=service, places=places, profile=profile)
    found = measure.isochrones(
        given.network,
        given.places,
        minutes=minutes,
        direction=direction,
        per_place=per_place,
        max_snap_m=given.max_snap_m,
    )
    areas = found.to_file(out, width_m=width_m, overwrite=overwrite)
    if not quiet:
        _tell(found, areas, out)


def _tell(found: Isochrones, areas: gpd.GeoDataFrame, out: Path) -> None:
    off = int((~found.snapped.on_road).sum())
    if off:
        click.echo(
            f"note: {off} of {len(found.snapped)} places lie too far from a road and count "
            f"for nothing; raise max_snap_m in a study, or correct them",
            err=True,
        )
    for minutes, rows in areas.groupby("minutes"):
        noun = "area" if len(rows) == 1 else "areas"
        click.echo(
            f"{minutes:g} min: {len(rows)} {noun}, {rows['area_km2'].sum():,.1f} km2, "
            f"{rows['road_km'].sum():,.1f} km of road"
        )
    click.echo(f"written: {out.resolve()}")
