"""``geoaccess profile``: look at vehicle profiles, and check one of your own."""

from __future__ import annotations

import json

import click

from geoaccess.cli.options import printed as printed_option


@click.group(epilog="Example: geoaccess profile show car")
def profile() -> None:
    """Look at vehicle profiles, and check one of your own."""


@profile.command(epilog="Example: geoaccess profile show school_bus > my_bus.toml")
@click.argument("name", required=False)
@printed_option("toml", "json")
def show(name: str | None, shape: str) -> None:
    """
    Print a profile with everything that it extends; without NAME, list the bundled ones.

    NAME is that of a bundled profile, or the path of a .toml file.
    """
    from geoaccess.io.bundled import bundled_names  # noqa: PLC0415 - keeps --help quick
    from geoaccess.io.profile import profile_toml, read_profile  # noqa: PLC0415

    if name is None:
        known = {one: read_profile(one).description for one in bundled_names("profiles")}
        width = max(len(one) for one in known)
        told = "\n".join(f"{one:<{width}}  {about}" for one, about in known.items())
        click.echo(json.dumps(known, ensure_ascii=False, indent=2) if shape == "json" else told)
        return
    chosen = read_profile(name)
    if shape == "json":
        click.echo(chosen.model_dump_json(indent=2))
    else:
        click.echo(profile_toml(chosen), nl=False)


@profile.command(epilog="Example: geoaccess profile check my_car.toml")
@click.argument("file")
def check(file: str) -> None:
    """Check a profile FILE (.toml), and say what it would do on common roads."""
    from geoaccess.io.judge import judge  # noqa: PLC0415
    from geoaccess.io.profile import read_profile  # noqa: PLC0415

    chosen = read_profile(file)
    click.echo(f"{file}: sound. Profile {chosen.name}, {len(chosen.speed_kmh)} classes of road")
    for text in _COMMON:
        tags = dict(pair.split("=", 1) for pair in text.split())
        verdict = judge(chosen, tags)
        told = f"{verdict.forward_kmh:.0f} km/h" if verdict.forward_kmh else "closed"
        click.echo(f"{text:<44}  {told}")


_COMMON = (
    "highway=primary",
    "highway=secondary surface=gravel",
    "highway=unclassified surface=gravel",
    "highway=residential",
    "highway=living_street",
    "highway=track tracktype=grade4",
    "highway=cycleway",
    "highway=footway",
    "highway=service access=private",
)
