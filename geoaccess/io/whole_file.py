"""One file written whole, or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geoaccess.errors import OutputError


@contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """
    Write a file whole, or not at all.

    Parameters
    ----------
    path
        The file.
    overwrite
        Replace one that is there; it stays until the new one is complete.

    Yields
    ------
    A path beside it to write to.

    Raises
    ------
    OutputError
        If the file is there, or cannot be written.
    """
    require_free_file(path, overwrite=overwrite)
    fresh = path.with_name(f".{uuid.uuid4().hex[:8]}-{path.name}")
    try:
        yield fresh
        fresh.replace(path)
    except (OSError, RuntimeError) as error:  # what GDAL says of a full disk is no OSError
        msg = f"cannot write {path} ({error}); check space and permissions"
        raise OutputError(msg) from error
    finally:
        for left in path.parent.glob(f"{fresh.name}*"):
            left.unlink(missing_ok=True)


def require_free_file(path: Path, *, overwrite: bool) -> None:
    """
    Refuse a file that is there, or whose folder takes none.

    Raises
    ------
    OutputError
        If it is so.
    """
    if path.is_dir() or (path.exists() and not overwrite):
        msg = f"{path} is there already; give another name, or --overwrite"
        raise OutputError(msg)
    folder = path.resolve().parent
    if not folder.is_dir():
        msg = f"{path.parent} is no folder; make it, or give another name"
        raise OutputError(msg)
    if not os.access(folder, os.W_OK):
        msg = f"{path.parent} takes no files; check its permissions, or give another name"
        raise OutputError(msg)
