"""What callers hear and press: hours, holidays, menus."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from appliance.site.models.part import Part
from appliance.site.types import Destination, Label, Name, PromptName, TimeSpan

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Hours(Part):
    """When something is open: spans per weekday, local time, plus the holidays' word."""

    name: Name
    label: Label
    week: dict[Day, tuple[TimeSpan, ...]]
    keeps_holidays: bool = True
    """Closed on the document's holidays, open on its make-up working days."""


class Holiday(Part):
    """Days off, or (`works`) make-up working days that take the hours of `works_as`."""

    first: dt.date
    last: dt.date | None = None
    label: Label
    works_as: Day | None = None


class Menu(Part):
    """A one-level IVR menu. Times are seconds."""

    name: Name
    label: Label
    greeting: PromptName
    choices: Annotated[dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Destination], Field(min_length=1)]
    wait: Annotated[int, Field(ge=1, le=30)] = 5
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    no_choice: Destination | None = None
    """Where a caller goes who pressed nothing valid in `tries` rounds; None hangs up."""
