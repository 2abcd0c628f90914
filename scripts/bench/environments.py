"""Python environments: one for the peers, and our own."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from machine import PACKAGES, peer_version
from session import HERE, OWN

# Some peers are built for these and newer only.
PREFERRED = ("python3.13", "python3.12")


def own_python() -> str:
    """Python that has what geoaccess needs; made by the project's script if this one has not."""
    if all(importlib.util.find_spec(name) for name in ("numba", "scipy", "osmium", "pydantic")):
        return sys.executable
    sys.path.append(str(HERE.parent))
    environment = importlib.import_module("environment")
    environment.make_environment(editable=True)
    python: str = environment.program("python")
    return python


def peer_pythons(
    peers: list[str], folder: Path, *, python: str | None, install: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """
    Install peers.

    Parameters
    ----------
    peers
        Names of peers, geoaccess left out.
    folder
        Where their environment is, or is made.
    python
        Which Python to make it with; a new one that is found if left out.
    install
        Whether to install anything; else this Python's own packages are used.

    Returns
    -------
    Python of each peer that can run, and why the others cannot.
    """
    chosen = _environment(folder, python) if install else sys.executable
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for peer in peers:
        reason = "not installed"
        if install and not peer_version(peer, chosen):
            reason = _install(chosen, PACKAGES[peer]) or reason
        if peer_version(peer, chosen):
            found[peer] = chosen
        else:
            missing[peer] = reason
    return found, missing


def _environment(folder: Path, python: str | None) -> str:
    inside = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not inside.exists():
        maker = python or _newest()
        print(f"making an environment for the peers with {maker} ...", flush=True)
        subprocess.run([maker, "-m", "venv", "--clear", str(folder)], check=True)
        _install(str(inside), "pip")
    return str(inside)


def _newest() -> str:
    for name in PREFERRED:
        path = shutil.which(name)
        if (
            path
            and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return path
    return sys.executable


def _install(python: str, package: str) -> str:
    """Install a package that is built already; gives what went wrong."""
    print(f"installing {package} ...", flush=True)
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    done = subprocess.run(
        [python, *words, "--only-binary", ":all:", package],
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return wrong[-1].removeprefix("ERROR: ") if done.returncode and wrong else ""


__all__ = ["OWN", "own_python", "peer_pythons"]
