"""What the box lives on and what it tries out by itself at the moment of `world`: answers for their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from appliance.api.drills import DrillResult, Drills, DrillState, Results
from appliance.api.supply import BatteryTest, Feed, Phase, PowerEvent, Supply, UpsState
from appliance.api.ups import FoundUps, FoundUpses
from appliance.api.wire import Message
from appliance.site.models import DrillKind
from appliance.site.problems import Problem
from tests.unit.tui.world import NOW, World
from tests.unit.tui.world import world as everything

LABELS = {
    "en": ("Office UPS", "Rack UPS", "Line every night", "Line of the carrier", "Restore on Sundays"),
    "zh": ("办公室 UPS", "机柜 UPS", "每夜线路", "运营商线路", "周日恢复"),
}
DEAD = Problem(
    text="The test call by {trunk} to {number} did not get through. Look at the trunk's state, then call by hand; if "
    "that fails too, ask the carrier and tell him the cause below.",
    args={"trunk": "backup", "number": "10010"},
    original="cause 38",
)


def supply(language: str, phase: Phase = Phase.MAINS) -> Supply:
    """Two of them: on mains, or on battery with the second's cable lost."""
    office, rack, *_ = LABELS[language]
    mains = phase is Phase.MAINS
    since = NOW - 85_000 if mains else NOW - 754
    gone = Problem(text="Mains is gone: the box lives on its battery.")
    return Supply(
        at=NOW,
        phase=phase,
        since=since,
        until=NOW + 412 if phase is Phase.DRAINING else None,
        drain=600,
        why=None if mains else Problem(text="{ups} is at {charge} %.", args={"ups": office, "charge": "19"}),
        upses=(
            UpsState(
                name="office",
                label=office,
                feed=Feed.MAINS if mains else Feed.BATTERY,
                heard=NOW - 2,
                words="OL CHRG" if mains else "OB DISCHRG",
                model="Back-UPS 1500",
                charge=97 if mains else 19,
                runtime=2520 if mains else 400,
                load=18,
                battery_since=dt.date(2022, 5, 1),
                tests=("test.battery.start.quick",),
                remarks=(
                    Problem(
                        text="The battery of {ups} is {years} years old: have it changed.",
                        args={"ups": office, "years": "4"},
                    ),
                ),
            ),
            UpsState(
                name="rack",
                label=rack,
                feed=Feed.MAINS if mains else Feed.LOST,
                heard=NOW - 2 if mains else NOW - 754,
                words="OL",
                model="SANTAK TG-BOX 850",
                charge=100,
                load=7,
            ),
        ),
        tests=(
            BatteryTest(
                at=NOW - 800_000,
                ups="office",
                label=office,
                passed=True,
                charge_before=100,
                charge_after=96,
                by="zhang",
            ),
        ),
        events=(
            *(() if mains else (PowerEvent(at=NOW - 754, what=gone),)),
            PowerEvent(at=NOW - 85_000, what=Problem(text="Mains is back.")),
            PowerEvent(at=NOW - 85_460, what=gone),
        ),
        next_test=NOW + 90_000,
    )


def results(language: str) -> tuple[DrillResult, ...]:
    """The carrier's line is dead since last night; what was before was well."""
    _office, _rack, own, carrier, restore = LABELS[language]
    calls = [
        DrillResult(
            id=9 - night,
            drill=name,
            label=label,
            kind=DrillKind.LINE,
            began=NOW - 86_400 * night - 42_000,
            ended=NOW - 86_400 * night - 41_981,
            problem=DEAD if name == "carrier" and not night else None,
            figures={} if name == "carrier" and not night else {"answered": 1.4},
        )
        for night in range(3)
        for name, label in (("own", own), ("carrier", carrier))
    ]
    rehearsed = DrillResult(
        id=2,
        drill="restore",
        label=restore,
        kind=DrillKind.RESTORE,
        began=NOW - 500_000,
        ended=NOW - 499_900,
        by="zhang",
        figures={"bytes": 4_812_003},
    )
    return (*calls, rehearsed)


def drills(language: str, *, running: bool = False) -> Drills:
    """Two lines and a restore."""
    _office, _rack, own, carrier, restore = LABELS[language]
    last = {result.drill: result for result in reversed(results(language))}
    return Drills(
        drills=(
            DrillState(
                name="own",
                label=own,
                kind=DrillKind.LINE,
                trunk="carrier",
                number="0577881000",
                next=NOW + 44_400,
                last=last["own"],
            ),
            DrillState(
                name="carrier",
                label=carrier,
                kind=DrillKind.LINE,
                trunk="backup",
                number="10010",
                next=NOW + 44_400,
                running=running,
                last=last["carrier"],
            ),
            DrillState(name="restore", label=restore, kind=DrillKind.RESTORE, next=NOW + 90_000, last=last["restore"]),
        )
    )


PLUGGED_IN = FoundUpses(
    found=(
        FoundUps(
            driver="usbhid-ups",
            port="auto",
            vendor_id="051d",
            product_id="0002",
            serial="4B1819P12345",
            vendor="American Power Conversion",
            model="Back-UPS 1500",
            named="office",
        ),
    )
)


def answers(
    language: str = "en", *, phase: Phase = Phase.MAINS, empty: bool = False
) -> dict[str, Callable[[Any], Message]]:
    """What core says of these, or where there are none."""
    lives_on = Supply(at=NOW, phase=Phase.NONE, since=NOW - 900) if empty else supply(language, phase)
    told = results(language)
    return {
        "ups/state": lambda _: lives_on,
        "ups/test": lambda _: lives_on.model_copy(update={"testing": "office"}),
        "ups/scan": lambda _: FoundUpses(found=()) if empty else PLUGGED_IN,
        "drills/list": lambda _: Drills(drills=()) if empty else drills(language),
        "drills/results": lambda wanted: Results(results=tuple(each for each in told if each.drill == wanted.name)),
        "drills/hold": lambda _: drills(language, running=True),
    }


def world(language: str = "en", *, phase: Phase = Phase.MAINS, empty: bool = False) -> World:
    """A box with these, or with none."""
    made = everything(language)
    made.answers.update(answers(language, phase=phase, empty=empty))
    return made
