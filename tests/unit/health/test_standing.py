"""When a value becomes an alarm, when it gets worse, and when it ends."""

from __future__ import annotations

import dataclasses

from appliance.api.contract import Severity
from appliance.health.check import Check, Level, Measured
from appliance.health.standing import Standing, decide, observe

DISK = Check(
    key="disk",
    title="Disk",
    why="",
    todo="",
    every=10,
    lasting=60,
    margin=0.05,
    measure=lambda: None,
    levels=(
        Level(0.95, Severity.CRITICAL, "The disk is {value} full: act now."),
        Level(0.85, Severity.WARNING, "The disk is {value} full."),
    ),
)


def after(*values: float | None, check: Check = DISK, step: float = 30.0, standing: Standing | None = None) -> Standing:
    """How a check stands after these values, each `step` seconds after the one before."""
    standing = standing or Standing(since=-step, wall=0.0)
    begin = standing.since if standing.measured is None else standing.since + 1000
    for number, value in enumerate(values):
        now = begin + step * (number + 1)
        measured = None if value is None else Measured(value, {"value": f"{value:.0%}"})
        standing = observe(check, standing, measured, now=now, wall=1000.0 + now)
        standing = decide(check, standing, None, key=check.key, now=now, wall=1000.0 + now, up_since=-1e9)
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
    assert after(0.9, 0.9, 0.9, 0.81, 0.81).alarm is not None
    assert after(0.9, 0.9, 0.9, 0.79, 0.79).alarm is None


def test_an_alarm_is_over_only_after_its_quiet_time() -> None:
    calm = dataclasses.replace(DISK, quiet=60.0)
    assert after(0.9, 0.9, 0.9, 0.1, 0.1, check=calm).alarm is not None
    assert after(0.9, 0.9, 0.9, 0.1, 0.1, 0.1, check=calm).alarm is None
    assert after(0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.1, 0.1, check=calm).alarm is not None


def test_an_alarm_that_gets_worse_keeps_its_time() -> None:
    alarm = after(0.9, 0.9, 0.9, 0.96).alarm

    assert alarm is not None
    assert (alarm.severity, alarm.since) == (Severity.CRITICAL, 1060.0)


def test_an_unknown_value_changes_nothing() -> None:
    before, unknown = after(0.9, 0.9, 0.9), after(0.9, 0.9, 0.9, None)
    assert (unknown.alarm, unknown.level, unknown.measured) == (before.alarm, before.level, None)
    assert after(None).alarm is None


def test_what_need_not_last_is_an_alarm_at_once() -> None:
    assert after(0.9, check=dataclasses.replace(DISK, lasting=0.0)).alarm is not None


def test_low_values_are_the_wrong_ones_where_the_check_says_so() -> None:
    days = Check(
        key="disk-days",
        title="Days",
        why="",
        todo="",
        every=1,
        below=True,
        margin=1.0,
        measure=lambda: None,
        levels=(
            Level(3.0, Severity.CRITICAL, "Full in {value}."),
            Level(14.0, Severity.WARNING, "Full in {value} soon."),
        ),
    )
    said = {value: days.level(value) for value in (2.0, 10.0, 20.0)}
    assert [level and level.severity for level in said.values()] == [Severity.CRITICAL, Severity.WARNING, None]
    assert days.level(14.5) is None
    assert days.level(14.5, days.levels[1]) is days.levels[1]


def test_two_hundred_flaps_in_a_minute_are_one_alarm_that_counts_them() -> None:
    standing, alarms = Standing(since=0.0, wall=0.0), set()
    for step in range(400):  # wrong and well again, 0.15 s each: never wrong for as long as it must last
        measured = Measured(float(step % 2 == 0))
        standing = observe(DISK, standing, measured, now=step * 0.15, wall=step * 0.15)
        standing = decide(DISK, standing, None, key="disk", now=step * 0.15, wall=step * 0.15, up_since=-1e9)
        alarms.add(standing.alarm.since if standing.alarm else None)
    assert len(alarms - {None}) == 1
    assert standing.alarm is not None

    well = observe(DISK, standing, Measured(0.0), now=70.0, wall=70.0)
    still = decide(DISK, well, None, key="disk", now=70.0, wall=70.0, up_since=-1e9)
    assert still.alarm is not None, "a flapping value must be well for a whole minute"
    assert still.flaps == 200
    over = decide(DISK, still, None, key="disk", now=121.0, wall=121.0, up_since=-1e9)
    assert over.alarm is None


def test_turns_far_apart_are_no_flapping() -> None:
    assert after(*(0.9, 0.1) * 20, step=20.0).alarm is None


def test_a_service_may_take_its_time_after_the_start_but_not_twice() -> None:
    service = dataclasses.replace(DISK, starting=60.0, lasting=0.0)

    def at(now: float, value: float, before: Standing) -> Standing:
        seen = observe(service, before, Measured(value), now=now, wall=now)
        return decide(service, seen, None, key="x", now=now, wall=now, up_since=0.0)

    never_well = at(30.0, 0.9, Standing(since=0.0, wall=0.0))
    assert never_well.alarm is None
    assert at(61.0, 0.9, never_well).alarm is not None
    assert at(40.0, 0.9, at(35.0, 0.1, never_well)).alarm is not None


def test_what_is_not_known_any_more_when_it_is_due_becomes_no_alarm_without_words() -> None:
    assert after(0.9, None, None, None).alarm is None
    alarm = after(0.9, None, None, 0.9).alarm
    assert alarm is not None and str(alarm.problem) == "The disk is 90% full."
