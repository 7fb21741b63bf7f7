"""All checks, one entry each: what, how often, from which value on, and what a person reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.api.contract import Severity
from appliance.health.check import Check, Level, Measured
from appliance.health.gate import DID_NOT_BOOT, WENT_BACK
from appliance.health.probes import CUT_SHORT, FORGED, HARMED, MANAGER_CAN, NOBODY_CAN, NOT_AUDITED


@dataclass(frozen=True)
class Senses:
    """Where the values come from. Shares are 0 to 1; None is "not known"."""

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


def _share(sense: Callable[[], float | None]) -> Callable[[], Measured | None]:
    def measure() -> Measured | None:
        share = sense()
        return None if share is None else Measured(share, {"value": f"{share:.0%}".replace("%", " %")})

    return measure


def _wrong(good: bool | None) -> Measured | None:
    return None if good is None else Measured(0.0 if good else 1.0)


def _wrong_at_once(severity: Severity, text: str) -> tuple[Level, ...]:
    return (Level(1.0, severity, text),)


def all_checks(senses: Senses) -> tuple[Check, ...]:
    """The table. Alarms of services wait long enough for systemd to have started them again."""
    return (
        Check(
            key="cpu",
            title="Processor",
            every=10,
            lasting=300,
            margin=0.1,
            measure=_share(senses.cpu),
            levels=(
                Level(
                    0.9,
                    Severity.WARNING,
                    "The processor has been busy for 5 minutes ({value}). Calls may sound bad: find out what runs.",
                ),
            ),
        ),
        Check(
            key="memory",
            title="Memory",
            every=10,
            lasting=60,
            margin=0.05,
            measure=_share(senses.memory),
            levels=(
                Level(
                    0.9, Severity.WARNING, "Memory is {value} full. If it grows on, restart the box at a quiet hour."
                ),
            ),
        ),
        Check(
            key="disk",
            title="Disk",
            every=60,
            margin=0.02,
            measure=_share(senses.disk),
            levels=(
                Level(
                    0.95,
                    Severity.CRITICAL,
                    "The disk is {value} full: soon nothing is recorded. Export recordings and remove old ones now.",
                ),
                Level(0.85, Severity.WARNING, "The disk is {value} full. Export recordings and remove old ones."),
            ),
        ),
        Check(
            key="asterisk",
            title="Exchange",
            every=5,
            lasting=15,
            measure=lambda: _wrong(senses.running("asterisk.service") if senses.set_up() else None),
            levels=_wrong_at_once(
                Severity.CRITICAL,
                "The exchange does not run: nobody can call. Its journal (asterisk.service) says why.",
            ),
        ),
        Check(
            key="core",
            title="Core",
            every=5,
            # A slow box takes nearly as long to start it.
            lasting=60,
            measure=lambda: _wrong(senses.core_answers()),
            levels=_wrong_at_once(
                Severity.CRITICAL,
                "Core does not answer: no screens, no changes. Calls go on. Its journal (branchbox-core) says why.",
            ),
        ),
        Check(
            key="host",
            title="Host service",
            every=5,
            lasting=15,
            measure=lambda: _wrong(senses.running("branchbox-host.service")),
            levels=_wrong_at_once(
                Severity.WARNING,
                "The host service does not run: changes cannot be applied. Its journal (branchbox-host) says why.",
            ),
        ),
        Check(
            key="recorder",
            title="Recorder",
            every=5,
            lasting=15,
            measure=lambda: _wrong(senses.running("branchbox-recorder.service")),
            levels=_wrong_at_once(
                Severity.WARNING,
                "The recorder does not run: calls are recorded, but not filed. "
                "Its journal (branchbox-recorder) says why.",
            ),
        ),
        Check(
            key="recordings",
            title="Recordings to file",
            every=30,
            lasting=300,
            measure=_waiting(senses.recordings_waiting),
            levels=_wrong_at_once(
                Severity.WARNING,
                "{value} recordings wait to be filed for over 5 minutes. The journal of branchbox-recorder says why.",
            ),
        ),
        Check(
            key="filing",
            title="Filing of recordings",
            every=15,
            measure=senses.filing,
            levels=_wrong_at_once(
                Severity.WARNING,
                "Recordings cannot be filed ({words}). Calls go on and their sound waits; nothing is lost while the "
                "disk has room. A disk that became read-only fails: have it changed.",
            ),
            follows=True,
        ),
        Check(
            key="unsealed",
            title="Key to the recordings",
            every=60,
            measure=senses.unsealed,
            levels=(
                Level(
                    MANAGER_CAN,
                    Severity.WARNING,
                    "No key yet: recordings are not sealed, and who takes the disk can hear them. A manager ({who}) "
                    "makes the key: F7 Records, v, u, n.",
                ),
                Level(
                    NOBODY_CAN,
                    Severity.WARNING,
                    "No key yet: recordings are not sealed, and who takes the disk can hear them. Nobody here is a "
                    "manager: the technician makes one (F8 Setup, People), who makes the key (F7 Records, v, u, n).",
                ),
            ),
            follows=True,
        ),
        Check(
            key="recordings-audit",
            title="Audit of the recordings",
            every=15,
            measure=senses.audited,
            levels=(
                Level(
                    FORGED,
                    Severity.CRITICAL,
                    "The signed list of recordings of {days} is missing or forged: what was filed then is proved by "
                    "the database alone. Keep the files and report it; F7 Records, v, u, t shows what was found.",
                ),
                Level(
                    HARMED,
                    Severity.WARNING,
                    "{count} recordings are missing or not as they were filed, first {first}. "
                    "F7 Records, v, u, t shows all of them and what to do.",
                ),
                Level(
                    NOT_AUDITED,
                    Severity.WARNING,
                    "The audit of the recordings failed: it is not complete. The journal of branchbox-core says why.",
                ),
                Level(
                    CUT_SHORT,
                    Severity.INFO,
                    "{count} recordings of the last 7 days end before their talk did, because the exchange or the box "
                    "stopped meanwhile, last {last}. What is there is whole.",
                ),
            ),
            follows=True,
        ),
        Check(
            key="fall-back",
            title="Update",
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
            every=15,
            measure=senses.self_test,
            levels=_wrong_at_once(
                Severity.CRITICAL,
                "The box did not pass its own test after its last start: calls or recordings may fail. "
                "F6 u shows what it found.",
            ),
        ),
        Check(
            key="closed",
            title="Closures",
            every=10,
            measure=senses.closed,
            levels=_wrong_at_once(Severity.INFO, "Closed for a while: {what}. F2 o opens it again."),
            follows=True,
        ),
        Check(
            key="clock",
            title="Clock",
            every=60,
            lasting=900,
            measure=lambda: _wrong(senses.clock_in_step()),
            levels=_wrong_at_once(
                Severity.WARNING,
                "The clock follows no time server. Check the network and the time servers; "
                "until then times of calls may be wrong.",
            ),
        ),
    )


def _waiting(sense: Callable[[], int]) -> Callable[[], Measured]:
    def measure() -> Measured:
        count = sense()
        return Measured(float(count), {"value": str(count)})

    return measure
