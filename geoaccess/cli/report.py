"""``geoaccess report``: the results of a run as one page to read or print."""

from __future__ import annotations

from pathlib import Path

import click

_LANGUAGES = {"lv": ("lv",), "en": ("en",), "both": ("lv", "en")}


@click.command(epilog="Example: geoaccess report out --lang lv -o report.html")
@click.argument("results", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--lang",
    type=click.Choice(list(_LANGUAGES)),
    default="both",
    show_default=True,
    help="Language; both put a switch in the page.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; report.html in the folder of results if left out.",
)
@click.option(
    "--min-count",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="Numbers of people below this are not told.",
)
@click.option("--overwrite", is_flag=True, help="Write over a file that is there.")
def report(results: Path, lang: str, out: Path | None, min_count: int, *, overwrite: bool) -> None:
    """Write the report of a run from its folder of results."""
    from geoaccess.errors import OutputError  # noqa: PLC0415 - keeps --help quick
    from geoaccess.report.document.page import report_html  # noqa: PLC0415
    from geoaccess.report.document.tables import read_tables  # noqa: PLC0415

    target = out or results / "report.html"
    if out is not None and out.exists() and not overwrite:
        msg = f"{out} is there already; give another name, or --overwrite"
        raise OutputError(msg)
    tables = read_tables(results)
    text = report_html(tables, languages=_LANGUAGES[lang], min_count=min_count)
    try:
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        msg = f"cannot write {target} ({error.strerror}); check the folder and its permissions"
        raise OutputError(msg) from error
    click.echo(f"report: {target.resolve()}")
