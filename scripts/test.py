"""
Check everything: ruff, mypy, import-linter and pytest.

Usage: ``python3 scripts/test.py [--slow] [pytest arguments]``. Makes ``.venv`` and
installs the development extra. Map tests need Chromium or Chrome: where it is missing,
root on Debian gets it with apt-get; others are told which tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from environment import make_environment, program, run

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def main() -> None:
    """Install, then run each check; stop at the first that fails."""
    make_environment(extra="dev", editable=True)
    _provide_browser()
    run(program("ruff"), "check", ".")
    run(program("ruff"), "format", "--check", ".")
    run(program("mypy"))
    run(program("lint-imports"), "--no-logo")
    # One file stays with one worker, for what it prepares is dear.
    run(program("python"), "-m", "pytest", "-n", "auto", "--dist", "loadfile", *sys.argv[1:])


def _provide_browser() -> None:
    if os.environ.get("GEOACCESS_CHROMIUM") or any(shutil.which(one) for one in _BROWSERS):
        return
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("installing chromium ...", flush=True)
        install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"]
        for words in (["update", "-qq"], install):
            subprocess.run(["apt-get", *words], stdout=subprocess.DEVNULL, check=False)
    if not any(shutil.which(one) for one in _BROWSERS):
        print(
            "map tests are skipped: no Chromium or Chrome found; install one, or name it in "
            "GEOACCESS_CHROMIUM",
            flush=True,
        )


if __name__ == "__main__":
    main()
