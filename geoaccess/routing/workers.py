"""
Kernels on several threads.

Kernels release the interpreter's lock, so ordinary Python threads run them side by side.
That starts no second thread pool of numba's own: results may be asked for from inside a
thread of a cluster worker, and a process may fork, without either going wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

W = TypeVar("W")


def run_tasks(
    task: Callable[[int, W], object], n_tasks: int, *, workspace: Callable[[], W], threads: int
) -> list[W]:
    """
    Call ``task(0, w)`` to ``task(n_tasks - 1, w)``, several at the same time.

    Parameters
    ----------
    task
        Takes its number and a workspace that no other running task uses.
    n_tasks
        How many tasks.
    workspace
        Makes one; at most as many as threads are made.
    threads
        How many tasks may run at once.

    Returns
    -------
    The workspaces that were made.

    Examples
    --------
    >>> done = [False] * 3
    >>> _ = run_tasks(lambda i, _: done.__setitem__(i, True), 3, workspace=dict, threads=2)
    >>> done
    [True, True, True]
    """
    spaces = [workspace() for _ in range(min(threads, n_tasks))]
    free = list(spaces)

    def run(number: int) -> None:
        space = free.pop()
        try:
            task(number, space)
        finally:
            free.append(space)

    if len(spaces) < 2:  # noqa: PLR2004 - one worker needs no thread of its own
        for number in range(n_tasks):
            run(number)
    else:
        with ThreadPoolExecutor(max_workers=len(spaces)) as pool:
            for future in [pool.submit(run, number) for number in range(n_tasks)]:
                future.result()
    return spaces
