"""``geoaccess access``: what each settlement has within reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.machine import connected, machine_options
from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.printing import echo_table

if TYPE_CHECKING:
    import pandas as pd

    from geoaccess.routing.router import Method
    from geoaccess.study.run_options import RunOptions


@click.command(epilog="Example: geoaccess access study.toml --service school --format csv")
@click.argument("source", type=click.Path(path_type=Path), metavar="STUDY.toml|RESULTS")
@click.option("--service", "services", multiple=True, help="Only this service; may be given again.")
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME",
    help="Only this measure, nearest or one of the study; may be given again.",
)
@printed_option("table", "json", "csv")
@machine_options
@quiet_option
def access(  # noqa: PLR0913 - one for each option
    source: Path,
    services: tuple[str, ...],
    measures: tuple[str, ...],
    shape: str,
    *,
    jobs: int | None,
    max_memory: float,
    method: Method,
    no_cache: bool,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Print access by settlement, of a study or of the folder that a run wrote."""
    from geoaccess.study.access_rows import chosen_rows, read_access_rows  # noqa: PLC0415
    from geoaccess.study.run_options import RunOptions  # noqa: PLC0415

    if source.is_dir():
        rows = read_access_rows(source)
    else:
        with connected(scheduler) as client:
            options = RunOptions(
                method=method,
                threads=jobs,
                max_memory_gb=max_memory,
                cache=not no_cache,
                client=client,
            )
            rows = _computed(source, options, quiet=quiet)
    echo_table(chosen_rows(rows, services=services, measures=measures), shape)


def _computed(source: Path, options: RunOptions, *, quiet: bool) -> pd.DataFrame:
    """Run a study, and write nothing."""
    from geoaccess.cli.steps import told_steps  # noqa: PLC0415
    from geoaccess.study.access_rows import access_rows  # noqa: PLC0415
    from geoaccess.study.manifest import RunLog  # noqa: PLC0415
    from geoaccess.study.pipeline import compute, step_count  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    study = read_study(source)
    with told_steps(steps=step_count(study), quiet=quiet) as on_step:
        log = RunLog(on_step=on_step)
        result = compute(study, log=log, options=options)
    for text in () if quiet else log.warnings:
        click.echo(f"note: {text}", err=True)
    return access_rows(result.access, result.tables.get("measures"))
