"""Which version runs, how its start went, and what people have closed."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Eyes
from appliance.health.check import Check, Level
from appliance.health.gate import DID_NOT_BOOT, WENT_BACK
from appliance.health.table.senses import Senses, at_once


def checks(senses: Senses) -> tuple[Check, ...]:
    """What the gate wrote down after the last start; closures."""
    return (
        Check(
            key="fall-back",
            title="Update",
            why="The box runs, but on the version before: what the update was for is not there.",
            todo="F6 u shows what its test found. Send that to whoever made the update; install the next one.",
            every=15,
            measure=senses.fall_back,
            levels=(
                Level(
                    DID_NOT_BOOT,
                    Severity.WARNING,
                    "The update to {version} did not start; the box went back to {old} by itself. Found at {time}. "
                    "Ask for a better update; F6 u ends this alarm.",
                ),
                Level(
                    WENT_BACK,
                    Severity.WARNING,
                    "The update to {version} did not pass its own test; the box went back to {old} by itself at "
                    "{time}. F6 u shows what it found and ends this alarm.",
                ),
            ),
        ),
        Check(
            key="self-test",
            title="Test after the start",
            why="After each start the box calls itself and records it. What fails there fails for callers too.",
            todo="F6 u shows what was found. Restart the box once (F6, p); if it fails again, go back to the version "
            "before (F6, u).",
            every=15,
            measure=senses.self_test,
            levels=at_once(
                Severity.CRITICAL,
                "The box did not pass its own test after its last start: calls or recordings may fail. "
                "F6 u shows what it found.",
            ),
        ),
        Check(
            key="closed",
            title="Closures",
            eyes=Eyes.CORE,
            why="While a closure is on, callers hear its announcement instead of people: easily forgotten.",
            todo="F2 o shows closures, who closed and when, and opens them again; so does *05 at a phone.",
            every=10,
            measure=senses.closed,
            levels=at_once(Severity.INFO, "Closed for a while: {what}. F2 o opens it again."),
            follows=True,
        ),
    )
