"""What one UPS lives on, judged by what it says and by what it said before. Pure.

A UPS may lie: it may have an old battery that it calls full, a counter that stands still, a clock that says 0. What it
says against its own interest is believed ("low battery"), what sounds too good is not relied on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from appliance.api.supply import Feed, Policy, Watched
from appliance.power.reading import Reading
from appliance.site.problems import Problem

BLINK = 10.0
"""Seconds of silence that mean nothing."""
SILENT_ON_BATTERY = 45.0
"""Seconds after which a battery that nobody sees counts as empty; upsmon's DEADTIME is the same."""
STANDS_STILL = 300.0
"""Seconds on battery after which a charge that has not moved is no charge."""
_EMPTIES = 3.0
"""Points of charge that show a battery which empties."""
_OLD = dt.timedelta(days=4 * 365)
_WELL_CHARGED = 60.0


@dataclass(frozen=True)
class Memory:
    """What is remembered of a UPS between two looks; times are monotonic seconds."""

    last: Reading | None = None
    heard: float = 0.0
    battery_since: float | None = None
    """Since when it is on battery."""
    charge_then: float | None = None
    emptying_from: float | None = None
    """Its highest charge since it says that it discharges, on whatever it is."""


@dataclass(frozen=True)
class Verdict:
    """What it lives on, why that is too little, whether nothing may be waited for, and what a person should know."""

    feed: Feed
    why: Problem | None = None
    at_once: bool = False
    remarks: tuple[Problem, ...] = ()


def judge(
    memory: Memory, reading: Reading | None, watched: Watched, policy: Policy, now: float, *,
    testing: bool = False, today: dt.date | None = None,
) -> tuple[Memory, Verdict]:  # fmt: skip
    """Judge one look; `reading` is None when it said nothing. During a battery test it may be on battery."""
    if reading is None:
        return memory, _silent(memory, watched, now)
    words = reading.words
    emptying = _emptying(memory, reading)
    lies_of_mains = "OB" not in words and emptying is not None and (emptying - (reading.charge or 0)) >= _EMPTIES
    on_battery = ("OB" in words and not (testing and "LB" not in words)) or lies_of_mains or "FSD" in words
    since = (memory.battery_since if memory.battery_since is not None else now) if on_battery else None
    memory = replace(
        memory,
        last=reading,
        heard=now,
        battery_since=since,
        charge_then=memory.charge_then if on_battery and memory.battery_since is not None else reading.charge,
        emptying_from=emptying,
    )
    remarks = tuple(_remarks(memory, reading, watched, now, today, lies_of_mains=lies_of_mains))
    if not on_battery or since is None:
        return memory, Verdict(Feed.MAINS, remarks=remarks)
    why, at_once = _low(reading, watched, policy, now - since)
    return memory, Verdict(Feed.LOW if why else Feed.BATTERY, why, at_once, remarks)


def _silent(memory: Memory, watched: Watched, now: float) -> Verdict:
    if memory.last is None:
        return Verdict(Feed.UNHEARD)
    silent = now - memory.heard
    if memory.battery_since is None:
        return Verdict(Feed.MAINS if silent < BLINK else Feed.LOST)
    if silent < SILENT_ON_BATTERY:
        return Verdict(Feed.BATTERY)
    why = Problem(
        text="{ups} fell silent while on battery: its battery is not waited for.", args={"ups": watched.label}
    )
    return Verdict(Feed.LOW, why, at_once=True)


def _emptying(memory: Memory, reading: Reading) -> float | None:
    if "DISCHRG" not in reading.words or reading.charge is None:
        return None
    return max(memory.emptying_from or 0.0, reading.charge)


def _low(reading: Reading, watched: Watched, policy: Policy, on_battery: float) -> tuple[Problem | None, bool]:
    name = {"ups": watched.label}
    if reading.words & {"LB", "FSD"}:
        return Problem(text="{ups} says that its battery is low.", args=name), True
    if reading.charge is not None and reading.charge <= policy.low_charge:
        return Problem(text="{ups} is at {charge} %.", args={**name, "charge": f"{reading.charge:.0f}"}), False
    if _told(reading) is not None and (reading.runtime or 0) <= policy.low_runtime:
        minutes = f"{(reading.runtime or 0) / 60:.0f}"
        return Problem(text="{ups} lasts {minutes} more minutes.", args={**name, "minutes": minutes}), False
    if policy.longest is not None and on_battery >= policy.longest:
        minutes = f"{on_battery / 60:.0f}"
        return Problem(text="{ups} has been on battery for {minutes} min.", args={**name, "minutes": minutes}), False
    return None, False


def _told(reading: Reading) -> float | None:
    """The runtime where it can be believed: many say 0 for "I do not know"."""
    if reading.runtime == 0 and (reading.charge is None or reading.charge > 20):
        return None
    return reading.runtime


def _remarks(
    memory: Memory, reading: Reading, watched: Watched, now: float, today: dt.date | None, *, lies_of_mains: bool
) -> Iterator[Problem]:
    words, charge = reading.words, reading.charge
    said = {"ups": watched.label, "charge": "-" if charge is None else f"{charge:.0f}"}
    on_battery = 0.0 if memory.battery_since is None else now - memory.battery_since
    if lies_of_mains:
        yield Problem(
            text="{ups} says that it is on mains, and its battery empties: it counts as on battery.", args=said
        )
    if "LB" in words and charge is not None and charge >= _WELL_CHARGED:
        yield Problem(
            text="{ups} says that its battery is low and that it is charged {charge} %: the first is believed. Have "
            "the battery tested or changed.",
            args=said,
        )
    if reading.runtime == 0 and charge is not None and charge > 20:
        yield Problem(text="{ups} says 0 min left at {charge} %: its time left is not believed.", args=said)
    if on_battery >= STANDS_STILL and charge is not None and charge == memory.charge_then:
        yield Problem(
            text="The charge of {ups} stands at {charge} % although it is on battery: it is not to be trusted. Set "
            '"longest without mains" under F8 Setup, Power.',
            args=said,
        )
    if charge is None and reading.runtime is None:
        yield Problem(
            text='{ups} tells neither charge nor time left: the box goes by its word "low battery" alone. Set '
            '"longest without mains" under F8 Setup, Power.',
            args=said,
        )
    if "RB" in words:
        yield Problem(text="{ups} wants a new battery.", args=said)
    if "OVER" in words:
        yield Problem(text="{ups} carries too much load: move something else off it.", args=said)
    if "BYPASS" in words:
        yield Problem(text="{ups} is on bypass: a power cut now ends everything at once.", args=said)
    if "OFF" in words:
        yield Problem(text="{ups} says that its output is off: then it does not feed this box.", args=said)
    if reading.alarm:
        yield Problem(text="{ups} has an alarm of its own.", args=said, original=reading.alarm)
    fitted = watched.battery_since or reading.battery_since
    if fitted is not None and today is not None and today - fitted >= _OLD:
        years = f"{(today - fitted).days // 365}"
        yield Problem(text="The battery of {ups} is {years} years old: have it changed.", args={**said, "years": years})
