"""``[postgis]``: the database that tables of a study may come from."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from geoaccess.io.postgis import PostgisTable
from geoaccess.io.postgis_connection import require_address
from geoaccess.study.table import Table, Text

POSTGIS = "postgis:"


class PostgisDatabase(Table):
    """``[postgis]``: the database that tables of a study may come from."""

    # Its own problems never repeat it, for it may hold a password by mistake.
    url: Text = Field(repr=False)
    queries: dict[str, Text] = Field(default_factory=dict)
    parameters: dict[str, str | int | float | bool | date] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_secret(self) -> Self:
        require_address(self.url)
        return self

    def source(self, name: str) -> PostgisTable:
        """Take the query of a name, or the table."""
        query = self.queries.get(name)
        if query is None:
            return PostgisTable(database=self.url, table=name)
        return PostgisTable(database=self.url, query=query, parameters=self.parameters, label=name)
