"""The contract's page on abandoned calls: callers who hung up while they waited, and whether they got through later.

A caller stands there once, however often the call was abandoned. Who came back or was reached is done by itself; one
agent takes one caller, and the others see that. Times are epoch seconds.
"""

from __future__ import annotations

from pydantic import Field

from appliance.api.customers import DESK
from appliance.api.wire import Message, method

DAYS = 3
"""How far back callers are looked for, unless it is said otherwise."""


class AbandonedCaller(Message):
    """Somebody who gave up waiting; what is told is of the last time."""

    linkedid: str
    caller: str
    caller_name: str
    at: float
    """When the caller hung up."""
    waited: float | None
    queue: str | None
    times: int
    taken_by: str | None
    """The agent's number, or a login, who calls back."""
    done: str | None
    """The linkedid of the later call in which somebody talked with this number; None while nobody has."""
    done_by: str | None
    done_at: float | None


class AbandonedCallers(Message):
    """The latest first."""

    callers: tuple[AbandonedCaller, ...]


class AbandonedWanted(Message):
    """Which ones: of so many days, and also those who are done."""

    days: int = Field(default=DAYS, ge=1, le=90)
    done: bool = False


class AbandonedKey(Message):
    """One caller, by the last abandoned call."""

    linkedid: str


LIST = method("abandoned/list", AbandonedWanted, AbandonedCallers, DESK)
# Both leave their mark in a table of their own, and the call in the history: no change for the operation log.
TAKE = method("abandoned/take", AbandonedKey, AbandonedCaller, DESK)
"""This person calls back; refused when somebody else does, or the caller is done."""
CALL = method("abandoned/call", AbandonedKey, AbandonedCaller, DESK)
"""The same, and the agent's phone rings, then the caller's."""
