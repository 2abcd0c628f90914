"""Talk on stderr while a study runs: a moving line on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from geoaccess.cli.codes import EXIT_LIMIT_FAILED
from geoaccess.study.inputs import input_paths, read_inputs, road_cache
from geoaccess.study.limits import Limit, failures
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
    for line in norm_lines(result.summary):
        click.echo(line)
    click.echo(f"map: {(out / 'map.html').resolve()}")


def norm_lines(summary: Mapping[str, Any]) -> list[str]:
    """One line for each norm that was judged, with its force, and one for the others."""
    if "norms" not in summary:
        return []
    judged = [norm for norm in summary["norms"]["norms"] if norm["verdict"] != "not_modelled"]
    told = [
        f"norm {norm['norm_id']} ({norm['status'].replace('_', ' ')}): {norm['verdict']}, "
        f"{norm['share_within']:.1%} of {norm['people']:,.0f} people within "
        f"{norm['threshold']:g} {norm['unit']}, {norm['required_share']:.0%} asked"
        for norm in judged
    ]
    left = len(summary["norms"]["norms"]) - len(judged)
    return [*told, f"norms not modelled: {left}; why stands in norms_zones.csv"] if left else told


def hints(summary: Mapping[str, Any]) -> dict[str, str]:
    """Why norms could not be modelled, each reason once, and what would mend it."""
    return {one["reason"]: one["hint"] for one in summary["norms"]["norms"] if one["hint"]}


def exit_on_broken(summary: Mapping[str, Any], limits: Sequence[Limit]) -> None:
    """Say which limits are broken, and exit 4 if any is."""
    broken = [line for limit in limits for line in failures(summary, limit)]
    for line in dict.fromkeys(broken):
        click.echo(f"limit: {line}", err=True)
    if broken:
        sys.exit(EXIT_LIMIT_FAILED)
