"""Phones, agents, and the queues that bring callers to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from appliance.site.models.lines import Codec
from appliance.site.models.part import Part
from appliance.site.types import Destination, ExtensionNumber, Label, Name


class Extension(Part):
    """A phone."""

    number: ExtensionNumber
    name: Label
    password: SecretStr
    """SIP password, 12 characters or more."""
    permission: Name | None = None
    """What it may call; None: internal and emergency numbers only."""
    voicemail_pin: SecretStr | None = None
    """PIN of its voice mailbox, 4 to 10 digits; None when it has none."""
    codecs: Annotated[tuple[Codec, ...], Field(min_length=1)] = (Codec.G722, Codec.ALAW, Codec.ULAW)
    record: bool = False
    """Calls to and from this phone are recorded, queue calls by their queue's word."""


class Agent(Part):
    """Somebody who takes queue calls, at one extension."""

    number: ExtensionNumber
    name: Label
    extension: ExtensionNumber
    signs_in: bool = False
    """Takes calls after signing in, at this phone or another; else always, at this phone."""
    pin: SecretStr | None = None
    """4 to 10 digits, for signing in by phone code at a phone that is not this agent's; None: at this one only."""


class Reason(Part):
    """Why an agent takes no calls for a while."""

    name: Name
    label: Label
    key: Annotated[str, Field(pattern=r"^[1-9]$")]
    """The digit that phones dial behind the code for busy."""
    limit: Annotated[int, Field(ge=1, le=480)] | None = None
    """Minutes after which the supervisor is told; None: any length."""


class QueueMember(Part):
    """An agent's place in a queue; level 1 is asked first, then 2 and so on."""

    agent: ExtensionNumber
    level: Annotated[int, Field(ge=1, le=9)] = 1


class Strategy(StrEnum):
    """Which free agent is rung next; Asterisk's queue strategies."""

    RING_ALL = "ringall"
    LEAST_RECENT = "leastrecent"
    FEWEST_CALLS = "fewestcalls"
    RANDOM = "random"
    ROUND_ROBIN = "rrmemory"
    LINEAR = "linear"


class Empty(StrEnum):
    """When a queue lets nobody wait, by its agents: by choice or at work, wrap-up included."""

    NEVER = "never"
    NOBODY_SIGNED_IN = "nobody-signed-in"
    NOBODY_FREE = "nobody-free"


class Survey(StrEnum):
    """Whether a caller is asked, when the agent has hung up, how the call was."""

    NEVER = "never"
    ALWAYS = "always"
    WISH = "wish"
    """When the agent wishes it during the call."""


class Queue(Part):
    """Callers who wait for one of several agents. Times are seconds."""

    name: Name
    label: Label
    number: ExtensionNumber | None = None
    """Internal number that phones dial to reach it."""
    strategy: Strategy = Strategy.LEAST_RECENT
    ring_timeout: Annotated[int, Field(ge=5, le=120)] = 15
    retry: Annotated[int, Field(ge=0, le=60)] = 2
    wrap_up: Annotated[int, Field(ge=0, le=600)] = 10
    misses: Annotated[int, Field(ge=0, le=20)] = 0
    """An agent whose phone rang so often in a row unanswered is made busy; 0: never."""
    max_wait: Annotated[int, Field(ge=10, le=7200)] = 600
    max_length: Annotated[int, Field(ge=0, le=500)] = 0
    """Callers who may wait at once; 0 for no limit."""
    overflow: Destination | None = None
    """Where a caller goes after `max_wait`; None hangs up politely."""
    full_goes_to: Destination | None = None
    """Where a caller goes who finds `max_length` callers; None: as `overflow`."""
    empty: Empty = Empty.NEVER
    empty_goes_to: Destination | None = None
    """Where callers go while the queue is `empty`; None: as `overflow`."""
    announce_position: bool = True
    """Callers who are not the next one hear how many are before them."""
    announce_wait: bool = False
    """They also hear the expected wait, in minutes."""
    announce_every: Annotated[int, Field(ge=15, le=600)] = 30
    keys_every: Annotated[int, Field(ge=15, le=600)] = 60
    """How often callers are told the keys that work while they wait: 1 goes on waiting, and the two below."""
    message_to: ExtensionNumber | None = None
    """2 leaves a message in this extension's mailbox; None: there is no 2."""
    callback: bool = False
    """3 has the caller called back instead of waiting; the place is kept."""
    last_agent: Annotated[int, Field(ge=0, le=120)] = 0
    """How long a caller rings only the agent who talked with this number last, if free; 0: not at all."""
    service_level: Annotated[int, Field(ge=1, le=600)] = 20
    warn_waiting: Annotated[int, Field(ge=0, le=500)] = 3
    alarm_waiting: Annotated[int, Field(ge=0, le=500)] = 6
    """On the supervisor's board: so many who wait are worth a look, or an alarm; 0: never."""
    warn_longest: Annotated[int, Field(ge=0, le=7200)] = 60
    alarm_longest: Annotated[int, Field(ge=0, le=7200)] = 120
    """The same for the seconds that the longest has waited."""
    warn_talking: Annotated[int, Field(ge=0, le=7200)] = 600
    alarm_talking: Annotated[int, Field(ge=0, le=7200)] = 1200
    """The same for the seconds that an agent has talked with one of its callers."""
    record: bool = True
    survey: Survey = Survey.NEVER
    closure: Name | None = None
    """The closure that keeps callers out for a while."""
    members: tuple[QueueMember, ...] = ()


NumberPattern = Annotated[str, StringConstraints(pattern=r"^([0-9XZN]|\[[0-9]+(-[0-9])?\]){3,20}$")]
"""Digits, X for any, Z for 1 to 9, N for 2 to 9, `[3-9]` for one of several; 3 to 20 places."""


class Callbacks(Part):
    """Callers who are called back instead of waiting: which numbers, how often, when."""

    numbers: tuple[NumberPattern, ...] = ("1[3-9]XXXXXXXXX", "[2-8]XXXXXX", "[2-8]XXXXXXX")
    """What may be called, as the carrier takes it; nothing else is, whatever a caller's number claims to be."""
    other_number: bool = False
    """Callers may key another number than the one they call from."""
    tries: Annotated[int, Field(ge=1, le=10)] = 3
    pause: Annotated[int, Field(ge=1, le=240)] = 10
    """Minutes between two tries."""
    hours: Name | None = None
    """Nobody is called back outside these; None: at any time."""
