"""``[norms]``: which service standards a study checks, and what stands for what."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from geoaccess.study.table import IsoDate, Table, Text


class NormsTable(Table):
    """
    ``[norms]``: which service standards a study checks, and what stands for what.

    Attributes
    ----------
    packs
        Bundled packs by name, or ``.toml`` files.
    date
        Day of the check; that of the borders after, else before, if None.
    only
        Ids of norms; all if empty.
    zone_type
        Column of the settlements with their kind of place; from OSM, a tag of theirs.
    zone_type_table
        The same as a table of its own, by settlement or by zone.
    zone_type_words
        What the words of that column or table mean, in the words of the packs.
    route_profiles
        Whether to route the vehicles that norms ask for and the study does not.
    profiles, services, groups
        What stands for a profile, a service or a group of a norm.
    """

    packs: Annotated[list[Text], Field(min_length=1)]
    date: IsoDate | None = None
    only: list[Text] = Field(default_factory=list)
    zone_type: Text | None = None
    zone_type_table: Text | None = None
    zone_type_words: dict[Text, str] = Field(default_factory=dict)
    route_profiles: bool = False
    profiles: dict[Text, Text] = Field(default_factory=dict)
    services: dict[Text, Text] = Field(default_factory=dict)
    groups: dict[Text, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.zone_type is not None and self.zone_type_table is not None:
            msg = "zone_type and zone_type_table must not stand together; leave one out"
            raise ValueError(msg)
        return self
