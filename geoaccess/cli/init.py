"""``geoaccess init``: a commented study file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from geoaccess.errors import OutputError


@click.command(epilog="Example: geoaccess init my-study, then geoaccess run my-study/study.toml")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--overwrite", is_flag=True, help="Replace a study file that is there.")
def init(folder: Path, *, overwrite: bool) -> None:
    """Write DIR/study.toml, which runs as it stands and says what to change."""
    from geoaccess.study.starter import starter_text  # noqa: PLC0415 - keeps --help quick

    path = folder / "study.toml"
    if path.exists() and not overwrite:
        msg = f"{path} is there already; give another folder, or --overwrite"
        raise OutputError(msg)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(starter_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        msg = f"cannot write {path} ({error}); give a folder that can be written"
        raise OutputError(msg) from error
    quoted = f'"{path}"' if " " in str(path) else path
    click.echo(f"wrote {path}; run it with: geoaccess run {quoted}")
