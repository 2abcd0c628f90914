"""Tables on stdout, in the way that ``--format`` asks for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd


def echo_table(table: pd.DataFrame, shape: str) -> None:
    """Print a table as text, CSV, or a JSON list of rows."""
    from geoaccess.io.write import write_csv  # noqa: PLC0415 - keeps --help quick

    if shape == "csv":
        write_csv(table, sys.stdout)
    elif shape == "json":
        click.echo(table.to_json(orient="records", force_ascii=False, indent=2))
    else:
        blank = table.astype(object).where(table.notna(), "")
        click.echo(blank.to_string(index=False, float_format="{:.6g}".format))
