"""The contract's page on closures: what is closed for a while, since when and by whom; closing and opening."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import STAFF, Service
from appliance.api.wire import Empty, Message, method
from appliance.site.types import Label, Name, PromptName


class ClosureState(Message):
    """A closure; `since` is None while it is open. `by` is a phone's number or a login."""

    name: Name
    label: Label
    number: str
    """What phones dial behind `*05`."""
    since: float | None = None
    by: str = ""
    announcement: str = ""
    """An announcement of the branch's that callers hear instead of the closure's own one; `phone`: one that was
    recorded while closing; empty: the closure's own one."""


class Closures(Message):
    """In the document's order; `choices` are the announcements that can be chosen when closing."""

    closures: tuple[ClosureState, ...]
    choices: tuple[PromptName, ...] = ()


class Switch(Message):
    """Close for a while, or open; `announcement` None for the closure's own one."""

    name: Name
    closed: bool
    announcement: PromptName | None = None
    why: str = Field(default="", max_length=200)


BY_PHONE = "phone"
LIST = method("closures/list", Empty, Closures, STAFF | {Service.HEALTH})
SWITCH = method("closures/switch", Switch, Closures, STAFF, change=True)
