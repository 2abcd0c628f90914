"""
Picture of a travel-time surface for the documentation: minutes to a hospital in Malta.

Run it with the project's own Python, ``.venv/bin/python scripts/picture_surface.py``; it needs
``../shared/data`` and Chromium, or GEOACCESS_CHROMIUM with its path. Drawn are the areas that
the surface's cells make, and nothing of the file that they are made from but its hospitals.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import warnings
from html import escape
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer

from geoaccess.measures.surface_isochrones import surface_isochrones
from geoaccess.model.places import Destinations
from geoaccess.model.surface import OUTSIDE_CODE, Surface
from geoaccess.study.pipeline import compute
from geoaccess.study.schema import read_study

ROOT = Path(__file__).resolve().parents[1]
MINUTES = (5, 10, 15, 20, 30, 60, 120)
COLOURS = ("#fde725", "#a0da39", "#4ac16d", "#1fa187", "#277f8e", "#365c8d", "#46327e")
UNREACHED = "#c9c4bb"
WIDE, HIGH, MARGIN = 1280, 800, 24


def main() -> int:
    """Run the study of Malta, and draw its surface."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "docs" / "images")
    out: Path = parser.parse_args().out
    program = os.environ.get("GEOACCESS_CHROMIUM") or shutil.which("chromium")
    if program is None:
        print("no Chromium here; name it in GEOACCESS_CHROMIUM", file=sys.stderr)
        return 1
    warnings.simplefilter("ignore")
    result = compute(read_study(ROOT / "examples" / "malta_surface.toml"))
    surface = result.surfaces["hospital"]
    print(surface, surface.counts())
    _shoot(_drawing(surface, result.destinations), out / "malta_hospitals.png", program)
    return 0


def _drawing(surface: Surface, hospitals: Destinations) -> str:
    west, south, east, north = surface.grid.bounds
    scale = min((WIDE - 2 * MARGIN) / (east - west), (HIGH - 2 * MARGIN) / (north - south))
    left = WIDE - MARGIN - (east - west) * scale

    def at(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(
            [left + (xy[:, 0] - west) * scale, MARGIN + (north - xy[:, 1]) * scale]
        )

    bands = surface_isochrones(surface, minutes=MINUTES, nested=False)
    land = surface.n_cells * surface.grid.cell_km2
    shapes = [_path(_unreached(surface), UNREACHED, at)]
    rows = []
    for upper, colour in zip(MINUTES, COLOURS, strict=True):
        (band,) = bands[bands["minutes"] == upper].itertuples()
        if band.n_cells:
            shapes.append(_path(band.geometry, colour, at))
            rows.append((colour, f"{band.from_min:g}-{upper} min", band.area_km2 / land))
    left_out = surface.n_cells - int(surface.reached.sum())
    rows.append((UNREACHED, "no road leads there", left_out / surface.n_cells))
    there = Transformer.from_crs("EPSG:4326", surface.crs, always_xy=True)
    dots = at(np.column_stack(there.transform(hospitals.lon, hospitals.lat)))
    shapes += [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#fff" stroke="#b00020" stroke-width="3"/>'
        for x, y in dots
    ]
    return _page(shapes, rows, surface)


def _unreached(surface: Surface) -> shapely.Geometry:
    asked = (surface.reason != 0) & (surface.reason != OUTSIDE_CODE)
    row, column = np.nonzero(asked)
    cell = surface.grid.cell_m
    x = surface.grid.west_m + column * cell
    y = surface.grid.north_m - (row + 1) * cell
    return shapely.union_all(shapely.box(x, y, x + cell, y + cell))


def _path(shape: shapely.Geometry, colour: str, at: object) -> str:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = at(shapely.get_coordinates(ring))  # type: ignore[operator]
            rings.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z")
    return f'<path d="{"".join(rings)}" fill="{colour}" fill-rule="evenodd"/>'


def _page(shapes: list[str], rows: list[tuple[str, str, float]], surface: Surface) -> str:
    legend = "".join(
        f'<rect x="{MARGIN}" y="{446 + 34 * i}" width="30" height="22" fill="{colour}"/>'
        f'<text x="{MARGIN + 42}" y="{463 + 34 * i}">{escape(name)}</text>'
        f'<text x="{MARGIN + 290}" y="{463 + 34 * i}" text-anchor="end">{share:.1%}</text>'
        for i, (colour, name, share) in enumerate(rows)
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}"
 font-family="sans-serif" font-size="18" fill="#1d2733">
<rect width="{WIDE}" height="{HIGH}" fill="#dfe9ef"/>
{"".join(shapes)}
<text x="{MARGIN}" y="372" font-size="26" font-weight="600">Malta: minutes to a hospital</text>
<text x="{MARGIN}" y="400">every {surface.grid.cell_m:g} m, by car; share of the ground</text>
<text x="{MARGIN}" y="424" font-size="14">Roads and hospitals: © OpenStreetMap contributors,
 August 2018</text>
{legend}
</svg>"""


def _shoot(drawing: str, path: Path, program: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of developers

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_path = Path(folder) / "drawing.html"
        page_path.write_text(
            f'<meta charset="utf-8"><body style="margin:0">{drawing}</body>', "utf-8"
        )
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": WIDE, "height": HIGH})
        page.goto(page_path.as_uri())
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
