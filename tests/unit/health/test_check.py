"""When a value becomes an alarm, and when it ends."""

from __future__ import annotations

import dataclasses

from appliance.api.contract import Severity
from appliance.health.check import Check, Level, Measured, Standing, judge

DISK = Check(
    key="disk",
    title="Disk",
    every=10,
    lasting=60,
    margin=0.05,
    measure=lambda: None,
    levels=(
        Level(0.95, Severity.CRITICAL, "The disk is {value} full: act now."),
        Level(0.85, Severity.WARNING, "The disk is {value} full."),
    ),
)


def after(*values: float | None, check: Check = DISK) -> Standing:
    """How a check stands after these values, 30 s apart."""
    standing = Standing()
    for step, value in enumerate(values):
        measured = None if value is None else Measured(value, {"value": f"{value:.0%}"})
        standing = judge(check, standing, measured, now=30.0 * step, wall=1000.0 + 30 * step)
    return standing


def test_a_short_fault_is_no_alarm() -> None:
    assert after(0.9, 0.9, 0.5).alarm is None
    assert after(0.9, 0.9).alarm is None


def test_a_lasting_fault_is_an_alarm_with_its_value_in_words() -> None:
    alarm = after(0.9, 0.9, 0.9).alarm

    assert alarm is not None
    assert (alarm.severity, alarm.since) == (Severity.WARNING, 1060.0)
    assert str(alarm.problem) == "The disk is 90% full."


def test_a_fault_that_comes_and_goes_starts_to_count_anew() -> None:
    assert after(0.9, 0.9, 0.5, 0.9, 0.9).alarm is None


def test_an_alarm_stays_while_the_value_is_near_its_level() -> None:
    assert after(0.9, 0.9, 0.9, 0.81).alarm is not None
    assert after(0.9, 0.9, 0.9, 0.79).alarm is None


def test_an_alarm_that_gets_worse_keeps_its_time() -> None:
    alarm = after(0.9, 0.9, 0.9, 0.96).alarm

    assert alarm is not None
    assert (alarm.severity, alarm.since) == (Severity.CRITICAL, 1060.0)


def test_an_unknown_value_changes_nothing() -> None:
    assert after(0.9, 0.9, 0.9, None) == after(0.9, 0.9, 0.9)
    assert after(None) == Standing()


def test_what_need_not_last_is_an_alarm_at_once() -> None:
    assert after(0.9, check=dataclasses.replace(DISK, lasting=0.0)).alarm is not None
