"""
Run the demo: make ``.venv``, install geoaccess into it, and write the demo map.

Usage: ``python3 scripts/demo.py``. Needs Python 3.11 or newer with pip, and the package
index; nothing else is downloaded. Running it again is quick.
"""

from __future__ import annotations

from environment import ROOT, make_environment, program, run


def main() -> None:
    """Install, run, and say where the map is."""
    make_environment()
    run(program("geoaccess"), "demo", "-o", str(ROOT / "maps" / "demo"))
    print(f"Open this file in a browser: {ROOT / 'maps' / 'demo' / 'map.html'}")


if __name__ == "__main__":
    main()
