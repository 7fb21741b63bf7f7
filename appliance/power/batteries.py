"""Battery tests: when one is due, whether it may be now, and how one ended. Pure; times are epoch seconds."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.api.supply import BatteryTest, Feed, Policy, UpsState
from appliance.power.reading import TESTS, Reading
from appliance.site.problems import Problem

ENOUGH_CHARGE = 80.0
"""Percent: an outage right after the test must find a battery."""
SHORTEST, LONGEST = 15.0, 180.0
"""Seconds within which a test says how it ended; a longer one says nothing."""
_GOOD, _BAD = ("passed", " ok", "ok "), ("fail", "error", "abort", "warning", "replace", "bad")
_RUNNING = ("progress", "running", "testing")


@dataclass(frozen=True)
class Running:
    """A test that goes on."""

    ups: UpsState
    by: str
    began: float
    lowest: float | None
    before: str
    """What `ups.test.result` said before it."""


def next_test(policy: Policy, tests: Sequence[BatteryTest], first_seen: float) -> float | None:
    """When the next one is due: so many days after the last one, at the hour of the document."""
    if policy.test_every is None or not policy.upses:
        return None
    last = min(max((test.at for test in tests if test.ups == ups.name), default=first_seen) for ups in policy.upses)
    zone = zoneinfo.ZoneInfo(policy.zone)
    hour, minute = (int(part) for part in policy.test_at.split(":"))
    day = dt.datetime.fromtimestamp(last, zone).date() + dt.timedelta(days=policy.test_every)
    return dt.datetime.combine(day, dt.time(hour, minute), zone).timestamp()


def due(policy: Policy, tests: Sequence[BatteryTest], first_seen: float, now: float) -> str | None:
    """The UPS whose turn it is; None when none is due."""
    for ups in policy.upses:
        alone = policy.model_copy(update={"upses": (ups,)})
        at = next_test(alone, tests, first_seen)
        if at is not None and now >= at:
            return ups.name
    return None


def refusal(ups: UpsState, others: Sequence[UpsState]) -> Problem | None:
    """Why its battery cannot be tested now."""
    name = {"ups": ups.label}
    if any(each.feed is not Feed.MAINS for each in (ups, *others)):
        return Problem(text="The battery of {ups} is not tested now: mains is gone, or a UPS is not heard.", args=name)
    if not ups.tests:
        return Problem(text="{ups} takes no order to test its battery.", args=name)
    if ups.charge is not None and ups.charge < ENOUGH_CHARGE:
        return Problem(
            text="The battery of {ups} is not tested now: it is charged {charge} %, and a power cut after the test "
            "must find {enough} %.",
            args={**name, "charge": f"{ups.charge:.0f}", "enough": f"{ENOUGH_CHARGE:.0f}"},
        )
    return None


def command(ups: UpsState) -> str:
    """The shortest test that it takes."""
    return next(test for test in TESTS if test in ups.tests)


def follow(running: Running, reading: Reading | None, now: float) -> Running | BatteryTest:
    """Look at a test that goes on: still going on, or how it ended."""
    charges = [value for value in (running.lowest, reading.charge if reading else None) if value is not None]
    running = replace(running, lowest=min(charges, default=None))
    passed = _passed(running, reading, now)
    if passed is None and now - running.began < LONGEST:
        return running
    said = reading.test_result if reading and reading.test_result != running.before else ""
    return BatteryTest(
        at=running.began,
        ups=running.ups.name,
        label=running.ups.label,
        passed=passed,
        said=said,
        by=running.by,
        charge_before=running.ups.charge,
        charge_after=running.lowest,
    )


def _passed(running: Running, reading: Reading | None, now: float) -> bool | None:
    if reading is None or now - running.began < SHORTEST:
        return None
    if reading.words & {"LB", "RB"}:
        return False
    said = f" {reading.test_result.lower()} "
    if any(word in said for word in _RUNNING) or "CAL" in reading.words:
        return None
    if any(word in said for word in _BAD):
        return False
    return True if any(word in said for word in _GOOD) else None
