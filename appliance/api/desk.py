"""The desk: what an agent sees of the own work, and does about it.

For whoever the document says is an agent (`Person.agent`), whatever else that person may do.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from appliance.api.contract import PEOPLE, LiveAgent, LiveCall, LiveQueue
from appliance.api.customers import DESK, KnownCaller
from appliance.api.wire import Empty, Message, method, stream
from appliance.site.exchange import PARKING_PLACES
from appliance.site.types import ExtensionNumber, Label, Name

AGENTS = PEOPLE


class PartyState(StrEnum):
    """What somebody else in a call does."""

    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on-hold"


class Party(Message):
    """Somebody else in a call: a phone's number, or the number at the other end of a line."""

    number: str
    state: PartyState
    since: float


class Recorded(StrEnum):
    """How a call's recording stands."""

    ON = "on"
    PAUSED = "paused"


class DeskCall(Message):
    """A call at the agent's phone; `ringing` is of this phone, `since` when it began to ring or talk."""

    call: LiveCall
    ringing: bool
    since: float
    parties: tuple[Party, ...] = ()
    """Everybody else in it, the oldest first."""
    consulting: bool = False
    """Whether the agent has put one aside to talk to another."""
    survey: bool = False
    """Whether the agent may wish that this caller be asked how it was."""
    recorded: Recorded | None = None
    """None also for a recording that began while core was away."""
    known: tuple[KnownCaller, ...] | None = None
    """The customers who have the number at the other end; None while they are looked up, or where nobody can be."""


class MyToday(Message):
    """An agent's own figures since local midnight: calls answered, mean talk and wrap-up, time ready; seconds."""

    calls: int
    talk: float | None
    wrap_up: float | None
    ready: float | None


class HelpAsked(Message):
    """An agent asks a supervisor for help, since when; `by` is the name of who answers, None while nobody does."""

    since: float
    by: str | None = None


class Desk(Message):
    """One agent's world now; `linked` and `as_of` as in `contract.Live`."""

    linked: bool
    linked_since: float
    as_of: float
    agent: LiveAgent
    calls: tuple[DeskCall, ...] = ()
    """The newest first."""
    parked: tuple[LiveCall, ...] = ()
    """The whole branch's, by place: whoever parked them, anybody may take them back."""
    queues: tuple[LiveQueue, ...] = ()
    """Those that the agent takes calls of."""
    today: MyToday | None = None
    gave_up: int = 0
    """Callers of these queues who hung up while waiting and whom nobody calls back yet; told to who is ready."""
    help: HelpAsked | None = None


class BusyReason(Message):
    """Why one may be busy; `key` is the digit behind the phone code, `limit` minutes."""

    name: Name
    label: Label
    key: str
    limit: int | None


class BusyReasons(Message):
    """In the document's order."""

    reasons: tuple[BusyReason, ...]


class Dialled(Message):
    """A number as one dials it at a phone: a phone's or queue's own, or one outside with the prefix."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,24}$")]


class Whom(Message):
    """Somebody whose number the person who calls need not see: a customer at one of the numbers, counted from 0, or,
    by its linkedid, whoever was at the other end of a call."""

    customer: int | None = None
    number: int = Field(default=0, ge=0, lt=20)
    linkedid: str | None = Field(default=None, max_length=64)


class Keys(Message):
    """Keys of a telephone, for a machine at the other end."""

    keys: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,32}$")]


class ParkingPlace(Message):
    """Where a call waits."""

    place: Annotated[int, Field(ge=1, le=PARKING_PLACES)]


class SignIn(Message):
    """At which phone; None for the agent's own."""

    phone: ExtensionNumber | None = None


class Busy(Message):
    """For one of `BusyReasons`, by name; during a call: after it."""

    reason: Name


STREAM = stream("desk/stream", Desk, AGENTS)
"""A `Desk` at once, then after each change of it, at least one in 2 s."""
REASONS = method("desk/reasons", Empty, BusyReasons, AGENTS)
# What agents do with their own state and phone stands in Asterisk's logs: none of it is a change for the operation log.
SIGN_IN = method("desk/sign_in", SignIn, Empty, AGENTS)
SIGN_OUT = method("desk/sign_out", Empty, Empty, AGENTS)
BUSY = method("desk/busy", Busy, Empty, AGENTS)
READY = method("desk/ready", Empty, Empty, AGENTS)
"""Also ends wrap-up."""
LONGER = method("desk/longer", Empty, Empty, AGENTS)
"""Begins a wrap-up anew, for `appliance.site.exchange.LONGER` seconds."""
ANSWER = method("desk/answer", Empty, Empty, AGENTS)
"""Has the phone take the call that rings; one that cannot do that is said to be lifted."""
SURVEY = method("desk/survey", Empty, Empty, AGENTS)
"""Has the caller of a queue asked how the call was, once the agent has hung up."""
HANG_UP = method("desk/hang_up", Empty, Empty, AGENTS)
"""Ends the newest call at the phone, or refuses the one that rings."""
HOLD = method("desk/hold", Empty, Empty, AGENTS)
RETRIEVE = method("desk/retrieve", Empty, Empty, AGENTS)
DIAL = method("desk/dial", Dialled, Empty, AGENTS)
"""Rings the own phone, then the number."""
CALL = method("desk/call", Whom, Empty, DESK)
"""The same, to a customer or back to a caller."""
TRANSFER = method("desk/transfer", Dialled, Empty, AGENTS)
"""Sends the other side there and leaves; whom nobody takes comes back."""
CONSULT = method("desk/consult", Dialled, Empty, AGENTS)
"""Puts the other side on hold and calls there."""
COMPLETE = method("desk/complete", Empty, Empty, AGENTS)
"""Ends a consultation: the two others talk."""
BACK = method("desk/back", Empty, Empty, AGENTS)
"""Ends a consultation: back to the caller, whoever was consulted goes."""
SWAP = method("desk/swap", Empty, Empty, AGENTS)
"""Within a consultation, talks to the other of the two."""
THREE_WAY = method("desk/three_way", Empty, Empty, AGENTS)
"""Of a consultation makes a talk of three."""
PARK = method("desk/park", Empty, Empty, AGENTS)
"""Puts the other side into a place where anybody can take it back; the agent is free meanwhile."""
TAKE_BACK = method("desk/take_back", ParkingPlace, Empty, AGENTS)
"""Rings the own phone, then it has the call that was parked."""
KEYS = method("desk/keys", Keys, Empty, AGENTS)
HELP = method("desk/help", Empty, Empty, AGENTS)
"""Asks a supervisor for help with the newest call at the phone; ends with that call, or taken back."""
NO_HELP = method("desk/no_help", Empty, Empty, AGENTS)
