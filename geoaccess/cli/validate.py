"""``geoaccess validate``: check a study file and everything that it points to."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.options import study_file


@click.command(epilog="Example: geoaccess validate study.toml")
@study_file
@quiet_option
def validate(study: Path, *, quiet: bool) -> None:
    """Check a study file and read its inputs; route and write nothing."""
    from geoaccess.cli.steps import tell_sound  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    tell_sound(read_study(study), str(study), quiet=quiet)
