"""``python -m geoaccess`` is the command ``geoaccess``."""

from __future__ import annotations

from geoaccess.cli.main import run

if __name__ == "__main__":
    run()
