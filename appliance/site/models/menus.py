"""What callers hear and press: hours, holidays, closures, prompts, menus."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from appliance.site.models.part import Language, Part
from appliance.site.types import (
    Destination,
    Label,
    Name,
    NumberRange,
    PhoneCode,
    PromptName,
    PromptText,
    TimeSpan,
)

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


class Closure(Part):
    """Numbers, queues or menus that name it are closed at once by phone, and opened again the same way."""

    name: Name
    label: Label
    announcement: PromptName = "branchbox/closed-for-now"
    """What callers hear, unless one was recorded when it was closed."""
    goes_to: Destination | None = None
    """Where they go then; None hangs up."""
    number: PhoneCode
    """What phones dial behind the code for closures."""
    pin: SecretStr
    """4 to 10 digits."""


class Prompt(Part):
    """An announcement of the branch's own: recorded by phone, imported, or spoken by the box until then.

    One with the name of a shipped prompt is heard instead of it.
    """

    name: PromptName
    label: Label
    texts: dict[Language, PromptText] = Field(default_factory=dict)
    """What it says, by language: spoken by the box where nobody has recorded it."""
    number: PhoneCode | None = None
    """What phones dial behind the code for recording; None: not by phone."""
    pin: SecretStr | None = None
    """4 to 10 digits, asked before recording by phone."""


class Menu(Part):
    """An IVR menu; menus lead to each other to any depth. Times are seconds.

    In `choices` there may also stand what only a key can do: `back` to the menu that led here, `again` for its
    greeting, `language:zh` to go on in that language.
    """

    name: Name
    label: Label
    greeting: PromptName
    choices: Annotated[dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Destination], Field(min_length=1)]
    extensions: NumberRange | None = None
    """Phones whose number a caller may dial here: `8000-8099`; None for none."""
    barge_in: bool = True
    """A key ends the greeting; else it is heard to its end."""
    language_goes_to: Destination | None = None
    """Where a caller goes who chose a language; None: this menu again, in that language."""
    wait: Annotated[int, Field(ge=1, le=30)] = 5
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    """How often a caller who presses nothing is asked."""
    no_choice_prompt: PromptName | None = None
    """What a caller hears who pressed nothing, before the greeting comes again."""
    no_choice: Destination | None = None
    """Where a caller goes who pressed nothing in `tries` rounds; None hangs up."""
    wrong_tries: Annotated[int, Field(ge=1, le=5)] = 3
    """How often a caller may press a key that leads nowhere."""
    wrong_prompt: PromptName = "branchbox/invalid"
    wrong_goes_to: Destination | None = None
    """Where a caller goes then; None: as `no_choice`."""
    hours: Name | None = None
    closed_goes_to: Destination | None = None
    """Where calls go outside `hours`; None says so and hangs up."""
    closure: Name | None = None
    """The closure that keeps callers out for a while, before `hours` are asked."""
