"""A vehicle: which roads it may use and how fast."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Speed = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Profile(BaseModel):
    """
    A vehicle, read from a TOML file, or made in Python.

    Attributes
    ----------
    name
        What results call it.
    access_keys
        Tags that say who may pass, the most telling last.
    closed_values
        Values of those tags that close a road.
    access_speed_kmh
        Speed between a place and its road.
    max_snap_m
        Farthest that a place may lie from its road, metres.
    ferries
        Whether ferries carry this vehicle.
    ferry_speed_kmh
        Speed of a ferry whose crossing time is not tagged.
    ferry_boarding_min
        Minutes to wait and board, once a crossing.
    speed_kmh
        Driven speed by ``highway`` class; a class that is not here is closed.
    surface_cap_kmh, tracktype_cap_kmh
        Highest driven speed by ``surface`` and by ``tracktype``.
    implicit_kmh
        Limit for each value of ``maxspeed`` that is a name and not a number.

    Examples
    --------
    >>> Profile(name="cart", speed_kmh={"track": 8}).max_snap_m
    1000.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    access_keys: tuple[str, ...] = ("access",)
    closed_values: frozenset[str] = frozenset({"no", "private"})
    access_speed_kmh: Speed = 5.0
    max_snap_m: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1000.0
    ferries: Literal["include", "exclude"] = "include"
    ferry_speed_kmh: Speed = 10.0
    ferry_boarding_min: NotNegative = 10.0
    speed_kmh: Annotated[dict[str, Speed], Field(min_length=1)]
    surface_cap_kmh: dict[str, Speed] = {}
    tracktype_cap_kmh: dict[str, Speed] = {}
    implicit_kmh: dict[str, Speed] = {}
