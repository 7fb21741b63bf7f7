"""The contract's page on updates: two systems on the disk, one runs, the other is there to go back to."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath

from pydantic import Field, model_validator

from appliance.api.contract import SETUP, STAFF
from appliance.api.power import PowerRequest, PowerState
from appliance.api.wire import Empty, Message, method
from appliance.site.exchange import STATE
from appliance.site.problems import Problem

RECORDS: PurePosixPath = STATE / "update"
"""What gate and host write down about updates; everybody may read it."""


class Slot(Message):
    """One of the two systems on the disk."""

    name: str
    """`A` or `B`."""
    version: str | None
    """None while nothing is known to be in it."""
    running: bool
    next: bool
    """The box starts it next."""
    good: bool
    """Its start is not known to fail."""
    installed: float | None = None


class Progress(Message):
    """An installation on its way. `share` is 0 to 1; `rate` is bytes a second; `left` is seconds."""

    version: str
    slot: str
    since: float
    share: float
    doing: str
    """RAUC's own words."""
    rate: float | None = None
    left: float | None = None
    by: str


class Result(StrEnum):
    """How the last installation ended."""

    INSTALLED = "installed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Outcome(Message):
    """How the last installation ended, and when."""

    at: float
    version: str
    slot: str
    result: Result
    problem: Problem | None = None


class SelfTest(Message):
    """What the box found when it tested itself after its last start: no problems, or which."""

    at: float
    version: str
    slot: str | None
    problems: tuple[Problem, ...] = ()


class FallBack(Message):
    """The box left a new system by itself and is back on the one before."""

    at: float
    version: str
    back_to: str
    problems: tuple[Problem, ...] = ()
    """Empty when the new system did not even get as far as to test itself."""


class GateRecord(Message):
    """`update/state.json`: what the gate found and remembers from start to start. The gate alone writes it."""

    tested: SelfTest | None = None
    fell_back: FallBack | None = None
    proven: dict[str, str] = Field(default_factory=dict)
    """Slot to the version that once passed in it: a slot is left by itself only before it has."""
    judged: float | None = None
    """The `at` of the expectation that this record has already answered."""


class Expectation(Message):
    """`update/expected.json`: which slot the next start should be of. The host service alone writes it."""

    at: float
    slot: str
    version: str
    by: str


class Acknowledged(Message):
    """`update/acknowledged.json`: the moment of the fall-back that a person has read of."""

    at: float


class UpdateState(Message):
    """Everything about updates now. `unable` says why there are none here, as in a container."""

    version: str
    development: bool
    """Made with keys of a building machine; never for a branch."""
    slots: tuple[Slot, ...] = ()
    progress: Progress | None = None
    last: Outcome | None = None
    tested: SelfTest | None = None
    fell_back: FallBack | None = None
    unable: Problem | None = None


class Source(Message):
    """Where an update comes from: a bundle on a stick, by names of the list `sticks/list`, or an https address."""

    stick: str | None = Field(default=None, max_length=32)
    file: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, max_length=500, pattern=r"^https://[!-~]+$")

    @model_validator(mode="after")
    def _one(self) -> Source:
        if (self.url is None) == (self.stick is None) or (self.stick is None) != (self.file is None):
            raise ValueError("either a stick and a file on it, or an https address")
        return self


class Checked(Message):
    """What a bundle is, and what stands against installing it; nothing when it can be."""

    version: str | None
    """None when it could not be read at all."""
    description: str = ""
    build: str = ""
    size: int | None = None
    slot: str | None = None
    """Where it would go."""
    problems: tuple[Problem, ...] = ()


class Install(Message):
    """Which update, and why, for the log."""

    source: Source
    why: str = Field(min_length=1, max_length=200)


UPDATE_STATE = method("update/state", Empty, UpdateState, STAFF)
UPDATE_CHECK = method("update/check", Source, Checked, SETUP)
UPDATE_INSTALL = method("update/install", Install, UpdateState, SETUP, change=True)
"""Begins writing into the system that does not run; calls go on. `update/state` tells how far it is."""
UPDATE_CANCEL = method("update/cancel", Empty, UpdateState, SETUP, change=True)
UPDATE_ACTIVATE = method("update/activate", PowerRequest, PowerState, SETUP, change=True)
"""Restart into the system that was installed, when calls allow it."""
UPDATE_ROLLBACK = method("update/rollback", PowerRequest, PowerState, SETUP, change=True)
"""Restart into the other system, the one before."""
UPDATE_ACKNOWLEDGE = method("update/acknowledge", Empty, UpdateState, SETUP, change=True)
"""A person has read that the box went back by itself: the alarm ends."""
