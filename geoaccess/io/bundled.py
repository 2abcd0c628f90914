"""Files that ship with the package: the demo, the taxonomy, profiles and norms."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from geoaccess.errors import InputError, nearest_known


def bundled(*parts: str) -> Path:
    """
    Path of a file or folder under ``data/``.

    In an installed package ``data/`` lies inside it; in a source checkout, beside it.

    Parameters
    ----------
    parts
        Folder and file names below ``data/``.

    Raises
    ------
    InputError
        If there is no such file.

    Examples
    --------
    >>> bundled("profiles", "car.toml").name
    'car.toml'
    """
    package = Path(str(files("geoaccess")))
    for root in (package / "data", package.parent / "data"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    msg = f"no bundled file {'/'.join(parts)}; check its name, or reinstall geoaccess"
    raise InputError(msg)


def is_bundled(path: Path) -> bool:
    """
    Whether a file ships with the package.

    Examples
    --------
    >>> is_bundled(bundled("profiles", "car.toml")), is_bundled(Path("car.toml"))
    (True, False)
    """
    return path.resolve().is_relative_to(bundled("roads").resolve().parent)


def bundled_names(folder: str, suffix: str = ".toml") -> list[str]:
    """
    Names, without suffix, of the files in a folder under ``data/``.

    Examples
    --------
    >>> "car" in bundled_names("profiles")
    True
    """
    return sorted(path.stem for path in bundled(folder).glob(f"*{suffix}"))


def named_or_path(name_or_path: str | Path, *, folder: str, what: str) -> Path:
    """
    Path of a bundled TOML file by its name, or of the user's own by its path.

    Raises
    ------
    InputError
        If it is neither; the message names the nearest known one.
    """
    own = Path(name_or_path)
    if own.suffix == ".toml":
        if own.is_file():
            return own
        msg = f"{what} file {own} does not exist; check the path"
        raise InputError(msg)
    known = bundled_names(folder)
    if str(name_or_path) in known:
        return bundled(folder, f"{name_or_path}.toml")
    hint = nearest_known(str(name_or_path), known)
    msg = f"unknown {what} {str(name_or_path)!r}; {hint} or give the path of a .toml file"
    raise InputError(msg)
