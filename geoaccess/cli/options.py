"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

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
