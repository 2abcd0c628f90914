"""``geoaccess run``: a study file in, tables and a map out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.machine import connected, machine_options
from geoaccess.cli.options import csv_style as csv_option
from geoaccess.cli.options import fail_on as fail_on_option
from geoaccess.cli.options import formats as formats_option
from geoaccess.cli.options import out as out_option
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.options import study_file

if TYPE_CHECKING:
    from geoaccess.routing.router import Method


@click.command(epilog="Example: geoaccess run study.toml -o out")
@study_file
@out_option("out")
@click.option("--overwrite", is_flag=True, help="Write beside other files that are in DIR.")
@click.option("--dry-run", is_flag=True, help="Read and check all inputs; write nothing.")
@formats_option
@csv_option
@fail_on_option
@machine_options
@quiet_option
def run(  # noqa: PLR0913 - one for each option
    study: Path,
    out: Path,
    *,
    overwrite: bool,
    dry_run: bool,
    formats: list[str] | None,
    csv_style: str | None,
    fail_on: tuple[str, ...],
    jobs: int | None,
    max_memory: float,
    method: Method,
    no_cache: bool,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Run a study and write access.csv, zones.csv, equity.csv, results.gpkg and map.html."""
    from geoaccess.cli.steps import (  # noqa: PLC0415 - keeps --help quick
        exit_on_broken,
        tell_result,
        tell_sound,
        told_steps,
    )
    from geoaccess.report.results import run_study  # noqa: PLC0415
    from geoaccess.study.limits import parse_limit, require_known_norms  # noqa: PLC0415
    from geoaccess.study.norms_asked import norm_ids  # noqa: PLC0415
    from geoaccess.study.pipeline import step_count  # noqa: PLC0415
    from geoaccess.study.run_options import RunOptions  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    chosen = read_study(study)
    asked = {"formats": formats, "csv": csv_style}
    output = chosen.output.model_copy(update={k: v for k, v in asked.items() if v is not None})
    chosen = chosen.model_copy(update={"output": output})
    limits = [parse_limit(text) for text in fail_on]
    require_known_norms(limits, norm_ids(chosen))
    if dry_run:
        tell_sound(chosen, str(study), quiet=quiet)
        return
    with connected(scheduler) as client:
        options = RunOptions(
            method=method,
            threads=jobs,
            max_memory_gb=max_memory,
            cache=not no_cache,
            client=client,
        )
        with told_steps(steps=step_count(chosen), quiet=quiet) as on_step:
            result = run_study(
                chosen, out=out, overwrite=overwrite, options=options, on_step=on_step
            )
    tell_result(result, out, quiet=quiet)
    exit_on_broken(result.summary, limits)
