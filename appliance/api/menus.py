"""The contract's page on menus: how many callers entered each, what they pressed, and where they gave up."""

from __future__ import annotations

from appliance.api.contract import STAFF
from appliance.api.wire import Message, method


class Period(Message):
    """From `since` to before `until`, epoch seconds."""

    since: float
    until: float


class MenuFigures(Message):
    """One menu. `seconds` is the mean stay of callers who left it, None when nobody has."""

    menu: str
    entered: int
    keys: dict[str, int]
    """How often each key, or a phone's number, led on."""
    no_input: int
    wrong: int
    given_up: int
    """Callers whom the menu sent away: too often silent or wrong."""
    hung_up: int
    """Callers who hung up there."""
    seconds: float | None


class Figures(Message):
    """Every menu that somebody entered, by name."""

    menus: tuple[MenuFigures, ...]


FIGURES = method("menus/figures", Period, Figures, STAFF)
