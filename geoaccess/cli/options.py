"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

_FORMATS = ("csv", "gpkg", "geoparquet", "geojson")
Command = TypeVar("Command", bound="Callable[..., object] | click.Command")

study_file = click.argument("study", type=click.Path(path_type=Path), metavar="STUDY.toml")
fail_on = click.option(
    "--fail-on",
    multiple=True,
    metavar="LIMIT",
    help="Exit 4 if it is broken; may be given again. unreached=N%: more people are unreached; "
    "norm, norm=STATUS or norm=ID: a norm is not met.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")


def printed(*shapes: str) -> Callable[[Command], Command]:
    """How to print; the first is what is done unless told otherwise."""
    return click.option(
        "--format",
        "shape",
        type=click.Choice(shapes),
        default=shapes[0],
        show_default=True,
        help="How to print.",
    )


def _formats(ctx: click.Context, param: click.Parameter, text: str | None) -> list[str] | None:
    """Read names, comma separated; CSV is always among them."""
    if text is None:
        return None
    asked = [one.strip() for one in text.split(",") if one.strip()]
    for one in asked:
        if one not in _FORMATS:
            msg = f"{one!r} is none of {', '.join(_FORMATS)}"
            raise click.BadParameter(msg, ctx=ctx, param=param)
    return list(dict.fromkeys(["csv", *asked]))


formats = click.option(
    "--formats",
    callback=_formats,
    metavar="LIST",
    help=f"Files to write, of {', '.join(_FORMATS)}; csv always is. [default: the study's]",
)
csv_style = click.option(
    "--csv",
    "csv_style",
    type=click.Choice(["plain", "latvian"]),
    help="latvian opens in a Latvian spreadsheet: semicolons, decimal commas. "
    "[default: the study's]",
)


def out(default: str) -> Callable[[Command], Command]:
    """Folder for the results, with a name to use where none is given."""
    return click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path),
        default=default,
        show_default=True,
        help="Folder for the results.",
    )
