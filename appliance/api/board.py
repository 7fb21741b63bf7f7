"""The board: what a supervisor sees of the floor, and does about it.

For supervisors and managers; staff may look, for that is what `contract.Live` shows them too.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from appliance.api.contract import STAFF, LiveAgent, LiveCall, LiveQueue
from appliance.api.wire import Empty, Message, method, stream
from appliance.site.exchange import Ear
from appliance.site.models import Role
from appliance.site.types import ExtensionNumber, Name

SUPERVISORS = frozenset({Role.SUPERVISOR, Role.MANAGER})


class Level(StrEnum):
    """How much something needs a person; the same for colours, words and sound."""

    CALM = "calm"
    WARN = "warn"
    ALARM = "alarm"


class BoardQueue(Message):
    """A queue now. `waiting_level` and `longest_level` judge its two numbers by the document's thresholds.

    `in_service_level` is a share, 0 to 1: answered within the queue's service level, by all calls of the last
    hour whose waiting is over. `abandoned` counts since local midnight. None while they are counted.
    """

    queue: LiveQueue
    waiting_level: Level
    longest_level: Level
    in_service_level: float | None = None
    abandoned: int | None = None


class BoardAgent(Message):
    """An agent now; `level` is alarm for who asks for help, warn for a pause that is over its reason's limit, and
    for who talks what the thresholds of the call's queue say."""

    agent: LiveAgent
    queues: tuple[str, ...]
    """The labels of those that the agent takes calls of."""
    call: str | None
    """The linkedid of the newest call at the agent's phone."""
    level: Level
    help_since: float | None = None


class Board(Message):
    """The floor now; `linked` and `as_of` as in `contract.Live`. Numbers are as this person may see them."""

    linked: bool
    linked_since: float
    as_of: float
    queues: tuple[BoardQueue, ...] = ()
    agents: tuple[BoardAgent, ...] = ()
    """Those who ask for help first, the longest first; then by state, the longest in it first."""
    calls: tuple[LiveCall, ...] = ()
    phone: ExtensionNumber | None = None
    """The phone that rings for this person; None when there is none."""
    hears: ExtensionNumber | None = None
    """The agent whose call this person hears by it."""


class Listen(Message):
    """Whose call, and how."""

    agent: ExtensionNumber
    ear: Ear = Ear.LISTEN


class OfAgent(Message):
    """An agent."""

    agent: ExtensionNumber


class Force(Message):
    """An agent who is not asked, and why, for the log."""

    agent: ExtensionNumber
    why: str = Field(min_length=1, max_length=200)


class ForceBusy(Message):
    """The same, for one of `desk.BusyReasons` by name; during a call: after it."""

    agent: ExtensionNumber
    reason: Name
    why: str = Field(min_length=1, max_length=200)


NOW = method("board/now", Empty, Board, STAFF)
STREAM = stream("board/stream", Board, STAFF)
"""A `Board` at once, then one after each change, at most four a second, at least three in a second."""
LISTEN = method("board/listen", Listen, Empty, SUPERVISORS, change=True)
"""Rings the supervisor's phone, which hears the call once lifted; one that listens already goes on with this."""
ANSWER_HELP = method("board/answer_help", OfAgent, Empty, SUPERVISORS, change=True)
"""The same, for an agent who asked, and who sees at once who comes; a phone that is not lifted leaves the asking."""
TAKE_OVER = method("board/take_over", Force, Empty, SUPERVISORS, change=True)
"""Rings the supervisor's phone; once lifted it has the agent's caller, who notices nothing before, and the agent
nobody. A phone that is not lifted changes nothing."""
DISCONNECT = method("board/disconnect", Force, Empty, SUPERVISORS, change=True)
"""Ends the newest call at the agent's phone, for both sides."""
READY = method("board/ready", Force, Empty, SUPERVISORS, change=True)
BUSY = method("board/busy", ForceBusy, Empty, SUPERVISORS, change=True)
SIGN_OUT = method("board/sign_out", Force, Empty, SUPERVISORS, change=True)
