"""``[output]``: the files that a run writes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from geoaccess.io.write import CsvStyle
from geoaccess.study.table import Table

Format = Literal["csv", "gpkg", "geoparquet", "geojson"]


def _with_csv(formats: list[Format]) -> list[Format]:
    if "csv" not in formats:
        msg = "must hold 'csv', from which reports and checks of results are read"
        raise ValueError(msg)
    return list(dict.fromkeys(formats))


class OutputTable(Table):
    """``[output]``: the files that a run writes."""

    formats: Annotated[list[Format], AfterValidator(_with_csv)] = Field(default=["csv", "gpkg"])
    csv: CsvStyle = "plain"
