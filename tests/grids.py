"""Population grids for tests: rasters and tables written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.transform import Affine

LKS92 = "EPSG:3059"
# Upper left corner of the small grid below, and the width of its cells.
WEST, NORTH, CELL = 500_000.0, 300_000.0, 1000.0
PEOPLE = np.array([[10.0, 0.0, 2.5], [-1.0, 7.0, 40.0]])


def north_up(cell: float = CELL, west: float = WEST, north: float = NORTH) -> Affine:
    """Transform whose rows run south."""
    return Affine(cell, 0, west, 0, -cell, north)


def write_raster(
    path: Path,
    bands: npt.ArrayLike,
    *,
    transform: Affine | None = None,
    crs: str | None = LKS92,
    nodata: float | None = -1.0,
    described: Sequence[str] = (),
    **more: Any,  # noqa: ANN401 - whatever GDAL takes
) -> Path:
    """Write one band, or several, as GeoTIFF."""
    cells = np.asarray(bands, dtype=np.float64)
    cells = cells[None] if cells.ndim == 2 else cells
    told: Mapping[str, Any] = {
        "driver": "GTiff",
        "count": len(cells),
        "height": cells.shape[1],
        "width": cells.shape[2],
        "dtype": "float64",
        "crs": crs,
        "transform": north_up() if transform is None else transform,
        "nodata": nodata,
        **more,
    }
    with rasterio.open(path, "w", **told) as raster:
        raster.write(cells.astype(told["dtype"]))
        for i, text in enumerate(described, start=1):
            raster.set_band_description(i, text)
    return path


def write_points(
    path: Path, rows: Sequence[Sequence[object]], header: str = "x,y,population"
) -> Path:
    """Write a CSV of cells."""
    lines = [header, *(",".join(str(one) for one in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
