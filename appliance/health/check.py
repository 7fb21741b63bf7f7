"""What a check is: data that people and the NOC read, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appliance.api.contract import Severity
from appliance.api.picture import CheckInfo, Eyes, LevelInfo, Unit


@dataclass(frozen=True)
class Measured:
    """A value to hold against the levels, and the words for the problem's text."""

    value: float
    args: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    """The instance's name as people know it; the words can have it as `{label}`."""
    because: tuple[str, ...] = ()
    """Keys (`asterisk`, `span:1`) that explain this one while any of them is wrong; beside the check's own."""
    extent: float = 0.0
    """How much of it there is within one level: an acknowledged alarm speaks up again when this grows."""
    original: str = ""


Readings = Measured | Mapping[str, Measured | None] | None
"""One value; or one for each instance, by its name; None where nobody knows: the alarm then stays as it is."""


@dataclass(frozen=True)
class Level:
    """From `at` on, something is wrong: how much, and what to do (English, key of the translation)."""

    at: float
    severity: Severity
    text: str


@dataclass(frozen=True)
class Check:
    """One check; all times are seconds.

    `title`, `why` and `todo` are English and keys of their translations. `levels` stand worst first; `margin` is
    how far behind a level the value must go back to leave it. An instance that is no longer among the readings
    has no alarm any more.
    """

    key: str
    title: str
    why: str
    todo: str
    every: float
    measure: Callable[[], Readings]
    levels: tuple[Level, ...]
    unit: Unit = Unit.NONE
    eyes: Eyes = Eyes.HEALTH
    lasting: float = 0.0
    quiet: float = 10.0
    """How long it must be well before the alarm is over."""
    margin: float = 0.0
    below: bool = False
    """Whether low values are the wrong ones."""
    starting: float = 0.0
    """How long after the start of health it may be wrong without an alarm, if it was never well."""
    aftermath: float = 60.0
    """How long it may stay wrong when what explained it is over."""
    because: tuple[str, ...] = ()
    """Keys that explain every instance while any of them is wrong."""
    follows: bool = False
    """Whether the alarm's words follow the value while it stands."""
    slow: bool = False
    """Whether a look may take long: it then holds no other up."""

    def level(self, value: float, now: Level | None = None) -> Level | None:
        """The worst level that the value reaches; `now` is the one that it has, which holds it by the margin."""
        for level in self.levels:
            margin = self.margin if level is now else 0.0
            if value <= level.at + margin if self.below else value >= level.at - margin:
                return level
        return None

    def rank(self, level: Level) -> int:
        """How bad a level is among those of this check; higher is worse."""
        return len(self.levels) - self.levels.index(level)

    def info(self) -> CheckInfo:
        """This check as people read it."""
        return CheckInfo(
            check=self.key,
            title=self.title,
            unit=self.unit,
            eyes=self.eyes,
            every=self.every,
            lasting=self.lasting,
            quiet=self.quiet,
            below=self.below,
            levels=tuple(LevelInfo(at=level.at, severity=level.severity, text=level.text) for level in self.levels),
            why=self.why,
            todo=self.todo,
            because=self.because,
        )


def check_of(key: str) -> str:
    """The check of an instance's key."""
    return key.partition(":")[0]
