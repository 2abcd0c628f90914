"""``geoaccess snap``: where settlements and services meet the road."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.options import study_file
from geoaccess.cli.printing import echo_table
from geoaccess.errors import OutputError


@click.command(epilog="Example: geoaccess snap study.toml --format csv > snapped.csv")
@study_file
@click.option(
    "--places",
    type=click.Choice(["settlements", "services", "all"]),
    default="all",
    show_default=True,
    help="Which places to show.",
)
@click.option("--bad", is_flag=True, help="Only places with a reason.")
@printed_option("table", "csv", "json")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a GeoPackage of the points on the road instead.",
)
def snap(study: Path, places: str, shape: str, out: Path | None, *, bad: bool) -> None:
    """Show for every place its distance from the road, the point on it, and what is wrong."""
    from geoaccess.io.write import write_layers  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.schema import read_study  # noqa: PLC0415
    from geoaccess.study.snapping import snap_study  # noqa: PLC0415

    if out is not None and out.exists():
        msg = f"{out} is there already; give another name"
        raise OutputError(msg)
    table = snap_study(read_study(study))
    if places != "all":
        table = table[table["places"] == places]
    if bad:
        table = table[table["reason"] != ""]
    plain = table.drop(columns="geometry")
    if out is not None:
        write_layers({"snapped": table}, out)
        click.echo(f"wrote {out}")
    else:
        echo_table(plain, shape)
