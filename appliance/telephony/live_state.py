"""What is up now, as one immutable value: Asterisk's own facts, without what they mean here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from appliance.api.contract import CallState

CARD = "DAHDI/"
"""What names of cards' channels begin with: `DAHDI/i1/13805772046-1` is on E1 port 1, `DAHDI/32-1` channel 32."""

Event = Mapping[str, str]
"""One AMI event: header names as Asterisk writes them, `Event` among them."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel of a call. `dialled` is what it asked for when it came; `state` is Asterisk's word."""

    uniqueid: str
    name: str
    number: str
    dialled: str
    context: str
    state: str
    state_since: float
    since: float
    bridge: str = ""
    music: bool = False
    """Whether it hears music: in a bridge, that is on hold."""
    waits_in: str = ""
    """The queue that it waits in now."""
    waits_since: float = 0.0
    parked: int = 0
    """The parking place in which it waits; 0 for none."""
    parker: str = ""
    """The endpoint that parked it."""
    recording: str = ""
    """`appliance.site.exchange.ON` or `PAUSED` while it is recorded."""

    @property
    def is_device(self) -> bool:
        """A phone or a line, and not one of the two ends of a channel within Asterisk."""
        return not self.name.startswith("Local/")

    @property
    def endpoint(self) -> str:
        """The PJSIP endpoint, or what stands for it: `PJSIP/8001-0000000a` gives `8001`. A card's channel keeps its
        kind, so that it is nobody's phone: `DAHDI/32-1` gives `DAHDI/32`."""
        name = self.name if self.name.startswith(CARD) else self.name.partition("/")[2]
        return name.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class UpCall:
    """A call that is up; `origin`, `number` and `dialled` are those of the leg that began it."""

    linkedid: str
    legs: Mapping[str, Leg]
    origin: str
    number: str
    dialled: str
    since: float
    state: CallState
    state_since: float
    menu: str = ""
    queue: str = ""

    @property
    def caller(self) -> Leg:
        """The leg that began the call, or the oldest that is left of it."""
        return self.legs.get(self.linkedid) or min(self.legs.values(), key=lambda leg: leg.since)


@dataclass(frozen=True, slots=True)
class Said:
    """A word of Asterisk's, and since when it stands."""

    word: str
    since: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """An agent's place in a queue: `agent` by number, at a `phone`."""

    agent: str
    phone: str
    paused: bool
    paused_since: float
    """Since when it is paused, or is not (0: not known)."""
    reason: str = ""
    """Why it is paused; a name of the document's, or one of `appliance.site.exchange.OWN_REASONS`."""
    dynamic: bool = False
    """Whether it is a member by signing in."""
    penalty: int = 0


@dataclass(frozen=True, slots=True)
class LiveState:
    """Everything that AMI has said and that still stands."""

    calls: Mapping[str, UpCall] = field(default_factory=dict)
    """By linkedid."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Uniqueid to linkedid."""
    devices: Mapping[str, Said] = field(default_factory=dict)
    """Device (`PJSIP/8001`) to its state."""
    members: Mapping[tuple[str, str], Member] = field(default_factory=dict)
    """By queue and interface."""
    left: Mapping[str, float] = field(default_factory=dict)
    """When an agent signed out, by number, as far as it was heard."""
    missed: Mapping[str, int] = field(default_factory=dict)
    """How often a phone rang unanswered for queues, one time after the other."""
    contacts: Mapping[tuple[str, str], Said] = field(default_factory=dict)
    """By endpoint and URI; `detail` is the round trip in microseconds."""
    registrations: Mapping[tuple[str, str], Said] = field(default_factory=dict)
    """By server URI and client URI."""
    spans: Mapping[int, Said] = field(default_factory=dict)
    """What Asterisk says of each E1 port's D-channel."""


K = TypeVar("K")
V = TypeVar("V")


def put(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The mapping with one entry more, or another."""
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """The mapping without one entry."""
    return {k: v for k, v in mapping.items() if k != key}


def number(text: str) -> float:
    """A whole number of a header; 0 when it is none."""
    try:
        return float(int(text))
    except ValueError:
        return 0.0


def say(known: Said | None, word: str, at: float, detail: str = "") -> Said:
    """A word heard at `at`; it stands since it was first said."""
    return Said(word, known.since if known and known.word == word else at, detail)
