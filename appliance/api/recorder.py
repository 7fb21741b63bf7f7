"""The contract's page of the recorder: what it tells core and asks it; its end is `appliance.recorder.core_link`."""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import Service
from appliance.api.recordings import Gap
from appliance.api.wire import Empty, Message, method

RECORDER = frozenset({Service.RECORDER})


class NewRecording(Message):
    """What the recorder filed; the last word on a name counts."""

    name: str
    linkedid: str
    started: float
    duration: float
    size: int
    sha256: str
    opus_size: int
    opus_sha256: str
    cut_short: bool


class SealingKey(Message):
    """The public key to seal for, 64 hexadecimal digits; None while there is none."""

    public: str | None


class RecorderReport(Message):
    """How the recorder fares; bytes. `trouble` is its last word on what went wrong, in its own words."""

    waiting: int
    waiting_bytes: int
    oldest: float | None
    free: int
    total: int
    trouble: str


class Removal(Message):
    """A recording that has to go, and why: `age`, `space`, or a person's word."""

    name: str
    why: str


class Care(Message):
    """What the recorder has to do."""

    remove: tuple[Removal, ...]


class Names(Message):
    """Recordings by name."""

    names: tuple[str, ...] = Field(max_length=1000)


class Gaps(Message):
    """Pauses by recording; one without a pause is not there."""

    gaps: dict[str, tuple[Gap, ...]]


class DayClosed(Message):
    """A day's manifest: its SHA-256, and the public key that signed it."""

    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    count: int
    sha256: str
    signer: str


RECORDINGS_ADD = method("recordings/add", NewRecording, Empty, RECORDER)
RECORDINGS_KEY = method("recordings/key", Empty, SealingKey, RECORDER)
RECORDINGS_CARE = method("recordings/care", RecorderReport, Care, RECORDER)
RECORDINGS_REMOVED = method("recordings/removed", Removal, Empty, RECORDER, change=True)
RECORDINGS_GAPS = method("recordings/gaps", Names, Gaps, RECORDER)
RECORDINGS_DAY_CLOSED = method("recordings/day_closed", DayClosed, Empty, RECORDER, change=True)
