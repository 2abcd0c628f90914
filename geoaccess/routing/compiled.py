"""Whether the kernels were compiled before, for a word to whoever waits."""

from __future__ import annotations

from pathlib import Path

from geoaccess.routing import dijkstra

_FIRST_USED = "_nearest_keys"


def kernels_are_kept() -> bool:
    """
    Say whether an earlier run left compiled kernels on disk.

    Returns
    -------
    False right after installation, when the next call compiles for some seconds; True
    where nobody can tell.
    """
    kernel = getattr(dijkstra, _FIRST_USED, None)
    folder = getattr(getattr(kernel, "_cache", None), "cache_path", None)
    return folder is None or any(Path(folder).glob(f"dijkstra.{_FIRST_USED}*.nbi"))
