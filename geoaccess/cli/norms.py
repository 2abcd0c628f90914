"""``geoaccess norms``: look at service standards, and at who meets them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoaccess.cli.options import fail_on as fail_on_option
from geoaccess.cli.options import printed as printed_option
from geoaccess.cli.printing import echo_table
from geoaccess.errors import InputError, nearest_known

if TYPE_CHECKING:
    from geoaccess.model.norm import NormPack

_PACK = click.option(
    "--pack",
    "packs",
    multiple=True,
    metavar="NAME|FILE.toml",
    help="A bundled pack, or your own; may be given again. All bundled ones if left out.",
)
_FORMAT = printed_option("table", "json", "csv")


@click.group(epilog="Example: geoaccess norms list --pack latvia --day 2024-09-01")
def norms() -> None:
    """Look at service standards and their sources, and at who meets them."""


@norms.command("list", epilog="Example: geoaccess norms list --pack latvia")
@_PACK
@click.option("--day", metavar="YYYY-MM-DD", help="Only norms that hold, or may, on this day.")
@click.option("--status", help="Only norms of this force, such as planning_assumption.")
@click.option("--service", help="Only norms for this kind of service.")
@_FORMAT
def list_(
    packs: tuple[str, ...], day: str | None, status: str | None, service: str | None, shape: str
) -> None:
    """List norms: what each asks, where, of what force, and how well that is known."""
    from geoaccess.model.territory import is_day  # noqa: PLC0415 - keeps --help quick
    from geoaccess.norms.listing import norms_table  # noqa: PLC0415

    if day is not None and not is_day(day):
        msg = f"--day must be a day such as 2024-09-01, but is {day!r}"
        raise InputError(msg)
    table = norms_table(_read(packs), day=day)
    for column, wanted in (("status", status), ("service", service)):
        known = sorted(set(table[column]))
        if wanted is not None and wanted not in known:
            msg = f"no norm has {column} {wanted!r}; {nearest_known(wanted, known)}"
            raise InputError(msg)
        table = table if wanted is None else table[table[column] == wanted]
    echo_table(table, shape)


@norms.command(epilog="Example: geoaccess norms show lv-ambulance-rural")
@click.argument("norm_id", metavar="ID")
@_PACK
@printed_option("text", "json")
def show(norm_id: str, packs: tuple[str, ...], shape: str) -> None:
    """Print everything about the norm ID: its force, what it asks, and its source."""
    from geoaccess.norms.listing import norm_lines  # noqa: PLC0415 - keeps --help quick

    known = {norm.id: norm for pack in _read(packs) for norm in pack}
    if norm_id not in known:
        msg = f"no norm {norm_id!r}; {nearest_known(norm_id, list(known))}"
        raise InputError(msg)
    chosen = known[norm_id]
    if shape == "json":
        click.echo(json.dumps(chosen.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    click.echo(chosen.id)
    for word, line in norm_lines(chosen):
        click.echo(f"  {word:<12} {line}")


_SHORT = (
    "norm_id",
    "status",
    "service",
    "group",
    "threshold",
    "unit",
    "zone_type",
    "required_share",
    "share_within",
    "people_beyond",
    "verdict",
    "reason",
)


@norms.command(epilog="Example: geoaccess norms check study.toml --pack latvia --route-profiles")
@click.argument("target", type=click.Path(path_type=Path), metavar="STUDY.toml|RESULTS|PACK.toml")
@click.option(
    "--pack",
    "packs",
    multiple=True,
    metavar="NAME|FILE.toml",
    help="Check this pack, in place of those of the study; may be given again.",
)
@click.option("--day", metavar="YYYY-MM-DD", help="Day of the check.")
@click.option("--route-profiles", is_flag=True, help="Route the vehicles that norms ask for.")
@click.option(
    "--by",
    type=click.Choice(["norm", "zone", "settlement"]),
    default="norm",
    show_default=True,
    help="One row for each norm, zone or settlement.",
)
@_FORMAT
@fail_on_option
def check(
    target: Path,
    packs: tuple[str, ...],
    day: str | None,
    by: str,
    shape: str,
    fail_on: tuple[str, ...],
    *,
    route_profiles: bool,
) -> None:
    """
    Say who meets which norm in a study or in saved results; or whether a pack is sound.

    A study is run, and nothing is written. Of saved results, the norms of that run are told, or
    other packs are checked against its minutes, which are those of its own vehicle only.
    """
    from geoaccess.cli.steps import exit_on_broken, hints  # noqa: PLC0415 - keeps --help quick
    from geoaccess.study.limits import parse_limit, require_known_norms  # noqa: PLC0415
    from geoaccess.study.norms_asked import norm_ids  # noqa: PLC0415
    from geoaccess.study.norms_of import (  # noqa: PLC0415
        norms_of_result,
        norms_of_study,
        with_norms,
    )
    from geoaccess.study.schema import read_study  # noqa: PLC0415

    limits = [parse_limit(text) for text in fail_on]
    named = [str(Path(one).resolve()) if one.endswith(".toml") else one for one in packs]
    if target.is_dir():
        answer = norms_of_result(target, packs=named, day=day)
        require_known_norms(limits, [one["norm_id"] for one in answer.summary["norms"]["norms"]])
    elif _is_pack(target):
        _tell_sound_pack(target)
        return
    else:
        chosen = with_norms(read_study(target), packs=named, day=day, route_profiles=route_profiles)
        require_known_norms(limits, norm_ids(chosen))
        answer = norms_of_study(chosen)
    overall = answer.zones[answer.zones["territory"] == "all"]
    tables = {"norm": overall, "zone": answer.zones, "settlement": answer.settlements}
    table = tables[by]
    echo_table(table[list(_SHORT)] if (by, shape) == ("norm", "table") else table, shape)
    if by == "norm":
        for reason, hint in hints(answer.summary).items():
            click.echo(f"note: {reason}: {hint}", err=True)
    exit_on_broken(answer.summary, limits)


def _is_pack(path: Path) -> bool:
    """Whether a file is laid out as a norm pack rather than as a study."""
    from geoaccess.io.files import read_utf8  # noqa: PLC0415
    from geoaccess.io.toml import parse_toml  # noqa: PLC0415

    try:
        tables = parse_toml(read_utf8(path))
    except InputError as error:
        msg = str(error) if str(path) in str(error) else f"{path}: {error}"
        raise InputError(msg) from error.__cause__
    return not {"study", "roads", "settlements", "services"} & set(tables)


def _tell_sound_pack(path: Path) -> None:
    from geoaccess.io.norm_packs import read_norms  # noqa: PLC0415

    pack = read_norms(path)
    counts = Counter(norm.status for norm in pack)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    click.echo(f"{path}: sound. {pack.title}; {len(pack)} norms ({told})")


def _read(packs: tuple[str, ...]) -> list[NormPack]:
    from geoaccess.io.bundled import bundled_names  # noqa: PLC0415
    from geoaccess.io.norm_packs import read_norms  # noqa: PLC0415

    return [read_norms(name) for name in dict.fromkeys(packs or bundled_names("norms"))]
