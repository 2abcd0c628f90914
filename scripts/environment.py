"""Make the project's own Python environment, the same way for every script."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
_LOWEST = (3, 11)


def program(name: str) -> str:
    """Path of a program of the environment."""
    folder = FOLDER / ("Scripts" if os.name == "nt" else "bin")
    return str(folder / (f"{name}.exe" if os.name == "nt" else name))


def run(*command: str) -> None:
    """Run a command in the project's folder; if it fails, stop with its exit code."""
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if code:
        print(f"failed with exit code {code}: {' '.join(command)}", file=sys.stderr)
        sys.exit(code)


def make_environment(*, extra: str = "", editable: bool = False) -> None:
    """
    Make ``.venv`` and install the package into it, unless that was done already.

    Parameters
    ----------
    extra
        Extra of the package to install, for example ``dev``.
    editable
        Whether the package runs from the source folder.
    """
    if sys.version_info < _LOWEST:
        print(f"geoaccess needs Python 3.11 or newer, this is {sys.version}", file=sys.stderr)
        sys.exit(1)
    if not Path(program("python")).exists():
        print("making .venv ...", flush=True)
        venv.EnvBuilder(with_pip=True, clear=True).create(FOLDER)
    wanted = f".[{extra}]" if extra else "."
    stamp = FOLDER / f"installed-{extra or 'package'}.txt"
    state = _state(editable=editable)
    if stamp.exists() and stamp.read_text("utf-8") == state:
        return
    print(f"installing geoaccess{f'[{extra}]' if extra else ''} ...", flush=True)
    flags = ["--editable"] if editable else []
    run(
        program("python"),
        *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *flags,
        wanted,
    )
    # One install replaces the other, so only the last one counts.
    for old in FOLDER.glob("installed-*.txt"):
        old.unlink()
    stamp.write_text(state, "utf-8")


def _state(*, editable: bool) -> str:
    """Digest of what the installation depends on."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    if not editable:
        for folder in ("geoaccess", "data"):
            for path in sorted((ROOT / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(str(path.relative_to(ROOT)).encode())
                    digest.update(path.read_bytes())
    return digest.hexdigest()
