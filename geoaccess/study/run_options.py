"""How a study is run on this machine; none of it changes a figure."""

from __future__ import annotations

from dataclasses import dataclass

from geoaccess.routing.router import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """
    How a study is run on this machine; none of it changes a figure.

    Attributes
    ----------
    method
        Routing algorithm; ``"auto"`` chooses by the size of the work.
    threads
        How many threads may work; all processors if None.
    max_memory_gb
        Memory that a block of travel times may take.
    cache
        Whether roads made ready are kept beside their file for the next run.
    client
        A ``dask.distributed`` client whose workers share the work, or None.
    """

    method: Method = "auto"
    threads: int | None = None
    max_memory_gb: float = 4.0
    cache: bool = True
    client: object | None = None
