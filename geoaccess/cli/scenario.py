"""``geoaccess scenario``: what might be done, run and compared; and the closure desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoaccess.cli.machine import connected, machine_options
from geoaccess.cli.options import out as out_option
from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.options import study_file
from geoaccess.cli.printing import echo_table

if TYPE_CHECKING:
    from geoaccess.routing.router import Method


@click.group(epilog="Example: geoaccess scenario run study.toml --scenario all -o scenarios")
def scenario() -> None:
    """Close a school, open a clinic, slow a road: run what might be done, and compare."""


@scenario.command(epilog="Example: geoaccess scenario list study.toml")
@study_file
def list(study: Path) -> None:  # noqa: A001 - the command's name
    """List the scenarios of a study and their edits."""
    import pandas as pd  # noqa: PLC0415 - keeps --help quick

    from geoaccess.scenario.scenario import with_extended  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    known = with_extended(read_study(study).scenario)
    rows = [
        (name, len(one.edits), ", ".join(edit.do for edit in one.edits), one.description)
        for name, one in known.items()
    ]
    echo_table(pd.DataFrame(rows, columns=["name", "edits", "kinds", "description"]), "table")


@scenario.command(epilog="Example: geoaccess scenario run study.toml --scenario all -o scenarios")
@study_file
@click.option(
    "--scenario",
    "names",
    multiple=True,
    default=["all"],
    show_default=True,
    help="Name of a scenario, again for several, or all.",
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="Run the scenarios of this table instead, a row for each edit.",
)
@out_option("scenarios")
@machine_options
@quiet_option
def run(  # noqa: PLR0913 - one for each option
    study: Path,
    names: tuple[str, ...],
    out: Path,
    *,
    batch: Path | None,
    jobs: int | None,
    max_memory: float,
    method: Method,
    no_cache: bool,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Run scenarios, a folder each; those that are finished already are left as they are."""
    from geoaccess.cli.steps import told_steps  # noqa: PLC0415 - keeps --help quick
    from geoaccess.report.scenario_results import run_scenario_folders  # noqa: PLC0415
    from geoaccess.study.run_options import RunOptions  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    chosen = read_study(study)
    if batch is not None:
        from geoaccess.study.scenario_batch import read_batch  # noqa: PLC0415

        more = read_batch(batch)
        names = tuple(one.name for one in more)
        chosen = chosen.model_copy(update={"scenario": [*chosen.scenario, *more]})
    done: dict[str, dict[str, Any] | None] = {}
    with connected(scheduler) as client:
        options = RunOptions(
            method=method,
            threads=jobs,
            max_memory_gb=max_memory,
            cache=not no_cache,
            client=client,
        )
        with told_steps(steps=7 + len(chosen.scenario), quiet=quiet) as on_step:
            folders = run_scenario_folders(
                chosen,
                names,
                out=out,
                options=options,
                on_step=on_step,
                on_done=lambda name, summary: done.update({name: summary}),
            )
    if quiet:
        return
    for name, summary in done.items():
        click.echo(_line(name, summary))
    for folder in folders:
        click.echo(f"page: {folder / 'scenario.html'}")


def _line(name: str, summary: dict[str, Any] | None) -> str:
    if summary is None:
        return f"{name}: finished before, left as it is"
    services = summary["services"]
    changed = [
        f"{kind} {told['change_min']:+.2f} min on average, {told['people_loss']:,.0f} people "
        f"farther, {told['people_gain']:,.0f} nearer{_reached(told)}"
        for kind, told in services.items()
        if kind in summary["computed"]
    ]
    norms = _norms_line(summary.get("norms", []))
    return f"{name}: {'; '.join([*changed, *norms]) or 'nothing changes'}"


def _reached(told: Mapping[str, float]) -> str:
    """Add people who begin to reach a service, and who cease to."""
    words = {"people_newly_reached": "newly reached", "people_newly_unreached": "cut off"}
    return "".join(f", {told[name]:,.0f} {word}" for name, word in words.items() if told[name])


