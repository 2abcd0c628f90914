"""``[map]``: how the maps are drawn."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from geoaccess.study.table import Table


class MapTable(Table):
    """``[map]``: how the maps are drawn."""

    min_count: Annotated[int, Field(ge=0)] = 5
    tiles: bool = False
    water: bool = True
