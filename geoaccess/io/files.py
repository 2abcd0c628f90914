"""Files that the user names: there, not empty, and text where text is meant."""

from __future__ import annotations

from pathlib import Path

from geoaccess.errors import InputError


def require_file(path: Path) -> None:
    """
    Refuse a path at which there is nothing to read.

    Raises
    ------
    InputError
        If the path does not exist, is a folder, or is a file of 0 bytes.
    """
    if path.is_dir():
        msg = f"{path} is a folder; give a file"
        raise InputError(msg)
    if not path.exists():
        msg = f"{path} does not exist; check the path"
        raise InputError(msg)
    if not path.stat().st_size:
        msg = f"{path} is empty; fetch it or save it again"
        raise InputError(msg)


def read_utf8(path: Path) -> str:
    """
    Text of a file; a byte order mark is welcome.

    Raises
    ------
    InputError
        If there is no such file, or it is not UTF-8.
    """
    require_file(path)
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path} is not UTF-8 text; save it as UTF-8"
        raise InputError(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}); check its permissions"
        raise InputError(msg) from error