def _norms_line(norms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell whether other norms are met than before."""
    sides = {
        "before": [one["verdict_before"] for one in norms if one["asked"] != "after"],
        "after": [one["verdict"] for one in norms if one["asked"] != "before"],
    }
    crossed = sum((one["people_newly_beyond"] or 0) > 0 for one in norms)
    if sides["before"] == sides["after"] and not crossed:
        return
    told = [f"{side} {word.count('pass')} of {len(word)} met" for side, word in sides.items()]
    yield f"norms: {', '.join(told)}, {crossed} that some people newly miss"


@scenario.command(epilog="Example: geoaccess scenario compare scenarios/a scenarios/b")
@click.argument("first", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("second", type=click.Path(path_type=Path, exists=True, file_okay=False))
@printed_option("table", "json", "csv")
def compare(first: Path, second: Path, shape: str) -> None:
    """Put two scenarios beside one another, service by service, from their folders."""
    from geoaccess.study.scenario_compare import compare_folders  # noqa: PLC0415 - lazy

    echo_table(compare_folders(first, second), shape)


@scenario.command(epilog="Example: geoaccess scenario closures study.toml --service school -o desk")
@study_file
@click.option("--service", required=True, help="Kind of service.")
@click.option("--group", help="Count this group of people, such as pupils; all if left out.")
@click.option("--norm-min", type=float, help="Minutes within which the service should be.")
@click.option("--fixed", multiple=True, metavar="ID", help="A service that stays; again for more.")
@click.option(
    "--forbidden",
    multiple=True,
    metavar="ID",
    help="A settlement where none may open; again for more.",
)
@click.option(
    "--sequence",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also close N one after another, the least harm first (closing_sequence.csv).",
)
@click.option(
    "--open",
    "n_open",
    type=click.IntRange(min=1),
    metavar="N",
    help="Also open N in settlements, the most help first (opening_sequence.csv).",
)
@click.option(
    "--objective",
    type=click.Choice(["minutes", "norm"]),
    default="minutes",
    show_default=True,
    help="What counts as harm or help first.",
)
@out_option("closures")
@machine_options
@quiet_option
def closures(  # noqa: PLR0913 - one for each option
    study: Path,
    service: str,
    out: Path,
    *,
    group: str | None,
    norm_min: float | None,
    fixed: tuple[str, ...],
    forbidden: tuple[str, ...],
    sequence: int | None,
    n_open: int | None,
    objective: str,
    jobs: int | None,
    max_memory: float,
    method: Method,
    no_cache: bool,
    scheduler: str | None,
    quiet: bool,
) -> None:
    """Tell what closing each service of a kind would do, ranked, and what closes best next."""
    from geoaccess.cli.steps import told_steps  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.closure_desk import Asked, run_closure_desk  # noqa: PLC0415
    from geoaccess.study.run_options import RunOptions  # noqa: PLC0415
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    asked = Asked(
        service=service,
        group=group,
        norm_min=norm_min,
        fixed=fixed,
        forbidden=forbidden,
        sequence=sequence,
        n_open=n_open,
        objective="norm" if objective == "norm" else "minutes",
    )
    with connected(scheduler) as client:
        options = RunOptions(
            method=method,
            threads=jobs,
            max_memory_gb=max_memory,
            cache=not no_cache,
            client=client,
        )
        with told_steps(steps=7, quiet=quiet) as on_step:
            tables = run_closure_desk(
                read_study(study), asked, out=out, options=options, on_step=on_step
            )
    if not quiet:
        echo_table(tables["closures"].head(10), "table")
        for name in ("closing_sequence", "opening_sequence"):
            if name in tables:
                click.echo(f"\n{name.replace('_', ' ')}:")
                echo_table(tables[name], "table")
        click.echo(f"all of them: {out.resolve() / 'closures.csv'}")
