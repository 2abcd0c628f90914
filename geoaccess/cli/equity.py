"""``geoaccess equity``: who bears the minutes, from a study or from its results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.printing import echo_table
from geoaccess.errors import InputError, nearest_known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_CHOSEN_BY = ("service", "measure", "group", "index")


@click.command(epilog="Example: geoaccess equity out --service school --format csv > equity.csv")
@click.argument("source", type=click.Path(path_type=Path), metavar="RESULTS|STUDY.toml")
@click.option("--service", "services", multiple=True, metavar="KIND", help="Only this; repeatable.")
@click.option("--measure", "measures", multiple=True, metavar="NAME", help="Only this; repeatable.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this; repeatable.")
@click.option("--index", "indices", multiple=True, metavar="NAME", help="Only this; repeatable.")
@printed_option("table", "csv", "json")
@quiet_option
def equity(
    source: Path,
    services: tuple[str, ...],
    measures: tuple[str, ...],
    groups: tuple[str, ...],
    indices: tuple[str, ...],
    shape: str,
    *,
    quiet: bool,
) -> None:
    """Print the indices of inequality of a folder of results, or of a study that is run now."""
    table, told = _read(source) if source.is_dir() else _run(source, quiet=quiet)
    for column, wanted in zip(_CHOSEN_BY, (services, measures, groups, indices), strict=True):
        table = _only(table, column, wanted)
    echo_table(table, shape)
    if not quiet:
        for line in _rules(told, table):
            click.echo(f"rule: {line}", err=True)


def _read(folder: Path) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    from geoaccess.report.document.tables import read_tables  # noqa: PLC0415 - heavy

    tables = read_tables(folder)
    return tables.equity, tables.summary


def _run(study: Path, *, quiet: bool) -> tuple[pd.DataFrame, Mapping[str, Any]]:
    from geoaccess.cli.steps import told_steps  # noqa: PLC0415 - heavy
    from geoaccess.study.manifest import RunLog  # noqa: PLC0415
    from geoaccess.study.pipeline import compute, step_count  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    chosen = read_study(study)
    with told_steps(steps=step_count(chosen), quiet=quiet) as on_step:
        result = compute(chosen, log=RunLog(on_step=on_step))
    return result.equity, result.summary


def _only(table: pd.DataFrame, column: str, wanted: Sequence[str]) -> pd.DataFrame:
    known = list(dict.fromkeys(table[column]))
    for one in wanted:
        if one not in known:
            msg = f"no {column} {one!r} in these results; {nearest_known(one, known)}"
            raise InputError(msg)
    return table[table[column].isin(wanted)] if wanted else table


def _rules(summary: Mapping[str, Any], table: pd.DataFrame) -> list[str]:
    from geoaccess.study.equity_tables import called  # noqa: PLC0415

    told = summary.get("equity", {})
    names = (table[name].astype(str) for name in ("service", "measure", "group"))
    shown = list(dict.fromkeys(map(called, *names)))
    own = told.get("services", {})
    return [
        *told.get("rules", []),
        *(f"{name}: {line}" for name in shown for line in own.get(name, [])),
    ]
