"""Recordings: filed, sealed, and all there."""

from __future__ import annotations

from appliance.api.contract import Severity
from appliance.api.picture import Eyes, Unit
from appliance.health.check import Check, Level
from appliance.health.probes import CUT_SHORT, FORGED, HARMED, MANAGER_CAN, NOBODY_CAN, NOT_AUDITED
from appliance.health.table.senses import Senses, at_once, count


def checks(senses: Senses) -> tuple[Check, ...]:
    """What health sees in the exchange's folder, and what core says of the rest."""
    return (
        Check(
            key="recordings",
            title="Recordings to file",
            unit=Unit.COUNT,
            why="The exchange's raw recordings are many times as large as filed ones, and nobody can listen to them.",
            todo="Read the journal of branchbox-recorder (F6, j). After a busy hour it catches up by itself.",
            every=30,
            lasting=300,
            measure=count(senses.recordings_waiting),
            because=("recorder",),
            levels=at_once(
                Severity.WARNING,
                "{value} recordings wait to be filed for over 5 minutes. The journal of branchbox-recorder says why.",
            ),
        ),
        Check(
            key="filing",
            title="Filing of recordings",
            eyes=Eyes.CORE,
            why="What is not filed is not sealed, not signed, and cannot be heard.",
            todo="Read the words in the alarm. No room: free some (F7). Read-only: the disk is failing, have it "
            "changed and restore the last backup.",
            every=15,
            measure=senses.filing,
            because=("recorder",),
            levels=at_once(
                Severity.WARNING,
                "Recordings cannot be filed ({words}). Calls go on and their sound waits; nothing is lost while the "
                "disk has room. A disk that became read-only fails: have it changed.",
            ),
            follows=True,
        ),
        Check(
            key="unsealed",
            title="Key to the recordings",
            eyes=Eyes.CORE,
            why="Without a key everybody who takes the disk out of the box can hear the recordings.",
            todo="A manager makes the key: F7 Records, v, u, n.",
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
            eyes=Eyes.CORE,
            why="A recording is proof only as long as nobody could change it or take it away unseen.",
            todo="F7 Records, v, u, t lists what was found and what to do about each. What is explained (a disk was "
            "changed, a file was taken away on purpose) is acknowledged here with a note: it speaks up again when "
            "the next audit finds more.",
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
    )
