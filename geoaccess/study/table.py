"""What every table of a study file is made of."""

from __future__ import annotations

from datetime import date as calendar_date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from geoaccess.model.territory import is_day


def _iso(value: object) -> object:
    """TOML has dates of its own; both those and text are welcome."""
    return value.isoformat() if isinstance(value, calendar_date) else value


def _day(text: str) -> str:
    if not is_day(text):
        msg = "must be a day such as 2021-06-30"
        raise ValueError(msg)
    return text


IsoDate = Annotated[str, BeforeValidator(_iso), AfterValidator(_day)]
Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Table(BaseModel):
    """One table of a study file: unknown keys are refused, and types are not guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
