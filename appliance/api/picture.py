"""What health knows now, in one message: the NOC's exporters serve exactly this, screens show parts of it."""

from __future__ import annotations

from enum import StrEnum

from appliance.api.contract import STAFF, Alarm, ServiceState, Severity
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Role


class CheckState(StrEnum):
    """How a check, or one instance of it, stands."""

    OK = "ok"
    PENDING = "pending"
    """Wrong, but not for long enough to be an alarm."""
    ALARM = "alarm"
    CONSEQUENCE = "consequence"
    """Wrong, and something else that is wrong explains it."""
    UNKNOWN = "unknown"


class Unit(StrEnum):
    """What a check's value counts."""

    NONE = ""
    """0 is well, anything else is wrong."""
    SHARE = "share"
    """0 to 1."""
    SECONDS = "s"
    DAYS = "days"
    CELSIUS = "celsius"
    COUNT = "count"
    MOS = "mos"
    """1 to 4.5, as listeners would say (ITU-T P.800.1)."""


class Eyes(StrEnum):
    """Who sees a check's value: health itself, or a part of the box that it asks."""

    HEALTH = "health"
    CORE = "core"
    HOST = "host"


class CheckNow(Message):
    """One check now, or one instance of it. `title` is English and the key of its translation."""

    check: str
    instance: str = ""
    title: str
    label: str = ""
    """The instance's name as people know it."""
    value: float | None
    unit: Unit
    state: CheckState
    severity: Severity | None = None
    """How bad it is while it is wrong."""
    since: float
    """When it last changed between well and wrong."""
    because: str | None = None
    """What explains it: a check, with its instance behind a colon."""


class Picture(Message):
    """Everything at `as_of`; whoever hands it on hands that on too."""

    as_of: float
    version: str
    site_name: str = ""
    site_code: str = ""
    checks: tuple[CheckNow, ...]
    alarms: tuple[Alarm, ...]
    """Open ones, each a cause of its own; oldest first."""
    consequences: tuple[Alarm, ...] = ()
    services: tuple[ServiceState, ...] = ()


class LevelInfo(Message):
    """From `at` on, what a person is told; English, key of the translation."""

    at: float
    severity: Severity
    text: str


class CheckInfo(Message):
    """One check as people read it: what it looks at, from which value on, why it matters, what to do."""

    check: str
    title: str
    unit: Unit
    eyes: Eyes
    every: float
    lasting: float
    """Seconds that it must be wrong before it is an alarm."""
    quiet: float
    """Seconds that it must be well before its alarm is over."""
    below: bool
    """Whether low values are the wrong ones."""
    levels: tuple[LevelInfo, ...]
    why: str
    todo: str
    because: tuple[str, ...]
    """Checks that may explain it."""


class Checks(Message):
    """All of them, in the order of the guide."""

    checks: tuple[CheckInfo, ...]


HEALTH = method("health/picture", Empty, Picture, STAFF | {Role.NOC})
CHECKS = method("health/checks", Empty, Checks, STAFF | {Role.NOC})
