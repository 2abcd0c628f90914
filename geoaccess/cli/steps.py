"""Talk on stderr while a study runs: a moving line on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from geoaccess.study.inputs import input_paths, read_inputs, road_cache
from geoaccess.study.manifest import RunLog
from geoaccess.study.pipeline import step_count
from geoaccess.study.result import StudyResult
from geoaccess.study.schema import Study


@contextmanager
def told_steps(*, steps: int, quiet: bool) -> Iterator[Callable[[str], None]]:
    """
    Show which step is running.

    Parameters
    ----------
    steps
        How many there will be.
    quiet
        Show nothing.

    Yields
    ------
    A function to call with the name of each step.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda _name: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # The first step is announced before anything is done.
        task = bar.add_task("start", total=steps, completed=-1)
        yield lambda name: bar.update(task, description=name, advance=1)


def tell_sound(study: Study, label: str, *, quiet: bool) -> None:
    """Read everything that a study points to, and say what was found."""
    input_paths(study)
    with told_steps(steps=step_count(study, reading_only=True), quiet=quiet) as on_step:
        log = RunLog(on_step=on_step)
        inputs = read_inputs(study, log, road_cache(study, enabled=False))
    for text in log.warnings:
        click.echo(f"note: {text}", err=True)
    if not quiet:
        zones = ", ".join(f"{len(one)} zones {role}" for role, one in inputs.territories.items())
        click.echo(
            f"{label}: sound. {len(inputs.origins)} settlements, "
            f"{len(inputs.destinations)} services, {zones or 'no borders'}, {inputs.network}"
        )


def tell_result(result: StudyResult, out: Path, *, quiet: bool) -> None:
    """Say what the reader must know, the main figures, and where the map is."""
    if quiet:
        return
    for text in result.manifest["warnings"]:
        click.echo(f"note: {text}", err=True)
    for service, told in result.summary["services"].items():
        median, far = told["median_min"], told["population_unreached"]
        minutes = "unreached" if median is None else f"median {median:.1f} min"
        noun = "place" if told["count"] == 1 else "places"
        why = ", ".join(f"{r} {n['people']:,.0f}" for r, n in told["unreached"].items())
        why = f" ({why})" if why else ""
        click.echo(
            f"{service}: {told['count']} {noun}, {minutes}, {far:,.0f} people unreached{why}"
        )
    click.echo(f"map: {(out / 'map.html').resolve()}")
