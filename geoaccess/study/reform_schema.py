"""``[reform]``: what changed between two border sets, and what it did to access."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from geoaccess.study.table import NotNegative, Table, Text


class ReformTable(Table):
    """``[reform]``: the two border sets, and what else differs between before and after."""

    before: Text = "before"
    after: Text = "after"
    unchanged_min: NotNegative = 1.0
    agreements: Text | None = None
    seats: Text | None = None
    client_service: Text | None = None
    services_before: Text | None = None
    settlements_before: Text | None = None
    roads_before: Text | None = None
    owner_before: Text | None = None
    owner_after: Text | None = None
    permutations: Annotated[int, Field(ge=0, le=100_000)] = 0
    seed: Annotated[int, Field(ge=0)] = 1

    @property
    def named_paths(self) -> dict[str, str]:
        """Files that the table names, by role."""
        paths = {
            "agreements": self.agreements,
            "seats": self.seats,
            "services_before": self.services_before,
            "settlements_before": self.settlements_before,
            "roads_before": self.roads_before,
        }
        return {role: text for role, text in paths.items() if text is not None}
