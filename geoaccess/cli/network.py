"""``geoaccess network``: fetch roads."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.errors import InputError


@click.group(epilog="Example: geoaccess network download --bbox 24.0,56.9,24.2,57.0 -o roads.osm")
def network() -> None:
    """Fetch roads."""


@network.command(epilog="Example: geoaccess network download --place 'Cēsis, Latvia' -o cesis.osm")
@click.option("--bbox", metavar="W,S,E,N", help="West, south, east and north edge, degrees.")
@click.option("--place", help="Name of a place, whose boundary is the area.")
@click.option(
    "-o",
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, .osm or .osm.gz.",
)
@click.option("--overpass-url", help="Overpass server to ask, if not the public one.")
@click.option("--nominatim-url", help="Nominatim server to ask, if not the public one.")
def download(
    bbox: str | None,
    place: str | None,
    out: Path,
    overpass_url: str | None,
    nominatim_url: str | None,
) -> None:
    """Fetch the roads of an area from OpenStreetMap (Overpass) into a file."""
    from geoaccess.io.fetch import (  # noqa: PLC0415 - keeps --help quick
        NOMINATIM_URL,
        OVERPASS_URL,
        fetch_roads,
    )

    fetch_roads(
        out,
        place=place,
        bbox=None if bbox is None else _edges(bbox),
        overpass_url=overpass_url or OVERPASS_URL,
        nominatim_url=nominatim_url or NOMINATIM_URL,
    )
    click.echo(f"wrote {out}; the data are © OpenStreetMap contributors, ODbL", err=True)


def _edges(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        msg = f"--bbox {text} is not W,S,E,N: four numbers with commas between them"
        raise InputError(msg) from error
    return west, south, east, north
