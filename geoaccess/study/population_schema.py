"""``[settlements.grid]``: settlements that are cells of a population grid."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from geoaccess.errors import InputError
from geoaccess.model.small_counts import SmallCounts
from geoaccess.study.table import NotNegative, Positive, Table, Text


class SmallCountsTable(Table):
    """``small_counts``: one published number that stands for a range."""

    published: Positive = 5.0
    low: Positive = 1.0
    high: Positive = 10.0

    @model_validator(mode="after")
    def _in_order(self) -> SmallCountsTable:
        try:
            self.noun()
        except InputError as error:
            raise ValueError(str(error)) from error
        return self

    def noun(self) -> SmallCounts:
        """Make the noun that readers take."""
        return SmallCounts(published=self.published, low=self.low, high=self.high)


class ControlTable(Table):
    """``control``: people by zone, to which the cells are brought."""

    path: Text
    territory: Text
    zone: Text = "code"
    population: Text = "population"
    scale_known: bool = False


class GridTable(Table):
    """``[settlements.grid]``: how the grid is read, and what becomes of its cells."""

    columns: dict[Text, Text] = Field(default_factory=dict)
    sum_groups: bool = False
    code: Text | None = None
    x: Text = "x"
    y: Text = "y"
    crs: Text | None = None
    cell_m: Positive | None = None
    nodata: Annotated[float, Field(allow_inf_nan=False)] | None = None
    clip: Text | None = None
    straddling: Literal["point", "touching", "share"] = "point"
    place: Literal["centre", "weighted"] = "centre"
    settlements: Text | None = None
    settlements_name: Text = "name"
    weigh_from_m: NotNegative = 200.0
    whole_people: bool = False
    small_counts: SmallCountsTable | None = None
    control: ControlTable | None = None
    modelled: bool = False
