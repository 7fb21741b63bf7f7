"""What a check is, and how a measured value becomes an alarm or its end. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from appliance.api.contract import Alarm, Severity
from appliance.site.problems import Problem


@dataclass(frozen=True)
class Measured:
    """A value to hold against the levels, and the words for the problem's text."""

    value: float
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Level:
    """From `at` on, something is wrong: how much, and what to do (English, key of the translation)."""

    at: float
    severity: Severity
    text: str


@dataclass(frozen=True)
class Check:
    """One check. `measure` gives None when the value is not known; the alarm then stays as it is.

    `every` and `lasting` are seconds: how often to look, and how long it must be wrong before
    anybody hears of it. `margin` is how far below a level the value must fall to end its
    alarm. `levels` are in falling order of `at`.
    """

    key: str
    title: str
    every: float
    measure: Callable[[], Measured | None]
    levels: tuple[Level, ...]
    lasting: float = 0.0
    margin: float = 0.0
    follows: bool = False
    """Whether the alarm's words follow the value while it stands."""


@dataclass(frozen=True)
class Standing:
    """How a check stands: since when it is wrong (monotonic seconds), and its open alarm."""

    wrong_since: float | None = None
    alarm: Alarm | None = None


def judge(check: Check, standing: Standing, measured: Measured | None, *, now: float, wall: float) -> Standing:
    """How the check stands after this value; `now` is monotonic, `wall` epoch seconds."""
    if measured is None:
        return standing
    level = _level(check, standing.alarm, measured.value)
    if level is None:
        return Standing()
    since = now if standing.wrong_since is None else standing.wrong_since
    alarm = standing.alarm
    if alarm is None and now - since < check.lasting:
        return Standing(wrong_since=since)
    said = check.follows and alarm is not None and alarm.problem.args != dict(measured.args)
    if alarm is None or alarm.severity is not level.severity or said:
        alarm = Alarm(
            key=check.key,
            severity=level.severity,
            since=alarm.since if alarm else wall,
            problem=Problem(text=level.text, args=dict(measured.args)),
        )
    return Standing(since, alarm)


def _level(check: Check, alarm: Alarm | None, value: float) -> Level | None:
    for level in check.levels:
        margin = check.margin if alarm is not None and alarm.severity is level.severity else 0.0
        if value >= level.at - margin:
            return level
    return None
