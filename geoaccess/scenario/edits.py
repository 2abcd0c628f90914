"""
One change that a planner may think of, as data.

Each kind of edit is a frozen model that a study file writes as a table with ``do``. What an
edit means for services, people or roads is for the files beside this one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1)]
Ids = Annotated[tuple[Text, ...], Field(min_length=1)]
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Point = tuple[Lon, Lat]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# Beyond these, minutes would be days and people whole continents: a slip of the pen.
Speed = Annotated[float, Field(ge=1, le=400, allow_inf_nan=False)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]
PeopleFactor = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]


class _Edit(BaseModel):
    # A study file gives lists where these have tuples.
    model_config = ConfigDict(frozen=True, extra="forbid")


def _require_one(edit: BaseModel, *names: str) -> None:
    given = [name for name in names if getattr(edit, name) not in {None, ()}]
    if len(given) != 1:
        msg = f"give one of {', '.join(names)}"
        raise ValueError(msg)


class OpenService(_Edit):
    """A new service point, longitude and latitude in degrees."""

    do: Literal["open_service"] = "open_service"
    id: Text
    kind: Text
    lon: Lon
    lat: Lat
    name: str = ""
    capacity: NotNegative | None = None


class CloseService(_Edit):
    """Service points that are there no more."""

    do: Literal["close_service"] = "close_service"
    ids: Ids


class MoveService(_Edit):
    """A service point at another place."""

    do: Literal["move_service"] = "move_service"
    id: Text
    lon: Lon
    lat: Lat


class MergeServices(_Edit):
    """Service points closed in favour of one that takes over their capacity."""

    do: Literal["merge_services"] = "merge_services"
    ids: Ids
    into: Text


class ChangeCapacity(_Edit):
    """
    Another capacity.

    A number; a factor; or the share of the hours that the place stays open, which scales its
    capacity alike.
    """

    do: Literal["change_capacity"] = "change_capacity"
    ids: Ids
    capacity: NotNegative | None = None
    factor: NotNegative | None = None
    opening_hours_share: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one(self) -> ChangeCapacity:
        _require_one(self, "capacity", "factor", "opening_hours_share")
        return self


class _Roads(_Edit):
    """
    Some of the roads: those of all the properties given.

    ``area`` names a file of polygons, ``polygon`` is one ring of longitude and latitude; a
    road is in it where its middle is.
    """

    ways: tuple[int, ...] = ()
    classes: tuple[Text, ...] = ()
    surfaces: tuple[str, ...] = ()
    polygon: tuple[Point, ...] = ()
    area: Text | None = None


class CloseRoads(_Roads):
    """Roads that nobody drives: a bridge, a street, all within a polygon."""

    do: Literal["close_roads"] = "close_roads"

    @model_validator(mode="after")
    def _some(self) -> CloseRoads:
        if not (self.ways or self.classes or self.surfaces or self.polygon or self.area):
            msg = "say which roads close: ways, classes, surfaces, polygon or area"
            raise ValueError(msg)
        return self


class ChangeSpeed(_Roads):
    """Roads on which speed is multiplied by a factor; all roads if none are named."""

    do: Literal["change_speed"] = "change_speed"
    factor: Positive


class NewRoad(_Edit):
    """
    A road that is not there yet, bridge or ferry, along a line of longitude and latitude.

    Its ends join the nearest roads within ``max_join_m``; those in between it crosses
    without joining, as a bridge does. It takes ``minutes``, or is driven at ``speed_kmh``, or
    as fast as the vehicle drives on roads of ``road_class``.
    """

    do: Literal["new_road"] = "new_road"
    line: Annotated[tuple[Point, ...], Field(min_length=2)]
    speed_kmh: Speed | None = None
    minutes: Minutes | None = None
    road_class: Text | None = None
    boarding_min: Minutes = 0.0
    one_way: bool = False
    max_join_m: Positive = 500.0

    @model_validator(mode="after")
    def _one(self) -> NewRoad:
        _require_one(self, "speed_kmh", "minutes", "road_class")
        if len(set(self.line)) == 1:
            msg = "the line is one place only; give two that differ"
            raise ValueError(msg)
        return self


class UseProfile(_Edit):
    """Another season or vehicle: a bundled profile, or a file."""

    do: Literal["use_profile"] = "use_profile"
    profile: Text


class ScalePeople(_Edit):
    """People of some zones, or everywhere, multiplied by a factor: one group, or all."""

    do: Literal["scale_people"] = "scale_people"
    factor: PeopleFactor
    group: Text | None = None
    zones: tuple[Text, ...] = ()
    borders: Text = "after"


class PeopleOfYear(_Edit):
    """
    People of a year to come, from a table of forecasts by zone.

    Settlements keep their shares of their zone, and groups their shares of a settlement.
    """

    do: Literal["people_of_year"] = "people_of_year"
    table: Text
    year: int
    borders: Text = "after"


class MovePeople(_Edit):
    """A share of the people of some settlements who move to another."""

    do: Literal["move_people"] = "move_people"
    ids: Ids
    into: Text
    share: Annotated[float, Field(gt=0, le=1)] = 1.0


class UseBorders(_Edit):
    """Another border set of the study in the place of ``after``."""

    do: Literal["use_borders"] = "use_borders"
    borders: Text


class UseNorms(_Edit):
    """Other packs of norms in the place of the study's: bundled by name, or files."""

    do: Literal["use_norms"] = "use_norms"
    packs: Ids


Edit = (
    OpenService
    | CloseService
    | MoveService
    | MergeServices
    | ChangeCapacity
    | CloseRoads
    | ChangeSpeed
    | NewRoad
    | UseProfile
    | ScalePeople
    | PeopleOfYear
    | MovePeople
    | UseBorders
    | UseNorms
)
ServiceEdit = OpenService | CloseService | MoveService | MergeServices | ChangeCapacity
RoadEdit = CloseRoads | ChangeSpeed | NewRoad | UseProfile
PeopleEdit = ScalePeople | PeopleOfYear | MovePeople
AnyEdit = Annotated[Edit, Field(discriminator="do")]
