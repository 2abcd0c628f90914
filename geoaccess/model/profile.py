"""A vehicle: which roads it may use, how fast, and what it waits for."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from geoaccess.errors import nearest_known

Speed = Annotated[float, Field(gt=0, le=400, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Factor = Annotated[float, Field(gt=0, le=5, allow_inf_nan=False)]

# Written out in order, so that a profile has one text, from which caches take their names.
Words = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]

# Who may be named by an access tag (OSM wiki, Key:access, transport modes).
TRANSPORT_MODES = frozenset(
    [
        "access",
        "foot",
        "dog",
        "ski",
        "inline_skates",
        "horse",
        "vehicle",
        "bicycle",
        "electric_bicycle",
        "cargo_bike",
        "kick_scooter",
        "carriage",
        "trailer",
        "caravan",
        "motor_vehicle",
        "motorcycle",
        "moped",
        "mofa",
        "motorcar",
        "motorhome",
        "small_electric_vehicle",
        "tourist_bus",
        "coach",
        "goods",
        "hgv",
        "hgv_articulated",
        "bdouble",
        "agricultural",
        "golf_cart",
        "atv",
        "snowmobile",
        "auto_rickshaw",
        "psv",
        "bus",
        "minibus",
        "share_taxi",
        "taxi",
        "hov",
        "carpool",
        "car_sharing",
        "emergency",
        "hazmat",
        "disabled",
        "school_bus",
    ]
)
# Nodes at which a vehicle may lose time: values of highway, railway, barrier or ford.
DELAY_NODES = frozenset(
    [
        "traffic_signals",
        "stop",
        "give_way",
        "crossing",
        "mini_roundabout",
        "traffic_calming",
        "level_crossing",
        "toll_booth",
        "border_control",
        "gate",
        "lift_gate",
        "swing_gate",
        "cattle_grid",
        "bollard",
        "cycle_barrier",
        "motorcycle_barrier",
        "kissing_gate",
        "ford",
    ]
)


def _country(code: str) -> str:
    if code and not re.fullmatch("[A-Z]{2}", code):
        msg = "must be two capital letters such as LV, or empty"
        raise ValueError(msg)
    return code


def _modes(keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if key not in TRANSPORT_MODES:
            msg = f"must name transport modes; for {key!r} {_near(key, TRANSPORT_MODES)}"
            raise ValueError(msg)
    return keys


def _delays(table: dict[str, float]) -> dict[str, float]:
    for key in table:
        if key not in DELAY_NODES:
            msg = f"must name kinds of node; for {key!r} {_near(key, DELAY_NODES)}"
            raise ValueError(msg)
    return table


def _near(word: str, known: frozenset[str]) -> str:
    return nearest_known(word, sorted(known))


class Profile(BaseModel):
    """
    A vehicle, read from a TOML file, or made in Python.

    Speeds are km/h. A piece of road is driven at the lowest of its class speed and the
    caps of its surface, track grade, smoothness and kind of service, never above the
    legal limit; that times ``speed_factor``, never above ``limit_factor`` times the
    limit, nor above ``top_speed_kmh``.

    Attributes
    ----------
    name
        What results call it.
    description
        One line on what it stands for.
    country
        ISO code of the country whose legal limits hold where no limit is tagged; empty
        if none do.
    access_keys
        Tags that say who may pass, from the general to the particular.
    closed_values
        Values of those tags that close a road, or a barrier.
    implied_closed
        Classes of road, and ``motorroad``, that are closed unless a tag more particular
        than ``access`` opens them.
    closed_tags
        Further tags that close a road: for each key, the values that do.
    closed_barriers
        Kinds of barrier that close a road unless an access tag opens them.
    obey_oneway
        Whether one-way streets bind; ``oneway:<mode>`` always does.
    turn_restrictions
        Whether turn restrictions bind.
    access_speed_kmh
        Speed between a place and its road.
    max_snap_m
        Farthest that a place may lie from its road, metres.
    turnout_min
        Minutes between a call and setting out, once a trip.
    ferries
        Whether ferries carry this vehicle.
    ferry_speed_kmh
        Speed of a ferry whose crossing time is not tagged.
    ferry_boarding_min
        Minutes to wait and board, each time that it boards.
    speed_factor
        Driven speed over the planning value.
    limit_factor
        Highest driven speed over the legal limit; 1 for all who must keep it.
    top_speed_kmh
        Never above this, whatever the road.
    dismount_kmh
        Speed where a bicycle must be pushed, or None if that closes a way.
    junction_delay_s
        Seconds lost at a node where three or more pieces of road meet.
    node_delay_s
        Seconds lost at nodes by kind, in place of ``junction_delay_s``.
    speed_kmh
        Driven speed by ``highway`` class; a class that is not here is closed.
    class_surface_kmh
        Driven speed by class and surface, in place of both class speed and surface cap.
    assumed_surface
        Surface of a class where none is tagged.
    surface_cap_kmh, tracktype_cap_kmh, smoothness_cap_kmh, service_cap_kmh
        Highest driven speed by ``surface``, ``tracktype``, ``smoothness``, ``service``.
    unpaved_surfaces
        Surfaces on which the legal limit of unpaved roads holds.
    legal_limits
        Name of a bundled table of legal limits, path of the user's own, or empty.
    legal_kmh
        Legal limits by country and kind of zone.

    Examples
    --------
    >>> Profile(name="cart", speed_kmh={"track": 8}).max_snap_m
    1000.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    description: str = ""
    country: Annotated[str, AfterValidator(_country)] = ""
    access_keys: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_modes)] = (
        "access",
    )
    closed_values: Words = frozenset({"no", "private"})
    implied_closed: Words = frozenset()
    closed_tags: dict[str, Words] = {}
    closed_barriers: Words = frozenset()
    obey_oneway: bool = True
    turn_restrictions: bool = True
    access_speed_kmh: Speed = 5.0
    max_snap_m: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1000.0
    turnout_min: Annotated[float, Field(ge=0, le=120, allow_inf_nan=False)] = 0.0
    ferries: Literal["include", "exclude"] = "include"
    ferry_speed_kmh: Speed = 10.0
    ferry_boarding_min: Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)] = 10.0
    speed_factor: Factor = 1.0
    limit_factor: Factor = 1.0
    top_speed_kmh: Speed = 400.0
    dismount_kmh: Speed | None = None
    junction_delay_s: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 0.0
    node_delay_s: Annotated[dict[str, NotNegative], AfterValidator(_delays)] = {}
    speed_kmh: Annotated[dict[str, Speed], Field(min_length=1)]
    class_surface_kmh: dict[str, dict[str, Speed]] = {}
    assumed_surface: dict[str, str] = {}
    surface_cap_kmh: dict[str, Speed] = {}
    tracktype_cap_kmh: dict[str, Speed] = {}
    smoothness_cap_kmh: dict[str, Speed] = {}
    service_cap_kmh: dict[str, Speed] = {}
    unpaved_surfaces: Words = frozenset()
    legal_limits: str = ""
    legal_kmh: dict[str, dict[str, Speed]] = {}

    @property
    def tag_keys(self) -> frozenset[str]:
        """Keys of tags that this profile asks for by name."""
        return frozenset(self.access_keys) | frozenset(self.closed_tags)
