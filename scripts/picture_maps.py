"""
Pictures of the maps for the documentation: the demo region at two widths, in both languages.

Run it with the project's own Python, ``.venv/bin/python scripts/picture_maps.py``; it needs
Chromium, or GEOACCESS_CHROMIUM with its path. The demo region is synthetic, so the pictures
show nobody's data.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from geoaccess.report.results import run_study
from geoaccess.study.schema import parse_study
from geoaccess.study.starter import starter_text

ROOT = Path(__file__).resolve().parents[1]
WIDTHS = {360: 740, 1280: 800}
LANGUAGES = {"en": "en-GB", "lv": "lv-LV"}


def main() -> int:
    """Draw them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "docs" / "images")
    out: Path = parser.parse_args().out
    program = os.environ.get("GEOACCESS_CHROMIUM") or shutil.which("chromium")
    if program is None:
        print("no Chromium here; name it in GEOACCESS_CHROMIUM", file=sys.stderr)
        return 1
    text = starter_text()
    if "[reform]" not in text:
        text += "\n[reform]\n"
    if "[surface]" not in text:
        text += "\n[surface]\nresolution_m = 500\n"
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "demo"
        run_study(parse_study(text, folder=Path()), out=results)
        _draw(results, out, program)
    return 0


def _draw(results: Path, out: Path, program: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of developers

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for language, locale in LANGUAGES.items():
            for width, height in WIDTHS.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    locale=locale,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.goto((results / "map.html").as_uri())
                page.wait_for_selector("#ga-legend table")
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"map-{width}-{language}.png")
                page.click("[data-preset=change]")
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"change-{width}-{language}.png")
                page.click("[data-preset=worst]")
                page.click("#ga-all")
                page.click("[data-show=surface]")
                page.evaluate("window.scrollTo(0, 0)")
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"surface-{width}-{language}.png")
                page.goto((results / "compare.html").as_uri())
                page.wait_for_selector("#ga-legend table")
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"compare-{width}-{language}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
