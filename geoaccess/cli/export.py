"""``geoaccess export``: results of a run into a PostGIS database."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.cli.options import quiet as quiet_option


@click.command(
    epilog="Example: geoaccess export out --postgis postgresql://gis@db.example.lv/planning "
    "--schema access, with the password in PGPASSWORD"
)
@click.argument("results", type=click.Path(path_type=Path), metavar="RESULTS")
@click.option(
    "--postgis",
    "database",
    required=True,
    metavar="ADDRESS",
    help="postgresql://user@host:5432/database, without a password: that comes from "
    "PGPASSWORD, ~/.pgpass or a service file.",
)
@click.option("--schema", default="geoaccess", show_default=True, help="Schema for the tables.")
@click.option("--overwrite", is_flag=True, help="Also replace tables that geoaccess did not make.")
@quiet_option
def export(results: Path, *, database: str, schema: str, overwrite: bool, quiet: bool) -> None:
    """Write the layers and tables of a run into a PostGIS database: all of them, or none."""
    from geoaccess.report.postgis_results import export_postgis  # noqa: PLC0415 - heavy

    names = export_postgis(results, database, schema=schema, overwrite=overwrite)
    if not quiet:
        click.echo(f"written to schema {schema}: {', '.join(names)}")
