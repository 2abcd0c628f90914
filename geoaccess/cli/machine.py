"""Options that say how a run uses the machine, shared by the commands that route."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import click

from geoaccess.errors import InputError

P = ParamSpec("P")
R = TypeVar("R")
ANSWER_WITHIN_S = 10
METHODS = ("auto", "dijkstra", "hierarchy")


def machine_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add ``--jobs``, ``--max-memory``, ``--method``, ``--no-cache`` and ``--scheduler``."""
    for option in (
        click.option("--scheduler", metavar="ADDRESS", help="Share the work of a dask cluster."),
        click.option("--no-cache", is_flag=True, help="Neither read nor keep prepared roads."),
        click.option(
            "--method",
            type=click.Choice(METHODS),
            default="auto",
            show_default=True,
            help="Routing algorithm; the times are the same.",
        ),
        click.option(
            "--max-memory",
            type=click.FloatRange(min=0, min_open=True),
            default=4.0,
            show_default=True,
            metavar="GB",
            help="Memory that a block of travel times may take.",
        ),
        click.option(
            "-j",
            "--jobs",
            type=click.IntRange(min=1),
            help="Threads; all processors if left out.",
        ),
    ):
        command = option(command)
    return command


@contextmanager
def connected(address: str | None) -> Iterator[object | None]:
    """
    Connect to a dask scheduler, if there is an address.

    Raises
    ------
    InputError
        If dask.distributed is not installed, or nobody answers.
    """
    if address is None:
        yield None
        return
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "--scheduler needs dask.distributed; pip install 'geoaccess[distributed]'"
        raise InputError(msg) from error
    try:
        client = Client(address, timeout=f"{ANSWER_WITHIN_S}s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        msg = f"no dask scheduler answers at {address} ({error}); start one, or correct the address"
        raise InputError(msg) from error
    with client:
        yield client
