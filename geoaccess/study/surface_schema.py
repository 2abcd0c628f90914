"""``[surface]``: minutes for every cell of a grid."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from geoaccess.measures.surface_grid import LARGEST_CELL_M
from geoaccess.study.table import Table, Text

Resolution = Annotated[float, Field(gt=0, le=LARGEST_CELL_M, allow_inf_nan=False)]


class SurfaceTable(Table):
    """``[surface]``: minutes for every cell of a grid."""

    services: Annotated[list[Text], Field(min_length=1)] | None = None
    resolution_m: Resolution = 250.0
    area: Text | None = None
    crs: Text | None = None
