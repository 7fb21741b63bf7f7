"""Phones, agents, and the queues that bring callers to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr

from appliance.site.models.lines import Codec
from appliance.site.models.part import Part
from appliance.site.types import Destination, ExtensionNumber, Label, Name


class Extension(Part):
    """A phone."""

    number: ExtensionNumber
    name: Label
    password: SecretStr
    """SIP password, 12 characters or more."""
    outside: bool = False
    """May call outside numbers."""
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
    """Where a caller goes after `max_wait` or when the queue is full; None hangs up politely."""
    announce_position: bool = True
    service_level: Annotated[int, Field(ge=1, le=600)] = 20
    record: bool = True
    survey: Survey = Survey.NEVER
    closure: Name | None = None
    """The closure that keeps callers out for a while."""
    members: tuple[QueueMember, ...] = ()
