"""The contract's page on alarms: those that stand, those of the past, and what people do about them."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import SETUP, STAFF, Alarm
from appliance.api.picture import CheckInfo
from appliance.api.wire import Message, method
from appliance.site.models import Role

READERS = STAFF | {Role.NOC}
KEEPERS = SETUP | {Role.MANAGER, Role.NOC}
"""Who may acknowledge, own and write notes."""


class AlarmFilter(Message):
    """Which alarms, newest first: `standing` None for both. `before` is the cursor of an earlier page."""

    standing: bool | None = None
    check: str | None = Field(default=None, max_length=40)
    since: float | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    before: int | None = None


class AlarmPage(Message):
    """Alarms that are no consequence of another; `cursor` continues where this page ends."""

    alarms: tuple[Alarm, ...]
    cursor: int | None = None


class AlarmKey(Message):
    """One alarm, by its number."""

    id: int


class Note(Message):
    """What somebody wrote to an alarm."""

    at: float
    by: str
    text: str


class AlarmDetail(Message):
    """An alarm with all that belongs to it; `check` is None when this version has no such check."""

    alarm: Alarm
    check: CheckInfo | None
    consequences: tuple[Alarm, ...]
    notes: tuple[Note, ...]


class Acknowledge(Message):
    """Take an alarm as known: it keeps quiet until it gets worse."""

    id: int
    note: str = Field(default="", max_length=500)


class NewNote(Message):
    """Write something to an alarm."""

    id: int
    text: str = Field(min_length=1, max_length=500)


class Own(Message):
    """Say who sees to it; None for nobody."""

    id: int
    owner: str | None = Field(default=None, max_length=64)


LIST = method("alarms/list", AlarmFilter, AlarmPage, READERS)
SHOW = method("alarms/show", AlarmKey, AlarmDetail, READERS)
ACKNOWLEDGE = method("alarms/acknowledge", Acknowledge, AlarmDetail, KEEPERS, change=True)
NOTE = method("alarms/note", NewNote, AlarmDetail, KEEPERS, change=True)
OWN = method("alarms/own", Own, AlarmDetail, KEEPERS, change=True)
