"""The command ``geoaccess``: its subcommands, and the one place where errors get codes."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Any

import click

from geoaccess import __version__
from geoaccess.cli.codes import EXIT_INPUT_REJECTED, EXIT_INTERRUPTED, EXIT_RUN_ERROR
from geoaccess.errors import GeoAccessError, InputError, OutputError

_COMMANDS = (
    "access",
    "demo",
    "doctor",
    "equity",
    "export",
    "init",
    "isochrones",
    "network",
    "norms",
    "profile",
    "reform",
    "report",
    "run",
    "scenario",
    "snap",
    "surface",
    "validate",
)


class _Rejected(click.ClickException):
    exit_code = EXIT_INPUT_REJECTED


class _Failed(click.ClickException):
    exit_code = EXIT_RUN_ERROR


class _Group(click.Group):
    """Loads a command's file only when it is asked for, and gives errors their codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"geoaccess.cli.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        try:
            return super().invoke(ctx)
        except (InputError, OutputError) as error:
            raise _Rejected(_one_line(error)) from error
        except GeoAccessError as error:
            raise _Failed(_one_line(error)) from error
        except MemoryError as error:
            msg = "out of memory; study a smaller area, or fewer kinds of service at once"
            raise _Failed(msg) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


@click.command(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "GEOACCESS"},
    epilog="Example: geoaccess demo -o demo, then open demo/map.html",
)
@click.version_option(__version__, prog_name="geoaccess")
@click.option("-v", "--verbose", count=True, help="Say more on stderr; -vv says everything.")
def geoaccess(verbose: int) -> None:
    """Travel times from settlements to municipal services, and how fairly they are shared."""
    if verbose:
        logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
        level = logging.INFO if verbose == 1 else logging.DEBUG
        logging.getLogger("geoaccess").setLevel(level)


def run() -> None:
    """Start the command; exit codes are 0, 1, 2, 3 and 130, as docs/cli.md explains."""
    for stream in (sys.stdout, sys.stderr):
        # Latvian letters must not break a console of another code page.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        geoaccess.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("interrupted; nothing was written", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
