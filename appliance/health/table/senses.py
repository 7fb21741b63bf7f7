"""Where the values come from, and how a plain value is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.api.contract import Severity
from appliance.health.check import Level, Measured, Readings


@dataclass(frozen=True)
class Senses:
    """Shares are 0 to 1; None is "not known"."""

    cpu: Callable[[], float | None]
    memory: Callable[[], float]
    disk: Callable[[], float]
    running: Callable[[str], bool]
    """Whether a unit runs."""
    core_answers: Callable[[], bool]
    clock_in_step: Callable[[], bool | None]
    recordings_waiting: Callable[[], int]
    filing: Callable[[], Measured | None]
    """What stands against filing recordings."""
    unsealed: Callable[[], Measured | None]
    audited: Callable[[], Measured | None]
    """What the last audit of the recordings found."""
    set_up: Callable[[], bool]
    """Whether there is a revision in force; before it the exchange has nothing to run with."""
    fall_back: Callable[[], Measured]
    """Whether the box left an update by itself; see `appliance.health.gate`."""
    self_test: Callable[[], Measured]
    closed: Callable[[], Measured | None]
    """What is closed for a while."""
    restarts: Callable[[], Readings]
    load: Callable[[], float]
    temperatures: Callable[[], Readings]
    mirrors: Callable[[], Readings]
    disk_days: Callable[[], Measured | None]
    clock_error: Callable[[], float | None]
    """Seconds."""
    clock_jump: Callable[[], Measured]
    way_out: Callable[[], Measured | None]
    logins: Callable[[], Measured]
    disks: Callable[[], Readings]
    """By SMART."""
    certificates: Callable[[], Readings]
    backup_age: Callable[[], Measured | None]
    spans: Callable[[], Readings]
    upses: Callable[[], Readings]
    trunks: Callable[[], Readings]
    phones: Callable[[], Readings]
    queues: Callable[[], Readings]
    failed_calls: Callable[[], Measured | None]
    database: Callable[[], Measured | None]
    drills: Callable[[], Readings]
    voices: Callable[[], Readings]
    """How calls sound, as MOS."""
    polls: Callable[[], Measured]
    """Whether polls of the NOC cannot be answered, though they should be."""


def share(sense: Callable[[], float | None]) -> Callable[[], Measured | None]:
    """A share, said as per cent."""

    def measure() -> Measured | None:
        value = sense()
        return None if value is None else Measured(value, {"value": f"{value:.0%}".replace("%", " %")})

    return measure


def figure(sense: Callable[[], float | None], form: str) -> Callable[[], Measured | None]:
    """A figure, said in this form."""

    def measure() -> Measured | None:
        value = sense()
        return None if value is None else Measured(value, {"value": form.format(value)})

    return measure


def count(sense: Callable[[], int]) -> Callable[[], Measured]:
    """A number of things."""

    def measure() -> Measured:
        value = sense()
        return Measured(float(value), {"value": str(value)})

    return measure


def wrong(good: bool | None) -> Measured | None:
    """1 for what is not good."""
    return None if good is None else Measured(0.0 if good else 1.0)


def at_once(severity: Severity, text: str) -> tuple[Level, ...]:
    """One level, from 1 on."""
    return (Level(1.0, severity, text),)
