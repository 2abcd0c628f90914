"""``geoaccess reform``: borders before against after."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.options import quiet as quiet_option
from geoaccess.cli.printing import echo_table
from geoaccess.errors import DataWarning, OutputError

if TYPE_CHECKING:
    import pandas as pd

    from geoaccess.reform.crosswalk import By
    from geoaccess.study.border_pair import BorderFile, BorderPair

_EXAMPLES = """\b
Examples:
  geoaccess reform crosswalk study.toml --level parish
  geoaccess reform crosswalk old.gpkg new.gpkg --code id --dates 2021-06-30,2021-07-01
"""


@click.group(epilog="Example: geoaccess reform crosswalk study.toml --kind split")
def reform() -> None:
    """Compare borders before and after a reform."""


def _dates(ctx: click.Context, param: click.Parameter, text: str | None) -> list[str]:
    """Read two days, comma separated."""
    if text is None:
        return []
    from geoaccess.model.territory import is_day  # noqa: PLC0415 - keeps --help quick

    days = [one.strip() for one in text.split(",")]
    if len(days) != 2 or not all(is_day(day) for day in days):  # noqa: PLR2004 - before, after
        msg = f"{text!r} is not two days such as 2021-06-30,2021-07-01"
        raise click.BadParameter(msg, ctx=ctx, param=param)
    return days


@reform.command(epilog=_EXAMPLES)
@click.argument("before", type=click.Path(path_type=Path), metavar="STUDY.toml|BEFORE")
@click.argument("after", type=click.Path(path_type=Path), required=False)
@click.option(
    "--roles",
    default="before,after",
    show_default=True,
    metavar="ROLE,ROLE",
    help="Which borders of a study to compare, the earlier first.",
)
@click.option("--level", help="Level of a study's borders to compare, such as parish or region.")
@click.option("--code", default="id", show_default=True, help="Column with codes, of files.")
@click.option("--name", default="name", show_default=True, help="Column with names, of files.")
@click.option("--after-code", help="The same for AFTER, if it is another.")
@click.option("--after-name", help="The same for AFTER, if it is another.")
@click.option(
    "--dates", callback=_dates, metavar="DAY,DAY", help="Days of BEFORE and AFTER, of files."
)
@click.option(
    "--people",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settlements with population, for population_share; a study has its own.",
)
@click.option(
    "--by",
    type=click.Choice(["area", "population", "parts"]),
    default="area",
    show_default=True,
    help="Pair units that share land, people, or a part.",
)
@click.option(
    "--sliver-width",
    "sliver_width_m",
    type=click.FloatRange(min=0),
    metavar="METRES",
    help="Land in which no disc so wide fits is a sliver.  [default: 750]",
)
@click.option("--crs", help="Projected CRS for areas.  [default: EPSG:3059 in Latvia, or UTM]")
@click.option(
    "--kind",
    type=click.Choice(["unchanged", "merged", "split"]),
    help="Show only what became so.",
)
@printed_option("table", "json", "csv")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write .csv or .json instead.",
)
@quiet_option
def crosswalk(  # noqa: PLR0913 - one for each option
    before: Path,
    after: Path | None,
    *,
    roles: str,
    level: str | None,
    code: str,
    name: str,
    after_code: str | None,
    after_name: str | None,
    dates: list[str],
    people: Path | None,
    by: By,
    sliver_width_m: float | None,
    crs: str | None,
    kind: str | None,
    shape: str,
    out: Path | None,
    quiet: bool,
) -> None:
    """
    Tell which old unit went into which new one, and by what share.

    Give a study file with borders before and after, or two files of polygons.
    """
    from geoaccess.reform import crosswalk as measure  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.border_pair import BorderFile  # noqa: PLC0415

    if out is not None:
        _require_writable(out)
    width_m = measure.SLIVER_WIDTH_M if sliver_width_m is None else sliver_width_m
    with _told(quiet=quiet):
        if before.suffix.lower() == ".toml":
            _refuse_file_options(after, dates, people)
            pair = _pair_of_study(before, roles, level)
        else:
            path = _require_files(after, dates, level)
            old = BorderFile(path=before, date=dates[0], code=code, name=name)
            new = BorderFile(
                path=path, date=dates[1], code=after_code or code, name=after_name or name
            )
            pair = _pair_of_files(old, new, people)
        table = measure.crosswalk(
            pair.before,
            pair.after,
            by=by,
            origins=pair.origins,
            sliver_width_m=width_m,
            crs=crs,
        )
    _give(table, pair, kind, shape, out, quiet=quiet)


def _pair_of_study(path: Path, roles: str, level: str | None) -> BorderPair:
    from geoaccess.study.border_pair import pair_of_study  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    named = [one.strip() for one in roles.split(",")]
    if len(named) != 2 or not all(named):  # noqa: PLR2004 - before, after
        msg = f"--roles must name two, such as before,after, but is {roles!r}"
        raise click.UsageError(msg)
    return pair_of_study(read_study(path), before=named[0], after=named[1], level=level)


def _pair_of_files(old: BorderFile, new: BorderFile, people: Path | None) -> BorderPair:
    from geoaccess.study.border_pair import pair_of_files  # noqa: PLC0415 - keeps --help quick

    return pair_of_files(old, new, people=people)


def _refuse_file_options(after: Path | None, dates: list[str], people: Path | None) -> None:
    if after is not None or dates or people is not None:
        msg = "a study has its own borders, dates and people; leave out AFTER, --dates, --people"
        raise click.UsageError(msg)


def _require_files(after: Path | None, dates: list[str], level: str | None) -> Path:
    if after is None:
        msg = "give two files, BEFORE and AFTER, or one study file that ends in .toml"
        raise click.UsageError(msg)
    if not dates:
        msg = "say when these borders held: --dates DAY,DAY"
        raise click.UsageError(msg)
    if level is not None:
        msg = "--level is for studies; for files name the columns of that level with --code, --name"
        raise click.UsageError(msg)
    return after


def _require_writable(out: Path) -> None:
    if out.suffix.lower() not in {".csv", ".json"}:
        msg = f"{out}: unknown kind of file {out.suffix!r}; known: .csv, .json"
        raise OutputError(msg)
    if out.exists():
        msg = f"{out} is there already; give another name"
        raise OutputError(msg)
    if not out.resolve().parent.is_dir():
        msg = f"{out.parent} is no folder; make it, or give another name"
        raise OutputError(msg)


@contextmanager
def _told(*, quiet: bool) -> Iterator[None]:
    """Turn warnings about data into notes on stderr."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataWarning)
        yield
    for text in dict.fromkeys(str(one.message) for one in caught):
        if not quiet:
            click.echo(f"note: {text}", err=True)


def _give(
    table: pd.DataFrame,
    pair: BorderPair,
    kind: str | None,
    shape: str,
    out: Path | None,
    *,
    quiet: bool,
) -> None:
    chosen = table if kind is None else table[table["kind"] == kind]
    if out is None and shape == "table" and not len(chosen):
        click.echo(f"no unit was {kind}")
    elif out is None:
        echo_table(chosen.round(6), shape)
    elif out.suffix.lower() == ".csv":
        from geoaccess.io.write import write_csv  # noqa: PLC0415 - keeps --help quick

        write_csv(chosen, out)
    else:
        rows = chosen.round(6).to_json(orient="records", force_ascii=False, indent=2)
        out.write_text(f"{rows}\n", encoding="utf-8", newline="\n")
    if not quiet:
        old = table.drop_duplicates("before_code")["kind"].value_counts()
        told = ", ".join(f"{old.get(one, 0)} {one}" for one in ("unchanged", "merged", "split"))
        click.echo(
            f"{pair.before.date} to {pair.after.date}: {len(pair.before)} units became "
            f"{len(pair.after)}; {told}",
            err=True,
        )
        if out is not None:
            click.echo(f"written: {out.resolve()}", err=True)
