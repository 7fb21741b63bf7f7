"""What the box lives on, as branchbox-power keeps it in a file of /run.

Whoever has long work to do, or must act when mains is gone, reads it there and needs no service for it; `Policy` is
what host tells branchbox-power.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from appliance.api.wire import Message
from appliance.site.problems import Problem

SUPPLY_FILE = Path("/run/branchbox/power/state.json")
POLICY_FILE = Path("/etc/branchbox-power/policy.json")
FRESH = 20.0
"""Seconds after which the file says nothing any more: branchbox-power writes it every few seconds."""


class Phase(StrEnum):
    """What the box does about its power."""

    NONE = "no UPS"
    """No UPS is named: a power cut ends everything at once."""
    UNHEARD = "not heard"
    """One is named, and none has been heard yet."""
    MAINS = "mains"
    BATTERY = "on battery"
    """Calls as ever; what can wait waits."""
    DRAINING = "draining"
    """The battery is nearly empty: no new calls go out; off when the calls are over, at `Supply.until` at last."""
    OFF = "switching off"
    """Nothing is waited for any more."""


LEAVING = frozenset({Phase.DRAINING, Phase.OFF})
"""The box is on its way off, unless mains comes back in time."""
ON_BATTERY = LEAVING | {Phase.BATTERY}


class Feed(StrEnum):
    """What one UPS lives on."""

    MAINS = "mains"
    BATTERY = "battery"
    LOW = "low battery"
    LOST = "lost"
    """It says nothing any more: its cable, its driver, or the UPS itself."""
    UNHEARD = "not heard"


class UpsState(Message):
    """One UPS as it was heard last. None is "it does not tell"."""

    name: str
    label: str
    feed: Feed
    heard: float | None = None
    """When it was heard last, epoch seconds."""
    words: str = ""
    """Its status as NUT has it: `OL CHRG`."""
    model: str = ""
    charge: float | None = None
    """Percent."""
    runtime: float | None = None
    """Seconds at this load."""
    load: float | None = None
    """Percent."""
    battery_since: dt.date | None = None
    """As the document says, else as the UPS does."""
    tests: tuple[str, ...] = ()
    """NUT's commands for battery tests that it takes."""
    remarks: tuple[Problem, ...] = ()
    """What cannot be believed or must be seen to."""


class BatteryTest(Message):
    """One test of a battery: `passed` is None when the UPS did not say how it ended."""

    at: float
    ups: str
    label: str
    passed: bool | None
    said: str = ""
    """The UPS's own words."""
    by: str = ""
    """Who asked for it; empty for the schedule."""
    charge_before: float | None = None
    charge_after: float | None = None
    """The lowest that was seen."""


class PowerEvent(Message):
    """Something that happened, in words."""

    at: float
    what: Problem


class Supply(Message):
    """What the box lives on."""

    at: float
    """When this was written."""
    phase: Phase
    since: float
    until: float | None = None
    """When the box goes off at the latest, while it drains."""
    drain: int = 0
    """Seconds that calls have for that."""
    why: Problem | None = None
    """What made it drain."""
    upses: tuple[UpsState, ...] = ()
    tests: tuple[BatteryTest, ...] = ()
    """Newest first."""
    events: tuple[PowerEvent, ...] = ()
    """Newest first."""
    testing: str = ""
    """The UPS whose battery is being tested now."""
    next_test: float | None = None


class Watched(Message):
    """A UPS that the document names."""

    name: str
    label: str
    battery_since: dt.date | None = None


class Policy(Message):
    """What host tells branchbox-power: `appliance.site.models.Power`, and how to reach the UPSes."""

    upses: tuple[Watched, ...] = ()
    low_charge: int = 40
    low_runtime: int = 600
    longest: int | None = None
    drain: int = 180
    needed: int = 1
    test_every: int | None = None
    test_at: str = "03:30"
    zone: str = "UTC"
    password: str = ""
    """For battery tests."""


def supply_now(now: float, file: Path = SUPPLY_FILE) -> Supply | None:
    """What the box lives on; None while branchbox-power does not say."""
    try:
        supply = Supply.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return None
    return supply if now - supply.at <= FRESH else None


def should_wait(now: float, file: Path = SUPPLY_FILE) -> bool:
    """Whether work that can wait should, because the box lives on its battery."""
    supply = supply_now(now, file)
    return supply is not None and supply.phase in ON_BATTERY
