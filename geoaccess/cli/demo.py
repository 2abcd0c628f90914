"""``geoaccess demo``: the whole flow on the synthetic region."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.cli.options import out as out_option
from geoaccess.cli.options import quiet as quiet_option


@click.command(epilog="Example: geoaccess demo -o demo")
@out_option("geoaccess-demo")
@quiet_option
def demo(out: Path, *, quiet: bool) -> None:
    """Run the synthetic demo region and write its map and tables."""
    from geoaccess.cli.steps import tell_result, told_steps  # noqa: PLC0415 - keeps --help quick
    from geoaccess.report.results import run_study  # noqa: PLC0415
    from geoaccess.study.pipeline import step_count  # noqa: PLC0415
    from geoaccess.study.starter import demo_study  # noqa: PLC0415

    study = demo_study()
    with told_steps(steps=step_count(study), quiet=quiet) as on_step:
        result = run_study(study, out=out, on_step=on_step)
    tell_result(result, out, quiet=quiet)
