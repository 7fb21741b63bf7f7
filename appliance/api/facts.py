"""The contract's page of what only core sees and health judges: one stream, sent on when something changes."""

from __future__ import annotations

from appliance.api.contract import Service, TrunkState
from appliance.api.wire import Message, stream


class TrunkFact(Message):
    """A way out; `explained_by` are keys of checks that explain it when it is down (`network`, `span:1`)."""

    name: str
    label: str
    state: TrunkState
    detail: str = ""
    explained_by: tuple[str, ...] = ()


class PhoneFact(Message):
    """A phone of the document."""

    number: str
    name: str
    registered: bool


class QueueFact(Message):
    """A queue; `longest_since` is when its longest waiting caller joined."""

    name: str
    label: str
    longest_since: float | None = None


class CallsFact(Message):
    """Calls that began in the last quarter of an hour, and how many of them the exchange could not put through."""

    tried: int
    failed: int


class DatabaseFact(Message):
    """The last whole check of core's database: SQLite's words, empty when it is sound."""

    checked: float
    wrong: str = ""


class DrillFact(Message):
    """How a drill of the document went last; one that was never held is not told of."""

    name: str
    label: str
    trunk: str | None = None
    """The trunk that it called by."""
    began: float
    failed: bool
    original: str = ""
    """The failure in the words of what failed."""


class VoiceFact(Message):
    """How a phone's or a trunk's newest known legs of the last day sounded: the median MOS of so many."""

    party: str
    trunk: bool
    legs: int
    mos: float


class Facts(Message):
    """All of it. While Asterisk is not `linked` nothing is known of trunks, phones and queues."""

    site_name: str = ""
    site_code: str = ""
    linked: bool
    trunks: tuple[TrunkFact, ...] = ()
    phones: tuple[PhoneFact, ...] = ()
    queues: tuple[QueueFact, ...] = ()
    calls: CallsFact | None = None
    database: DatabaseFact | None = None
    drills: tuple[DrillFact, ...] | None = None
    """None until core has looked into its history, as for `calls`."""
    voices: tuple[VoiceFact, ...] | None = None


FACTS = stream("health/facts", Facts, frozenset({Service.HEALTH}))
"""At once, then after each change, at most four a second, at least one in 5 s."""
